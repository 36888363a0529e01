"""Which product a line or a listing means."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tortoise.expressions import F
from tortoise.functions import Count

from domain.orders import IncomingLine, ListingChanged, Phase
from models.drafts import SaleDraftLine
from models.orders import Order, OrderLine
from models.shops import Listing
from models.stock import Product
from services import draft_lines, outbox, stock

Listed = tuple[int, str]  # a listing by its shop and its external id


@dataclass(frozen=True, slots=True)
class Linker:
    """Finds the product of a line: by the shop's listing, else by SKU."""

    by_listing: Mapping[Listed, int]
    by_sku: Mapping[str, int]

    def product_id(self, shop_id: int, line: IncomingLine) -> int | None:
        """The product's id; None when the line is not linked."""
        listed = self.by_listing.get((shop_id, line.product_external_id))
        return listed if listed is not None else self.by_sku.get(line.sku)


async def linker(lines: Iterable[tuple[int, IncomingLine]]) -> Linker:
    """A linker that knows all these lines, given with their shops."""
    lines = list(lines)
    external_ids = {line.product_external_id for _, line in lines if line.product_external_id}
    skus = {line.sku for _, line in lines if line.sku}
    listed = (
        await Listing.filter(
            shop_id__in={shop_id for shop_id, _ in lines},
            external_id__in=external_ids,
            product_id__not_isnull=True,
        ).values_list("shop_id", "external_id", "product_id")
        if external_ids
        else []
    )
    products = await Product.filter(sku__in=skus).values_list("sku", "id") if skus else []
    return Linker(
        {(shop_id, external_id): product_id for shop_id, external_id, product_id in listed},
        dict(products),
    )


async def store(shop_id: int, change: ListingChanged) -> None:
    """Keep a shop's listing in step, and link it to the product of its SKU. In a transaction."""
    listing, _ = await Listing.get_or_create(shop_id=shop_id, external_id=change.external_id)
    product_id = listing.product_id
    if product_id is None and change.sku:
        product = await Product.get_or_none(sku=change.sku)
        product_id = product.id if product else None
    if (listing.sku, listing.name, listing.product_id) == (change.sku, change.name, product_id):
        return
    await Listing.filter(id=listing.id).update(
        sku=change.sku, name=change.name, product_id=product_id
    )


async def waiting_orders(skus: Collection[str], listed: Collection[Listed] = ()) -> list[int]:
    """The orders with lines that wait for these products: not linked yet, or short while open.

    ``listed``: lines of these listings wait too, whatever their SKU.
    """
    unlinked = OrderLine.filter(product_id__isnull=True, sku__in=list(skus))
    short = OrderLine.filter(
        product__sku__in=list(skus), order__phase=Phase.OPEN, reserved__lt=F("quantity")
    )
    found = [line.order_id for part in (unlinked, short) for line in await part.only("order_id")]
    windows = SaleDraftLine.filter(
        product__sku__in=list(skus), order__phase=Phase.OPEN, reserved__lt=F("wanted")
    )
    found.extend(line.order_id for line in await windows.only("order_id"))
    found.extend(line.order_id for line in await _unlinked(listed))
    return found


async def lock_orders(order_ids: Iterable[int]) -> None:
    """Lock these orders until the transaction ends, before any product (see ``services.stock``)."""
    ids = sorted(set(order_ids))
    for start in range(0, len(ids), stock.LOCK_GROUP):
        part = Order.filter(id__in=ids[start : start + stock.LOCK_GROUP]).order_by("id")
        await part.only("id").select_for_update()


async def lock_goods(order_ids: Collection[int], product_ids: Iterable[int]) -> None:
    """Lock these products, and those that open sale windows of the (locked) orders hold."""
    edits = await draft_lines.of_orders(order_ids)
    held = {edit.product_id for edit in edits if edit.product_id is not None}
    await stock.lock_products(held.union(product_ids))


async def link_waiting(products: Sequence[Product], order_ids: Collection[int]) -> None:
    """Lines that waited for these products (by SKU) are linked; those of open orders reserve.

    As ``link_lines``, then ``serve``.
    """
    by_sku = {product.sku: product.id for product in products}
    linked = await link_lines(by_sku, {}, order_ids)
    await serve(by_sku.values(), linked, order_ids)


