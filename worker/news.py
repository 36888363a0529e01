"""What a chat is told besides cards and boards: drawn from what its effect names."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from tortoise.timezone import now

from bot import cards as rendering
from bot import notices, reminder_windows
from bot.cards import Rendered
from bot.carrier_news import carrier_news
from bot.i18n import Translator
from bot.parcel_notices import is_over, parcel_notice
from bot.shop_news import shop_news
from models.orders import EventKind
from models.telegram import Chat
from services import (
    cards,
    carrier_notices,
    chats,
    nudges,
    order_views,
    reminders,
    shop_notices,
    staff,
)
from worker.chat_queue import (
    News,
    Nudge,
    Remind,
    TellCarrier,
    TellEvent,
    TellLost,
    TellOwner,
    TellShop,
)
from worker.drawing import drawing

_OF_PARCELS = frozenset({EventKind.PARCEL, EventKind.PARCEL_WAITS})


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to be sent once. ``record`` notes that it was; ``reply_to``: a message's id."""

    rendered: Rendered
    record: Callable[[], Awaitable[None]]
    reply_to: int | None = None


async def drawn(step: News, chat: Chat, t: Translator) -> Notice | None:
    """The message; None: there is nothing to tell any more, and that is recorded.

    Raises:
        DrawingError: it cannot be drawn.
    """
    settle = partial(cards.settle, step.effect_ids)
    match step:
        case TellEvent():
            return await _event(step, chat, t)
        case TellOwner():
            told = await cards.set_aside(step.entry_ids)
            text = rendering.set_aside_notice(told.count, told.shop_names, told.problems, t)
            return Notice(Rendered(text, None), settle)
        case TellLost():
            text = notices.lost_groups(await chats.titles(step.chat_ids), t)
            return Notice(Rendered(text, None), settle)
        case TellShop():
            of_shop = await shop_notices.one(step.notice_id)
            with drawing(f"notice {step.notice_id}"):
                return Notice(Rendered(shop_news(of_shop, t), None), settle)
        case TellCarrier():
            of_carrier = await carrier_notices.one(step.notice_id)
            with drawing(f"notice {step.notice_id} of a carrier"):
                return Notice(carrier_news(of_carrier, t), settle)
        case Remind():
            return await _reminder(step, chat, t)
        case Nudge():
            waiting = await nudges.waiting(step.order_ids)
            if not waiting:
                await settle()
                return None
            with drawing(f"a nudge about {len(waiting)} orders"):
                return Notice(reminder_windows.nudge(waiting, t, now=now()), settle)


async def _event(step: TellEvent, chat: Chat, t: Translator) -> Notice | None:
    settle = partial(cards.settle, step.effect_ids)
    event = await order_views.event_view(step.event_id)
    if event is None:
        await settle()
        return None
    order_id = event.event.order_id
    view = await order_views.order_view(order_id)
    if is_over(view, event):
        await settle()
        return None
    role = await staff.reader(chat)
    with drawing(f"event {step.event_id}"):
        if event.event.kind in _OF_PARCELS:
            rendered = parcel_notice(view, event, t, role=role)
        else:
            rendered = Rendered(rendering.event_notice(view, event, t), None)
    return Notice(rendered, settle, await cards.message_of(order_id, chat.id))


async def _reminder(step: Remind, chat: Chat, t: Translator) -> Notice | None:
    record = partial(reminders.done, step.reminder_id, step.effect_ids)
    due = await reminders.due(step.reminder_id)
    if due is None:
        await record()
        return None
    role = await staff.reader(chat)
    with drawing(f"reminder {step.reminder_id}"):
        rendered = reminder_windows.reminder(due, t, now=now(), role=role)
    return Notice(rendered, record, await cards.message_of(due.order.order.id, chat.id))
