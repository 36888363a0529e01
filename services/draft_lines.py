"""The products of an open sale window: changed, added, taken out, and what they hold meanwhile.

The order's own lines keep what they hold until the sale is added, so that leaving the window leaves
everything as it was. What the sale needs on top is held by the lines of the window.
"""

from collections.abc import Collection
from decimal import Decimal

from domain.errors import NotFoundError, TooMuchError
from domain.money import ZERO
from domain.orders import Phase
from domain.search import folded, words
from domain.sums import Discount
from domain.typed import LARGEST_QUANTITY
from models.drafts import SaleDraftLine
from models.orders import Order, OrderLine
from models.staff import StaffMember
from models.stock import Product
from services import statuses, stock
from services.drafts import editing

HITS = 8
MOST_LINES = 200  # of a sale; more is a mistake of some kind


async def find_products(query: str, *, limit: int = HITS) -> list[Product]:
    """Products whose SKU or name holds every word of the query, those it begins first."""
    sought = words(query)
    if not sought:
        return []
    found = Product.all()
    for word in sought:
        found = found.filter(search_text__contains=word)
    # Enough to rank: the SKU that was typed in full must not drown among longer ones.
    hits = await found.order_by("name", "id").limit(20 * limit)
    whole = folded(query)
    # Not by iexact: SQLite knows no case beyond A to Z.
    begun = await Product.filter(search_text__startswith=f"{whole} ").order_by("sku").limit(limit)
    exact = [hit for hit in begun if folded(hit.sku) == whole]
    ranked = sorted(hits, key=lambda hit: (not hit.search_text.startswith(whole), hit.name, hit.id))
    return list({hit.id: hit for hit in (*exact, *ranked)}.values())[:limit]


async def add_product(order_id: int, product_id: int, *, by: StaffMember) -> str:
    """Add one of a product to the sale, at its price; it is held at once. Returns the line's key.

    One more of a product that was added before is a larger quantity of the same line.

    Raises:
        NotFoundError: no such product; and what ``drafts.editing`` raises.
        TooMuchError: the sale has too many lines.
    """
    async with editing(order_id, by) as (order, _):
        product = await Product.get_or_none(id=product_id)
        if product is None:
            raise NotFoundError("product")
        edit = await SaleDraftLine.get_or_none(
            order_id=order.id, order_line_id=None, product_id=product.id
        )
        if edit is None:
            if await SaleDraftLine.filter(order_id=order.id).count() >= MOST_LINES:
                raise TooMuchError(Decimal(MOST_LINES))
            edit = SaleDraftLine(
                order_id=order.id,
                product_id=product.id,
                name=product.name,
                unit_price=product.price,
                quantity=ZERO,
            )
        edit.quantity = (edit.quantity or ZERO) + 1
        await edit.save()
        await settle(order, staff_id=by.id)
    return f"a{edit.id}"


async def set_quantity(order_id: int, key: str, quantity: Decimal, *, by: StaffMember) -> None:
    """Sell this much of a line; zero takes it out of the sale.

    Raises:
        NotFoundError: the line is not there any more; and what ``drafts.editing`` raises.
        TooMuchError: more than anyone sells.
    """
    if quantity >= LARGEST_QUANTITY:
        raise TooMuchError(LARGEST_QUANTITY)
    async with editing(order_id, by) as (order, _):
        edit = await _edit_of(order, key)
        edit.quantity = quantity
        await edit.save()
        await settle(order, staff_id=by.id)
        if not quantity and edit.order_line_id is None:
            await edit.delete()  # it holds nothing any more


async def step_quantity(order_id: int, key: str, step: int, *, by: StaffMember) -> Decimal:
    """One more or one less of a line, never less than what remains of one; returns how much it is.

    Raises: as ``set_quantity``.
    """
    async with editing(order_id, by) as (order, _):
        edit = await _edit_of(order, key)
        now_ = edit.quantity
        if now_ is None:
            line = await OrderLine.get(id=edit.order_line_id)
            now_ = line.quantity
        wanted = now_ + step
        if wanted >= LARGEST_QUANTITY:
            raise TooMuchError(LARGEST_QUANTITY)
        if wanted <= 0:
            return now_
        edit.quantity = wanted
        await edit.save()
        await settle(order, staff_id=by.id)
    return wanted


