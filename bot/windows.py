"""Questions below a card, tabs, lists and help. Pure, like ``bot/cards.py``."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from bot import order_text
from bot.cards import Rendered, history_line, order_card
from bot.i18n import Translator
from bot.keyboards.orders import offered, reject_keyboard, statuses_keyboard
from bot.keyboards.tabs import page_keyboard, tabs_keyboard
from bot.markup import plain, quoted, visible_length
from bot.names import status_mark, status_name
from domain.rights import Right, Role, may
from models.orders import Order
from models.statuses import OrderStatus
from services.order_views import EventView, OrdersPage, OrderView
from services.statuses import Tab

_LONGEST_WAYBILL = 64
_PAGE_NUMBER = 16
_PAGE_NAME = 22
_SHOWN_SHORTAGES = 6
_HISTORY_LIMIT = 4000  # code points

# --- questions below a card ----------------------------------------------------------------------


def reject_reasons(view: OrderView, t: Translator, *, now: datetime) -> Rendered:
    """The card asking ``Why?``."""
    card = order_card(view, t, now=now)
    return Rendered(f"{card.text}\n\n<b>{t('Why?')}</b>", reject_keyboard(view.order.id, t))


def statuses(
    view: OrderView,
    own: Sequence[OrderStatus],
    t: Translator,
    *,
    now: datetime,
    role: Role | None = None,
    page: int = 0,
) -> Rendered:
    """The card asking which status. ``own``: the shop's own ones, a page of which is shown.

    ``role``: of its one reader, as on a card.
    """
    card = order_card(view, t, now=now)
    question = t("Which status?")
    buttons = offered(statuses_keyboard(view.order.id, own, t, page), role)
    return Rendered(f"{card.text}\n\n<b>{question}</b>", buttons)


def history(view: OrderView, events: Sequence[EventView], t: Translator, *, now: datetime) -> str:
    """What happened to an order last, as ``history_pages``."""
    return history_pages(view, events, t, now=now)[0]


def history_pages(
    view: OrderView, events: Sequence[EventView], t: Translator, *, now: datetime
) -> list[str]:
    """What happened to an order, a message for each page: the newest page first, read downwards.

    ``events``: newest first.
    """
    heading = t("History of order {number}", number=order_text.number(view.order))
    most = room = _HISTORY_LIMIT - visible_length(heading)
    pages: list[list[str]] = [[]]
    for event in events:
        line = history_line(view, event, t, now=now)
        room -= visible_length(line) + 1
        if room < 0 and pages[-1]:
            pages.append([])
            room = most - visible_length(line) - 1
        pages[-1].append(line)
    return ["\n".join([f"🕘 <b>{heading}</b>", *reversed(page)]) for page in pages]


# --- lists ---------------------------------------------------------------------------------------


def tabs(choices: Sequence[Tab], t: Translator, page: int = 0) -> Rendered:
    """The tabs with their counts, a page of them."""
    return Rendered(f"🗂 <b>{t('Orders')}</b>", tabs_keyboard(choices, t, page))


def orders_page(page: OrdersPage, t: Translator) -> Rendered:
    """A page of a tab: one button for each order."""
    heading = f"{status_mark(page.status)} <b>{status_name(page.status, t)}</b>"
    text = heading if page.orders else f"{heading}\n{t('No orders here.')}"
    labels = [_page_label(order, t) for order in page.orders]
    return Rendered(text, page_keyboard(page, labels, t))


def _page_label(order: Order, t: Translator) -> str:
    parts = (
        plain(order.number, _PAGE_NUMBER),
        plain(order.customer_name, _PAGE_NAME),
        t.money(order.total, order.currency),
    )
    return " · ".join(part for part in parts if part)


# --- words to people -----------------------------------------------------------------------------


def welcome(t: Translator, name: str, role: Role) -> str:
    """The answer to /start for staff."""
    hello = t("Hello, {name}!", name=quoted(name, 60))
    what = t(
        "Orders from your shops come here by themselves, each as a card. Confirm opens the sale, "
        "Reject cancels the order, Change status puts it aside under a label of your own."
    )
    if not may(role, Right.SELL):
        what = t(
            "Orders from your shops come here by themselves, each as a card. Change status puts an "
            "order aside under a label of your own."
        )
    return f"{hello}\n\n{what}\n\n{t('All orders are under Orders below.')}"


def help(t: Translator, role: Role) -> str:
    """The answer to /help: what this role works with."""
    told = [text for right, text in _ways(t) if may(role, right)]
    listed = [text for right, text in _commands(t, role) if right is None or may(role, right)]
    return "\n\n".join((f"<b>{t('How it works')}</b>", *told, "\n".join(listed)))


def _ways(t: Translator) -> tuple[tuple[Right, str], ...]:
    """What can be done, and the right it takes."""
    return (
        (
            Right.SELL,
            t(
                "✅ Confirm opens the sale window: check the sales channel and the receipt of "
                "money, then Add sale. The goods leave the stock only then."
            ),
        ),
        (Right.CLOSE, t("✖️ Reject asks why and gives the reserved goods back.")),
        (
            Right.CARE,
            t(
                "🏷 Change status puts the order aside under any label: CALL BACK, SEND IN A WEEK. "
                "The goods stay reserved, unless Settings say otherwise. Each label becomes a tab "
                "under Orders."
            ),
        ),
        (
            Right.CARE,
            t(
                "✋ I'm on it shows your name on the card, and colleagues wait. 📵 No answer "
                "counts the calls in vain. ⏰ Remind brings the order back when you say."
            ),
        ),
        (Right.CARE, t("💬 A reply to a card is kept as a comment.")),
        (
            Right.CARE,
            t(
                "🔎 To find an order, just write: its number, a phone or its last 4 digits, a "
                "name, an SKU, a product, a waybill."
            ),
        ),
        (Right.CLOSE, t("↩️ A finished step can be undone for a minute by whoever made it.")),
        (
            Right.MONEY,
            t(
                "📥 Return takes back goods of a sale, all or some, to stock or written off, with "
                "the money. 💵 Settle notes that money in COD or Unpaid was received. Both are on "
                "the receipts under Sales."
            ),
        ),
    )


def _commands(t: Translator, role: Role) -> tuple[tuple[Right | None, str], ...]:
    """The commands and the rights they take; None: everybody has them."""
    sales = t("the sales of a day, returns, money still awaited")
    return (
        (None, f"/orders – {t('the tabs and their orders')}"),
        (None, f"/sales – {sales if may(role, Right.MONEY) else t('the sales of a day')}"),
        (None, f"/settings – {t('your language, and what your role may set')}"),
        (None, f"/cancel – {t('leave a question unanswered')}"),
        (Right.EDIT_CHATS, f"/here – {t('in a group: new orders come there')}"),
        (Right.EDIT_CHATS, f"/leave – {t('in a group: no more orders there')}"),
    )


def not_staff(t: Translator) -> str:
    """The answer to a stranger."""
    return t(
        "This bot is for the staff of one shop. If you work there, ask the owner to let you in."
    )


def menu(t: Translator, role: Role) -> ReplyKeyboardMarkup:
    """The main menu of the private chat: what this role works with every day."""
    first = [t("Orders"), t("Sales")] if may(role, Right.SELL) else [t("Orders")]
    return ReplyKeyboardMarkup(
        keyboard=[
            [KeyboardButton(text=label) for label in first],
            [KeyboardButton(text=t("Settings"))],
        ],
        resize_keyboard=True,
        is_persistent=True,
    )
