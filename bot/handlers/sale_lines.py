"""The products of a sale window."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery
from tortoise.timezone import now

from bot import sale_lines_windows
from bot.answers import answer_tap, show, tapped
from bot.handlers.sale_frame import around_taps
from bot.i18n import Translator
from bot.keyboards.sale_taps import LineAction, LinesTap, LineTap, ProductTap
from domain.money import ZERO
from models.staff import StaffMember
from services import draft_lines, sale_views

_STEPS = {LineAction.LESS: -1, LineAction.MORE: 1}


async def list_lines(
    query: CallbackQuery, callback_data: LinesTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    view = await sale_views.window_view(callback_data.order_id, by=staff)
    await answer_tap(query)
    page = max(callback_data.page, 0)
    await show(bot, tapped(query), sale_lines_windows.lines(view, page, t, now=now()))


async def show_line(
    query: CallbackQuery, callback_data: LineTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await _redraw_line(query, callback_data.order_id, callback_data.key, bot, staff, t)


async def step(
    query: CallbackQuery, callback_data: LineTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    order_id, key = callback_data.order_id, callback_data.key
    await draft_lines.step_quantity(order_id, key, _STEPS[callback_data.action], by=staff)
    await _redraw_line(query, order_id, key, bot, staff, t)


async def remove(
    query: CallbackQuery, callback_data: LineTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    await draft_lines.set_quantity(callback_data.order_id, callback_data.key, ZERO, by=staff)
    await list_lines(query, LinesTap(order_id=callback_data.order_id), bot, staff, t)


async def restore(
    query: CallbackQuery, callback_data: LineTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    order_id, key = callback_data.order_id, callback_data.key
    await draft_lines.restore(order_id, key, by=staff)
    await _redraw_line(query, order_id, key, bot, staff, t)


async def add_product(
    query: CallbackQuery, callback_data: ProductTap, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    order_id = callback_data.order_id
    key = await draft_lines.add_product(order_id, callback_data.product_id, by=staff)
    await _redraw_line(query, order_id, key, bot, staff, t)


async def _redraw_line(
    query: CallbackQuery, order_id: int, key: str, bot: Bot, staff: StaffMember, t: Translator
) -> None:
    view = await sale_views.window_view(order_id, by=staff)
    line = sale_lines_windows.line(view, key, t)
    await answer_tap(query)
    await show(bot, tapped(query), line)


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(around_taps)
    tap = router.callback_query.register
    tap(list_lines, LinesTap.filter())
    tap(show_line, LineTap.filter(F.action == LineAction.SHOW))
    tap(step, LineTap.filter(F.action.in_(frozenset(_STEPS))))
    tap(remove, LineTap.filter(F.action == LineAction.REMOVE))
    tap(restore, LineTap.filter(F.action == LineAction.RESTORE))
    tap(add_product, ProductTap.filter())
    return router
