"""Fixtures for all: databases of both engines, and an environment without the developer's own.

A test that asks for ``database_url`` or ``db`` runs twice, on SQLite and on PostgreSQL; pick one
with ``-k sqlite`` or ``-k postgres``. Every test gets an empty, migrated database. PostgreSQL is
found at ``TEST_POSTGRES_URL`` (a database whose user may create others) or on this machine.
"""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import asyncpg
import coverage
import pytest

from bot.lean_aiogram import import_aiogram
from bot.settings import Settings
from models.database import migrate, open_database
from tests.kept import keep_what_stays_the_same
from tests.postgres import Cleaner, running_loop

T = TypeVar("T")

SETTINGS = frozenset(Settings.model_fields)


def _forget_settings() -> None:
    for name in [name for name in os.environ if name.lower() in SETTINGS]:
        del os.environ[name]


_forget_settings()  # before any module reads them
import_aiogram()  # before anything else imports it, as the program does; usually it takes 2 s more
keep_what_stays_the_same()

SLOW = ("benchmarks", "e2e", "cli")  # folders of tests that start the whole program
POSTGRES_URLS = (
    "postgres://root@127.0.0.1:5432/postgres",
    "postgres://postgres@127.0.0.1:5432/postgres",
)


@pytest.hookimpl(optionalhook=True)  # only where xdist is
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait for PostgreSQL, processes and the clock."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that take half a minute come first, lest one of them runs alone in the end."""
    items.sort(key=lambda item: item.path.parent.name not in SLOW)


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: no garbage collection need look at them again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Measure coverage on SQLite only: the same lines again on PostgreSQL cost as much time."""
    measured = coverage.Coverage.current() if "[postgres" in item.nodeid else None
    if measured is None:
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


def run_alone(work: Coroutine[Any, Any, T]) -> T:
    """Run async work in a thread with a loop and a context of its own, out of the tests' way."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, work).result()


def skip_or_fail(reason: str) -> NoReturn:
    """Skip on somebody's own machine; in CI, where everything must be there, fail."""
    if os.environ.get("CI", "").lower() in {"", "0", "false"}:
        pytest.skip(reason)
    pytest.fail(reason)


@pytest.fixture(autouse=True)
def clean_env() -> Iterator[None]:
    """Each test starts without our settings in the environment, and leaves it as it was."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; copy it, do not open it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    run_alone(migrate(f"sqlite://{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty, migrated SQLite database of this test's own."""
    path = tmp_path / "kramar.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite://{path}"


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a PostgreSQL database whose user may create others."""
    chosen = os.environ.get("TEST_POSTGRES_URL")
    problems = []
    for url in (chosen,) if chosen else POSTGRES_URLS:
        try:
            run_alone(_execute(url, "SELECT 1"))
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            problems.append(f"{urlsplit(url).hostname}: {error}")
        else:
            return url
    return skip_or_fail(f"no PostgreSQL ({'; '.join(problems)})")


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """One migrated PostgreSQL database for this process of the tests, dropped at the end."""
    run_alone(_drop_leftovers(postgres_server))
    with new_postgres_database(postgres_server, "session") as url:
        run_alone(migrate(url))
        yield url


@pytest.fixture(scope="session")
def empty_postgres(postgres_database: str) -> Iterator[Callable[[], None]]:
    """Empties the PostgreSQL database of this process."""
    cleaner = Cleaner(postgres_database)
    with running_loop() as loop:
        yield lambda: asyncio.run_coroutine_threadsafe(cleaner.clean(), loop).result()
        asyncio.run_coroutine_threadsafe(cleaner.close(), loop).result()


@pytest.fixture
def postgres_url(postgres_database: str, empty_postgres: Callable[[], None]) -> str:
    """The address of an empty, migrated PostgreSQL database."""
    empty_postgres()
    return postgres_database


@pytest.fixture(params=["sqlite", "postgres"], scope="module")
def any_engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine; the test runs once on each.

    The tests of a module run on one engine first, then on the other: see ``tests.kept``.
    """
    name: str = request.param
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, any_engine: str) -> str:
    """The address of an empty, migrated database; the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{any_engine}_url")
    return url


@pytest.fixture
def empty_database_url(
    request: pytest.FixtureRequest, any_engine: str, tmp_path: Path
) -> Iterator[str]:
    """The address of a database without any tables; the test runs once on each engine.

    The file of an SQLite one does not exist yet.
    """
    if any_engine == "sqlite":
        yield f"sqlite://{tmp_path / 'empty' / 'kramar.db'}"
    else:
        with new_postgres_database(request.getfixturevalue("postgres_server"), "empty") as url:
            yield url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[str]:
    """An open database: models can be used; the test runs once on each engine."""
    async with open_database(database_url):
        yield database_url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    return found or skip_or_fail("no Chromium")


@contextmanager
def new_postgres_database(server: str, purpose: str) -> Iterator[str]:
    """The address of a new, empty database beside ``server``'s, dropped on leaving."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"kramar_test_{os.getpid()}_{worker}_{purpose}"
    run_alone(_execute(server, f'CREATE DATABASE "{name}"'))
    try:
        # Tests do not survive power cuts; those that prove durability kill processes only.
        run_alone(_execute(server, f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        run_alone(_execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _drop_leftovers(server: str) -> None:
    """Drop the databases of test runs that were killed on this machine."""
    if urlsplit(server).hostname not in {"127.0.0.1", "localhost"}:
        return
    connection = await asyncpg.connect(server, timeout=10)
    try:
        rows = await connection.fetch(
            r"SELECT datname FROM pg_database WHERE datname LIKE 'kramar\_test\_%'"
        )
        for name in (row["datname"] for row in rows):
            if not Path("/proc", name.split("_")[2]).exists():
                # In use, or somebody else was faster.
                with suppress(asyncpg.ObjectInUseError, asyncpg.InvalidCatalogNameError):
                    await connection.execute(f'DROP DATABASE "{name}"')
    finally:
        await connection.close()
