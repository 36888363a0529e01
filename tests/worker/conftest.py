"""Logs kept in memory, PostgreSQL alone where a test is about several workers, and a stage."""

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from models.database import open_database
from sandbox.woocommerce import WooCommerceStore
from sync.office import ShopOffice
from tests.offices import open_office
from tests.worker.outbox_stage import Stage, stage
from tests.worker.shops_stage import StoreClock


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


@pytest.fixture
async def office() -> AsyncIterator[ShopOffice]:
    async with open_office() as office:
        yield office


@pytest.fixture
def store_clock() -> StoreClock:
    return StoreClock()


@pytest.fixture
async def store(store_clock: StoreClock) -> AsyncIterator[WooCommerceStore]:
    async with WooCommerceStore(clock=store_clock) as store:
        store.add_product(sku="A", name="Чохол", price=Decimal(100), stock=5000)
        store.add_product(sku="B", name="Скло", price=Decimal(150), stock=5000)
        yield store