async def link_lines(
    by_sku: Mapping[str, int], by_listing: Mapping[Listed, int], order_ids: Collection[int]
) -> list[OrderLine]:
    """Link lines without a product: those of these listings, and those of these SKUs.

    Inside a transaction that has locked ``order_ids``: lines of other orders are left alone,
    somebody may be selling or closing them. Nothing is reserved yet.
    """
    linked: dict[int, OrderLine] = {}
    waiting = OrderLine.filter(product_id__isnull=True, sku__in=list(by_sku)).order_by("id")
    for line in await waiting.select_related("order"):
        if line.order_id in order_ids:
            line.product_id = by_sku[line.sku]
            linked[line.id] = line
    for line in await _unlinked(by_listing):  # their listing says more than their SKU
        if line.order_id in order_ids:
            line.product_id = by_listing[line.order.shop_id, line.product_external_id]
            linked[line.id] = line
    found = list(linked.values())
    if found:
        await OrderLine.bulk_update(found, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
    return found


async def serve(
    product_ids: Collection[int], linked: Sequence[OrderLine], order_ids: Collection[int]
) -> None:
    """Let lines of open orders take what there is of these products, and draw their cards.

    Lines that were short take their share too, oldest order first, but for orders whose status
    holds no goods. ``linked``: those that were linked just now. Inside a transaction that has
    locked ``order_ids``, as ``link_lines``.
    """
    of_open = OrderLine.filter(product_id__in=list(product_ids), order__phase=Phase.OPEN)
    found = [line for line in await of_open.order_by("id") if line.order_id in order_ids]
    idle = {line.id for line in await of_open.filter(order__status__holds_goods=False).only("id")}
    before = {line.id: line.reserved for line in found}
    await stock.reserve([line for line in found if line.id not in idle])
    new = {line.id for line in linked}
    touched = {
        line.order_id for line in found if line.id in new or line.reserved != before[line.id]
    }
    await outbox.owe_cards(sorted(touched))
    windows = {edit.order_id for edit in await draft_lines.of_orders(order_ids)}
    for order in await Order.filter(id__in=list(windows)).order_by("id"):
        await draft_lines.settle(order)


async def repeated_skus(skus: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these SKUs, given with their shops, more than one listing there has.

    Such a SKU says nothing of which product is meant.
    """
    by_shop: dict[int, list[str]] = {}
    for shop_id, sku in skus:
        if sku:
            by_shop.setdefault(shop_id, []).append(sku)
    found = set()
    for shop_id, of_shop in by_shop.items():
        rows = Listing.filter(shop_id=shop_id, is_gone=False, sku__in=of_shop)
        counted = await rows.annotate(count=Count("id")).group_by("sku").values("sku", "count")
        found |= {(shop_id, row["sku"]) for row in counted if row["count"] > 1}
    return found


async def link_listings(product_ids: Mapping[int, int]) -> list[tuple[Listing, int]]:
    """Link listings, by id, to products; one that somebody has linked meanwhile stays as it is.

    A product without a picture takes the listing's. Returns what was linked. Inside a transaction
    that has locked the products.
    """
    free = Listing.filter(id__in=list(product_ids), product_id__isnull=True).order_by("id")
    linked = [(row, product_ids[row.id]) for row in await free.select_for_update(no_key=True)]
    for row, product_id in linked:
        row.product_id = product_id
    if linked:
        rows = [row for row, _ in linked]
        await Listing.bulk_update(rows, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
    await give_pictures(linked)
    return linked


async def give_pictures(linked: Iterable[tuple[Listing, int]]) -> None:
    """Let (locked) products without a picture take that of their listing."""
    pictures = {product_id: row.image_url for row, product_id in linked if row.image_url}
    bare = await Product.filter(id__in=list(pictures), image_url="").order_by("id")
    for product in bare:
        product.image_url = pictures[product.id]
    if bare:
        await Product.bulk_update(bare, fields=["image_url"], batch_size=stock.UPDATE_GROUP)


async def _unlinked(listed: Iterable[Listed]) -> list[OrderLine]:
    """Order lines of these listings that have no product, with their orders."""
    by_shop: dict[int, list[str]] = {}
    for shop_id, external_id in listed:
        by_shop.setdefault(shop_id, []).append(external_id)
    found: list[OrderLine] = []
    for shop_id, external_ids in by_shop.items():
        lines = OrderLine.filter(
            product_id__isnull=True, order__shop_id=shop_id, product_external_id__in=external_ids
        )
        found.extend(await lines.order_by("id").select_related("order"))
    return found
