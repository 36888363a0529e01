"""At the same moment: exactly one wins, and the books balance.

SQLite runs one transaction at a time and would bless any bug, so each race also has its control: on
PostgreSQL, with the lock taken out, the same race must break something.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence

import pytest

from domain.errors import InvalidTransitionError, LabelError, LabelProblem
from domain.orders import Phase, RejectReason
from domain.rights import Role
from models.database import connect_postgres
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.sales import Sale
from models.staff import StaffMember
from models.statuses import OrderStatus
from models.stock import Product
from services import check, drafts, intake, orders, sales, statuses, stock, undo
from services.transactions import transaction
from tests.factories import (
    Intake,
    drain,
    incoming,
    line,
    lines_of,
    make_order,
    make_shop,
    make_staff,
    numbers,
    sell,
    stock_up,
    the_order,
)
from tests.services.together import unlocked_orders
from worker.inbox import InboxWorker

DUELS = 10


async def at_once(*work: Awaitable[object]) -> list[object]:
    """Everything together; what was raised is among the results."""
    return list(await asyncio.gather(*work, return_exceptions=True))


def won(results: Iterable[object]) -> int:
    """How many succeeded; the others lost in the one way that losing may look."""
    losers = [result for result in results if isinstance(result, BaseException)]
    assert [type(loser) for loser in losers] == [InvalidTransitionError] * len(losers)
    return len(list(results)) - len(losers)


def is_clean(results: Sequence[object]) -> bool:
    try:
        return won(results) == 1
    except AssertionError:
        return False


# --- one order, many thumbs ----------------------------------------------------------------------


async def eight_sales(take_in: Intake, seller: StaffMember) -> list[object]:
    await stock_up({"A": 5})
    order = await make_order(take_in, [line("A", 2)])
    await drafts.open_window(order.id, by=seller)
    return await at_once(*(sales.add_sale(order.id, by=seller) for _ in range(8)))


async def test_eight_taps_on_add_sale_make_one_sale(take_in: Intake, seller: StaffMember) -> None:
    results = await eight_sales(take_in, seller)

    assert won(results) == 1
    assert await Sale.all().count() == 1
    assert await numbers("A") == ("3", "0")
    assert await check.differences() == []


async def test_control_without_the_order_lock_taps_on_add_sale_collide(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in, seller = Intake((await make_shop()).id), await make_staff()
    monkeypatch.setattr(orders, "lock", unlocked_orders())

    results = await eight_sales(take_in, seller)

    errors = [result for result in results if isinstance(result, BaseException)]
    assert any(not isinstance(error, InvalidTransitionError) for error in errors)


async def duels(take_in: Intake, seller: StaffMember) -> list[list[object]]:
    """Ten orders, each sold and rejected at the same moment; what came of each.

    An owner rejects: anybody else would wait for the seller, who is on the order.
    """
    owner = await make_staff("Власниця", 5003)
    owner.role = Role.OWNER
    await stock_up({"A": 100})
    outcomes = []
    for number in range(DUELS):
        order = await make_order(take_in, [line("A", 2)], str(number))
        await drafts.open_window(order.id, by=seller)
        results = await at_once(
            sales.add_sale(order.id, by=seller),
            orders.reject(order.id, RejectReason.DUPLICATE, by=owner),
        )
        outcomes.append(results)
    return outcomes


async def test_of_a_sale_and_a_rejection_exactly_one_wins(
    take_in: Intake, seller: StaffMember
) -> None:
    outcomes = await duels(take_in, seller)

    assert [won(results) for results in outcomes] == [1] * DUELS
    sold = await Order.filter(phase=Phase.COMPLETED).count()
    assert await Sale.all().count() == sold
    assert await numbers("A") == (str(100 - 2 * sold), "0")
    assert await check.differences() == []


async def test_control_without_the_order_lock_a_duel_has_no_clean_end(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = Intake((await make_shop()).id)
    seller = await make_staff()
    monkeypatch.setattr(orders, "lock", unlocked_orders())

    outcomes = await duels(take_in, seller)

    assert await check.differences() or not all(map(is_clean, outcomes))


async def test_of_an_undo_and_a_second_tap_one_order_comes_out(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    for number in range(DUELS):
        order = await make_order(take_in, [line("A", 2)], str(number))
        await sell(order, seller)

        results = await at_once(
            undo.undo(order.id, by=seller),
            undo.undo(order.id, by=seller),
            orders.reject(order.id, RejectReason.DUPLICATE, by=colleague),
            orders.refuse(order.id, by=colleague),
        )

        undone, undone_too, *closed = results
        assert won([undone, undone_too]) == 1
        assert won(closed) <= 1
        await order.refresh_from_db()
        assert (order.phase is not Phase.OPEN) == (won(closed) == 1)
    assert await check.differences() == []


async def test_a_relabel_never_undoes_a_sale(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 100})
    status = await statuses.create("CALL BACK")
    for number in range(DUELS):
        order = await make_order(take_in, [line("A")], str(number))
        await drafts.open_window(order.id, by=seller)

        await at_once(
            orders.change_status(order.id, status.id, by=seller),
            sales.add_sale(order.id, by=seller),
            orders.change_status(order.id, status.id, by=seller),
        )

        await order.refresh_from_db()
        assert order.phase is Phase.COMPLETED


# --- one product, many orders --------------------------------------------------------------------


async def eight_orders_for_the_last_piece(shop_id: int) -> None:
    """Each request is worked by a worker of its own."""
    await stock_up({"A": 1})
    take_in = Intake(shop_id)
    await take_in.append(*(incoming(str(number), line("A")) for number in range(8)))
    await at_once(*(intake.work_one(entry, parse_of(take_in), []) for entry in range(1, 9)))


def parse_of(take_in: Intake) -> intake.Parse:
    return lambda _platform, topic, body: take_in.told.parse(topic, body)


async def test_eight_orders_for_the_last_piece_reserve_it_once(db: str) -> None:
    await eight_orders_for_the_last_piece((await make_shop()).id)

    assert await Order.filter(phase=Phase.OPEN).count() == 8
    assert await OrderLine.filter(reserved=1).count() == 1
    assert await numbers("A") == ("1", "1")
    assert await check.differences() == []


async def test_control_without_the_product_lock_the_last_piece_is_promised_twice(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "lock_products", unlocked_products)

    await eight_orders_for_the_last_piece((await make_shop()).id)

    assert await OrderLine.filter(reserved=1).count() > 1


async def unlocked_products(product_ids: Iterable[int]) -> stock.Products:
    products = {product.id: product for product in await Product.filter(id__in=set(product_ids))}
    await asyncio.sleep(0.1)  # the others read the same before anybody writes
    return products


async def test_two_short_orders_sold_at_once_do_not_wait_for_each_other(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    """Each lacks what the other holds, so each would lock the other's product second."""
    for number in range(DUELS):
        names = (f"A{number}", f"B{number}")
        await stock_up(dict.fromkeys(names, 1))
        one = await make_order(take_in, [line(names[0]), line(names[1], 2)], f"1{number}")
        other = await make_order(take_in, [line(names[1]), line(names[0], 2)], f"2{number}")

        results = await at_once(
            sell(one, seller, accept_shortage=True), sell(other, colleague, accept_shortage=True)
        )

        assert won(results) == 2
    assert await check.differences() == []


