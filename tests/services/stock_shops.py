"""Shops that are told of stock, and what they are owed of it."""

from datetime import timedelta
from typing import Any

from tortoise.timezone import now

from domain.shops import StockKeeping
from models.shops import Listing, Shop, ShopEffect
from models.stock import Product
from services.stock_telling import BURST, IN_FLIGHT


async def tell(shop_id: int) -> None:
    """As after an import, with the switch turned on."""
    await Shop.filter(id=shop_id).update(tells_stock=True, imported_at=now())


async def list_product(shop_id: int, sku: str, **content: Any) -> Listing:
    """The shop sells a product, and counts it by itself."""
    product = await Product.get(sku=sku)
    values: dict[str, Any] = {
        "external_id": f"x-{sku}",
        "product_id": product.id,
        "keeping": StockKeeping.OWN,
        "sku": sku,
        "name": sku,
    }
    return await Listing.create(shop_id=shop_id, **{**values, **content})


async def owed() -> set[tuple[int, str]]:
    """Which shop is owed news of which product, by SKU."""
    rows = await ShopEffect.filter(kind="tell_stock").order_by("id")
    skus = dict(await Product.all().values_list("id", "sku"))
    return {(row.shop_id, skus[row.subject_id]) for row in rows}


async def pauses() -> list[timedelta]:
    """What each waits for: a burst to end, an order that is on its way, or longer."""
    rows = await ShopEffect.filter(kind="tell_stock").order_by("id")
    left = [row.due_at - now() for row in rows]
    known = (BURST, IN_FLIGHT, timedelta.max)
    return [next(pause for pause in known if each <= pause) for each in left]


async def make_due(after: timedelta = timedelta(hours=1)) -> None:
    """So much time passes."""
    rows = await ShopEffect.all().order_by("id")
    for row in rows:
        row.due_at -= after
    if rows:
        await ShopEffect.bulk_update(rows, fields=["due_at"])
