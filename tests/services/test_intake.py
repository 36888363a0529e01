"""What the platform says, and what becomes of it: the table of the design, line by line."""

import dataclasses
from decimal import Decimal

import pytest

from domain.orders import OrderGone, Phase, PlatformState, RejectReason
from models.orders import EventKind, Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.statuses import StatusKind
from services import check, order_views, orders, statuses, undo
from tests.factories import (
    Intake,
    cards_were_sent,
    incoming,
    line,
    lines_of,
    make_order,
    make_shop,
    numbers,
    sell,
    stock_up,
    the_order,
)

DRAFT, PENDING, ACTIVE, FAILED, DONE, CANCELED = (
    PlatformState.DRAFT,
    PlatformState.PENDING,
    PlatformState.ACTIVE,
    PlatformState.FAILED,
    PlatformState.COMPLETED,
    PlatformState.CANCELED,
)
STAYS_OPEN = (PENDING, ACTIVE, FAILED, DONE)


async def kinds(order: Order) -> list[EventKind]:
    events = await OrderEvent.filter(order_id=order.id).order_by("id")
    return [event.kind for event in events]


async def owed(kind: EffectKind = EffectKind.SHOW_CARD) -> int:
    return await OutboxEffect.filter(kind=kind).count()


async def forget_owed() -> None:
    """As if all that is owed had been shown."""
    await cards_were_sent()


@pytest.fixture(autouse=True)
async def _goods(db: str) -> None:
    del db
    await stock_up({"A": 5, "B": 5})


# --- first seen ----------------------------------------------------------------------------------


async def test_a_draft_is_not_an_order_yet(take_in: Intake) -> None:
    await take_in(incoming("1", line("A"), state=DRAFT))

    assert not await Order.exists()
    assert await numbers("A") == ("5", "0")
    assert await owed() == 0


@pytest.mark.parametrize("state", STAYS_OPEN)
async def test_an_order_first_seen_is_stored_reserved_and_shown(
    take_in: Intake, state: PlatformState
) -> None:
    await take_in(incoming("1", line("A", 2), state=state))

    order = await the_order()
    assert (order.phase, order.platform_state) == (Phase.OPEN, state)
    assert await numbers("A") == ("5", "2")
    assert await owed() == 1


async def test_an_order_first_seen_canceled_is_stored_without_a_card(take_in: Intake) -> None:
    await take_in(incoming("1", line("A", 2), state=CANCELED))

    view = await order_views.order_view((await the_order()).id)
    assert (view.order.phase, view.status.kind) == (Phase.CANCELED, StatusKind.CANCELED)
    assert await numbers("A") == ("5", "0")
    assert await owed() == 0


@pytest.mark.parametrize("state", STAYS_OPEN)
async def test_an_order_is_born_at_its_first_real_status(
    take_in: Intake, state: PlatformState
) -> None:
    for minute in range(3):
        await take_in(incoming("1", line("A"), state=DRAFT, minute=minute))

    await take_in(incoming("1", line("A", 3), state=state, minute=3))

    assert await kinds(await the_order()) == [EventKind.CREATED]
    assert await numbers("A") == ("5", "3")


# --- while open ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [PENDING, FAILED, DONE])
@pytest.mark.parametrize("is_own", [False, True])
async def test_while_open_a_state_is_shown_and_the_order_stays(
    take_in: Intake, seller: StaffMember, state: PlatformState, is_own: bool
) -> None:
    order = await make_order(take_in, [line("A", 2)])
    if is_own:
        await orders.change_to_new_status(order.id, "CALL BACK", by=seller)
    before = await the_order()
    await forget_owed()

    await take_in(incoming("1", line("A", 2), state=state, minute=1))

    after = await the_order()
    assert (after.phase, after.platform_state) == (Phase.OPEN, state)
    assert after.status_id == before.status_id
    assert after.revision == before.revision + 1
    assert await numbers("A") == ("5", "2")
    assert await owed() == 1
    event = await OrderEvent.filter(order_id=order.id).order_by("-id").first()
    assert event is not None
    assert event.data == {
        "changes": [{"what": "state", "name": "", "old": "active", "new": state.value}]
    }


