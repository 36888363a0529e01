"""Telegram's limits on what a bot sends: one budget for handlers and the outbox sender.

About 30 messages a second overall, one a second in a chat, 20 a minute in a group; edits count
like sends; ``answerCallbackQuery`` does not count
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).

What counts is when Telegram's server sees a call, which lies somewhere between our start and its
answer. A call therefore occupies its place in every window while it is under way, and is booked at
the latest instant at which the server can have seen it.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    CopyMessages,
    DeleteMessages,
    ForwardMessages,
    Response,
    SendChatAction,
    SendMediaGroup,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import Message, MessageId

from bot.clock import Clock
from bot.message_ids import MessageIds

TRANSIENT = (TelegramNetworkError, TelegramServerError, ClientDecodeError)

_COUNTED = ("Send", "Edit", "Copy", "Forward", "Delete", "StopPoll")
_NOT_COUNTED = ("DeleteWebhook", "DeleteMyCommands", "DeleteChatPhoto", "DeleteForumTopic")
_REPEATED = ("Edit", "Delete")  # doing these twice is doing them once
_REPEAT_PAUSES_S = (0.3, 1.0)
_LONGEST_ANSWER_WAIT_S = 10  # for calls that do not count; a tap is stale after that
_LONGEST_INTERACTIVE_WAIT_S = 60
_LATENCY_SAMPLES = 5
_GLOBAL_REFUSALS = 3  # chats refused within _GLOBAL_WITHIN_S: it is the bot that is too fast
_GLOBAL_WITHIN_S = 2.0
_MANY_LANES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLimits:
    """How much may be sent.

    Attributes:
        interactive_burst: how many calls of handlers a rested private chat takes at once; as many
            seconds later it is rested again.
        margin_s: what every pause is longer than it must be.
    """

    overall_per_second: int = 30
    chat_interval_s: float = 1.0
    interactive_burst: int = 3
    group_per_minute: int = 20
    margin_s: float = 0.02


class _Window:
    """At most ``size`` calls within any ``seconds``; those under way count."""

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._booked: deque[float] = deque()
        self._under_way = 0

    def free(self, now: float) -> int:
        """How many calls fit at this instant."""
        while self._booked and self._booked[0] + self._seconds <= now:
            self._booked.popleft()
        return self._size - len(self._booked) - self._under_way

    def ready_at(self, now: float, count: int) -> float:
        """When ``count`` calls fit; infinity when one under way must end first."""
        surplus = min(count, self._size) - self.free(now)
        if surplus <= 0:
            return now
        if surplus > len(self._booked):
            return math.inf
        return self._booked[surplus - 1] + self._seconds

    def begin(self, count: int) -> None:
        self._under_way += count

    def end(self, count: int, booked_at: float | None) -> None:
        """The calls are over, and count from ``booked_at``; None: they were not made."""
        self._under_way -= count
        if booked_at is not None:
            self._booked.extend([booked_at] * count)

    def is_idle(self, now: float) -> bool:
        return self.free(now) == self._size


@dataclass(slots=True, eq=False)
class _Waiter:
    weight: int
    is_interactive: bool
    number: int
    granted: asyncio.Future[None]


class _Lane:
    """One chat: strictly one call at a time."""

    def __init__(self, chat_id: int, limits: SendLimits) -> None:
        self.chat_id = chat_id
        self.is_busy = False
        self.closed_until = -math.inf
        self.interactive: deque[_Waiter] = deque()
        self.background: deque[_Waiter] = deque()
        self.spacing = _Window(1, limits.chat_interval_s)
        self.minute: _Window | None = None
        self.burst: _Window | None = None
        if chat_id < 0:
            self.minute = _Window(limits.group_per_minute, 60.0)
        elif limits.interactive_burst > 1:
            burst = limits.interactive_burst
            self.burst = _Window(burst, burst * limits.chat_interval_s)

    @property
    def head(self) -> _Waiter | None:
        """Who goes next: taps before what waits in the background."""
        queue = self.interactive or self.background
        return queue[0] if queue else None

    @property
    def windows(self) -> list[_Window]:
        return [w for w in (self.spacing, self.minute, self.burst) if w is not None]

    def queue_of(self, waiter: _Waiter) -> deque[_Waiter]:
        return self.interactive if waiter.is_interactive else self.background

    def ready_at(self, now: float, waiter: _Waiter) -> float:
        if self.is_busy:
            return math.inf
        may_burst = waiter.is_interactive and self.burst is not None
        windows = [w for w in self.windows if not (may_burst and w is self.spacing)]
        return max(self.closed_until, *(w.ready_at(now, waiter.weight) for w in windows))

    def is_idle(self, now: float) -> bool:
        waits = self.is_busy or self.head is not None or self.closed_until > now
        return not waits and all(window.is_idle(now) for window in self.windows)


@dataclass(slots=True)
class Turn:
    """The right to make one call in a chat now; counted only if it is made."""

    chat_id: int
    weight: int = 1
    spent_at: float | None = None  # the latest instant the server can have seen it

    @property
    def is_spent(self) -> bool:
        """Whether the call was made."""
        return self.spent_at is not None


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


class Throttle(BaseRequestMiddleware):
    """A middleware for ``bot.session``: every call waits until the limits let it through.

    Calls of handlers are interactive: they go before the background's and may use a small burst in
    private chats. The outbox takes a ``turn`` first, then decides and renders, then calls: nothing
    it shows is older than the wait.

    A call refused with 429 closes its chat for as long as Telegram says; interactive calls are then
    repeated, the background hears of it.
    """

    def __init__(self, limits: SendLimits | None = None, clock: Clock | None = None) -> None:
        self.limits = limits or SendLimits()
        self.clock = clock or Clock()
        self.message_ids = MessageIds()
        self._lanes: dict[int, _Lane] = {}
        self._overall = _Window(self.limits.overall_per_second, 1.0)
        self._closed_until = -math.inf
        self._refusals: deque[tuple[float, int]] = deque()
        self._latencies_seen = 0
        self._least_latency_s = math.inf
        self._numbers = 0
        self._timer: asyncio.TimerHandle | None = None

    def note_message(self, chat_id: int, message_id: int) -> None:
        """An update showed a message of this id; narrows the search for lost answers."""
        self.message_ids.note(chat_id, message_id)

    @asynccontextmanager
    async def turn(
        self, chat_id: int, *, weight: int = 1, is_interactive: bool = False, is_first: bool = False
    ) -> AsyncIterator[Turn]:
        """Wait for the right to make one call in a chat; meanwhile nobody else calls there.

        ``weight`` is how many messages the call makes. ``is_first`` goes before all that wait.
        """
        lane = self._lane(chat_id)
        await self._wait_for_grant(lane, self._waiter(weight, is_interactive), is_first)
        turn = Turn(chat_id, weight)
        token = _turn.set(turn)
        try:
            yield turn
        finally:
            _turn.reset(token)
            self._end(lane, weight, turn.spent_at)

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if _is_any(method, ("GetUpdates",)):  # aiogram's polling has its own pauses
            return await make_request(bot, method)
        chat_id = counted_chat(method)
        if chat_id is None:
            return await self._call_uncounted(make_request, bot, method)
        turn = _turn.get()
        if turn is not None and turn.chat_id == chat_id:
            return await self._call(turn, make_request, bot, method)
        return await self._call_interactive(chat_id, make_request, bot, method)

    async def _call_interactive(
        self,
        chat_id: int,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        pauses = list(_REPEAT_PAUSES_S) if _is_any(method, _REPEATED) else []
        is_repeat = False
        while True:
            async with self.turn(
                chat_id, weight=_weight(method), is_interactive=True, is_first=is_repeat
            ) as turn:
                try:
                    return await self._call(turn, make_request, bot, method)
                except TelegramRetryAfter as error:
                    if error.retry_after > _LONGEST_INTERACTIVE_WAIT_S:
                        raise
                except TRANSIENT:
                    if not pauses:
                        raise
                    self._lane(chat_id).closed_until = self.clock.now() + pauses.pop(0)
            is_repeat = True

    async def _call(
        self,
        turn: Turn,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if turn.is_spent:
            raise RuntimeError("a turn is good for one call")
        started_at = self.clock.now()
        turn.spent_at = started_at
        try:
            result = await make_request(bot, method)
        except TelegramRetryAfter as error:
            self._note_refusal(turn.chat_id, error.retry_after)
            raise
        finally:
            turn.spent_at = self._seen_by(started_at, self.clock.now())
        self._note_result(turn.chat_id, result)
        return result

    async def _call_uncounted(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        pauses = list(_REPEAT_PAUSES_S)
        patience_s = _LONGEST_ANSWER_WAIT_S
        while True:
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                patience_s -= error.retry_after
                if patience_s < 0:
                    raise
                pause_s: float = error.retry_after
            except TRANSIENT:
                if not pauses:
                    raise
                pause_s = pauses.pop(0)
            await self.clock.sleep(pause_s)

    # Who may go

    def _waiter(self, weight: int, is_interactive: bool) -> _Waiter:
        self._numbers += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        return _Waiter(weight, is_interactive, self._numbers, future)

    async def _wait_for_grant(self, lane: _Lane, waiter: _Waiter, is_first: bool) -> None:
        queue = lane.queue_of(waiter)
        if is_first:
            queue.appendleft(waiter)
        else:
            queue.append(waiter)
        self._grant()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            if waiter.granted.cancelled():
                queue.remove(waiter)
                self._grant()
            else:  # granted in the very moment of the cancellation
                self._end(lane, waiter.weight, None)
            raise

    def _grant(self) -> None:
        """Let everybody go whose time has come, taps first, and look again when the next's has."""
        now = self.clock.now()
        next_at = math.inf
        for lane, waiter in self._heads():
            at = max(
                self._closed_until,
                lane.ready_at(now, waiter),
                self._overall.ready_at(now, waiter.weight),
            )
            if at > now:
                next_at = min(next_at, at)
                continue
            lane.queue_of(waiter).popleft()
            lane.is_busy = True
            for window in (self._overall, *lane.windows):
                window.begin(waiter.weight)
            waiter.granted.set_result(None)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.clock.call_at(next_at, self._grant) if next_at < math.inf else None

    def _heads(self) -> list[tuple[_Lane, _Waiter]]:
        heads = []
        for lane in self._lanes.values():
            head = lane.head
            # One that was cancelled will remove itself, and then have us look again.
            if head is not None and not lane.is_busy and not head.granted.done():
                heads.append((lane, head))
        return sorted(heads, key=lambda each: (not each[1].is_interactive, each[1].number))

    def _end(self, lane: _Lane, weight: int, booked_at: float | None) -> None:
        lane.is_busy = False
        for window in (self._overall, *lane.windows):
            window.end(weight, booked_at)
        self._grant()

    def _lane(self, chat_id: int) -> _Lane:
        lane = self._lanes.get(chat_id)
        if lane is None:
            if len(self._lanes) >= _MANY_LANES:
                now = self.clock.now()
                self._lanes = {k: v for k, v in self._lanes.items() if not v.is_idle(now)}
            lane = self._lanes[chat_id] = _Lane(chat_id, self.limits)
        return lane

    # What calls tell

    def _seen_by(self, started_at: float, answered_at: float) -> float:
        """The latest instant at which the server can have seen a call, margin included.

        No call takes less than the least latency seen, to and fro together; so the pause between
        two calls may be counted from as much before the answer. A few calls must have been seen
        first: one alone may have been slow to connect.
        """
        latency_s = answered_at - started_at
        self._latencies_seen += 1
        self._least_latency_s = min(self._least_latency_s, latency_s)
        is_sure = self._latencies_seen >= _LATENCY_SAMPLES
        return answered_at - (self._least_latency_s if is_sure else 0.0) + self.limits.margin_s

    def _note_refusal(self, chat_id: int, retry_after_s: float) -> None:
        now = self.clock.now()
        until = now + retry_after_s + self.limits.margin_s
        self._lane(chat_id).closed_until = until
        self._refusals.append((now, chat_id))
        while self._refusals[0][0] < now - _GLOBAL_WITHIN_S:
            self._refusals.popleft()
        if len({chat for _, chat in self._refusals}) >= _GLOBAL_REFUSALS:
            self._closed_until = max(self._closed_until, until)

    def _note_result(self, chat_id: int, result: Any) -> None:
        for each in result if isinstance(result, list) else [result]:
            if isinstance(each, Message | MessageId):
                self.message_ids.note(chat_id, each.message_id)


def counted_chat(method: TelegramMethod[Any]) -> int | None:
    """The chat whose limits a call counts against; None when it counts against none."""
    chat_id = getattr(method, "chat_id", None)
    is_counted = _is_any(method, _COUNTED) and not _is_any(method, _NOT_COUNTED)
    if not is_counted or isinstance(method, SendChatAction) or not isinstance(chat_id, int):
        return None
    return chat_id


def _is_any(method: TelegramMethod[Any], prefixes: tuple[str, ...]) -> bool:
    return type(method).__name__.startswith(prefixes)


def _weight(method: TelegramMethod[Any]) -> int:
    """How many messages a call makes or removes."""
    match method:
        case SendMediaGroup():
            return len(method.media)
        case CopyMessages() | ForwardMessages() | DeleteMessages():
            return len(method.message_ids)
        case _:
            return 1
