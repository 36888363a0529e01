"""A reply to an order's card is a comment on the order, unless it answers what the card asks."""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot import texts, windows
from bot.answers import acknowledge, is_group, place_of
from bot.i18n import ENGLISH, UKRAINIAN, Translator, Translators
from bot.keyboards.orders import OrderAction, OrderTap
from domain.rights import Role
from models.staff import StaffMember
from services import card_places, care

# Where an open question of a private chat may stand.
_QUESTION_AT = ("card_id", "window_id", "screen_id")
# A list or a digest opens cards, and is none itself.
_OF_LISTS = frozenset({OrderAction.CARD, OrderAction.UNDO})


async def find_order(message: Message, bot: Bot, state: FSMContext) -> dict[str, int] | None:
    """The order whose card, or reminder, this message replies to; None: it is no comment."""
    card = message.reply_to_message
    if card is None or card.from_user is None or card.from_user.id != bot.id:
        return None
    if not is_group(message.chat) and await state.get_state() is not None:
        data = await state.get_data()
        if card.message_id in {data.get(key) for key in _QUESTION_AT}:
            return None
    order_id = await card_places.order_at(place_of(card)) or _order_of_buttons(card)
    return None if order_id is None else {"order_id": order_id}


def _order_of_buttons(message: Message) -> int | None:
    """The one order that the buttons of a reminder are about."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    found = set()
    for data in (button.callback_data for row in rows for button in row):
        with suppress(ValueError, TypeError):  # another button, or one of a layout that is gone
            tap = OrderTap.unpack(data or "")
            if tap.action not in _OF_LISTS:
                found.add(tap.order_id)
    return found.pop() if len(found) == 1 else None


async def comment(message: Message, order_id: int, staff: StaffMember, t: Translator) -> None:
    await care.comment(order_id, message.text or "", by=staff)
    await acknowledge(message, texts.commented(t))


async def want_text(message: Message, t: Translator) -> None:
    """A picture is not kept, and whoever sent it must know."""
    await message.reply(texts.only_text(t))


def build_router(translators: Translators) -> Router:
    router = Router(name=__name__)
    menus = [windows.menu(translators(each), Role.OWNER) for each in (ENGLISH, UKRAINIAN)]
    labels = {button.text for menu in menus for row in menu.keyboard for button in row}
    is_remark = F.text & ~F.text.startswith("/") & ~F.text.in_(labels)
    router.message.register(comment, F.reply_to_message, is_remark, find_order)
    router.message.register(want_text, F.reply_to_message, ~F.text, find_order)
    return router
