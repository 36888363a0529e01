"""Work that only one process may do at a time: sending, polling Telegram, housekeeping.

On PostgreSQL an advisory lock elects the process; it falls free when that process dies. On SQLite a
lock on a file beside the database does the same for the processes of one machine.
"""

import asyncio
import fcntl
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import structlog

from models.database import connect_postgres, is_sqlite, sqlite_path

logger = structlog.get_logger(__name__)

Work = Callable[[], Coroutine[Any, Any, None]]

TRY_EVERY_S = 1.0
PROVE_EVERY_S = 5.0  # how soon a lost database connection ends the term of office


async def run_elected(url: str, name: str, work: Work) -> None:
    """Run ``work`` for ever while this process holds the lock ``name``; wait for it otherwise.

    When the lock is lost (the database went away), ``work`` is cancelled and a new election begins.
    """
    while True:
        try:
            async with _lock(url, name) as proven, asyncio.TaskGroup() as group:
                logger.info("elected", work=name)
                group.create_task(work())
                group.create_task(proven())
        except* (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as errors:
            logger.warning("office lost", work=name, reason=repr(errors.exceptions[0]))
            await asyncio.sleep(TRY_EVERY_S)


@asynccontextmanager
async def _lock(url: str, name: str) -> AsyncIterator[Work]:
    if is_sqlite(url):
        with _lock_file(url, name).open("a") as file:
            while not _try_flock(file.fileno()):  # noqa: ASYNC110  (another process holds it)
                await asyncio.sleep(TRY_EVERY_S)
            yield _nothing_to_prove
        return
    key = zlib.crc32(f"kramar:{name}".encode())
    connection = await connect_postgres(url)
    try:
        while not await connection.fetchval(  # noqa: ASYNC110  (another process holds it)
            "SELECT pg_try_advisory_lock($1)", key
        ):
            await asyncio.sleep(TRY_EVERY_S)

        async def prove() -> None:
            while True:
                await asyncio.sleep(PROVE_EVERY_S)
                await connection.execute("SELECT 1", timeout=PROVE_EVERY_S)

        yield prove
    finally:
        connection.terminate()


def _lock_file(url: str, name: str) -> Path:
    database = sqlite_path(url)
    return database.with_name(f"{database.name}.{name}.lock")


def _try_flock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _nothing_to_prove() -> None:
    """A file lock lasts as long as the process."""
