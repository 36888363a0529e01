"""The values that travel between the parts of the sandbox: texts, files, messages, updates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.telegram.html import Formatted, unparse

if TYPE_CHECKING:
    from sandbox.telegram.chats import Chat
    from sandbox.telegram.people import BotAccount, User

Json = dict[str, Any]
"""A Bot API object. The sandbox speaks a JSON protocol, so JSON is its record type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as Telegram keeps it. `width` is 0 for everything but photos."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes
    width: int = 0
    height: int = 0

    @property
    def is_photo(self) -> bool:
        """Whether it is shown as a picture, not as a document."""
        return self.width > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a message looked like before one of its edits."""

    text: str
    html: str
    reply_markup: Json | None


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """One message of a chat. Telegram changes it in place, so does the sandbox."""

    message_id: int
    chat: Chat
    sender: User | BotAccount
    date: float
    content: Formatted
    file: StoredFile | None = None
    link_preview: Json | None = None
    reply_markup: Json | None = None  # of any kind: inline, keyboard, force_reply, remove_keyboard
    reply_to: Message | None = None
    thread_id: int | None = None
    via_bot: BotAccount | None = None  # an inline result that a person chose
    silent: bool = False
    service: Json = field(default_factory=dict)  # e.g. {"new_chat_members": [...]}
    forward_origin: Json | None = None
    reactions: list[str] = field(default_factory=list)
    edit_date: float | None = None
    edits: list[Revision] = field(default_factory=list)
    deleted: bool = False

    @property
    def text(self) -> str:
        """The text, or the caption of a file, without markup."""
        return self.content.text

    @property
    def entities(self) -> list[Json]:
        """The entities as the Bot API shows them; offsets in UTF-16 units."""
        return [entity.as_json() for entity in self.content.entities]

    @property
    def html(self) -> str:
        """The text with its entities written as Telegram HTML."""
        return unparse(self.content)

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """The inline buttons, row by row; empty when there are none."""
        rows: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of the buttons, inline or of a reply keyboard, row by row."""
        markup = self.reply_markup or {}
        rows: list[list[Json]] = markup.get("inline_keyboard") or markup.get("keyboard") or []
        return [[button["text"] for button in row] for row in rows]

    @property
    def has_other_markup(self) -> bool:
        """Whether it carried a reply keyboard, a force_reply or a remove_keyboard."""
        return self.reply_markup is not None and "inline_keyboard" not in self.reply_markup


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What a tap brought: the bot's answer, or what the button does by itself.

    `copied` is set for copy_text buttons, `url` for url buttons and for answers with a url.
    """

    text: str = ""
    show_alert: bool = False
    url: str | None = None
    copied: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Something that happened in Telegram, and whether the bot gets to know it.

    `update_id` is 0 when the bot does not: privacy mode, allowed_updates, the bot is not there.
    """

    update_id: int
    kind: str
    payload: Json
    message: Message | None = None

    @property
    def delivered(self) -> bool:
        """Whether the update was queued for the bot."""
        return self.update_id != 0

    def as_json(self) -> Json:
        """The update as getUpdates and webhooks carry it."""
        return {"update_id": self.update_id, self.kind: self.payload}
