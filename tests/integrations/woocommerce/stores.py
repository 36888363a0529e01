"""Simulated stores as the tests of the client need them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from aiohttp import web

from integrations.base import ShopAccount
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.faults import Fault, Handler

KEY, SECRET = "ck_live_0123", "cs_live_4567"


def account(url: str, key: str = KEY, secret: str = SECRET) -> ShopAccount:
    return ShopAccount(
        base_url=url,
        credentials={"consumer_key": key, "consumer_secret": secret},
        webhook_secret="w",
    )


class Clock:
    """A store's clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: int = 1) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@dataclass(slots=True, kw_only=True)
class Meanwhile(Fault):
    """Before the store answers the call that fits, something happens there."""

    page: str
    act: Callable[[], Awaitable[object]]

    async def apply(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.query.get("page") == self.page and self.left:
            self.left -= 1
            await self.act()
        return await handler(request)


@asynccontextmanager
async def secure_store(
    certificate: Path, clock: Clock | None = None
) -> AsyncIterator[WooCommerceStore]:
    """A store that is reached over https."""
    store = WooCommerceStore(consumer_key=KEY, consumer_secret=SECRET, clock=clock or Clock())
    store.add_product(sku="TSH-001", name="Футболка", price=Decimal(450), stock=5)
    await store.start(tls=certificate)
    try:
        yield store
    finally:
        await store.stop()
