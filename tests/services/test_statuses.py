"""Labels, tabs with counts, and the pages behind them."""

import pytest

from domain.errors import InvalidTransitionError, LabelError, LabelProblem, NotFoundError
from models.orders import EventKind, Order, OrderEvent
from models.staff import StaffMember
from models.statuses import OrderStatus
from services import order_views, orders, statuses
from tests.factories import Intake, incoming, make_order, sell

NEW = statuses.NEW_ID


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("CALL BACK", "CALL BACK"),
        ("  передзвонити \n завтра\t", "передзвонити завтра"),
        ("x", "x"),
        ("я" * 30, "я" * 30),
        ("🔥🔥", "🔥🔥"),
        ("👨‍👩‍👧 сім'я", "👨‍👩‍👧 сім'я"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
async def test_a_label_is_kept_as_typed_but_for_spaces(db: str, typed: str, label: str) -> None:
    assert (await statuses.create(typed)).label == label


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", LabelProblem.EMPTY),
        (" \n\t ", LabelProblem.EMPTY),
        ("\u200b\u200d\ufeff", LabelProblem.EMPTY),
        ("x" * 31, LabelProblem.TOO_LONG),
        ("Completed", LabelProblem.TAKEN),
        (" nEw ", LabelProblem.TAKEN),
        ("виконано", LabelProblem.TAKEN),
        ("ВІДМОВА", LabelProblem.TAKEN),
        ("Ｎｅｗ", LabelProblem.TAKEN),
        ("Ne\u200bw", LabelProblem.TAKEN),
    ],
)
async def test_what_cannot_be_a_label_is_refused(
    db: str, typed: str, problem: LabelProblem
) -> None:
    with pytest.raises(LabelError) as refused:
        await statuses.create(typed)

    assert refused.value.problem is problem
    assert await statuses.own() == []


@pytest.mark.parametrize("again", ["call back", " CALL   BACK ", "Call\u00a0back"])
async def test_case_and_spaces_make_no_new_label(db: str, again: str) -> None:
    await statuses.create("Call back")

    with pytest.raises(LabelError):
        await statuses.create(again)

    assert [status.label for status in await statuses.own()] == ["Call back"]


async def test_a_label_of_signs_that_grow_is_accepted(db: str) -> None:
    """Its key, made for comparing, is eighteen times as long."""
    assert (await statuses.create("\ufdfa" * 30)).label == "\ufdfa" * 30


async def test_a_refused_label_leaves_the_order_alone(take_in: Intake, seller: StaffMember) -> None:
    order = await make_order(take_in, [])

    with pytest.raises(LabelError):
        await orders.change_to_new_status(order.id, "new", by=seller)

    assert await OrderEvent.filter(order_id=order.id).count() == 1


async def test_no_label_is_left_when_its_order_is_closed(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await make_order(take_in, [])
    await orders.refuse(order.id, by=seller)

    with pytest.raises(InvalidTransitionError):
        await orders.change_to_new_status(order.id, "LATER", by=seller)

    assert await statuses.own() == []


@pytest.mark.parametrize("status_id", [1, 2, 3, 4, 999])
async def test_only_own_labels_are_given_by_hand(
    take_in: Intake, seller: StaffMember, status_id: int
) -> None:
    order = await make_order(take_in, [])

    with pytest.raises(NotFoundError):
        await orders.change_status(order.id, status_id, by=seller)


async def test_the_same_label_again_is_no_step(take_in: Intake, seller: StaffMember) -> None:
    order = await make_order(take_in, [])
    status = await orders.change_to_new_status(order.id, "LATER", by=seller)

    await orders.change_status(order.id, status.id, by=seller)

    events = await OrderEvent.filter(order_id=order.id).order_by("id")
    assert [event.kind for event in events] == [EventKind.CREATED, EventKind.STATUS]


# --- tabs ----------------------------------------------------------------------------------------


async def shown_tabs() -> list[tuple[str, int]]:
    return [(tab.status.label, tab.count) for tab in await statuses.tabs()]


async def test_tabs_come_and_go_with_their_orders(take_in: Intake, seller: StaffMember) -> None:
    await statuses.create("UNUSED")
    assert await shown_tabs() == [("New", 0)]

    held = [await make_order(take_in, [], str(number)) for number in range(4)]
    status = await orders.change_to_new_status(held[0].id, "LATER", by=seller)
    await orders.refuse(held[1].id, by=seller)
    await sell(held[2], seller)
    assert await shown_tabs() == [("New", 1), ("LATER", 1), ("Completed", 1), ("Refused", 1)]

    await orders.refuse(held[0].id, by=seller)
    await orders.change_status(held[3].id, status.id, by=seller)
    assert await shown_tabs() == [("New", 0), ("LATER", 1), ("Completed", 1), ("Refused", 2)]


async def test_counts_stop_where_they_say(take_in: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statuses, "COUNTED_TO", 3)
    await take_in(*(incoming(str(number)) for number in range(6)))

    assert await shown_tabs() == [("New", 4)]


async def test_there_may_be_any_number_of_statuses(db: str) -> None:
    await OrderStatus.bulk_create(
        OrderStatus(label=f"S{number}", key=f"s{number}") for number in range(1200)
    )

    assert await shown_tabs() == [("New", 0)]


# --- pages ---------------------------------------------------------------------------------------


def ids(page: order_views.OrdersPage) -> list[int]:
    return [order.id for order in page.orders]


async def test_pages_lead_through_all_orders_and_back(take_in: Intake) -> None:
    await take_in(*(incoming(str(number)) for number in range(20)))
    everything = [order.id for order in await Order.all().order_by("-id")]

    first = await order_views.orders_page(NEW)
    second = await order_views.orders_page(NEW, older_than=ids(first)[-1])
    third = await order_views.orders_page(NEW, older_than=ids(second)[-1])

    assert ids(first) + ids(second) + ids(third) == everything
    assert [len(page.orders) for page in (first, second, third)] == [8, 8, 4]
    assert [(page.has_newer, page.has_older) for page in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    back = await order_views.orders_page(NEW, newer_than=ids(third)[0])
    assert (ids(back), back.has_newer, back.has_older) == (ids(second), True, True)
    back = await order_views.orders_page(NEW, newer_than=ids(second)[0])
    assert (ids(back), back.has_newer, back.has_older) == (ids(first), False, True)


async def test_a_page_whose_orders_have_moved_on_becomes_the_first(take_in: Intake) -> None:
    await take_in(*(incoming(str(number)) for number in range(2)))
    oldest, newest = [order.id for order in await Order.all().order_by("id")]

    for beyond in ({"newer_than": newest}, {"older_than": oldest}):
        page = await order_views.orders_page(NEW, **beyond)

        assert ids(page) == [newest, oldest]
        assert (page.has_newer, page.has_older) == (False, False)


async def test_a_page_shows_its_own_status_alone(take_in: Intake, seller: StaffMember) -> None:
    one, other = [await make_order(take_in, [], number) for number in "12"]
    status = await orders.change_to_new_status(one.id, "LATER", by=seller)

    assert ids(await order_views.orders_page(NEW)) == [other.id]
    assert ids(await order_views.orders_page(status.id)) == [one.id]
    assert ids(await order_views.orders_page(status.id, newer_than=one.id)) == [one.id]


async def test_a_page_of_no_status_is_not_found(db: str) -> None:
    with pytest.raises(NotFoundError):
        await order_views.orders_page(999)
