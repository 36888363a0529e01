"""Reminders of orders, and nudges about new ones, as messages. Pure, like ``bot/cards.py``."""

from collections.abc import Sequence
from datetime import datetime

from bot import order_text
from bot.cards import Rendered, order_card
from bot.i18n import Translator
from bot.keyboards.buttons import keyboard
from bot.keyboards.orders import offered, open_buttons, order_keyboard
from bot.keyboards.reminders import remind_keyboard
from bot.markup import plain, quoted
from bot.names import status_mark, status_name
from domain.rights import Role
from services.order_views import BriefView, OrderView
from services.reminders import DueReminder

NUDGED = 10
OFTEN = 3  # calls in vain, after which the customer may not want the order any more
_LONGEST_NAME = 60
_LONGEST_NUMBER = 16
_LONGEST_CUSTOMER = 24


def choices(
    view: OrderView,
    t: Translator,
    *,
    now: datetime,
    is_pending: bool,
    is_offer: bool = False,
    role: Role | None = None,
) -> Rendered:
    """The card asking when to remind; after calls in vain also whether it is refused.

    ``role``: of its one reader, as on a card.
    """
    card = order_card(view, t, now=now)
    is_often = view.order.call_attempts >= OFTEN
    question = t("Nobody answers. Remind later, or refused?") if is_often else t("When to remind?")
    buttons = remind_keyboard(
        view.order.id, t, is_offer=is_offer, is_pending=is_pending, may_be_refused=is_often
    )
    return Rendered(f"{card.text}\n\n<b>{question}</b>", offered(buttons, role))


def reminder(
    due: DueReminder, t: Translator, *, now: datetime, role: Role | None = None
) -> Rendered:
    """A reminder that is due: which order, in which status, whom to call, who set it.

    ``role``: of its one reader, as on a card.
    """
    view = due.order
    order = view.order
    heading = t("Reminder: order {number}", number=order_text.number(order))
    calls = t("no answer {attempt}", attempt=order.call_attempts) if order.call_attempts else ""
    text = "\n".join(
        [
            f"⏰ <b>{heading}</b>",
            f"{status_mark(view.status)} {status_name(view.status, t)}",
            *([f"📵 {calls}"] if calls else []),
            *order_text.customer(order.customer_name, order.phone),
            t("Set by {who}", who=quoted(due.staff_name, _LONGEST_NAME)),
        ]
    )
    return Rendered(text, order_keyboard(view, t, now=now, role=role))


def nudge(waiting: Sequence[BriefView], t: Translator, *, now: datetime) -> Rendered:
    """New orders that nobody touched, oldest first; ``NUDGED`` of them are named."""
    heading = t.plural(
        "{count} new order is waiting for somebody",
        "{count} new orders are waiting for somebody",
        len(waiting),
    )
    lines = [_waiting_line(view, t, now) for view in waiting[:NUDGED]]
    if more := len(waiting) - len(lines):
        lines.append(t.plural("and {count} more", "and {count} more", more))
    labels = [(view.order.id, f"#{_number(view)}") for view in waiting[:NUDGED]]
    return Rendered("\n".join([f"⏳ <b>{heading}</b>", *lines]), keyboard(open_buttons(labels, 3)))


def _number(view: BriefView) -> str:
    return plain(view.order.number, _LONGEST_NUMBER).removeprefix("#")


def _waiting_line(view: BriefView, t: Translator, now: datetime) -> str:
    order = view.order
    came_at = order.created_at
    is_today = t.local_day(came_at) == t.local_day(now)
    since = t.time(came_at) if is_today else t.date_time(came_at, now=now)
    parts = (
        quoted(order.number, _LONGEST_NUMBER),
        quoted(order.customer_name, _LONGEST_CUSTOMER),
        t.money(order.total, order.currency),
        t("since {time}", time=since),
    )
    return " · ".join(part for part in parts if part)


# --- short answers and prompts -------------------------------------------------------------------


def ask_when(t: Translator) -> str:
    return t("When? For example “tomorrow 10:00”, “in 2 hours”, “25.12 9:00”. Or /cancel.")


def when_placeholder(t: Translator) -> str:
    """For the input field: at most 64 characters."""
    return t("For example: tomorrow 10:00")


def planned(at: datetime, t: Translator, *, now: datetime) -> str:
    return t("Reminder: {at}", at=t.date_time(at, now=now))


def deleted(t: Translator) -> str:
    return t("No reminder any more.")


def no_answer(attempt: int, t: Translator) -> str:
    return t("Noted: no answer {attempt}.", attempt=attempt)