async def test_an_import_and_staff_on_the_same_orders_keep_the_books(
    take_in: Intake, seller: StaffMember
) -> None:
    """An import hands out goods to waiting lines while these lines are sold and given back."""
    for number in range(DUELS):
        sku = f"S{number}"
        await stock_up({sku: 1})
        held = [await make_order(take_in, [line(sku, 3)], f"{number}-{i}") for i in range(4)]
        await drafts.open_window(held[0].id, by=seller)
        await take_in.append(incoming(f"{number}-3", line(sku, 5), minute=1))

        results = await at_once(
            stock_up({sku: 20}),
            sales.add_sale(held[0].id, by=seller, accept_shortage=True),
            orders.reject(held[1].id, RejectReason.DUPLICATE, by=seller),
            orders.refuse(held[2].id, by=seller),
            drain(take_in.worker),
        )

        assert won(results) == 5
        assert await check.differences() == []


async def test_an_import_links_new_products_while_their_orders_are_closed(
    take_in: Intake, seller: StaffMember
) -> None:
    for number in range(DUELS):
        sku = f"S{number}"
        held = [await make_order(take_in, [line(sku, 3)], f"{number}-{i}") for i in range(2)]
        await drafts.open_window(held[0].id, by=seller)

        results = await at_once(
            stock_up({sku: 20}),
            sales.add_sale(held[0].id, by=seller, accept_shortage=True),
            orders.reject(held[1].id, RejectReason.DUPLICATE, by=seller),
        )

        assert won(results) == 3
        assert await check.differences() == []


