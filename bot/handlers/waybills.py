"""The waybill of an order: looked at, printed, tracked, deleted, or named by its number."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject
from tortoise.timezone import now

from bot import texts, waybill_windows
from bot.answers import answer_tap, remove, retire, send, show, tapped
from bot.cards import Rendered
from bot.handlers import questions, sale_frame, sales_frame
from bot.handlers.errors import tell_tapper
from bot.handlers.labels import failure, send_labels
from bot.handlers.open_questions import drop
from bot.handlers.waybill_frame import screen
from bot.i18n import Translator
from bot.keyboards.waybill_taps import Origin, WaybillAction, WaybillTap
from bot.parcel_texts import copied_number, is_deletable
from bot.states import IS_TYPED, WaybillNumberAsked
from domain import typed
from domain.carriers import LabelFormat
from domain.errors import IntegrationError, NotFoundError, RejectedError, TypedError
from domain.rights import Right, demand
from models.carriers import Waybill
from models.staff import StaffMember
from services import order_views, waybills
from services.card_places import Place
from sync import parcels
from sync import waybills as post
from sync.carrier_desk import CarrierDesk

_PAPERS = {WaybillAction.LABEL: LabelFormat.LABEL, WaybillAction.SHEET: LabelFormat.SHEET}


async def open_(
    query: CallbackQuery, callback_data: WaybillTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Below a card as a message of its own, which everybody there may look at; else in place."""
    place, origin = tapped(query), callback_data.origin
    shown = await screen(place, callback_data.order_id, origin, staff, t)
    await answer_tap(query)
    if origin is Origin.CARD and callback_data.action is WaybillAction.OPEN:
        await send(bot, place, shown, as_reply=True)
    else:
        await show(bot, place, shown)


async def _show(
    query: CallbackQuery, tap: WaybillTap, bot: Bot, staff: StaffMember, t: Translator, news: str
) -> None:
    place = tapped(query)
    shown = await screen(place, tap.order_id, tap.origin, staff, t, news)
    await show(bot, place, shown)


