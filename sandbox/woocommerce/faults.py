"""What may go wrong between a store and those who ask it: firewalls, slow and lost answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

FIREWALL_PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta http-equiv="refresh" content="390"></head><body><h1>shop.example.test</h1>
<p>Verifying you are human. This may take a few seconds.</p></body></html>"""
MAINTENANCE_PAGE = """<!DOCTYPE html><html><head><title>Maintenance</title></head>
<body><h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1></body>
</html>"""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True, kw_only=True)
class Fault:
    """Instead of the store's own answer this one, ``left`` times (None: until further notice).

    Only for calls of this ``method`` ("" any) whose route begins with ``prefix``.
    """

    prefix: str
    method: str
    left: int | None
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0  # then the store answers as it always does
    loses_answer: bool = False  # the request is carried out, and the connection dropped

    def is_for(self, method: str, route: str) -> bool:
        return self.method in ("", method) and route.startswith(self.prefix) and self.left != 0

    async def apply(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self.left is not None:
            self.left -= 1
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
            return await handler(request)
        if self.loses_answer:
            answer = await handler(request)
            if request.transport is not None:
                request.transport.abort()
            return answer
        headers = {"Content-Type": "text/html; charset=UTF-8", **self.headers}
        return web.Response(status=self.status, body=self.body, headers=headers)


class Faults:
    """The faults of one store; the newest that fits a call wins."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def of(self, method: str, route: str) -> Fault | None:
        return next((each for each in reversed(self._faults) if each.is_for(method, route)), None)
