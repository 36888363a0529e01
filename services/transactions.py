"""One transaction, and the bells that tell the background loops there is work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.transactions import in_transaction


class Bell:
    """Wakes whoever waits in this process. Another process notices by looking now and then."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._rung = False

    def ring(self) -> None:
        """Wake everybody who waits; a ring that nobody waits for is kept for the next."""
        if not self._waiting:
            self._rung = True
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self, timeout_s: float) -> None:
        """Return at the next ring, or after ``timeout_s`` seconds."""
        if self._rung:
            self._rung = False
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that meets a ring.
            async with asyncio.timeout(timeout_s):
                await future
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(future)


inbox_bell = Bell()  # rings when a request was committed to the inbox
outbox_bell = Bell()  # rings when a transaction that may owe effects was committed
shops_bell = Bell()  # rings then too: shops may be owed something
connections_bell = Bell()  # rings when a shop's keys have come
waybills_bell = Bell()  # rings when somebody wants a waybill made


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One database transaction; rolled back whole on any exception.

    The bells ring after the commit, never before: a loop woken too early would look, see
    nothing and sleep. Await nothing but the database inside.
    """
    async with in_transaction():
        yield
    outbox_bell.ring()
    shops_bell.ring()


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """For reading only: every statement sees the database as the first one found it.

    PostgreSQL would otherwise show each statement what others have committed since.
    """
    async with in_transaction() as connection:
        if connection.capabilities.dialect == "postgres":
            await connection.execute_script(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            )
        yield
