"""What all taps and answers in a sale window share: redrawing it, and saying when it is no more."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, TelegramObject
from tortoise.timezone import now

from bot import sale_windows, texts
from bot.answers import answer_tap, show, tapped
from bot.cards import Rendered
from bot.handlers import sales_frame
from bot.handlers.errors import tell_tapper
from bot.handlers.open_questions import drop
from bot.handlers.sales_frame import move_down
from bot.i18n import Translator
from bot.states import SaleAsked, WaybillFormAsked
from domain.errors import InvalidTransitionError, NotFoundError, WindowTakenError
from models.sales import SaleState
from models.staff import StaffMember
from services import drafts, order_views, sale_views
from services.card_places import Place

Taken = InvalidTransitionError | NotFoundError | WindowTakenError
OUTDATED = (InvalidTransitionError, NotFoundError, WindowTakenError)


async def redraw(
    query: CallbackQuery,
    order_id: int,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    answer: str = "",
    *,
    alert: bool = False,
) -> None:
    """Answer the tap and show the window as it is now in the tapped message."""
    view = await sale_views.window_view(order_id, by=staff)
    await answer_tap(query, answer, alert=alert)
    await show(bot, tapped(query), sale_windows.sale_window(view, t, now=now()))


async def show_window(
    bot: Bot, place: Place, order_id: int, staff: StaffMember, t: Translator
) -> None:
    """Let this message be the window from now on.

    Raises:
        NotFoundError, WindowTakenError, InvalidTransitionError: there is no window for this person.
    """
    view = await sale_views.window_view(order_id, by=staff)
    shown = await show(bot, place, sale_windows.sale_window(view, t, now=now()))
    await drafts.show_window_at(order_id, shown.chat_id, shown.message_id, by=staff)


async def put(
    bot: Bot, place: Place, order_id: int, rendered: Rendered, staff: StaffMember
) -> Place:
    """Show something in the window's message; when others came below it, it moves to the end.

    Returns where it is shown now.
    """
    shown = await move_down(bot, place, rendered)
    if shown != place:
        await drafts.show_window_at(order_id, shown.chat_id, shown.message_id, by=staff)
    return shown


async def show_instead(
    bot: Bot, place: Place, order_id: int, error: Taken, staff: StaffMember, t: Translator
) -> None:
    """In place of what is no longer true: the window, when only a part of it is gone."""
    if isinstance(error, NotFoundError) and error.what in _DETAILS:
        try:
            await show_window(bot, place, order_id, staff, t)
        except OUTDATED as worse:
            await _show_outdated(bot, place, order_id, worse, staff, t)
    else:
        await _show_outdated(bot, place, order_id, error, staff, t)


# What may be gone while the window itself is still there.
_DETAILS = frozenset({"sale line", "product", "sales channel", "money account"})


async def _show_outdated(
    bot: Bot, place: Place, order_id: int, error: Taken, staff: StaffMember, t: Translator
) -> None:
    """Let a window that was left behind show what became of the sale.

    One that was deleted stays so: whoever tapped it, maybe twice, is told in an alert.
    """
    await show(bot, place, await _outcome(order_id, error, staff, t), revive=False)


async def _outcome(order_id: int, error: Taken, staff: StaffMember, t: Translator) -> Rendered:
    if isinstance(error, WindowTakenError):
        view = await order_views.order_view(order_id)
        return sale_windows.taken(error, view.order.number, t)
    sale = await sale_views.last_sale(order_id)
    if sale is not None and sale.state is SaleState.STANDING:
        return await sales_frame.receipt(sale.id, staff, t)
    return Rendered(texts.explain(NotFoundError("sale window"), t), None)


async def show_undone(
    bot: Bot, place: Place, order_id: int, staff: StaffMember, t: Translator
) -> None:
    """In place of a receipt, after Undo: the sale's window again, else the receipt as it is now."""
    try:
        await show_window(bot, place, order_id, staff, t)
    except OUTDATED:
        sale = await sale_views.last_sale(order_id)
        if sale is not None:
            await show(bot, place, await sales_frame.receipt(sale.id, staff, t))


async def forget_question(order_id: int, state: FSMContext) -> None:
    """What was asked in the window of this order or in its waybill is not asked any more."""
    await drop(state, order_id, SaleAsked.value, WaybillFormAsked.value)


async def around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """Around every tap in a window: its open question is dropped; the world may have moved on."""
    if not isinstance(event, CallbackQuery):
        return await handler(event, data)
    order_id = data["callback_data"].order_id
    await forget_question(order_id, data["state"])
    try:
        return await handler(event, data)
    except OUTDATED as error:
        await tell_tapper(event, error, data["t"])
        await show_instead(data["bot"], tapped(event), order_id, error, data["staff"], data["t"])
        return None


async def cancel(bot: Bot, state: FSMContext, staff: StaffMember, t: Translator) -> bool:
    """Leave the open question, and the window as it was; False when none was asked."""
    if await state.get_state() != SaleAsked.value.state:
        return False
    data = await state.get_data()
    await state.clear()
    window = Place(state.key.chat_id, 0, data["window_id"], is_group=False)
    try:
        await show_window(bot, window, data["order_id"], staff, t)
    except OUTDATED as error:
        await show_instead(bot, window, data["order_id"], error, staff, t)
    return True
