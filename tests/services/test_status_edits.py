"""Own statuses renamed, marked, put in order, and deleted with what is in them."""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest
from tortoise.timezone import now

from domain.errors import (
    LabelError,
    LabelProblem,
    NotAllowedError,
    NotFoundError,
    StatusInUseError,
)
from domain.orders import PlatformState
from domain.rights import Role
from models.audit import AuditEntry, AuditKind
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.shops import Shop
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from services import calls, check, order_views, orders, status_edits, status_views, statuses, undo
from services.statuses import CANCELED_ID, COMPLETED_ID, NEW_ID, REFUSED_ID
from tests.factories import Intake, line, make_order, make_shop, make_staff, sell, stock_up

SYSTEM = (NEW_ID, COMPLETED_ID, CANCELED_ID, REFUSED_ID)


@pytest.fixture
async def manager(db: str) -> StaffMember:
    del db
    return await make_staff("Марія", 5009, Role.MANAGER)


async def make(*labels: str) -> list[OrderStatus]:
    return [await statuses.create(label) for label in labels]


async def shown() -> list[str]:
    return [status.label for status in await statuses.own()]


async def audited() -> list[tuple[AuditKind, dict[str, Any]]]:
    return [(entry.kind, entry.data) for entry in await AuditEntry.all().order_by("id")]


async def owed() -> set[int]:
    return {effect.subject_id for effect in await OutboxEffect.all()}


# --- names, emoji, order -------------------------------------------------------------------------


async def test_rename_shows_on_cards_and_is_audited(
    take_in: Intake, seller: StaffMember, manager: StaffMember
) -> None:
    order = await make_order(take_in, [])
    await make_order(take_in, [], "2")
    status = await orders.change_to_new_status(order.id, "CALL BACK", by=seller)
    await OutboxEffect.all().delete()

    await status_edits.rename(status.id, "  call   BACK ", by=manager)
    await status_edits.rename(status.id, "call BACK", by=manager)

    assert await shown() == ["call BACK"]
    assert await owed() == {order.id}
    assert await audited() == [
        (AuditKind.STATUS_CREATED, {"label": "CALL BACK"}),
        (AuditKind.STATUS_RENAMED, {"old": "CALL BACK", "new": "call BACK"}),
    ]
    created = await AuditEntry.all().order_by("id").first()
    assert created is not None
    assert created.staff_id == seller.id


@pytest.mark.parametrize("text", ["later", "New", " ", "x" * 31])
async def test_a_bad_name_changes_nothing(db: str, manager: StaffMember, text: str) -> None:
    status, _ = await make("CALL BACK", "LATER")

    with pytest.raises(LabelError):
        await status_edits.rename(status.id, text, by=manager)

    assert await shown() == ["CALL BACK", "LATER"]


async def test_one_emoji_stands_for_a_status(db: str, manager: StaffMember) -> None:
    (status,) = await make("CALL BACK")

    await status_edits.set_emoji(status.id, " 👩🏽‍🚒 ", by=manager)
    with pytest.raises(LabelError) as refused:
        await status_edits.set_emoji(status.id, "⏰⏰", by=manager)

    assert refused.value.problem is LabelProblem.NO_EMOJI
    assert (await statuses.one(status.id)).emoji == "👩🏽‍🚒"
    await status_edits.set_emoji(status.id, "", by=manager)
    assert (await statuses.one(status.id)).emoji == ""
    assert [data.get("emoji") for _, data in await audited()] == [None, "👩🏽‍🚒", ""]


async def test_statuses_are_shown_as_put_in_order(
    take_in: Intake, seller: StaffMember, manager: StaffMember
) -> None:
    a, b, c = await make("A", "B", "C")

    await status_edits.shift(c.id, -1, by=manager)
    assert await shown() == ["A", "C", "B"]
    await status_edits.shift(a.id, 1, by=manager)
    assert await shown() == ["C", "A", "B"]
    for place in (status_edits.TO_THE_TOP, -1):
        await status_edits.shift(b.id, place, by=manager)
        assert await shown() == ["B", "C", "A"]
    await status_edits.shift(a.id, 1, by=manager)
    await make("D")
    assert await shown() == ["B", "C", "A", "D"]

    for number, status in enumerate((a, b, c)):
        order = await make_order(take_in, [], str(number))
        await orders.change_status(order.id, status.id, by=seller)
    assert [tab.status.label for tab in await statuses.tabs()] == ["New", "B", "C", "A"]


