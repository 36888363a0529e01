"""A waybill that is being put together for an order: begun, and every edit of it.

It begins with what the sale says, be that an open window or a sale that was added, and follows it
in all that staff did not set. ``services/waybill_form_views.py`` reads what it says now, and
``services/waybill_content.py`` what hinders it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tortoise.timezone import now

from domain import parcel_words, person_names, typed
from domain.boxes import HEAVIEST_KG, LONGEST_CM
from domain.carriers import Payer, Quote, Seat
from domain.errors import NotFoundError, TypedError, TypedProblem
from domain.money import plain
from models.carriers import CarrierCity, CarrierPoint, WaybillDraft
from models.drafts import SaleDraft
from models.staff import StaffMember
from services import claims, orders, waybill_form_views
from services.transactions import transaction
from services.waybill_content import LARGEST_DECLARED
from services.waybill_content import Door as Door
from services.waybill_content import FormView as FormView
from services.waybill_content import fingerprint as fingerprint
from services.waybill_content import request_of as request_of
from services.waybill_form_views import form_view as form_view

LONGEST_NAME = 120
LONGEST_BUILDING = 32
MOST_SEATS = 50

NO_DOOR: dict[str, Any] = {"street_ref": "", "street_name": "", "building": "", "flat": ""}


async def open_form(order_id: int, *, by: StaffMember) -> None:
    """Begin a waybill for the order, or go on with the one that was begun.

    Raises:
        NotFoundError: no such order; it has neither an open window nor a sale; or no carrier is
            connected ("carrier").
        WaybillExistsError: it has one that we made, or that is being made.
        WindowTakenError: a colleague is in its sale window.
        ClaimedError: a colleague is on the order since nothing happened in the window.
        InvalidTransitionError: the order is canceled or refused.
        NotAllowedError: not this person's to do.
    """
    async with _locked(order_id, by):
        account = await waybill_form_views.account_of()
        await WaybillDraft.get_or_create(order_id=order_id, defaults={"carrier": account.carrier})


@asynccontextmanager
async def _locked(order_id: int, by: StaffMember) -> AsyncIterator[None]:
    """A transaction in which this person has the order; in its window something has happened."""
    async with transaction():
        order = await orders.lock(order_id)
        basis = await waybill_form_views.basis_of(order, by)
        if isinstance(basis, SaleDraft):
            await claims.take(order, by, is_of_window=True)
            await SaleDraft.filter(id=basis.id).update(updated_at=now())
        yield


@asynccontextmanager
async def _editing(order_id: int, by: StaffMember) -> AsyncIterator[WaybillDraft]:
    async with _locked(order_id, by):
        draft = await WaybillDraft.get_or_none(order_id=order_id)
        if draft is None:
            raise NotFoundError("waybill form")
        yield draft


async def _set(order_id: int, by: StaffMember, **values: object) -> None:
    async with _editing(order_id, by) as draft:
        await WaybillDraft.filter(id=draft.id).update(**values, updated_at=now())


# Each of these raises what ``open_form`` does, and what it says itself. What staff set stays,
# whatever the window or the sale says later.


async def choose_city(order_id: int, city_id: int, *, by: StaffMember) -> None:
    """The city; a branch of another one is forgotten. NotFoundError: there is no such ("city")."""
    async with _editing(order_id, by) as draft:
        if not await CarrierCity.exists(id=city_id, carrier=draft.carrier):
            raise NotFoundError("city")
        values: dict[str, Any] = {"city_id": city_id, "is_sought": True}
        if city_id != draft.city_id:
            values |= {"point_id": None, "is_confirmed": False, **NO_DOOR}
        await WaybillDraft.filter(id=draft.id).update(**values, updated_at=now())


async def choose_point(order_id: int, point_id: int, *, by: StaffMember) -> None:
    """The branch or locker, and its city. NotFoundError: it is not there ("point")."""
    async with _editing(order_id, by) as draft:
        point = await CarrierPoint.get_or_none(id=point_id, carrier=draft.carrier)
        if point is None:
            raise NotFoundError("point")
        await WaybillDraft.filter(id=draft.id).update(
            city_id=point.city_id,
            point_id=point.id,
            is_confirmed=True,
            is_sought=True,
            updated_at=now(),
            **NO_DOOR,
        )


async def choose_door(order_id: int, door: Door, *, by: StaffMember) -> None:
    """An address of the chosen city, instead of a branch.

    Raises:
        TypedError: it cannot be one: there is no building, or it is too long.
        NotFoundError: no city was chosen ("city"), or no street ("street").
    """
    building = typed.line_of_text(door.building, LONGEST_BUILDING)
    flat = typed.line_of_text(door.flat, LONGEST_BUILDING) if door.flat.strip() else ""
    if not door.street_ref:
        raise NotFoundError("street")
    async with _editing(order_id, by) as draft:
        if draft.city_id is None:
            raise NotFoundError("city")
        await WaybillDraft.filter(id=draft.id).update(
            point_id=None,
            street_ref=door.street_ref,
            street_name=door.street_name[:200],
            building=building,
            flat=flat,
            is_confirmed=True,
            is_sought=True,
            updated_at=now(),
        )


async def confirm_place(order_id: int, *, by: StaffMember) -> None:
    """The place that was found by the order's words is right. NotFoundError: there is none."""
    async with _editing(order_id, by) as draft:
        if draft.point_id is None and not draft.street_ref:
            raise NotFoundError("point")
        await WaybillDraft.filter(id=draft.id).update(is_confirmed=True, updated_at=now())


