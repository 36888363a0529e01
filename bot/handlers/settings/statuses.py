"""Settings, Statuses: the shop's own labels."""

from collections.abc import Awaitable, Callable
from functools import partial

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
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.keyboards.statuses import EmojiTap, StatusAction, StatusEditTap, StatusMoveTap
from bot.settings_screens import statuses as screens
from bot.states import IS_TYPED, SettingsAsked
from domain.errors import LabelError, NotFoundError, StatusInUseError
from domain.rights import Right
from models.staff import StaffMember
from services import status_edits, status_views, statuses

_PLACES = {
    StatusAction.TOP: status_edits.TO_THE_TOP,
    StatusAction.UP: -1,
    StatusAction.DOWN: 1,
}


async def open_list(query: CallbackQuery, bot: Bot, t: Translator) -> None:
    await _show(query, await _list(0, t), bot)


async def turn(query: CallbackQuery, callback_data: StatusEditTap, bot: Bot, t: Translator) -> None:
    await _show(query, await _list(callback_data.page, t), bot)


async def open_status(
    query: CallbackQuery, callback_data: StatusEditTap, bot: Bot, t: Translator
) -> None:
    await _show(query, await _status(callback_data.id, t), bot)


async def shift(
    query: CallbackQuery, callback_data: StatusEditTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await status_edits.shift(callback_data.id, _PLACES[callback_data.action], by=staff)
    await _show(query, await _status(callback_data.id, t), bot)


async def ask_free(
    query: CallbackQuery, callback_data: StatusEditTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Goods that go free may be gone for good: asked first, unless there are none."""
    view = await status_views.view(callback_data.id)
    if view.count:
        await _show(query, screens.ask_free(view, t), bot)
    else:
        await set_holding(query, callback_data, bot, staff, t)


async def set_holding(
    query: CallbackQuery, callback_data: StatusEditTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    holds_goods = callback_data.action is StatusAction.HOLD
    await status_edits.set_holding(callback_data.id, holds_goods, by=staff)
    await _show(query, await _status(callback_data.id, t), bot)


async def set_emoji(
    query: CallbackQuery, callback_data: EmojiTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await status_edits.set_emoji(callback_data.id, callback_data.emoji, by=staff)
    await _show(query, await _status(callback_data.id, t), bot)


async def ask_delete(
    query: CallbackQuery, callback_data: StatusEditTap, bot: Bot, t: Translator
) -> None:
    await _show(query, await _deletion(callback_data.id, callback_data.page, t), bot)


async def delete(
    query: CallbackQuery,
    callback_data: StatusEditTap | StatusMoveTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
) -> None:
    """An order may have come in since it was seen empty: then where to move it is asked."""
    view = await status_views.view(callback_data.id)
    move_to = callback_data.to if isinstance(callback_data, StatusMoveTap) else None
    try:
        moved = await status_edits.delete(callback_data.id, by=staff, move_to=move_to)
    except StatusInUseError as error:
        await answer_tap(query, texts.explain(error, t), alert=True)
        await show(bot, tapped(query), await _deletion(callback_data.id, 0, t))
        return
    await answer_tap(query, texts.status_deleted(moved, t))
    await show(bot, tapped(query), await _list(view.page, t))


async def ask_label(
    query: CallbackQuery,
    callback_data: StatusEditTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Ask for the label of a new status, or for another label of one of them."""
    status_id, page = callback_data.id, callback_data.page
    question = (
        screens.ask_other_label(await statuses.one(status_id), t)
        if status_id
        else screens.ask_label(page, t)
    )
    await questions.leave(bot, state, staff, t)
    about = {"status_id": status_id, "page": page}
    await ask(SettingsAsked.status_label, question, query, bot, state, **about)


async def read_label(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    data = await state.get_data()
    status_id, text = data["status_id"], message.text or ""
    if status_id:
        rename = partial(status_edits.rename, status_id, text, by=staff)
        await _take(rename, screens.ask_other_label, status_id, message, bot, state, t)
        return
    try:
        status = await status_edits.create(text, by=staff)
    except LabelError as error:
        question = screens.ask_label(data["page"], t, problem=texts.explain(error, t))
        await ask_again(question, message, bot, state)
    else:
        await answered(await _status(status.id, t), message, bot, state)


async def ask_emoji(
    query: CallbackQuery,
    callback_data: StatusEditTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    question = screens.ask_emoji(await statuses.one(callback_data.id), t)
    await questions.leave(bot, state, staff, t)
    about = {"status_id": callback_data.id}
    await ask(SettingsAsked.status_emoji, question, query, bot, state, **about)


async def read_emoji(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    status_id = await state.get_value("status_id", 0)
    set_it = partial(status_edits.set_emoji, status_id, message.text or "", by=staff)
    await _take(set_it, screens.ask_emoji, status_id, message, bot, state, t)


async def _take(
    edit: Callable[[], Awaitable[None]],
    question: Callable[..., Rendered],
    status_id: int,
    message: Message,
    bot: Bot,
    state: FSMContext,
    t: Translator,
) -> None:
    """The status again; or the question, when the answer cannot be used."""
    try:
        row = await statuses.one(status_id)
        problem = await _problem(edit(), t)
    except NotFoundError as error:  # a colleague deleted it meanwhile
        await message.answer(texts.explain(error, t))
        await answered(await _list(0, t), message, bot, state)
        return
    if problem:
        await ask_again(question(row, t, problem=problem), message, bot, state)
    else:
        await answered(await _status(status_id, t), message, bot, state)


async def _problem(edit: Awaitable[object], t: Translator) -> str:
    """Why what was typed cannot be used; "" when it was."""
    try:
        await edit
    except LabelError as error:
        return texts.explain(error, t)
    return ""


async def _show(query: CallbackQuery, screen: Rendered, bot: Bot) -> None:
    await answer_tap(query)
    await show(bot, tapped(query), screen)


async def _list(page: int, t: Translator) -> Rendered:
    return screens.statuses(await status_views.page(page), t)


async def _status(status_id: int, t: Translator) -> Rendered:
    return screens.status(await status_views.view(status_id), t)


async def _deletion(status_id: int, page: int, t: Translator) -> Rendered:
    view = await status_views.view(status_id)
    if not view.count:
        return screens.ask_delete(view, t)
    others = [row for row in await statuses.own() if row.id != status_id]
    return screens.ask_target(view, others, page, t)


def build_router() -> Router:
    router = guarded(__name__, Right.EDIT_STATUSES)
    tap = router.callback_query.register
    tap(open_list, SettingsTap.filter(F.screen == SettingsScreen.STATUSES))
    tap(turn, StatusEditTap.filter(F.action == StatusAction.PAGE))
    tap(open_status, StatusEditTap.filter(F.action == StatusAction.SHOW))
    tap(ask_label, StatusEditTap.filter(F.action.in_({StatusAction.NEW, StatusAction.RENAME})))
    tap(ask_emoji, StatusEditTap.filter(F.action == StatusAction.EMOJI))
    tap(set_emoji, EmojiTap.filter())
    tap(shift, StatusEditTap.filter(F.action.in_(_PLACES)))
    tap(ask_free, StatusEditTap.filter(F.action == StatusAction.ASK_FREE))
    tap(set_holding, StatusEditTap.filter(F.action.in_({StatusAction.HOLD, StatusAction.FREE})))
    tap(ask_delete, StatusEditTap.filter(F.action == StatusAction.ASK_DELETE))
    tap(delete, StatusEditTap.filter(F.action == StatusAction.DELETE))
    tap(delete, StatusMoveTap.filter())
    router.message.register(read_label, StateFilter(SettingsAsked.status_label), IS_TYPED)
    router.message.register(read_emoji, StateFilter(SettingsAsked.status_emoji), IS_TYPED)
    return router
