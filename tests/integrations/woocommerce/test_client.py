"""The client against the simulated store, and against answers recorded from real ones."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.errors import (
    CredentialsError,
    IntegrationError,
    RequestRefusedError,
    UnavailableError,
)
from domain.orders import PlatformState
from integrations.base import ShopAccount, ShopApi, StoreFacts
from integrations.http import ApiClient
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.webhook import WooCommerceWebhooks
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.php import php_json
from tests.integrations.woocommerce.captures import rest_body, rest_status
from tests.integrations.woocommerce.stores import KEY, SECRET, account


async def test_an_empty_store_says_who_it_is(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    checker: ShopApi = client

    facts = await checker.check(account(store.url))

    assert facts == StoreFacts(name="Моя & Крамниця", currency="UAH", version="11.0.1")


async def test_an_order_is_fetched_as_its_webhook_told_it(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    order = await store.place_order(lines=[("TSH-001", 2)], note="Дякую")

    fetched = await client.fetch_order(account(f" {store.url}/ "), str(order.id))

    assert fetched.total == Decimal("980.00")
    assert fetched.lines[0].name == "Футболка XL"
    body = php_json(store.renderer.order(order))
    assert WooCommerceWebhooks().parse("order.updated", body.encode()) == (fetched,)


async def test_a_trashed_order_is_canceled_and_a_deleted_one_refused(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    order = await store.place_order(lines=[("TSH-001", 1)])
    await store.trash(order.id)

    fetched = await client.fetch_order(account(store.url), str(order.id))
    await store.delete(order.id)
    with pytest.raises(RequestRefusedError) as caught:
        await client.fetch_order(account(store.url), str(order.id))

    assert fetched.state is PlatformState.CANCELED
    assert caught.value.code == "woocommerce_rest_shop_order_invalid_id"


@pytest.mark.parametrize(
    ("key", "secret"), [("ck_x", SECRET), (KEY, "cs_x"), ("", ""), ("ї", "&"), ("a:b", "c")]
)
async def test_wrong_keys(
    client: WooCommerceClient, store: WooCommerceStore, key: str, secret: str
) -> None:
    with pytest.raises(CredentialsError) as caught:
        await client.check(account(store.url, key, secret))

    assert SECRET not in str(caught.value)


async def test_missing_keys(client: WooCommerceClient, store: WooCommerceStore) -> None:
    bare = ShopAccount(base_url=store.url, credentials={}, webhook_secret="")

    with pytest.raises(CredentialsError):
        await client.check(bare)


async def test_a_key_that_may_only_write_is_not_enough(client: WooCommerceClient) -> None:
    async with WooCommerceStore(
        consumer_key=KEY, consumer_secret=SECRET, permissions="write"
    ) as store:
        with pytest.raises(CredentialsError):
            await client.check(account(store.url))


class Canned:
    """A server with recorded answers by path; it notes what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, web.Response] = {}
        self.asked: list[str] = []
        self.authorizations: list[str] = []

    def put(self, path: str, name: str) -> None:
        self.put_raw(path, rest_status(name), rest_body(name))

    def put_raw(self, path: str, status: int, body: bytes, location: str = "") -> None:
        headers = {"Location": location} if location else {}
        self.answers[path] = web.Response(status=status, body=body, headers=headers)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/wp-json").removeprefix("/wc/v3").strip("/")
        self.asked.append(path or "index")
        self.authorizations.append(request.headers.get("Authorization", ""))
        answer = self.answers.get(path or "index")
        if answer is None:
            return web.Response(status=404, body=rest_body("error-404-route"))
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


@pytest.fixture
def canned() -> Canned:
    return Canned()


@pytest.fixture
async def url(canned: Canned) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", canned.handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def test_recorded_answers_are_read(
    client: WooCommerceClient, canned: Canned, url: str
) -> None:
    canned.put("orders", "orders-page1")
    canned.put("system_status", "system-status-short")
    canned.put_raw("index", 200, b'{"name":"&#8222;\\u041c&#8220;"}')
    canned.put("webhooks", "webhook-create-error-no-topic")

    assert await client.check(account(url)) == StoreFacts("„М“", "UAH", "11.0.1", can_write=True)
    assert canned.asked == ["orders", "system_status", "index", "webhooks"]

    canned.put("webhooks", "webhook-create-key-read")
    assert await client.check(account(url)) == StoreFacts(
        "„М“", "UAH", "11.0.1", can_write=False, can_stock=False
    )


@pytest.mark.parametrize("denied", ["auth-customer-key-reads", "error-404-route"])
async def test_orders_say_what_system_status_hides(
    client: WooCommerceClient, canned: Canned, url: str, denied: str
) -> None:
    canned.put("orders", "orders-page1")
    canned.put("system_status", denied)

    facts = await client.check(account(url))

    assert facts == StoreFacts("127.0.0.1", "UAH", "11.0.1")


