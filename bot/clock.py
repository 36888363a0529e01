"""The clock of pauses and limits."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from tortoise import timezone


class Clock:
    """Seconds as the event loop counts them; tests let them pass faster."""

    def now(self) -> float:
        """The present instant."""
        return asyncio.get_running_loop().time()

    def utc_now(self) -> datetime:
        """The date and the time of day, aware: what is due is due by this."""
        return timezone.now()

    def call_at(self, when: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back at an instant of ``now()``."""
        return asyncio.get_running_loop().call_at(when, callback)

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        done = asyncio.Event()
        handle = self.call_at(self.now() + seconds, done.set)
        try:
            await done.wait()
        finally:
            handle.cancel()
