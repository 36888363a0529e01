"""Shops are asked for what their webhooks did not tell."""

from integrations.base import DeletesOrders
from services import reconcile
from services.shops import ConnectedShop
from sync.office import ShopOffice, account


async def poll(office: ShopOffice, shop: ConnectedShop) -> int:
    """Ask a shop which orders were changed there; returns how many were news to us.

    Whatever it was in the middle of, asking again finds the rest.

    Raises:
        IntegrationError: the shop cannot be asked at present.
    """
    api = office.apis[shop.platform]
    asking = await reconcile.begin(shop.id)
    count = 0
    async for page in api.changed_orders(account(shop), asking.orders_since):
        count += await reconcile.store_orders(asking, page)
    await reconcile.finish(asking)
    return count


async def poll_listings(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Ask a shop which products were changed there.

    Raises:
        IntegrationError: the shop cannot be asked at present.
    """
    api = office.apis[shop.platform]
    asking = await reconcile.begin(shop.id)
    async for page in api.changed_listings(account(shop), asking.products_since):
        await reconcile.store_listings(asking, page)
    return True


async def find_missing(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Ask a shop whether the orders that are open here still exist there.

    Raises:
        IntegrationError: the shop cannot be asked at present.
    """
    api = office.apis[shop.platform]
    if not isinstance(api, DeletesOrders):
        return True
    external_ids = await reconcile.open_orders(shop.id)
    missing = await api.missing_orders(account(shop), external_ids) if external_ids else ()
    if missing:
        gone = [api.gone(external_id) for external_id in sorted(missing)]
        await reconcile.store_gone(shop.id, gone)
    return True


async def take_open_orders(office: ShopOffice, shop: ConnectedShop) -> int:
    """Take in the orders that wait to be processed at a shop; returns how many those are.

    Nobody is told of those from before it was connected. May be repeated.

    Raises:
        IntegrationError: the shop cannot be asked at present; what was taken in stays.
    """
    api = office.apis[shop.platform]
    asking = await reconcile.begin(shop.id)
    count = 0
    async for page in api.open_orders(account(shop)):
        count += await reconcile.store_open_orders(asking, page)
    return count
