"""What taps on an order's card share, wherever the card's buttons are."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import CallbackQuery, TelegramObject

from bot.answers import retire, tapped
from bot.keyboards.orders import OrderAction, OrderTap
from services import card_places

# These are on other messages too: lists, digests, receipts.
_ANYWHERE = frozenset({OrderAction.CARD, OrderAction.UNDO})


async def around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """Around every tap on a card: its message is the order's card in this chat from now on.

    A reminder has the card's buttons. Whichever of the two is tapped stays, the other one goes:
    never do two messages of a chat show the order with buttons.
    """
    tap = data.get("callback_data")
    if not isinstance(event, CallbackQuery) or not isinstance(tap, OrderTap):
        return await handler(event, data)
    if tap.action in _ANYWHERE:
        return await handler(event, data)
    place = tapped(event)
    left = await card_places.adopt(tap.order_id, place)
    try:
        return await handler(event, data)
    finally:
        if left is not None:
            await retire(data["bot"], place.chat_id, left)