@pytest.mark.parametrize("is_deletion", [False, True])
async def test_while_open_a_cancellation_releases_and_closes(
    take_in: Intake, is_deletion: bool
) -> None:
    order = await make_order(take_in, [line("A", 2)])
    await forget_owed()

    await take_in(OrderGone("1") if is_deletion else incoming("1", state=CANCELED, minute=1))

    after = await the_order()
    assert (after.phase, after.is_closed_by_platform) == (Phase.CANCELED, True)
    assert after.platform_state is CANCELED
    assert await kinds(order) == [EventKind.CREATED, EventKind.PLATFORM_CANCELED]
    assert await numbers("A") == ("5", "0")
    assert await owed() == 1


async def test_while_open_a_draft_changes_nothing(take_in: Intake) -> None:
    await make_order(take_in, [line("A", 2)])

    await take_in(incoming("1", state=DRAFT, minute=1))

    assert await numbers("A") == ("5", "2")
    assert (await the_order()).revision == 1


# --- back from canceled --------------------------------------------------------------------------


@pytest.mark.parametrize("state", STAYS_OPEN)
@pytest.mark.parametrize("is_deletion", [False, True])
async def test_what_the_platform_canceled_it_reopens(
    take_in: Intake, state: PlatformState, is_deletion: bool
) -> None:
    order = await make_order(take_in, [line("A", 2)])
    await take_in(OrderGone("1") if is_deletion else incoming("1", state=CANCELED, minute=1))
    await forget_owed()

    await take_in(incoming("1", line("A", 3), state=state, minute=2))

    after = await the_order()
    assert (after.phase, after.is_closed_by_platform) == (Phase.OPEN, False)
    assert (await kinds(order))[-1] is EventKind.PLATFORM_REOPENED
    assert await numbers("A") == ("5", "3")
    assert await owed() == 1


async def test_an_order_first_seen_canceled_gets_its_card_when_it_comes_back(
    take_in: Intake,
) -> None:
    await take_in(incoming("1", line("A", 2), state=CANCELED))

    await take_in(incoming("1", line("A", 2), minute=1))

    assert (await the_order()).phase is Phase.OPEN
    assert await numbers("A") == ("5", "2")
    assert await owed() == 1


@pytest.mark.parametrize("step", ["reject", "refuse"])
@pytest.mark.parametrize("is_deletion", [False, True])
async def test_what_staff_closed_the_platform_does_not_reopen(
    take_in: Intake, seller: StaffMember, step: str, is_deletion: bool
) -> None:
    order = await make_order(take_in, [line("A", 2)])
    if step == "reject":
        await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)
    else:
        await orders.refuse(order.id, by=seller)
    closed = await the_order()
    await forget_owed()

    await take_in(OrderGone("1") if is_deletion else incoming("1", state=CANCELED, minute=1))
    await take_in(incoming("1", line("A", 2), minute=2))

    after = await the_order()
    assert (after.phase, after.status_id) == (closed.phase, closed.status_id)
    assert after.platform_state is ACTIVE
    assert await numbers("A") == ("5", "0")
    assert await owed() == 0


@pytest.mark.parametrize("closed_by", ["staff", "platform"])
async def test_a_closed_order_is_kept_as_the_platform_says_for_whoever_reopens_it(
    take_in: Intake, seller: StaffMember, closed_by: str
) -> None:
    order = await make_order(take_in, [line("A", 2)])
    if closed_by == "staff":
        await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)
    await take_in(incoming("1", line("A", 1), line("B", 3), state=CANCELED, minute=1))
    assert [await numbers("A"), await numbers("B")] == [("5", "0"), ("5", "0")]

    await orders.reopen(order.id, by=seller)

    assert (await the_order()).total == 40
    assert [one.reserved for one in await lines_of(order)] == [1, 3]
    assert [await numbers("A"), await numbers("B")] == [("5", "1"), ("5", "3")]


