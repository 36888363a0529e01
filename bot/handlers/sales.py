"""Sales: the day's list, those awaiting money, a sale's receipt, its history, and settling."""

from datetime import UTC, date, datetime, time, timedelta

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, or_f
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from tortoise.timezone import now

from bot import receipts, sales_texts, sales_windows, texts, windows
from bot.answers import answer_tap, show, tapped
from bot.cards import Rendered
from bot.handlers import sale_frame, sales_forms
from bot.handlers.sales_frame import around_taps, forget_question, receipt
from bot.handlers.sales_questions import Subject
from bot.i18n import ENGLISH, UKRAINIAN, Translator, Translators
from bot.keyboards.buttons import keyboard
from bot.keyboards.sales import back_to_receipt
from bot.keyboards.sales_taps import (
    Origin,
    ReceiptAction,
    ReceiptTap,
    SalesListTap,
    SettleTap,
    read_sum,
)
from bot.label_windows import COUNTED_LABELS
from bot.states import SalesAsked
from domain.errors import InvalidTransitionError
from models.staff import StaffMember
from services import money, order_views, sale_lists, sale_views, waybills
from services import undo as undo_
from services.sale_views import ReceiptView


async def list_today(message: Message, staff: StaffMember, t: Translator) -> None:
    day = await _list(Origin(t.local_day(now())), staff, t)
    await message.answer(day.text, reply_markup=day.keyboard)


async def turn(
    query: CallbackQuery,
    callback_data: SalesListTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Another page, another day, the sales awaiting money, or back to one of these."""
    place = tapped(query)
    await forget_question(state, place)
    shown = await _list(Origin.read(callback_data.origin), staff, t)
    await answer_tap(query)
    await show(bot, place, shown)


async def _list(origin: Origin, staff: StaffMember, t: Translator) -> Rendered:
    today = t.local_day(now())
    if origin.is_awaiting:
        waiting = await sale_lists.awaiting(start=origin.start)
        return sales_windows.awaiting(waiting, origin, t, today=today)
    day = origin.day or today
    begin, end = (_midnight(each, t) for each in (day, day + timedelta(days=1)))
    sales = await sale_lists.day(begin, end, start=origin.start)
    labels = len(await waybills.to_print(COUNTED_LABELS))
    shown = Origin(day, start=origin.start)
    return sales_windows.sales_day(sales, shown, t, role=staff.role, today=today, labels=labels)


def _midnight(day: date, t: Translator) -> datetime:
    """When a day begins in the shop's zone."""
    return datetime.combine(day, time.min, t.zone).astimezone(UTC)


async def show_receipt(
    query: CallbackQuery, callback_data: ReceiptTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    shown = await receipt(callback_data.sale_id, staff, t, Origin.read(callback_data.origin))
    await answer_tap(query)
    await show(bot, tapped(query), shown)


async def show_history(
    query: CallbackQuery, callback_data: ReceiptTap, bot: Bot, t: Translator
) -> None:
    sale = await sale_views.receipt_view(callback_data.sale_id)
    events = await order_views.history(sale.order.order.id)
    await answer_tap(query)
    text = windows.history(sale.order, events, t, now=now())
    back = back_to_receipt(sale.sale.id, Origin.read(callback_data.origin), t)
    await show(bot, tapped(query), Rendered(text, keyboard([[back]])))


async def undo(
    query: CallbackQuery, callback_data: ReceiptTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """The sale's window is there again; of a return that is taken back, the receipt."""
    place, sale_id = tapped(query), callback_data.sale_id
    view = await sale_views.receipt_view(sale_id)
    if not await _is_undone(view, staff):
        await answer_tap(query, texts.undo_refused(t), alert=True)
    else:
        await answer_tap(query, texts.undone(t))
    if (await sale_views.receipt_view(sale_id)).sale.is_undone:  # also by the tap before this one
        await sale_frame.show_undone(bot, place, view.sale.order_id, staff, t)
        return
    await show(bot, place, await receipt(sale_id, staff, t, Origin.read(callback_data.origin)))


async def _is_undone(view: ReceiptView, staff: StaffMember) -> bool:
    """Take the last step of the receipt's sale back; False: too late, or somebody else's."""
    if not receipts.can_undo_last_step(view, now()):
        return False
    try:
        await undo_.undo(view.sale.order_id, by=staff)
    except InvalidTransitionError:
        return False
    return True


async def ask_account(
    query: CallbackQuery, callback_data: ReceiptTap, bot: Bot, t: Translator
) -> None:
    sale = await sale_lists.outstanding(callback_data.sale_id)
    accounts = await sale_lists.real_accounts()
    await answer_tap(query)
    origin = Origin.read(callback_data.origin)
    await show(bot, tapped(query), sales_windows.settle(sale, accounts, t, origin=origin))


async def ask_sum(
    query: CallbackQuery,
    callback_data: ReceiptTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    subject = Subject(sale_id=callback_data.sale_id, origin=callback_data.origin)
    await sales_forms.ask(SalesAsked.settled_sum, subject, query, bot, state, staff, t)


async def settle(
    query: CallbackQuery, callback_data: SettleTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """The money has come into the account; of two who say so at once, one is believed."""
    sale_id = callback_data.sale_id
    received = await money.settle(
        sale_id,
        callback_data.account_id,
        by=staff,
        expected=read_sum(callback_data.expected),
        amount=read_sum(callback_data.amount) if callback_data.amount else None,
    )
    view = await sale_views.receipt_view(sale_id)
    await answer_tap(query, sales_texts.money_received(received, view.sale.currency, t))
    shown = await receipt(sale_id, staff, t, Origin.read(callback_data.origin))
    await show(bot, tapped(query), shown)


def build_router(translators: Translators) -> Router:
    router = Router(name=__name__)
    labels = {translators(language)("Sales") for language in (ENGLISH, UKRAINIAN)}
    is_wanted = or_f(Command("sales"), F.text.in_(labels))
    router.message.register(list_today, is_wanted, F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(turn, SalesListTap.filter())
    router.include_router(_about_one_sale())
    return router


def _about_one_sale() -> Router:
    router = Router(name=f"{__name__}.one")
    router.callback_query.middleware(around_taps)
    tap = router.callback_query.register
    tap(show_receipt, ReceiptTap.filter(F.action == ReceiptAction.SHOW))
    tap(undo, ReceiptTap.filter(F.action == ReceiptAction.UNDO))
    tap(show_history, ReceiptTap.filter(F.action == ReceiptAction.HISTORY))
    tap(ask_account, ReceiptTap.filter(F.action == ReceiptAction.SETTLE))
    tap(ask_sum, ReceiptTap.filter(F.action == ReceiptAction.OTHER_SUM))
    tap(settle, SettleTap.filter())
    return router
