"""Reminders of an order: one per order and chat, which the newest replaces.

A reminder is sent by an outbox effect that is due when it is, and goes with it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.errors import InvalidTransitionError
from domain.orders import Phase
from domain.rights import Right, demand
from models.care import Reminder
from models.orders import EventKind, Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.telegram import Chat
from services import card_places, cards, claims, order_views, orders, outbox
from services.card_places import Place
from services.order_views import OrderView
from services.transactions import transaction


@dataclass(frozen=True, slots=True)
class DueReminder:
    """What a reminder tells: of which order, who set it."""

    order: OrderView
    staff_name: str


async def plan(order_id: int, place: Place, due_at: datetime, *, by: StaffMember) -> None:
    """The chat of this place will be reminded of an open order at ``due_at`` (aware).

    Raises:
        InvalidTransitionError: the order is no longer open.
        NotFoundError: no such order, or cards do not come to this chat.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.CARE)
    async with transaction():
        order = await _lock_open(order_id)
        chat = await card_places.chat_at(place)
        await _forget(order.id, chat)
        reminder = await Reminder.create(
            order_id=order.id, chat_id=chat.id, staff_id=by.id, due_at=due_at
        )
        await OutboxEffect.create(
            kind=EffectKind.REMIND, chat_id=chat.id, subject_id=reminder.id, due_at=due_at
        )
        await OrderEvent.create(
            order_id=order.id,
            kind=EventKind.REMINDER,
            staff_id=by.id,
            data={"at": due_at.astimezone(UTC).isoformat()},
        )
        await Order.filter(id=order.id).update(is_touched=True)
        await claims.keep(order, by)
        await outbox.owe_cards([order.id])


async def _lock_open(order_id: int) -> Order:
    order = await orders.lock(order_id)
    if order.phase is not Phase.OPEN:
        raise InvalidTransitionError(order.id, order.phase)
    return order


async def _forget(order_id: int, chat: Chat) -> bool:
    """Drop the chat's reminder of an order, if there is one. Inside a transaction.

    It goes before what is owed for it, as everywhere: the sender may be done with it right now.
    """
    old = await Reminder.get_or_none(order_id=order_id, chat_id=chat.id)
    if old is None:
        return False
    was_there = bool(await Reminder.filter(id=old.id).delete())
    effects = OutboxEffect.filter(chat_id=chat.id, kind=EffectKind.REMIND, subject_id=old.id)
    await effects.delete()
    return was_there


async def drop(order_id: int, place: Place, *, by: StaffMember) -> None:
    """The chat of this place is not reminded of the order any more; safe to repeat.

    Raises:
        NotFoundError: no such order, or cards do not come to this chat.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.CARE)
    async with transaction():
        order = await orders.lock(order_id)
        if await _forget(order.id, await card_places.chat_at(place)):
            await outbox.owe_cards([order.id])


async def is_pending(order_id: int, place: Place) -> bool:
    """Whether the chat of this place will be reminded of the order.

    Raises:
        NotFoundError: cards do not come to this chat.
    """
    chat = await card_places.chat_at(place)
    return await Reminder.exists(order_id=order_id, chat_id=chat.id)


async def due(reminder_id: int) -> DueReminder | None:
    """What to say now that a reminder is due; None: nothing, it is gone or the order closed."""
    reminder = await Reminder.get_or_none(id=reminder_id).select_related("staff")
    if reminder is None:
        return None
    view = await order_views.order_view(reminder.order_id)
    return DueReminder(view, reminder.staff.name) if view.is_open else None


async def done(reminder_id: int, effect_ids: Collection[int]) -> None:
    """The reminder was sent, or there is nothing to say: it goes, with what was owed for it."""
    async with transaction():
        reminder = await Reminder.get_or_none(id=reminder_id)
        if reminder is not None:
            await Reminder.filter(id=reminder.id).delete()
            await outbox.owe_cards([reminder.order_id])
        await cards.settle(effect_ids)
