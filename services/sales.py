"""``Add sale``: the only place where goods leave; and taking a sale back within the minute."""

from collections.abc import Sequence
from decimal import Decimal

from domain.errors import NothingLeftError, OrderChangedError, OutOfStockError, Shortage
from domain.money import ZERO, rounded
from domain.orders import Phase
from domain.sums import spread
from models.drafts import SaleDraftLine
from models.money import EntryKind
from models.orders import EventKind, Order, OrderLine
from models.sales import Sale, SaleLine, SaleState
from models.staff import StaffMember
from services import (
    customers,
    draft_content,
    draft_lines,
    drafts,
    live_waybills,
    money,
    orders,
    returns,
    search_index,
    stock,
    telling,
)
from services.draft_content import DraftContent, SaleItem
from services.statuses import COMPLETED_ID
from services.stock import Goods, Holder


async def add_sale(
    order_id: int,
    *,
    by: StaffMember,
    revision: int | None = None,
    accept_shortage: bool = False,
    shown_shortage: str = "",
) -> Sale:
    """Turn an open order into the sale of its window, exactly once.

    What the sale still lacks is reserved first. With ``accept_shortage`` it is sold in spite of
    what is missing, and on_hand may go negative, visibly. ``revision`` is of the order that the
    person was shown; None: whatever it is now. ``shown_shortage`` is the ``fingerprint`` of the
    shortage they accepted, "" for any: when something else is missing by now they are asked again.

    Raises:
        InvalidTransitionError: the order is no longer open, e.g. a colleague has sold it.
        OrderChangedError: it is not at ``revision`` any more; nothing was changed.
        OutOfStockError: goods are missing and that was not accepted; nothing was changed.
        WindowTakenError: a colleague is in the window.
        NotFoundError: no such order, or its window was closed.
        NothingLeftError: every line was taken out (an order that came without lines is sold).
    """
    async with drafts.editing(order_id, by) as (order, draft):
        if revision not in {None, order.revision}:
            raise OrderChangedError(order.id)
        await _lock_goods(order)
        await draft_lines.settle(order, staff_id=by.id)
        content = await draft_content.read(order, draft)
        if content.items and not content.sold:
            raise NothingLeftError("sell")
        await _hold_what_is_sold(content, by)
        goods = [_goods(order, item) for item in content.sold if item.product is not None]
        products = await stock.lock_products(each.product_id for each in goods)
        missing = stock.shortages(goods, products)
        _require_accepted(missing, shown_shortage if accept_shortage else None)
        sale = await _record(content, by)
        await stock.sell(goods, staff_id=by.id)
        await _receive(sale, content, by)
        event = await orders.move(
            order,
            Phase.COMPLETED,
            COMPLETED_ID,
            EventKind.COMPLETED,
            staff_id=by.id,
            data={"sale_id": sale.id},
        )
        await live_waybills.follow_sale(order, sale)
        await money.settle_by_carrier(order.id)
        await telling.owe_waybill(order, due_at=event.at + orders.UNDO_WINDOW)
        await search_index.add_sale(order, sale)
    return sale


def _require_accepted(missing: Sequence[Shortage], shown: str | None) -> None:
    """Raise unless nothing is missing, or what is was accepted. ``shown``: None: nothing was."""
    error = OutOfStockError(missing)
    if missing and (shown is None or shown not in {"", error.fingerprint}):
        raise error


async def _lock_goods(order: Order) -> None:
    """Lock all that may move at once: one by one, two people could wait for each other for ever."""
    holders = await stock.holders(order.id)
    await stock.lock_products(each.product_id for each in holders if each.product_id is not None)


async def _hold_what_is_sold(content: DraftContent, by: StaffMember) -> None:
    """Lines of the order give back what is not sold, for others to take; the rest is held."""
    holders: list[Holder] = []
    targets: list[Decimal] = []
    for item in content.items:
        if item.order_line is not None:
            holders.append(item.order_line)
            targets.append(min(item.quantity, item.order_line.quantity))
        if item.edit is not None:
            holders.append(item.edit)
            targets.append(item.edit.wanted)
    await stock.hold(holders, targets, staff_id=by.id)


def _goods(order: Order, item: SaleItem) -> Goods:
    holders = [holder for holder in (item.order_line, item.edit) if holder is not None]
    assert item.product is not None  # noqa: S101  (asked by the caller)
    return Goods(
        name=item.name,
        order_id=order.id,
        product_id=item.product.id,
        quantity=item.quantity,
        holders=tuple((holder, holder.reserved) for holder in holders),
    )


