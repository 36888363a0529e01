"""Money that carriers collect: settled once into the account that was chosen, whoever races."""

import asyncio
from decimal import Decimal

import pytest

from domain.carriers import ParcelState
from domain.orders import Phase
from domain.payments import AccountKind
from models.carriers import Waybill
from models.drafts import SaleDraft
from models.money import EntryKind, MoneyEntry
from models.orders import EventKind, Order, OrderEvent
from models.sales import Sale
from models.staff import StaffMember
from services import check, money, orders, returns, undo, waybills
from tests.carriers import CARRIER
from tests.factories import Intake, cards_were_sent, make_shop, make_staff, sell, stock_up
from tests.parcels import NUMBER, comes_to, events, made, said, sold
from tests.services.sale_stage import CARD, CASH, COD, D, account, at_once, balances, come_back
from tests.services.together import read_together, unlocked_orders

ARRIVED, RECEIVED = ParcelState.ARRIVED, ParcelState.RECEIVED


@pytest.fixture
async def order(take_in: Intake, seller: StaffMember) -> Order:
    """Sold for 20 on delivery, its waybill made, its card in the owner's chat."""
    await stock_up({"A": 100})
    order = await sold(take_in, seller)
    await made(order)
    await cards_were_sent()
    return order


async def give_back(order: Order, seller: StaffMember) -> None:
    sale = await Sale.get(standing_for=order.id)
    return_id = await returns.open_return(sale.id, by=seller)
    await returns.complete(return_id, by=seller)


async def test_what_the_carrier_collected_is_settled_once(order: Order) -> None:
    await comes_to(CARD)
    assert await balances() == {COD: D(20)}

    assert await said(order, RECEIVED)
    for _ in range(2):
        assert not await said(order, RECEIVED, code="11")

    assert await balances() == {CARD: D(20)}
    assert (await Sale.get(standing_for=order.id)).outstanding == 0
    assert await events(order) == [(EventKind.PARCEL, "received"), (EventKind.SETTLED, "20")]
    settled = await OrderEvent.get(kind=EventKind.SETTLED)
    card = await account(CARD)
    by = {"carrier": CARRIER, "parcel": NUMBER}
    assert settled.data == {"amount": "20", "account": card.id, **by}
    entries = await MoneyEntry.filter(kind=EntryKind.SETTLE)
    assert {entry.staff_id for entry in entries} == {(await Sale.get()).staff_id}
    assert await check.differences() == []


@pytest.mark.parametrize(("collected", "left"), [("15", "5"), ("0", "20"), ("25", "0")])
async def test_no_more_is_settled_than_was_collected_and_is_awaited(
    order: Order, collected: str, left: str
) -> None:
    await comes_to(CASH)
    await Waybill.all().update(cod_amount=D(collected))
    await said(order, RECEIVED)
    assert (await Sale.get(standing_for=order.id)).outstanding == D(left)
    came = 20 - D(left)
    assert await balances() == {
        kind: sum_ for kind, sum_ in {CASH: came, COD: D(left)}.items() if sum_
    }
    assert await check.differences() == []


async def test_a_debt_that_the_carrier_was_not_to_collect_stays(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    order = await sold(take_in, seller, payment_method="bacs")
    unpaid = await account(AccountKind.UNPAID)
    await MoneyEntry.all().update(account_id=unpaid.id)
    await Sale.all().update(outstanding=D(20))
    await made(order)
    await comes_to(CARD)
    await said(order, RECEIVED)
    assert await balances() == {AccountKind.UNPAID: D(20)}
    assert await check.differences() == []


async def test_nothing_is_settled_in_another_currency(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 100})
    order = await sold(take_in, seller, currency="EUR")
    await made(order)
    await comes_to(CARD)
    await said(order, RECEIVED)
    assert await events(order) == [(EventKind.PARCEL, "received")]
    assert await balances() == {COD: D(20)}


