"""Settings, Chats: what comes to each chat, and when."""

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberAdministrator, Message
from tortoise.timezone import now

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.cards import Rendered
from bot.handlers import questions
from bot.handlers.settings.frame import answered, ask, ask_again, guarded
from bot.i18n import Translator
from bot.keyboards.chats import (
    ChatAction,
    ChatLanguageTap,
    ChatShopTap,
    ChatsTap,
    ChatTap,
    QuietTap,
)
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens import chats as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import NotFoundError, TypedError
from domain.quiet_hours import QuietHours, typed_quiet_hours
from domain.rights import Right
from models.staff import StaffMember
from models.telegram import Chat
from services import chat_settings

log = structlog.get_logger(__name__)


async def list_chats(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    await _show(query, screens.chats(await chat_settings.listed(0), t), bot)


async def turn(query: CallbackQuery, callback_data: ChatsTap, bot: Bot, t: Translator) -> None:
    await _show(query, screens.chats(await chat_settings.listed(callback_data.page), t), bot)


async def open_chat(query: CallbackQuery, callback_data: ChatTap, bot: Bot, t: Translator) -> None:
    await _show(query, await _chat(callback_data.chat_id, t), bot)


async def list_shops(query: CallbackQuery, callback_data: ChatTap, bot: Bot, t: Translator) -> None:
    await _show(query, screens.shops(await chat_settings.view(callback_data.chat_id), t), bot)


async def choose_shop(
    query: CallbackQuery, callback_data: ChatShopTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    chat_id, shop_id = callback_data.chat_id, callback_data.shop_id
    is_chosen = callback_data.is_chosen
    await chat_settings.choose_shop(chat_id, shop_id, is_chosen=is_chosen, by=staff)
    await _show(query, screens.shops(await chat_settings.view(chat_id), t), bot)


async def choose_all_shops(
    query: CallbackQuery, callback_data: ChatTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await chat_settings.choose_all_shops(callback_data.chat_id, by=staff)
    await _show(query, screens.shops(await chat_settings.view(callback_data.chat_id), t), bot)


async def switch_board(
    query: CallbackQuery, callback_data: ChatTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """On or off; where we may not pin, that is said now, and the board works all the same."""
    chat_id, is_wanted = callback_data.chat_id, callback_data.action is ChatAction.BOARD_ON
    await chat_settings.set_board(chat_id, is_wanted=is_wanted, by=staff)
    view = await chat_settings.view(chat_id)
    problem = ""
    if is_wanted and not await _may_pin(bot, view.chat):
        problem = texts.may_not_pin(t)
    await answer_tap(query, problem, alert=True)
    await show(bot, tapped(query), screens.chat(view, t))


async def switch_cards(
    query: CallbackQuery, callback_data: ChatTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    is_subscribed = callback_data.action is ChatAction.RESUME
    await chat_settings.set_state(callback_data.chat_id, is_subscribed=is_subscribed, by=staff)
    await _show(query, await _chat(callback_data.chat_id, t), bot)


async def choose_language(
    query: CallbackQuery,
    callback_data: ChatLanguageTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
) -> None:
    await chat_settings.set_language(callback_data.chat_id, callback_data.language, by=staff)
    await _show(query, await _chat(callback_data.chat_id, t), bot)


# Quiet hours


async def show_quiet(query: CallbackQuery, callback_data: ChatTap, bot: Bot, t: Translator) -> None:
    view = await chat_settings.view(callback_data.chat_id)
    await _show(query, screens.quiet(view, t), bot)


async def no_quiet(
    query: CallbackQuery, callback_data: ChatTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await _show(query, await _decided(callback_data.chat_id, None, staff, t), bot)


async def choose_quiet(
    query: CallbackQuery, callback_data: QuietTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    hours = QuietHours(callback_data.start, callback_data.until)
    await _show(query, await _decided(callback_data.chat_id, hours, staff, t), bot)


async def ask_quiet(
    query: CallbackQuery,
    callback_data: ChatTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    view = await chat_settings.view(callback_data.chat_id)
    await questions.leave(bot, state, staff, t)
    question = screens.ask_hours(view, t)
    await ask(SettingsAsked.chat_quiet, question, query, bot, state, chat_id=view.chat.id)


async def read_quiet(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """The screen of quiet hours again; or the question, when it cannot be read."""
    chat_id: int = await state.get_value("chat_id", 0)
    try:
        hours = typed_quiet_hours(message.text or "")
    except TypedError as error:
        view = await chat_settings.view(chat_id)
        question = screens.ask_hours(view, t, problem=texts.explain(error, t))
        await ask_again(question, message, bot, state)
        return
    try:
        screen = await _decided(chat_id, hours, staff, t)
    except NotFoundError:
        await state.clear()
        raise
    await answered(screen, message, bot, state)


async def _decided(
    chat_id: int, hours: QuietHours | None, staff: StaffMember, t: Translator
) -> Rendered:
    """Decide the quiet hours; the screen that shows them."""
    await chat_settings.set_quiet(chat_id, hours, by=staff, zone=t.zone, at=now())
    return screens.quiet(await chat_settings.view(chat_id), t)


# Helpers


async def _chat(chat_id: int, t: Translator) -> Rendered:
    return screens.chat(await chat_settings.view(chat_id), t)


async def _show(query: CallbackQuery, screen: Rendered, bot: Bot) -> None:
    await answer_tap(query)
    await show(bot, tapped(query), screen)


async def _may_pin(bot: Bot, chat: Chat) -> bool:
    """Whether Telegram lets us pin there; in doubt we try."""
    if not chat.is_group:
        return True
    try:
        me = await bot.get_chat_member(chat.telegram_id, bot.id)
        if isinstance(me, ChatMemberAdministrator):
            return me.can_pin_messages is not False
        permissions = (await bot.get_chat(chat.telegram_id)).permissions
    except TelegramAPIError as error:
        log.info("rights in a chat are unknown", chat_id=chat.telegram_id, problem=str(error))
        return True
    return permissions is not None and bool(permissions.can_pin_messages)


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_CHATS)
    tap = router.callback_query.register
    tap(list_chats, SettingsTap.filter(F.screen == SettingsScreen.CHATS))
    tap(turn, ChatsTap.filter())
    tap(choose_shop, ChatShopTap.filter())
    tap(choose_language, ChatLanguageTap.filter())
    tap(choose_quiet, QuietTap.filter())
    tap(open_chat, ChatTap.filter(F.action == ChatAction.OPEN))
    tap(list_shops, ChatTap.filter(F.action == ChatAction.SHOPS))
    tap(choose_all_shops, ChatTap.filter(F.action == ChatAction.ALL_SHOPS))
    tap(show_quiet, ChatTap.filter(F.action == ChatAction.QUIET))
    tap(no_quiet, ChatTap.filter(F.action == ChatAction.NO_QUIET))
    tap(ask_quiet, ChatTap.filter(F.action == ChatAction.OWN_QUIET))
    tap(switch_board, ChatTap.filter(F.action.in_({ChatAction.BOARD_ON, ChatAction.BOARD_OFF})))
    tap(switch_cards, ChatTap.filter(F.action.in_({ChatAction.STOP, ChatAction.RESUME})))
    router.message.register(read_quiet, StateFilter(SettingsAsked.chat_quiet), IS_TYPED)
    return router
