"""The registry of platforms: the only file that knows concrete integrations."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

from integrations.base import Platform, ShopApi, WebhookPlatform
from integrations.connecting import Entrance
from integrations.http import ApiClient, public_connector
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.entrance import WooCommerceEntrance
from integrations.woocommerce.webhook import WooCommerceWebhooks

WEBHOOK_PLATFORMS: Mapping[str, WebhookPlatform] = {"woocommerce": WooCommerceWebhooks()}
PLATFORMS: Mapping[str, Platform] = {**WEBHOOK_PLATFORMS}
ENTRANCES: Mapping[str, Entrance] = {"woocommerce": WooCommerceEntrance()}


@asynccontextmanager
async def open_apis(*, allow_private: bool) -> AsyncIterator[Mapping[str, ShopApi]]:
    """The APIs of all platforms over one session. ``allow_private``: see ``public_connector``."""
    connector = public_connector(allow_private=allow_private)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = ApiClient(session)
        yield {"woocommerce": WooCommerceClient(client)}
