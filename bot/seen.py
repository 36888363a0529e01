"""Messages that updates show: the sender learns which ids are taken."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject, Update

NoteMessage = Callable[[int, int], object]
"""Told the Telegram ids of a chat and of a message in it."""


class SeenMessages(BaseMiddleware):
    """Notes every message that an update shows, whoever wrote it, and goes on."""

    def __init__(self, note_message: NoteMessage) -> None:
        self._note_message = note_message

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Note, then go on."""
        message = _message(event)
        if message is not None:
            self._note_message(message.chat.id, message.message_id)
        return await handler(event, data)


def _message(event: TelegramObject) -> Message | None:
    if not isinstance(event, Update):
        return None
    if event.callback_query is not None:
        message = event.callback_query.message
        return message if isinstance(message, Message) else None
    return event.message
