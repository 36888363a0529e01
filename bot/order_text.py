"""The pieces of text that a card, a sale window and a receipt share; all of it safe HTML."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.i18n import Translator
from bot.markup import Piece, piece, quoted, visible_length
from domain.money import ZERO
from domain.payments import AccountKind, preselected_account
from domain.units import is_worth_saying
from models.orders import Order
from services.order_views import LineView

LONGEST_NUMBER = 64
LONGEST_SHOP = 100
_LONGEST_PERSON = 120
_LONGEST_DELIVERY = 400
_LONGEST_NOTE = 500
_LONGEST_PRODUCT = 120
_LONGEST_PROMOTION = 60
_LONGEST_WAYBILL = 64
_LONGEST_UNIT = 16

FOLDED_FROM = 11  # lines; fewer stay unfolded
_LAST_SHOWN = 2  # lines kept after a summary of the middle
_SUMMARY_ROOM = 160  # code points


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order or a sale, as text needs it.

    ``state``: HTML below it, "" for none. ``unit``: of the quantity, as its platform writes it.
    """

    name: str
    quantity: Decimal
    amount: Decimal
    is_short: bool = False
    state: str = ""
    unit: str = ""


def number(order: Order) -> str:
    """The order's number as its platform shows it."""
    return quoted(order.number, LONGEST_NUMBER)


def customer(name: str, phone: str) -> list[str]:
    """Who bought and how to reach them, what is known of it."""
    name, phone = quoted(name, _LONGEST_PERSON), quoted(phone, 64)
    return [f"👤 {name}"] * bool(name) + [f"📞 {phone}"] * bool(phone)


def recipient(order: Order, t: Translator) -> list[str]:
    """Who is to get the parcel, when that is not the customer."""
    parts = (quoted(order.recipient_name, _LONGEST_PERSON), quoted(order.recipient_phone, 64))
    who = ", ".join(part for part in parts if part)
    return ["🎁 " + t("Recipient: {who}", who=who)] if who else []


def delivery(method: str, city: str, address: str, parcel: str = "") -> list[str]:
    """How and where it is to be delivered; ``parcel``: HTML."""
    place = ", ".join(filter(None, (city, address)))
    parts = (*(quoted(part, _LONGEST_DELIVERY) for part in (method, place)), parcel)
    shown = [part for part in parts if part]
    return [f"🚚 {' · '.join(shown)}"] if shown else []


def parcel(number: str, t: Translator) -> str:
    """The waybill that the platform knows, to be copied by a tap; "" for none."""
    shown = quoted(number, _LONGEST_WAYBILL)
    return t("waybill {number}", number=f"<code>{shown}</code>") if shown else ""


def promotion(text: str) -> list[str]:
    """What the platform does for the customer."""
    shown = quoted(text, _LONGEST_PROMOTION)
    return [f"🎫 {shown}"] if shown else []


def note(text: str) -> list[str]:
    """What the customer or a colleague wrote."""
    shown = quoted(text, _LONGEST_NOTE)
    return [f'💬 "{shown}"'] if shown else []


def payment(order: Order, t: Translator) -> str:
    """How the order is paid; "" when nobody knows."""
    kind = preselected_account(order.payment_method, order.payment_title, is_paid=order.is_paid)
    if kind is AccountKind.COD:
        shown = t("Cash on delivery")
        return f"{shown} · {t('paid')}" if order.is_paid else shown
    return t("Paid online") if order.is_paid else quoted(order.payment_title, 80)


def placed(order: Order, t: Translator, now: datetime) -> str:
    """When it was ordered and how it is paid."""
    parts = (t.date_time(order.placed_at, now=now), payment(order, t))
    return " · ".join(part for part in parts if part)


class Sums(Protocol):
    """What has a total and explains it: an order, a sale, what a window comes to."""

    @property
    def delivery_cost(self) -> Decimal: ...
    @property
    def fees(self) -> Decimal: ...
    @property
    def discount(self) -> Decimal: ...
    @property
    def refunded(self) -> Decimal: ...
    @property
    def total(self) -> Decimal: ...


