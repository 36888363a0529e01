"""A store on sale, and somebody who receives its webhooks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.woocommerce import WooCommerceStore
from tests.sandbox.woocommerce.caller import Caller


class Receiver:
    """Answers every request with ``status`` and keeps what came: (topic, body)."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[tuple[str, bytes]] = []
        self.raw_headers: list[list[str]] = []
        self.on_request: Callable[[], Awaitable[None]] | None = None
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests.append((request.headers.get("X-WC-Webhook-Topic", "ping"), body))
        self.raw_headers.append([name.decode() for name, _ in request.raw_headers])
        if self.on_request is not None:
            await self.on_request()
        return web.Response(status=self.status, headers={"Location": self.url})

    @property
    def topics(self) -> list[str]:
        return [topic for topic, _ in self.requests]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


@pytest.fixture
async def store() -> AsyncIterator[WooCommerceStore]:
    async with WooCommerceStore() as store:
        store.add_product(sku="MUG", name="Чашка <b>0,3 л</b>", price=Decimal("259.00"), stock=9)
        store.add_product(sku="SOCKS", name="Шкарпетки", price=Decimal("129.50"), stock=3)
        yield store


@pytest.fixture
async def caller(store: WooCommerceStore) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(store, session)
