"""Undo of a sale: as if it had never been."""

from typing import Any

import pytest

from domain.errors import InvalidTransitionError, NotFoundError
from domain.payments import AccountKind
from domain.sums import Discount
from models.drafts import SaleDraft, SaleDraftLine
from models.orders import Order, OrderLine
from models.sales import Sale, SaleReturn, SaleReturnLine, SaleState
from models.staff import StaffMember
from models.stock import Product
from services import check, draft_lines, drafts, money, returns, sales, undo
from tests.factories import Intake, incoming, line, numbers, sell, stock_up, the_order
from tests.services.sale_stage import (
    D,
    account,
    content_of,
    key_of,
    product,
    take_order,
)

# --- undo ----------------------------------------------------------------------------------------


async def books() -> list[Any]:
    """The state that an undo must bring back, but for revisions and ledgers."""
    return [
        await Product.all().order_by("id").values("sku", "on_hand", "reserved"),
        await OrderLine.all().order_by("id").values("quantity", "reserved", "product_id"),
        await SaleDraftLine.all().order_by("id").values(),
        [
            {name: value for name, value in row.items() if name != "updated_at"}
            for row in await SaleDraft.all().values()
        ],
        await Order.all().order_by("id").values("phase", "status_id"),
    ]


@pytest.mark.parametrize("accept", [False, True])
async def test_undo_brings_everything_back_with_the_window(
    take_in: Intake, seller: StaffMember, accept: bool
) -> None:
    await stock_up({"A": 5, "B": 1 if accept else 5, "C": 5})
    await take_in(incoming("1", line("A", 2), line("C", 3), line("X", 1)))
    order = await the_order()
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(4), by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order, "Product C"), D(1), by=seller)
    added = await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
    await draft_lines.set_quantity(order.id, added, D(3), by=seller)
    await drafts.set_discount(order.id, Discount(D(7)), by=seller)
    await drafts.set_text(order.id, "note", "крихке", by=seller)
    cash, card = await account(AccountKind.CASH), await account(AccountKind.CARD)
    await drafts.split(order.id, cash.id, D(5), by=seller)
    before, seen = await books(), await content_of(order)
    sale = await sales.add_sale(order.id, by=seller, accept_shortage=accept)
    await money.settle(sale.id, card.id, by=seller, expected=sale.outstanding)

    await undo.undo(order.id, by=seller)

    assert await books() == before
    again = await content_of(order)
    assert (again.sums, again.recipient) == (seen.sums, seen.recipient)
    undone = await Sale.get()
    assert (undone.state, undone.standing_for, undone.outstanding) == (SaleState.UNDONE, None, D(0))
    for each in (cash, card, await account(AccountKind.UNPAID)):
        assert await money.balance(each.id, "UAH") == 0
    assert await check.differences() == []
    await sales.add_sale(order.id, by=seller, accept_shortage=accept)
    assert await Sale.filter(standing_for=order.id).count() == 1
    assert await check.differences() == []


async def test_undo_gets_back_what_is_still_free_of_what_was_not_sold(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in, "1", 5)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(1), by=seller)
    await sales.add_sale(order.id, by=seller)
    other = await take_order(take_in, "2", 3)
    assert await numbers("A") == ("4", "3")

    await undo.undo(order.id, by=seller)

    assert [one.reserved for one in await order.lines.all()] == [2]
    assert [one.reserved for one in await other.lines.all()] == [3]
    assert await numbers("A") == ("5", "5")
    assert await check.differences() == []


async def test_undo_after_an_import_counted_the_goods_anew(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in, "1", 5)
    await sell(order, seller)
    await stock_up({"A": 0})

    await undo.undo(order.id, by=seller)

    assert await numbers("A") == ("5", "5")
    assert await check.differences() == []


async def test_a_line_linked_after_the_sale_is_held_after_its_undo(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in)
    await sell(order, seller)
    await stock_up({"A": 5})

    await undo.undo(order.id, by=seller)

    assert await numbers("A") == ("5", "2")
    assert await check.differences() == []


async def test_only_who_sold_may_undo_and_only_the_last_step(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in)
    await sell(order, seller)

    with pytest.raises(InvalidTransitionError):
        await undo.undo(order.id, by=colleague)

    assert (await Sale.get()).state is SaleState.STANDING
    await undo.undo(order.id, by=seller)
    with pytest.raises(InvalidTransitionError):
        await undo.undo(order.id, by=seller)
    assert await check.differences() == []


async def test_a_return_that_was_begun_goes_with_the_sale(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in)
    await sell(order, seller)
    return_id = await returns.open_return((await Sale.get()).id, by=colleague)

    await undo.undo(order.id, by=seller)

    for step in (returns.content(return_id), returns.complete(return_id, by=colleague)):
        with pytest.raises(NotFoundError):
            await step
    assert [await table.all().count() for table in (SaleReturn, SaleReturnLine)] == [0, 0]
    assert await check.differences() == []
