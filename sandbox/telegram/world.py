"""The state of the simulated Telegram: one bot, its people, chats, messages and updates."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.telegram.chats import Chat, Group
from sandbox.telegram.files import FileStore
from sandbox.telegram.html import Formatted
from sandbox.telegram.inline import InlineMode, InlineQuery
from sandbox.telegram.limits import FloodGate, Limits
from sandbox.telegram.model import CallbackAnswer, Json, Message, StoredFile, Update
from sandbox.telegram.people import BotAccount, User
from sandbox.telegram.runtime import Background, Clock, Signal
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.view import message_json, user_json
from sandbox.telegram.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True, eq=False, kw_only=True)
class Query:
    """A tap that waits for the bot's answer."""

    id: str
    user: User
    message: Message
    asked_at: float
    answer: asyncio.Future[CallbackAnswer]


@dataclass(slots=True, kw_only=True)
class Profile:
    """What the bot has told Telegram about itself: commands by scope, descriptions by language."""

    commands: dict[tuple[str, int, int, str], list[Json]] = field(default_factory=dict)
    descriptions: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"description": {}, "short_description": {}}
    )


class World:
    """Everything Telegram knows. Changes are announced to `changed` and to the feeds."""

    def __init__(self, *, clock: Clock, bot: BotAccount, limits: Limits | None) -> None:
        self.clock = clock
        self.bot = bot
        self.background = Background()
        self.changed = Signal()
        self.gate = FloodGate(limits)
        self.queue = UpdateQueue(clock)
        self.webhook = Webhook(clock, self.queue, self.background)
        self.files = FileStore()
        self.profile = Profile()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.inline = InlineMode()
        self.answer_window_s = 15.0
        self._account_ids = itertools.count(1)  # shared by private chats and basic groups
        self._supergroup_ids: dict[int, Iterator[int]] = {}
        self._query_ids = itertools.count(4_382_057_113_001)
        self._feeds: set[asyncio.Queue[Json | None]] = set()

    # Messages

    def post(
        self,
        chat: Chat,
        sender: User | BotAccount,
        content: Formatted | None = None,
        *,
        file: StoredFile | None = None,
        link_preview: Json | None = None,
        reply_markup: Json | None = None,
        reply_to: Message | None = None,
        thread_id: int | None = None,
        via_bot: BotAccount | None = None,
        silent: bool = False,
        service: Json | None = None,
        forward_origin: Json | None = None,
    ) -> Message:
        """Put a message into a chat and show it to whoever watches. Tells the bot nothing."""
        message = Message(
            message_id=self._next_message_id(chat),
            chat=chat,
            sender=sender,
            date=self.clock.now(),
            content=content or Formatted(""),
            file=file,
            link_preview=link_preview,
            reply_markup=reply_markup,
            reply_to=reply_to,
            thread_id=thread_id,
            via_bot=via_bot,
            silent=silent,
            service=service or {},
            forward_origin=forward_origin,
        )
        chat.history[message.message_id] = message
        self.announce("message", chat, message)
        return message

    def announce(
        self, event: str, chat: Chat | None = None, message: Message | None = None
    ) -> None:
        """Tell pages and waiting tests that something changed."""
        if self._feeds:
            shown: Json = {"event": event, "chat_id": chat.id if chat else None}
            if message is not None:
                shown["message"] = message_json(message, for_page=True)
            for feed in self._feeds:
                feed.put_nowait(shown)
        self.changed.notify()

    def _next_message_id(self, chat: Chat) -> int:
        if chat.type != "supergroup":
            return next(self._account_ids)
        return next(self._supergroup_ids.setdefault(chat.id, itertools.count(1)))

    # Updates

    def tell_message(self, message: Message, *, kind: str = "message") -> Update:
        """Give the bot a message somebody wrote, if it is to see it."""
        payload = message_json(message)
        if not message.chat.bot_sees(message, self.bot):
            return Update(update_id=0, kind=kind, payload=payload, message=message)
        key = f"chat {message.chat.id}"
        return self.queue.put(kind, payload, order_key=key, message=message)

    def tell_membership(self, chat: Chat, by: User | BotAccount, before: Json, now: Json) -> Update:
        """Give the bot a my_chat_member update: its own standing in a chat has changed."""
        payload: Json = {
            "chat": chat.as_json(),
            "from": user_json(by),
            "date": int(self.clock.now()),
            "old_chat_member": before,
            "new_chat_member": now,
        }
        self.announce("chat", chat)
        return self.queue.put("my_chat_member", payload, order_key=f"chat {chat.id}", message=None)

    def tell_tap(self, user: User, message: Message, data: str) -> Query:
        """Give the bot a callback query. The query's future gets the answer."""
        query = Query(
            id=str(next(self._query_ids)),
            user=user,
            message=message,
            asked_at=self.clock.now(),
            answer=asyncio.get_running_loop().create_future(),
        )
        self.queries[query.id] = query
        payload: Json = {
            "id": query.id,
            "from": user_json(user),
            "message": message_json(message),
            "chat_instance": str(-7_000_000_000 - abs(message.chat.id)),
            "data": data,
        }
        self.queue.put("callback_query", payload, order_key=f"user {user.id}", message=message)
        return query

    def tell_inline_query(self, user: User, chat: Chat, text: str, offset: str) -> InlineQuery:
        """Give the bot an inline query typed in this chat. Its future gets the answer."""
        query = InlineQuery(
            id=str(next(self._query_ids)),
            user=user,
            text=text,
            offset=offset,
            asked_at=self.clock.now(),
            answer=asyncio.get_running_loop().create_future(),
        )
        self.inline.waiting[query.id] = query
        payload: Json = {
            "id": query.id,
            "from": user_json(user),
            "query": text,
            "offset": offset,
            "chat_type": "sender" if chat is user.chat else chat.type,
        }
        self.queue.put("inline_query", payload, order_key=f"user {user.id}", message=None)
        return query

    # Who watches

    def open_feed(self) -> asyncio.Queue[Json | None]:
        """Events for one chat page; None ends it."""
        feed: asyncio.Queue[Json | None] = asyncio.Queue()
        self._feeds.add(feed)
        return feed

    def close_feed(self, feed: asyncio.Queue[Json | None]) -> None:
        """Stop collecting events for a page that went away."""
        self._feeds.discard(feed)

    def end_feeds(self) -> None:
        """End all pages' streams: the sandbox stops."""
        for feed in self._feeds:
            feed.put_nowait(None)

    # People

    def group(self, chat_id: int) -> Group | None:
        """A group by its id."""
        chat = self.chats.get(chat_id)
        return chat if isinstance(chat, Group) else None

    def is_acquainted(self, user: User) -> bool:
        """Whether the bot has met a person who never wrote to it: in a common group."""
        return any(
            user in chat.members
            for chat in self.chats.values()
            if isinstance(chat, Group) and chat.bot_is_in
        )
