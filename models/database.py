"""Opening the database: one URL, two engines, migrations applied first.

SQLite runs with WAL, foreign keys on, ``synchronous=FULL`` (an acknowledged request survives a
power cut) and a busy timeout; PostgreSQL as its server is set up.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncpg
from tortoise import Tortoise, timezone
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.exceptions import DBConnectionError
from tortoise.migrations.api import migrate as run_migrations

from models import MODEL_MODULES

APP = "kramar"
BUSY_TIMEOUT_MS = 15_000
# Any number that no other program on the same PostgreSQL database uses.
MIGRATION_LOCK = 7_261_002
# The engine whose statements Tortoise remembers, once there is one.
_opened_engine: list[str] = []


class DatabaseUrlError(ValueError):
    """The database address is not one we can use; the message says what to write."""


def is_sqlite(url: str) -> bool:
    """Whether the address names an SQLite file."""
    return urlsplit(url).scheme == "sqlite"


def sqlite_path(url: str) -> Path:
    """The file that ``sqlite://data/kramar.db`` (relative) or ``sqlite:///abs/x.db`` names."""
    return Path(unquote(url.removeprefix("sqlite://").split("?", 1)[0]))


def tortoise_config(url: str, *, foreign_keys: bool = True, pool_size: int = 10) -> dict[str, Any]:
    """Tortoise's configuration for an address.

    Raises:
        DatabaseUrlError: the address is neither ``sqlite://...`` nor ``postgres://...``.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        connection = _sqlite_connection(url, foreign_keys=foreign_keys)
    elif scheme in {"postgres", "postgresql"}:
        connection = _postgres_connection(url, pool_size)
    else:
        raise DatabaseUrlError(
            "DATABASE_URL must look like sqlite://data/kramar.db "
            "or postgres://user:password@host:5432/name"
        )
    return {
        "connections": {"default": connection},
        "apps": {
            APP: {
                "models": list(MODEL_MODULES),
                "default_connection": "default",
                "migrations": "models.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _sqlite_connection(url: str, *, foreign_keys: bool) -> dict[str, Any]:
    return {
        "engine": "models.sqlite",
        "credentials": {
            "file_path": str(sqlite_path(url)),
            "journal_mode": "WAL",
            "synchronous": "FULL",
            "busy_timeout": BUSY_TIMEOUT_MS,
            "foreign_keys": "ON" if foreign_keys else "OFF",
        },
    }


def _postgres_connection(url: str, pool_size: int) -> dict[str, Any]:
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    if not name:
        raise DatabaseUrlError("DATABASE_URL names no database: postgres://user@host:5432/NAME")
    return {
        "engine": "models.postgres",
        "credentials": {
            "host": parts.hostname or "127.0.0.1",
            "port": parts.port or 5432,
            "user": unquote(parts.username or "postgres"),
            "password": unquote(parts.password) if parts.password else None,
            "database": name,
            "minsize": 1,
            "maxsize": pool_size,
        },
    }


# What the command `tortoise makemigrations` asks for; it opens no database.
TORTOISE_ORM = tortoise_config("sqlite://data/kramar.db")


async def migrate(url: str) -> None:
    """Bring the schema up to date. Safe to run from several processes at once.

    On SQLite foreign keys are off meanwhile: Tortoise rebuilds a table by dropping it, which would
    take the child rows along. A lock lets one process do it while the others wait.
    """
    config = tortoise_config(url, foreign_keys=False)
    async with _migration_lock(url):
        try:
            with _environment_kept():
                await run_migrations(config=config)
            if is_sqlite(url):
                connection = get_connection("default")
                broken = await connection.execute_query_dict("PRAGMA foreign_key_check")
                if broken:
                    raise RuntimeError(f"after migrating, {len(broken)} rows point at nothing")
        finally:
            EXECUTOR_CACHE.clear()  # a migration's models may lack what ours have
            await Tortoise.close_connections()


async def connect_postgres(url: str) -> asyncpg.Connection:
    """A connection of one's own, outside the pool: advisory locks last as long as it does.

    Raises:
        DBConnectionError: the server cannot be reached.
    """
    credentials = dict(tortoise_config(url)["connections"]["default"]["credentials"])
    for pool_only in ("minsize", "maxsize"):
        credentials.pop(pool_only)
    try:
        return await asyncpg.connect(**credentials)
    except OSError as error:
        raise DBConnectionError(error) from error


@asynccontextmanager
async def _migration_lock(url: str) -> AsyncIterator[None]:
    """Hold the migration lock: of the server, or of a file beside the SQLite database."""
    if is_sqlite(url):
        path = sqlite_path(url)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.with_name(f"{path.name}.migration.lock").open("a")
        except OSError as error:
            raise DBConnectionError(error) from error
        with file:
            await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
            yield
        return
    connection = await connect_postgres(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        yield
    finally:
        await connection.close()


@asynccontextmanager
async def database(url: str, *, pool_size: int = 10) -> AsyncIterator[None]:
    """An open, migrated database; closed on leaving.

    Raises:
        DatabaseUrlError: see ``tortoise_config``.
    """
    await migrate(url)
    async with open_database(url, pool_size=pool_size):
        yield


@asynccontextmanager
async def open_database(url: str, *, pool_size: int = 10) -> AsyncIterator[None]:
    """An open database whose schema somebody has already brought up to date.

    Raises:
        DatabaseUrlError: see ``tortoise_config``.
    """
    config = tortoise_config(url, pool_size=pool_size)
    _forget_statements_of_other_engines(config["connections"]["default"]["engine"])
    with _environment_kept():
        await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        yield
    finally:
        await Tortoise.close_connections()


def _forget_statements_of_other_engines(engine: str) -> None:
    """Tortoise remembers statements by the connection's name, whatever its engine."""
    if _opened_engine != [engine]:
        EXECUTOR_CACHE.clear()
        _opened_engine[:] = [engine]


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Undo what Tortoise does to the environment: it writes its own TIMEZONE over the shop's."""
    names = ("TIMEZONE", "USE_TZ")
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        timezone.get_timezone()  # remembered from here on
        timezone.get_use_tz()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def migration_names() -> list[str]:
    """The migrations of this version, oldest first."""
    folder = Path(__file__).parent / "migrations"
    return sorted(path.stem for path in folder.glob("[0-9]*.py"))
