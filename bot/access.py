"""Who may do anything: active staff. Everybody else is refused, whatever kind of update it is.

A stranger has one way in: an invite's link, opened in a private chat.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.enums import ChatMemberStatus
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message, TelegramObject, Update, User

from bot.answers import answer_inline, answer_tap, is_group
from bot.i18n import Translator, Translators
from bot.staff_texts import link_is_over
from bot.windows import not_staff
from domain.errors import InviteError
from services import chats, invites, staff
from services.invites import Joined

REFUSE_EVERY_S = 60.0
GUESSES = 5  # links that one stranger may try within that time

INVITE_LINK = "inv_"  # t.me/<bot>?start=inv_<token>
_INVITED = re.compile(rf"/start {INVITE_LINK}([A-Za-z0-9_-]{{1,60}})", re.ASCII)

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
    """Lets active staff through, with their row as ``staff`` and the language to speak as ``t``.

    That is their own; in a group, where all read what one of them taps, it is the group's. The
    row is read for every update: who is dismissed is out with the next tap. Who comes in by an
    invite goes on as staff at once, with how as ``joined``.
    """

    def __init__(self, translators: Translators) -> None:
        self._translators = translators
        self._refused_at: dict[int, float] = {}  # strangers of the last minute
        self._guessed_at: dict[int, list[float]] = {}

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Go on for staff; refuse everybody else."""
        context: EventContext = data[EVENT_CONTEXT_KEY]
        user = context.user
        if user is None or not isinstance(event, Update):
            return None
        member = await staff.recognise(user.id, user.full_name)
        if member is None:
            joined = await self._let_in(event, user)
            if joined is None:
                return None
            data["joined"], member = joined, joined.member
        data["staff"] = member
        language = member.language or user.language_code
        if context.chat is not None and is_group(context.chat):
            language = await chats.language(context.chat.id) or language
        data["t"] = self._translators(language)
        return await handler(event, data)

    async def _let_in(self, update: Update, user: User) -> Joined | None:
        """A stranger comes in by an invite, or is refused."""
        message = update.message
        link = _INVITED.fullmatch(message.text or "") if message is not None else None
        if message is None or link is None or is_group(message.chat):
            await self._refuse(update, user)
            return None
        if not self._may_guess(user.id):
            return None
        t = self._translators(user.language_code)
        try:
            return await invites.accept(link[1], user.id, user.full_name, language=t.language)
        except InviteError:
            await self._say(message, link_is_over(t))
            return None

    async def _refuse(self, update: Update, user: User) -> None:
        """A word in a private chat, an alert for a tap, no results; elsewhere nothing at all."""
        t = self._translators(user.language_code)
        if update.callback_query is not None:
            text = not_staff(t) if self._may_refuse(user.id) else ""
            await answer_tap(update.callback_query, text, alert=True)
        elif update.inline_query is not None:
            await answer_inline(update.inline_query, [])
        elif update.message is not None and not is_group(update.message.chat):
            await self._refuse_message(update.message, user, t)

    async def _refuse_message(self, message: Message, user: User, t: Translator) -> None:
        if self._may_refuse(user.id):
            await self._say(message, not_staff(t))

    async def _say(self, message: Message, text: str) -> None:
        try:
            await message.answer(text)
        except TelegramAPIError as error:
            log.info("a stranger could not be refused", problem=str(error))

    def _may_refuse(self, user_id: int) -> bool:
        """At most once a minute each, so that nobody can make us send without end."""
        now = time.monotonic()
        recent = now - REFUSE_EVERY_S
        self._refused_at = {id_: at for id_, at in self._refused_at.items() if at > recent}
        return self._refused_at.setdefault(user_id, now) == now

    def _may_guess(self, user_id: int) -> bool:
        """A few links a minute each: enough for whoever was invited."""
        recent = time.monotonic() - REFUSE_EVERY_S
        self._guessed_at = {id_: at for id_, at in self._guessed_at.items() if at[-1] > recent}
        guesses = [at for at in self._guessed_at.get(user_id, []) if at > recent]
        if len(guesses) >= GUESSES:
            return False
        self._guessed_at[user_id] = [*guesses, time.monotonic()]
        return True
