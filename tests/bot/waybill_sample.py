"""What a waybill was asked for with."""

from datetime import date
from decimal import Decimal

from domain.carriers import (
    CodKind,
    Destination,
    Origin,
    Payer,
    PersonName,
    PlaceKind,
    Seat,
    WaybillRequest,
)

PARCEL = WaybillRequest(
    reference="1234-3",
    origin=Origin(
        sender_ref="s", contact_ref="c", phone="+380501110099", city_ref="d", place_ref="p"
    ),
    destination=Destination(kind=PlaceKind.BRANCH, city_ref="k", place_ref="b"),
    recipient=PersonName(first="Олена", last="<Коваль>"),
    phone="+380671234567",
    seats=(Seat(weight_kg=Decimal(1), width_cm=20, length_cm=30, height_cm=10),),
    declared_value=Decimal(870),
    cod_amount=Decimal(870),
    cod_kind=CodKind.CONTROL,
    payer=Payer.RECIPIENT,
    description="Чохол",
    ship_on=date(2026, 11, 22),
)
