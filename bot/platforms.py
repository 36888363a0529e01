"""The registry of platforms: the only file that knows concrete integrations."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp

from bot.settings import Settings
from integrations.base import Platform, ShopApi, WebhookPlatform
from integrations.connecting import Entrance
from integrations.http import ApiClient, public_connector
from integrations.prom.client import API_URL, POLL_S, PromClient
from integrations.prom.entrance import PromEntrance
from integrations.prom.platform import PromPlatform
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.entrance import WooCommerceEntrance
from integrations.woocommerce.webhook import WooCommerceWebhooks

WEBHOOK_PLATFORMS: Mapping[str, WebhookPlatform] = {"woocommerce": WooCommerceWebhooks()}
PLATFORMS: Mapping[str, Platform] = {**WEBHOOK_PLATFORMS, "prom": PromPlatform()}
ENTRANCES: Mapping[str, Entrance] = {
    "woocommerce": WooCommerceEntrance(),
    "prom": PromEntrance(),
}


def open_apis_of(settings: Settings) -> AbstractAsyncContextManager[Mapping[str, ShopApi]]:
    """The APIs of all platforms as the settings want them."""
    return open_apis(
        allow_private=settings.allow_private_urls,
        prom_url=settings.prom_api_url,
        prom_poll_s=settings.prom_poll_seconds,
    )


@asynccontextmanager
async def open_apis(
    *, allow_private: bool, prom_url: str = API_URL, prom_poll_s: float = POLL_S
) -> AsyncIterator[Mapping[str, ShopApi]]:
    """The APIs of all platforms over one session.

    ``allow_private``: see ``public_connector``. ``prom_url`` and ``prom_poll_s`` are the settings.
    """
    connector = public_connector(allow_private=allow_private)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = ApiClient(session)
        yield {
            "woocommerce": WooCommerceClient(client),
            "prom": PromClient(client, base_url=prom_url, poll_s=prom_poll_s),
        }
