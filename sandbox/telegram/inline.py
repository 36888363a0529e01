"""Inline mode: what people type after the bot's @username, and what it offers them.

https://core.telegram.org/bots/api#inline-mode; the bot's owner switches it on at @BotFather.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.telegram.errors import SandboxError
from sandbox.telegram.html import Formatted
from sandbox.telegram.model import Json

if TYPE_CHECKING:
    from sandbox.telegram.people import User

MAX_QUERY = 256  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """One thing a person may choose: what they see of it, and the message it becomes."""

    id: str
    title: str
    description: str
    content: Formatted
    link_preview: Json | None
    reply_markup: Json | None

    def as_json(self) -> Json:
        """For the chat page."""
        return {"id": self.id, "title": self.title, "description": self.description}


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAnswer:
    """What the bot offered. Telegram keeps it for ``cache_time_s``, for one person or for all."""

    results: tuple[InlineResult, ...] = ()
    cache_time_s: int = 300
    is_personal: bool = False
    next_offset: str = ""

    def result(self, title: str) -> InlineResult:
        """The result whose title holds this.

        Raises:
            SandboxError: there is none.
        """
        for result in self.results:
            if title in result.title:
                return result
        titles = ", ".join(repr(result.title) for result in self.results) or "none"
        raise SandboxError(f"no result contains {title!r}; there are: {titles}")


@dataclass(slots=True, eq=False, kw_only=True)
class InlineQuery:
    """A query that waits for the bot's answer."""

    id: str
    user: User
    text: str
    offset: str
    asked_at: float
    answer: asyncio.Future[InlineAnswer]


@dataclass(slots=True)
class InlineMode:
    """Queries that wait, and answers that Telegram gives again by itself."""

    waiting: dict[str, InlineQuery] = field(default_factory=dict)
    _kept: dict[tuple[int, str, str], tuple[float, InlineAnswer]] = field(default_factory=dict)

    def keep(self, query: InlineQuery, answer: InlineAnswer, now: float) -> None:
        """Remember an answer for as long as the bot allows."""
        person = query.user.id if answer.is_personal else 0
        self._kept[person, query.text, query.offset] = (now + answer.cache_time_s, answer)

    def kept(self, user: User, text: str, offset: str, now: float) -> InlineAnswer | None:
        """An answer that is still good for this person; None when the bot must be asked."""
        for person in (user.id, 0):
            until, answer = self._kept.get((person, text, offset), (0.0, None))
            if answer is not None and now < until:
                return answer
        return None
