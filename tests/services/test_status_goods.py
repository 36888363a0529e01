"""A status that holds no goods: what its orders reserve, and when."""

import pytest

from domain.errors import OutOfStockError
from domain.orders import PlatformState, RejectReason
from domain.rights import Role
from models.orders import OrderLine
from models.outbox import OutboxEffect
from models.staff import StaffMember
from models.statuses import OrderStatus
from services import (
    check,
    draft_lines,
    drafts,
    order_views,
    orders,
    sales,
    status_edits,
    statuses,
    undo,
)
from services.statuses import NEW_ID
from tests.factories import (
    Intake,
    incoming,
    line,
    make_order,
    make_staff,
    numbers,
    stock_up,
    the_order,
)
from tests.services.sale_stage import D, content_of, items, key_of, product


@pytest.fixture
async def manager(db: str) -> StaffMember:
    del db
    return await make_staff("Марія", 5009, Role.MANAGER)


@pytest.fixture
async def later(manager: StaffMember) -> OrderStatus:
    """An own status that holds nothing."""
    status = await statuses.create("SEND IN A MONTH")
    await status_edits.set_holding(status.id, False, by=manager)
    return status


@pytest.fixture
async def call_back(db: str) -> OrderStatus:
    del db
    return await statuses.create("CALL BACK")


async def reserved(sku: str = "A") -> str:
    return (await numbers(sku))[1]


async def test_goods_go_free_in_it_and_are_reserved_again_out_of_it(
    take_in: Intake, seller: StaffMember, later: OrderStatus, call_back: OrderStatus
) -> None:
    await stock_up({"A": 5, "B": 5})
    order = await make_order(take_in, [line("A", 4), line("X")])
    await drafts.open_window(order.id, by=seller)
    added = await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
    assert (await reserved(), await reserved("B")) == ("4", "1")

    await orders.change_status(order.id, later.id, by=seller)
    assert (await reserved(), await reserved("B")) == ("0", "0")
    await draft_lines.set_quantity(order.id, added, D(3), by=seller)
    await take_in(incoming("1", line("A", 5), line("X"), minute=1))
    await stock_up({"X": 9, "A": 6})
    assert (await reserved(), await reserved("B"), await reserved("X")) == ("0", "0", "0")
    assert await OrderLine.filter(product=None).count() == 0
    assert await check.differences() == []

    await orders.change_status(order.id, call_back.id, by=seller)
    assert (await reserved(), await reserved("B"), await reserved("X")) == ("5", "3", "1")
    await orders.change_status(order.id, later.id, by=seller)
    await stock_up({"A": 2})
    await orders.change_status(order.id, call_back.id, by=seller)
    assert (await reserved(), await reserved("B")) == ("2", "3")
    assert await check.differences() == []


async def test_the_switch_takes_and_gives_for_all_its_orders(
    take_in: Intake, seller: StaffMember, manager: StaffMember, call_back: OrderStatus
) -> None:
    await stock_up({"A": 5})
    held = [await make_order(take_in, [line("A", 2)], number) for number in "123"]
    for order in held[:2]:
        await orders.change_status(order.id, call_back.id, by=seller)
    await drafts.open_window(held[0].id, by=seller)
    await draft_lines.set_quantity(held[0].id, await key_of(held[0]), D(3), by=seller)
    assert await reserved() == "5"
    await OutboxEffect.all().delete()

    for _ in range(2):
        await status_edits.set_holding(call_back.id, False, by=manager)
        assert await reserved() == "1"
    assert {effect.subject_id for effect in await OutboxEffect.all()} == {
        order.id for order in held[:2]
    }
    assert await check.differences() == []

    await stock_up({"A": 5})  # the third one takes its second
    await status_edits.set_holding(call_back.id, True, by=manager)
    lines = [(each.order_id, str(each.reserved)) for each in await OrderLine.all().order_by("id")]
    assert lines == [(held[0].id, "2"), (held[1].id, "1"), (held[2].id, "2")]
    assert await check.differences() == []


async def test_moving_the_orders_of_a_deleted_status_takes_or_gives_their_goods(
    take_in: Intake,
    seller: StaffMember,
    manager: StaffMember,
    later: OrderStatus,
    call_back: OrderStatus,
) -> None:
    await stock_up({"A": 5})
    order = await make_order(take_in, [line("A", 2)])
    await orders.change_status(order.id, call_back.id, by=seller)

    await status_edits.delete(call_back.id, by=manager, move_to=later.id)
    assert await reserved() == "0"
    assert await check.differences() == []

    await status_edits.delete(later.id, by=manager, move_to=NEW_ID)
    assert await reserved() == "2"
    assert await check.differences() == []


