"""How much there is to sell is told to the shops."""

from domain.errors import IntegrationError
from services import stock_levels
from services.shops import ConnectedShop
from sync.office import ShopOffice, account, asked_for


async def tell_stock(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Tell a shop how much of its listings there is, as far as that is due.

    Returns whether anything was done.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    api = office.api(shop)
    telling = await stock_levels.due(shop.id) if api else None
    if api is None or telling is None:
        return False
    try:
        refusals = await api.tell_stock(account(shop), telling.levels) if telling.told else {}
    except IntegrationError as error:
        await stock_levels.postpone(telling, at_least=asked_for(error))
        raise
    await stock_levels.record(telling, refusals)
    return True
