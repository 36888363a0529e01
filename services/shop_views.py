"""What staff see of connected shops: read only, never a secret."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.functions import Count

from models.orders import Order
from models.shops import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFacts:
    """A shop and its orders. ``last_order_at`` is aware UTC; None: it never had one."""

    platform: str
    name: str
    base_url: str
    is_active: bool
    orders_today: int
    last_order_at: datetime | None


async def listed(midnight: datetime) -> list[ShopFacts]:
    """All shops, oldest first. ``midnight`` (aware) is when today began."""
    shops = await Shop.all().order_by("id")
    today = await _counts_since(midnight)
    return [
        ShopFacts(
            platform=shop.platform,
            name=shop.name,
            base_url=shop.base_url,
            is_active=shop.is_active,
            orders_today=today.get(shop.id, 0),
            last_order_at=await _last_order_at(shop.id),
        )
        for shop in shops
    ]


async def _counts_since(midnight: datetime) -> dict[int, int]:
    """Orders that came in since, by shop. Only those are read, however many there are before."""
    before = await Order.filter(created_at__lt=midnight).order_by("-id").first()
    orders = Order.filter(id__gt=before.id if before else 0)
    rows = await orders.annotate(count=Count("id")).group_by("shop_id").values("shop_id", "count")
    return {row["shop_id"]: row["count"] for row in rows}


async def _last_order_at(shop_id: int) -> datetime | None:
    order = await Order.filter(shop_id=shop_id).order_by("-id").first()
    return order.created_at if order else None
