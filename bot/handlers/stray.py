"""Last of all: what nobody understood still gets an answer, never an endless spinner."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from bot import texts, windows
from bot.answers import answer_tap, tapped
from bot.i18n import Translator
from models.staff import StaffMember
from services import card_places


async def unknown_tap(query: CallbackQuery, t: Translator) -> None:
    """A button of a layout that is gone; on a card, the card is drawn anew."""
    await answer_tap(query, texts.unknown_button(t), alert=True)
    place = tapped(query)
    order_id = await card_places.order_at(place)
    if order_id is not None:
        await card_places.uncover(order_id, place)


async def unknown_text(message: Message, staff: StaffMember, t: Translator) -> None:
    await message.answer(texts.look_below(t), reply_markup=windows.menu(t, staff.role))


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(unknown_tap)
    router.message.register(unknown_text, F.chat.type == ChatType.PRIVATE, F.text)
    return router
