"""A client, and a store for it to ask."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from integrations.http import ApiClient
from integrations.woocommerce.client import WooCommerceClient
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.tls import make_certificate
from tests.integrations.woocommerce.stores import KEY, SECRET, Clock


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(session: aiohttp.ClientSession) -> WooCommerceClient:
    return WooCommerceClient(ApiClient(session, timeout_s=30))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(clock: Clock) -> AsyncIterator[WooCommerceStore]:
    async with WooCommerceStore(
        name="Моя &amp; Крамниця", consumer_key=KEY, consumer_secret=SECRET, clock=clock
    ) as store:
        store.add_product(sku="TSH-001", name="Футболка <b>XL</b>", price=Decimal(450), stock=5)
        yield store


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of localhost, in one file."""
    return make_certificate(tmp_path_factory.mktemp("tls") / "localhost.pem")
