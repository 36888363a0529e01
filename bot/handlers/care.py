"""Taps about who is on an order, and about one that another shop has too."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot import texts
from bot.answers import answer_tap, tapped
from bot.i18n import Translator
from bot.keyboards.orders import OrderAction, OrderTap
from domain.errors import NotFoundError
from models.staff import StaffMember
from services import card_places
from services import care as care_


async def claim(
    query: CallbackQuery, callback_data: OrderTap, staff: StaffMember, t: Translator
) -> None:
    await care_.claim(callback_data.order_id, by=staff)
    await answer_tap(query, texts.claimed(t))
    await card_places.redraw_left(callback_data.order_id, tapped(query))


async def release(
    query: CallbackQuery, callback_data: OrderTap, staff: StaffMember, t: Translator
) -> None:
    await care_.release(callback_data.order_id, by=staff)
    await answer_tap(query, texts.released(t))
    await card_places.redraw_left(callback_data.order_id, tapped(query))


async def cancel_as_duplicate(
    query: CallbackQuery, callback_data: OrderTap, staff: StaffMember, t: Translator
) -> None:
    """The choice is the confirmation, unless the other order was closed meanwhile."""
    try:
        await care_.cancel_as_duplicate(callback_data.order_id, by=staff)
    except NotFoundError as error:
        await answer_tap(query, texts.explain(error, t), alert=True)
        await card_places.uncover(callback_data.order_id, tapped(query))
    else:
        await answer_tap(query, texts.rejected(t))
        await card_places.redraw_left(callback_data.order_id, tapped(query))


def build_router() -> Router:
    router = Router(name=__name__)
    tap = router.callback_query.register
    tap(claim, OrderTap.filter(F.action == OrderAction.CLAIM))
    tap(release, OrderTap.filter(F.action == OrderAction.RELEASE))
    tap(cancel_as_duplicate, OrderTap.filter(F.action == OrderAction.DUPLICATE))
    return router
