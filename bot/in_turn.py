"""What one person does in one chat is handled in the order in which they did it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.types import TelegramObject

_Key = tuple[int | None, int | None]


class InTurn(BaseMiddleware):
    """Lets a person's updates through one at a time, first come, first served.

    Comes before everything that waits: aiogram's own isolation stands behind the check for
    access, whose reads from the database let a later update overtake an earlier one. After an
    outage everything that a person did meanwhile arrives at once.
    """

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[_Key, asyncio.Lock] = WeakValueDictionary()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Go on as soon as what came before is handled."""
        context: EventContext = data[EVENT_CONTEXT_KEY]
        turn = self._turns.setdefault((context.chat_id, context.user_id), asyncio.Lock())
        async with turn:
            return await handler(event, data)
