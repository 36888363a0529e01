"""A simulated WooCommerce store over HTTP: it takes orders, tells of them, and can be asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.woocommerce.auth import KeyRing
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.rest import RestApi


class WooCommerceStore(Backoffice):
    """One store, ``async with WooCommerceStore() as store``, or ``start`` and ``stop``.

    Args:
        name: the site's title.
        version: of WooCommerce; "8.9.3" and its like leave out what newer ones added.
        consumer_key: of the one REST API key.
        consumer_secret: its secret.
        permissions: what the key may do: "read", "write" or "read_write".
        currency: of every order.
        decimals: how many the amounts are written with.
        delivers_at_once: whether a change sends its webhooks before its method returns.
        delivery_timeout_s: how long a receiver may take, in seconds.
        clock: gives aware UTC.
    """

    def __init__(
        self,
        *,
        name: str = "Крамниця",
        version: str = "11.0.1",
        consumer_key: str = "ck_sandbox",
        consumer_secret: str = "cs_sandbox",
        permissions: str = "read_write",
        currency: str = "UAH",
        decimals: int = 2,
        delivers_at_once: bool = True,
        delivery_timeout_s: float = 60.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(
            version=version,
            currency=currency,
            decimals=decimals,
            delivers_at_once=delivers_at_once,
            delivery_timeout_s=delivery_timeout_s,
            clock=clock,
        )
        self.name = name
        self.keys = KeyRing(consumer_key, consumer_secret, permissions)
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen on this machine; port 0 takes a free one, ``url`` says which."""
        app = RestApi(self, self.keys, self.name).build_app()
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, bound, *_ = self._runner.addresses[0]
        self.url = f"http://{host}:{bound}"
        await self.webhooks.start(self.url)

    async def stop(self) -> None:
        await self.webhooks.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
