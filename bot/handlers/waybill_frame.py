"""What the screens of a waybill share: showing it as it is now, and leaving its open question."""

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from tortoise.timezone import now

from bot import waybill_windows
from bot.answers import reader, show
from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.waybill_taps import Origin
from bot.states import WaybillNumberAsked
from models.staff import StaffMember
from services import order_views
from services.card_places import Place


async def screen(
    place: Place,
    order_id: int,
    origin: Origin,
    staff: StaffMember,
    t: Translator,
    news: str = "",
) -> Rendered:
    """The order's waybill as it is now, for whoever reads this chat. ``news``: HTML.

    Raises:
        NotFoundError: there is no such order.
    """
    view = await order_views.order_view(order_id)
    role = reader(place, staff)
    return waybill_windows.waybill(view, t, now=now(), origin=origin, role=role, news=news)


async def cancel(bot: Bot, state: FSMContext, staff: StaffMember, t: Translator) -> bool:
    """Leave the open question, and the waybill as it was; False when none was asked here."""
    if await state.get_state() != WaybillNumberAsked.number.state:
        return False
    data = await state.get_data()
    await state.clear()
    place = Place(state.key.chat_id, 0, data["screen_id"], is_group=False)
    shown = await screen(place, data["order_id"], Origin(data["origin"]), staff, t)
    await show(bot, place, shown)
    return True