async def test_confirm_sells_what_is_there_and_undo_holds_nothing_again(
    take_in: Intake, seller: StaffMember, later: OrderStatus
) -> None:
    await stock_up({"A": 5, "B": 5})
    order = await make_order(take_in, [line("A", 2)])
    await orders.change_status(order.id, later.id, by=seller)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(4), by=seller)
    await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
    assert [item.missing for item in await items(order)] == [0, 0]

    await sales.add_sale(order.id, by=seller)

    assert (await numbers("A"), await numbers("B")) == (("1", "0"), ("4", "0"))
    assert await check.differences() == []
    await undo.undo(order.id, by=seller)
    assert (await numbers("A"), await numbers("B")) == (("5", "0"), ("5", "0"))
    assert (await the_order()).status_id == later.id
    assert [str(item.quantity) for item in (await content_of(order)).sold] == ["4", "1"]
    assert await check.differences() == []


async def test_confirm_names_what_others_have_taken_and_changes_nothing(
    take_in: Intake, seller: StaffMember, later: OrderStatus
) -> None:
    await stock_up({"A": 5})
    order = await make_order(take_in, [line("A", 2, "l1"), line("A", 3, "l2")])
    await orders.change_status(order.id, later.id, by=seller)
    await make_order(take_in, [line("A", 4)], "2")
    await drafts.open_window(order.id, by=seller)
    assert [item.missing for item in await items(order)] == [1, 3]

    with pytest.raises(OutOfStockError) as refused:
        await sales.add_sale(order.id, by=seller)

    assert [short.missing for short in refused.value.shortages] == [1, 3]
    assert await reserved() == "4"
    await sales.add_sale(order.id, by=seller, accept_shortage=True)
    assert await numbers("A") == ("0", "4")
    await undo.undo(order.id, by=seller)
    assert await numbers("A") == ("5", "4")
    assert await check.differences() == []


async def test_closing_and_undo_restore_what_the_status_holds_now(
    take_in: Intake, seller: StaffMember, manager: StaffMember, later: OrderStatus
) -> None:
    await stock_up({"A": 9})
    held = [await make_order(take_in, [line("A", 2)], number) for number in "12"]
    for order in held:
        await orders.change_status(order.id, later.id, by=seller)
        await orders.reject(order.id, RejectReason.OTHER, by=seller)

    await undo.undo(held[0].id, by=seller)
    assert await reserved() == "0"
    await status_edits.set_holding(later.id, True, by=manager)
    await undo.undo(held[1].id, by=seller)
    assert await reserved() == "4"
    await status_edits.set_holding(later.id, False, by=manager)
    await orders.refuse(held[1].id, by=seller)
    await orders.reopen(held[1].id, by=seller)
    assert await reserved() == "2"

    await take_in(incoming("1", line("A", 2), state=PlatformState.CANCELED, minute=1))
    await take_in(incoming("1", line("A", 2), minute=2))
    assert (await the_order()).status_id == NEW_ID
    assert await reserved() == "4"
    assert await check.differences() == []


async def test_nothing_is_called_short_that_is_not_to_be_held(
    take_in: Intake, seller: StaffMember, later: OrderStatus
) -> None:
    await stock_up({"A": 1})
    order = await make_order(take_in, [line("A", 2)])
    (before,) = await order_views.brief_views([order.id])

    await orders.change_status(order.id, later.id, by=seller)

    (brief,) = await order_views.brief_views([order.id])
    (shown,) = (await order_views.order_view(order.id)).lines
    assert (before.is_short, brief.is_short) == (True, False)
    assert (shown.holds, shown.missing) == (False, D(0))


async def test_check_finds_goods_held_in_vain(
    take_in: Intake, seller: StaffMember, call_back: OrderStatus
) -> None:
    await stock_up({"A": 5})
    order = await make_order(take_in, [line("A")])
    await orders.change_status(order.id, call_back.id, by=seller)
    await OrderStatus.filter(id=call_back.id).update(holds_goods=False)

    assert await check.differences() == [f"order {order.id} holds goods, yet its status holds none"]
