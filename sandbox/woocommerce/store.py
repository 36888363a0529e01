"""A simulated WooCommerce store over HTTP: it takes orders, tells of them, and can be asked."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import web
from yarl import URL

from sandbox.woocommerce.auth import KeyRing
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.faults import Fault
from sandbox.woocommerce.model import Call
from sandbox.woocommerce.pricing import Pricing
from sandbox.woocommerce.rest import RestApi, Site
from sandbox.woocommerce.webhooks import WebhookQueue


class WooCommerceStore(Backoffice):
    """One store, ``async with WooCommerceStore() as store``, or ``start`` and ``stop``.

    Args:
        name: the site's title.
        version: of WooCommerce; "8.9.3" and its like leave out what newer ones added.
        consumer_key: of its first REST API key.
        consumer_secret: its secret.
        permissions: what the key may do: "read", "write" or "read_write".
        currency: of orders.
        decimals: how many the amounts are written with.
        tax_percent: of everything; 0 where taxes are off.
        prices_include_tax: whether the prices of goods do. Delivery never does.
        has_permalinks: off is the setting "Plain": nothing is found under /wp-json/.
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
        tax_percent: int = 0,
        prices_include_tax: bool = False,
        has_permalinks: bool = True,
        delivers_at_once: bool = True,
        delivery_timeout_s: float = 60.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(
            version=version,
            currency=currency,
            pricing=Pricing(decimals, tax_percent, prices_include_tax),
            delivers_at_once=delivers_at_once,
            queue=WebhookQueue(version=version, clock=clock, timeout_s=delivery_timeout_s),
            clock=clock,
        )
        self.site = Site(name=name, has_permalinks=has_permalinks)
        self.site.keys.add(consumer_key, consumer_secret, permissions)
        self._runner: web.AppRunner | None = None

    @property
    def name(self) -> str:
        return self.site.name

    @property
    def keys(self) -> KeyRing:
        return self.site.keys

    async def start(self, port: int = 0) -> None:
        """Listen on this machine; port 0 takes a free one, ``url`` says which."""
        await self._listen(port)
        await self.webhooks.start(self.url)

    async def stop(self) -> None:
        await self.webhooks.stop()
        await self.down()

    # What may go wrong

    async def down(self) -> None:
        """Nobody answers any more: connections are refused. What happens inside goes on."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def up(self) -> None:
        """Answer again, at the same address."""
        await self._listen(URL(self.url).port or 0)

    def answer_with(
        self,
        status: int,
        body: str | bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        times: int | None = None,
        prefix: str = "",
        method: str = "",
    ) -> None:
        """Answer so instead of doing what was asked: a limit, a firewall, maintenance.

        Args:
            status: of the answer.
            body: of the answer; HTML unless ``headers`` say otherwise.
            headers: of the answer, "Retry-After" and its like.
            times: how often; None until ``behave``.
            prefix: only where ``Call.route`` begins so.
            method: only for calls of this method.
        """
        self.site.faults.add(
            Fault(
                prefix=prefix,
                method=method,
                left=times,
                status=status,
                body=body.encode() if isinstance(body, str) else body,
                headers=headers or {},
            )
        )

    def answer_late(
        self, delay_s: float, *, times: int | None = None, prefix: str = "", method: str = ""
    ) -> None:
        """Take this long to do what was asked."""
        self.site.faults.add(Fault(prefix=prefix, method=method, left=times, delay_s=delay_s))

    def lose_answers(self, *, times: int | None = None, prefix: str = "", method: str = "") -> None:
        """Do what was asked, and drop the connection instead of saying so.

        Mind that aiohttp repeats a GET, PUT or DELETE by itself, once.
        """
        self.site.faults.add(Fault(prefix=prefix, method=method, left=times, loses_answer=True))

    def behave(self) -> None:
        """End every fault but ``down``."""
        self.site.faults.clear()

    def calls(self, method: str = "", prefix: str = "") -> list[Call]:
        """The requests received so far, oldest first: of this method, whose route begins so."""
        return [
            call
            for call in self.site.calls
            if method in ("", call.method) and call.route.startswith(prefix)
        ]

    async def _listen(self, port: int) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", RestApi(self, self.site).handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        host, bound, *_ = self._runner.addresses[0]
        self.url = f"http://{host}:{bound}"

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
