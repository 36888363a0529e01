"""An order as one message: what it says and what can be tapped. Pure: views in, text out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from aiogram.types import InlineKeyboardMarkup

from bot import care_text, order_text, parcel_texts
from bot.carrier_texts import carrier_name
from bot.event_texts import event_text
from bot.i18n import Translator
from bot.keyboards.buttons import keyboard
from bot.keyboards.orders import open_buttons, order_keyboard
from bot.markup import MESSAGE_LIMIT, plain, quoted, visible_length
from bot.names import platform_state_name, status_mark, status_name
from bot.order_text import LONGEST_SHOP
from bot.shop_texts import why_refused
from domain.orders import PlatformState
from domain.rights import Role
from models.orders import EventKind, Order
from models.statuses import OrderStatus, StatusKind
from services.order_views import EventView, LineView, OrderView

# Room is left for the question that "Reject" and "Change status" put below the card.
CARD_LIMIT = MESSAGE_LIMIT - 100

DIGEST_LIMIT = 60  # orders in one digest
_DIGEST_ROW = 4  # buttons
_DIGEST_NUMBER = 16
_DIGEST_NAME = 24
_LONGEST_WHY = 200


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it is to be shown: Telegram HTML, buttons, and a picture's address."""

    text: str
    keyboard: InlineKeyboardMarkup | None
    picture_url: str = ""

    @property
    def fingerprint(self) -> str:
        """Equal for messages that show the same: nothing needs to be edited. 32 characters."""
        buttons = self.keyboard.model_dump_json(exclude_none=True) if self.keyboard else ""
        content = f"{self.text}\0{buttons}\0{self.picture_url}".encode()
        return hashlib.blake2b(content, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """What a digest tells of one order. ``total`` is in ``currency``."""

    order_id: int
    number: str
    customer_name: str
    total: Decimal
    currency: str
    status: OrderStatus
    is_short: bool


def order_card(
    view: OrderView, t: Translator, *, now: datetime, role: Role | None = None
) -> Rendered:
    """The card of an order, whose text is at most ``CARD_LIMIT`` code points. ``now`` is aware.

    ``role``: of its one reader, who is offered what they may do; None: several people read it.
    """
    order = view.order
    head = [
        f"{status_mark(view.status)} <b>{_headline(view, t)}</b>",
        *_status_line(view, t),
        *care_text.holder(view.holder, t),
        order_text.placed(order, t, now),
        *_platform_marks(view, t),
        *_untold(view, t),
        *parcel_texts.left_behind(order, view.waybill, t),
        *_care_marks(view, t, now),
        *care_text.twin(view.memory, t),
        *order_text.customer(order.customer_name, order.phone),
        *care_text.wishes(order, t),
        *care_text.memory(view.memory, t),
        *order_text.recipient(order, t),
        *_delivery(view, t),
        *order_text.promotion(order.promotion),
        *order_text.note(order.note),
    ]
    tail = [*order_text.sums(order, order.currency, t), *_last_event(view, t, now)]
    items = [
        order_text.item(line, _line_state(line, t) if view.is_open else "") for line in view.lines
    ]
    text = order_text.assembled(head, items, tail, order.currency, t, limit=CARD_LIMIT)
    return Rendered(text, order_keyboard(view, t, now=now, role=role))


def _headline(view: OrderView, t: Translator) -> str:
    order = t("Order {number}", number=order_text.number(view.order))
    return f"{order} · {quoted(view.shop_name, LONGEST_SHOP)}"


def _status_line(view: OrderView, t: Translator) -> list[str]:
    return [] if view.status.kind is StatusKind.NEW else [f"<b>{status_name(view.status, t)}</b>"]


def _delivery(view: OrderView, t: Translator) -> list[str]:
    """Where it goes, and its parcel; the number that only the platform knows, where we know none.

    A waybill of ours has a line of its own.
    """
    order = view.order
    ours = parcel_texts.parcel_line(view.waybill, t) if view.waybill is not None else ""
    number = "" if ours else order_text.parcel(order.waybill_number, t)
    told = order_text.delivery(
        order.delivery_method, order.delivery_city, order.delivery_address, number
    )
    return [*told, ours] if ours else told


def _platform_marks(view: OrderView, t: Translator) -> list[str]:
    """What the site says and staff must know: while the order is open, and why it was canceled."""
    order = view.order
    is_own_word = order.told_status != "" and order.told_status == order.platform_status
    if why := "" if is_own_word else _why_canceled(order):
        return ["⚠ " + t("canceled on the site: {why}", why=why)]
    if not view.is_open:
        return []
    match order.platform_state:
        case PlatformState.COMPLETED | PlatformState.CANCELED if is_own_word:
            return []  # and the site will soon hear that it is open again
        case PlatformState.PENDING:
            return ["⏳ " + t("awaiting payment")]
        case PlatformState.FAILED:
            return ["⚠ " + t("payment failed")]
        case PlatformState.COMPLETED:
            return ["☑ " + t("completed on the site: record the sale")]
        case PlatformState.CANCELED:
            return ["⚠ " + t("canceled on the site")]
        case PlatformState.ACTIVE | PlatformState.DRAFT:
            return []


def _why_canceled(order: Order) -> str:
    """What the site says of why and by whom it was canceled there; "" when it does not say."""
    is_canceled = order.platform_state is PlatformState.CANCELED
    return quoted(order.cancellation, _LONGEST_WHY) if is_canceled else ""


def _untold(view: OrderView, t: Translator) -> list[str]:
    """Why the site does not know what became of the order."""
    if not view.order.tell_problem:
        return []
    problem = why_refused(view.order.tell_problem, t)
    return ["⚠ " + t("Not told to the site: {problem}", problem=problem)]


def _care_marks(view: OrderView, t: Translator, now: datetime) -> list[str]:
    """Calls nobody answered and the next reminder, while the order is open."""
    if not view.is_open:
        return []
    marks = []
    if view.order.call_attempts:
        marks.append("📵 " + t("no answer {attempt}", attempt=view.order.call_attempts))
    if view.remind_at is not None:
        marks.append("⏰ " + t.date_time(view.remind_at, now=now))
    return [" · ".join(marks)] if marks else []


def _line_state(view: LineView, t: Translator) -> str:
    """What hinders a line, else the numbers of its product."""
    if view.product is None or view.missing > 0:
        return order_text.hindrance(view, t)
    if not view.holds:
        return "💤 " + t(
            "not reserved · in stock {on_hand} · available {available}",
            on_hand=t.quantity(view.product.on_hand),
            available=t.quantity(view.product.available),
        )
    return t(
        "in stock {on_hand} · reserved {reserved} · available {available}",
        on_hand=t.quantity(view.product.on_hand),
        reserved=t.quantity(view.product.reserved),
        available=t.quantity(view.product.available),
    )


def _last_event(view: OrderView, t: Translator, now: datetime) -> list[str]:
    """The last action, who and when; of an order that only came in, its date says all."""
    if view.last_event is None or view.last_event.event.kind is EventKind.CREATED:
        return []
    what = event_text(view.last_event, t, currency=view.order.currency)
    return [f"— {_who_and_when(view, view.last_event, t, now)}: {what}"]


def _who(view: OrderView, event: EventView, t: Translator) -> str:
    """Who did it: one of the staff, the carrier, or the site."""
    carrier = "" if event.actor else event.event.data.get("carrier", "")
    return (
        carrier_name(carrier, t) if carrier else quoted(event.actor or view.shop_name, LONGEST_SHOP)
    )


def _who_and_when(view: OrderView, event: EventView, t: Translator, now: datetime) -> str:
    """The time alone on the day of the order, which stands above; else with its day."""
    who = _who(view, event, t)
    at = event.event.at
    is_same_day = t.local_day(at) == t.local_day(view.order.placed_at)
    return f"{who}, {t.time(at) if is_same_day else t.date_time(at, now=now)}"


def history_line(view: OrderView, event: EventView, t: Translator, *, now: datetime) -> str:
    """One row of an order's history: when, who, what."""
    who = _who(view, event, t)
    what = event_text(event, t, currency=view.order.currency, in_full=True)
    return f"{t.date_time(event.event.at, now=now)} · {who}: {what}"


def event_notice(view: OrderView, event: EventView, t: Translator) -> str:
    """A reply to the card: the site changed an order that is closed here, and staff decide."""
    state = PlatformState(event.event.data["state"])
    why = _why_canceled(view.order) if state is PlatformState.CANCELED else ""
    news = t(
        "{shop} says of order {number}: {state}.",
        shop=quoted(view.shop_name, LONGEST_SHOP),
        number=order_text.number(view.order),
        state=platform_state_name(state, t),
    )
    here = t(
        "Here it is {status}, and nothing was changed. Decide what to do with it.",
        status=status_name(view.status, t),
    )
    return "\n".join([f"⚠ {news}", *([f"💬 {why}"] if why else []), here])


def set_aside_notice(
    count: int, shop_names: Sequence[str], problems: Sequence[str], t: Translator
) -> str:
    """For owners: ``count`` requests of these shops were not understood, for these reasons."""
    what = t.plural(
        "{count} request from {shops} could not be read as an order.",
        "{count} requests from {shops} could not be read as orders.",
        count,
        shops=quoted(", ".join(shop_names), 200),
    )
    kept = t(
        "Nothing is lost: each is kept as it came. Compare the shop's orders with those here, and "
        "show this message to whoever looks after the program: “python -m bot inbox list” names "
        "them."
    )
    shown = [f"• {quoted(problem, 200)}" for problem in problems[:5]]
    return "\n".join([f"⚠ {what}", *shown, kept])


def digest(orders: Sequence[DigestLine], t: Translator) -> Rendered:
    """A backlog of at most ``DIGEST_LIMIT`` orders as lines, with a button to open each."""
    count = t.plural("{count} new order", "{count} new orders", len(orders))
    head = f"🗂 <b>{count}</b>"
    text = "\n".join([head, *(_digest_line(order, t) for order in orders)])
    if visible_length(text) > MESSAGE_LIMIT:
        text = "\n".join([head, *(_shortest_line(order) for order in orders)])
    labels = [(order.order_id, f"#{_digest_number(order)}") for order in orders]
    return Rendered(text, keyboard(open_buttons(labels, _DIGEST_ROW)))


def _digest_number(order: DigestLine) -> str:
    return plain(order.number, _DIGEST_NUMBER).removeprefix("#")


def _digest_line(order: DigestLine, t: Translator) -> str:
    parts = [
        quoted(order.number, _DIGEST_NUMBER),
        quoted(order.customer_name, _DIGEST_NAME),
        t.money(order.total, order.currency),
        "" if order.status.kind is StatusKind.NEW else status_name(order.status, t),
        "⚠ " + t("short") if order.is_short else "",
    ]
    return " · ".join(part for part in parts if part)


def _shortest_line(order: DigestLine) -> str:
    return quoted(order.number, _DIGEST_NUMBER) + (" ⚠" if order.is_short else "")
