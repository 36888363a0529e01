"""What staff see of connected shops: read only, never a secret."""

from dataclasses import dataclass
from datetime import date, datetime

from tortoise.functions import Count

from domain.errors import NotFoundError
from domain.shops import Trouble
from models.orders import Order
from models.shops import Listing, Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFacts:
    """A shop and its orders. ``last_order_at`` is aware UTC; None: it never had one."""

    id: int
    platform: str
    name: str
    base_url: str
    is_active: bool
    trouble: Trouble | None
    orders_today: int
    last_order_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopDetails:
    """All about one connected shop. Times are aware UTC.

    ``contact_at``: when it last told us something, or answered us. ``unmatched``: how many of its
    listings have no product. ``keys_end_on``: the last day its keys work, None when nobody said.
    ``is_imported``: its catalogue was.
    """

    facts: ShopFacts
    currency: str
    version: str
    can_write: bool
    can_stock: bool
    keys_end_on: date | None
    is_imported: bool
    has_webhooks: bool
    contact_at: datetime | None
    trouble_since: datetime | None
    unmatched: int


async def listed(midnight: datetime) -> list[ShopFacts]:
    """All shops, oldest first. ``midnight`` (aware) is when today began."""
    shops = await Shop.all().order_by("id")
    today = await _counts_since(midnight)
    return [await _facts(shop, today.get(shop.id, 0)) for shop in shops]


async def details(shop_id: int, midnight: datetime) -> ShopDetails:
    """A connected shop. ``midnight`` as for ``listed``.

    Raises:
        NotFoundError: it is not connected (any more).
    """
    shop = await Shop.get_or_none(id=shop_id, is_active=True)
    if shop is None:
        raise NotFoundError("shop")
    today = await _counts_since(midnight)
    contacts = [at for at in (shop.heard_at, shop.polled_at) if at is not None]
    unmatched = Listing.filter(shop_id=shop_id, is_gone=False, product_id=None, is_ignored=False)
    return ShopDetails(
        facts=await _facts(shop, today.get(shop_id, 0)),
        currency=shop.currency,
        version=shop.version,
        can_write=shop.can_write,
        can_stock=shop.can_stock,
        keys_end_on=shop.keys_end_on,
        is_imported=shop.imported_at is not None,
        has_webhooks=shop.has_webhooks,
        contact_at=max(contacts, default=None),
        trouble_since=shop.trouble_since,
        unmatched=await unmatched.count(),
    )


async def _facts(shop: Shop, orders_today: int) -> ShopFacts:
    return ShopFacts(
        id=shop.id,
        platform=shop.platform,
        name=shop.name,
        base_url=shop.base_url,
        is_active=shop.is_active,
        trouble=Trouble(shop.trouble) if shop.trouble else None,
        orders_today=orders_today,
        last_order_at=await _last_order_at(shop.id),
    )


async def _counts_since(midnight: datetime) -> dict[int, int]:
    """Orders that came in since, by shop. Only those are read, however many there are before."""
    before = await Order.filter(created_at__lt=midnight).order_by("-id").first()
    orders = Order.filter(id__gt=before.id if before else 0)
    rows = await orders.annotate(count=Count("id")).group_by("shop_id").values("shop_id", "count")
    return {row["shop_id"]: row["count"] for row in rows}


async def _last_order_at(shop_id: int) -> datetime | None:
    order = await Order.filter(shop_id=shop_id).order_by("-id").first()
    return order.created_at if order else None
