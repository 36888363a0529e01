"""Telegram tells a chat of every pin. Those of ours are removed: a board is pinned silently."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from bot.answers import remove


class PinNotices(BaseMiddleware):
    """Deletes the service message about a pin of our own, which no handler needs to see."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Delete it if it is one, else go on."""
        message = event.message if isinstance(event, Update) else None
        if message is None or message.pinned_message is None or message.from_user is None:
            return await handler(event, data)
        bot = data["bot"]
        if message.from_user.id != bot.id:
            return await handler(event, data)
        await remove(bot, message.chat.id, message.message_id)
        return None
