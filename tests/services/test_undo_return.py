"""Undo of a return: the sale stands as before."""

from typing import Any

import pytest

from domain.errors import (
    InvalidTransitionError,
    NotFoundError,
)
from models.orders import Order
from models.sales import Sale, SaleLine, SaleReturn, SaleState
from models.staff import StaffMember
from models.stock import Product
from services import check, drafts, money, orders, returns, sales, undo
from tests.factories import Intake, incoming, line, numbers, sell, stock_up, the_order
from tests.services.sale_stage import (
    CASH,
    COD,
    UNPAID,
    D,
    account,
    balances,
    come_back,
    content_of,
    sale_of,
)


@pytest.fixture
async def sale(take_in: Intake, seller: StaffMember) -> Sale:
    """Three of A and one of B for 40, less 10, and 70 for the delivery: 100, in cash."""
    await stock_up({"A": 9, "B": 9})
    return await sale_of(take_in, seller)


# --- undo ----------------------------------------------------------------------------------------


async def books() -> list[Any]:
    return [
        await Product.all().order_by("id").values("on_hand", "reserved"),
        await SaleLine.all().order_by("id").values(),
        await Sale.all().values(),
        await Order.all().values("phase", "status_id"),
        await balances(),
    ]


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("whole", [False, True])
async def test_undoing_a_return_brings_the_sale_back(
    sale: Sale, seller: StaffMember, colleague: StaffMember, lost: bool, whole: bool
) -> None:
    before = await books()
    return_id = await come_back(sale, seller, a=3 if whole else 1, b=1 if whole else 0, lost=lost)
    with pytest.raises(InvalidTransitionError):
        await undo.undo(sale.order_id, by=colleague)

    await undo.undo(sale.order_id, by=seller)

    assert await books() == before
    assert (await SaleReturn.get(id=return_id)).undone_at is not None
    assert await check.differences() == []
    with pytest.raises(InvalidTransitionError):
        await undo.undo(sale.order_id, by=seller)
    await come_back(sale, seller, a=3, b=1)
    assert (await numbers("A"), await numbers("B")) == (("9", "0"), ("9", "0"))
    assert await check.differences() == []


async def test_a_settlement_between_a_return_and_its_undo_stays(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 9, "B": 9})
    await take_in(incoming("1", line("A", 3), line("B", 1), payment_method="cod"))
    await sell(await the_order(), seller)
    sale = await Sale.get()
    await come_back(sale, seller, b=1)
    cash = await account(CASH)
    await money.settle(sale.id, cash.id, by=seller, expected=D(30))

    await undo.undo(sale.order_id, by=seller)

    assert await balances() == {CASH: 30, COD: 10}
    assert (await Sale.get()).outstanding == 10
    assert await check.differences() == []


async def test_a_return_begun_before_another_was_undone_begins_anew(
    sale: Sale, seller: StaffMember, colleague: StaffMember
) -> None:
    """It knows nothing of the goods that are with the customer again."""
    await come_back(sale, seller, a=3)
    begun = await returns.open_return(sale.id, by=colleague)
    await undo.undo(sale.order_id, by=seller)

    with pytest.raises(NotFoundError):
        await returns.complete(begun, by=colleague)

    again = await returns.open_return(sale.id, by=colleague)
    assert [item.quantity for item in (await returns.content(again)).items] == [3, 1]
    assert await check.differences() == []


async def test_after_a_whole_return_the_order_can_be_sold_again(
    sale: Sale, seller: StaffMember
) -> None:
    await come_back(sale, seller, a=3, b=1)

    await orders.reopen(sale.order_id, by=seller)
    assert (await numbers("A"), await numbers("B")) == (("9", "3"), ("9", "1"))
    await drafts.open_window(sale.order_id, by=seller)
    shown = await content_of(await the_order())
    assert (shown.sums.total, shown.draft.discount) == (D(100), None)
    again = await sales.add_sale(sale.order_id, by=seller)

    assert again.id != sale.id
    assert (await numbers("A"), await numbers("B")) == (("6", "0"), ("8", "0"))
    assert await balances() == {UNPAID: 100}
    assert {each.state for each in await Sale.all()} == {SaleState.RETURNED, SaleState.STANDING}
    assert await check.differences() == []
    with pytest.raises(NotFoundError):
        await returns.open_return(sale.id, by=seller)
    await undo.undo(sale.order_id, by=seller)
    assert (await numbers("A"), await numbers("B")) == (("9", "3"), ("9", "1"))
    assert await check.differences() == []
