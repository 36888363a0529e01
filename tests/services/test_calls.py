"""Calls in vain: counted once each, until the order is moved."""

import asyncio

import pytest
from tortoise.timezone import now

from domain.errors import InvalidTransitionError
from models.orders import EventKind, Order, OrderEvent
from models.staff import StaffMember
from services import calls, orders, statuses
from tests.factories import Intake, line, make_order


@pytest.fixture
async def order(take_in: Intake) -> Order:
    return await make_order(take_in, [line("A")])


async def attempts(order: Order) -> list[int]:
    events = await OrderEvent.filter(order_id=order.id, kind=EventKind.NO_ANSWER).order_by("id")
    return [event.data["attempt"] for event in events]


async def ring_out(order: Order) -> None:
    """Let the last call be a while ago."""
    events = OrderEvent.filter(order_id=order.id, kind=EventKind.NO_ANSWER)
    await events.update(at=now() - calls.SAME_CALL)


async def test_calls_are_counted_while_the_order_is_open(order: Order, seller: StaffMember) -> None:
    own = await statuses.create("CALL BACK")
    for attempt in (1, 2):
        assert await calls.note_no_answer(order.id, by=seller) == attempt
        await ring_out(order)
    assert (await Order.get(id=order.id)).is_touched

    await orders.change_status(order.id, own.id, by=seller)

    assert (await Order.get(id=order.id)).call_attempts == 2
    assert await calls.note_no_answer(order.id, by=seller) == 3
    await orders.refuse(order.id, by=seller)
    await orders.reopen(order.id, by=seller)
    assert (await Order.get(id=order.id)).call_attempts == 0
    assert await attempts(order) == [1, 2, 3]


async def test_two_phones_and_a_nervous_thumb_note_one_call(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    noted = await asyncio.gather(
        *(calls.note_no_answer(order.id, by=person) for person in (seller, colleague) * 4)
    )

    assert set(noted) == {1}
    assert await attempts(order) == [1]


async def test_a_call_right_after_reopening_is_counted(order: Order, seller: StaffMember) -> None:
    await calls.note_no_answer(order.id, by=seller)
    await orders.refuse(order.id, by=seller)
    await orders.reopen(order.id, by=seller)

    assert await calls.note_no_answer(order.id, by=seller) == 1
    assert await attempts(order) == [1, 1]


async def test_nobody_is_called_about_a_closed_order(order: Order, seller: StaffMember) -> None:
    await orders.refuse(order.id, by=seller)

    with pytest.raises(InvalidTransitionError):
        await calls.note_no_answer(order.id, by=seller)

    assert await attempts(order) == []
