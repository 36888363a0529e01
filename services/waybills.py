"""Waybills of orders: asked for, made exactly once, attached to their sale, deleted.

A call to the carrier stands between two transactions. The first says that it is about to be made
(``SENT``), so that whatever happens to the answer, or to us, it is looked for and never made twice.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from tortoise.expressions import F
from tortoise.timezone import now

from domain.carriers import (
    CarrierProblem,
    CreatedWaybill,
    ParcelState,
    WaybillRequest,
    WaybillState,
)
from domain.errors import NotFoundError
from domain.orders import Phase
from domain.rights import Right, demand
from domain.waybill_numbers import carrier_of
from domain.waybill_requests import restored, stored
from models.carriers import Waybill, WaybillDraft
from models.drafts import SaleDraft
from models.orders import EventKind, Order, OrderEvent
from models.sales import Sale
from models.staff import StaffMember
from services import live_waybills, orders, outbox, search_index, telling, waybill_forms
from services.live_waybills import BEING_MADE
from services.transactions import transaction, waybills_bell
from services.waybill_forms import FormView

# After a lost answer: the pause until the next look is as long as the search has lasted, within.
_SHORTEST_PAUSE = timedelta(seconds=3)
_LONGEST_PAUSE = timedelta(minutes=1)
# What a carrier was asked for so long ago it has made, or never will.
_SETTLED_AFTER = timedelta(minutes=3)
_LEAST_LOOKUPS = 3
_LONGEST_WORDS = 300
_LONGEST_DETAIL = 16
_LONGEST_ORDER_NUMBER = 18  # in a reference, which people read in the carrier's cabinet


async def ask(
    order_id: int, *, by: StaffMember, chat_id: int, message_id: int, today: date
) -> Waybill:
    """Have the order's form made into a waybill, which ``worker/waybills.py`` will do.

    ``chat_id`` and ``message_id`` (Telegram's) are where the outcome is shown, perhaps before this
    returns: let the message say first that it is being made. ``today`` is a day in Kyiv. Of two
    taps, one asks. A number that somebody had named gives way.

    Raises:
        WaybillExistsError: there is one, or it is being made.
        WaybillGapError: the form lacks something.
        NotFoundError, WindowTakenError, InvalidTransitionError, NotAllowedError: as
            ``waybill_forms.open_form``.
    """
    async with transaction():
        order = await orders.lock(order_id)
        view = await waybill_forms.form_view(order.id, by=by)
        await live_waybills.forget_named(order.id)
        waybill = await Waybill.create(
            carrier=view.account.carrier,
            order_id=order.id,
            live_for=order.id,
            state=WaybillState.ASKED,
            staff_id=by.id,
            chat_id=chat_id,
            message_id=message_id,
        )
        waybill.reference = reference_of(order, waybill.id)
        request = waybill_forms.request_of(view, reference=waybill.reference, ship_on=today)
        waybill.request = stored(request)
        waybill.recipient_phone, waybill.cod_amount = request.phone, request.cod_amount
        waybill.place = _place(view)
        await waybill.save()
    waybills_bell.ring()
    return waybill


def _place(view: FormView) -> str:
    """Where it goes, in Ukrainian as all that carriers tell: city, then branch, locker or door."""
    door = view.door
    told = [view.city.name if view.city is not None else ""]
    if door is not None:
        told += [door.street_name, door.building, f"кв. {door.flat}" if door.flat else ""]
    elif view.point is not None:
        told.append(view.point.name)
    return ", ".join(filter(None, told))[:_LONGEST_WORDS]


def reference_of(order: Order, waybill_id: int) -> str:
    """What we call a waybill towards the carrier: the order's number, for people, and our id."""
    number = re.sub(r"[^0-9A-Za-z]+", "-", order.number).strip("-")
    return f"{number[:_LONGEST_ORDER_NUMBER]}-{waybill_id}".lstrip("-")


async def to_do() -> list[Waybill]:
    """What is to be made or looked for now: first whom nobody has been asked for, then older ones;
    with order and staff.
    """
    unfinished = Waybill.filter(state__in=BEING_MADE).select_related("order", "staff")
    found = [each for each in await unfinished.order_by("id") if _is_due(each)]
    return sorted(found, key=lambda each: each.state is WaybillState.SENT)


def _is_due(waybill: Waybill) -> bool:
    if waybill.sent_at is None:
        return True
    last = waybill.looked_at or waybill.sent_at
    pause = min(max(last - waybill.sent_at, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    return now() >= last + pause


async def sending(waybill_id: int) -> WaybillRequest | None:
    """Commit that it is being sent; None: it is not to be sent (any more)."""
    asked = Waybill.filter(id=waybill_id, state=WaybillState.ASKED)
    if not await asked.update(state=WaybillState.SENT, sent_at=now()):
        return None
    return request_of(await Waybill.get(id=waybill_id))


def request_of(waybill: Waybill) -> WaybillRequest:
    """What was asked for."""
    return restored(waybill.request)


async def looking(waybill_id: int) -> Waybill:
    """Commit that it is being looked for, whatever comes of that."""
    await Waybill.filter(id=waybill_id, state=WaybillState.SENT).update(looked_at=now())
    return await Waybill.get(id=waybill_id)


async def not_found(waybill_id: int) -> Waybill:
    """The carrier was asked, and does not know it (yet)."""
    await Waybill.filter(id=waybill_id).update(lookups=F("lookups") + 1)
    return await Waybill.get(id=waybill_id)


def is_hopeless(waybill: Waybill) -> bool:
    """Whether one that was not found this time either was surely never made."""
    waited = now() - (waybill.sent_at or waybill.created_at)
    return waybill.lookups >= _LEAST_LOOKUPS and waited >= _SETTLED_AFTER


async def made(waybill_id: int, created: CreatedWaybill, *, look_in: timedelta) -> Waybill:
    """It exists. The number goes to the order's window or sale, and to its platform.

    ``look_in``: when to ask where its parcel is for the first time.
    """
    async with transaction():
        order, waybill = await _lock(waybill_id)
        if waybill.state not in BEING_MADE:
            return waybill
        waybill.state, waybill.made_at = WaybillState.MADE, now()
        waybill.number, waybill.external_id = created.number, created.external_id
        waybill.cost, waybill.arrives_on = created.cost, created.arrives_on
        waybill.parcel, waybill.moved_at = ParcelState.CREATED, waybill.made_at
        waybill.looked_at, waybill.look_at = None, waybill.made_at + look_in
        await waybill.save()
        await WaybillDraft.filter(order_id=order.id).delete()
        was = await _rename(order, created.number)
        await _note(order, waybill.carrier, created.number, was, staff_id=waybill.staff_id)
        await search_index.add_waybill(order, created.number)
    return waybill


async def failed(
    waybill_id: int, problem: CarrierProblem, words: str, *, detail: str = ""
) -> Waybill:
    """There is none, and why (``words``: the carrier's own); the form stays for another try.

    A number that its sale has besides is followed again.
    """
    async with transaction():
        order, waybill = await _lock(waybill_id)
        if waybill.state not in BEING_MADE:
            return waybill
        waybill.state, waybill.live_for = WaybillState.FAILED, None
        waybill.problem, waybill.problem_text = problem.value, words[:_LONGEST_WORDS]
        waybill.problem_detail = detail[:_LONGEST_DETAIL]
        await waybill.save()
        sale = await Sale.get_or_none(standing_for=order.id)
        if sale is not None:
            await live_waybills.follow_sale(order, sale)
        await outbox.owe_cards([order.id])
    return waybill


async def deleted(waybill_id: int, *, by: StaffMember | None) -> Waybill:
    """It is no more at the carrier. ``by``: None when somebody deleted it there.

    The platform keeps its number: it cannot be told to forget one.
    """
    async with transaction():
        order, waybill = await _lock(waybill_id)
        if waybill.state is not WaybillState.MADE:
            return waybill
        is_live = waybill.live_for is not None
        waybill.state, waybill.live_for = WaybillState.DELETED, None
        waybill.parcel, waybill.moved_at, waybill.look_at = ParcelState.DELETED, now(), None
        await waybill.save()
        if is_live:
            drafts = SaleDraft.filter(order_id=order.id, waybill_number=waybill.number)
            await drafts.update(waybill_number="")
            sales = Sale.filter(standing_for=order.id, waybill_number=waybill.number)
            await sales.update(waybill_number="")
            staff_id = by.id if by is not None else None
            await _note(order, waybill.carrier, "", waybill.number, staff_id=staff_id)
    return waybill


async def name_number(order_id: int, number: str, *, by: StaffMember) -> None:
    """The number of the parcel of a sale that was added, typed now; "" for none.

    The platform is told of a number; it cannot be told to forget one.

    Raises:
        WaybillExistsError: we made one; it has to be deleted first.
        NotFoundError: the order has no standing sale.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.SELL)
    async with transaction():
        order = await orders.lock(order_id)
        sale = await Sale.get_or_none(standing_for=order.id)
        if sale is None:
            raise NotFoundError("sale")
        await live_waybills.require_none(order.id)
        if number == sale.waybill_number:
            return
        was = await _rename(order, number)
        await live_waybills.forget_named(order.id)
        if number:
            await live_waybills.name(order, number, staff_id=by.id, phone=sale.phone)
        await _note(order, carrier_of(number), number, was, staff_id=by.id)
        await search_index.add_waybill(order, number)


async def printed(waybill_ids: Sequence[int]) -> None:
    """They were printed."""
    unprinted = Waybill.filter(id__in=list(waybill_ids), printed_at__isnull=True)
    await unprinted.update(printed_at=now())


async def to_print(limit: int) -> list[Waybill]:
    """Made, and neither printed nor handed over yet, oldest first; with their orders."""
    waiting = Waybill.filter(
        state=WaybillState.MADE,
        live_for__isnull=False,
        printed_at__isnull=True,
        parcel__in=[ParcelState.UNKNOWN, ParcelState.CREATED],
    )
    return await waiting.order_by("id").limit(limit).select_related("order")


# Whoever waits for the outcome


async def one(waybill_id: int) -> Waybill:
    """The waybill, with who asked for it."""
    return await Waybill.get(id=waybill_id).select_related("staff")


async def is_in_window(waybill: Waybill) -> bool:
    """Whether they wait in the message of the order's open sale window."""
    windows = SaleDraft.filter(order_id=waybill.order_id, order__phase=Phase.OPEN)
    return await windows.filter(chat_id=waybill.chat_id, message_id=waybill.message_id).exists()


async def untold() -> list[int]:
    """Those whose outcome is known and was not shown to whoever asked, oldest first."""
    waiting = Waybill.filter(chat_id__isnull=False).exclude(state__in=BEING_MADE)
    return await waiting.order_by("id").values_list("id", flat=True)  # type: ignore[return-value]


async def told(waybill_id: int) -> None:
    """Whoever asked was shown the outcome."""
    await Waybill.filter(id=waybill_id).update(chat_id=None, message_id=None)


# Inside a transaction


async def _lock(waybill_id: int) -> tuple[Order, Waybill]:
    """The order first, as everywhere."""
    seen = await Waybill.get(id=waybill_id)
    order = await orders.lock(seen.order_id)
    waybill = await Waybill.filter(id=waybill_id).select_for_update().get()
    return order, waybill


async def _rename(order: Order, number: str) -> str:
    """The number goes into the order's window, and into its standing sale, of which the platform
    is told; returns what it was before.
    """
    draft = await SaleDraft.get_or_none(order_id=order.id)
    sale = await Sale.get_or_none(standing_for=order.id)
    if draft is not None:
        await SaleDraft.filter(id=draft.id).update(waybill_number=number)
    if sale is None:
        return draft.waybill_number if draft is not None else ""
    await Sale.filter(id=sale.id).update(waybill_number=number)
    if number:
        due_at = max(now(), sale.at + orders.UNDO_WINDOW)
        await telling.owe_waybill(order, due_at=due_at)
        await telling.owe(order, due_at=due_at)  # on its way is another step there
    return sale.waybill_number


async def _note(order: Order, carrier: str, number: str, was: str, *, staff_id: int | None) -> None:
    """Into the history, and onto the cards."""
    await OrderEvent.create(
        order_id=order.id,
        kind=EventKind.WAYBILL,
        staff_id=staff_id,
        data={"number": number, "was": was, "carrier": carrier},
    )
    await telling.redraw(order)
