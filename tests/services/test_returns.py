"""Goods that come back: to stock or written off, in part or whole, with their money."""

from dataclasses import replace

import pytest

from domain.errors import (
    NotFoundError,
    NothingLeftError,
    OrderChangedError,
    TooMuchError,
)
from domain.orders import Phase
from domain.stock import MovementKind
from domain.sums import Discount
from models.money import EntryKind, MoneyEntry
from models.orders import EventKind, OrderEvent
from models.sales import Sale, SaleLine, SaleReturn, SaleReturnLine, SaleState
from models.staff import StaffMember
from models.stock import Product, StockMovement
from services import check, drafts, returns, sales, undo
from services.statuses import COMPLETED_ID, REFUSED_ID
from tests.factories import Intake, incoming, line, numbers, sell, stock_up, the_order
from tests.services.sale_stage import (
    CARD,
    CASH,
    COD,
    D,
    account,
    balances,
    come_back,
    sale_of,
)


@pytest.fixture
async def sale(take_in: Intake, seller: StaffMember) -> Sale:
    """Three of A and one of B for 40, less 10, and 70 for the delivery: 100, in cash."""
    await stock_up({"A": 9, "B": 9})
    return await sale_of(take_in, seller)


# --- parts and the whole -------------------------------------------------------------------------


async def test_a_return_begins_with_all_that_is_left(sale: Sale, seller: StaffMember) -> None:
    return_id = await returns.open_return(sale.id, by=seller)

    chosen = await returns.content(return_id)
    assert [(item.line.name, item.quantity) for item in chosen.items] == [
        ("Product A", D(3)),
        ("Product B", D(1)),
    ]
    assert (chosen.is_whole, chosen.amount, chosen.most) == (True, D(100), D(100))
    assert await returns.open_return(sale.id, by=seller) == return_id  # goes on
    assert (await the_order()).phase is Phase.COMPLETED
    assert await numbers("A") == ("6", "0")


async def test_a_part_comes_back_for_what_it_cost(sale: Sale, seller: StaffMember) -> None:
    return_id = await come_back(sale, seller, a=1)

    stored = await Sale.get()
    # A third of thirty, less a third of its share of the discount, 7.50.
    assert (stored.returned, stored.returned_cost) == (D("7.50"), D(60))
    assert (stored.state, stored.standing_for) == (SaleState.STANDING, sale.order_id)
    assert [one.returned for one in await SaleLine.all().order_by("id")] == [1, 0]
    assert (await numbers("A"), await numbers("B")) == (("7", "0"), ("8", "0"))
    assert await balances() == {CASH: D("92.50")}
    order = await the_order()
    assert (order.phase, order.status_id) == (Phase.COMPLETED, COMPLETED_ID)
    event = await OrderEvent.all().order_by("-id").first()
    assert event is not None
    assert (event.kind, event.staff_id) == (EventKind.RETURNED, seller.id)
    assert (event.data["return_id"], event.data["amount"]) == (return_id, "7.5")
    done = await SaleReturn.get()
    assert (done.amount, done.open_for) == (D("7.50"), None)
    assert done.done_at is not None
    assert await SaleReturnLine.all().count() == 1
    assert await check.differences() == []


async def test_several_parts_add_up_to_everything(sale: Sale, seller: StaffMember) -> None:
    amounts = []
    for a, b in ((1, 0), (1, 0), (0, 1), (1, 0)):
        before = (await Sale.get()).returned
        await come_back(sale, seller, a, b)
        amounts.append((await Sale.get()).returned - before)

    # The last one brings what is left: its goods, and the delivery.
    assert amounts == [D("7.50"), D("7.50"), D("7.50"), D("77.50")]
    stored = await Sale.get()
    assert (stored.returned, stored.returned_cost, stored.profit) == (D(100), D(240), D(0))
    assert (stored.state, stored.standing_for) == (SaleState.RETURNED, None)
    assert (await numbers("A"), await numbers("B")) == (("9", "0"), ("9", "0"))
    assert await balances() == {}
    assert (await the_order()).phase is Phase.REFUSED
    assert await check.differences() == []


@pytest.mark.parametrize("quantities", [["0.3", "0.3", "0.4"], ["1", "1", "1"], ["0.001", "2.5"]])
async def test_odd_parts_of_an_odd_amount_add_up_exactly(
    take_in: Intake, seller: StaffMember, quantities: list[str]
) -> None:
    await stock_up({"A": 9})
    whole = sum(map(D, quantities), D(0))
    await take_in(incoming("1", line("A", whole), total=whole * 10 - D("0.07"), discount=D("0.07")))
    await sell(await the_order(), seller)
    sale = await Sale.get()

    for quantity in quantities:
        await come_back(sale, seller, a=quantity)
        part = await Sale.get()
        assert 0 <= part.returned <= part.due

    stored = await Sale.get()
    assert stored.returned == stored.due == whole * 10 - D("0.07")
    assert await numbers("A") == ("9", "0")
    assert await check.differences() == []