async def test_forty_labels_are_counted_listed_and_paged(
    take_in: Intake, seller: StaffMember
) -> None:
    made = await make(*(f"LABEL {number}" for number in range(40)))
    for number in range(3):
        order = await make_order(take_in, [], str(number))
        await orders.change_status(order.id, made[38].id, by=seller)
        order = await make_order(take_in, [], f"{number}-")
        await orders.change_status(order.id, made[number].id, by=seller)

    tabs = [(tab.status.label, tab.count) for tab in await statuses.tabs()]
    first, second, beyond = [await status_views.page(number) for number in (0, 1, 9)]

    assert tabs == [("New", 0), ("LABEL 0", 1), ("LABEL 1", 1), ("LABEL 2", 1), ("LABEL 38", 3)]
    assert [tab.status.id for tab in (*first.rows, *second.rows)] == [each.id for each in made]
    assert (first.has_more, second.has_more, beyond) == (True, False, second)
    assert [tab.count for tab in second.rows] == [0] * 18 + [3, 0]
    view = await status_views.view(made[39].id)
    assert (view.count, view.page, view.place, view.places) == (0, 1, 40, 40)
    with pytest.raises(NotFoundError):
        await status_views.view(NEW_ID)


@pytest.mark.parametrize("status_id", [*SYSTEM, 999])
async def test_the_systems_statuses_cannot_be_touched(
    db: str, manager: StaffMember, status_id: int
) -> None:
    before = await OrderStatus.all().order_by("id").values()

    for edit in edits_of(status_id, manager):
        with pytest.raises(NotFoundError):
            await edit

    assert await OrderStatus.all().order_by("id").values() == before


async def test_sellers_edit_no_statuses(seller: StaffMember) -> None:
    (status,) = await make("CALL BACK")

    for edit in (*edits_of(status.id, seller), status_edits.create("X", by=seller)):
        with pytest.raises(NotAllowedError):
            await edit

    assert await shown() == ["CALL BACK"]


def edits_of(status_id: int, by: StaffMember) -> list[Awaitable[object]]:
    return [
        status_edits.rename(status_id, "X", by=by),
        status_edits.set_emoji(status_id, "⏰", by=by),
        status_edits.shift(status_id, 1, by=by),
        status_edits.set_holding(status_id, False, by=by),
        status_edits.delete(status_id, by=by),
        status_edits.delete(status_id, by=by, move_to=NEW_ID),
    ]


# --- deleted -------------------------------------------------------------------------------------


async def test_an_empty_status_is_deleted_and_histories_still_name_it(
    take_in: Intake, seller: StaffMember, manager: StaffMember
) -> None:
    order = await make_order(take_in, [])
    status = await orders.change_to_new_status(order.id, "CALL BACK", by=seller)
    later = await orders.change_to_new_status(order.id, "LATER", by=seller)
    await status_edits.rename(status.id, "CALL AGAIN", by=manager)

    assert await status_edits.delete(status.id, by=manager) == 0

    assert await shown() == ["LATER"]
    steps = [
        (each.from_status.label, each.to_status.label)
        for each in await order_views.history(order.id)
        if each.from_status and each.to_status
    ]
    assert steps == [("CALL AGAIN", "LATER"), ("New", "CALL AGAIN")]
    for use in (
        orders.change_status(order.id, status.id, by=seller),
        order_views.orders_page(status.id),
        status_edits.delete(status.id, by=manager),
        status_edits.delete(later.id, by=manager, move_to=status.id),
        status_edits.delete(later.id, by=manager, move_to=later.id),
        status_edits.delete(later.id, by=manager, move_to=REFUSED_ID),
    ):
        with pytest.raises(NotFoundError):
            await use
    assert (await audited())[-1] == (AuditKind.STATUS_DELETED, {"label": "CALL AGAIN"})
    again = await statuses.create("call again")
    assert again.id != status.id
    assert await check.differences() == []


async def test_a_status_with_orders_goes_only_with_where_to_move_them(
    take_in: Intake, seller: StaffMember, manager: StaffMember
) -> None:
    old, later = await make("OLD", "LATER")
    held = [await make_order(take_in, [], number) for number in "123"]
    for order in held[:2]:
        await orders.change_status(order.id, old.id, by=seller)
    await calls.note_no_answer(held[0].id, by=seller)
    before = {order.id: order.revision for order in await Order.all()}
    await OutboxEffect.all().delete()

    with pytest.raises(StatusInUseError):
        await status_edits.delete(old.id, by=manager)
    assert await shown() == ["OLD", "LATER"]
    assert await status_edits.delete(old.id, by=manager, move_to=later.id) == 2

    moved = [order.id for order in held[:2]]
    assert [(tab.status.label, tab.count) for tab in await statuses.tabs()] == [
        ("New", 1),
        ("LATER", 2),
    ]
    assert await owed() == set(moved)
    assert await Order.filter(call_attempts__gt=0).count() == 1
    for id_ in moved:
        step = (await order_views.history(id_))[0]
        assert (step.event.kind, step.actor) == (EventKind.STATUS, "Марія")
        assert [each.label for each in (step.from_status, step.to_status) if each] == [
            "OLD",
            "LATER",
        ]
        assert (await Order.get(id=id_)).revision == before[id_] + 1
    assert (await audited())[-1] == (
        AuditKind.STATUS_DELETED,
        {"label": "OLD", "moved": 2, "to": "LATER"},
    )
    assert await status_edits.delete(later.id, by=manager, move_to=NEW_ID) == 2
    assert [(tab.status.label, tab.count) for tab in await statuses.tabs()] == [("New", 3)]
    assert await check.differences() == []


