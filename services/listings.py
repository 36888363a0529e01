"""Which product a line or a listing means."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tortoise.expressions import F

from domain.orders import IncomingLine, ListingChanged, Phase
from models.drafts import SaleDraftLine
from models.orders import Order, OrderLine
from models.shops import Listing
from models.stock import Product
from services import draft_lines, outbox, stock


@dataclass(frozen=True, slots=True)
class Linker:
    """Finds the product of a line: by the shop's listing, else by SKU."""

    by_listing: Mapping[tuple[int, str], int]
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


async def waiting_orders(skus: Collection[str]) -> list[int]:
    """The orders with lines that wait for these products: not linked yet, or short while open."""
    unlinked = OrderLine.filter(product_id__isnull=True, sku__in=list(skus))
    short = OrderLine.filter(
        product__sku__in=list(skus), order__phase=Phase.OPEN, reserved__lt=F("quantity")
    )
    found = [line.order_id for part in (unlinked, short) for line in await part.only("order_id")]
    windows = SaleDraftLine.filter(
        product__sku__in=list(skus), order__phase=Phase.OPEN, reserved__lt=F("wanted")
    )
    return found + [line.order_id for line in await windows.only("order_id")]


async def lock_orders(order_ids: Iterable[int]) -> None:
    """Lock these orders until the transaction ends, before any product (see ``services.stock``)."""
    ids = sorted(set(order_ids))
    for start in range(0, len(ids), stock.LOCK_GROUP):
        part = Order.filter(id__in=ids[start : start + stock.LOCK_GROUP]).order_by("id")
        await part.only("id").select_for_update()


async def link_waiting(products: Sequence[Product], order_ids: Collection[int]) -> None:
    """Lines that waited for these products (by SKU) are linked; those of open orders reserve.

    Lines of open orders that were short take their share too, oldest order first, but for orders
    whose status holds no goods. Inside a transaction that has locked ``order_ids``: lines of other
    orders are left alone, somebody may be selling or closing them.
    """
    by_sku = {product.sku: product.id for product in products}
    found = await OrderLine.filter(product_id__isnull=True, sku__in=list(by_sku)).order_by("id")
    unlinked = [line for line in found if line.order_id in order_ids]
    for line in unlinked:
        line.product_id = by_sku[line.sku]
    if unlinked:
        await OrderLine.bulk_update(unlinked, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
    of_open = OrderLine.filter(product_id__in=list(by_sku.values()), order__phase=Phase.OPEN)
    found = [line for line in await of_open.order_by("id") if line.order_id in order_ids]
    idle = {line.id for line in await of_open.filter(order__status__holds_goods=False).only("id")}
    before = {line.id: line.reserved for line in found}
    await stock.reserve([line for line in found if line.id not in idle])
    linked = {line.id for line in unlinked}
    touched = {
        line.order_id for line in found if line.id in linked or line.reserved != before[line.id]
    }
    await outbox.owe_cards(sorted(touched))
    windows = {edit.order_id for edit in await draft_lines.of_orders(order_ids)}
    for order in await Order.filter(id__in=list(windows)).order_by("id"):
        await draft_lines.settle(order)
