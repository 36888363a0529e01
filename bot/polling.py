"""Long polling: asks Telegram for updates, and confirms them once they were handled.

aiogram's own polling confirms a group of updates as soon as their handlers were started: what is
being handled when the process is killed is gone. Here the next request, which confirms, waits for
the handlers; ``PATIENCE_S`` bounds how long a slow one may hold up everybody's next updates.
"""

import asyncio

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiogram.types import Update
from aiogram.utils.backoff import Backoff, BackoffConfig

logger = structlog.get_logger(__name__)

PATIENCE_S = 0.05  # longer than what a tap changes; its redrawing may wait for Telegram's limits
LONG_POLL_S = 30
STOP_PATIENCE_S = 20.0
_TROUBLE = (TelegramAPIError, ClientDecodeError)
_BACKOFF = BackoffConfig(min_delay=0.5, max_delay=30.0, factor=2.0, jitter=0.1)


class Poller:
    """Feeds the dispatcher with what Telegram has for the bot, in one process at a time."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._allowed = dispatcher.resolve_used_update_types()
        self._offset: int | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Poll until cancelled; what is being handled then is finished and confirmed."""
        async with asyncio.TaskGroup() as group:
            try:
                await self._poll(group)
            except asyncio.CancelledError:
                await self._finish()
                raise

    async def _poll(self, group: asyncio.TaskGroup) -> None:
        backoff = Backoff(_BACKOFF)
        is_ready = False
        while True:
            try:
                if not is_ready:
                    await self._bot.delete_webhook(drop_pending_updates=False)
                    is_ready = True
                updates = await self._updates(LONG_POLL_S)
            except _TROUBLE as error:
                await self._pause(error, backoff)
                continue
            if backoff.counter:
                logger.info("Telegram answers again")
                backoff.reset()
            for update in updates:
                handler = group.create_task(self._handle(update))
                self._running.add(handler)
                handler.add_done_callback(self._running.discard)
            if updates:
                self._offset = updates[-1].update_id + 1
                await asyncio.wait(self._running, timeout=PATIENCE_S)

    async def _finish(self) -> None:
        """Let handlers end, and tell Telegram what was handled, so that it is not sent again."""
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_PATIENCE_S)
        if self._offset is not None:
            try:
                await self._updates(0)
            except _TROUBLE as error:
                logger.warning("handled updates could not be confirmed", reason=str(error))

    async def _updates(self, timeout_s: int) -> list[Update]:
        return await self._bot.get_updates(
            offset=self._offset,
            timeout=timeout_s,
            allowed_updates=self._allowed,
            request_timeout=timeout_s + 10,
        )

    async def _handle(self, update: Update) -> None:
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except Exception as error:
            # The dispatcher answers for its handlers; this one must not take the others along.
            logger.error("an update failed", update_id=update.update_id, exc_info=error)

    async def _pause(self, error: Exception, backoff: Backoff) -> None:
        """Wait before asking again; the first failure of a series is logged, not each."""
        if not backoff.counter:
            logger.warning("Telegram cannot be asked for updates", reason=str(error))
        next(backoff)
        pause_s = backoff.current_delay
        if isinstance(error, TelegramRetryAfter):
            pause_s = max(pause_s, error.retry_after)
        await asyncio.sleep(pause_s)