@pytest.mark.parametrize(
    "body", [b"[]", b"[1]", b'[{"currency":null,"version":["x"]}]', b'[{"currency":5}]']
)
async def test_a_store_that_says_nothing_of_itself_still_passes(
    client: WooCommerceClient, canned: Canned, url: str, body: bytes
) -> None:
    canned.put_raw("orders", 200, body)
    canned.put_raw("system_status", 200, b'{"settings":[],"environment":"x"}')
    canned.put_raw("index", 200, b'{"name":{"rendered":"x"}}')

    assert await client.check(account(url)) == StoreFacts("127.0.0.1", "", "")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("auth-none", CredentialsError),
        ("auth-bad-key", CredentialsError),
        ("auth-bad-secret", CredentialsError),
        ("auth-basic-over-plain-http", CredentialsError),
        ("auth-write-key-reads", CredentialsError),
        ("auth-customer-key-reads", CredentialsError),
        ("error-404-route", UnavailableError),
        ("error-per-page-101", UnavailableError),
        ("order-get", UnavailableError),  # an object where a list belongs
    ],
)
async def test_recorded_refusals_of_a_check(
    client: WooCommerceClient, canned: Canned, url: str, name: str, kind: type[IntegrationError]
) -> None:
    canned.put("orders", name)

    with pytest.raises(kind) as caught:
        await client.check(account(url))

    assert type(caught.value) is kind
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, b"", UnavailableError),
        (500, b"<html>", UnavailableError),
        (403, b"<html>blocked", UnavailableError),
        (200, b"<html>", UnavailableError),
        (200, b'{"id":', UnavailableError),
        (302, b"", RequestRefusedError),
        (404, b"<html>", RequestRefusedError),
    ],
)
async def test_other_failures(
    client: WooCommerceClient,
    canned: Canned,
    url: str,
    status: int,
    body: bytes,
    kind: type[IntegrationError],
) -> None:
    canned.put_raw("orders/7", status, body, location="https://www.shop.example/")
    canned.put_raw("orders", status, body, location="https://www.shop.example/")

    with pytest.raises(kind):
        await client.fetch_order(account(url), "7")
    with pytest.raises((UnavailableError, RequestRefusedError)):
        await client.check(account(url))


async def test_a_silent_store(session: aiohttp.ClientSession) -> None:
    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", silent)
    async with TestServer(app) as server:
        impatient = WooCommerceClient(ApiClient(session, timeout_s=0.05))
        with pytest.raises(UnavailableError):
            await impatient.check(account(str(server.make_url("/"))))


@pytest.mark.parametrize("address", ["", "shop.example", "ftp://shop.example", "http://[::1"])
async def test_what_is_no_address(client: WooCommerceClient, address: str) -> None:
    with pytest.raises(UnavailableError):
        await client.check(account(address))


@pytest.mark.parametrize(
    ("name", "state", "total"),
    [
        ("order-get", PlatformState.CANCELED, "1580.95"),  # refunded
        ("order-get-trashed", PlatformState.CANCELED, "450.50"),
        ("order-get-with-tax", PlatformState.ACTIVE, "1402.34"),
        ("order-get-dp4", PlatformState.CANCELED, "2351.50"),
    ],
)
async def test_recorded_orders(
    client: WooCommerceClient,
    canned: Canned,
    url: str,
    name: str,
    state: PlatformState,
    total: str,
) -> None:
    canned.put("orders/7", name)

    order = await client.fetch_order(account(url), "7")

    assert (order.state, order.total) == (state, Decimal(total))


async def test_an_answer_that_is_no_order(
    client: WooCommerceClient, canned: Canned, url: str
) -> None:
    canned.put("orders/7", "orders-page1")

    with pytest.raises(RequestRefusedError) as caught:
        await client.fetch_order(account(url), "7")

    assert caught.value.code == "no_order"


async def test_a_recorded_missing_order(
    client: WooCommerceClient, canned: Canned, url: str
) -> None:
    canned.put("orders/7", "error-order-404")

    with pytest.raises(RequestRefusedError) as caught:
        await client.fetch_order(account(url), "7")

    assert caught.value.code == "woocommerce_rest_shop_order_invalid_id"


async def check_over_https(canned: Canned, certificate: Path) -> StoreFacts:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", canned.handle)
    server = TestServer(app, scheme="https", host="localhost")
    await server.start_server(ssl=context)
    try:
        connector = aiohttp.TCPConnector(ssl=trusting)
        async with aiohttp.ClientSession(connector=connector) as session:
            client = WooCommerceClient(ApiClient(session))
            return await client.check(account(f"https://localhost:{server.port}"))
    finally:
        await server.close()


async def test_https_uses_basic_and_leaves_the_secret_out_of_the_address(
    canned: Canned, certificate: Path
) -> None:
    canned.put("orders", "orders-page1")
    canned.put("system_status", "system-status-short")
    canned.put("webhooks", "webhook-create-error-no-topic")

    facts = await check_over_https(canned, certificate)

    assert facts.currency == "UAH"
    basic = "Basic Y2tfbGl2ZV8wMTIzOmNzX2xpdmVfNDU2Nw=="
    # the public index needs no key
    assert canned.authorizations == [basic, basic, "", basic]


async def test_https_tries_oauth_where_the_header_never_arrives(
    canned: Canned, certificate: Path
) -> None:
    canned.put("orders", "auth-none")

    with pytest.raises(CredentialsError):
        await check_over_https(canned, certificate)

    assert canned.asked[:2] == ["orders", "orders"]
    assert canned.authorizations[1] == ""
