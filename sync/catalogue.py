"""A shop's catalogue is read, page by page, and stored once somebody has decided how."""

from domain.errors import IntegrationError, UnavailableError
from services import catalogue_parts
from services.shops import ConnectedShop
from sync.office import ShopOffice, account, refusal_of, trouble_of


async def read_catalogue(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Read the next part of a shop's catalogue, or store one, if somebody wants it.

    Returns whether anything was done.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    part = await catalogue_parts.next_part(shop.id)
    if part is None:
        return await catalogue_parts.store_part(shop.id, currency=office.currency)
    try:
        page = await office.apis[shop.platform].catalogue_page(account(shop), part.cursor)
    except IntegrationError as error:
        refusal = refusal_of(error)
        problem = refusal or (error.problem.value if error.problem else "")
        is_final = not isinstance(error, UnavailableError)
        await catalogue_parts.interrupted(part, trouble_of(error), problem, is_final=is_final)
        if refusal is None:
            raise
        return True
    await catalogue_parts.keep(part, page.listings, page.cursor, page.total)
    return True