async def go_back(
    query: CallbackQuery, callback_data: WaybillTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    order_id, place = callback_data.order_id, tapped(query)
    match callback_data.origin:
        case Origin.CARD:
            await answer_tap(query)
            await retire(bot, place.chat_id, place.message_id)
        case Origin.RECEIPT:
            shown = await sales_frame.last_receipt(order_id, staff, t)
            await answer_tap(query)
            await show(bot, place, shown)
        case Origin.WINDOW:
            await answer_tap(query)
            try:
                await sale_frame.show_window(bot, place, order_id, staff, t)
            except sale_frame.OUTDATED as error:
                await sale_frame.show_instead(bot, place, order_id, error, staff, t)


async def _ours(order_id: int) -> Waybill:
    """The order's waybill, with the order, if we made it.

    Raises:
        NotFoundError: there is none any more.
    """
    waybill = (await order_views.order_view(order_id)).waybill
    if waybill is None or not waybill.is_ours:
        raise NotFoundError("waybill")
    await waybill.fetch_related("order")
    return waybill


async def print_one(
    query: CallbackQuery,
    callback_data: WaybillTap,
    bot: Bot,
    staff: StaffMember,
    desk: CarrierDesk,
    t: Translator,
) -> None:
    waybill = await _ours(callback_data.order_id)
    await answer_tap(query)
    news = ""
    try:
        await send_labels(bot, desk, tapped(query), [waybill], _PAPERS[callback_data.action], t)
    except (IntegrationError, RejectedError) as error:
        news = failure(error, t)
    await _show(query, callback_data, bot, staff, t, news)


async def refresh(
    query: CallbackQuery,
    callback_data: WaybillTap,
    bot: Bot,
    staff: StaffMember,
    desk: CarrierDesk,
    t: Translator,
) -> None:
    """Ask the carrier where the parcel is now."""
    waybill = (await order_views.order_view(callback_data.order_id)).waybill
    if waybill is None:
        raise NotFoundError("waybill")
    await answer_tap(query)
    news = ""
    try:
        await parcels.track_one(desk, waybill.id)
    except (IntegrationError, RejectedError) as error:
        news = failure(error, t)
    await _show(query, callback_data, bot, staff, t, news)


async def ask_delete(
    query: CallbackQuery, callback_data: WaybillTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    demand(staff.role, Right.SELL)
    view = await order_views.order_view(callback_data.order_id)
    if view.waybill is None or not is_deletable(view.waybill):
        raise NotFoundError("waybill")
    await answer_tap(query)
    question = waybill_windows.ask_delete(view, t, now=now(), origin=callback_data.origin)
    await show(bot, tapped(query), question)


async def delete(
    query: CallbackQuery,
    callback_data: WaybillTap,
    bot: Bot,
    staff: StaffMember,
    desk: CarrierDesk,
    t: Translator,
) -> None:
    demand(staff.role, Right.SELL)
    waybill = await _ours(callback_data.order_id)
    await answer_tap(query)
    try:
        await post.delete(desk, callback_data.order_id, by=staff)
    except (IntegrationError, RejectedError) as error:
        news = failure(error, t)
    else:
        news = "🗑 " + t("Waybill {number} is deleted.", number=copied_number(waybill.number))
    await _show(query, callback_data, bot, staff, t, news)


async def take_number_away(
    query: CallbackQuery, callback_data: WaybillTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await waybills.name_number(callback_data.order_id, "", by=staff)
    await answer_tap(query, texts.saved(t))
    await _show(query, callback_data, bot, staff, t, "")


# --- the number that is typed --------------------------------------------------------------------


async def ask_number(
    query: CallbackQuery,
    callback_data: WaybillTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """In the tapped message; a question that was open elsewhere is left."""
    demand(staff.role, Right.SELL)
    order_id, origin = callback_data.order_id, callback_data.origin
    view = await order_views.order_view(order_id)
    await answer_tap(query)
    await questions.leave(bot, state, staff, t)
    place = await show(bot, tapped(query), waybill_windows.ask_number(view, t, origin=origin))
    data = {"order_id": order_id, "screen_id": place.message_id, "origin": origin.value}
    await state.set_data(data)
    await state.set_state(WaybillNumberAsked.number)


async def read_number(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """The parcel is followed from now on; what was typed disappears."""
    order_id, origin, place = await _asked(state, message.chat.id)
    try:
        number = typed.waybill(message.text or "")
    except TypedError as error:
        await _ask_again(bot, place, order_id, origin, state, t, texts.explain(error, t))
        await remove(bot, message.chat.id, message.message_id)
        return
    await state.clear()
    try:
        await waybills.name_number(order_id, number, by=staff)
    except RejectedError:
        await show(bot, place, await screen(place, order_id, origin, staff, t))
        raise
    shown = await screen(place, order_id, origin, staff, t)
    await sales_frame.move_down(bot, place, shown)
    await remove(bot, message.chat.id, message.message_id)


async def want_text(message: Message, bot: Bot, state: FSMContext, t: Translator) -> None:
    """Neither a picture nor a command is a number; the question stays open."""
    order_id, origin, place = await _asked(state, message.chat.id)
    await _ask_again(bot, place, order_id, origin, state, t, texts.text_expected(t))


async def _asked(state: FSMContext, chat_id: int) -> tuple[int, Origin, Place]:
    data = await state.get_data()
    place = Place(chat_id, 0, data["screen_id"], is_group=False)
    return data["order_id"], Origin(data["origin"]), place


async def _ask_again(
    bot: Bot,
    place: Place,
    order_id: int,
    origin: Origin,
    state: FSMContext,
    t: Translator,
    problem: str,
) -> None:
    view = await order_views.order_view(order_id)
    question: Rendered = waybill_windows.ask_number(view, t, origin=origin, problem=problem)
    place = await sales_frame.move_down(bot, place, question)
    await state.update_data(screen_id=place.message_id)


# --- all taps ------------------------------------------------------------------------------------


async def around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """Around every tap: its open question is dropped; a "no" shows how things are now."""
    tap = data["callback_data"]
    if not isinstance(event, CallbackQuery) or not isinstance(tap, WaybillTap):
        return await handler(event, data)
    await drop(data["state"], tap.order_id, WaybillNumberAsked.number)
    try:
        return await handler(event, data)
    except RejectedError as error:
        if tap.action in _FROM_OUTSIDE:
            raise
        await tell_tapper(event, error, data["t"])
        await _show(event, tap, data["bot"], data["staff"], data["t"], "")


# These are on other messages too, which stay as they are.
_FROM_OUTSIDE = frozenset({WaybillAction.OPEN, WaybillAction.BACK})


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(around_taps)
    tap = router.callback_query.register
    is_shown = F.action.in_({WaybillAction.OPEN, WaybillAction.SHOW})
    tap(open_, WaybillTap.filter(is_shown))
    tap(print_one, WaybillTap.filter(F.action.in_(frozenset(_PAPERS))))
    tap(refresh, WaybillTap.filter(F.action == WaybillAction.REFRESH))
    tap(ask_delete, WaybillTap.filter(F.action == WaybillAction.DELETE))
    tap(delete, WaybillTap.filter(F.action == WaybillAction.DELETE_SURELY))
    tap(ask_number, WaybillTap.filter(F.action == WaybillAction.NUMBER))
    tap(take_number_away, WaybillTap.filter(F.action == WaybillAction.NONE))
    tap(go_back, WaybillTap.filter(F.action == WaybillAction.BACK))
    return router


def build_answers_router() -> Router:
    """Answers are asked for after commands, as all typed ones."""
    router = Router(name=f"{__name__}.answers")
    router.message.register(read_number, StateFilter(WaybillNumberAsked.number), IS_TYPED)
    router.message.register(want_text, StateFilter(WaybillNumberAsked.number))
    return router
