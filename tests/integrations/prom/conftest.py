"""A client, and a cabinet for it to ask."""

from collections.abc import AsyncIterator
from datetime import timedelta
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
def ago() -> timedelta:
    """How slow the cabinet's clock is; a parameter of that name says otherwise."""
    return timedelta(0)


@pytest.fixture
async def cabinet(ago: timedelta) -> AsyncIterator[PromCabinet]:
    """It sells "A"."""
    async with PromCabinet() as cabinet:
        cabinet.let_pass(-ago)
        cabinet.add_product(sku="A", name="Чашка", price=Decimal(100), stock=1000)
        yield cabinet


@pytest.fixture
async def client(cabinet: PromCabinet, meanwhile: Meanwhile) -> AsyncIterator[PromClient]:
    async with aiohttp.ClientSession() as session:
        api = ApiClient(session, timeout_s=30)
        yield PromClient(api, base_url=cabinet.url, pauses=meanwhile)