async def _record(content: DraftContent, by: StaffMember) -> Sale:
    order, draft, recipient, sums = content.order, content.draft, content.recipient, content.sums
    sold = content.sold
    customer = await customers.remember(recipient)
    costs = [item.product.cost if item.product is not None else ZERO for item in sold]
    sale = await Sale.create(
        order_id=order.id,
        standing_for=order.id,
        staff_id=by.id,
        sales_channel_id=draft.sales_channel_id,
        money_account_id=content.money_account.id,
        customer_id=customer.id if customer else None,
        customer_name=recipient.name,
        phone=recipient.phone,
        email=recipient.email,
        delivery_method=recipient.delivery_method,
        delivery_city=recipient.delivery_city,
        delivery_address=recipient.delivery_address,
        waybill_number=draft.waybill_number,
        note=draft.note,
        currency=order.currency,
        goods=sums.goods,
        discount=sums.discount,
        delivery_cost=sums.delivery_cost,
        fees=sums.fees,
        total=sums.total,
        refunded=sums.refunded,
        cost=sum(
            (rounded(cost * item.quantity) for cost, item in zip(costs, sold, strict=True)), ZERO
        ),
    )
    shares = spread(sums.discount, [item.sum.amount for item in sold])
    await SaleLine.bulk_create(
        _line(sale, item, cost, share)
        for item, cost, share in zip(sold, costs, shares, strict=True)
    )
    return sale


def _line(sale: Sale, item: SaleItem, cost: Decimal, share: Decimal) -> SaleLine:
    return SaleLine(
        sale_id=sale.id,
        order_line_id=item.order_line.id if item.order_line else None,
        product_id=item.product.id if item.product else None,
        name=item.name,
        quantity=item.quantity,
        held=item.order_line.reserved if item.order_line and item.product else ZERO,
        held_extra=item.edit.reserved if item.edit and item.product else ZERO,
        discount=item.sum.discount,
        amount=item.sum.amount,
        discount_share=share,
        unit_cost=cost,
    )


async def _receive(sale: Sale, content: DraftContent, by: StaffMember) -> None:
    """The money of the sale goes to its accounts."""
    draft, down = content.draft, content.down_payment
    changes = {content.money_account.id: sale.due - down}
    if down and draft.down_account_id is not None:
        changes[draft.down_account_id] = down
    await money.book(sale, EntryKind.RECEIPT, changes, staff_id=by.id)


async def take_back(order: Order, *, staff_id: int, hold: bool) -> None:
    """Undo the order's standing sale, inside the transaction that locked the order.

    Goods and money return to where they were, and the sale window is there again with its edits.
    ``hold``: whether the status that the order goes back to holds goods.
    """
    sale = await Sale.get(standing_for=order.id)
    holders = await stock.holders(order.id)
    lines = await SaleLine.filter(sale_id=sale.id).order_by("id")
    await stock.lock_products(
        each.product_id for each in (*holders, *lines) if each.product_id is not None
    )
    await stock.unsell(_sold_goods(order, lines, holders), staff_id=staff_id)
    # What the sale had given back; or it was reserved only to be sold.
    await (stock.reserve if hold else stock.release)(holders, staff_id=staff_id)
    await money.reverse(sale, staff_id=staff_id)
    await returns.drop_begun(sale.id)
    await live_waybills.forget_named(order.id)
    await Sale.filter(id=sale.id).update(standing_for=None, state=SaleState.UNDONE)
    await customers.forget_undone(sale)


def _sold_goods(order: Order, lines: Sequence[SaleLine], holders: Sequence[Holder]) -> list[Goods]:
    """What these lines sold, with those that had held it."""
    ordered = {each.id: each for each in holders if isinstance(each, OrderLine)}
    edits = [each for each in holders if isinstance(each, SaleDraftLine)]
    edited = {each.order_line_id: each for each in edits if each.order_line_id is not None}
    added = {each.product_id: each for each in edits if each.order_line_id is None}
    goods = []
    for line in lines:
        if line.product_id is None:
            continue
        held: list[tuple[Holder, Decimal]] = []
        if line.order_line_id is not None:
            held.append((ordered[line.order_line_id], line.held))
            edit = edited.get(line.order_line_id)
        else:
            edit = added.get(line.product_id)
        if edit is not None:
            held.append((edit, line.held_extra))
        goods.append(
            Goods(
                name=line.name,
                order_id=order.id,
                product_id=line.product_id,
                quantity=line.quantity,
                holders=tuple(held),
            )
        )
    return goods
