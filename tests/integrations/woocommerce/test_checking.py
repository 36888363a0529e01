"""What is wrong with a store is named, so that a person can mend it."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from domain.errors import CredentialsError, IntegrationError, UnavailableError
from domain.shops import ConnectProblem
from integrations.base import StoreFacts
from integrations.http import ApiClient, public_connector
from integrations.woocommerce.client import WooCommerceClient
from sandbox.woocommerce import WooCommerceStore
from tests.integrations.woocommerce.captures import rest_body
from tests.integrations.woocommerce.stores import (
    KEY,
    SECRET,
    account,
    secure_store,
)

TLS_HANDSHAKE = b"\x16"
FIREWALL = "<!DOCTYPE html><title>Just a moment...</title>"


async def problem(
    client: WooCommerceClient, url: str, key: str = KEY, secret: str = SECRET
) -> tuple[ConnectProblem | None, str]:
    with pytest.raises(IntegrationError) as caught:
        await client.check(account(url, key, secret))
    assert SECRET not in f"{caught.value} {caught.value.detail}"
    return caught.value.problem, caught.value.detail


@asynccontextmanager
async def one_port(plain: str, secure: str) -> AsyncIterator[int]:
    """A port that speaks http and https, as 80 and 443 of one name do together."""

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(1)
        target = URL(secure if first == TLS_HANDSHAKE else plain)
        there, back = await asyncio.open_connection(target.host, target.port)
        back.write(first)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    server = await asyncio.start_server(connect, "localhost", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def trusting(certificate: Path) -> AsyncIterator[WooCommerceClient]:
    """A client that trusts the test's certificate."""
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(certificate)))
    async with aiohttp.ClientSession(connector=connector) as session:
        yield WooCommerceClient(ApiClient(session))


async def test_a_good_store(client: WooCommerceClient, store: WooCommerceStore) -> None:
    store.keys.add("ck_read", "cs_read", "read")

    writing = await client.check(account(store.url))
    reading = await client.check(account(store.url, "ck_read", "cs_read"))

    assert writing == StoreFacts("Моя & Крамниця", "UAH", "11.0.1", can_write=True)
    assert reading == replace(writing, can_write=False, can_stock=False)
    assert store.webhooks.webhooks == {}


async def test_keys(client: WooCommerceClient, store: WooCommerceStore) -> None:
    store.keys.add("ck_write", "cs_write", "write")
    store.keys.add("ck_buyer", "cs_buyer", "read_write", may_manage=False)

    assert await problem(client, store.url, "ck_x") == (ConnectProblem.WRONG_KEYS, "")
    assert await problem(client, store.url, KEY, "cs_x") == (ConnectProblem.WRONG_KEYS, "")
    assert await problem(client, store.url, "", "") == (ConnectProblem.WRONG_KEYS, "")
    assert await problem(client, store.url, "ck_write", "cs_write") == (
        ConnectProblem.WRITE_ONLY,
        "",
    )
    assert await problem(client, store.url, "ck_buyer", "cs_buyer") == (
        ConnectProblem.NO_RIGHTS,
        "",
    )


async def test_versions(client: WooCommerceClient) -> None:
    for version, detail in (("3.4.8", ""), ("7.9.0", "7.9.0")):
        async with WooCommerceStore(
            version=version, consumer_key=KEY, consumer_secret=SECRET
        ) as old:
            assert await problem(client, old.url) == (ConnectProblem.OLD_VERSION, detail)
    async with WooCommerceStore(
        version="8.9.3", consumer_key=KEY, consumer_secret=SECRET
    ) as enough:
        assert (await client.check(account(enough.url))).version == "8.9.3"


async def test_plain_permalinks(
    client: WooCommerceClient,
    trusting: WooCommerceClient,
    store: WooCommerceStore,
    certificate: Path,
) -> None:
    store.site.has_permalinks = False
    assert await problem(client, store.url) == (ConnectProblem.PERMALINKS, "")
    async with secure_store(certificate) as secure:
        secure.site.has_permalinks = False
        assert await problem(trusting, secure.url) == (ConnectProblem.PERMALINKS, "")


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        (200, FIREWALL, {}, ConnectProblem.FIREWALL),
        (403, FIREWALL, {}, ConnectProblem.FIREWALL),
        (503, FIREWALL, {}, ConnectProblem.FIREWALL),
        (429, FIREWALL, {"Retry-After": "60"}, ConnectProblem.FIREWALL),
        (302, "", {"Location": "/wp-login.php"}, ConnectProblem.FIREWALL),
        (503, "Maintenance", {"Retry-After": "600"}, ConnectProblem.DOWN),
        (500, '{"code":"internal_server_error"}', {}, ConnectProblem.DOWN),
        (502, FIREWALL, {}, ConnectProblem.DOWN),
        (404, FIREWALL, {}, ConnectProblem.WRONG_ADDRESS),
    ],
)
async def test_answers_to_everything(
    client: WooCommerceClient,
    store: WooCommerceStore,
    status: int,
    body: str,
    headers: dict[str, str],
    expected: ConnectProblem,
) -> None:
    store.answer_with(status, body, headers)

    assert await problem(client, store.url) == (expected, "")


