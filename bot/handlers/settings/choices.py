"""Settings, Sales channels and Money accounts: two lists of one kind."""

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import texts
from bot.answers import answer_tap, show, tapped
from bot.cards import Rendered
from bot.handlers import questions
from bot.handlers.settings.frame import answered, ask, ask_again, guarded
from bot.i18n import Translator
from bot.keyboards.choices import ChoiceAction, ChoiceTap
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.settings_screens import choices as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import NameTakenError, NotFoundError, TypedError
from domain.rights import Right
from models.staff import StaffMember
from services import choices
from services.choices import Sort

_SORTS = {SettingsScreen.CHANNELS: Sort.CHANNEL, SettingsScreen.ACCOUNTS: Sort.ACCOUNT}


async def open_list(
    query: CallbackQuery, callback_data: SettingsTap, bot: Bot, t: Translator
) -> None:
    await _show_list(query, _SORTS[callback_data.screen], 0, bot, t)


async def turn(query: CallbackQuery, callback_data: ChoiceTap, bot: Bot, t: Translator) -> None:
    """Another page, or Back from a question."""
    await _show_list(query, callback_data.sort, callback_data.page, bot, t)


async def _show_list(query: CallbackQuery, sort: Sort, page: int, bot: Bot, t: Translator) -> None:
    listed = await choices.listed(sort, page)
    await answer_tap(query)
    await show(bot, tapped(query), screens.choices(sort, listed, t))


async def ask_name(
    query: CallbackQuery,
    callback_data: ChoiceTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Ask for the name of a new one, or for another name of one of them."""
    sort, page, id_ = callback_data.sort, callback_data.page, callback_data.id
    question = await _question(sort, page, id_, t)
    await questions.leave(bot, state, staff, t)
    about = {"sort": sort.value, "page": page, "id": id_}
    await ask(SettingsAsked.choice_name, question, query, bot, state, **about)


async def _question(sort: Sort, page: int, id_: int, t: Translator, problem: str = "") -> Rendered:
    name = (await choices.own(sort, id_)).name if id_ else ""
    return screens.ask_name(sort, page, t, renamed=name, problem=problem)


async def read_name(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """The list again; or the question, when the name cannot be one."""
    data = await state.get_data()
    sort, page, id_ = Sort(data["sort"]), data["page"], data["id"]
    text = message.text or ""
    try:
        if id_:
            await choices.rename(sort, id_, text, by=staff)
        else:
            await choices.create(sort, text, by=staff)
    except (TypedError, NameTakenError) as error:
        problem = texts.explain(error, t)
        await ask_again(await _question(sort, page, id_, t, problem), message, bot, state)
        return
    except NotFoundError as error:
        await message.answer(texts.explain(error, t))
    listed = await choices.listed(sort, page)
    await answered(screens.choices(sort, listed, t), message, bot, state)


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_MONEY)
    is_list = SettingsTap.filter(F.screen.in_(_SORTS))
    router.callback_query.register(open_list, is_list)
    router.callback_query.register(turn, ChoiceTap.filter(F.action == ChoiceAction.PAGE))
    router.callback_query.register(ask_name, ChoiceTap.filter())
    router.message.register(read_name, StateFilter(SettingsAsked.choice_name), IS_TYPED)
    return router
