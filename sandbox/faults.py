"""What may go wrong between a service and those who ask it: limits, slow and lost answers."""

import asyncio
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler


@dataclass(slots=True, kw_only=True)
class Fault:
    """Instead of the service's own answer this one, ``left`` times (None: until further notice).

    Only for requests whose path (or name, as the service sees it) begins with ``path``.
    """

    path: str
    left: int | None
    status: int = 200
    body: str = ""
    content_type: str = "text/html"
    delay_s: float = 0  # then the service answers as it always does
    loses_answer: bool = False  # the request is carried out, and the connection dropped

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
        return web.Response(text=self.body, status=self.status, content_type=self.content_type)


class Faults:
    """The faults of one service, each in its turn."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def of(self, path: str) -> Fault | None:
        """The oldest that is not used up and fits."""
        fitting = (each for each in self._faults if path.startswith(each.path) and each.left != 0)
        return next(fitting, None)