async def test_pieces_that_come_back_one_by_one_bring_what_they_cost_together(
    take_in: Intake, seller: StaffMember
) -> None:
    """Five kopiykas for three: each alone would be two, and all of them six."""
    await stock_up({"A": 9, "B": 9})
    await take_in(
        incoming("1", replace(line("A", 3), amount=D("0.05")), line("B", 1), total=D("10.05"))
    )
    await sell(await the_order(), seller)
    sale = await Sale.get()

    for returned in ("0.02", "0.03", "0.05"):
        await come_back(sale, seller, a=1)
        assert (await Sale.get()).returned == D(returned)

    assert await check.differences() == []


async def test_a_whole_return_makes_the_order_refused(sale: Sale, seller: StaffMember) -> None:
    await come_back(sale, seller, a=3, b=1)

    order = await the_order()
    assert (order.phase, order.status_id) == (Phase.REFUSED, REFUSED_ID)
    assert await balances() == {}
    with pytest.raises(NotFoundError):
        await returns.open_return(sale.id, by=seller)
    assert await check.differences() == []


async def test_written_off_goods_come_back_and_are_lost(sale: Sale, seller: StaffMember) -> None:
    await come_back(sale, seller, a=2, lost=True)

    assert await numbers("A") == ("6", "0")
    stored = await Sale.get()
    assert (stored.returned, stored.returned_cost) == (D(15), D(0))
    moved = await StockMovement.filter(
        kind__in=[MovementKind.RETURN, MovementKind.WRITE_OFF]
    ).order_by("id")
    assert [each.on_hand_change for each in moved] == [2, -2]
    assert await check.differences() == []


async def test_a_line_without_a_product_comes_back_for_its_money(
    take_in: Intake, seller: StaffMember
) -> None:
    await take_in(incoming("1", line("X", 2)))
    await sell(await the_order(), seller)

    await come_back(await Sale.get(), seller, amount=None)  # no line named A or B is touched

    assert (await Sale.get()).returned == 20
    assert await Product.all().count() == 0
    assert await check.differences() == []


# --- the money -----------------------------------------------------------------------------------


async def test_the_amount_can_be_typed(sale: Sale, seller: StaffMember) -> None:
    return_id = await returns.open_return(sale.id, by=seller)
    for amount in (D("100.01"), D(-1)):
        with pytest.raises(TooMuchError) as refused:
            await returns.set_amount(return_id, amount, by=seller)
        assert (refused.value.limit, refused.value.currency) == (D(100), "UAH")
    await returns.set_amount(return_id, D(0), by=seller)
    assert (await returns.content(return_id)).amount == 0
    await returns.set_amount(return_id, None, by=seller)
    assert (await returns.content(return_id)).amount == 100
    await returns.set_amount(return_id, D(30), by=seller)

    await returns.complete(return_id, by=seller)

    stored = await Sale.get()
    assert (stored.returned, stored.state) == (D(30), SaleState.RETURNED)
    assert stored.profit == 0  # what was kept is the delivery, and the carrier's
    assert await balances() == {CASH: 70}
    assert await check.differences() == []


async def test_money_is_given_back_out_of_the_chosen_account(
    sale: Sale, seller: StaffMember
) -> None:
    await come_back(sale, seller, b=1, kind=CARD)

    assert await balances() == {CASH: 100, CARD: D("-7.50")}
    entry = await MoneyEntry.filter(kind=EntryKind.RETURN).get()
    assert (entry.amount, entry.sale_id) == (D("-7.50"), sale.id)
    assert entry.sale_return_id is not None
    assert await check.differences() == []


async def test_money_that_was_only_promised_is_given_back_first(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 9, "B": 9})
    sale = await sale_of(take_in, seller)
    await undo.undo(sale.order_id, by=seller)
    cod = await account(COD)
    await drafts.split(sale.order_id, cod.id, D(6), by=seller)
    sale = await sales.add_sale(sale.order_id, by=seller)

    await come_back(sale, seller, b=1)

    assert await balances() == {CASH: D("92.50")}
    assert (await Sale.get(id=sale.id)).outstanding == 0
    assert await check.differences() == []


async def test_choosing_no_account_that_is_not_there(sale: Sale, seller: StaffMember) -> None:
    return_id = await returns.open_return(sale.id, by=seller)

    with pytest.raises(NotFoundError):
        await returns.set_account(return_id, 999, by=seller)
    await returns.set_account(return_id, (await account(CARD)).id, by=seller)
    await returns.set_account(return_id, None, by=seller)

    assert (await returns.content(return_id)).draft.money_account_id is None


