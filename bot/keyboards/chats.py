"""The buttons of Settings, Chats, and of My chat."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, Row, button, keyboard, rows_of, turns
from bot.keyboards.settings import SettingsScreen, back_to
from bot.markup import plain
from bot.names import LANGUAGE_NAMES
from domain.quiet_hours import QuietHours
from models.telegram import Chat, ChatState
from services.chat_settings import ChatsPage, ChatView

_TITLE = 30
_MOST_SHOPS = 90
PRESETS = (QuietHours(22 * 60, 8 * 60), QuietHours(21 * 60, 9 * 60))

RowId = Annotated[int, pydantic.Field(ge=0, lt=2**31)]
Minute = Annotated[int, pydantic.Field(ge=0, lt=24 * 60)]


class ChatAction(StrEnum):
    """What a tap wants done with a chat."""

    OPEN = "op"
    SHOPS = "sh"
    ALL_SHOPS = "as"
    QUIET = "qu"
    NO_QUIET = "nq"
    OWN_QUIET = "oq"
    BOARD_ON = "b1"
    BOARD_OFF = "b0"
    STOP = "st"
    RESUME = "re"


class ChatsTap(CallbackData, prefix="gh"):
    """A page of the chats; pages count from 0."""

    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)]


class ChatTap(CallbackData, prefix="gt"):
    """Open a chat's screen, or decide something for it."""

    chat_id: RowId
    action: ChatAction


class ChatShopTap(CallbackData, prefix="gp"):
    """Have a shop's orders come to a chat, or not."""

    chat_id: RowId
    shop_id: RowId
    is_chosen: bool


class QuietTap(CallbackData, prefix="gq"):
    """Quiet hours, in minutes of the day."""

    chat_id: RowId
    start: Minute
    until: Minute


class MyChatAction(StrEnum):
    """What a tap wants done with one's own chat."""

    NO_QUIET = "nq"
    OWN_QUIET = "oq"


class MyChatTap(CallbackData, prefix="gm"):
    """A tap in My chat."""

    action: MyChatAction


class MyQuietTap(CallbackData, prefix="gy"):
    """Quiet hours of one's own chat, in minutes of the day."""

    start: Minute
    until: Minute


class ChatLanguageTap(CallbackData, prefix="gu"):
    """The language of cards in a group."""

    chat_id: RowId
    language: Annotated[str, pydantic.Field(pattern="^(uk|en)$")]


def state_mark(chat: Chat) -> str:
    """What stands before a chat: cards come, they are stopped, or it refuses us."""
    match chat.state:
        case ChatState.SUBSCRIBED:
            return "👥" if chat.is_group else "👤"
        case ChatState.BLOCKED:
            return "⚠️"
        case ChatState.UNSUBSCRIBED:
            return "⏸"


def chats_keyboard(page: ChatsPage, t: Translator) -> InlineKeyboardMarkup:
    """One button for each chat, ‹ and ›."""
    opened = [
        button(
            f"{state_mark(chat)} {plain(chat.title, _TITLE) or chat.telegram_id}",
            ChatTap(chat_id=chat.id, action=ChatAction.OPEN),
        )
        for chat in page.chats
    ]
    turn = turns(page.page, page.page + 1 + page.has_more, lambda to: ChatsTap(page=to))
    return keyboard([*rows_of(1, opened), turn, [back_to(SettingsScreen.ROOT, t)]])