# --- when completed here -------------------------------------------------------------------------


async def sold_order(take_in: Intake, seller: StaffMember) -> Order:
    order = await make_order(take_in, [line("A", 2)])
    await sell(order, seller)
    await forget_owed()
    return await the_order()


@pytest.mark.parametrize("state", [FAILED, CANCELED, None])
async def test_staff_are_told_when_a_completed_order_is_canceled_or_fails(
    take_in: Intake, seller: StaffMember, state: PlatformState | None
) -> None:
    order = await sold_order(take_in, seller)

    change = incoming("1", line("A", 2), state=state, minute=1) if state else OrderGone("1")
    await take_in(change)
    await take_in(change)

    after = await the_order()
    assert (after.phase, after.status_id) == (Phase.COMPLETED, order.status_id)
    assert await numbers("A") == ("3", "0")
    assert await owed(EffectKind.TELL_EVENT) == 1
    assert await owed() == 1
    events = await OrderEvent.filter(order_id=order.id, kind=EventKind.PLATFORM_NOTICE)
    assert [event.data for event in events] == [{"state": (state or CANCELED).value}]


async def test_why_a_completed_order_was_canceled_is_kept(
    take_in: Intake, seller: StaffMember
) -> None:
    await sold_order(take_in, seller)

    await take_in(incoming("1", state=CANCELED, minute=1, cancellation="Передумав " * 99))

    assert (await the_order()).cancellation == ("Передумав " * 99)[:300]


@pytest.mark.parametrize("state", [PENDING, DONE, DRAFT])
async def test_other_news_of_a_completed_order_stay_quiet(
    take_in: Intake, seller: StaffMember, state: PlatformState
) -> None:
    await sold_order(take_in, seller)

    await take_in(incoming("1", line("A", 5), state=state, minute=1))

    assert (await the_order()).phase is Phase.COMPLETED
    assert [one.quantity for one in await lines_of(await the_order())] == [2]
    assert await OutboxEffect.all().count() == 0


async def test_staff_are_told_when_a_completed_order_comes_back(
    take_in: Intake, seller: StaffMember
) -> None:
    await sold_order(take_in, seller)
    await take_in(OrderGone("1"))
    await forget_owed()

    await take_in(incoming("1", line("A", 2), minute=1))

    assert (await the_order()).phase is Phase.COMPLETED
    assert await owed(EffectKind.TELL_EVENT) == 1


