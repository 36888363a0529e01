"""Shops are asked for what their webhooks did not tell."""

from services.shops import ConnectedShop
from sync.office import ShopOffice


async def poll(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Ask a shop what was changed there, when it is time to; whether anything was done.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    del office, shop
    return False
