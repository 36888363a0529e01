"""The people and the bot; what people do with their phones: write, tap, press, block."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.telegram import entities
from sandbox.telegram.chats import Chat, Group, PrivateChat, Topic
from sandbox.telegram.errors import SandboxError
from sandbox.telegram.html import Formatted
from sandbox.telegram.inline import MAX_QUERY, InlineAnswer, InlineResult
from sandbox.telegram.links import deep_link_payload, is_deep_link_payload
from sandbox.telegram.model import CallbackAnswer, Json, Message, Revision, StoredFile, Update
from sandbox.telegram.view import member_json

if TYPE_CHECKING:
    from sandbox.telegram.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAccount:
    """The bot under test."""

    id: int
    username: str
    first_name: str
    reads_all_group_messages: bool = False  # privacy mode switched off at @BotFather
    is_inline: bool = True  # inline mode switched on at @BotFather

    def as_json(self) -> Json:
        """The bot as a User."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.first_name,
            "username": self.username,
        }


class User:
    """A person with a phone. Everything they do goes through here."""

    def __init__(
        self, world: World, user_id: int, first_name: str, *, language_code: str, username: str
    ) -> None:
        self.id = user_id
        self.first_name = first_name
        self.language_code = language_code
        self.username = username
        self.has_started = False  # has written to the bot
        self.has_blocked = False
        self.is_deactivated = False
        self.chat = PrivateChat(self)
        self._world = world

    def as_json(self) -> Json:
        """The person as a User of the Bot API."""
        shown: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            shown["username"] = self.username
        if self.language_code:
            shown["language_code"] = self.language_code
        return shown

    async def send(
        self,
        text: str,
        *,
        in_chat: Chat | None = None,
        topic: Topic | None = None,
        reply_to: Message | None = None,
    ) -> Update:
        """Write a text, in the private chat unless told otherwise."""
        content = entities.incoming(text)
        if not 1 <= len(content.text) <= entities.MAX_TEXT:
            raise SandboxError("a text has 1 to 4096 characters")
        return self._say(content, in_chat, topic, reply_to, None)

    async def send_file(
        self,
        name: str,
        data: bytes,
        *,
        caption: str = "",
        as_photo: bool = False,
        in_chat: Chat | None = None,
        topic: Topic | None = None,
        reply_to: Message | None = None,
    ) -> Update:
        """Send a document, or a picture."""
        file = self._world.files.add(name, data, as_photo=as_photo)
        return self._say(entities.incoming(caption), in_chat, topic, reply_to, file)

    async def edit(self, message: Message, text: str) -> Update:
        """Change an own message."""
        if message.sender is not self or message.deleted:
            raise SandboxError("people edit only their own messages")
        keep_revision(message)
        message.content = entities.incoming(text)
        message.edit_date = self._world.clock.now()
        self._world.announce("edited", message.chat, message)
        return self._world.tell_message(message, kind="edited_message")

    async def open_deep_link(self, payload: str) -> Update:
        """Follow t.me/<bot>?start=<payload> and press Start."""
        if not is_deep_link_payload(payload):
            raise SandboxError(f"not a deep link payload: {payload!r}")
        return await self.send(f"/start {payload}".rstrip())

    async def press(self, label: str, *, in_chat: Chat | None = None) -> Update:
        """Press the button of the present reply keyboard whose label contains `label`."""
        chat = in_chat or self.chat
        for message in reversed(chat.messages):
            markup = message.reply_markup or {}
            if markup.get("remove_keyboard"):
                break
            if "keyboard" in markup:
                return await self.send(_find(message, "keyboard", label)["text"], in_chat=chat)
        raise SandboxError("no reply keyboard is shown")

    async def tap(
        self,
        message: Message,
        label: str,
        timeout: float = 30.0,  # noqa: ASYNC109 - the word callers expect
    ) -> CallbackAnswer:
        """Tap the inline button whose label is, or else contains, `label`; wait for the answer.

        Raises:
            SandboxError: there is no such button, or it does nothing.
            TimeoutError: the bot did not answer the callback query.
        """
        button = _find(message, "inline_keyboard", label)
        return await self.tap_button(message, button, timeout)

    async def tap_button(
        self,
        message: Message,
        button: Json,
        timeout: float = 30.0,  # noqa: ASYNC109 - as in tap
    ) -> CallbackAnswer:
        """Tap this very button of a message; see `tap`."""
        if message.deleted or not message.chat.holds(self):
            raise SandboxError(f"{self.first_name} does not see this message")
        if "url" in button:
            return CallbackAnswer(url=button["url"])
        if "copy_text" in button:
            return CallbackAnswer(copied=button["copy_text"]["text"])
        if "callback_data" not in button:
            raise SandboxError(f"the button {button['text']!r} does nothing here")
        query = self._world.tell_tap(self, message, button["callback_data"])
        try:
            async with asyncio.timeout(timeout):
                return await query.answer
        except TimeoutError as e:
            raise TimeoutError(f"nobody answered the tap on {button['text']!r}") from e

    async def follow(self, answer: CallbackAnswer) -> Update | None:
        """Open the address of an answer. Only deep links to the bot lead anywhere."""
        payload = deep_link_payload(answer.url or "", self._world.bot.username)
        return None if payload is None else await self.open_deep_link(payload)

    async def type_inline(
        self,
        text: str,
        *,
        in_chat: Chat | None = None,
        offset: str = "",
        timeout: float = 30.0,  # noqa: ASYNC109 - as in tap
    ) -> InlineAnswer:
        """Type "@bot text" and wait for what is offered; Telegram may know it from before.

        Raises:
            SandboxError: the bot has no inline mode, or this person no such chat.
            TimeoutError: the bot did not answer.
        """
        chat, world = in_chat or self.chat, self._world
        if not world.bot.is_inline:
            raise SandboxError(f"@{world.bot.username} has no inline mode")
        if not chat.holds(self):
            raise SandboxError(f"{self.first_name} is not in this chat")
        text = text[:MAX_QUERY]
        kept = world.inline.kept(self, text, offset, world.clock.now())
        if kept is not None:
            return kept
        query = world.tell_inline_query(self, chat, text, offset)
        try:
            async with asyncio.timeout(timeout):
                return await query.answer
        except TimeoutError as e:
            raise TimeoutError(f"nobody answered the inline query {text!r}") from e

    async def choose(self, result: InlineResult, *, in_chat: Chat | None = None) -> Message:
        """Send an inline result: a message of this person "via @bot"."""
        message = self._post(
            result.content,
            in_chat,
            link_preview=result.link_preview,
            reply_markup=result.reply_markup,
            via_bot=self._world.bot,
        )
        self._world.tell_message(message)
        return message

    def block_bot(self) -> Update:
        """Press "Stop bot"."""
        return self._set_blocked(blocked=True)

    def unblock_bot(self) -> Update:
        """Press "Restart bot" (without the /start that follows it)."""
        return self._set_blocked(blocked=False)

    def deactivate(self) -> None:
        """Delete the account."""
        self.is_deactivated = True

    def _set_blocked(self, *, blocked: bool) -> Update:
        bot = self._world.bot
        self.has_blocked = blocked
        before, now = ("member", "kicked") if blocked else ("kicked", "member")
        return self._world.tell_membership(
            self.chat, self, member_json(bot, before), member_json(bot, now)
        )

    def _say(
        self,
        content: Formatted,
        chat: Chat | None,
        topic: Topic | None,
        reply_to: Message | None,
        file: StoredFile | None,
    ) -> Update:
        if topic is None and reply_to is not None:
            thread_id = reply_to.thread_id
        else:
            thread_id = topic.id if topic else None
        message = self._post(content, chat, file=file, reply_to=reply_to, thread_id=thread_id)
        return self._world.tell_message(message)

    def _post(self, content: Formatted, chat: Chat | None, **more: Any) -> Message:
        """Put a message of this person into a chat, if they may write there."""
        chat = chat or self.chat
        if not chat.holds(self):
            raise SandboxError(f"{self.first_name} is not in this chat")
        if chat is self.chat and self.has_blocked:
            raise SandboxError(f"{self.first_name} has blocked the bot")
        if isinstance(chat, Group) and chat.migrated_to is not None:
            raise SandboxError("the group became a supergroup")
        self.has_started |= chat is self.chat
        return self._world.post(chat, self, content, **more)


def keep_revision(message: Message) -> None:
    """Remember what a message looks like now, before it is edited."""
    message.edits.append(
        Revision(text=message.text, html=message.html, reply_markup=message.reply_markup)
    )


def _find(message: Message, field: str, label: str) -> Json:
    rows: Sequence[Sequence[Json]] = (message.reply_markup or {}).get(field, ())
    buttons = [button for row in rows for button in row]
    for button in buttons:
        if button["text"] == label:
            return button
    for button in buttons:
        if label in button["text"]:
            return button
    labels = ", ".join(repr(button["text"]) for button in buttons) or "none"
    raise SandboxError(f"no button contains {label!r}; there are: {labels}")
