"""Parcels on their way: when each is looked at, and what follows from what the carrier says.

What a carrier says is applied in the order in which it was asked: an answer that was overtaken by
another one is dropped. Repeats change nothing.
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from prometheus_client import Counter
from tortoise.expressions import F
from tortoise.queryset import QuerySet
from tortoise.timezone import now

from domain.carriers import ParcelState, ParcelStatus, WaybillState
from domain.orders import Phase
from domain.parcels import day_in_kyiv, days_to_tell, is_believed, next_look
from domain.phones import international, phone_key
from models.carriers import Waybill
from models.orders import EventKind, Order, OrderEvent
from models.sales import Sale
from services import money, orders, outbox, telling, waybills
from services.transactions import transaction

tracked_total = Counter(
    "kramar_parcels_tracked_total", "Times carriers were asked where parcels are", ["outcome"]
)

_NUMBERED = (WaybillState.MADE, WaybillState.NAMED)
_TOLD = frozenset({ParcelState.ARRIVED, ParcelState.RECEIVED, ParcelState.RETURNING})
_OVER = frozenset({Phase.CANCELED, Phase.REFUSED})
_LEARNT = (
    *("parcel", "moved_at", "stored_since", "days_told", "status_code", "status_text", "place"),
    *("return_number", "arrives_on", "received_at", "cod_amount", "looked_at", "look_at"),
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A parcel to be asked for. ``phone``: of its recipient, international; "" when unknown."""

    waybill_id: int
    number: str
    phone: str


# When they are looked at


async def due(carrier: str, limit: int) -> list[Followed]:
    """Parcels to be looked at by now, the longest waiting first."""
    waiting = _followed(carrier=carrier).filter(look_at__lte=now())
    return await _with_phones(await waiting.order_by("look_at", "id").limit(limit))


async def one(waybill_id: int) -> tuple[str, Followed] | None:
    """The carrier of one parcel, and how to ask for it; None: nobody can be asked."""
    found = await _followed(id=waybill_id).exclude(carrier="")
    return (found[0].carrier, (await _with_phones(found))[0]) if found else None


def _followed(**which: object) -> QuerySet[Waybill]:
    """Those that count, and whose number is known."""
    return Waybill.filter(live_for__isnull=False, state__in=_NUMBERED, **which).exclude(number="")


async def _with_phones(found: Collection[Waybill]) -> list[Followed]:
    order_ids = [waybill.order_id for waybill in found]
    sold = {sale.order_id: sale for sale in await Sale.filter(standing_for__in=order_ids)}
    placed = {order.id: order for order in await Order.filter(id__in=order_ids)}
    followed = []
    for waybill in found:
        sale, order = sold.get(waybill.order_id), placed[waybill.order_id]
        known = (
            waybill.recipient_phone,
            sale.phone if sale else "",
            order.recipient_phone,
            order.phone,
        )
        phone = next((international(each) for each in known if phone_key(each)), "")
        followed.append(Followed(waybill.id, waybill.number, phone))
    return followed


async def postpone(waybill_ids: Collection[int], pause: timedelta) -> None:
    """Nothing was learnt of these, as far as they are due still: they are looked at later."""
    at = now()
    await Waybill.filter(id__in=waybill_ids, look_at__lte=at).update(look_at=at + pause)


async def postpone_all(carrier: str, pause: timedelta) -> None:
    """The carrier cannot be asked: whatever is due before that is looked at then."""
    until = now() + pause
    await Waybill.filter(carrier=carrier, look_at__lt=until).update(look_at=until)


async def silent_for(carrier: str) -> timedelta:
    """How long ago the carrier last told of a parcel that is still followed."""
    asked = _followed(carrier=carrier, look_at__isnull=False, looked_at__isnull=False)
    last = await asked.order_by("-looked_at").first()
    return now() - last.looked_at if last and last.looked_at else timedelta()


# What is said of them


