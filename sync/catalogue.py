"""A shop's catalogue is read, page by page."""

from services.shops import ConnectedShop
from sync.office import ShopOffice


async def read_catalogue(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Read the next part of a shop's catalogue, if somebody wants it read.

    Returns whether anything was done.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    del office, shop
    return False
