"""What happens to orders here is told to their shops."""

from services.shops import ConnectedShop
from sync.office import ShopOffice


async def tell_statuses(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Tell a shop what became of its orders, as far as that is due; whether anything was done.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    del office, shop
    return False