# --- one order, many requests --------------------------------------------------------------------


async def test_eight_equal_requests_worked_at_once_make_one_order(db: str) -> None:
    await stock_up({"A": 5})
    take_in = Intake((await make_shop()).id)
    await take_in.append(*[incoming("1", line("A", 2))] * 8)
    workers = [InboxWorker({"woocommerce": take_in.told}, []) for _ in range(8)]

    await asyncio.gather(
        *(intake.work_one(entry, parse_of(take_in), []) for entry in range(1, 9)),
        return_exceptions=True,
    )
    await asyncio.gather(*(drain(worker) for worker in workers))

    order = await the_order()
    assert [one.reserved for one in await lines_of(order)] == [2]
    assert await OrderEvent.filter(kind=EventKind.CREATED).count() == 1
    assert await check.differences() == []


async def test_updates_of_one_order_worked_at_once_end_in_the_newest(db: str) -> None:
    await stock_up({"A": 50})
    take_in = Intake((await make_shop()).id)
    await take_in(incoming("1", line("A", 9)))
    await take_in.append(
        *(incoming("1", line("A", minute), minute=minute) for minute in (3, 8, 1, 7, 2, 6, 5, 4))
    )

    await at_once(*(intake.work_one(entry, parse_of(take_in), []) for entry in range(2, 10)))
    await drain(take_in.worker)

    assert await numbers("A") == ("50", "8")
    assert await check.differences() == []


async def test_control_without_the_order_lock_updates_break_the_books(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "lock", unlocked_orders())
    monkeypatch.setattr(intake, "_lock", lock_nothing)
    broken = []
    for number in range(5):
        await stock_up({f"A{number}": 50})
        take_in = Intake((await make_shop(f"shop {number}")).id)
        await take_in(incoming("1", line(f"A{number}", 9)))
        await take_in.append(
            *(incoming("1", line(f"A{number}", 9 - i), minute=i) for i in range(1, 9))
        )
        first = 9 * number + 2
        await at_once(
            *(intake.work_one(entry, parse_of(take_in), []) for entry in range(first, first + 8))
        )
        broken += await check.differences()

    assert broken != []


async def lock_nothing(_received: object, _links: object) -> set[int]:
    return set()


# --- the check of the books ----------------------------------------------------------------------


async def books_checked_during_an_import(url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is found when five pieces are counted between the check's first look and its next."""
    await stock_up({"A": 5})
    look, looks = check._rows, 0

    async def look_and_be_overtaken(query: str) -> list[dict[str, int]]:
        nonlocal looks
        rows, looks = await look(query), looks + 1
        if looks == 1:
            connection = await connect_postgres(url)
            await connection.execute(
                "WITH counted AS (UPDATE product SET on_hand = 10000 RETURNING id) "
                "INSERT INTO stock_movement "
                "(product_id, kind, on_hand_change, reserved_change, at) "
                "SELECT id, 'count', 5000, 0, now() FROM counted"
            )
            await connection.close()
        return rows

    monkeypatch.setattr(check, "_rows", look_and_be_overtaken)
    return await check.differences()


async def test_the_books_are_read_at_one_instant(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await books_checked_during_an_import(postgres_db, monkeypatch) == []

    assert await numbers("A") == ("10", "0")


async def test_control_without_the_snapshot_the_check_finds_what_is_not_wrong(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "snapshot", transaction)

    found = await books_checked_during_an_import(postgres_db, monkeypatch)

    assert found == ["product A: on_hand is 5, but the sum of its movements is 10"]


# --- labels --------------------------------------------------------------------------------------


async def test_two_people_making_one_label_make_one_status(db: str) -> None:
    results = await at_once(*(statuses.create(f"call {' ' * n}BACK") for n in range(4)))

    refused = [result for result in results if isinstance(result, LabelError)]
    assert [error.problem for error in refused] == [LabelProblem.TAKEN] * 3
    assert await OrderStatus.filter(key="call back").count() == 1
