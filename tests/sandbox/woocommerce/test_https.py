"""The simulated store over https: keys may be told as they are, also beside a signature."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.tls import make_certificate, trusting
from tests.sandbox.woocommerce.caller import Caller, recorded

PAIR = {"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "store.pem")


@pytest.fixture
async def caller(certificate: Path) -> AsyncIterator[Caller]:
    store = WooCommerceStore()
    await store.start(tls=certificate)
    connector = aiohttp.TCPConnector(ssl=trusting(certificate))
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Caller(store, session)
    await store.stop()


async def ask(caller: Caller, basic: str = "", **options: Any) -> tuple[int, Any]:
    headers = {"Authorization": aiohttp.encode_basic_auth(*basic.split(":"))} if basic else {}
    address = URL(caller.store.url) / options.pop("path", "wp-json/wc/v3/orders")
    url = address.with_query(options)
    async with caller.session.get(url, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_keys_by_every_way(caller: Caller) -> None:
    assert caller.store.url.startswith("https://")
    assert await ask(caller, "ck_sandbox:cs_sandbox") == (200, [])
    assert await ask(caller, **PAIR) == (200, [])
    assert await caller.call("GET", "/orders") == (200, [])  # signed
    assert await ask(caller, "ck_sandbox:cs_bad") == recorded("auth-bad-secret")
    assert await ask(caller, "ck_bad:cs_bad") == recorded("auth-bad-key")
    assert await ask(caller) == recorded("auth-none")


async def test_plain_permalinks_know_one_address_for_keys(caller: Caller) -> None:
    caller.store.site.has_permalinks = False
    basic = "ck_sandbox:cs_sandbox"

    assert await ask(caller, basic, path="index.php/wp-json/wc/v3/orders") == (200, [])
    refused = await ask(caller, basic, path="", rest_route="/wc/v3/orders")
    assert refused == recorded("auth-none")


async def test_it_comes_back_with_its_certificate(caller: Caller) -> None:
    address = caller.store.url
    await caller.store.down()
    await caller.store.up()

    assert caller.store.url == address
    assert await ask(caller, **PAIR) == (200, [])


async def test_a_proxys_word_is_not_taken_for_https() -> None:
    async with WooCommerceStore() as store, aiohttp.ClientSession() as session:
        url = URL(f"{store.url}/wp-json/wc/v3/orders").with_query(PAIR)
        async with session.get(url, headers={"X-Forwarded-Proto": "https"}) as answer:
            assert (answer.status, await answer.json()) == recorded("auth-none")
