"""The check of the books: what windows hold, sales, their money, and what came back."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models.drafts import SaleDraft, SaleDraftLine
from models.money import MoneyEntry
from models.orders import Order
from models.sales import Sale, SaleLine, SaleReturn, SaleReturnLine
from models.staff import StaffMember
from models.stock import Product
from services import check, draft_lines, drafts, returns
from services.statuses import REFUSED_ID
from tests.factories import Intake, sell, stock_up
from tests.services.sale_stage import D, product, take_order


async def tampered(query: Any, **values: object) -> None:
    assert await query.update(**values) == 1


Tampering = Callable[[], Awaitable[None]]
TAMPERINGS: dict[str, tuple[Tampering, list[str]]] = {
    "a window holds more than the product says": (
        lambda: tampered(SaleDraftLine.filter(reserved=1), reserved=D("0.5")),
        ["product B: reserved is 1, but what open orders hold is 0.5"],
    ),
    "a window is gone, its goods are not": (
        lambda: SaleDraft.filter(order_id=1).delete(),  # type: ignore[dict-item, return-value]
        ["order 1 holds goods for a sale window it does not have"],
    ),
    "a closed order's window holds goods": (
        lambda: tampered(Order.filter(id=1), phase="refused", status_id=REFUSED_ID),
        [
            "product A: reserved is 2, but what open orders hold is 0",
            "product B: reserved is 1, but what open orders hold is 0",
            "order 1 is refused, yet holds goods",
        ],
    ),
    "an entry of an account": (
        lambda: tampered(MoneyEntry.filter(amount=20), amount=D("19.99")),
        [
            "sale 1: 10 is to be in its accounts, but their entries say 9.99",
            "sale 1: outstanding is 10, but COD and Unpaid hold 9.99 of it",
        ],
    ),
    "an entry too few": (
        lambda: MoneyEntry.filter(amount=20).delete(),  # type: ignore[dict-item, return-value]
        [
            "sale 1: 10 is to be in its accounts, but their entries say -10",
            "sale 1: outstanding is 10, but COD and Unpaid hold -10 of it",
        ],
    ),
    "money of an undone sale": (
        lambda: tampered(Sale.filter(id=1), state="undone"),
        ["sale 1: 0 is to be in its accounts, but their entries say 10"],
    ),
    "what is outstanding": (
        lambda: tampered(Sale.filter(id=1), outstanding=D(5)),
        ["sale 1: outstanding is 5, but COD and Unpaid hold 10 of it"],
    ),
    "the total": (
        lambda: tampered(Sale.filter(id=1), total=D(21), returned=D(11)),
        [
            "sale 1: its total is not what its lines add up to",
            "sale 1: what came back is not what its returns say",
        ],
    ),
    "a line's amount": (
        lambda: tampered(SaleLine.filter(id=1), amount=D(21)),
        ["sale 1: its total is not what its lines add up to"],
    ),
    "a line's share of the discount": (
        lambda: tampered(SaleLine.filter(id=1), discount_share=D(1)),
        ["sale 1: its total is not what its lines add up to"],
    ),
    "how much of a line came back": (
        lambda: tampered(SaleLine.filter(id=1), returned=D(2)),
        ["sale 1: what came back is not what its returns say"],
    ),
    "how much a return brought back": (
        lambda: tampered(SaleReturnLine.all(), quantity=D(2)),
        ["sale 1: what came back is not what its returns say"],
    ),
    "how much a return gave back": (
        lambda: tampered(SaleReturn.all(), amount=D(9)),
        ["sale 1: what came back is not what its returns say"],
    ),
    "a sale that is returned, but for some goods": (
        lambda: tampered(Sale.filter(id=1), state="returned"),
        ["sale 1: what came back is not what its returns say"],
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_every_kind_of_wrong_book_is_found(
    take_in: Intake, seller: StaffMember, name: str
) -> None:
    """Order 1 is in its window, with an added product; of order 2's two pieces one came back."""
    await stock_up({"A": 9, "B": 9})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
    sold = await take_order(take_in, "2")
    await sell(sold, seller)
    sale = await Sale.get()
    return_id = await returns.open_return(sale.id, by=seller)
    await returns.set_line(
        return_id, (await SaleLine.get()).id, D(1), is_written_off=False, by=seller
    )
    await returns.complete(return_id, by=seller)
    assert [order.id, sale.id, await Product.all().count()] == [1, 1, 2]
    assert await check.differences() == []
    tamper, found = TAMPERINGS[name]

    await tamper()

    assert await check.differences() == found