async def set_price(order_id: int, key: str, unit_price: Decimal, *, by: StaffMember) -> None:
    """Sell a line at this price (the order's currency, for one).

    Raises: as ``set_quantity``.
    """
    async with editing(order_id, by) as (order, _):
        edit = await _edit_of(order, key)
        edit.unit_price = unit_price
        await edit.save()


async def set_discount(order_id: int, key: str, discount: Discount, *, by: StaffMember) -> None:
    """Take a discount off one line.

    Raises: as ``set_quantity``.
    """
    async with editing(order_id, by) as (order, _):
        edit = await _edit_of(order, key)
        edit.discount, edit.discount_is_percent = discount.value, discount.is_percent
        await edit.save()


async def restore(order_id: int, key: str, *, by: StaffMember) -> None:
    """A line of the order is sold as it was ordered, whatever was changed of it.

    Raises: as ``set_quantity``.
    """
    async with editing(order_id, by) as (order, _):
        edit = await _edit_of(order, key)
        if edit.order_line_id is None or not edit.id:
            return
        await stock.release([edit], staff_id=by.id)
        await edit.delete()


async def _edit_of(order: Order, key: str) -> SaleDraftLine:
    """The window's own line behind a key; of an order's line nobody changed yet, a new one."""
    kind, id_ = key[:1], int(key[1:])
    if kind == "a":
        added = await SaleDraftLine.get_or_none(id=id_, order_id=order.id, order_line_id=None)
        if added is None:
            raise NotFoundError("sale line")
        return added
    line = await OrderLine.get_or_none(id=id_, order_id=order.id, quantity__gt=ZERO)
    if line is None:
        raise NotFoundError("sale line")
    edit = await SaleDraftLine.get_or_none(order_id=order.id, order_line_id=line.id)
    return edit or SaleDraftLine(order_id=order.id, order_line_id=line.id)


async def settle(order: Order, *, staff_id: int | None = None) -> bool:
    """Let the window's lines hold what the sale needs on top of the order's own lines.

    Inside a transaction that locked the order. Also after the platform changed the order: a line
    may be gone, smaller, larger, or mean another product. Of an order whose status holds no goods
    they hold nothing, until the sale. Returns whether there are such lines.
    """
    edits = await SaleDraftLine.filter(order_id=order.id).order_by("id")
    if not edits:
        return False
    lines = {line.id: line for line in await OrderLine.filter(order_id=order.id)}
    linked = {
        edit.id: lines[edit.order_line_id].product_id if edit.order_line_id else edit.product_id
        for edit in edits
    }
    await stock.lock_products(
        id_ for id_ in {*linked.values(), *(edit.product_id for edit in edits)} if id_ is not None
    )
    await stock.release(
        [edit for edit in edits if edit.product_id != linked[edit.id]], staff_id=staff_id
    )
    wanted = [_wanted(edit, lines) for edit in edits]
    # What is held above the new needs goes first: the database forbids it.
    await stock.hold(
        edits,
        [min(edit.reserved, want) for edit, want in zip(edits, wanted, strict=True)],
        staff_id=staff_id,
    )
    for edit, want in zip(edits, wanted, strict=True):
        edit.product_id, edit.wanted = linked[edit.id], want
    await SaleDraftLine.bulk_update(edits, fields=["product_id", "wanted"])
    if await statuses.holds_goods(order.status_id):
        await stock.reserve(edits, staff_id=staff_id)
    return True


async def of_orders(order_ids: Collection[int]) -> list[SaleDraftLine]:
    """The lines of these orders' open windows. Open windows are few, orders may be very many."""
    found = await SaleDraftLine.filter(order__phase=Phase.OPEN).order_by("id")
    return [edit for edit in found if edit.order_id in order_ids]


def _wanted(edit: SaleDraftLine, lines: dict[int, OrderLine]) -> Decimal:
    """What the sale needs of this line beyond what the order's line may hold."""
    if edit.order_line_id is None:
        return edit.quantity or ZERO
    ordered = lines[edit.order_line_id].quantity
    if edit.quantity is None or not ordered:
        return ZERO
    return max(edit.quantity - ordered, ZERO)