async def test_a_firewall_before_the_api_or_before_writing_alone(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    store.answer_with(200, FIREWALL, prefix="orders")
    assert await problem(client, store.url) == (ConnectProblem.FIREWALL, "")

    store.behave()
    store.answer_with(403, FIREWALL, method="POST")
    assert await problem(client, store.url) == (ConnectProblem.FIREWALL, "")


@pytest.mark.parametrize(
    ("namespaces", "expected"),
    [
        (["wp/v2", "oembed/1.0"], ConnectProblem.NO_WOOCOMMERCE),
        (["wc/v1", "wc/v2", "wp/v2"], ConnectProblem.OLD_VERSION),
    ],
)
async def test_a_wordpress_without_the_api(
    client: WooCommerceClient,
    store: WooCommerceStore,
    namespaces: Sequence[str],
    expected: ConnectProblem,
) -> None:
    store.answer_with(404, rest_body("error-404-route"), prefix="orders")
    store.answer_with(200, json.dumps({"namespaces": namespaces}), prefix="/")

    assert await problem(client, store.url) == (expected, "")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://www.shop.example/wp-json/wc/v3/orders?x=1", "https://www.shop.example"),
        ("http://shop.example:8080/", "http://shop.example:8080"),
    ],
)
async def test_another_address_is_named(
    client: WooCommerceClient, store: WooCommerceStore, location: str, expected: str
) -> None:
    store.answer_with(301, headers={"Location": location})

    assert await problem(client, store.url) == (ConnectProblem.REDIRECT, expected)
    assert await problem(client, f"{store.url}/shop/") == (
        ConnectProblem.REDIRECT,
        f"{expected}/shop",
    )


async def test_keys_are_refused_under_another_name_of_the_store(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    home = json.dumps({"namespaces": ["wc/v3"], "home": "https://shop.example/"})
    store.answer_with(200, home, prefix="/")

    assert await problem(client, store.url, KEY, "cs_x") == (
        ConnectProblem.REDIRECT,
        "https://shop.example",
    )


async def test_keys_that_are_refused_over_http_by_a_store_that_has_https(
    trusting: WooCommerceClient, store: WooCommerceStore, certificate: Path
) -> None:
    async with (
        secure_store(certificate) as secure,
        one_port(store.url, secure.url) as port,
    ):
        address = f"http://localhost:{port}"
        assert (await trusting.check(account(address))).can_write  # signed, as a store allows

        # the sandbox's home is another address, which would be named first
        index = json.dumps({"namespaces": ["wc/v3"], "home": address})
        store.answer_with(200, index, prefix="/")
        assert await problem(trusting, address, KEY, "cs_x") == (
            ConnectProblem.NO_HTTPS,
            f"https://localhost:{port}",
        )


async def test_certificates(
    client: WooCommerceClient, trusting: WooCommerceClient, certificate: Path
) -> None:
    async with secure_store(certificate) as secure:
        assert (await trusting.check(account(secure.url))).can_write
        assert await problem(client, secure.url) == (ConnectProblem.CERTIFICATE, "")


@pytest.mark.parametrize(
    "address", ["", "shop.example", "ftp://shop.example", "http://[::1", "http://no-such.invalid"]
)
async def test_addresses_that_lead_nowhere(client: WooCommerceClient, address: str) -> None:
    assert await problem(client, address) == (ConnectProblem.WRONG_ADDRESS, "")


async def test_nobody_listens(client: WooCommerceClient, store: WooCommerceStore) -> None:
    await store.down()

    assert await problem(client, store.url) == (ConnectProblem.WRONG_ADDRESS, "")


async def test_a_private_address(store: WooCommerceStore) -> None:
    connector = public_connector(allow_private=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = WooCommerceClient(ApiClient(session))
        assert await problem(client, store.url) == (ConnectProblem.PRIVATE_ADDRESS, "")


async def test_a_slow_store(session: aiohttp.ClientSession, store: WooCommerceStore) -> None:
    store.answer_late(0.3)
    impatient = WooCommerceClient(ApiClient(session, timeout_s=0.05))

    assert await problem(impatient, store.url) == (ConnectProblem.TIMEOUT, "")


async def test_a_site_that_is_no_wordpress(client: WooCommerceClient) -> None:
    async def home(request: web.Request) -> web.Response:
        return web.Response(text="<html>Hello")

    app = web.Application()
    app.router.add_get("/", home)
    async with TestServer(app) as server:
        error = await problem(client, str(server.make_url("/")))

    assert error == (ConnectProblem.WRONG_ADDRESS, "")


async def test_the_kind_of_error_says_whether_to_try_again(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    with pytest.raises(CredentialsError):
        await client.check(account(store.url, "ck_x"))
    store.answer_with(503, "", {"Retry-After": "9"})
    with pytest.raises(UnavailableError) as caught:
        await client.check(account(store.url))
    assert caught.value.retry_after_s == 9
