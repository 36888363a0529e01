"""A simulated Prom.ua cabinet over HTTP: it takes orders and can be asked; it tells nobody."""

from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from sandbox.faults import Fault
from sandbox.prom.api import build_app
from sandbox.prom.backoffice import Backoffice
from sandbox.prom.model import Request
from sandbox.served import Served


class PromCabinet(Backoffice, Served):
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
        Served.__init__(self)

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

    # Serving

    def _app(self) -> web.Application:
        return build_app(self, self.requests, self._faults)

    def _listens_at(self, origin: str) -> None:
        self.url = f"{origin}/api/v1"
