"""A client, and a cabinet for it to ask."""

from collections.abc import AsyncIterator
from decimal import Decimal

import aiohttp
import pytest

from integrations.http import ApiClient
from integrations.prom.client import PromClient
from sandbox.prom import PromCabinet
from tests.integrations.prom.cabinets import Meanwhile


@pytest.fixture
def meanwhile() -> Meanwhile:
    return Meanwhile()


@pytest.fixture
async def cabinet() -> AsyncIterator[PromCabinet]:
    """It sells "A"."""
    async with PromCabinet() as cabinet:
        cabinet.add_product(sku="A", name="Чашка", price=Decimal(100), stock=1000)
        yield cabinet


@pytest.fixture
async def client(cabinet: PromCabinet, meanwhile: Meanwhile) -> AsyncIterator[PromClient]:
    async with aiohttp.ClientSession() as session:
        api = ApiClient(session, timeout_s=30)
        yield PromClient(api, base_url=cabinet.url, pauses=meanwhile)
