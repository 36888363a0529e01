"""The sale window: one message edited in place, from Confirm to the receipt.

Each tap names the order, and what was chosen is in the database: a window survives everything, and
one that was left behind says so when it is tapped.
"""

from collections.abc import Callable, Mapping

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from aiogram.utils.deep_linking import create_start_link
from tortoise.timezone import now

from bot import sale_windows, texts, waybill_windows
from bot.answers import answer_tap, remove, retire, send, show, tapped
from bot.cards import Rendered
from bot.handlers import sales_frame
from bot.handlers.sale_frame import around_taps, forget_question, redraw, show_window
from bot.i18n import Translator, Translators
from bot.keyboards.sale_taps import (
    AccountTap,
    AddTap,
    ChannelTap,
    ChoicesTap,
    SaleAction,
    SaleTap,
)
from bot.keyboards.waybill_taps import Origin
from domain.carriers import WaybillState
from domain.errors import NotFoundError, OrderChangedError, OutOfStockError, WindowTakenError
from models.staff import StaffMember
from services import chats, drafts, order_views, sale_views, sales
from services.card_places import Place

SALE_LINK = "sale_"  # t.me/<bot>?start=sale_<order id>

log = structlog.get_logger(__name__)


async def open_from_card(
    query: CallbackQuery,
    order_id: int,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Confirm: the window opens as a reply to the card; from a group, in the private chat."""
    card = tapped(query)
    await drafts.require_openable(order_id, by=staff)  # before a group is sent off for nothing
    if card.is_group:
        await answer_tap(query, url=await create_start_link(bot, f"{SALE_LINK}{order_id}"))
        return
    await answer_tap(query)
    await open_below(order_id, bot, card, state, staff, t, as_reply=True)


async def open_below(
    order_id: int,
    bot: Bot,
    place: Place,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    *,
    as_reply: bool = False,
) -> None:
    """Send the window as a new message; the one it replaces in this chat disappears.

    So does the question that was open in it. While a colleague is in it, another question takes
    its place: take it over?
    """
    await forget_question(order_id, state)
    try:
        opened = await drafts.open_window(order_id, by=staff)
    except WindowTakenError as error:
        view = await order_views.order_view(order_id)
        question = sale_windows.taken(error, view.order.number, t)
        await send(bot, place, question, as_reply=as_reply)
        return
    view_ = await sale_views.window_view(order_id, by=staff)
    window = sale_windows.sale_window(view_, t, now=now())
    sent = await send(bot, place, window, as_reply=as_reply)
    await drafts.show_window_at(order_id, place.chat_id, sent.message_id, by=staff)
    draft = opened.draft
    if draft.chat_id == place.chat_id and draft.message_id is not None:
        await retire(bot, place.chat_id, draft.message_id)


async def take_over(
    query: CallbackQuery, callback_data: SaleTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """The window is this person's from now on; the colleague's message says so."""
    order_id, place = callback_data.order_id, tapped(query)
    opened = await drafts.open_window(order_id, by=staff, take_over=True)
    await answer_tap(query)
    await show_window(bot, place, order_id, staff, t)
    if opened.former is not None and opened.former != (place.chat_id, place.message_id):
        await _tell_former(bot, opened.former, order_id, staff, t)


async def _tell_former(
    bot: Bot, former: tuple[int, int], order_id: int, staff: StaffMember, t: Translator
) -> None:
    chat_id, message_id = former
    theirs = Translators(t.zone)(await chats.language(chat_id))
    order = (await order_views.order_view(order_id)).order
    notice = sale_windows.taken_over_notice(staff.name, order.number, order_id, theirs)
    try:
        await show(bot, Place(chat_id, 0, message_id, is_group=False), notice)
    except TelegramAPIError as error:  # they will hear of it at their next tap
        log.info("a colleague could not be told", chat_id=chat_id, problem=str(error))


async def leave(query: CallbackQuery, bot: Bot) -> None:
    """The window stays with the colleague."""
    await answer_tap(query)
    await retire(bot, tapped(query).chat_id, tapped(query).message_id)


async def show_again(
    query: CallbackQuery, callback_data: SaleTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await redraw(query, callback_data.order_id, bot, staff, t)


_SCREENS: Mapping[SaleAction, Callable[..., Rendered]] = {
    SaleAction.WAYBILL: sale_windows.waybill,
    SaleAction.CUSTOMER: sale_windows.customer,
    SaleAction.DELIVERY: sale_windows.delivery,
}


async def show_screen(
    query: CallbackQuery, callback_data: SaleTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """A question of the window that is answered by further buttons.

    A waybill that we made, or that is being made, has a screen of its own.
    """
    view = await sale_views.window_view(callback_data.order_id, by=staff)
    await answer_tap(query)
    is_waybill = callback_data.action is SaleAction.WAYBILL
    ours = view.order.waybill
    if is_waybill and ours is not None and ours.state is not WaybillState.NAMED:
        shown = waybill_windows.waybill(
            view.order, t, now=now(), origin=Origin.WINDOW, role=staff.role
        )
    else:
        shown = _SCREENS[callback_data.action](view, t, now=now())
    await show(bot, tapped(query), shown)


async def list_channels(
    query: CallbackQuery,
    callback_data: SaleTap | ChoicesTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
) -> None:
    view = await sale_views.window_view(callback_data.order_id, by=staff)
    choices = await sale_views.sales_channels()
    page = _page(callback_data)
    await answer_tap(query)
    await show(bot, tapped(query), sale_windows.channels(view, choices, t, now=now(), page=page))


def _page(tap: SaleTap | ChoicesTap) -> int | None:
    return tap.page if isinstance(tap, ChoicesTap) else None


async def choose_channel(
    query: CallbackQuery, callback_data: ChannelTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await drafts.choose_channel(callback_data.order_id, callback_data.channel_id, by=staff)
    await redraw(query, callback_data.order_id, bot, staff, t, texts.saved(t))


async def list_accounts(
    query: CallbackQuery,
    callback_data: SaleTap | ChoicesTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
) -> None:
    """The accounts for the money, or those for a down payment."""
    view = await sale_views.window_view(callback_data.order_id, by=staff)
    choices = await sale_views.money_accounts()
    is_down = callback_data.action is SaleAction.DOWN_ACCOUNTS
    screen = sale_windows.down_accounts if is_down else sale_windows.accounts
    await answer_tap(query)
    await show(bot, tapped(query), screen(view, choices, t, now=now(), page=_page(callback_data)))


async def choose_account(
    query: CallbackQuery, callback_data: AccountTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await drafts.choose_account(callback_data.order_id, callback_data.account_id, by=staff)
    await redraw(query, callback_data.order_id, bot, staff, t, texts.saved(t))


async def add(
    query: CallbackQuery, callback_data: AddTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """Add the sale; missing goods, or an order that changed, take a second, explicit tap."""
    order_id = callback_data.order_id
    try:
        sale = await sales.add_sale(
            order_id,
            by=staff,
            revision=callback_data.revision,
            accept_shortage=bool(callback_data.anyway),
            shown_shortage=callback_data.anyway,
        )
    except OrderChangedError as error:
        await redraw(query, order_id, bot, staff, t, texts.explain(error, t), alert=True)
        return
    except OutOfStockError as error:
        view = await sale_views.window_view(order_id, by=staff)
        await answer_tap(query, texts.explain(error, t))
        question = sale_windows.shortage_question(view, error, t, now=now())
        await show(bot, tapped(query), question)
        return
    receipt = await sales_frame.receipt(sale.id, staff, t)
    await answer_tap(query, texts.sale_added(t))
    await show(bot, tapped(query), receipt)


async def close(
    query: CallbackQuery, callback_data: SaleTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    """``Back``: the window goes, the order stays as it was."""
    await drafts.close_window(callback_data.order_id, by=staff)
    await answer_tap(query)
    place = tapped(query)
    if not await remove(bot, place.chat_id, place.message_id):
        await show(bot, place, Rendered(texts.explain(NotFoundError("sale window"), t), None))


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(around_taps)
    tap = router.callback_query.register
    tap(show_again, SaleTap.filter(F.action == SaleAction.WINDOW))
    is_channels = F.action == SaleAction.CHANNELS
    is_accounts = F.action.in_({SaleAction.ACCOUNTS, SaleAction.DOWN_ACCOUNTS})
    for kind in (SaleTap, ChoicesTap):
        tap(list_channels, kind.filter(is_channels))
        tap(list_accounts, kind.filter(is_accounts))
    tap(show_screen, SaleTap.filter(F.action.in_(frozenset(_SCREENS))))
    tap(take_over, SaleTap.filter(F.action == SaleAction.TAKE_OVER))
    tap(leave, SaleTap.filter(F.action == SaleAction.LEAVE))
    tap(close, SaleTap.filter(F.action == SaleAction.BACK))
    tap(add, AddTap.filter())
    tap(choose_channel, ChannelTap.filter())
    tap(choose_account, AccountTap.filter())
    return router