async def test_a_second_return_after_the_money_went_elsewhere(
    sale: Sale, seller: StaffMember
) -> None:
    """The first was paid from the card; the second finds all of the cash."""
    await come_back(sale, seller, a=1, kind=CARD)
    await come_back(sale, seller, a=2, b=1)

    assert await balances() == {CARD: D("-7.50"), CASH: D("7.50")}
    assert await check.differences() == []


async def test_what_was_given_away_brings_nothing_back(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 9, "B": 9})
    sale = await sale_of(take_in, seller)
    await undo.undo(sale.order_id, by=seller)
    await drafts.set_discount(sale.order_id, Discount(D(100), is_percent=True), by=seller)
    sale = await sales.add_sale(sale.order_id, by=seller)

    await come_back(sale, seller, a=3)

    assert (await Sale.get(id=sale.id)).returned == 0
    assert await MoneyEntry.filter(kind=EntryKind.RETURN).count() == 0
    assert await check.differences() == []


# --- being put together --------------------------------------------------------------------------


async def test_what_was_begun_can_be_left(sale: Sale, seller: StaffMember) -> None:
    return_id = await returns.open_return(sale.id, by=seller)

    await returns.drop(return_id, by=seller)
    await returns.drop(return_id, by=seller)

    assert [await table.all().count() for table in (SaleReturn, SaleReturnLine)] == [0, 0]
    for step in (
        returns.content(return_id),
        returns.set_amount(return_id, D(1), by=seller),
        returns.set_account(return_id, None, by=seller),
        returns.set_line(return_id, 1, D(1), is_written_off=False, by=seller),
        returns.complete(return_id, by=seller),
    ):
        with pytest.raises(NotFoundError):
            await step


async def test_a_return_that_is_done_is_not_left(sale: Sale, seller: StaffMember) -> None:
    return_id = await come_back(sale, seller, a=1)

    await returns.drop(return_id, by=seller)

    assert await SaleReturn.all().count() == 1
    assert await check.differences() == []


@pytest.mark.parametrize("quantity", ["3.001", "4", "-1"])
async def test_more_than_was_sold_does_not_come_back(
    sale: Sale, seller: StaffMember, quantity: str
) -> None:
    return_id = await returns.open_return(sale.id, by=seller)
    first = (await returns.content(return_id)).items[0].line

    with pytest.raises(TooMuchError) as refused:
        await returns.set_line(return_id, first.id, D(quantity), is_written_off=False, by=seller)
    assert refused.value.limit == 3
    with pytest.raises(NotFoundError):
        await returns.set_line(return_id, 999, D(1), is_written_off=False, by=seller)

    assert (await returns.content(return_id)).items[0].quantity == 3


async def test_a_return_of_nothing_is_refused(sale: Sale, seller: StaffMember) -> None:
    return_id = await returns.open_return(sale.id, by=seller)
    for item in (await returns.content(return_id)).items:
        await returns.set_line(return_id, item.line.id, D(0), is_written_off=False, by=seller)

    with pytest.raises(NothingLeftError):
        await returns.complete(return_id, by=seller)

    assert (await Sale.get()).returned == 0


async def test_a_second_tap_on_complete_changes_nothing(
    sale: Sale, seller: StaffMember, colleague: StaffMember
) -> None:
    return_id = await come_back(sale, seller, a=1)

    for by in (seller, colleague):
        with pytest.raises(NotFoundError):
            await returns.complete(return_id, by=by)

    assert (await Sale.get()).returned == D("7.50")
    assert await numbers("A") == ("7", "0")


async def test_a_return_that_changed_must_be_looked_at_again(
    sale: Sale, seller: StaffMember
) -> None:
    return_id = await returns.open_return(sale.id, by=seller)
    shown = (await returns.content(return_id)).draft.revision
    first = (await returns.content(return_id)).items[0].line

    for change in (
        returns.set_line(return_id, first.id, D(1), is_written_off=False, by=seller),
        returns.set_amount(return_id, D(1), by=seller),
        returns.set_account(return_id, None, by=seller),
    ):
        await change
        with pytest.raises(OrderChangedError):
            await returns.complete(return_id, by=seller, revision=shown)
        shown = (await returns.content(return_id)).draft.revision

    await returns.complete(return_id, by=seller, revision=shown)
    assert (await Sale.get()).returned == 1


async def test_undone_and_unknown_sales_take_nothing_back(sale: Sale, seller: StaffMember) -> None:
    await undo.undo(sale.order_id, by=seller)

    for sale_id in (sale.id, 999):
        with pytest.raises(NotFoundError):
            await returns.open_return(sale_id, by=seller)
