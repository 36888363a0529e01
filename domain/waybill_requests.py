"""A request for a waybill as plain JSON, and back: it must outlive the process that asked."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

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


def stored(request: WaybillRequest) -> dict[str, Any]:
    """The request as JSON has it: numbers with fractions and days as texts."""
    return {
        "reference": request.reference,
        "origin": asdict(request.origin),
        "destination": asdict(request.destination),
        "recipient": asdict(request.recipient),
        "phone": request.phone,
        "seats": [asdict(seat) | {"weight_kg": str(seat.weight_kg)} for seat in request.seats],
        "declared_value": str(request.declared_value),
        "cod_amount": str(request.cod_amount),
        "cod_kind": request.cod_kind.value,
        "payer": request.payer.value,
        "description": request.description,
        "ship_on": request.ship_on.isoformat(),
    }


def restored(told: Mapping[str, Any]) -> WaybillRequest:
    """The request that ``stored`` made this of."""
    place = told["destination"]
    return WaybillRequest(
        reference=told["reference"],
        origin=Origin(**told["origin"]),
        destination=Destination(**{**place, "kind": PlaceKind(place["kind"])}),
        recipient=PersonName(**told["recipient"]),
        phone=told["phone"],
        seats=tuple(
            Seat(**{**seat, "weight_kg": Decimal(seat["weight_kg"])}) for seat in told["seats"]
        ),
        declared_value=Decimal(told["declared_value"]),
        cod_amount=Decimal(told["cod_amount"]),
        cod_kind=CodKind(told["cod_kind"]),
        payer=Payer(told["payer"]),
        description=told["description"],
        ship_on=date.fromisoformat(told["ship_on"]),
    )
