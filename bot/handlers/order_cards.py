"""Taps on an order's card. A question replaces the card in its own message until it is answered.

The outbox redraws every copy of a card that changed, the tapped one too.
"""

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot import texts, windows
from bot.answers import answer_tap, reader, retire, show, tapped
from bot.cards import Rendered
from bot.handlers import forms, questions, reminder_offers, returns, sale, sale_frame
from bot.i18n import Translator
from bot.keyboards.orders import (
    NEW_STATUS,
    HistoryTap,
    OrderAction,
    OrderTap,
    RejectTap,
    StatusesTap,
    StatusTap,
    history_keyboard,
)
from domain.errors import InvalidTransitionError
from domain.orders import RejectReason
from domain.rights import Right, demand
from models.staff import StaffMember
from services import card_places, order_views, orders, statuses
from services import undo as undo_
from services.order_views import OrderView
from services.statuses import COMPLETED_ID, REFUSED_ID

LONGEST_HISTORY = 500  # rows to page through


async def confirm(
    query: CallbackQuery,
    callback_data: OrderTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    await sale.open_from_card(query, callback_data.order_id, bot, state, staff, t)


async def ask_why(
    query: CallbackQuery, callback_data: OrderTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    demand(staff.role, Right.CLOSE)
    view = await order_views.open_order(callback_data.order_id, by=staff)
    await answer_tap(query)
    await _cover(query, view, windows.reject_reasons(view, t, now=now()), bot)


async def reject(
    query: CallbackQuery, callback_data: RejectTap, staff: StaffMember, t: Translator
) -> None:
    await orders.reject(callback_data.order_id, callback_data.reason, by=staff)
    await answer_tap(query, texts.rejected(t))
    await card_places.redraw_left(callback_data.order_id, tapped(query))


async def ask_reason(
    query: CallbackQuery,
    callback_data: RejectTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    demand(staff.role, Right.CLOSE)
    view = await order_views.open_order(callback_data.order_id, by=staff)
    await answer_tap(query)
    question = forms.reason_question(t)
    await questions.leave(bot, state, staff, t)
    await forms.put(question, bot, tapped(query), query.from_user, state, view, t)


async def list_statuses(
    query: CallbackQuery,
    callback_data: OrderTap | StatusesTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
) -> None:
    view = await order_views.open_order(callback_data.order_id, by=staff)
    page = callback_data.page if isinstance(callback_data, StatusesTap) else 0
    own = await statuses.own()
    await answer_tap(query)
    role = reader(tapped(query), staff)
    await _cover(query, view, windows.statuses(view, own, t, now=now(), role=role, page=page), bot)


async def change_status(
    query: CallbackQuery, callback_data: StatusTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """An order that is put aside is to be remembered: a reminder is offered."""
    order_id, card = callback_data.order_id, tapped(query)
    status = await orders.change_status(order_id, callback_data.status_id, by=staff, shown_at=card)
    await answer_tap(query, texts.status_changed(status, t))
    await reminder_offers.offer(bot, card, order_id, staff, t)


async def complete(
    query: CallbackQuery,
    callback_data: StatusTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """``Completed`` is never a bare relabel: it takes the route of Confirm."""
    await sale.open_from_card(query, callback_data.order_id, bot, state, staff, t)
    await card_places.uncover(callback_data.order_id, tapped(query))


async def refuse(
    query: CallbackQuery, callback_data: StatusTap, staff: StaffMember, t: Translator
) -> None:
    await orders.refuse(callback_data.order_id, by=staff)
    await answer_tap(query, texts.refused(t))
    await card_places.redraw_left(callback_data.order_id, tapped(query))


async def ask_label(
    query: CallbackQuery,
    callback_data: StatusTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    view = await order_views.open_order(callback_data.order_id, by=staff)
    await answer_tap(query)
    question = forms.label_question(t)
    await questions.leave(bot, state, staff, t)
    await forms.put(question, bot, tapped(query), query.from_user, state, view, t)


async def show_history(
    query: CallbackQuery, callback_data: OrderTap | HistoryTap, bot: Bot, t: Translator
) -> None:
    view = await order_views.order_view(callback_data.order_id)
    events = await order_views.history(view.order.id, limit=LONGEST_HISTORY)
    await answer_tap(query)
    pages = windows.history_pages(view, events, t, now=now())
    asked = callback_data.page if isinstance(callback_data, HistoryTap) else 0
    page = max(0, min(asked, len(pages) - 1))
    buttons = history_keyboard(view.order.id, page, len(pages), t)
    await _cover(query, view, Rendered(pages[page], buttons), bot)


async def reopen(
    query: CallbackQuery, callback_data: OrderTap, staff: StaffMember, t: Translator
) -> None:
    await orders.reopen(callback_data.order_id, by=staff)
    await answer_tap(query, texts.reopened(t))
    await card_places.redraw_left(callback_data.order_id, tapped(query))


async def take_goods_back(
    query: CallbackQuery, callback_data: OrderTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await returns.open_from_card(query, callback_data.order_id, bot, staff, t)


async def undo(
    query: CallbackQuery, callback_data: OrderTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """From the card, or from a receipt, which then shows what became of its sale."""
    order_id = callback_data.order_id
    try:
        await undo_.undo(order_id, by=staff)
    except InvalidTransitionError:
        await answer_tap(query, texts.undo_refused(t), alert=True)
    else:
        await answer_tap(query, texts.undone(t))
    place = tapped(query)
    if await card_places.order_at(place) == order_id:
        await card_places.uncover(order_id, place)
    else:
        await sale_frame.show_undone(bot, place, order_id, staff, t)


async def show_card(
    query: CallbackQuery, callback_data: OrderTap, bot: Bot, state: FSMContext
) -> None:
    """Back to the card; from a list, the card comes to the end of this chat."""
    order_id, place = callback_data.order_id, tapped(query)
    await forms.drop_about(order_id, bot, state)
    if await card_places.order_at(place) == order_id:
        await card_places.uncover(order_id, place)
        await answer_tap(query)
        return
    left = await card_places.move_here(order_id, place)
    await answer_tap(query)
    if left is not None:
        await retire(bot, place.chat_id, left)


async def _cover(query: CallbackQuery, view: OrderView, question: Rendered, bot: Bot) -> None:
    """Show something else in the card's message, and remember that it is not the card."""
    place = tapped(query)
    await show(bot, place, question)
    await card_places.cover(view.order.id, place, revision=view.order.revision)


def build_router() -> Router:
    router = Router(name=__name__)
    tap = router.callback_query.register
    tap(confirm, OrderTap.filter(F.action == OrderAction.CONFIRM))
    tap(ask_why, OrderTap.filter(F.action == OrderAction.REJECT))
    tap(list_statuses, OrderTap.filter(F.action == OrderAction.STATUS))
    tap(show_history, OrderTap.filter(F.action == OrderAction.HISTORY))
    tap(show_history, HistoryTap.filter())
    tap(reopen, OrderTap.filter(F.action == OrderAction.REOPEN))
    tap(take_goods_back, OrderTap.filter(F.action == OrderAction.RETURN))
    tap(undo, OrderTap.filter(F.action == OrderAction.UNDO))
    tap(show_card, OrderTap.filter(F.action == OrderAction.CARD))
    tap(ask_reason, RejectTap.filter(F.reason == RejectReason.OTHER))
    tap(reject, RejectTap.filter())
    tap(complete, StatusTap.filter(F.status_id == COMPLETED_ID))
    tap(refuse, StatusTap.filter(F.status_id == REFUSED_ID))
    tap(list_statuses, StatusesTap.filter())
    tap(ask_label, StatusTap.filter(F.status_id == NEW_STATUS))
    tap(change_status, StatusTap.filter())
    return router