async def test_undo_of_an_order_whose_status_was_deleted_makes_it_new(
    take_in: Intake, seller: StaffMember, manager: StaffMember
) -> None:
    await stock_up({"A": 5})
    held = [await make_order(take_in, [line("A", 2)], number) for number in "12"]
    status = await statuses.create("LATER")
    for order in held:
        await orders.change_status(order.id, status.id, by=seller)
    await orders.refuse(held[0].id, by=seller)
    await sell(held[1], seller)
    await status_edits.delete(status.id, by=manager)

    for order in held:
        await undo.undo(order.id, by=seller)

    assert [order.status_id for order in await Order.all()] == [NEW_ID, NEW_ID]
    assert await check.differences() == []


async def test_ten_thousand_orders_are_moved_in_seconds(
    take_in: Intake, seller: StaffMember, manager: StaffMember
) -> None:
    old, later = await make("OLD", "LATER")
    shop = await Shop.get()
    await Order.bulk_create(
        (
            Order(
                shop_id=shop.id,
                external_id=str(number),
                number=str(number),
                status_id=old.id,
                platform_state=PlatformState.ACTIVE,
                placed_at=now(),
                modified_at=now(),
                digest="",
                currency="UAH",
            )
            for number in range(10_000)
        ),
        batch_size=500,
    )
    started = perf_counter()

    assert await status_edits.delete(old.id, by=manager, move_to=later.id) == 10_000

    assert timedelta(seconds=perf_counter() - started) < timedelta(seconds=30)
    assert await Order.filter(status_id=later.id).count() == 10_000
    assert await OrderEvent.filter(from_status_id=old.id, to_status_id=later.id).count() == 10_000


# --- at the same moment --------------------------------------------------------------------------


async def at_once(*work: Awaitable[object]) -> list[object]:
    return list(await asyncio.gather(*work, return_exceptions=True))


def only(kinds: Iterable[type[Exception]], results: Iterable[object]) -> None:
    raised = [result for result in results if isinstance(result, BaseException)]
    assert [each for each in raised if not isinstance(each, tuple(kinds))] == []


async def test_orders_that_come_in_while_a_status_goes_end_somewhere(
    take_in: Intake, seller: StaffMember, manager: StaffMember
) -> None:
    held = [await make_order(take_in, [], str(number)) for number in range(4)]
    for attempt in range(10):
        old, later, other = await make(*(f"{name} {attempt}" for name in ("A", "B", "C")))
        await orders.change_status(held[0].id, old.id, by=seller)
        await orders.change_status(held[1].id, later.id, by=seller)

        results = await at_once(
            orders.change_status(held[2].id, old.id, by=seller),
            orders.change_status(held[0].id, old.id, by=seller),  # where it is
            orders.change_status(held[0].id, later.id, by=seller),
            status_edits.delete(old.id, by=manager, move_to=later.id),
            orders.change_status(held[3].id, old.id, by=seller),
            orders.change_status(held[1].id, old.id, by=seller),
            status_edits.delete(later.id, by=manager, move_to=other.id),
            status_edits.set_holding(old.id, False, by=manager),
            status_edits.rename(old.id, f"D {attempt}", by=manager),
            status_edits.delete(other.id, by=manager),
        )

        only([NotFoundError, StatusInUseError], results)
        assert await check.differences() == []
        kinds = {status.id: status.kind for status in await OrderStatus.all()}
        assert StatusKind.DELETED not in {kinds[o.status_id] for o in await Order.all()}


async def test_control_without_the_lock_an_order_is_lost_in_a_deleted_status(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller, manager = await make_staff(), await make_staff("Марія", 5009, Role.MANAGER)
    order = await make_order(Intake((await make_shop()).id), [])
    (status,) = await make("OLD")
    was_read, is_deleted = asyncio.Event(), asyncio.Event()

    async def unlocked(status_id: int) -> OrderStatus:
        found = await statuses.one(status_id)
        was_read.set()
        await is_deleted.wait()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(statuses, "locked", unlocked)
        relabel = asyncio.create_task(orders.change_status(order.id, status.id, by=seller))
        await was_read.wait()
    await status_edits.delete(status.id, by=manager)
    is_deleted.set()
    await relabel

    assert await check.differences() == [f"order {order.id} is in a status it cannot be in"]
