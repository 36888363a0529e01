"""One chat as the sender sees it."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from worker.recovery import Search


@dataclass(slots=True, eq=False)
class Lane:
    """A chat, and what this process remembers of it between calls.

    Attributes:
        has_succeeded: the present step has reached Telegram and done what it was to do.
        newest_id: of the outbox rows we know of.
        failures: how many steps in a row have failed.
        resume_at: no call before this instant of the throttle's clock.
        searches: messages of unknown fate; nothing else is sent before it is known.
        unrecorded: what Telegram has done and the database does not know yet.
        plainness: by order, how a card Telegram refused is shown: 1 no markup, 2 no buttons either.
        is_board_stuck: Telegram does not let us delete the live board that is to go.
        is_messages_turn: the last step was an edit, and new messages should not starve.
    """

    chat_id: int
    telegram_id: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    newest_id: int = 0
    is_running: bool = False
    is_calling: bool = False
    has_succeeded: bool = False
    failures: int = 0
    resume_at: float = 0.0
    searches: deque[Search] = field(default_factory=deque)
    unrecorded: Callable[[], Awaitable[None]] | None = None
    plainness: Counter[int] = field(default_factory=Counter)
    may_fold: bool = True
    is_messages_turn: bool = False
    is_board_stuck: bool = False
    task: asyncio.Task[None] | None = None
