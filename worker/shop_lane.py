"""What is done for one shop, and when it is time to. See ``worker/shops.py``."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from services.shops import ConnectedShop
from sync.office import ShopOffice

# Returns whether anything was done, or how much.
Work = Callable[[ShopOffice, ConnectedShop], Awaitable[int]]

_GROWTH = 1.5  # of a pause, with each time that brings nothing


@dataclass(slots=True)
class Job:
    """One kind of work: done every so many seconds, or with 0 whenever the lane is visited.

    With ``while_busy_s`` it is done after that long while it brings news, then ever more rarely.
    ``beside_webhooks_every_s`` holds instead for a shop whose webhooks we look after.
    """

    work: Work
    every_s: float = 0.0
    while_busy_s: float = 0.0
    beside_webhooks_every_s: float = 0.0
    failures: int = 0
    _pause_s: float = 0.0
    _done_at: float | None = None
    _not_before: float = 0.0

    @property
    def name(self) -> str:
        """What it is called in the log."""
        return getattr(self.work, "__name__", "?")

    def due_at(self, *, has_webhooks: bool) -> float:
        """When it is to be done next, by the lane's clock."""
        if self._done_at is None:
            return self._not_before
        pause_s = (has_webhooks and self.beside_webhooks_every_s) or self._pause_s
        return max(self._not_before, self._done_at + pause_s)

    def succeeded(self, at: float, *, brought_news: bool) -> None:
        """It was done."""
        shortest_s = self.while_busy_s or self.every_s
        longer_s = min(self._pause_s * _GROWTH, self.every_s)
        self._pause_s = shortest_s if brought_news else max(shortest_s, longer_s)
        self._done_at, self.failures = at, 0

    def put_off(self, until: float) -> None:
        """It failed and is not to be tried again before then."""
        self._not_before = until
        self.failures += 1

    def hurry(self) -> None:
        """It is due at once."""
        self._done_at, self._not_before = None, 0.0


class Lane:
    """One shop. ``failures``: since it last answered, so often it did not; see ``resume_at``."""

    def __init__(self, shop: ConnectedShop, jobs: Sequence[Job]) -> None:
        self.shop = shop
        self.jobs = jobs
        self.has_webhooks = False
        self.has_work = True
        self.is_calling = False
        self.is_there = True  # as far as this visit knows
        self.failures = 0
        self.resume_at = 0.0
        self.stirred = asyncio.Event()  # something may be due earlier than it was thought
        self.task: asyncio.Task[None] | None = None

    def next_at(self, now: float) -> float:
        """When it is to be visited next."""
        if self.resume_at > now:
            return self.resume_at
        if self.has_work:
            return now
        return min(job.due_at(has_webhooks=self.has_webhooks) for job in self.jobs if job.every_s)

    def stir(self) -> None:
        """There may be something to do."""
        if not self.has_work:
            self.has_work = True
            self.stirred.set()

    def begin_anew(self, shop: ConnectedShop) -> None:
        """The shop has other keys or another address: what failed may succeed."""
        self.shop = shop
        self.failures, self.resume_at, self.has_work = 0, 0.0, True
        for job in self.jobs:
            job.hurry()
            job.failures = 0
        self.stirred.set()
