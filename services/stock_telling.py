"""Which shops are owed news of the stock of which products. ``docs/shops.md`` tells the story."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tortoise.timezone import now

from domain.stock import sellable
from models.shops import Listing, ShopEffectKind
from models.stock import Product
from services import statements

BURST = timedelta(seconds=2)  # what moves within it is told once
IN_FLIGHT = timedelta(minutes=3)  # how long an order of a shop may be on its way to us

# Which shops are told of stock, and of which of their listings. In SQL: ``s`` and ``l``.
TOLD_SHOPS = "s.is_active AND s.tells_stock AND s.can_stock"
TOLD_LISTINGS = (
    "l.product_id IS NOT NULL AND NOT l.is_gone AND NOT l.is_ignored AND l.keeping = 'own'"
)
# Goods of one parent stay together: a platform takes them in one call.
_OWE = (
    'INSERT INTO "shop_effect" ("shop_id", "kind", "subject_id", "due_at", "attempts") '  # noqa: S608
    f"SELECT l.shop_id, '{ShopEffectKind.TELL_STOCK}', l.product_id, ?, 0 "
    'FROM "listing" l JOIN "shop" s ON s.id = l.shop_id '
    f"WHERE {TOLD_SHOPS} AND {TOLD_LISTINGS} AND {{which}} GROUP BY l.shop_id, l.product_id "
    "ORDER BY l.shop_id, MIN(l.parent_external_id), l.product_id"
)


async def owe(product_ids: Collection[int]) -> None:
    """Shops that are told of stock, and list these products, are owed how much there is now.

    In the transaction that changed it, or that linked a listing to one of them.
    """
    ids = sorted(set(product_ids))
    for start in range(0, len(ids), statements.VALUES_AT_ONCE):
        part = ids[start : start + statements.VALUES_AT_ONCE]
        await _owe(f"l.product_id IN ({statements.marks(len(part))})", part, now() + BURST)


async def owe_all(shop_id: int) -> None:
    """A shop is owed anew how much there is of all it lists, whatever it was told before.

    In the transaction that lets it be told: because of a person, of keys that may write now, or of
    a connection that is back.
    """
    listings = Listing.filter(shop_id=shop_id, told_stock__not_isnull=True)
    await listings.order_by("id").only("id").select_for_update()
    await listings.update(told_stock=None)
    await _owe("l.shop_id = ?", [shop_id], now())


async def heard(*listings: Listing) -> None:
    """Shops have said how much of listings they have; where it should be another, that is owed.

    In the transaction that stored ``stock`` of these. Less than it should be may be an order that
    is still on its way to us: that has its time. More is more than there is to sell.
    """
    # Not locked: whoever changes them meanwhile owes as well.
    linked = {each.product_id for each in listings if each.stock is not None}
    products = await Product.in_bulk(linked - {None}, "id")
    less: list[int] = []
    more: list[int] = []
    for each in listings:
        product = products.get(each.product_id)
        if product is None or each.stock is None:
            continue
        level = sellable(product.available)
        if each.stock != level:
            (less if each.stock < level else more).append(each.id)
    for ids, pause in ((less, IN_FLIGHT), (more, BURST)):
        if ids:
            await _owe(f"l.id IN ({statements.marks(len(ids))})", ids, now() + pause)


async def _owe(which: str, values: Sequence[object], due_at: datetime) -> None:
    await statements.execute(_OWE.format(which=which), [due_at, *values])
