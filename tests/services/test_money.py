"""The money ledger: promises that are kept later, and balances that are sums."""

from decimal import Decimal

import pytest

from domain.errors import NotFoundError, NothingLeftError, TooMuchError
from domain.orders import Phase
from domain.payments import AccountKind
from models.money import EntryKind, MoneyEntry
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.sales import Sale
from models.staff import StaffMember
from services import check, drafts, money, orders, sales, undo
from tests.factories import Intake, stock_up, the_order
from tests.services.sale_stage import CARD, CASH, COD, UNPAID, D, account, take_order


@pytest.fixture
async def sale(take_in: Intake, seller: StaffMember) -> Sale:
    """A hundred: thirty unpaid, the rest cash on delivery."""
    await stock_up({"A": 50})
    order = await take_order(take_in, quantity=10, payment_method="cod")
    await drafts.open_window(order.id, by=seller)
    await drafts.split(order.id, (await account(UNPAID)).id, D(30), by=seller)
    return await sales.add_sale(order.id, by=seller)


async def balances() -> dict[AccountKind, Decimal]:
    """What each of the usual accounts holds, without the empty ones."""
    usual = [kind for kind in AccountKind if kind is not AccountKind.OWN]
    found = {kind: await money.balance((await account(kind)).id, "UAH") for kind in usual}
    return {kind: amount for kind, amount in found.items() if amount}


async def id_of(kind: AccountKind) -> int:
    return (await account(kind)).id


async def test_a_promise_is_kept_whole(sale: Sale, colleague: StaffMember) -> None:
    assert (sale.outstanding, await balances()) == (D(100), {COD: D(70), UNPAID: D(30)})

    received = await money.settle(sale.id, await id_of(CARD), by=colleague, expected=D(100))

    assert received == 100
    assert await balances() == {CARD: 100}
    assert (await Sale.get()).outstanding == 0
    entries = await MoneyEntry.filter(kind=EntryKind.SETTLE).order_by("id")
    assert {entry.staff_id for entry in entries} == {colleague.id}
    assert sum(entry.amount for entry in entries) == 0
    event = await OrderEvent.filter(kind=EventKind.SETTLED).get()
    assert event.data == {"amount": "100", "account": await id_of(CARD)}
    assert (await the_order()).phase is Phase.COMPLETED
    assert await check.differences() == []


async def test_a_promise_is_kept_in_parts(sale: Sale, seller: StaffMember) -> None:
    card, cash = await id_of(CARD), await id_of(CASH)

    await money.settle(sale.id, card, by=seller, expected=D(100), amount=D("80.50"))

    assert await balances() == {CARD: D("80.50"), UNPAID: D("19.50")}
    assert (await Sale.get()).outstanding == D("19.50")
    await money.settle(sale.id, cash, by=seller, expected=D("19.50"), amount=D("19.50"))
    assert await balances() == {CARD: D("80.50"), CASH: D("19.50")}
    assert await check.differences() == []


@pytest.mark.parametrize(
    ("expected", "amount", "error"),
    [
        ("99", None, NothingLeftError),
        ("99", "10", NothingLeftError),
        ("100", "100.01", TooMuchError),
        ("100", "0", TooMuchError),
        ("100", "-1", TooMuchError),
    ],
)
async def test_what_is_not_owed_is_not_settled(
    sale: Sale, seller: StaffMember, expected: str, amount: str | None, error: type[Exception]
) -> None:
    await OutboxEffect.all().delete()
    before = await MoneyEntry.all().order_by("id").values()

    with pytest.raises(error):
        await money.settle(
            sale.id,
            await id_of(CARD),
            by=seller,
            expected=D(expected),
            amount=D(amount) if amount else None,
        )

    assert await MoneyEntry.all().order_by("id").values() == before
    assert await OutboxEffect.all().count() == 0


async def test_too_much_says_how_much_there_is(sale: Sale, seller: StaffMember) -> None:
    with pytest.raises(TooMuchError) as refused:
        await money.settle(sale.id, await id_of(CARD), by=seller, expected=D(100), amount=D(101))

    assert (refused.value.limit, refused.value.currency) == (D(100), "UAH")


@pytest.mark.parametrize("kind", [COD, UNPAID, None])
async def test_a_promise_is_not_kept_by_another_promise(
    sale: Sale, seller: StaffMember, kind: AccountKind | None
) -> None:
    with pytest.raises(NotFoundError):
        await money.settle(sale.id, await id_of(kind) if kind else 999, by=seller, expected=D(100))

    assert await balances() == {COD: 70, UNPAID: 30}


async def test_of_two_who_settle_one_after_the_other_one_wins(
    sale: Sale, seller: StaffMember, colleague: StaffMember
) -> None:
    await money.settle(sale.id, await id_of(CARD), by=seller, expected=D(100))

    with pytest.raises(NothingLeftError):
        await money.settle(sale.id, await id_of(CASH), by=colleague, expected=D(100))

    assert await balances() == {CARD: 100}


async def test_an_undone_or_unknown_sale_is_not_settled(sale: Sale, seller: StaffMember) -> None:
    await undo.undo(sale.order_id, by=seller)

    for sale_id in (sale.id, 999):
        with pytest.raises(NotFoundError):
            await money.settle(sale_id, await id_of(CARD), by=seller, expected=D(100))

    assert await balances() == {}


async def test_settling_is_no_step_an_undo_would_take_back(
    sale: Sale, seller: StaffMember, colleague: StaffMember
) -> None:
    await money.settle(sale.id, await id_of(CARD), by=colleague, expected=D(100), amount=D(40))
    step = await orders.last_step(sale.order_id)
    assert step is not None
    assert step.kind is EventKind.COMPLETED

    await undo.undo(sale.order_id, by=seller)

    assert await balances() == {}
    assert await check.differences() == []


async def test_a_balance_is_the_sum_of_its_entries_by_currency(
    take_in: Intake, sale: Sale, seller: StaffMember
) -> None:
    del sale
    abroad = await take_order(take_in, "2", 3, currency="EUR", payment_method="cod")
    await drafts.open_window(abroad.id, by=seller)
    await sales.add_sale(abroad.id, by=seller)
    more = await take_order(take_in, "3", 4, payment_method="cod")
    await drafts.open_window(more.id, by=seller)
    await sales.add_sale(more.id, by=seller)
    cod = await id_of(COD)

    assert await money.balance(cod, "UAH") == 110
    assert await money.balance(cod, "EUR") == 30
    assert await money.balance(cod, "USD") == 0
    assert await money.balance(await id_of(CASH), "UAH") == 0


async def test_where_a_sales_money_lies(sale: Sale, seller: StaffMember) -> None:
    await money.settle(sale.id, await id_of(CARD), by=seller, expected=D(100), amount=D(70))

    assert await money.balances_of(sale.id) == {
        await id_of(CARD): 70,
        await id_of(UNPAID): 30,
    }
    assert await money.balances_of(999) == {}
    assert await Order.all().count() == 1