async def record(
    waybill_id: int, status: ParcelStatus, *, asked_at: datetime, usual: timedelta
) -> bool:
    """Note what the carrier says of a parcel, and do what follows; whether cards show it anew.

    ``asked_at`` (aware): when it was asked. ``usual``: how long to leave one that moves in peace.
    """
    async with transaction():
        waybill = await Waybill.get_or_none(id=waybill_id)
        if waybill is None:
            return False
        order = await orders.lock(waybill.order_id)
        waybill = await _followed(id=waybill_id).first()  # as it is now that nobody can change it
        if waybill is None or (waybill.looked_at and asked_at < waybill.looked_at):
            return False
        was, before = waybill.parcel, _shown(waybill)
        await _note(waybill, status, asked_at, usual)
        if waybill.parcel is ParcelState.DELETED and waybill.is_ours:
            await waybills.deleted(waybill.id, by=None)
            return True
        if waybill.parcel is not was:
            await _moved(order, waybill, status)
        await _tell_waiting(order, waybill)
        is_news = _shown(waybill) != before
        if is_news:
            await Order.filter(id=order.id).update(revision=F("revision") + 1)
            await outbox.owe_redraws([order.id])
    return is_news


def _shown(waybill: Waybill) -> tuple[object, ...]:
    """What cards show of a parcel."""
    place = waybill.place if waybill.parcel is ParcelState.ARRIVED else ""
    return waybill.parcel, place, waybill.stored_since, waybill.return_number


async def _note(
    waybill: Waybill, status: ParcelStatus, asked_at: datetime, usual: timedelta
) -> None:
    """The carrier's words into the row, and when to look next."""
    at = now()
    if is_believed(waybill.parcel, status.state):
        if status.state is not waybill.parcel:
            waybill.parcel, waybill.moved_at = status.state, at
            waybill.stored_since, waybill.days_told = None, 0
        waybill.status_code, waybill.status_text = status.code[:16], status.text[:300]
        waybill.place = status.place[:300] or waybill.place
        waybill.return_number = status.return_number[:64] or waybill.return_number
        waybill.arrives_on = status.arrives_on or waybill.arrives_on
        waybill.received_at = status.received_at or waybill.received_at
        if status.cod_amount > 0:  # it may be told to those with the right phone alone
            waybill.cod_amount = status.cod_amount
        if waybill.parcel is ParcelState.ARRIVED:
            waybill.stored_since = _stored_since(waybill, status, day_in_kyiv(at))
    waybill.looked_at = asked_at
    since = waybill.moved_at or waybill.made_at or waybill.created_at
    pause = next_look(waybill.parcel, at - since, usual)
    waybill.look_at = at + pause * random.uniform(0.75, 1.25) if pause else None  # noqa: S311
    await waybill.save(update_fields=_LEARNT)


def _stored_since(waybill: Waybill, status: ParcelStatus, today: date) -> date:
    """The first day of the parcel's stay. A carrier may name a later one, from which it costs."""
    said, known = status.stored_since, waybill.stored_since
    return min(each for each in (said, known, today) if each is not None)


async def _moved(order: Order, waybill: Waybill, status: ParcelStatus) -> None:
    """What follows from a parcel's coming into another state."""
    if waybill.parcel not in _TOLD:
        return
    data: dict[str, Any] = {"state": waybill.parcel.value, "place": waybill.place}
    if waybill.parcel is ParcelState.RETURNING:
        data |= {"text": status.text[:300], "return_number": waybill.return_number}
    event = await _write(EventKind.PARCEL, waybill, data)
    if waybill.parcel is ParcelState.RETURNING:
        await outbox.owe_event(event.id)
    if waybill.parcel is ParcelState.RECEIVED:
        await money.settle_by_carrier(order.id)
        if order.phase is Phase.COMPLETED:
            await telling.owe(order)


async def _tell_waiting(order: Order, waybill: Waybill) -> None:
    """Somebody has to call a customer who does not fetch the parcel."""
    is_awaited = waybill.parcel is ParcelState.ARRIVED and order.phase not in _OVER
    if not is_awaited or waybill.stored_since is None:
        return
    days = days_to_tell(waybill.stored_since, waybill.days_told, now())
    if days:
        await Waybill.filter(id=waybill.id).update(days_told=days)
        data = {"days": days, "place": waybill.place}
        event = await _write(EventKind.PARCEL_WAITS, waybill, data)
        await outbox.owe_event(event.id)


async def _write(kind: EventKind, waybill: Waybill, data: Mapping[str, Any]) -> OrderEvent:
    named = {"number": waybill.number, "carrier": waybill.carrier}
    return await OrderEvent.create(
        order_id=waybill.order_id, kind=kind, staff_id=None, data={**named, **data}
    )
