"""Serving an application on the loopback interface while something is measured."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web

from benchmarks.shop import SECRET_KEY
from integrations.base import WebhookPlatform
from integrations.woocommerce.webhook import WooCommerceWebhooks
from services import connections, shops
from services.inbox import InboxWriter
from services.secrets import SecretBox
from web.app import build_app
from web.connections import GrantReceiver
from web.webhooks import Receiver

PLATFORMS: Mapping[str, WebhookPlatform] = {"woocommerce": WooCommerceWebhooks()}


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[int]:
    """The port on which the application answers."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def our_app() -> web.Application:
    """The product's web part over the open database."""
    box = SecretBox(SECRET_KEY)
    receiver = Receiver(PLATFORMS, partial(shops.find, box=box), InboxWriter(), shops.heard)
    return build_app(receiver, GrantReceiver({}, partial(connections.grant, box=box)), _no_telegram)


async def _no_telegram() -> bool:
    return True
