"""What all taps on the sales screen share: the receipt as it is now, instead of what was."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, TelegramObject
from tortoise.timezone import now

from bot import receipts
from bot.answers import retire, send, show, tapped
from bot.cards import Rendered
from bot.handlers.errors import tell_tapper
from bot.i18n import Translator
from bot.keyboards.sales_taps import NOWHERE, Origin
from domain.errors import NotFoundError, RejectedError
from models.staff import StaffMember
from services import card_places, sale_lists, sale_views
from services.card_places import Place


async def receipt(
    sale_id: int, staff: StaffMember, t: Translator, origin: Origin = NOWHERE
) -> Rendered:
    """A sale's receipt as it is now, for this person.

    Raises:
        NotFoundError: there is no such sale.
    """
    view = await sale_views.receipt_view(sale_id)
    returns = await sale_lists.returns_of(sale_id)
    return receipts.receipt(view, t, now=now(), returns=returns, role=staff.role, origin=origin)


async def last_receipt(order_id: int, staff: StaffMember, t: Translator) -> Rendered:
    """The receipt of the order's last sale, after a screen that knows its order alone.

    Which list it was opened from is not known there: its ``Back`` leads to the sale's day.

    Raises:
        NotFoundError: the order was never sold.
    """
    sale = await sale_views.last_sale(order_id)
    if sale is None:
        raise NotFoundError("sale")
    return await receipt(sale.id, staff, t, Origin(t.local_day(sale.at)))


async def move_down(bot: Bot, place: Place, rendered: Rendered) -> Place:
    """Show something in a message; when others came below it, it moves to the end of the chat.

    Returns where it is shown now.
    """
    if not await card_places.is_buried(place):
        return await show(bot, place, rendered)
    sent = await send(bot, place, rendered)
    await retire(bot, place.chat_id, place.message_id)
    return Place(place.chat_id, place.topic_id, sent.message_id, place.is_group)


async def forget_question(state: FSMContext, place: Place) -> None:
    """What was asked in this message is not asked any more; a question elsewhere stays open."""
    if await state.get_value("screen_id") == place.message_id:
        await state.clear()


async def around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """Around every tap about one sale: its open question is dropped; a "no" shows how it is now."""
    if not isinstance(event, CallbackQuery):
        return await handler(event, data)
    place = tapped(event)
    await forget_question(data["state"], place)
    try:
        return await handler(event, data)
    except RejectedError as error:
        await tell_tapper(event, error, data["t"])
        tap = data["callback_data"]
        await show_again(data["bot"], place, tap.sale_id, data["staff"], data["t"], tap.origin)


async def show_again(
    bot: Bot, place: Place, sale_id: int, staff: StaffMember, t: Translator, origin: str
) -> None:
    """The receipt in place of what is no longer true; nothing when the sale itself is gone."""
    try:
        shown = await receipt(sale_id, staff, t, Origin.read(origin))
    except NotFoundError:
        return
    await show(bot, place, shown)