async def set_recipient(order_id: int, text: str, *, by: StaffMember) -> None:
    """The recipient's name: surname, name, patronymic. TypedError: it cannot be one."""
    name = person_names.read(typed.line_of_text(text, LONGEST_NAME))
    if name is None:
        raise TypedError(TypedProblem.NOT_A_FULL_NAME, text)
    if not person_names.is_ukrainian(name):
        raise TypedError(TypedProblem.NOT_UKRAINIAN_LETTERS, text)
    await _set(order_id, by, recipient_name=name.full)


async def set_phone(order_id: int, text: str, *, by: StaffMember) -> None:
    """Their phone. TypedError: it cannot be one."""
    await _set(order_id, by, phone=typed.phone(text))


async def set_seats(order_id: int, seats: Sequence[Seat], *, by: StaffMember) -> None:
    """The pieces, 1 to ``MOST_SEATS``. TypedError: some cannot be sent."""
    if not 0 < len(seats) <= MOST_SEATS:
        raise TypedError(TypedProblem.TOO_LARGE, str(len(seats)))
    for seat in seats:
        sides = (seat.width_cm, seat.length_cm, seat.height_cm)
        if not 0 < seat.weight_kg <= HEAVIEST_KG:
            raise TypedError(TypedProblem.NOT_A_WEIGHT, plain(seat.weight_kg))
        if not all(0 < side <= LONGEST_CM for side in sides):
            raise TypedError(TypedProblem.NOT_A_BOX, "x".join(map(str, sides)))
    kept = [
        [plain(seat.weight_kg), seat.width_cm, seat.length_cm, seat.height_cm] for seat in seats
    ]
    await _set(order_id, by, seats=kept)


async def set_declared_value(order_id: int, text: str, *, by: StaffMember) -> None:
    """The declared value, whole hryvnias from 1. TypedError: it cannot be one."""
    value = typed.hryvnias(text)
    if not value:
        raise TypedError(TypedProblem.NOTHING_DECLARED, text)
    if value > LARGEST_DECLARED:
        raise TypedError(TypedProblem.TOO_LARGE, text)
    await _set(order_id, by, declared_value=value)


async def set_cod(order_id: int, text: str, *, by: StaffMember) -> None:
    """What the carrier is to collect, "0" for nothing. TypedError: it cannot be that."""
    value = typed.hryvnias(text)
    if value > LARGEST_DECLARED:
        raise TypedError(TypedProblem.TOO_LARGE, text)
    await _set(order_id, by, cod_amount=value)


async def set_description(order_id: int, text: str, *, by: StaffMember) -> None:
    """What is in the parcel, without the signs that carriers refuse. TypedError: too long."""
    line = typed.line_of_text(text, parcel_words.LONGEST_DESCRIPTION)
    words = parcel_words.description(line)
    if not words:
        raise TypedError(TypedProblem.EMPTY, text)
    await _set(order_id, by, description=words)


async def set_payer(order_id: int, payer: Payer, *, by: StaffMember) -> None:
    """Who pays for the delivery."""
    await _set(order_id, by, payer=payer)


async def keep_quote(order_id: int, of: str, quote: Quote) -> None:
    """What it would cost; ``of``: the ``fingerprint`` of the form it was asked for."""
    kept = {
        "of": of,
        "at": now().isoformat(),
        "cost": plain(quote.cost),
        "cod_cost": plain(quote.cod_cost),
        "arrives_on": quote.arrives_on.isoformat() if quote.arrives_on else None,
    }
    await WaybillDraft.filter(order_id=order_id).update(quote=kept)


async def show_form_at(order_id: int, chat_id: int, message_id: int) -> None:
    """Remember which Telegram message shows the form."""
    shown = WaybillDraft.filter(order_id=order_id)
    await shown.update(chat_id=chat_id, message_id=message_id)
