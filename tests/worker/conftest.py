"""Logs kept in memory, PostgreSQL alone where a test is about several workers, and a stage."""

from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from models.database import open_database
from tests.worker.outbox_stage import Stage, stage


@pytest.fixture
async def postgres_db(postgres_url: str) -> AsyncIterator[str]:
    """An open PostgreSQL database."""
    async with open_database(postgres_url):
        yield postgres_url


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    """What was logged, instead of printing it: a printed traceback takes a second."""
    with capture_logs() as logged:
        yield logged


@pytest.fixture
async def it(db: str) -> AsyncIterator[Stage]:
    """Telegram, where time passes twenty times faster, and our sender, not yet running."""
    async with stage() as built:
        yield built
