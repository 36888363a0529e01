"""One inline button."""

from collections.abc import Callable, Sequence

from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.markup import plain

Row = list[InlineKeyboardButton]

CHOSEN = "✓ "  # before the choice that holds now
_LONGEST_COPIED = 256  # https://core.telegram.org/bots/api#copytextbutton


def button(label: str, tap: CallbackData, style: ButtonStyle | None = None) -> InlineKeyboardButton:
    """A button whose label is plain text."""
    return InlineKeyboardButton(text=label, callback_data=tap.pack(), style=style)


def copying(label: str, text: str) -> Row:
    """A button that copies a foreign text; none when there is nothing to copy."""
    copied = plain(text, _LONGEST_COPIED)
    if not copied:
        return []
    return [InlineKeyboardButton(text=label, copy_text=CopyTextButton(text=copied))]


def rows_of(width: int, buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    """The buttons in rows of ``width``."""
    return [list(buttons[at : at + width]) for at in range(0, len(buttons), width)]


def turns(page: int, pages: int, to: Callable[[int], CallbackData]) -> Row:
    """‹ and ›, to those pages that there are; they count from 0."""
    before = [button("‹", to(page - 1))] if page > 0 else []
    return [*before, button("›", to(page + 1))] if page + 1 < pages else before


def keyboard(rows: Sequence[Row]) -> InlineKeyboardMarkup:
    """The rows that have buttons, as markup."""
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])
