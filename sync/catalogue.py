"""A shop's catalogue is read, page by page, and stored once somebody has decided how."""

from domain.errors import CredentialsError, RequestRefusedError, UnavailableError
from domain.shops import Trouble
from services import catalogue_parts
from services.shops import ConnectedShop
from sync.office import ShopOffice, account


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
    except UnavailableError as error:
        await catalogue_parts.interrupted(part, Trouble.UNAVAILABLE, str(error), is_final=False)
        raise
    except CredentialsError as error:
        await catalogue_parts.interrupted(part, Trouble.CREDENTIALS, str(error), is_final=True)
        raise
    except RequestRefusedError as error:
        await catalogue_parts.interrupted(part, Trouble.REFUSED, error.words, is_final=True)
        return True
    await catalogue_parts.keep(part, page.listings, page.cursor, page.total)
    return True
