"""Orders of the same products, worked at the same moment: nobody waits for ever."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from domain.orders import RejectReason
from models.drafts import SaleDraftLine
from models.orders import Order, OrderLine
from models.sales import Sale
from models.staff import StaffMember
from models.stock import Product
from services import check, draft_lines, drafts, orders, returns, sales, stock, undo
from tests.factories import (
    Intake,
    incoming,
    line,
    make_order,
    make_shop,
    make_staff,
    numbers,
    sell,
    stock_up,
)
from tests.services.sale_stage import D, at_once, losses

# --- several orders of the same products ---------------------------------------------------------


SKUS = ("A", "B", "C", "D")


async def crowd(take_in: Intake, by: StaffMember) -> tuple[list[Order], dict[str, int]]:
    """Two orders with the same products in opposite order, their windows open and edited."""
    await stock_up(dict.fromkeys(SKUS, 1000))
    await take_in(
        incoming("1", *(line(sku, 2) for sku in SKUS)),
        incoming("2", *(line(sku, 2) for sku in reversed(SKUS))),
    )
    held = await Order.all().order_by("id")
    for order in held:
        await drafts.open_window(order.id, by=by)
    return held, {each.sku: each.id for each in await Product.all()}


async def edits_of(
    order: Order, products: dict[str, int], skus: Iterable[str], by: StaffMember
) -> None:
    """Every kind of edit that moves goods, product after product."""
    for sku in skus:
        key = f"o{(await OrderLine.get(order_id=order.id, sku=sku)).id}"
        added = await draft_lines.add_product(order.id, products[sku], by=by)
        await draft_lines.set_quantity(order.id, key, D(5), by=by)
        await draft_lines.set_quantity(order.id, added, D(4), by=by)
        await draft_lines.step_quantity(order.id, key, -1, by=by)
    for sku in skus:
        key = f"o{(await OrderLine.get(order_id=order.id, sku=sku)).id}"
        added_line = await SaleDraftLine.get(
            order_id=order.id, order_line_id__isnull=True, product_id=products[sku]
        )
        await draft_lines.set_quantity(order.id, f"a{added_line.id}", D(0), by=by)
        await draft_lines.restore(order.id, key, by=by)


async def test_two_orders_edited_in_opposite_orders_do_not_wait_for_each_other(
    take_in: Intake, seller: StaffMember
) -> None:
    (one, other), products = await crowd(take_in, seller)

    results = []
    for _ in range(4):
        results += await at_once(
            edits_of(one, products, SKUS, seller), edits_of(other, products, SKUS[::-1], seller)
        )

    assert losses(results) == []
    assert [await numbers(sku) for sku in SKUS] == [("1000", "4")] * 4
    assert await check.differences() == []


async def test_products_taken_out_of_two_windows_at_once_do_not_wait_for_each_other(
    take_in: Intake, seller: StaffMember
) -> None:
    (one, other), products = await crowd(take_in, seller)
    pairs = list(zip(SKUS, reversed(SKUS), strict=True))
    for mine, theirs in pairs * 2:
        ones, others = [
            {sku: await draft_lines.add_product(order.id, products[sku], by=seller) for sku in SKUS}
            for order in (one, other)
        ]

        results = await at_once(
            draft_lines.set_quantity(one.id, ones[mine], D(0), by=seller),
            draft_lines.set_quantity(other.id, others[theirs], D(0), by=seller),
        )

        assert losses(results) == []
    assert await check.differences() == []


async def test_orders_sold_undone_returned_and_counted_at_once_do_not_wait_for_each_other(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    (one, other), products = await crowd(take_in, seller)
    third = await make_order(take_in, [line("C", 3), line("A", 3)], "3")

    async def sell_and_undo(order: Order, skus: Iterable[str]) -> None:
        for sku in skus:
            await draft_lines.add_product(order.id, products[sku], by=seller)
        for _ in range(4):
            await sales.add_sale(order.id, by=seller, accept_shortage=True)
            await undo.undo(order.id, by=seller)

    async def sell_and_return(order: Order) -> None:
        for _ in range(3):
            await sell(order, colleague, accept_shortage=True)
            sale = await Sale.get(standing_for=order.id)
            await returns.complete(await returns.open_return(sale.id, by=colleague), by=colleague)
            await orders.reopen(order.id, by=colleague)

    async def meddle() -> None:
        for minute in range(1, 5):
            await take_in(
                incoming("1", *(line(sku, 1 + minute % 2) for sku in SKUS), minute=minute),
                incoming("2", *(line(sku, minute) for sku in SKUS[::-1]), minute=minute),
                incoming("3", line("B", minute), line("D"), line("A"), minute=minute),
            )
            await stock_up(dict.fromkeys(SKUS[::-1], 10 * minute))

    results = await at_once(
        sell_and_undo(one, SKUS), sell_and_undo(other, SKUS[::-1]), sell_and_return(third), meddle()
    )

    assert losses(results) == []
    assert await check.differences() == []


async def test_windows_dropped_and_orders_rejected_at_once_do_not_wait_for_each_other(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    (one, other), products = await crowd(take_in, seller)

    async def again_and_again(order: Order, skus: Iterable[str]) -> None:
        for _ in range(3):
            await drafts.open_window(order.id, by=seller)
            for sku in skus:
                await draft_lines.add_product(order.id, products[sku], by=seller)
            await drafts.close_window(order.id, by=seller)
            await orders.reject(order.id, RejectReason.DUPLICATE, by=colleague)
            await orders.reopen(order.id, by=colleague)

    results = await at_once(again_and_again(one, SKUS), again_and_again(other, SKUS[::-1]))

    assert losses(results) == []
    assert [await numbers(sku) for sku in SKUS] == [("1000", "4")] * 4
    assert await check.differences() == []


async def test_control_who_locks_products_one_by_one_waits_for_ever(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in, seller = Intake((await make_shop()).id), await make_staff()
    (one, other), products = await crowd(take_in, seller)
    for order in (one, other):
        for sku in SKUS:
            await draft_lines.add_product(order.id, products[sku], by=seller)
    monkeypatch.setattr(stock, "lock_products", one_by_one(stock.lock_products))

    async def add(order: Order) -> None:
        await sales.add_sale(order.id, by=seller)

    results = await at_once(add(one), add(other))

    with pytest.raises(Exception, match="deadlock"):
        losses(results)


def one_by_one(
    lock: Callable[[Iterable[int]], Awaitable[stock.Products]],
) -> Callable[[Iterable[int]], Awaitable[stock.Products]]:
    """As two would do it who lock in opposite orders, each after the other's first."""
    met = asyncio.Barrier(2)
    seen: list[asyncio.Task[object] | None] = []

    async def locked(product_ids: Iterable[int]) -> stock.Products:
        me, ids = asyncio.current_task(), sorted(set(product_ids))
        is_first = me not in seen
        seen.extend([me] if is_first else [])
        found: stock.Products = {}
        for id_ in ids if seen.index(me) else reversed(ids):
            found |= await lock([id_])
            if is_first and len(found) == 1:
                await met.wait()
        return found

    return locked
