"""The sale window and its questions. Pure, like ``bot/cards.py``: views in, messages out."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup

from bot import order_text
from bot.cards import CARD_LIMIT, Rendered
from bot.i18n import Translator
from bot.keyboards.sale import (
    accounts_keyboard,
    channels_keyboard,
    customer_keyboard,
    delivery_keyboard,
    down_accounts_keyboard,
    taken_keyboard,
    waybill_keyboard,
    window_keyboard,
)
from bot.markup import quoted
from bot.names import account_name
from bot.order_text import LONGEST_SHOP, Item
from bot.parcel_texts import number_line
from bot.texts import explain
from domain.errors import OutOfStockError, WindowTakenError
from models.money import MoneyAccount
from models.sales import SalesChannel
from services.draft_content import SaleItem
from services.sale_views import WindowView

_LONGEST_NOTE = 300
_LONGEST_EMAIL = 120
_SHOWN_SHORTAGES = 6
# Room is left for a question below the window.
WINDOW_LIMIT = CARD_LIMIT - 500


def sale_window(view: WindowView, t: Translator, *, now: datetime) -> Rendered:
    """The open window of a sale: what will be sold, to whom, and where the money goes."""
    return Rendered(window_text(view, t, now=now), window_keyboard(view.order.order, t))


def shortage_question(
    view: WindowView, error: OutOfStockError, t: Translator, *, now: datetime
) -> Rendered:
    """The window after ``Add sale`` met a shortage: the next tap sells anyway."""
    shortages = error.shortages
    missing = [
        f"⚠ {quoted(short.name, 50)}: " + t("short by {missing}", missing=t.quantity(short.missing))
        for short in shortages[:_SHOWN_SHORTAGES]
    ]
    if more := len(shortages) - len(missing):
        missing.append(t.plural("and {count} more", "and {count} more", more))
    question = t("Tap once more to sell anyway; stock will go below zero.")
    text = window_text(view, t, [*missing, f"<b>{question}</b>"], now=now)
    return Rendered(text, window_keyboard(view.order.order, t, shortage=error.fingerprint))


def channels(
    view: WindowView,
    choices: Sequence[SalesChannel],
    t: Translator,
    *,
    now: datetime,
    page: int | None = None,
) -> Rendered:
    """The window asking which sales channel. ``page`` None: the one with the chosen channel."""
    order_id = view.order.order.id
    buttons = channels_keyboard(order_id, choices, view.sales_channel.id, t, page)
    return _asking(view, t("Which sales channel?"), buttons, t, now)


def accounts(
    view: WindowView,
    choices: Sequence[MoneyAccount],
    t: Translator,
    *,
    now: datetime,
    page: int | None = None,
) -> Rendered:
    """The window asking where the money goes. ``page``: as for ``channels``."""
    order_id = view.order.order.id
    buttons = accounts_keyboard(order_id, choices, view.money_account.id, t, page)
    return _asking(view, t("Where does the money go?"), buttons, t, now)


def down_accounts(
    view: WindowView,
    choices: Sequence[MoneyAccount],
    t: Translator,
    *,
    now: datetime,
    page: int | None = None,
) -> Rendered:
    """The window asking where a down payment goes; the rest goes to the chosen account."""
    others = [account for account in choices if account.id != view.money_account.id]
    current = view.down_account.id if view.down_account else None
    buttons = down_accounts_keyboard(view.order.order.id, others, current, t, page)
    return _asking(view, t("Where does the down payment go?"), buttons, t, now)


def waybill(view: WindowView, t: Translator, *, now: datetime) -> Rendered:
    """The window asking for the waybill."""
    buttons = waybill_keyboard(view.order.order.id, view.draft.waybill_number, t)
    return _asking(view, t("Which waybill?"), buttons, t, now)


def customer(view: WindowView, t: Translator, *, now: datetime) -> Rendered:
    """The window asking what to change of the customer."""
    buttons = customer_keyboard(view.order.order.id, t)
    return _asking(view, t("What about the customer?"), buttons, t, now)


def delivery(view: WindowView, t: Translator, *, now: datetime) -> Rendered:
    """The window asking what to change of the delivery."""
    buttons = delivery_keyboard(view.order.order.id, t)
    return _asking(view, t("What about the delivery?"), buttons, t, now)


def taken(error: WindowTakenError, number: str, t: Translator) -> Rendered:
    """Instead of the window, for somebody whose colleague is in it."""
    heading = t("Sale for order {number}", number=quoted(number, order_text.LONGEST_NUMBER))
    text = f"🧾 <b>{heading}</b>\n✋ {explain(error, t)}"
    return Rendered(text, taken_keyboard(error.order_id, t))


def _asking(
    view: WindowView, question: str, buttons: InlineKeyboardMarkup, t: Translator, now: datetime
) -> Rendered:
    return Rendered(window_text(view, t, ["", f"<b>{question}</b>"], now=now), buttons)


def window_text(
    view: WindowView, t: Translator, question: Sequence[str] = (), *, now: datetime
) -> str:
    """All that the window says, and a question (HTML lines) below it."""
    order, content = view.order.order, view.content
    heading = t("Sale for order {number}", number=order_text.number(order))
    head = [
        f"🧾 <b>{heading}</b>",
        order_text.placed(order, t, now),
        *_recipient(view, t),
        *order_text.note(order.note),
    ]
    tail = [
        *order_text.sums(content.sums, order.currency, t),
        *_refund(view, t),
        "",
        f"{t('Sales channel')}: {quoted(view.sales_channel.name, LONGEST_SHOP)}",
        f"{t('Receipt of money')}: {_money(view, t)}",
        number_line(view.draft.waybill_number, view.order.waybill, t),
        *_note(view.draft.note, t),
        *question,
    ]
    items = [_item(item, order.currency, t) for item in content.sold]
    return order_text.assembled(head, items, tail, order.currency, t, limit=WINDOW_LIMIT)


def _recipient(view: WindowView, t: Translator) -> list[str]:
    who = view.content.recipient
    email = quoted(who.email, _LONGEST_EMAIL)
    return [
        *order_text.customer(who.name, who.phone),
        *_acquaintance(view, t),
        *([f"✉️ {email}"] if email else []),
        *order_text.recipient(view.order.order, t),
        *order_text.delivery(who.delivery_method, who.delivery_city, who.delivery_address),
    ]


def _acquaintance(view: WindowView, t: Translator) -> list[str]:
    known = view.acquaintance
    if known is None:
        return []
    sums = " + ".join(t.money(amount, currency) for currency, amount in known.sums)
    return [
        "⭐ "
        + t.plural(
            "{count} purchase so far, {sums}",
            "{count} purchases so far, {sums}",
            known.sales,
            sums=sums,
        )
    ]


def _item(item: SaleItem, currency: str, t: Translator) -> Item:
    states = []
    if item.sum.discount:
        states.append(t("discount {amount}", amount=t.money(item.sum.discount, currency)))
    if item.order_line is None:
        states.append("➕ " + t("added here"))
    hindrance = item_hindrance(item, t)
    if hindrance:
        states.append(hindrance)
    return Item(item.name, item.quantity, item.sum.amount, item.missing > 0, " · ".join(states))


def item_hindrance(item: SaleItem, t: Translator) -> str:
    """Why the goods of a line are not all held; "" when they are."""
    if item.product is None:
        return "🔗 " + t("not linked")
    if item.missing:
        return "⚠ " + t("short by {missing}", missing=t.quantity(item.missing))
    return ""


def _refund(view: WindowView, t: Translator) -> list[str]:
    """With a refund on the site, what is still to be received is not the total."""
    if not view.content.sums.refunded:
        return []
    due = t.money(view.content.sums.due, view.order.order.currency)
    return [t("To receive {amount}", amount=due)]


def _money(view: WindowView, t: Translator) -> str:
    """The account; with a down payment both, each with its part."""
    name = account_name(view.money_account, t)
    down = view.content.down_payment
    if view.down_account is None or not down:
        return name
    currency = view.order.order.currency
    rest = view.content.sums.due - down
    down_name = account_name(view.down_account, t)
    if not rest:
        return down_name
    return f"{down_name} {t.money(down, currency)} + {name} {t.money(rest, currency)}"


def _note(text: str, t: Translator) -> list[str]:
    shown = quoted(text, _LONGEST_NOTE)
    return [f"{t('Note')}: {shown}"] if shown else []


def taken_over_notice(who: str, number: str, order_id: int, t: Translator) -> Rendered:
    """In place of a window that a colleague has taken over."""
    heading = t("Sale for order {number}", number=quoted(number, order_text.LONGEST_NUMBER))
    what = t("{who} has taken this sale over.", who=quoted(who, 60))
    return Rendered(f"🧾 <b>{heading}</b>\n✋ {what}", taken_keyboard(order_id, t))
