"""Sale windows at the same moment: exactly one wins, nobody waits for ever, the books balance.

As in ``test_races``: on PostgreSQL, with a lock taken out, the same must break something.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from domain.errors import (
    InvalidTransitionError,
    NotFoundError,
    NothingLeftError,
    OrderChangedError,
    WindowTakenError,
)
from domain.orders import Phase, PlatformState
from domain.payments import AccountKind
from domain.sums import Discount
from models.customers import Customer
from models.drafts import SaleDraft, SaleDraftLine
from models.money import EntryKind, MoneyEntry
from models.orders import Order
from models.sales import Sale, SaleReturn, SaleState
from models.staff import StaffMember
from services import check, draft_lines, drafts, money, orders, returns, sales, undo
from tests.factories import (
    Intake,
    drain,
    incoming,
    line,
    make_order,
    make_shop,
    make_staff,
    numbers,
    sell,
    stock_up,
)
from tests.services.sale_stage import D, account, at_once, key_of, losses, product, take_order

DUELS = 8


async def opened(take_in: Intake, by: StaffMember, number: int, sku: str = "A") -> Order:
    order = await make_order(take_in, [line(sku, 2)], str(number))
    await drafts.open_window(order.id, by=by)
    return order


# --- one order -----------------------------------------------------------------------------------


async def test_add_sale_on_two_phones_of_one_view_makes_one_sale(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        order = await opened(take_in, seller, number)
        await draft_lines.set_quantity(order.id, await key_of(order), D(3), by=seller)
        shown = (await Order.get(id=order.id)).revision

        results = await at_once(
            *(sales.add_sale(order.id, by=seller, revision=shown) for _ in range(2))
        )

        assert losses(results) == [InvalidTransitionError]
    assert await Sale.all().count() == DUELS
    assert await MoneyEntry.all().count() == DUELS
    assert await numbers("A") == (str(100 - 3 * DUELS), "0")
    assert await check.differences() == []


async def test_of_a_sale_and_a_platform_that_cancels_one_is_first(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100, "B": 100})
    for number in range(DUELS):
        order = await opened(take_in, seller, number)
        await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
        await take_in.append(
            incoming(str(number), line("A", 2), state=PlatformState.CANCELED, minute=1)
        )

        results = await at_once(sales.add_sale(order.id, by=seller), drain(take_in.worker))

        lost = losses(results)
        await order.refresh_from_db()
        assert (order.phase, lost) in [
            (Phase.COMPLETED, []),
            (Phase.CANCELED, [InvalidTransitionError]),
        ]
        assert order.platform_state is PlatformState.CANCELED
    assert await check.differences() == []


async def test_of_a_sale_and_a_platform_that_changes_the_order_one_is_first(
    take_in: Intake, seller: StaffMember
) -> None:
    """What is sold is what was shown, or the seller must look again."""
    await stock_up({"A": 100})
    for number in range(DUELS):
        order = await opened(take_in, seller, number)
        shown = (await Order.get(id=order.id)).revision
        await take_in.append(incoming(str(number), line("A", 5), minute=1))

        results = await at_once(
            sales.add_sale(order.id, by=seller, revision=shown), drain(take_in.worker)
        )

        assert losses(results) in ([], [OrderChangedError])
        sale = await Sale.get_or_none(standing_for=order.id)
        assert (sale is None) == bool(losses(results))
        assert sale is None or sale.total == 20
    assert await check.differences() == []


async def test_of_an_edit_and_a_sale_the_sale_is_as_it_was_shown(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        order = await opened(take_in, seller, number)
        shown = (await Order.get(id=order.id)).revision

        results = await at_once(
            drafts.set_discount(order.id, Discount(D(7)), by=seller),
            sales.add_sale(order.id, by=seller, revision=shown),
        )

        lost = losses(results)
        sale = await Sale.get_or_none(standing_for=order.id)
        if sale is None:
            assert lost == [OrderChangedError]
        else:
            assert (lost, sale.total) == ([InvalidTransitionError], D(20))
    assert await check.differences() == []


async def test_edits_at_once_are_all_there(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 100, "B": 100})
    order = await opened(take_in, seller, 1)
    key, b = await key_of(order), (await product("B")).id

    results = await at_once(
        *(draft_lines.step_quantity(order.id, key, 1, by=seller) for _ in range(5)),
        *(draft_lines.add_product(order.id, b, by=seller) for _ in range(5)),
        drafts.set_text(order.id, "note", "крихке", by=seller),
    )

    assert losses(results) == []
    assert (await numbers("A"), await numbers("B")) == (("100", "7"), ("100", "5"))
    assert await SaleDraftLine.all().count() == 2
    assert (await SaleDraft.get()).note == "крихке"
    assert await check.differences() == []


async def test_two_who_confirm_at_once_share_no_window(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        order = await make_order(take_in, [line("A")], str(number))

        results = await at_once(
            drafts.open_window(order.id, by=seller), drafts.open_window(order.id, by=colleague)
        )

        assert losses(results) == [WindowTakenError]
        assert await SaleDraft.filter(order_id=order.id).count() == 1


async def test_two_who_take_over_at_once_leave_one_in_it(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    third = await make_staff("Марко", 5003)
    await stock_up({"A": 100})
    for number in range(DUELS):
        order = await opened(take_in, seller, number)

        results = await at_once(
            drafts.open_window(order.id, by=colleague, take_over=True),
            drafts.open_window(order.id, by=third, take_over=True),
            sales.add_sale(order.id, by=seller),
        )

        lost = losses(results)
        if InvalidTransitionError in lost:  # it was sold before the last of them came
            assert await Sale.filter(order_id=order.id).count() == 1
        else:
            assert lost == [WindowTakenError]
            assert (await SaleDraft.get(order_id=order.id)).staff_id != seller.id
    assert await check.differences() == []


# --- after the sale ------------------------------------------------------------------------------


async def test_of_an_undo_and_a_return_one_is_first(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        order = await opened(take_in, seller, number)
        sale = await sales.add_sale(order.id, by=seller)
        return_id = await returns.open_return(sale.id, by=colleague)

        results = await at_once(
            undo.undo(order.id, by=seller), returns.complete(return_id, by=colleague)
        )

        await order.refresh_from_db()
        assert (order.phase, losses(results)) in [
            (Phase.OPEN, [NotFoundError]),
            (Phase.REFUSED, [InvalidTransitionError]),
        ]
    assert await check.differences() == []


async def test_a_return_completed_twice_at_once_is_one(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        await sell(await make_order(take_in, [line("A", 2)], str(number)), seller)
        sale = await Sale.all().order_by("-id").first()
        assert sale is not None
        return_id = await returns.open_return(sale.id, by=seller)

        results = await at_once(*(returns.complete(return_id, by=by) for by in (seller, colleague)))

        assert losses(results) == [NotFoundError]
    assert await numbers("A") == ("100", "0")
    assert await MoneyEntry.filter(kind=EntryKind.RETURN).count() == DUELS
    assert await check.differences() == []


async def test_a_return_begun_twice_at_once_is_one(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    await sell(await make_order(take_in, [line("A", 2)]), seller)
    sale = await Sale.get()

    results = await at_once(
        *(returns.open_return(sale.id, by=by) for by in (seller, colleague, seller))
    )

    assert len(set(results)) == 1
    assert await SaleReturn.all().count() == 1


async def test_leaving_a_return_while_it_is_completed_loses_nothing(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        await sell(await make_order(take_in, [line("A", 2)], str(number)), seller)
        sale = await Sale.all().order_by("-id").first()
        assert sale is not None
        return_id = await returns.open_return(sale.id, by=seller)

        results = await at_once(
            returns.complete(return_id, by=seller), returns.drop(return_id, by=seller)
        )

        assert losses(results) in ([], [NotFoundError])
        await sale.refresh_from_db()
        assert (sale.state is SaleState.RETURNED) == (losses(results) == [])
    assert await check.differences() == []


async def test_what_is_owed_is_settled_once(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    cash, card = await account(AccountKind.CASH), await account(AccountKind.CARD)
    for number in range(DUELS):
        order = await opened(take_in, seller, number)
        sale = await sales.add_sale(order.id, by=seller)

        results = await at_once(
            money.settle(sale.id, cash.id, by=seller, expected=D(20)),
            money.settle(sale.id, card.id, by=colleague, expected=D(20)),
        )

        assert losses(results) == [NothingLeftError]
    both = [await money.balance(each.id, "UAH") for each in (cash, card)]
    assert sum(both) == 20 * DUELS
    assert await check.differences() == []


async def settled_and_returned(
    take_in: Intake, seller: StaffMember, colleague: StaffMember, number: int = 1
) -> list[object]:
    await stock_up({"A": 100})
    order = await opened(take_in, seller, number)
    sale = await sales.add_sale(order.id, by=seller)
    return_id = await returns.open_return(sale.id, by=colleague)
    card = await account(AccountKind.CARD)
    return await at_once(
        money.settle(sale.id, card.id, by=seller, expected=D(20)),
        returns.complete(return_id, by=colleague),
    )


async def test_settling_and_returning_at_once_leaves_nothing_over(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    results = await settled_and_returned(take_in, seller, colleague)

    assert losses(results) in ([], [NothingLeftError])
    assert await money.balances_of((await Sale.get()).id) == {}
    assert await check.differences() == []


async def test_control_without_the_order_lock_money_is_settled_and_given_back(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = Intake((await make_shop()).id)
    seller, colleague = await make_staff(), await make_staff("Ірина", 5002)
    monkeypatch.setattr(orders, "lock", unlocked_order)
    monkeypatch.setattr(money, "balances_of", slowly(money.balances_of))

    for number in range(1, 11):  # how they meet is chance: seldom they miss each other
        await settled_and_returned(take_in, seller, colleague, number)
        sale = await Sale.get(order__external_id=str(number))
        if await check.differences() or await money.balances_of(sale.id):
            return
    pytest.fail("never settled and given back")


def slowly(
    read: Callable[[int], Awaitable[money.Balances]],
) -> Callable[[int], Awaitable[money.Balances]]:
    async def read_slowly(sale_id: int) -> money.Balances:
        found = await read(sale_id)
        await asyncio.sleep(0.2)
        return found

    return read_slowly


async def unlocked_order(order_id: int) -> Order:
    order = await Order.get(id=order_id)
    await asyncio.sleep(0.05)  # the others read the same before anybody writes
    return order


async def test_one_new_customer_of_two_sales_is_one(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        phone = f"+38067123450{number}"
        one = await take_order(take_in, f"a{number}", phone=phone)
        other = await take_order(take_in, f"b{number}", phone=phone)

        results = await at_once(sell(one, seller), sell(other, colleague))

        assert losses(results) == []
    assert await Customer.all().count() == DUELS
    assert await check.differences() == []
