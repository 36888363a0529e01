"""The bare web servers: aiohttp, a signature check, and one way to keep the request."""

import hmac
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256

from aiohttp import web

from benchmarks.shop import Orders

Keep = Callable[[bytes], Awaitable[None]]


def bare_app(orders: Orders, keep: Keep) -> web.Application:
    """Answers the shop's requests once ``keep`` has returned."""
    secret = orders.secret.encode()

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        expected = b64encode(hmac.digest(secret, body, sha256)).decode()
        if not hmac.compare_digest(expected, request.headers["X-WC-Webhook-Signature"]):
            return web.Response(status=401)
        await keep(body)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post(orders.path, receive)
    return app
