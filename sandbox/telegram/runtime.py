"""The few pieces of machinery everything else runs on: a clock, a signal, background tasks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine

logger = logging.getLogger(__name__)


class Signal:
    """Wakes whoever waits for a change. Waiters look for themselves what has changed."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake everybody who waits now."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait for the next `notify`. Returns False when `seconds` passed without one."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(waiter)
        return True


class Clock:
    """Unix time that tests may move forward: the 150 s, 24 h and 48 h rules need no waiting.

    A clock that does not run by itself (`runs=False`) moves by `advance` alone, so that what a
    test sees does not depend on how fast the machine is.
    """

    def __init__(self, *, runs: bool = True) -> None:
        self._runs = runs
        self._offset_s = time.time() - self._elapsed()
        self._moved = Signal()

    def now(self) -> float:
        """Seconds since the epoch; never runs backwards."""
        return self._elapsed() + self._offset_s

    def advance(self, seconds: float) -> None:
        """Let this much time pass at once, and wake those who `sleep`."""
        self._offset_s += seconds
        self._moved.notify()

    async def sleep(self, seconds: float) -> None:
        """Sleep on this clock: `advance` shortens the wait."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            await self._moved.wait(left)

    def _elapsed(self) -> float:
        return time.monotonic() if self._runs else 0.0


class Background:
    """Owns the sandbox's background tasks: keeps them referenced, logs their bugs, ends them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[None, None, None], name: str) -> None:
        """Run `work` until it ends or `close` is called."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def close(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("sandbox task %s died", task.get_name(), exc_info=error)
