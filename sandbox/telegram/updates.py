"""The queue of updates and long polling.

https://core.telegram.org/bots/api#getting-updates; lifetimes as in `Client::add_update` of the
Bot API server: 24 h, but 150 s for callback queries.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sandbox.telegram.errors import ConnectionLostError, bad_request, conflict
from sandbox.telegram.model import Message, Update
from sandbox.telegram.runtime import Clock, Signal

LIFETIME_S = 24 * 3600
CALLBACK_LIFETIME_S = 150
MAX_POLL_S = 50
MAX_BATCH = 100

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
UPDATE_KINDS = frozenset(
    {"message", "edited_message", "callback_query", "inline_query", "my_chat_member"}
    | NOT_BY_DEFAULT
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An update that waits for the bot. Updates of one `order_key` go out one after another."""

    update: Update
    order_key: str
    expires_at: float


class UpdateQueue:
    """What the bot has not confirmed yet."""

    def __init__(self, clock: Clock) -> None:
        self.changed = Signal()
        self.online = True
        self.waiting_polls = 0
        self.allowed: frozenset[str] | None = None  # None: all but NOT_BY_DEFAULT
        self._clock = clock
        self._ids = itertools.count(710_000_001)
        self._waiting: dict[int, Queued] = {}
        self._newest_poll = 0

    def put(
        self, kind: str, payload: dict[str, object], *, order_key: str, message: Message | None
    ) -> Update:
        """Queue an update, unless the bot did not ask for this kind."""
        if not self._wanted(kind):
            return Update(update_id=0, kind=kind, payload=payload, message=message)
        update = Update(update_id=next(self._ids), kind=kind, payload=payload, message=message)
        lifetime = CALLBACK_LIFETIME_S if kind == "callback_query" else LIFETIME_S
        self._waiting[update.update_id] = Queued(
            update=update, order_key=order_key, expires_at=self._clock.now() + lifetime
        )
        self.changed.notify()
        return update

    def __len__(self) -> int:
        return sum(1 for _ in self.waiting())

    def waiting(self) -> Iterator[Queued]:
        """The updates that have not been confirmed and have not expired, oldest first."""
        now = self._clock.now()
        for queued in list(self._waiting.values()):
            if queued.expires_at <= now:
                del self._waiting[queued.update.update_id]
            else:
                yield queued

    def holds(self, update: Update) -> bool:
        """Whether the update still waits."""
        return any(queued.update is update for queued in self.waiting())

    def confirm(self, update_id: int) -> None:
        """Forget one update: the bot has it."""
        self._waiting.pop(update_id, None)

    def clear(self) -> None:
        """Forget everything that waits (drop_pending_updates)."""
        self._waiting.clear()

    def set_allowed(self, kinds: object) -> None:
        """Take over `allowed_updates`; None leaves what was, [] restores the default.

        Raises:
            ApiError: it is no list of strings.
        """
        if kinds is None:
            return
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad_request("can't parse allowed updates JSON object")
        self.allowed = frozenset(kinds) or None

    async def poll(self, *, offset: int, limit: int, timeout_s: float) -> Collection[Update]:
        """One getUpdates call.

        Raises:
            ApiError: 409, when a newer call came meanwhile.
            ConnectionLostError: Telegram went down meanwhile.
        """
        self._confirm_before(offset)
        self._newest_poll += 1
        this_poll = self._newest_poll
        self.changed.notify()  # an older poll wakes up and finds itself replaced
        loop = asyncio.get_running_loop()
        until = loop.time() + min(max(timeout_s, 0), MAX_POLL_S)
        limit = min(max(limit, 1), MAX_BATCH)
        while True:
            found = [queued.update for queued in itertools.islice(self.waiting(), limit)]
            left = until - loop.time()
            if found or left <= 0:
                return found
            self.waiting_polls += 1
            try:
                await self.changed.wait(left)
            finally:
                self.waiting_polls -= 1
            if not self.online:
                raise ConnectionLostError
            if this_poll != self._newest_poll:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )

    def terminate_poll(self) -> None:
        """End a waiting poll, as setWebhook does."""
        self._newest_poll += 1
        self.changed.notify()

    def _confirm_before(self, offset: int) -> None:
        if offset < 0:
            ids = [queued.update.update_id for queued in self.waiting()]
            forgotten = ids[:offset]
        else:
            forgotten = [update_id for update_id in self._waiting if update_id < offset]
        for update_id in forgotten:
            del self._waiting[update_id]

    def _wanted(self, kind: str) -> bool:
        if self.allowed is None:
            return kind not in NOT_BY_DEFAULT
        return kind in self.allowed
