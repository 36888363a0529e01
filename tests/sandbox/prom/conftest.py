"""A simulated cabinet with a cup and a vacuum cleaner, whose clock goes on a second a look."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import aiohttp
import pytest

from sandbox.prom import PromCabinet
from tests.sandbox.prom.caller import START, Caller


@pytest.fixture
async def prom() -> AsyncIterator[Caller]:
    times = (START + timedelta(seconds=second) for second in range(10_000))
    async with (
        PromCabinet(clock=lambda: next(times)) as cabinet,
        aiohttp.ClientSession() as session,
    ):
        cabinet.add_product(sku="KR-500-B", name="Кружка", price=Decimal("400.25"), stock=7)
        cabinet.add_product(sku="PL-9", name="Пилосос", price=Decimal(12400), stock=2)
        yield Caller(cabinet, session)
