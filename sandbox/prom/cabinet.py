"""A simulated Prom.ua cabinet over HTTP: it takes orders and can be asked; it tells nobody."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.prom.api import build_app
from sandbox.prom.backoffice import Backoffice
from sandbox.prom.faults import Fault, Faults
from sandbox.prom.model import Request


class PromCabinet(Backoffice):
    """One cabinet, ``async with PromCabinet() as cabinet``, or ``start`` and ``stop``.

    ``url`` is the API's base address. ``requests`` is what was asked so far, oldest first.

    Args:
        token: the one token; ``rights`` says what it may do, by section: "", "r" or "rw".
        separator: between thousands: a no-break space, a space or a narrow one.
        last_id_is_inclusive: whether a page begins with ``last_id`` or after it; nobody knows.
        site: the shop's own address, where its products are shown.
        clock: gives aware UTC.
    """

    def __init__(
        self,
        *,
        token: str = "prom-token-of-the-sandbox-000000000000000",
        separator: str = "\u00a0",
        last_id_is_inclusive: bool = True,
        site: str = "https://example-shop.prom.ua",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(
            token=token,
            separator=separator,
            last_id_is_inclusive=last_id_is_inclusive,
            site=site,
            clock=clock,
        )
        self.requests: list[Request] = []
        self.url = ""
        self._faults = Faults()
        self._runner: web.AppRunner | None = None
        self._port = 0

    def calls(self, method: str = "", path: str = "") -> list[Request]:
        """The requests so far, oldest first: of this method, whose path begins so."""
        return [
            request
            for request in self.requests
            if method in ("", request.method) and request.path.startswith(path)
        ]

    # What may go wrong

    def answer_with(
        self,
        status: int,
        body: str,
        *,
        times: int | None = 1,
        content_type: str = "text/html",
        path: str = "",
    ) -> None:
        """Answer the next ``times`` requests so; nothing is carried out.

        Args:
            status: of the answer: 429, 502 ...
            body: of the answer; need not be what ``content_type`` promises.
            times: how often; None until ``behave``.
            content_type: of the answer.
            path: only for requests whose path begins so ("/orders/list").
        """
        self._faults.add(
            Fault(path=path, left=times, status=status, body=body, content_type=content_type)
        )

    def answer_late(self, delay_s: float, *, times: int | None = 1, path: str = "") -> None:
        """Take this long to do what was asked; longer than anybody waits is to hang."""
        self._faults.add(Fault(path=path, left=times, delay_s=delay_s))

    def lose_answers(self, times: int | None = 1, *, path: str = "") -> None:
        """Carry the next ``times`` requests out and hang up instead of answering.

        Mind that aiohttp repeats a GET by itself, once.
        """
        self._faults.add(Fault(path=path, left=times, loses_answer=True))

    def behave(self) -> None:
        """End every fault but ``down``."""
        self._faults.clear()

    async def down(self) -> None:
        """Nobody answers any more: connections are refused. What happens inside goes on."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def up(self) -> None:
        """Answer again, at the same address."""
        await self.start()

    # Serving

    async def start(self, port: int = 0) -> None:
        """Listen on this machine; port 0 takes the one from before, or a free one."""
        app = build_app(self, self.requests, self._faults)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        wanted = port or self._port
        await web.TCPSite(self._runner, "127.0.0.1", wanted, reuse_address=True).start()
        host, self._port, *_ = self._runner.addresses[0]
        self.url = f"http://{host}:{self._port}/api/v1"

    async def stop(self) -> None:
        """Stop listening; ``start`` takes the same address again."""
        await self.down()

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
