"""A simulated Nova Poshta over HTTP: its API and its printing host at one address."""

import json
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from sandbox.faults import Fault
from sandbox.novaposhta.api import API, ORDERS, Api
from sandbox.novaposhta.asking import Answer, refusal, success
from sandbox.novaposhta.model import Call
from sandbox.novaposhta.office import Office, utc_now
from sandbox.served import Served


class NovaPoshta(Office, Served):
    """One service, ``async with NovaPoshta() as post``, or ``start`` and ``stop``.

    ``url`` is the API's one address, ``print_url`` the base of printing links. ``requests`` is
    what was asked so far, oldest first. A "call" below is how the names of the model and of the
    method begin: "InternetDocument.save", "Address", "print.printMarking100x100".

    Args:
        key: of the first account, which has a business as its sender.
        clock: gives aware UTC.
    """

    def __init__(
        self,
        *,
        key: str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(key=key, clock=clock)
        self.requests: list[Call] = []
        self.url = ""
        self.print_url = ""
        Served.__init__(self)

    def calls(self, model: str = "", method: str = "") -> list[Call]:
        """The requests so far, oldest first: of this model ("print" for prints) and method."""
        return [
            call
            for call in self.requests
            if model in ("", call.model) and method in ("", call.method)
        ]

    # What may go wrong

    def answer_with(
        self,
        status: int,
        body: str,
        *,
        times: int | None = 1,
        content_type: str = "text/html",
        call: str = "",
    ) -> None:
        """Answer the next ``times`` calls so; nothing is carried out.

        Args:
            status: of the answer: 429, 502 ...
            body: of the answer; need not be what ``content_type`` promises.
            times: how often; None until ``behave``.
            content_type: of the answer.
            call: only such ones.
        """
        self._faults.add(
            Fault(path=call, left=times, status=status, body=body, content_type=content_type)
        )

    def refuse_with(
        self, code: str, sentence: str, *, times: int | None = 1, call: str = ""
    ) -> None:
        """Refuse the next ``times`` calls for a reason that nothing here gives by itself."""
        body = json.dumps(refusal([(code, sentence)]), ensure_ascii=False)
        self.answer_with(200, body, times=times, content_type="application/json", call=call)

    def answer_empty(self, times: int | None = 1, *, call: str = "AddressGeneral") -> None:
        """Tell of success and of no data at all, as the real one does now and then."""
        body = json.dumps(success(Answer([])))
        self.answer_with(200, body, times=times, content_type="application/json", call=call)

    def answer_late(self, delay_s: float, *, times: int | None = 1, call: str = "") -> None:
        """Take this long to do what was asked; longer than anybody waits is to hang."""
        self._faults.add(Fault(path=call, left=times, delay_s=delay_s))

    def lose_answers(self, times: int | None = 1, *, call: str = "") -> None:
        """Carry the next ``times`` calls out and hang up instead of answering."""
        self._faults.add(Fault(path=call, left=times, loses_answer=True))

    # Serving

    def _app(self) -> web.Application:
        return Api(self, self.requests, self._faults).app()

    def _listens_at(self, origin: str) -> None:
        self.url = f"{origin}{API}"
        self.print_url = f"{origin}{ORDERS}"
