"""One receiver for all shops: verify, commit to the inbox, answer 200.

Whatever is wrong with a signed request is found out later, when it is worked: platforms switch off
endpoints that answer with errors, and WooCommerce never sends a request twice.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog
from aiohttp import web
from prometheus_client import Counter

from domain.errors import BadSignatureError
from integrations.base import WebhookPlatform
from services.shops import ConnectedShop

logger = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024  # bytes
# How long a shop's keys may be remembered: a removed shop is refused this much later.
SHOP_CACHE_S = 1.0

webhooks_total = Counter("kramar_webhooks_total", "Webhook requests by answer", ["answer"])

# How often it is noted that a shop's webhooks come: with each of them, it would cost a write.
NOTE_EVERY_S = 60.0

FindShop = Callable[[str, str], Awaitable[ConnectedShop | None]]
NoteHeard = Callable[[int], Awaitable[None]]


class Inbox(Protocol):
    """Where requests are committed."""

    async def append(self, shop_id: int, topic: str, body: bytes) -> None:
        """Return once the request is committed."""


class Receiver:
    """``POST /webhooks/<platform>/<shop key>``.

    Args:
        platforms: the platforms that send webhooks, by name.
        find_shop: looks a connected shop up by platform and key.
        inbox: where verified requests are committed.
        note_heard: told the id of a shop that has reached us: with each ping, else now and then.
    """

    def __init__(
        self,
        platforms: Mapping[str, WebhookPlatform],
        find_shop: FindShop,
        inbox: Inbox,
        note_heard: NoteHeard,
    ) -> None:
        self._platforms = platforms
        self._find_shop = find_shop
        self._inbox = inbox
        self._note_heard = note_heard
        self._noted_at: dict[int, float] = {}
        self._known: dict[tuple[str, str], tuple[float, ConnectedShop]] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request; every answer is counted."""
        response = await self._receive(request)
        webhooks_total.labels(str(response.status)).inc()
        return response

    async def _receive(self, request: web.Request) -> web.Response:
        name, key = request.match_info["platform"], request.match_info["key"]
        platform = self._platforms.get(name)
        shop = await self._shop(name, key) if platform else None
        if platform is None or shop is None:
            return web.Response(status=404, text="no such shop")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            logger.warning("webhook too large", shop_id=shop.id)
            return web.Response(status=413, text="at most 1 MiB")
        if platform.is_unsigned_ping(request.headers, body):
            await self._note_heard(shop.id)
            return web.Response(text="pong")
        try:
            platform.verify(request.headers, body, shop.webhook_secret)
        except BadSignatureError as error:
            logger.warning("webhook refused", shop_id=shop.id, problem=str(error))
            return web.Response(status=401, text=str(error))
        await self._inbox.append(shop.id, platform.topic(request.headers), body)
        if time.monotonic() - self._noted_at.get(shop.id, -NOTE_EVERY_S) >= NOTE_EVERY_S:
            self._noted_at[shop.id] = time.monotonic()
            await self._note_heard(shop.id)
        return web.Response(text="ok")

    async def _shop(self, platform: str, key: str) -> ConnectedShop | None:
        now = time.monotonic()
        cached = self._known.get((platform, key))
        if cached is not None and now - cached[0] < SHOP_CACHE_S:
            return cached[1]
        shop = await self._find_shop(platform, key)
        if shop is None:
            self._known.pop((platform, key), None)
        else:
            self._known[platform, key] = (now, shop)
        return shop
