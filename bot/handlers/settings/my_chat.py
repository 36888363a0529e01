"""Settings, My chat: everybody decides when their own private chat is quiet."""

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from tortoise.timezone import now

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.cards import Rendered
from bot.handlers import questions
from bot.handlers.sales_frame import forget_question
from bot.handlers.settings.frame import answered, ask, ask_again
from bot.i18n import Translator
from bot.keyboards.chats import MyChatAction, MyChatTap, MyQuietTap
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens import chats as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import TypedError
from domain.quiet_hours import QuietHours, typed_quiet_hours
from models.staff import StaffMember
from services import chat_settings


async def open_mine(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await forget_question(state, tapped(query))
    await answer_tap(query)
    await show(bot, tapped(query), screens.my_chat(await chat_settings.own(staff), t))


async def no_quiet(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await forget_question(state, tapped(query))
    screen = await _decided(None, staff, t)
    await answer_tap(query)
    await show(bot, tapped(query), screen)


async def choose_quiet(
    query: CallbackQuery,
    callback_data: MyQuietTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    await forget_question(state, tapped(query))
    screen = await _decided(QuietHours(callback_data.start, callback_data.until), staff, t)
    await answer_tap(query)
    await show(bot, tapped(query), screen)


async def ask_quiet(
    query: CallbackQuery, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    await questions.leave(bot, state, staff, t)
    await ask(SettingsAsked.my_quiet, screens.ask_my_hours(t), query, bot, state)


async def read_quiet(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """My chat again; or the question, when the answer cannot be read."""
    try:
        hours = typed_quiet_hours(message.text or "")
    except TypedError as error:
        await ask_again(
            screens.ask_my_hours(t, problem=texts.explain(error, t)), message, bot, state
        )
        return
    await answered(await _decided(hours, staff, t), message, bot, state)


async def _decided(hours: QuietHours | None, staff: StaffMember, t: Translator) -> Rendered:
    """Decide one's own quiet hours; the screen that shows them."""
    mine = await chat_settings.own(staff)
    await chat_settings.set_quiet(mine.chat.id, hours, by=staff, zone=t.zone, at=now())
    return screens.my_chat(await chat_settings.own(staff), t)


def build_router() -> Router:
    router = Router(name=__name__)
    tap = router.callback_query.register
    tap(open_mine, SettingsTap.filter(F.screen == SettingsScreen.MY_CHAT))
    tap(no_quiet, MyChatTap.filter(F.action == MyChatAction.NO_QUIET))
    tap(ask_quiet, MyChatTap.filter(F.action == MyChatAction.OWN_QUIET))
    tap(choose_quiet, MyQuietTap.filter())
    router.message.register(read_quiet, StateFilter(SettingsAsked.my_quiet), IS_TYPED)
    return router
