"""The webhooks that we have set up stay as they should be."""

from integrations.base import SendsWebhooks
from services import shop_health
from services.shops import ConnectedShop
from sync.office import ShopOffice, account
from sync.polling import poll


async def look_after_webhooks(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Let a shop send again what it has switched off or lost, and ask for what that cost.

    Raises:
        IntegrationError: the shop cannot be asked at present.
    """
    api, address = office.apis[shop.platform], office.webhook_address(shop)
    if not isinstance(api, SendsWebhooks) or not address:
        return True
    if not await shop_health.has_webhooks(shop.id):
        return True
    report = await api.ensure_webhooks(account(shop), address)
    topics = (*report.revived, *report.created)
    if topics:
        await shop_health.note_revived(shop.id, topics)
        await poll(office, shop)
    return True
