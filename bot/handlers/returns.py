"""Return: which goods of a sale come back, in what state, and how much money goes back."""

from collections.abc import Mapping

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from aiogram.utils.deep_linking import create_start_link

from bot import return_windows, sales_texts, texts
from bot.answers import answer_tap, send, show, tapped
from bot.handlers import sales_forms
from bot.handlers.sales_frame import around_taps, receipt
from bot.handlers.sales_questions import Subject
from bot.i18n import Translator
from bot.keyboards.sales_taps import (
    NOWHERE,
    Origin,
    ReceiptAction,
    ReceiptTap,
    ReturnAction,
    ReturnLineAction,
    ReturnLineTap,
    ReturnTap,
)
from bot.states import SalesAsked
from domain.errors import NothingLeftError, OrderChangedError
from domain.money import ZERO
from domain.rights import Right, demand
from models.staff import StaffMember
from services import return_lines, returns, sale_lists
from services.card_places import Place

RETURN_LINK = "return_"  # t.me/<bot>?start=return_<order id>

_STEPS: Mapping[ReturnLineAction, int] = {ReturnLineAction.LESS: -1, ReturnLineAction.MORE: 1}


async def open_from_card(
    query: CallbackQuery, order_id: int, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """The return opens as a reply to the card; from a group, in the private chat.

    Raises:
        InvalidTransitionError: the order is not completed any more.
        NotAllowedError: not this person's to do.
    """
    card = tapped(query)
    demand(staff.role, Right.MONEY)  # before a group is sent elsewhere for nothing
    sale_id = await sale_lists.standing_sale(order_id)
    if card.is_group:
        await answer_tap(query, url=await create_start_link(bot, f"{RETURN_LINK}{order_id}"))
        return
    return_id = await returns.open_return(sale_id, by=staff)
    await answer_tap(query)
    await _send(return_id, bot, card, t, as_reply=True)


async def open_from_link(
    order_id: int, bot: Bot, place: Place, staff: StaffMember, t: Translator
) -> None:
    """The return of an order's sale, at the end of a private chat.

    Raises:
        InvalidTransitionError: the order is not completed any more.
        NotFoundError: there is no such order.
    """
    sale_id = await sale_lists.standing_sale(order_id)
    await _send(await returns.open_return(sale_id, by=staff), bot, place, t)


async def _send(
    return_id: int, bot: Bot, place: Place, t: Translator, *, as_reply: bool = False
) -> None:
    view = await sale_lists.open_return(return_id)
    await send(bot, place, return_windows.goods(view, t, origin=NOWHERE), as_reply=as_reply)


async def begin(
    query: CallbackQuery, callback_data: ReceiptTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """From the receipt, in its own message."""
    return_id = await returns.open_return(callback_data.sale_id, by=staff)
    await _redraw(query, return_id, callback_data.origin, bot, t)


async def turn(query: CallbackQuery, callback_data: ReturnTap, bot: Bot, t: Translator) -> None:
    """Another page of the lines, or back from a question."""
    tap = callback_data
    await _redraw(query, tap.return_id, tap.origin, bot, t, page=tap.value)


async def _redraw(
    query: CallbackQuery,
    return_id: int,
    origin: str,
    bot: Bot,
    t: Translator,
    answer: str = "",
    *,
    page: int = 0,
) -> None:
    """Answer the tap, aloud if there is something to say, and show the return as it is now."""
    view = await sale_lists.open_return(return_id)
    await answer_tap(query, answer, alert=True)
    goods = return_windows.goods(view, t, page=page, origin=Origin.read(origin))
    await show(bot, tapped(query), goods)


async def drop(
    query: CallbackQuery, callback_data: ReturnTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """``Back``: nothing comes back."""
    await returns.drop(callback_data.return_id, by=staff)
    shown = await receipt(callback_data.sale_id, staff, t, Origin.read(callback_data.origin))
    await answer_tap(query)
    await show(bot, tapped(query), shown)


async def complete(
    query: CallbackQuery, callback_data: ReturnTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Take it all back as it was shown; when it is different by now, they look again."""
    tap = callback_data
    try:
        await returns.complete(tap.return_id, by=staff, revision=tap.value)
    except OrderChangedError:
        await _redraw(query, tap.return_id, tap.origin, bot, t, sales_texts.return_changed(t))
        return
    except NothingLeftError as error:
        await _redraw(query, tap.return_id, tap.origin, bot, t, texts.explain(error, t))
        return
    shown = await receipt(tap.sale_id, staff, t, Origin.read(tap.origin))
    await answer_tap(query, sales_texts.goods_returned(t))
    await show(bot, tapped(query), shown)


async def ask_sum(
    query: CallbackQuery,
    callback_data: ReturnTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    tap = callback_data
    subject = Subject(sale_id=tap.sale_id, return_id=tap.return_id, origin=tap.origin)
    await sales_forms.ask(SalesAsked.returned_sum, subject, query, bot, state, staff, t)


async def take_usual_sum(
    query: CallbackQuery, callback_data: ReturnTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await returns.set_amount(callback_data.return_id, None, by=staff)
    await _redraw(query, callback_data.return_id, callback_data.origin, bot, t)


async def ask_account(
    query: CallbackQuery, callback_data: ReturnTap, bot: Bot, t: Translator
) -> None:
    view = await sale_lists.open_return(callback_data.return_id)
    choices = await sale_lists.real_accounts()
    await answer_tap(query)
    origin = Origin.read(callback_data.origin)
    await show(bot, tapped(query), return_windows.ask_account(view, choices, t, origin=origin))


async def choose_account(
    query: CallbackQuery, callback_data: ReturnTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await returns.set_account(callback_data.return_id, callback_data.value or None, by=staff)
    await _redraw(query, callback_data.return_id, callback_data.origin, bot, t)


async def show_line(
    query: CallbackQuery, callback_data: ReturnLineTap, bot: Bot, t: Translator
) -> None:
    tap = callback_data
    view = await sale_lists.open_return(tap.return_id)
    line = return_windows.line(view.content, tap.line_id, t, origin=Origin.read(tap.origin))
    await answer_tap(query)
    await show(bot, tapped(query), line)


async def step(
    query: CallbackQuery, callback_data: ReturnLineTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    tap = callback_data
    await return_lines.step(tap.return_id, tap.line_id, _STEPS[tap.action], by=staff)
    await show_line(query, tap, bot, t)


async def set_fate(
    query: CallbackQuery, callback_data: ReturnLineTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    tap = callback_data
    is_written_off = tap.action is ReturnLineAction.WRITE_OFF
    await return_lines.set_fate(tap.return_id, tap.line_id, is_written_off=is_written_off, by=staff)
    await show_line(query, tap, bot, t)


async def keep(
    query: CallbackQuery, callback_data: ReturnLineTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """``Not returned``: the customer keeps it."""
    tap = callback_data
    await return_lines.set_quantity(tap.return_id, tap.line_id, ZERO, by=staff)
    await show_line(query, tap, bot, t)


async def ask_quantity(
    query: CallbackQuery,
    callback_data: ReturnLineTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    tap = callback_data
    subject = Subject(
        sale_id=tap.sale_id, return_id=tap.return_id, line_id=tap.line_id, origin=tap.origin
    )
    await sales_forms.ask(SalesAsked.returned_quantity, subject, query, bot, state, staff, t)


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(around_taps)
    tap = router.callback_query.register
    tap(begin, ReceiptTap.filter(F.action == ReceiptAction.RETURN))
    tap(turn, ReturnTap.filter(F.action == ReturnAction.SHOW))
    tap(drop, ReturnTap.filter(F.action == ReturnAction.DROP))
    tap(complete, ReturnTap.filter(F.action == ReturnAction.COMPLETE))
    tap(ask_sum, ReturnTap.filter(F.action == ReturnAction.AMOUNT))
    tap(take_usual_sum, ReturnTap.filter(F.action == ReturnAction.USUAL_AMOUNT))
    tap(ask_account, ReturnTap.filter(F.action == ReturnAction.ACCOUNTS))
    tap(choose_account, ReturnTap.filter(F.action == ReturnAction.ACCOUNT))
    tap(show_line, ReturnLineTap.filter(F.action == ReturnLineAction.SHOW))
    tap(step, ReturnLineTap.filter(F.action.in_(frozenset(_STEPS))))
    tap(
        set_fate,
        ReturnLineTap.filter(F.action.in_({ReturnLineAction.TO_STOCK, ReturnLineAction.WRITE_OFF})),
    )
    tap(keep, ReturnLineTap.filter(F.action == ReturnLineAction.NOTHING))
    tap(ask_quantity, ReturnLineTap.filter(F.action == ReturnLineAction.QUANTITY))
    return router
