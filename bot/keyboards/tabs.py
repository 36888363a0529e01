"""The buttons of the tabs and of their pages."""

from collections.abc import Sequence
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard, rows_of, turns
from bot.keyboards.orders import open_buttons
from bot.names import status_mark, status_name
from services.order_views import OrdersPage
from services.statuses import COUNTED_TO, Tab

LIST_OF_TABS = 0  # a TabTap's status_id: no tab but the list of them
TABS_ON_PAGE = 50


class TabTap(CallbackData, prefix="t1"):
    """Open a tab, or ``LIST_OF_TABS``. Pages are sought by order id; 0: from the newest."""

    status_id: int
    older_than: int = 0
    newer_than: int = 0


class TabsTap(CallbackData, prefix="t2"):
    """A page of the tabs. ``page`` counts from 0."""

    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)]


def tabs_keyboard(tabs: Sequence[Tab], t: Translator, page: int = 0) -> InlineKeyboardMarkup:
    """One button for each tab of a page, with its count."""
    pages = max(-(-len(tabs) // TABS_ON_PAGE), 1)
    page = min(page, pages - 1)
    buttons = [
        button(_tab_label(tab, t), TabTap(status_id=tab.status.id))
        for tab in tabs[page * TABS_ON_PAGE :][:TABS_ON_PAGE]
    ]
    return keyboard([*rows_of(2, buttons), turns(page, pages, lambda to: TabsTap(page=to))])


def _tab_label(tab: Tab, t: Translator) -> str:
    count = str(tab.count) if tab.count <= COUNTED_TO else f"{COUNTED_TO}+"
    return f"{status_mark(tab.status)} {status_name(tab.status, t)} {count}"


def page_keyboard(page: OrdersPage, labels: Sequence[str], t: Translator) -> InlineKeyboardMarkup:
    """One button for each order of the page, ‹ newer and older ›, and back to the tabs."""
    opened = [(order.id, label) for order, label in zip(page.orders, labels, strict=True)]
    back = button("⬅️ " + t("Back"), TabTap(status_id=LIST_OF_TABS))
    return keyboard([*open_buttons(opened, width=1), _turns(page), [back]])


def _turns(page: OrdersPage) -> Row:
    turns: Row = []
    if not page.orders:
        return turns
    status_id = page.status.id
    if page.has_newer:
        turns.append(button("‹", TabTap(status_id=status_id, newer_than=page.orders[0].id)))
    if page.has_older:
        turns.append(button("›", TabTap(status_id=status_id, older_than=page.orders[-1].id)))
    return turns
