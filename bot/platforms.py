"""The registry of platforms: the only file that knows concrete integrations."""

from collections.abc import Mapping

import aiohttp

from integrations.base import ShopAccount, StoreFacts, WebhookPlatform
from integrations.http import ApiClient, public_connector
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.webhook import WooCommerceWebhooks

WEBHOOK_PLATFORMS: Mapping[str, WebhookPlatform] = {"woocommerce": WooCommerceWebhooks()}


async def check_woocommerce(
    url: str, credentials: Mapping[str, str], *, allow_private: bool
) -> StoreFacts:
    """Try a store's keys before they are stored.

    Raises:
        IntegrationError: it cannot be reached or does not accept them.
    """
    account = ShopAccount(base_url=url, credentials=credentials, webhook_secret="")
    connector = public_connector(allow_private=allow_private)
    async with aiohttp.ClientSession(connector=connector) as session:
        return await WooCommerceClient(ApiClient(session)).check(account)
