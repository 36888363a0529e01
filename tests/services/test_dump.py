"""What ``python -m bot dump`` shows of products and sales, to the kopiyka."""

from datetime import datetime
from decimal import Decimal

import pytest
from tortoise.connection import get_connection

from domain.sums import Discount
from models.money import MoneyAccount
from models.sales import Sale, SaleLine
from models.staff import StaffMember
from services import (
    draft_lines,
    drafts,
    dump,
    money,
    products,
    returns,
    sales,
    undo,
)
from tests.factories import Intake, incoming, line, lines_of, make_order, sell, stock_up, the_order

CARD_ID = 2  # one of the accounts every database begins with


async def rows(what: str) -> list[dump.Row]:
    return [row async for row in dump.DUMPS[what]()]


async def test_a_product_says_what_it_is_counted_in(db: str) -> None:
    await products.import_csv(
        "sku,name,price,cost,on_hand,unit\nLINEN,Льон,349.50,180,12.5,м\nMUG,Чашка,259,95,40,"
    )

    assert await rows("products") == [
        {
            "id": 1,
            "sku": "LINEN",
            "name": "Льон",
            "unit": "м",
            "price": "349.50",
            "cost": "180.00",
            "on_hand": "12.5",
            "reserved": "0",
            "available": "12.5",
        },
        {
            "id": 2,
            "sku": "MUG",
            "name": "Чашка",
            "unit": "",
            "price": "259.00",
            "cost": "95.00",
            "on_hand": "40",
            "reserved": "0",
            "available": "40",
        },
    ]


async def test_every_sum_of_a_sale_is_there_and_they_add_up(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 10, "B": 10})
    sums = {"delivery_cost": Decimal(80), "total": Decimal(125)}
    await take_in(
        incoming("77", line("A", 3), line("B", "1.5"), payment_method="cod", **sums)  # type: ignore[arg-type]
    )
    order = await the_order("77")
    await drafts.open_window(order.id, by=seller)
    key = f"o{(await lines_of(order))[0].id}"
    await draft_lines.set_discount(order.id, key, Discount(Decimal(5)), by=seller)
    await drafts.set_discount(order.id, Discount(Decimal(10), is_percent=True), by=seller)
    await drafts.split(order.id, CARD_ID, Decimal(50), by=seller)
    await sales.add_sale(order.id, by=seller)

    (row,) = await rows("sales")
    lines = row.pop("lines")
    assert datetime.fromisoformat(row.pop("at")).tzinfo is not None
    assert row == SALE | {"order_id": order.id}
    assert lines == LINES


SALE = {
    "id": 1,
    "order_number": "77",
    "staff": "Олег",
    "sales_channel": "My Shop",
    "money_account": "COD",
    "waybill_number": "",
    "currency": "UAH",
    "goods": "40.00",
    "discount": "4.00",
    "delivery_cost": "80.00",
    "fees": "0.00",
    "total": "116.00",
    "refunded": "0.00",
    "returned": "0.00",
    "outstanding": "66.00",
    "cost": "270.00",
    "profit": "-234.00",
    "state": "standing",
    "undone": False,
    "money": [{"account": "COD", "amount": "66.00"}, {"account": "Card", "amount": "50.00"}],
}
LINES = [
    {
        "name": "Product A",
        "quantity": "3",
        "returned": "0",
        "discount": "5.00",
        "amount": "25.00",
        "discount_share": "2.50",
        "unit_cost": "60.00",
    },
    {
        "name": "Product B",
        "quantity": "1.5",
        "returned": "0",
        "discount": "0.00",
        "amount": "15.00",
        "discount_share": "1.50",
        "unit_cost": "60.00",
    },
]


async def test_settling_moves_the_money_and_leaves_no_empty_account(
    take_in: Intake, seller: StaffMember
) -> None:
    await take_in(incoming("1", line("A"), payment_method="cod"))
    await sell(await the_order("1"), seller)
    sale = await Sale.get()
    own = await MoneyAccount.create(name="Monobank", key="monobank")

    await money.settle(sale.id, own.id, by=seller, expected=Decimal(10), amount=Decimal(4))
    (row,) = await rows("sales")
    assert row["outstanding"] == "6.00"
    assert row["money"] == [
        {"account": "COD", "amount": "6.00"},
        {"account": "Monobank", "amount": "4.00"},
    ]

    await money.settle(sale.id, own.id, by=seller, expected=Decimal(6))
    (row,) = await rows("sales")
    assert row["outstanding"] == "0.00"
    assert row["money"] == [{"account": "Monobank", "amount": "10.00"}]


async def test_a_return_and_an_undo_are_told_apart(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 9})
    first = await make_order(take_in, [line("A", 3)], "1")
    await sell(first, seller)
    sold = await SaleLine.get()
    part = await returns.open_return(sold.sale_id, by=seller)
    await returns.set_line(part, sold.id, Decimal(1), is_written_off=False, by=seller)
    await returns.complete(part, by=seller)

    (row,) = await rows("sales")
    assert (row["state"], row["returned"], row["cost"], row["profit"]) == (
        *("standing", "10.00", "180.00"),
        "-100.00",  # 20.00 kept, and two that cost 60.00 each are gone
    )
    assert row["lines"][0]["returned"] == "1"
    assert sum(Decimal(part["amount"]) for part in row["money"]) == 20

    await returns.complete(await returns.open_return(sold.sale_id, by=seller), by=seller)
    second = await make_order(take_in, [line("A")], "2")
    await sell(second, seller)
    await undo.undo(second.id, by=seller)

    returned, undone = await rows("sales")
    assert (returned["state"], returned["returned"], returned["profit"]) == (
        *("returned", "30.00"),
        "0.00",
    )
    assert (undone["state"], undone["undone"], returned["undone"]) == ("undone", True, False)
    assert returned["money"] == undone["money"] == []


async def test_pages_keep_each_sale_its_own_lines_and_money(
    take_in: Intake, seller: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump, "PAGE", 2)
    for number in range(1, 6):
        order = await make_order(take_in, [line("A", number), line("B", number)], str(number))
        await sell(order, seller)

    dumped = await rows("sales")

    assert [row["order_number"] for row in dumped] == ["1", "2", "3", "4", "5"]
    assert [[each["quantity"] for each in row["lines"]] for row in dumped] == [
        [str(number)] * 2 for number in range(1, 6)
    ]
    assert [row["money"][0]["amount"] for row in dumped] == [f"{n}0.00" for n in (2, 4, 6, 8, 10)]


async def test_a_page_of_sales_takes_as_many_queries_as_one_sale(
    take_in: Intake, seller: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    connection = get_connection("default")
    original = connection.execute_query

    async def execute_query(query: str, *values: object, **more: object) -> object:
        asked.append(query)
        return await original(query, *values, **more)  # type: ignore[arg-type]

    counts = []
    for numbers in (["1"], ["2", "3", "4", "5"]):
        for number in numbers:
            await sell(await make_order(take_in, [line("A")], number), seller)
        with monkeypatch.context() as patch:
            patch.setattr(connection, "execute_query", execute_query)
            await rows("sales")
        counts.append(len(asked))
        asked.clear()

    assert counts[0] == counts[1] > 0
