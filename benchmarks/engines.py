"""Databases to measure on: new, migrated, on a real disk, gone afterwards."""

import itertools
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import asyncpg

from models.database import migrate

Engine = Literal["sqlite", "postgres"]
ENGINES: tuple[Engine, ...] = ("sqlite", "postgres")
POSTGRES_URL = "postgres://root@127.0.0.1:5432/postgres"
# Not the system's folder for temporary files: that may lie in memory, where a sync costs nothing.
FOLDER = Path(__file__).parent.parent / "data"

_numbers = itertools.count(1)
_migrated: list[bytes] = []


@asynccontextmanager
async def new_database(engine: Engine) -> AsyncIterator[str]:
    """The address of a new, migrated database, dropped on leaving.

    PostgreSQL's server is the one at ``BENCH_POSTGRES_URL``, whose user may create databases.
    """
    if engine == "sqlite":
        FOLDER.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=FOLDER) as folder:
            path = Path(folder) / "bench.db"
            path.write_bytes(await _migrated_file())
            yield f"sqlite://{path}"
        return
    server = os.environ.get("BENCH_POSTGRES_URL", POSTGRES_URL)
    name = f"kramar_bench_{os.getpid()}_{next(_numbers)}"
    await _execute(server, f'CREATE DATABASE "{name}"')
    try:
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        await migrate(url)
        yield url
    finally:
        await _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _migrated_file() -> bytes:
    """What an SQLite file holds after its migration, which takes two seconds."""
    if not _migrated:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=FOLDER) as folder:
            path = Path(folder) / "bench.db"
            await migrate(f"sqlite://{path}")
            _migrated.append(path.read_bytes())
    return _migrated[0]


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
