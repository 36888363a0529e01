"""Products made of what shops list: what a store sells becomes what lies in the warehouse."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from domain.money import ZERO
from domain.orders import Phase, PlatformState
from domain.shops import StockKeeping
from domain.stock import MovementKind
from models.orders import OrderLine
from models.shops import Listing
from models.staff import StaffMember
from models.stock import Product, StockMovement
from services import listings, products, stock, stock_telling

# For orders in these states a store has taken the goods off its own stock already.
_TAKEN_OFF = (PlatformState.ACTIVE, PlatformState.COMPLETED)


async def make(listed: Sequence[Listing], *, by: StaffMember | None, currency: str) -> int:
    """Make a product of each listing that has none, and link them; returns how many are new.

    A product has the listing's SKU, else what else its shop calls it. A listing without a code of
    its own gets one, "S<shop>-<external id>". Where a product of such a code is known already, the
    listing is linked to it and the product stays as it is.

    ``on_hand`` is what the shop can still sell and what our open orders have taken off its stock:
    once those reserve, as much is available here as there. Where the shop does not count, or counts
    several variations together, it is zero. Open orders of any shop that wait for the product are
    linked and reserve. It costs what the listing does, if its shop counts in our ``currency``.

    Inside a transaction that has locked nothing but orders; those that wait are locked here.
    """
    fresh = Listing.filter(id__in=[row.id for row in listed], product_id__isnull=True)
    skus = await _skus(await fresh.order_by("id").select_related("shop"))
    if not skus:
        return 0
    order_ids = await _lock(list(skus), skus.values())
    first = {sku: row for row, sku in reversed(skus.items())}
    known = set(await listings.products_of(first))
    await Product.bulk_create(
        (_product(sku, first[sku], currency) for sku in sorted(first) if sku not in known),
        ignore_conflicts=True,  # somebody may have made one just now
    )
    ids = await listings.products_of(first)
    made = await stock.lock_products(ids.values())
    linked = await listings.link_listings({row.id: ids[sku] for row, sku in skus.items()})
    lines = await listings.link_lines(
        ids, {(row.shop_id, row.external_id): id_ for row, id_ in linked}, order_ids
    )
    new = await _untouched([made[ids[sku]] for sku in first if sku not in known])
    await _count(new, {ids[sku]: row for sku, row in first.items()}, lines, by)
    await listings.serve(ids.values(), lines, order_ids)
    await stock_telling.owe(sorted(ids.values()))
    return len(new)


def on_hand_of(listing: Listing) -> Decimal | None:
    """What a product made of it begins with, but for open orders; None: the shop does not say."""
    if listing.keeping != StockKeeping.OWN or listing.stock is None:
        return None
    return max(listing.stock, ZERO)


async def _skus(rows: Sequence[Listing]) -> dict[Listing, str]:
    """The SKU of each one's product."""
    own = await listings.own_codes(rows)
    return {row: [*own[row], f"S{row.shop_id}-{row.external_id}"][0] for row in rows}


async def _lock(rows: Collection[Listing], skus: Collection[str]) -> set[int]:
    """Lock the orders that wait for these, then what is known of the goods; returns the orders."""
    listed = [(row.shop_id, row.external_id) for row in rows]
    order_ids = set(await listings.waiting_orders(skus, listed))
    await listings.lock_orders(order_ids)
    await listings.lock_goods(order_ids, (await listings.products_of(skus)).values())
    return order_ids


def _product(sku: str, row: Listing, currency: str) -> Product:
    name = row.name or sku
    has_price = row.shop.currency in {"", currency}
    return Product(
        sku=sku,
        name=name,
        price=row.price if has_price else ZERO,
        image_url=row.image_url,
        search_text=products.search_text(sku, name),
    )


async def _untouched(made: Sequence[Product]) -> list[Product]:
    """Those of which nothing was ever moved: nobody else made and counted them meanwhile."""
    moved = StockMovement.filter(product_id__in=[product.id for product in made])
    ids = {movement.product_id for movement in await moved.only("product_id")}
    return [product for product in made if product.id not in ids]


async def _count(
    new: Sequence[Product],
    by_product: Mapping[int, Listing],
    lines: Sequence[OrderLine],
    by: StaffMember | None,
) -> None:
    """Put on the shelf what a listing's shop has, and what it holds back for orders open here."""
    taken: dict[tuple[int | None, int], Decimal] = {}
    for line in lines:
        if line.order.phase is Phase.OPEN and line.order.platform_state in _TAKEN_OFF:
            key = (line.product_id, line.order.shop_id)
            taken[key] = taken.get(key, ZERO) + line.quantity
    counts = []
    for product in new:
        row = by_product[product.id]
        stock_there = on_hand_of(row)
        if stock_there is None:
            continue
        product.on_hand = stock_there + taken.get((product.id, row.shop_id), ZERO)
        if product.on_hand:
            counts.append(
                StockMovement(
                    product_id=product.id,
                    kind=MovementKind.COUNT,
                    on_hand_change=product.on_hand,
                    staff_id=by.id if by else None,
                )
            )
    await stock.store(new, [], counts)
