"""Taps about what a shop would not hear of an order."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot import texts
from bot.answers import answer_tap, tapped
from bot.i18n import Translator
from bot.keyboards.orders import OrderAction, OrderTap
from models.staff import StaffMember
from services import card_places, telling


async def tell_again(
    query: CallbackQuery, callback_data: OrderTap, staff: StaffMember, t: Translator
) -> None:
    await telling.tell_again(callback_data.order_id, by=staff)
    await answer_tap(query, texts.told_again(t))
    await card_places.redraw_left(callback_data.order_id, tapped(query))


def build_router() -> Router:
    router = Router(name=__name__)
    is_wanted = OrderTap.filter(F.action == OrderAction.TELL_AGAIN)
    router.callback_query.register(tell_again, is_wanted)
    return router
