"""Lists of sales: pages, sums that the database makes, and what awaits money."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import InvalidTransitionError, NotFoundError, NothingLeftError
from domain.payments import AccountKind
from models.money import MoneyAccount
from models.sales import Sale, SaleLine, SaleReturn
from models.staff import StaffMember
from models.stock import Product
from services import drafts, money, return_lines, returns, sale_lists, sales, undo
from services.sale_lists import PAGE_SIZE, CurrencySums, ReturnedLine, SalesPage
from tests.factories import (
    Intake,
    incoming,
    line,
    make_order,
    stock_up,
    the_order,
)

BEGIN = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)  # midnight in Kyiv
END = BEGIN + timedelta(days=1)
NOON = BEGIN + timedelta(hours=12)


@pytest.fixture(autouse=True)
async def goods(db: str) -> None:
    """A piece of each costs us 60."""
    del db
    await stock_up({"A": 1000, "B": 1000})


async def sold(
    take_in: Intake,
    seller: StaffMember,
    number: int,
    at: datetime = NOON,
    account: AccountKind = AccountKind.CASH,
    **content: Any,
) -> Sale:
    """One of A and one of B for 20, unless the platform says otherwise."""
    await take_in(incoming(str(number), line("A", 1), line("B", 1), **content))
    order_id = (await the_order(str(number))).id
    await drafts.open_window(order_id, by=seller)
    money_account = await MoneyAccount.get(kind=account)
    await drafts.choose_account(order_id, money_account.id, by=seller)
    sale = await sales.add_sale(order_id, by=seller)
    await Sale.filter(id=sale.id).update(at=at)
    return sale


async def numbers_of(page: SalesPage) -> list[int]:
    return [int(sale.order.number) for sale in page.sales]


async def give_back(
    sale: Sale, by: StaffMember, *, only_a: bool, written_off: bool = False
) -> None:
    return_id = await returns.open_return(sale.id, by=by)
    for item in (await returns.content(return_id)).items:
        if item.line.name == "Product A":
            await return_lines.set_fate(return_id, item.line.id, is_written_off=written_off, by=by)
        elif only_a:
            await return_lines.set_quantity(return_id, item.line.id, Decimal(0), by=by)
    await returns.complete(return_id, by=by)


async def test_pages_of_a_day_follow_each_other(take_in: Intake, seller: StaffMember) -> None:
    for number in range(1, 2 * PAGE_SIZE + 4):
        await sold(take_in, seller, number, at=NOON)  # all at the same moment

    first = (await sale_lists.day(BEGIN, END)).page
    assert await numbers_of(first) == list(range(19, 11, -1))
    assert first.before is None
    assert first.after is not None
    second = (await sale_lists.day(BEGIN, END, start=first.after)).page
    assert await numbers_of(second) == list(range(11, 3, -1))
    assert second.before == 0
    assert second.after is not None
    third = (await sale_lists.day(BEGIN, END, start=second.after)).page
    assert await numbers_of(third) == [3, 2, 1]
    assert third.after is None
    assert third.before is not None
    assert await numbers_of((await sale_lists.day(BEGIN, END, start=third.before)).page) == (
        list(range(11, 3, -1))
    )


async def test_a_page_whose_first_sale_is_listed_no_more_begins_where_it_stood(
    take_in: Intake, seller: StaffMember
) -> None:
    found = [
        await sold(take_in, seller, number, at=NOON + timedelta(minutes=number))
        for number in range(1, 11)
    ]
    second = found[1]
    await undo.undo(second.order_id, by=seller)

    page = (await sale_lists.day(BEGIN, END, start=second.id)).page

    assert await numbers_of(page) == [1]
    assert page.before == 0
    await undo.undo(found[0].order_id, by=seller)
    emptied = (await sale_lists.day(BEGIN, END, start=second.id)).page
    assert await numbers_of(emptied) == list(range(10, 2, -1))
    assert emptied.before is None


async def test_a_day_is_what_lies_between_its_bounds(take_in: Intake, seller: StaffMember) -> None:
    for number, at in (
        (1, BEGIN - timedelta(microseconds=1)),
        (2, BEGIN),
        (3, END - timedelta(microseconds=1)),
        (4, END),
    ):
        await sold(take_in, seller, number, at=at)

    day = await sale_lists.day(BEGIN, END)
    before = await sale_lists.day(BEGIN - timedelta(days=1), BEGIN)

    assert await numbers_of(day.page) == [3, 2]
    assert day.has_earlier
    assert day.sums == (CurrencySums("UAH", 2, Decimal(40), Decimal(-200)),)
    assert await numbers_of(before.page) == [1]
    assert not before.has_earlier
    nothing = await sale_lists.day(END + timedelta(days=1), END + timedelta(days=2))
    assert (nothing.page.sales, nothing.sums) == ((), ())


async def test_sums_are_those_of_the_sales_by_currency(
    take_in: Intake, seller: StaffMember
) -> None:
    await Product.all().update(cost=Decimal("3.33"))
    usual: dict[str, Any] = {
        "delivery_cost": Decimal(70),
        "discount": Decimal("2.50"),
        "total": Decimal("87.50"),
    }
    await sold(take_in, seller, 1, **usual)
    refunded = await sold(take_in, seller, 2, **{**usual, "refunded": Decimal("80.01")})
    part = await sold(take_in, seller, 3, **usual)
    whole = await sold(take_in, seller, 4, **usual)
    gone = await sold(take_in, seller, 5, **usual)
    await sold(take_in, seller, 6, **{**usual, "currency": "PLN", "fees": Decimal(5)})
    await give_back(part, seller, only_a=True, written_off=True)
    await give_back(whole, seller, only_a=False)
    await undo.undo(gone.order_id, by=seller)
    assert (await Sale.get(id=refunded.id)).due < 70  # less than its delivery

    day = await sale_lists.day(BEGIN, END)

    counted = [sale for sale in await Sale.all() if not sale.is_undone]
    for sums in day.sums:
        mine = [sale for sale in counted if sale.currency == sums.currency]
        assert sums.count == len(mine)
        assert sums.kept == sum(sale.due - sale.returned for sale in mine)
        assert sums.profit == sum(sale.profit for sale in mine)
    assert [(sums.currency, sums.count) for sums in day.sums] == [("PLN", 1), ("UAH", 4)]
    assert await numbers_of(day.page) == [6, 4, 3, 2, 1]


async def test_awaiting_lists_what_lies_in_promises_oldest_first(
    take_in: Intake, seller: StaffMember
) -> None:
    for number in range(1, 11):
        kind = AccountKind.COD if number % 2 else AccountKind.UNPAID
        await sold(take_in, seller, number, NOON - timedelta(days=number), kind)
    await sold(take_in, seller, 11, account=AccountKind.CARD)
    settled = await Sale.get(order_id=(await the_order("10")).id)
    cash = await MoneyAccount.get(kind=AccountKind.CASH)
    await money.settle(settled.id, cash.id, by=seller, expected=Decimal(20))
    part = await Sale.get(order_id=(await the_order("9")).id)
    await money.settle(part.id, cash.id, by=seller, expected=Decimal(20), amount=Decimal("0.01"))

    first = await sale_lists.awaiting()

    assert await numbers_of(first.page) == [9, 8, 7, 6, 5, 4, 3, 2]
    assert [(each.currency, each.count, each.amount) for each in first.sums] == [
        ("UAH", 9, Decimal("179.99"))
    ]
    assert first.page.after is not None
    second = await sale_lists.awaiting(start=first.page.after)
    assert await numbers_of(second.page) == [1]
    assert second.page.before == 0
    assert (await sale_lists.day(BEGIN, END)).awaiting == 9


async def test_undone_sale_awaits_nothing(take_in: Intake, seller: StaffMember) -> None:
    sale = await sold(take_in, seller, 1, account=AccountKind.COD)
    await undo.undo(sale.order_id, by=seller)

    assert (await sale_lists.awaiting()).page.sales == ()
    assert (await sale_lists.day(BEGIN, END)).awaiting == 0


async def test_done_returns_are_told_and_undone_ones_are_not(
    take_in: Intake, seller: StaffMember
) -> None:
    sale = await sold(take_in, seller, 1)
    await give_back(sale, seller, only_a=True, written_off=True)
    await give_back(sale, seller, only_a=False)
    await undo.undo(sale.order_id, by=seller)

    (told,) = await sale_lists.returns_of(sale.id)

    assert (told.who, told.amount) == ("Олег", Decimal(10))
    assert told.lines == (ReturnedLine("Product A", Decimal(1), is_written_off=True),)
    await returns.open_return(sale.id, by=seller)
    assert len(await sale_lists.returns_of(sale.id)) == 1


async def test_open_return_knows_its_names(take_in: Intake, seller: StaffMember) -> None:
    sale = await sold(take_in, seller, 17)
    return_id = await returns.open_return(sale.id, by=seller)
    card = await MoneyAccount.get(kind=AccountKind.CARD)
    await returns.set_account(return_id, card.id, by=seller)

    view = await sale_lists.open_return(return_id)

    assert (view.number, view.account and view.account.id) == ("17", card.id)
    await returns.drop(return_id, by=seller)
    with pytest.raises(NotFoundError):
        await sale_lists.open_return(return_id)


async def test_lines_of_a_return_change_one_thing_each(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await make_order(take_in, [line("A", 3)])
    await drafts.open_window(order.id, by=seller)
    sale = await sales.add_sale(order.id, by=seller)
    (sold_line,) = await SaleLine.filter(sale_id=sale.id)
    return_id = await returns.open_return(sale.id, by=seller)

    async def state() -> tuple[object, ...]:
        (item,) = (await returns.content(return_id)).items
        draft = await SaleReturn.get(id=return_id)
        return item.quantity, item.is_written_off, draft.revision

    await return_lines.step(return_id, sold_line.id, 1, by=seller)
    assert await state() == (3, False, 1)  # there is no more: nothing has changed
    await return_lines.set_fate(return_id, sold_line.id, is_written_off=True, by=seller)
    await return_lines.step(return_id, sold_line.id, -1, by=seller)
    assert await state() == (2, True, 3)
    await return_lines.step(return_id, sold_line.id, -5, by=seller)
    assert await state() == (0, True, 4)
    await return_lines.set_quantity(return_id, sold_line.id, Decimal(0), by=seller)
    assert await state() == (0, False, 5)
    with pytest.raises(NotFoundError):
        await return_lines.step(return_id, sold_line.id + 1, 1, by=seller)
    await returns.drop(return_id, by=seller)
    with pytest.raises(NotFoundError):
        await return_lines.step(return_id, sold_line.id, 1, by=seller)


async def test_steps_at_the_same_moment_all_count(take_in: Intake, seller: StaffMember) -> None:
    order = await make_order(take_in, [line("A", 9)])
    await drafts.open_window(order.id, by=seller)
    sale = await sales.add_sale(order.id, by=seller)
    (sold_line,) = await SaleLine.filter(sale_id=sale.id)
    return_id = await returns.open_return(sale.id, by=seller)

    await asyncio.gather(
        *(return_lines.step(return_id, sold_line.id, -1, by=seller) for _ in range(6))
    )

    (item,) = (await returns.content(return_id)).items
    assert item.quantity == 3


async def test_only_measured_lines_take_fractions(take_in: Intake, seller: StaffMember) -> None:
    sale = await sold(take_in, seller, 1)
    first, second = await SaleLine.filter(sale_id=sale.id).order_by("id")
    await Product.filter(id=first.product_id).update(unit="м")
    await SaleLine.filter(id=second.id).update(product_id=None)

    assert await sale_lists.counts_fractions(first.id)
    assert not await sale_lists.counts_fractions(second.id)
    with pytest.raises(NotFoundError):
        await sale_lists.counts_fractions(second.id + 1)


async def test_what_an_order_was_sold_with(take_in: Intake, seller: StaffMember) -> None:
    sale = await sold(take_in, seller, 1)

    assert await sale_lists.standing_sale(sale.order_id) == sale.id
    await undo.undo(sale.order_id, by=seller)
    with pytest.raises(InvalidTransitionError):
        await sale_lists.standing_sale(sale.order_id)
    with pytest.raises(NotFoundError):
        await sale_lists.standing_sale(sale.order_id + 1)


async def test_only_what_is_awaited_can_be_settled(take_in: Intake, seller: StaffMember) -> None:
    awaited = await sold(take_in, seller, 1, account=AccountKind.COD)
    paid = await sold(take_in, seller, 2)

    assert (await sale_lists.outstanding(awaited.id)).sale.outstanding == 20
    with pytest.raises(NothingLeftError):
        await sale_lists.outstanding(paid.id)
    kinds = [account.kind for account in await sale_lists.real_accounts()]
    assert kinds == [AccountKind.CASH, AccountKind.CARD, AccountKind.IBAN]
