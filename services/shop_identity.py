"""Which known shop it is that somebody connects: by its keys, its orders or its address.

Most platforms have one shop at one address. Where keys are all that leads into a shop it may not
tell its address, or have another one tomorrow; its orders are its own for ever.
"""

from collections.abc import Collection, Mapping

from domain.addresses import site_key
from models.orders import Order
from models.shops import Shop
from services.secrets import SecretBox

_NEWEST = 100


async def find(
    platform: str,
    base_url: str,
    credentials: Mapping[str, str],
    orders: Collection[str],
    box: SecretBox,
) -> Shop | None:
    """The shop that these checked keys open: the connected one, else the newest that was.

    ``base_url`` is "", and ``orders`` (see ``SiteFacts``) are none, where the platform does not
    tell.
    """
    return (
        await _with_keys(platform, base_url, credentials, box)
        or await _with_order(platform, orders)
        or await of_site(platform, base_url)
    )


async def of_site(platform: str, base_url: str) -> Shop | None:
    """The shop at this address, as ``find``."""
    known = await Shop.filter(platform=platform).order_by("-is_active", "-id")
    return next((shop for shop in known if is_at(shop, base_url)), None)


def is_at(shop: Shop, base_url: str) -> bool:
    """Whether that is the shop's address; what is not known is no address."""
    return bool(base_url) and site_key(shop.base_url) == site_key(base_url)


async def lacks_ours(shop: Shop, orders: Collection[str]) -> bool:
    """Whether these newest orders go back beyond one that the shop had: they are another shop's.

    ``orders``: none of them is known, as ``find`` has seen.
    """
    newest = await Order.filter(shop_id=shop.id).order_by("-id").limit(_NEWEST).only("external_id")
    oldest = min(map(int, orders), default=None)
    return oldest is not None and any(int(order.external_id) > oldest for order in newest)


async def _with_keys(
    platform: str, base_url: str, credentials: Mapping[str, str], box: SecretBox
) -> Shop | None:
    """The connected shop that has these keys, unless its address says that it is another one."""
    for shop in await Shop.filter(platform=platform, is_active=True).order_by("id"):
        may_be_it = not base_url or not shop.base_url
        if may_be_it and credentials.items() <= box.decrypt(shop.secrets).items():
            return shop
    return None


async def _with_order(platform: str, orders: Collection[str]) -> Shop | None:
    known = Order.filter(external_id__in=list(orders), shop__platform=platform)
    order = await known.order_by("-shop__is_active", "-shop_id").select_related("shop").first()
    return order.shop if order else None