def sums(source: Sums, currency: str, t: Translator) -> list[str]:
    """Delivery, fees, discount and refund, those that are not zero, then the total in bold."""
    signed = (
        (t("Delivery"), source.delivery_cost),
        (t("Fees"), source.fees),
        (t("Discount"), -source.discount),
        (t("Refunded"), -source.refunded),
    )
    parts = [f"{label} {t.money(amount, currency)}" for label, amount in signed if amount]
    total = f"<b>{t('Total')} {t.money(source.total, currency)}</b>"
    return [" · ".join(parts), total] if parts else [total]


def item(view: LineView, state: str) -> Item:
    """A line of an order; ``state``: HTML to stand below it, "" when the line waits for nothing."""
    line = view.line
    is_short = bool(state) and view.missing > 0
    return Item(line.name, line.quantity, line.amount, is_short, state, line.unit)


def hindrance(view: LineView, t: Translator) -> str:
    """Why the goods of an open order's line are not all held; "" when they are."""
    if view.product is None:
        return "🔗 " + t("not linked")
    if view.missing > 0:
        return "⚠ " + t("short by {missing}", missing=t.quantity(view.missing))
    return ""


def lines_within(items: Sequence[Item], room: int, currency: str, t: Translator) -> list[str]:
    """The numbered lines in at most ``room`` code points: many are folded, too many summed up.

    What is left out is the middle: its count, sum and shortages are told instead.
    """
    if not items:
        return []
    shown = _fit(items, room, currency, t)
    text = "\n".join(shown)
    return [f"<blockquote expandable>{text}</blockquote>" if len(items) >= FOLDED_FROM else text]


def _fit(items: Sequence[Item], room: int, currency: str, t: Translator) -> list[str]:
    def numbered(at: int) -> Piece:
        return piece(_line(at + 1, items[at], currency, t))

    whole, is_all = _take(len(items), numbered, room)
    if is_all:
        return whole
    end = [numbered(at) for at in range(len(items) - _LAST_SHOWN, len(items))]
    left = room - _SUMMARY_ROOM - sum(last.length + 1 for last in end)
    begin, _ = _take(len(items) - _LAST_SHOWN, numbered, left)
    middle = _summary(items[len(begin) : -_LAST_SHOWN], currency, t)
    return [*begin, middle, *(last.html for last in end)]


def _take(count: int, numbered: Callable[[int], Piece], room: int) -> tuple[list[str], bool]:
    """As many of the first lines as there is room for, and whether that is all of them."""
    taken: list[str] = []
    for at in range(count):
        line = numbered(at)
        room -= line.length + 1
        if room < 0:
            return taken, False
        taken.append(line.html)
    return taken, True


def _line(position: int, item: Item, currency: str, t: Translator) -> str:
    name = quoted(item.name, _LONGEST_PRODUCT)
    quantity = t.quantity(item.quantity)
    if is_worth_saying(item.unit):
        quantity += f" {quoted(item.unit, _LONGEST_UNIT)}"
    line = f"{position}. {name} × {quantity} — {t.money(item.amount, currency)}"
    return f"{line}\n\N{EM SPACE}{item.state}" if item.state else line


def _summary(items: Sequence[Item], currency: str, t: Translator) -> str:
    total = t.money(sum((item.amount for item in items), ZERO), currency)
    text = t.plural(
        "… and {count} more line, {sum}", "… and {count} more lines, {sum}", len(items), sum=total
    )
    short = sum(item.is_short for item in items)
    if not short:
        return text
    return f"{text} · ⚠ {t.plural('{count} of them short', '{count} of them short', short)}"


def room_beside(limit: int, *others: Sequence[str]) -> int:
    """How many code points are left of ``limit`` beside these lines."""
    return limit - sum(visible_length(line) + 1 for lines in others for line in lines)


def assembled(
    head: Sequence[str],
    items: Sequence[Item],
    tail: Sequence[str],
    currency: str,
    t: Translator,
    *,
    limit: int,
) -> str:
    """A message of at most ``limit`` code points: what is above the lines, the lines, the rest."""
    room = room_beside(limit, head, tail)
    return "\n".join([*head, *lines_within(items, room, currency, t), *tail])
