"""Emptying a PostgreSQL database between tests, many hundred times in a run."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import asyncpg

# Ids below are the seed's, which the migrations write once.
FIRST_OWN_ID = 101
SEEDED = ("order_status", "money_account")
MIGRATIONS = "tortoise_migrations"
# Fewer rows than that are deleted: ten times faster than TRUNCATE.
MANY_ROWS = 100

OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
SEQUENCES = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"


class Cleaner:
    """Empties one database through one connection, which knows what it did the last time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None
        self._find_used = ""

    async def clean(self) -> None:
        """Empty all tables but the seed, after throwing out whoever a killed program left."""
        try:
            await self._clean()
        except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError):
            self._connection = None  # a test threw us out, among others
            await self._clean()

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()

    async def _clean(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, timeout=10)
            self._find_used = await _question(self._connection)
        await self._connection.fetch(OTHERS)
        used = [row[0] for row in await self._connection.fetch(self._find_used)]
        if used:
            await self._connection.execute(";".join(_emptying(used)))


async def _question(connection: asyncpg.Connection) -> str:
    """The query for what has to be done: names of tables and sequences, with a sign before."""
    tables = {row[0] for row in await connection.fetch(TABLES)} - {MIGRATIONS}
    sequences = {row[0] for row in await connection.fetch(SEQUENCES)} - {f"{MIGRATIONS}_id_seq"}
    parts = []
    for table in sorted(tables):
        if table in SEEDED:
            own = f"FROM {table} WHERE id >= {FIRST_OWN_ID}"
            parts.append(f"SELECT '+{table}' WHERE EXISTS (SELECT {own})")
        else:
            parts.append(f"SELECT '-{table}' WHERE EXISTS (SELECT FROM {table})")
            parts.append(
                f"SELECT '!{table}' FROM (SELECT FROM {table} LIMIT {MANY_ROWS}) AS part "
                f"HAVING count(*) = {MANY_ROWS}"
            )
    for name in sorted(sequences):
        first = FIRST_OWN_ID if name in {f"{table}_id_seq" for table in SEEDED} else 1
        moved = f"is_called OR last_value <> {first}"
        parts.append(f"SELECT '={first}={name}' FROM {name} WHERE {moved}")
    return " UNION ALL ".join(parts)


def _emptying(used: list[str]) -> Iterator[str]:
    many = {name[1:] for name in used if name[0] == "!"}
    few = {name[1:] for name in used if name[0] == "-"} - many
    if many:
        yield f"TRUNCATE {', '.join(many)} CASCADE"
    if few:  # in one statement, whatever refers to what
        parts = (f"emptied_{number} AS (DELETE FROM {t})" for number, t in enumerate(sorted(few)))
        yield f"WITH {', '.join(parts)} SELECT"
    for name in used:
        if name[0] == "+":
            yield f"DELETE FROM {name[1:]} WHERE id >= {FIRST_OWN_ID}"
        if name[0] == "=":
            first, sequence = name[1:].split("=")
            yield f"SELECT setval('{sequence}', {first}, false)"


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs in a thread of its own, out of the tests' way."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="cleaning")
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
