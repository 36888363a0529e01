"""The Bot API over HTTP: tokens, faults, answers, and the log of all calls.

https://core.telegram.org/bots/api#making-requests
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.telegram.errors import ApiError, ConnectionLostError, conflict, not_found
from sandbox.telegram.faults import Fault, Faults
from sandbox.telegram.methods import METHODS
from sandbox.telegram.model import Json
from sandbox.telegram.params import Params, read_request
from sandbox.telegram.world import World

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_NO_ANSWER = 0
_HTML_PAGE = (
    "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
    "</body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to the Bot API as it was answered.

    `time` is monotonic and tells when the call came; `status` is the HTTP status, 0 when the
    connection was dropped; `result` is what the method returned, even if the answer was lost.
    """

    method: str
    params: Mapping[str, str]
    time: float
    status: int
    result: Any = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method returned, and the description some methods add."""

    result: Any
    description: str = ""


class BotApi:
    """Serves /bot<token>/<method> and /file/bot<token>/<path>."""

    def __init__(self, world: World, token: str) -> None:
        self.faults = Faults()
        self.latency_s = 0.0
        self.calls: list[Call] = []
        self._world = world
        self._token = token

    def routes(self) -> list[web.RouteDef]:
        """The routes of the Bot API."""
        return [
            web.get("/file/bot{token}/{path:.+}", self._download),
            web.route("*", "/bot{token}/{method}", self._serve),
        ]

    async def call(self, params: Params) -> None:
        """Carry out a call that came in the answer to a webhook; its result goes nowhere."""
        method = params.text("method")
        called_at = time.monotonic()
        try:
            answer = await self._run(method, params)
        except ApiError as e:
            self._log(method, params, called_at, e.code, description=e.description)
        else:
            self._log(method, params, called_at, 200, answer.result)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        called_at = time.monotonic()
        method = request.match_info["method"]
        if not self._world.queue.online:
            return _dropped(request)
        try:
            self._check_token(request)
            params = await read_request(request)
        except ApiError as e:
            return _refusal(e)
        fault = self.faults.take(method, params.text("chat_id"))
        if fault is not None:
            await asyncio.sleep(fault.delay)
        try:
            if fault is not None and (spoilt := _spoil(request, fault)) is not None:
                status = fault.status if fault.kind in ("error", "html") else _NO_ANSWER
                self._log(method, params, called_at, status, description=fault.description)
                return spoilt
            answer = await self._run(method, params)
        except ConnectionLostError:
            self._log(method, params, called_at, _NO_ANSWER)
            return _dropped(request)
        except ApiError as e:
            self._log(method, params, called_at, e.code, description=e.description)
            await self._delay()
            return _refusal(e)
        is_lost = fault is not None and fault.kind == "lost_answer"
        self._log(method, params, called_at, _NO_ANSWER if is_lost else 200, answer.result)
        if is_lost:
            return _dropped(request)
        await self._delay()
        body: Json = {"ok": True, "result": answer.result}
        if answer.description:
            body["description"] = answer.description
        return web.json_response(body)

    async def _run(self, name: str, params: Params) -> Answer:
        world = self._world
        match name.lower():
            case "getupdates":
                return Answer(await self._get_updates(params))
            case "setwebhook":
                return Answer(True, world.webhook.set(params))
            case "deletewebhook":
                return Answer(True, world.webhook.delete(params))
            case known if known in METHODS:
                return Answer(METHODS[known](world, params))
            case _:
                raise not_found()

    async def _get_updates(self, params: Params) -> list[Json]:
        world = self._world
        if world.webhook.is_set:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        world.queue.set_allowed(
            params.json("allowed_updates", "can't parse allowed updates JSON object")
        )
        updates = await world.queue.poll(
            offset=params.integer("offset"),
            limit=params.integer("limit", 100),
            timeout_s=params.integer("timeout"),
        )
        return [update.as_json() for update in updates]

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if not self._world.queue.online:
            return _dropped(request)
        try:
            self._check_token(request)
        except ApiError as e:
            return _refusal(e)
        file = self._world.files.at(request.match_info["path"])
        if file is None:
            return _refusal(not_found())
        return web.Response(body=file.data, content_type="application/octet-stream")

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not _TOKEN.fullmatch(token):
            raise not_found()
        if token != self._token:
            raise ApiError(401, "Unauthorized")

    async def _delay(self) -> None:
        if self.latency_s > 0:
            await asyncio.sleep(self.latency_s)

    def _log(
        self,
        method: str,
        params: Params,
        called_at: float,
        status: int,
        result: Any = None,
        description: str = "",
    ) -> None:
        self.calls.append(
            Call(
                method=method,
                params=params.for_log(),
                time=called_at,
                status=status,
                result=result,
                description=description,
            )
        )
        self._world.changed.notify()


def _spoil(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    """The answer of a fault that keeps the call from being carried out."""
    match fault.kind:
        case "error":
            parameters = {"retry_after": fault.retry_after} if fault.retry_after else None
            return _refusal(ApiError(fault.status, fault.description, parameters))
        case "html":
            page = _HTML_PAGE.format(status=fault.status, reason=fault.description)
            return web.Response(status=fault.status, text=page, content_type="text/html")
        case "reset":
            return _dropped(request)
        case "lost_answer" | "delay":
            return None


def _refusal(error: ApiError) -> web.Response:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.parameters:
        body["parameters"] = error.parameters
        if "retry_after" in error.parameters:
            headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(body, status=error.code, headers=headers)


def _dropped(request: web.Request) -> web.Response:
    """Reset the connection (RST instead of FIN); the returned response goes nowhere."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response(status=502)
