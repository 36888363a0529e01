"""The buttons of sales channels, money accounts and languages in Settings."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, button, keyboard, rows_of, turns
from bot.keyboards.settings import SettingsScreen, back_to
from bot.markup import plain
from bot.names import LANGUAGE_NAMES
from services.choices import ChoicesPage, Sort
from services.languages import AS_TELEGRAM

_NAME = 30


class ChoiceAction(StrEnum):
    """What a tap wants done with the channels or accounts."""

    PAGE = "pg"
    NEW = "nw"
    RENAME = "rn"


class ChoiceTap(CallbackData, prefix="gc"):
    """A tap on one of the lists. ``page`` counts from 0 and is where Back leads."""

    sort: Sort
    action: ChoiceAction
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)] = 0
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)] = 0


class LanguageTap(CallbackData, prefix="gl"):
    """The language chosen; "": as in Telegram."""

    language: Annotated[str, pydantic.Field(pattern="^(uk|en)?$")]


def choices_keyboard(sort: Sort, page: ChoicesPage, t: Translator) -> InlineKeyboardMarkup:
    """Those that may be renamed, ‹ › and a new one."""
    own = [
        button(
            f"✏️ {plain(row.name, _NAME)}",
            ChoiceTap(sort=sort, action=ChoiceAction.RENAME, page=page.page, id=row.id),
        )
        for row in page.rows
        if row.key is not None
    ]
    turn = turns(page.page, page.page + 1 + page.has_more, lambda to: _page(sort, to))
    label = t("New channel") if sort is Sort.CHANNEL else t("New account")
    new = button(f"➕ {label}", ChoiceTap(sort=sort, action=ChoiceAction.NEW, page=page.page))
    return keyboard([*rows_of(2, own), turn, [new], [back_to(SettingsScreen.ROOT, t)]])


def back_to_list(sort: Sort, page: int, t: Translator) -> InlineKeyboardMarkup:
    """``Back`` to a page of the list."""
    return keyboard([[button("⬅️ " + t("Back"), _page(sort, page))]])


def _page(sort: Sort, page: int) -> ChoiceTap:
    return ChoiceTap(sort=sort, action=ChoiceAction.PAGE, page=page)


def languages_keyboard(chosen: str, t: Translator) -> InlineKeyboardMarkup:
    """The languages, the chosen one marked."""
    labels: Sequence[tuple[str, str]] = [
        *LANGUAGE_NAMES.items(),
        (AS_TELEGRAM, t("As in Telegram")),
    ]
    buttons = [
        button((CHOSEN if code == chosen else "") + label, LanguageTap(language=code))
        for code, label in labels
    ]
    return keyboard([*rows_of(2, buttons), [back_to(SettingsScreen.ROOT, t)]])
