"""Telegram's flood limits, as far as they are known.

"Avoid sending more than one message per second" per chat, 20 messages a minute in a group,
about 30 a second overall (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this);
edits count like sends (levlam in tdlib/td 2592 and 3034).
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from sandbox.telegram.errors import too_many_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a bot may send. Sends and edits share all of them."""

    overall_per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 1  # how many messages at once a rested chat takes
    group_per_minute: int = 20
    tolerance_s: float = 0.05  # a client that paces itself may be early by so much


class _Window:
    """At most `size` messages in any stretch of `seconds`."""

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._sent: deque[float] = deque()

    def wait_s(self, now: float, count: int) -> float:
        """How long until `count` more would fit."""
        while self._sent and self._sent[0] <= now - self._seconds:
            self._sent.popleft()
        surplus = len(self._sent) + count - self._size
        if surplus <= 0:
            return 0.0
        return self._sent[min(surplus, len(self._sent)) - 1] + self._seconds - now

    def take(self, now: float, count: int) -> None:
        self._sent.extend([now] * count)


class FloodGate:
    """Counts what the bot sends, refuses what is too much, insists on the pause it asked for."""

    def __init__(self, limits: Limits | None) -> None:
        self.limits = limits
        self.refusals = 0

    @property
    def limits(self) -> Limits | None:
        """The limits in force; None: no limits."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        """Change the limits; what was sent before is forgotten."""
        self._limits = limits
        if limits is None:
            return
        burst_s = limits.chat_burst / limits.chat_per_second
        self._overall = _Window(limits.overall_per_second, 1.0)
        self._chats: dict[int, _Window] = defaultdict(lambda: _Window(limits.chat_burst, burst_s))
        self._groups: dict[int, _Window] = defaultdict(lambda: _Window(limits.group_per_minute, 60))
        self._closed_until: dict[int, float] = {}

    def pass_through(self, chat_id: int, *, is_group: bool, now: float, count: int = 1) -> None:
        """Let `count` messages or edits through.

        Raises:
            ApiError: 429 with the whole seconds to wait; until then the chat stays shut.
        """
        if self._limits is None:
            return
        windows = [self._overall, self._chats[chat_id]]
        if is_group:
            windows.append(self._groups[chat_id])
        closed_s = max(self._closed_until.get(chat_id, 0) - now, 0)
        wait_s = max(closed_s, *(window.wait_s(now, count) for window in windows))
        if wait_s > self._limits.tolerance_s:
            self.refusals += 1
            retry_after = max(1, math.ceil(wait_s - self._limits.tolerance_s))
            # A hasty repetition does not lengthen the pause that was asked for at first.
            self._closed_until[chat_id] = now + (wait_s if closed_s else max(wait_s, retry_after))
            raise too_many_requests(retry_after)
        for window in windows:
            window.take(now, count)