async def test_a_sale_can_be_undone_after_the_platform_said_something(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await sold_order(take_in, seller)
    await take_in(incoming("1", line("A", 2), state=CANCELED, minute=1))
    assert (await order_views.order_view(order.id)).undo_until is not None

    await undo.undo(order.id, by=seller)

    assert (await the_order()).phase is Phase.OPEN
    assert await numbers("A") == ("5", "2")
    assert await check.differences() == []


# --- lines ---------------------------------------------------------------------------------------


async def changes_of(order: Order) -> list[tuple[str, str, str, str]]:
    event = await OrderEvent.get(order_id=order.id, kind=EventKind.CHANGED)
    return [
        (change["what"], change["name"], change["old"], change["new"])
        for change in event.data["changes"]
    ]


async def test_an_update_moves_lines_and_reservations_and_says_so(take_in: Intake) -> None:
    order = await make_order(take_in, [line("A", 2), line("B", 3, "b")])
    await forget_owed()

    await take_in(
        incoming("1", line("A", "1.5"), line("A", 4, "more"), minute=1, is_paid=True, note="!")
    )

    assert await changes_of(order) == [
        ("quantity", "Product A", "2", "1.5"),
        ("added", "Product A", "", "4"),
        ("removed", "Product B", "3", ""),
        ("paid", "", "", ""),
        ("total", "", "50.00", "55.0"),
        ("note", "", "", ""),
    ]
    assert await numbers("A") == ("5", "5")
    assert await numbers("B") == ("5", "0")
    by_age = sorted(await lines_of(order), key=lambda one: one.id)
    assert [f"{one.reserved:f}" for one in by_age] == ["1.5", "0", "3.5"]
    assert await owed() == 1


async def test_a_line_that_changes_its_product_reaches_the_card(take_in: Intake) -> None:
    order = await make_order(take_in, [line("A", 2, "l")])
    await forget_owed()

    change = dataclasses.replace(line("B", 2, "l"), name="Product A")
    await take_in(incoming("1", change, minute=1))

    assert await numbers("A") == ("5", "0")
    assert await numbers("B") == ("5", "2")
    assert (await the_order()).revision == order.revision + 1
    assert await owed() == 1


async def test_the_same_again_changes_nothing(take_in: Intake) -> None:
    await make_order(take_in, [line("A", 2)])
    await forget_owed()

    for minute in (0, 1, 2):
        await take_in(incoming("1", line("A", 2), minute=minute))

    assert (await the_order()).revision == 1
    assert await OrderEvent.all().count() == 1
    assert await owed() == 0


async def test_an_older_state_that_arrives_late_changes_nothing(take_in: Intake) -> None:
    await take_in(incoming("1", line("A", 4), minute=5))

    await take_in(incoming("1", line("A", 1), minute=4))
    await take_in(incoming("1", state=CANCELED, minute=3))

    assert (await the_order()).phase is Phase.OPEN
    assert await numbers("A") == ("5", "4")


async def test_a_short_order_is_kept_holding_what_there_is(take_in: Intake) -> None:
    order = await make_order(take_in, [line("A", 7), line("A", 1, "more"), line("X", 1)])

    view = await order_views.order_view(order.id)
    assert [(f"{each.line.reserved}", f"{each.missing}") for each in view.lines] == [
        ("5", "2"),
        ("0", "1"),
        ("0", "0"),
    ]
    assert [each.product is None for each in view.lines] == [False, False, True]


async def test_an_import_links_what_waited_and_serves_the_oldest_first(
    take_in: Intake, seller: StaffMember
) -> None:
    first = await make_order(take_in, [line("N", 3)], "1")
    second = await make_order(take_in, [line("N", 3)], "2")
    canceled = await make_order(take_in, [line("N", 3)], "3")
    await take_in(OrderGone("3"))
    await cards_were_sent()

    await stock_up({"N": 4})

    held = [(await lines_of(order))[0].reserved for order in (first, second, canceled)]
    assert held == [3, 1, 0]
    assert {effect.subject_id for effect in await OutboxEffect.all()} == {first.id, second.id}
    assert (await lines_of(canceled))[0].product_id is None
    await orders.reopen(canceled.id, by=seller)  # only now anybody needs to know
    assert (await lines_of(canceled))[0].product_id is not None
    assert await check.differences() == []


async def test_orders_of_two_shops_may_share_an_id(take_in: Intake) -> None:
    other = Intake((await make_shop("Other")).id)
    await take_in(incoming("1", line("A", 1)))
    await other(incoming("1", line("A", 2)))
    await other(OrderGone("1"))

    phases = {order.shop_id: order.phase for order in await Order.all()}
    assert phases == {take_in.shop_id: Phase.OPEN, other.shop_id: Phase.CANCELED}
    assert await numbers("A") == ("5", "1")


async def test_a_big_order_is_stored_whole(take_in: Intake) -> None:
    await stock_up({f"S{number}": number for number in range(300)})

    order = await make_order(take_in, [line(f"S{number}", number) for number in range(300)])

    lines = await lines_of(order)
    assert sum((one.reserved for one in lines), Decimal(0)) == sum(range(300))
    assert (await statuses.tabs())[0].count == 1
    assert await check.differences() == []