def chat_keyboard(view: ChatView, t: Translator) -> InlineKeyboardMarkup:
    """What can be decided for a chat."""
    chat = view.chat
    board = ChatAction.BOARD_OFF if chat.has_board else ChatAction.BOARD_ON
    choices = [
        button("🏪 " + t("Shops"), _tap(view, ChatAction.SHOPS)),
        button("🌙 " + t("Quiet hours"), _tap(view, ChatAction.QUIET)),
        button(
            "📋 " + (t("Remove live board") if chat.has_board else t("Show live board")),
            _tap(view, board),
        ),
    ]
    if chat.state is ChatState.UNSUBSCRIBED:
        choices.append(button("▶️ " + t("Resume cards"), _tap(view, ChatAction.RESUME)))
    else:
        choices.append(button("⏸ " + t("Stop cards"), _tap(view, ChatAction.STOP)))
    languages = [
        button(
            (CHOSEN if code == chat.language else "") + name,
            ChatLanguageTap(chat_id=chat.id, language=code),
        )
        for code, name in LANGUAGE_NAMES.items()
        if chat.is_group
    ]
    return keyboard([*rows_of(2, choices), languages, [back_to(SettingsScreen.CHATS, t)]])


def shops_keyboard(view: ChatView, t: Translator) -> InlineKeyboardMarkup:
    """All shops, or some: a tap on one chooses it, another one lets go of it."""
    mark = "" if view.chosen else CHOSEN
    whole = button(mark + t("All shops"), _tap(view, ChatAction.ALL_SHOPS))
    shops = [
        button(
            (CHOSEN if shop.is_chosen else "") + (plain(shop.name, _TITLE) or f"#{shop.id}"),
            ChatShopTap(chat_id=view.chat.id, shop_id=shop.id, is_chosen=not shop.is_chosen),
        )
        for shop in view.shops[:_MOST_SHOPS]
    ]
    return keyboard([[whole], *rows_of(1, shops), [_back_to_chat(view, t)]])


def quiet_keyboard(view: ChatView, t: Translator) -> InlineKeyboardMarkup:
    """A chat's quiet hours: off, the usual ones, and own ones."""

    def taken(hours: QuietHours) -> CallbackData:
        return QuietTap(chat_id=view.chat.id, start=hours.start, until=hours.until)

    rows = _quiet_rows(
        view.quiet_hours,
        _tap(view, ChatAction.NO_QUIET),
        taken,
        _tap(view, ChatAction.OWN_QUIET),
        t,
    )
    return keyboard([*rows, [_back_to_chat(view, t)]])


def my_chat_keyboard(view: ChatView, t: Translator) -> InlineKeyboardMarkup:
    """The same of one's own private chat."""

    def taken(hours: QuietHours) -> CallbackData:
        return MyQuietTap(start=hours.start, until=hours.until)

    rows = _quiet_rows(
        view.quiet_hours,
        MyChatTap(action=MyChatAction.NO_QUIET),
        taken,
        MyChatTap(action=MyChatAction.OWN_QUIET),
        t,
    )
    return keyboard([*rows, [back_to(SettingsScreen.ROOT, t)]])


def _quiet_rows(
    chosen: QuietHours | None,
    off: CallbackData,
    taken: Callable[[QuietHours], CallbackData],
    other: CallbackData,
    t: Translator,
) -> list[Row]:
    presets = [
        button((CHOSEN if hours == chosen else "") + str(hours), taken(hours)) for hours in PRESETS
    ]
    is_other = chosen is not None and chosen not in PRESETS
    return [
        [button(("" if chosen else CHOSEN) + t("Off"), off)],
        presets,
        [button((CHOSEN if is_other else "✏️ ") + t("Other hours"), other)],
    ]


def back_to_quiet(view: ChatView, t: Translator) -> InlineKeyboardMarkup:
    """``Back`` from the question for own hours."""
    return keyboard([[button("⬅️ " + t("Back"), _tap(view, ChatAction.QUIET))]])


def back_to_my_chat(t: Translator) -> InlineKeyboardMarkup:
    """``Back`` from the question for one's own."""
    return keyboard([[back_to(SettingsScreen.MY_CHAT, t)]])


def _back_to_chat(view: ChatView, t: Translator) -> InlineKeyboardButton:
    return button("⬅️ " + t("Back"), _tap(view, ChatAction.OPEN))


def _tap(view: ChatView, action: ChatAction) -> ChatTap:
    return ChatTap(chat_id=view.chat.id, action=action)
