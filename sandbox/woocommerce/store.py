"""A simulated WooCommerce store over HTTP: it takes orders, tells of them, and can be asked."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

from sandbox.woocommerce.auth import KeyRing
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.faults import Fault
from sandbox.woocommerce.model import Call
from sandbox.woocommerce.outgoing import Outgoing
from sandbox.woocommerce.pricing import Pricing
from sandbox.woocommerce.rest import RestApi, Site
from sandbox.woocommerce.tls import serving, trusting
from sandbox.woocommerce.webhooks import WebhookQueue


@dataclass(frozen=True, slots=True)
class Consent:
    """Where the page of consent ended: the address it leads back to, or what it says instead."""

    status: int
    location: str
    page: str


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
        allows_private: whether it sends to this machine and private networks; real ones do not.
        hosts: who answers on this machine for a public name, see ``Outgoing``.
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
        allows_private: bool = True,
        hosts: Mapping[str, str] | None = None,
        delivers_at_once: bool = True,
        delivery_timeout_s: float = 60.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        outgoing = Outgoing(allows_private=allows_private, hosts=hosts or {})
        queue = WebhookQueue(
            version=version, outgoing=outgoing, clock=clock, timeout_s=delivery_timeout_s
        )
        super().__init__(
            version=version,
            currency=currency,
            pricing=Pricing(decimals, tax_percent, prices_include_tax),
            delivers_at_once=delivers_at_once,
            queue=queue,
            clock=clock,
        )
        self.site = Site(name=name, outgoing=outgoing, has_permalinks=has_permalinks)
        self.site.keys.add(consumer_key, consumer_secret, permissions)
        self._runner: web.AppRunner | None = None
        self._tls: Path | None = None

    @property
    def name(self) -> str:
        return self.site.name

    @property
    def keys(self) -> KeyRing:
        return self.site.keys

    @property
    def outgoing(self) -> Outgoing:
        return self.site.outgoing

    async def start(self, port: int = 0, tls: Path | None = None) -> None:
        """Listen on this machine; port 0 takes a free one, ``url`` says which.

        ``tls``: the certificate (of ``tls.make_certificate``) to serve https with.
        """
        self._tls = tls
        await self._listen(port)
        self.webhooks.source = f"{self.url}/"
        await self.outgoing.start()

    async def stop(self) -> None:
        await self.outgoing.stop()
        await self.down()

    async def approve(self, url: str) -> Consent:
        """Open the store's page of consent (wc-auth) as whoever runs the shop, press Approve."""
        return await self._visit(url, "approve")

    async def deny(self, url: str) -> Consent:
        """Open the store's page of consent (wc-auth), press Deny."""
        return await self._visit(url, "deny")

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

    async def _visit(self, url: str, button: str) -> Consent:
        """The button of Deny leads straight to the app; nothing of it is opened here."""
        context = trusting(self._tls) if self._tls else True
        connector = aiohttp.TCPConnector(ssl=context)
        async with aiohttp.ClientSession(connector=connector) as browser:
            async with browser.get(URL(url, encoded=True)) as answer:
                page = await answer.text()
            found = re.search(f'class="{button}" href="([^"]+)"', page)
            if found is None:
                return Consent(answer.status, "", page)
            link = html.unescape(found[1])
            if button == "deny":
                return Consent(302, link, page)
            async with browser.get(URL(link), allow_redirects=False) as answer:
                location = answer.headers.get("Location", "")
                return Consent(answer.status, location, await answer.text())

    async def _listen(self, port: int) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", RestApi(self, self.site).handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        context = serving(self._tls) if self._tls else None
        site = web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=context, reuse_address=True)
        await site.start()
        host, bound, *_ = self._runner.addresses[0]
        self.url = f"{'https' if context else 'http'}://{host}:{bound}"

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
