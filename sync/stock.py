"""How much there is to sell is told to the shops."""

from services.shops import ConnectedShop
from sync.office import ShopOffice


async def tell_stock(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Tell a shop how much of its listings there is, as far as that is due.

    Returns whether anything was done.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    del office, shop
    return False
