"""A simulated Nova Poshta, and a client that asks it without a pause."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from integrations.carriers import Carrier
from integrations.http import ApiClient
from integrations.novaposhta.client import NovaPoshtaClient
from sandbox.novaposhta import NovaPoshta


@pytest.fixture
async def post() -> AsyncIterator[NovaPoshta]:
    async with NovaPoshta() as service:
        yield service


@pytest.fixture
async def carrier(post: NovaPoshta) -> AsyncIterator[Carrier]:
    async with aiohttp.ClientSession() as session:
        yield NovaPoshtaClient(
            ApiClient(session, timeout_s=2.0),
            api_url=post.url,
            print_url=post.print_url,
            least_gap_s=0.0,
        )


@pytest.fixture
def keys(post: NovaPoshta) -> dict[str, str]:
    return {"api_key": post.key}
