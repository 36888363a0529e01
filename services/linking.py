"""Saying by hand which product a listing, or a line of an order, means.

A linked listing links the orders to come by itself. Orders that are open now follow at once; closed
ones stay as they are, and follow when they are opened again (``services.late_links``).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tortoise.expressions import F, Q

from domain.errors import AlreadyLinkedError, InvalidTransitionError, NotFoundError
from domain.money import KOPIYKA, ZERO
from domain.orders import Phase
from domain.rights import Right, demand
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.shops import Listing
from models.staff import StaffMember
from models.stock import Product
from services import (
    claims,
    draft_lines,
    listings,
    new_products,
    outbox,
    statements,
    statuses,
    stock,
    stock_telling,
)
from services.transactions import transaction


@dataclass(frozen=True, slots=True)
class Linked:
    """To which product, and how many open orders have lines of it because of that."""

    product: Product
    orders: int


async def link_listing(
    listing_id: int, product_id: int, *, by: StaffMember, instead_of: int | None = None
) -> Linked:
    """A listing is this product from now on.

    Lines of it in open orders reserve, as far as there are goods, the oldest order first.
    ``instead_of``: the product it was linked to as the person saw it; its goods are given back.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: no such listing, or product.
        AlreadyLinkedError: somebody has linked it meanwhile, to this product or another one.
    """
    demand(by.role, Right.LINK)
    async with transaction():
        listing = await one(listing_id)
        before = {None, instead_of}
        order_ids = await _orders_with(listing.shop_id, listing.external_id, before)
        await listings.lock_orders(order_ids)
        product = await _lock_goods(product_id, before, order_ids)
        listing = await _locked(listing)
        if listing.product_id != instead_of:
            raise AlreadyLinkedError(await _product_name(listing.product_id))
        await _link(listing, product)
        lines = await _open_lines(order_ids, listing.external_id, before)
        return await _relink(lines, product, by)


async def link_line(line_id: int, product_id: int, *, by: StaffMember) -> Linked:
    """A line of an open order is this product, and so is the listing it was ordered from.

    A line of no listing (put together by phone) is linked alone.

    Raises:
        NotAllowedError, NotFoundError, AlreadyLinkedError: as ``link_listing``.
        InvalidTransitionError: the order is not open any more.
    """
    demand(by.role, Right.LINK)
    async with transaction():
        line = await _unlinked(line_id)
        order: Order = line.order
        external_id = line.product_external_id
        known = await Listing.get_or_none(shop_id=order.shop_id, external_id=external_id)
        before = {None, known.product_id if known else None}
        order_ids = {order.id}
        if external_id:
            order_ids |= await _orders_with(order.shop_id, external_id, before)
        await listings.lock_orders(order_ids)
        product = await _lock_goods(product_id, before, order_ids)
        line = await _unlinked(line_id)  # as it is, now that nobody else can change it
        lines = [line]
        if external_id and line.product_external_id == external_id:
            await _link(await _locked(known or await _listing_of(line)), product)
            lines = await _open_lines(order_ids, external_id, before)
        await claims.keep(order, by)
        return await _relink(lines, product, by)


async def make_product(listing_id: int, *, by: StaffMember, currency: str) -> Linked:
    """Make a product of a listing, as ``new_products.make`` does, and link it.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: no such listing.
        AlreadyLinkedError: it has a product.
    """
    demand(by.role, Right.LINK)
    async with transaction():
        listing = await one(listing_id)
        if listing.product_id is not None:
            raise AlreadyLinkedError(await _product_name(listing.product_id))
        waiting = await _open_lines(
            await _orders_with(listing.shop_id, listing.external_id, ()), listing.external_id, ()
        )
        await new_products.make([listing], by=by, currency=currency)
        await Listing.filter(id=listing.id).update(is_ignored=False)
        product = await Product.get(listings__id=listing_id)
        ids = [line.id for line in waiting]
        linked = await OrderLine.filter(id__in=ids, product_id=product.id).order_by(
            "order_id", "id"
        )
        return Linked(product, await _tell(linked, product, by))


async def make_product_of_line(line_id: int, *, by: StaffMember, currency: str) -> Linked:
    """Make a product of the listing that a line of an open order was ordered from.

    Raises:
        NotAllowedError, NotFoundError, AlreadyLinkedError: as ``link_line``, and for a line of no
            listing.
        InvalidTransitionError: the order is not open any more.
    """
    demand(by.role, Right.LINK)
    line = await waiting_line(line_id)
    if not line.product_external_id:
        raise NotFoundError("listing")
    return await make_product((await _listing_of(line)).id, by=by, currency=currency)


async def ignore(listing_id: int, *, by: StaffMember, is_ignored: bool = True) -> None:
    """Nobody needs a product for a listing, or somebody does after all. Safe to repeat.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: no such listing.
        AlreadyLinkedError: it has a product.
    """
    demand(by.role, Right.LINK)
    async with transaction():
        listing = await _locked(await one(listing_id))
        if listing.product_id is not None:
            raise AlreadyLinkedError(await _product_name(listing.product_id))
        await Listing.filter(id=listing.id).update(is_ignored=is_ignored)


async def one(listing_id: int) -> Listing:
    """The listing, with its shop and its product.

    Raises:
        NotFoundError: there is no such listing.
    """
    found = Listing.filter(id=listing_id).select_related("shop", "product")
    listing = await found.first()
    if listing is None:
        raise NotFoundError("listing")
    return listing


async def waiting_line(line_id: int) -> OrderLine:
    """A line of an open order that has no product yet, with its order.

    Raises:
        NotFoundError: it is not there any more.
        AlreadyLinkedError: it has one.
        InvalidTransitionError: the order is not open any more.
    """
    return await _unlinked(line_id)


async def _orders_with(
    shop_id: int, external_id: str, product_ids: Collection[int | None]
) -> set[int]:
    """The open orders of a shop with lines of this listing that have such a product (or none)."""
    opens = await statuses.open_ids()
    products = [product_id for product_id in product_ids if product_id is not None]
    linked = f' OR l."product_id" IN ({statements.marks(len(products))})' if products else ""
    # CROSS JOIN: SQLite is to begin with the open orders, which are few.
    found = await statements.rows(
        'SELECT DISTINCT o."id" AS id FROM "order" AS o CROSS JOIN "order_line" AS l '  # noqa: S608
        f'WHERE o."status_id" IN ({statements.marks(len(opens))}) AND o."shop_id" = ? '
        'AND l."order_id" = o."id" AND l."product_external_id" = ? '
        f'AND (l."product_id" IS NULL{linked})',
        [*opens, shop_id, external_id, *products],
    )
    return {row["id"] for row in found}


async def _lock_goods(
    product_id: int, before: Iterable[int | None], order_ids: Collection[int]
) -> Product:
    """Lock all products whose numbers may change, at once, after the orders; returns the one."""
    edits = await draft_lines.of_orders(order_ids)
    involved = {product_id, *before, *(edit.product_id for edit in edits)}
    locked = await stock.lock_products(id_ for id_ in involved if id_ is not None)
    product = locked.get(product_id)
    if product is None:
        raise NotFoundError("product")
    return product


async def _unlinked(line_id: int) -> OrderLine:
    line = await OrderLine.filter(id=line_id).select_related("order", "product").first()
    if line is None or not line.quantity:
        raise NotFoundError("order line")
    order: Order = line.order
    if order.phase is not Phase.OPEN:
        raise InvalidTransitionError(order.id, order.phase)
    product: Product | None = line.product
    if product is not None:
        raise AlreadyLinkedError(product.name)
    return line


async def _listing_of(line: OrderLine) -> Listing:
    """The listing of a line; nobody may have told us of it yet."""
    order: Order = line.order
    price = (line.amount / line.quantity).quantize(KOPIYKA)
    content = {"sku": line.sku, "name": line.name, "price": price}
    listing, _ = await Listing.get_or_create(
        shop_id=order.shop_id, external_id=line.product_external_id, defaults=content
    )
    return listing


async def _locked(listing: Listing) -> Listing:
    """The listing as it is now, locked: after orders and products."""
    return await Listing.filter(id=listing.id).select_for_update().get()


async def _product_name(product_id: int | None) -> str:
    product = await Product.get_or_none(id=product_id) if product_id is not None else None
    return product.name if product else ""


async def _link(listing: Listing, product: Product) -> None:
    await Listing.filter(id=listing.id).update(product_id=product.id, is_ignored=False)
    await stock_telling.owe([product.id])


async def _open_lines(
    order_ids: Collection[int], external_id: str, product_ids: Collection[int | None]
) -> list[OrderLine]:
    """The lines of this listing, in those of these orders that are open still, oldest first."""
    linked = [product_id for product_id in product_ids if product_id is not None]
    found = OrderLine.filter(
        Q(product_id__isnull=True) | Q(product_id__in=linked),
        order_id__in=list(order_ids),
        order__phase=Phase.OPEN,
        product_external_id=external_id,
    )
    return await found.order_by("order_id", "id")


async def _relink(lines: Sequence[OrderLine], product: Product, by: StaffMember) -> Linked:
    """These lines of locked open orders are this product; they reserve, and people see it."""
    lines = [line for line in lines if line.product_id != product.id]
    order_ids = {line.order_id for line in lines}
    if not order_ids:
        return Linked(product, 0)
    await stock.release(lines, staff_id=by.id)
    for line in lines:
        line.product_id = product.id
    await OrderLine.bulk_update(lines, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
    found = await Order.filter(id__in=list(order_ids)).select_related("status").order_by("id")
    holding = {order.id for order in found if order.status.holds_goods}
    await stock.reserve([line for line in lines if line.order_id in holding], staff_id=by.id)
    windows = {edit.order_id for edit in await draft_lines.of_orders(order_ids)}
    for order in found:
        if order.id in windows:
            await draft_lines.settle(order, staff_id=by.id)
    return Linked(product, await _tell(lines, product, by))


async def _tell(lines: Sequence[OrderLine], product: Product, by: StaffMember) -> int:
    """Note in the history of their orders that these were linked, and draw the cards anew.

    Returns how many orders that are.
    """
    order_ids = {line.order_id for line in lines}
    names = {line.order_id: line.name for line in lines if line.quantity > ZERO}
    await OrderEvent.bulk_create(
        OrderEvent(
            order_id=order_id,
            kind=EventKind.LINKED,
            staff_id=by.id,
            data={"name": name, "product": product.name},
        )
        for order_id, name in names.items()
    )
    await Order.filter(id__in=list(order_ids)).update(revision=F("revision") + 1)
    await outbox.owe_redraws(order_ids)
    return len(order_ids)
