"""The buttons of what a search has found."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from bot.keyboards.buttons import keyboard, turns
from bot.keyboards.orders import open_buttons
from services.search import FoundPage


class SearchTap(CallbackData, prefix="q1"):
    """Another page of what was found; the message itself says what was looked for."""

    page: int


def found_keyboard(page: FoundPage, labels: Sequence[str]) -> InlineKeyboardMarkup:
    """One button for each order, ‹ and › to the pages beside this one."""
    opened = [(order.id, label) for order, label in zip(page.orders, labels, strict=True)]
    turn = turns(page.number, page.number + 1 + page.has_more, lambda to: SearchTap(page=to))
    return keyboard([*open_buttons(opened, width=1), turn])