@pytest.mark.parametrize("kind", [None, COD])
async def test_nothing_is_settled_where_no_real_account_was_chosen(
    order: Order, kind: AccountKind | None
) -> None:
    if kind is not None:
        await comes_to(kind)
    await said(order, RECEIVED)
    assert await balances() == {COD: D(20)}
    assert await events(order) == [(EventKind.PARCEL, "received")]


async def test_what_was_settled_by_hand_is_left_alone(order: Order, seller: StaffMember) -> None:
    await comes_to(CARD)
    sale, cash = await Sale.get(standing_for=order.id), await account(CASH)
    await money.settle(sale.id, cash.id, by=seller, expected=D(20))
    await OrderEvent.filter(kind=EventKind.SETTLED).delete()
    await said(order, RECEIVED)
    assert await balances() == {CASH: D(20)}
    assert await events(order) == [(EventKind.PARCEL, "received")]


async def test_of_a_number_that_was_typed_the_carrier_says_what_it_collects(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    await comes_to(CARD)
    order = await sold(take_in, seller, waybill=NUMBER)
    await said(order, ARRIVED, cod_amount=D(12))
    await said(order, RECEIVED)  # without a sum: told to those with the right phone alone
    assert await balances() == {CARD: D(12), COD: D(8)}
    assert await check.differences() == []


async def test_where_the_carrier_says_what_it_collects_that_counts(order: Order) -> None:
    await comes_to(CARD)  # somebody has changed the sum in its cabinet
    await said(order, ARRIVED, cod_amount=D(15))
    await said(order, RECEIVED)
    assert await balances() == {CARD: D(15), COD: D(5)}
    assert await check.differences() == []


async def test_goods_that_came_back_bring_no_money(order: Order, seller: StaffMember) -> None:
    await comes_to(CARD)
    await give_back(order, seller)
    await said(order, RECEIVED)
    assert await balances() == {}
    assert EventKind.SETTLED not in dict(await events(order))


@pytest.mark.parametrize("pieces", [1, 2])
async def test_a_return_that_is_undone_leaves_nothing_that_was_collected_unsettled(
    order: Order, seller: StaffMember, pieces: int
) -> None:
    await comes_to(CARD)
    await come_back(await Sale.get(standing_for=order.id), seller, a=pieces)
    await said(order, RECEIVED)
    await undo.undo(order.id, by=seller)
    assert await balances() == {CARD: D(20)}
    assert (await Sale.get(standing_for=order.id)).outstanding == 0
    assert await check.differences() == []


async def test_a_sale_can_be_undone_after_its_parcel_was_received(
    order: Order, seller: StaffMember
) -> None:
    await comes_to(CARD)
    await said(order, RECEIVED)
    await undo.undo(order.id, by=seller)
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    assert await balances() == {}
    assert await check.differences() == []


async def test_a_sale_that_is_added_after_its_parcel_was_received_is_settled_at_once(
    order: Order, seller: StaffMember
) -> None:
    await comes_to(CARD)
    await undo.undo(order.id, by=seller)
    await SaleDraft.filter(order_id=order.id).update(waybill_number=NUMBER)
    await said(order, RECEIVED)
    assert await balances() == {}

    await sell(order, seller)

    assert await balances() == {CARD: D(20)}
    assert (await events(order))[-1] == (EventKind.SETTLED, "20")
    assert (await Sale.get(standing_for=order.id)).outstanding == 0
    assert await check.differences() == []
    await undo.undo(order.id, by=seller)
    assert await balances() == {}


async def test_a_number_that_is_named_once_more_brings_its_money_once(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    await comes_to(CARD)
    order = await sold(take_in, seller, waybill=NUMBER)
    await said(order, RECEIVED, cod_amount=D(12))
    for number in ("", NUMBER):
        await waybills.name_number(order.id, number, by=seller)
    await said(order, RECEIVED, cod_amount=D(12))
    assert await balances() == {CARD: D(12), COD: D(8)}
    assert await check.differences() == []
    await undo.undo(order.id, by=seller)
    await sell(order, seller)
    await said(order, RECEIVED, cod_amount=D(12))  # the sale is another one
    assert await balances() == {CARD: D(12), COD: D(8)}


async def test_orders_that_went_in_one_parcel_share_what_was_collected(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    await comes_to(CARD)
    first = await sold(take_in, seller, "1", waybill=NUMBER)
    second = await sold(take_in, seller, "2", waybill=NUMBER)

    for order in (first, second, first):
        await said(order, RECEIVED, cod_amount=D(35))

    assert await balances() == {CARD: D(35), COD: D(5)}
    assert await check.differences() == []
    await undo.undo(first.id, by=seller)
    assert await balances() == {CARD: D(15), COD: D(5)}


async def test_what_was_collected_for_goods_that_came_back_is_no_other_orders(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    await comes_to(CARD)
    first = await sold(take_in, seller, "1", waybill=NUMBER)
    second = await sold(take_in, seller, "2", waybill=NUMBER)
    for order in (first, second):
        await said(order, RECEIVED, cod_amount=D(35))
    await give_back(first, seller)
    assert await balances() == {CARD: D(15), COD: D(5)}

    await give_back(second, seller)
    await undo.undo(second.id, by=seller)

    assert await balances() == {CARD: D(15), COD: D(5)}
    assert await check.differences() == []


# Races


async def test_of_two_who_hear_it_at_once_one_settles(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 100})
    await comes_to(CARD)
    for number in range(4):
        order = await sold(take_in, seller, str(number))
        await made(order, f"{int(NUMBER) + number}")
        assert {*await at_once(*(said(order, RECEIVED) for _ in range(2)))} == {False, True}
    assert await MoneyEntry.filter(kind=EntryKind.SETTLE).count() == 8
    assert await balances() == {CARD: D(80)}
    assert await check.differences() == []


async def test_orders_of_one_parcel_that_hear_it_at_once_share_it(
    take_in: Intake, seller: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads what was brought waits for the other, who may not read before it is over."""
    await stock_up({"A": 100})
    await comes_to(CARD)
    pair = [await sold(take_in, seller, number, waybill=NUMBER) for number in "12"]
    read, brought = read_together(lambda _: asyncio.sleep(0)), money._brought_to_others

    async def slowly(parcel: Waybill) -> Decimal:
        found = await brought(parcel)
        await read(0)
        return found

    monkeypatch.setattr(money, "_brought_to_others", slowly)
    await at_once(*(said(each, RECEIVED, cod_amount=D(35)) for each in pair))
    assert await balances() == {CARD: D(35), COD: D(5)}
    assert await check.differences() == []


async def test_without_the_lock_both_would(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the one above."""
    del postgres_db
    take_in, seller = Intake((await make_shop()).id), await make_staff()
    await stock_up({"A": 100})
    await comes_to(CARD)
    order = await sold(take_in, seller)
    await made(order)
    monkeypatch.setattr(orders, "lock", unlocked_orders())
    assert await at_once(*(said(order, RECEIVED) for _ in range(2))) == [True, True]


async def test_a_return_meets_the_news_that_it_was_received(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    await comes_to(CARD)
    for number in range(4):
        order = await sold(take_in, seller, str(number))
        await made(order, f"{int(NUMBER) + number}")
        results = await at_once(said(order, RECEIVED), give_back(order, seller))
        assert not [each for each in results if isinstance(each, BaseException)]
        assert (await Order.get(id=order.id)).phase is Phase.REFUSED
    assert await balances() == {}
    assert await check.differences() == []


async def test_an_undo_meets_the_news_that_it_was_received(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    await comes_to(CARD)
    for number in range(4):
        order = await sold(take_in, seller, str(number))
        await made(order, f"{int(NUMBER) + number}")
        results = await at_once(said(order, RECEIVED), undo.undo(order.id, by=seller))
        assert not [each for each in results if isinstance(each, BaseException)]
        assert (await Order.get(id=order.id)).phase is Phase.OPEN
    assert await balances() == {}
    assert await check.differences() == []
