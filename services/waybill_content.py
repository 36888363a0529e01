"""All of a waybill that is being put together: what hinders it, and what is sent of it. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain import person_names, phones
from domain.boxes import HEAVIEST_KG, LONGEST_CM
from domain.carriers import (
    CodKind,
    Destination,
    Origin,
    Payer,
    PlaceKind,
    Quote,
    Seat,
    WaybillRequest,
)
from domain.errors import WaybillGap, WaybillGapError
from domain.money import plain
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint, WaybillDraft
from models.sales import Sale
from services import carrier_accounts
from services.order_views import OrderView
from services.waybill_told import Told

LARGEST_DECLARED = Decimal(1_000_000)  # UAH


@dataclass(frozen=True, slots=True)
class Door:
    """An address of a city. ``street_ref`` is the carrier's."""

    street_ref: str
    street_name: str
    building: str
    flat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """All of a waybill that is being put together. Money is in UAH.

    ``sale`` is None while the order is open: then there is a window. ``told_place`` is what the
    order says of where it goes, in its own words; ``is_confirmed`` False: the place was found by
    them, and somebody has to look. ``delivery_cost`` is what the customer pays us
    for the delivery, ``cod_due`` what the sale leaves to be collected, None: in another currency.
    ``gaps``: what hinders it, the first to be mended first. ``quote``: what it would cost, when
    that was asked for exactly this, at ``quoted_at`` (UTC); else None.
    """

    order: OrderView
    sale: Sale | None
    account: CarrierAccount
    draft: WaybillDraft
    recipient_name: str
    phone: str
    told_place: str
    city: CarrierCity | None
    point: CarrierPoint | None
    door: Door | None
    is_confirmed: bool
    seats: tuple[Seat, ...]
    declared_value: Decimal
    cod_amount: Decimal
    description: str
    payer: Payer
    delivery_cost: Decimal = Decimal(0)
    cod_due: Decimal | None = None
    gaps: tuple[WaybillGap, ...]
    quote: Quote | None
    quoted_at: datetime | None = None

    @property
    def is_to_locker(self) -> bool:
        """Whether a parcel locker was chosen."""
        return self.point is not None and self.point.kind is PlaceKind.LOCKER


def gaps_of(view: FormView, told: Told) -> Iterator[WaybillGap]:
    """In the order a person would mend them."""
    if not carrier_accounts.is_set_up(view.account):
        yield WaybillGap.CARRIER
    yield from _gaps_of_recipient(view)
    if view.city is None:
        yield WaybillGap.CITY
    elif not _has_place(view):
        yield WaybillGap.PLACE
    elif not view.is_confirmed:
        yield WaybillGap.CONFIRM
    yield from _gaps_of_seats(view)
    yield from _gaps_of_money(view, told)
    if not view.description:
        yield WaybillGap.DESCRIPTION


def _gaps_of_recipient(view: FormView) -> Iterator[WaybillGap]:
    name = person_names.read(view.recipient_name)
    if name is None:
        yield WaybillGap.NAME
    elif not person_names.is_ukrainian(name):
        yield WaybillGap.NAME_NOT_CYRILLIC
    if not phones.is_ukrainian(view.phone):
        yield WaybillGap.PHONE
    elif view.is_to_locker and not phones.is_ukrainian_mobile(view.phone):
        yield WaybillGap.PHONE_NOT_MOBILE


def _has_place(view: FormView) -> bool:
    if view.point is not None:
        return view.point.is_open
    return view.door is not None and bool(view.door.building)


def _gaps_of_seats(view: FormView) -> Iterator[WaybillGap]:
    if not view.seats or (view.is_to_locker and len(view.seats) > 1):
        yield WaybillGap.SEATS
    most = view.point.max_weight_kg if view.point is not None else None
    most = HEAVIEST_KG if most is None else min(most, HEAVIEST_KG)
    if any(not 0 < seat.weight_kg <= most for seat in view.seats):
        yield WaybillGap.WEIGHT
    if not all(_fits(seat, view.point) for seat in view.seats):
        yield WaybillGap.SIZE


def _fits(seat: Seat, point: CarrierPoint | None) -> bool:
    """Whether the box goes in, however it is turned. A side of the place that is 0 has no limit."""
    sides = sorted((seat.width_cm, seat.length_cm, seat.height_cm))
    limits = [point.max_width_cm, point.max_length_cm, point.max_height_cm] if point else []
    room = sorted(limit or LONGEST_CM for limit in limits or [0] * len(sides))
    return sides[0] > 0 and all(side <= most for side, most in zip(sides, room, strict=True))


def _gaps_of_money(view: FormView, told: Told) -> Iterator[WaybillGap]:
    most = view.point.max_declared if view.point is not None else None
    most = LARGEST_DECLARED if most is None else min(most, LARGEST_DECLARED)
    if not 1 <= view.declared_value <= most:
        yield WaybillGap.DECLARED_VALUE
    if told.is_cod_foreign and view.draft.cod_amount is None:
        yield WaybillGap.COD_CURRENCY
    if view.cod_amount > view.declared_value:
        yield WaybillGap.COD_AMOUNT
    if view.cod_amount and not view.account.cod_kind:
        yield WaybillGap.COD_KIND


def request_of(
    view: FormView, *, reference: str, ship_on: date, is_quote: bool = False
) -> WaybillRequest:
    """What is to be sent to the carrier. ``is_quote``: a place nobody has confirmed will do.

    Raises:
        WaybillGapError: something is missing yet, the first of ``view.gaps``.
    """
    gaps = [gap for gap in view.gaps if not (is_quote and gap is WaybillGap.CONFIRM)]
    if gaps:
        raise WaybillGapError(gaps[0])
    name = person_names.read(view.recipient_name)
    if name is None:
        raise WaybillGapError(WaybillGap.NAME)
    return WaybillRequest(
        reference=reference,
        origin=origin_of(view.account),
        destination=_destination(view),
        recipient=name,
        phone=view.phone,
        seats=view.seats,
        declared_value=view.declared_value,
        cod_amount=view.cod_amount,
        cod_kind=CodKind(view.account.cod_kind or CodKind.TRANSFER),  # nothing is collected: either
        payer=view.payer,
        description=view.description,
        ship_on=ship_on,
    )


def origin_of(account: CarrierAccount) -> Origin:
    """From where this account sends, and as whom."""
    return Origin(
        sender_ref=account.sender_ref,
        contact_ref=account.contact_ref,
        phone=account.phone,
        city_ref=account.city_ref,
        place_ref=account.place_ref,
        from_door=account.from_door,
    )


def _destination(view: FormView) -> Destination:
    city_ref = view.city.ref if view.city is not None else ""
    if view.point is not None:
        return Destination(kind=view.point.kind, city_ref=city_ref, place_ref=view.point.ref)
    door = view.door or Door("", "", "", "")
    return Destination(
        kind=PlaceKind.DOOR,
        city_ref=city_ref,
        street_ref=door.street_ref,
        building=door.building,
        flat=door.flat,
    )


def fingerprint(view: FormView) -> str:
    """Equal for forms that cost the same and arrive the same day: 16 characters."""
    account, where = view.account, _destination(view)
    content = (
        *(account.sender_ref, account.city_ref, account.place_ref, account.from_door),
        *(account.cod_kind, where.kind.value, where.city_ref, where.place_ref, where.street_ref),
        *(plain(view.declared_value), plain(view.cod_amount), view.payer.value),
        *((plain(s.weight_kg), s.width_cm, s.length_cm, s.height_cm) for s in view.seats),
    )
    return hashlib.blake2b(repr(content).encode(), digest_size=8).hexdigest()
