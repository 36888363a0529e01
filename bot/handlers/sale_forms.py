"""What is typed into a sale window. The question stands in the window's own message."""

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from tortoise.timezone import now

from bot import sale_lines_windows, sale_questions, sale_windows, texts
from bot.answers import answer_tap, remove, show, tapped
from bot.cards import Rendered
from bot.handlers import questions, sale_frame
from bot.i18n import Translator
from bot.keyboards.sale_taps import FieldTap, SaleAction, ValueTap
from bot.states import IS_TYPED, SaleAsked
from domain.errors import NameTakenError, TooMuchError, TypedError
from models.staff import StaffMember
from services import draft_lines, sale_views, window_fields
from services.card_places import Place
from services.window_fields import Field


async def ask(
    query: CallbackQuery,
    callback_data: FieldTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Ask for one line of the window; a question that was open elsewhere is left."""
    order_id, field, key = callback_data.order_id, callback_data.field, callback_data.key
    view = await sale_views.window_view(order_id, by=staff)
    question = sale_questions.ask(view, field, key, t, now=now())
    await answer_tap(query)
    await questions.leave(bot, state, staff, t)
    place = await show(bot, tapped(query), question)
    await state.set_data(
        {"order_id": order_id, "window_id": place.message_id, "field": field.value, "key": key}
    )
    await state.set_state(SaleAsked.value)


async def choose_value(
    query: CallbackQuery, callback_data: ValueTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """A usual answer, or none: as if it had been typed."""
    order_id, field, key = callback_data.order_id, callback_data.field, callback_data.key
    await window_fields.fill(order_id, field, callback_data.value, by=staff, key=key)
    screen = await _screen_after(order_id, field, key, staff, t)
    await answer_tap(query, texts.saved(t))
    await show(bot, tapped(query), screen)


async def read(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """The answer goes into the window, and its message disappears: the window stays the last."""
    data = await state.get_data()
    order_id, field, key = data["order_id"], Field(data["field"]), data["key"]
    window = Place(message.chat.id, 0, data["window_id"], is_group=False)
    try:
        screen = await _answered(message.text or "", order_id, field, key, state, staff, t)
    except sale_frame.OUTDATED as error:
        await state.clear()
        await sale_frame.show_instead(bot, window, order_id, error, staff, t)
        raise
    window = await sale_frame.put(bot, window, order_id, screen, staff)
    if await state.get_state() is not None:  # asked once more, maybe in a message further down
        await state.update_data(window_id=window.message_id)
    await remove(bot, message.chat.id, message.message_id)


async def _answered(
    text: str,
    order_id: int,
    field: Field,
    key: str,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> Rendered:
    """What the window shows after an answer: the question again when it cannot be used."""
    if field is Field.PRODUCT:
        view = await sale_views.window_view(order_id, by=staff)
        found = await draft_lines.find_products(text)
        return sale_lines_windows.hits(view, text, found, t, now=now())
    try:
        await window_fields.fill(order_id, field, text, by=staff, key=key)
    except (TypedError, NameTakenError, TooMuchError) as error:
        view = await sale_views.window_view(order_id, by=staff)
        problem = texts.explain(error, t)
        return sale_questions.ask(view, field, key, t, now=now(), problem=problem)
    await state.clear()
    return await _screen_after(order_id, field, key, staff, t)


async def _screen_after(
    order_id: int, field: Field, key: str, staff: StaffMember, t: Translator
) -> Rendered:
    """The screen that an answered question leads back to."""
    view = await sale_views.window_view(order_id, by=staff)
    if field in sale_questions.ABOUT_LINES:
        return sale_lines_windows.line(view, key, t)
    match sale_questions.SCREENS.get(field):
        case SaleAction.CUSTOMER:
            return sale_windows.customer(view, t, now=now())
        case SaleAction.DELIVERY:
            return sale_windows.delivery(view, t, now=now())
        case _:
            return sale_windows.sale_window(view, t, now=now())


async def want_text(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """Neither a picture nor a command answers a question; it stays open."""
    data = await state.get_data()
    order_id, field, key = data["order_id"], Field(data["field"]), data["key"]
    window = Place(message.chat.id, 0, data["window_id"], is_group=False)
    try:
        view = await sale_views.window_view(order_id, by=staff)
        question = sale_questions.ask(
            view, field, key, t, now=now(), problem=texts.text_expected(t)
        )
    except sale_frame.OUTDATED as error:
        await state.clear()
        await sale_frame.show_instead(bot, window, order_id, error, staff, t)
        raise
    window = await sale_frame.put(bot, window, order_id, question, staff)
    await state.update_data(window_id=window.message_id)


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(sale_frame.around_taps)
    router.callback_query.register(ask, FieldTap.filter())
    router.callback_query.register(choose_value, ValueTap.filter())
    router.message.register(read, StateFilter(SaleAsked.value), IS_TYPED)
    router.message.register(want_text, StateFilter(SaleAsked.value))
    return router
