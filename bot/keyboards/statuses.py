"""The buttons of the shop's own statuses in Settings."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard, rows_of, turns
from bot.keyboards.settings import SettingsScreen, back_to
from bot.markup import plain
from bot.names import USUAL_EMOJI, status_mark
from domain.labels import LONGEST_LABEL
from models.statuses import OrderStatus
from services.status_views import StatusesPage, StatusView
from services.statuses import COUNTED_TO, NEW_ID

TARGETS_ON_PAGE = 30
_OFFERED_EMOJI = ("☎️", "⏰", "📦", "💳", "❓", "⭐", "🔥", "🎁")


class StatusAction(StrEnum):
    """What a tap wants done with the own statuses, or with one of them."""

    PAGE = "pg"
    NEW = "nw"
    SHOW = "sh"
    RENAME = "rn"
    EMOJI = "em"
    TOP = "tp"
    UP = "up"
    DOWN = "dn"
    HOLD = "ho"  # its orders reserve their goods
    ASK_FREE = "af"  # hold nothing: asks, when there are orders in it
    FREE = "fr"
    ASK_DELETE = "ad"
    DELETE = "de"  # an empty one


class StatusEditTap(CallbackData, prefix="ge"):
    """A tap on the own statuses. ``page``: of the list, or of where to move orders; from 0."""

    action: StatusAction
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)] = 0
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)] = 0


class StatusMoveTap(CallbackData, prefix="gv"):
    """Delete a status and move its orders to another one; the choice is the confirmation."""

    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)]
    to: Annotated[int, pydantic.Field(ge=0, lt=2**31)]


class EmojiTap(CallbackData, prefix="gj"):
    """The emoji chosen for a status; "": the usual one."""

    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)]
    emoji: str


def counted(count: int) -> str:
    """How many orders, as tabs show it."""
    return str(count) if count <= COUNTED_TO else f"{COUNTED_TO}+"


def statuses_keyboard(page: StatusesPage, t: Translator) -> InlineKeyboardMarkup:
    """A button for each status of the page, ‹ ›, and a new one."""
    rows = [
        button(
            f"{named(tab.status)} {counted(tab.count)}" + ("" if tab.status.holds_goods else " 💤"),
            StatusEditTap(action=StatusAction.SHOW, id=tab.status.id),
        )
        for tab in page.rows
    ]
    turn = turns(
        page.page,
        page.page + 1 + page.has_more,
        lambda to: StatusEditTap(action=StatusAction.PAGE, page=to),
    )
    new = StatusEditTap(action=StatusAction.NEW, page=page.page)
    return keyboard(
        [
            *rows_of(2, rows),
            turn,
            [button("➕ " + t("New status"), new)],
            [back_to(SettingsScreen.ROOT, t)],
        ]
    )


def status_keyboard(view: StatusView, t: Translator) -> InlineKeyboardMarkup:
    """What can be done with one status."""

    def tap(label: str, action: StatusAction, style: ButtonStyle | None = None) -> Row:
        return [button(label, StatusEditTap(action=action, id=view.status.id), style)]

    places: Row = []
    if view.place > 1:
        places += tap("⏫", StatusAction.TOP) + tap("⬆️", StatusAction.UP)
    if view.place < view.places:
        places += tap("⬇️", StatusAction.DOWN)
    holds, is_to_hold = t("Goods stay reserved: yes"), t("Goods stay reserved: no")
    return keyboard(
        [
            tap("✏️ " + t("Rename"), StatusAction.RENAME)
            + tap(f"{status_mark(view.status)} " + t("Emoji"), StatusAction.EMOJI),
            places,
            tap("📦 " + holds, StatusAction.ASK_FREE)
            if view.status.holds_goods
            else tap("💤 " + is_to_hold, StatusAction.HOLD),
            tap("🗑 " + t("Delete"), StatusAction.ASK_DELETE, ButtonStyle.DANGER),
            [back_to_list(view.page, t)],
        ]
    )


def emoji_keyboard(status_id: int, t: Translator) -> InlineKeyboardMarkup:
    """Some emoji, the usual one, and ``Back``."""
    offered = [button(each, EmojiTap(id=status_id, emoji=each)) for each in _OFFERED_EMOJI]
    usual = button(f"{USUAL_EMOJI} {t('The usual one')}", EmojiTap(id=status_id, emoji=""))
    return keyboard([*rows_of(4, offered), [usual], [back_to_status(status_id, t)]])


def free_keyboard(status_id: int, t: Translator) -> InlineKeyboardMarkup:
    """Are the goods of its orders to go free?"""
    free = StatusEditTap(action=StatusAction.FREE, id=status_id)
    return keyboard(
        [
            [button("💤 " + t("Release the goods"), free, ButtonStyle.DANGER)],
            [back_to_status(status_id, t)],
        ]
    )


def delete_keyboard(status_id: int, t: Translator) -> InlineKeyboardMarkup:
    """Is an empty status to be deleted?"""
    delete = StatusEditTap(action=StatusAction.DELETE, id=status_id)
    return keyboard(
        [
            [button("🗑 " + t("Delete"), delete, ButtonStyle.DANGER)],
            [back_to_status(status_id, t)],
        ]
    )


def targets_keyboard(
    status_id: int, others: Sequence[OrderStatus], page: int, t: Translator
) -> InlineKeyboardMarkup:
    """Where the orders of a status that is deleted may go. ``others``: the other own ones."""
    pages = max(-(-len(others) // TARGETS_ON_PAGE), 1)
    page = min(page, pages - 1)
    new = button("🆕 " + t("New"), StatusMoveTap(id=status_id, to=NEW_ID))
    shown = [
        button(named(status), StatusMoveTap(id=status_id, to=status.id))
        for status in others[page * TARGETS_ON_PAGE :][:TARGETS_ON_PAGE]
    ]

    def to_page(number: int) -> StatusEditTap:
        return StatusEditTap(action=StatusAction.ASK_DELETE, id=status_id, page=number)

    turn = turns(page, pages, to_page)
    return keyboard([[new], *rows_of(2, shown), turn, [back_to_status(status_id, t)]])


def named(status: OrderStatus) -> str:
    """An own status on a button."""
    return f"{status_mark(status)} {plain(status.label, LONGEST_LABEL)}"


def back_to_status(status_id: int, t: Translator) -> InlineKeyboardButton:
    tap = StatusEditTap(action=StatusAction.SHOW, id=status_id)
    return button("⬅️ " + t("Back"), tap)


def back_to_list(page: int, t: Translator) -> InlineKeyboardButton:
    return button("⬅️ " + t("Back"), StatusEditTap(action=StatusAction.PAGE, page=page))
