"""Who may do anything: active staff. Everybody else is refused, whatever kind of update it is."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.enums import ChatMemberStatus
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message, TelegramObject, Update, User

from bot.answers import answer_tap, is_group
from bot.i18n import Translator, Translators
from bot.windows import not_staff
from services import chats, staff

REFUSE_EVERY_S = 60.0

log = structlog.get_logger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class ChatFacts(BaseMiddleware):
    """Notes what Telegram itself says of a chat, whoever caused it: we are out, or it has moved.

    Only chats we know are changed, and none gains anything by it; being let in again is staff's to
    say. A group that moves says both: they are noted in the order in which they came.
    """

    def __init__(self, owner_ids: Collection[int]) -> None:
        self._owner_ids = tuple(owner_ids)
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Note, then go on."""
        if isinstance(event, Update):
            await self._note(event)
        return await handler(event, data)

    async def _note(self, update: Update) -> None:
        if update.my_chat_member is not None:
            status = update.my_chat_member.new_chat_member.status
            if status in {ChatMemberStatus.KICKED, ChatMemberStatus.LEFT}:
                async with self._one_at_a_time:
                    await chats.block(update.my_chat_member.chat.id, owner_ids=self._owner_ids)
        elif update.message is not None and update.message.migrate_to_chat_id is not None:
            async with self._one_at_a_time:
                await chats.migrate(update.message.chat.id, update.message.migrate_to_chat_id)


class Access(BaseMiddleware):
    """Lets active staff through, with their row as ``staff`` and their language as ``t``.

    The row is read for every update: who is dismissed is out with the next tap.
    """

    def __init__(self, translators: Translators) -> None:
        self._translators = translators
        self._refused_at: dict[int, float] = {}  # strangers of the last minute

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Go on for staff; refuse everybody else."""
        context: EventContext = data[EVENT_CONTEXT_KEY]
        user = context.user
        if user is None or not isinstance(event, Update):
            return None
        member = await staff.recognise(user.id, user.full_name)
        if member is None:
            await self._refuse(event, user)
            return None
        data["staff"] = member
        data["t"] = self._translators(member.language or user.language_code)
        return await handler(event, data)

    async def _refuse(self, update: Update, user: User) -> None:
        """A word in a private chat, an alert for a tap; elsewhere nothing at all."""
        t = self._translators(user.language_code)
        if update.callback_query is not None:
            text = not_staff(t) if self._may_refuse(user.id) else ""
            await answer_tap(update.callback_query, text, alert=True)
        elif update.message is not None and not is_group(update.message.chat):
            await self._refuse_message(update.message, user, t)

    async def _refuse_message(self, message: Message, user: User, t: Translator) -> None:
        if not self._may_refuse(user.id):
            return
        try:
            await message.answer(not_staff(t))
        except TelegramAPIError as error:
            log.info("a stranger could not be refused", problem=str(error))

    def _may_refuse(self, user_id: int) -> bool:
        """At most once a minute each, so that nobody can make us send without end."""
        now = time.monotonic()
        recent = now - REFUSE_EVERY_S
        self._refused_at = {id_: at for id_, at in self._refused_at.items() if at > recent}
        return self._refused_at.setdefault(user_id, now) == now
