"""Every way an order closes: which buttons its card has then, what each does, and what is refused.

As the state machine of the design says: Undo for a minute by whoever closed it, Reopen of what was
canceled or refused, Return of what was sold.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tortoise.timezone import now

from bot.keyboards.orders import order_keyboard
from domain.errors import InvalidTransitionError
from domain.orders import OrderGone, Phase, PlatformState, RejectReason
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.sales import Sale
from models.staff import StaffMember
from services import check, order_views, orders, sale_lists, undo
from services.orders import UNDO_WINDOW
from tests.bot.views import EN, labels
from tests.factories import Intake, drain, incoming, line, numbers, sell, stock_up
from tests.services.sale_stage import come_back, take_order

CANCELED_THERE = PlatformState.CANCELED
Close = Callable[[Intake, Order, StaffMember], Awaitable[object]]


async def bring_back(order: Order, by: StaffMember, count: int) -> None:
    """Sell the two pieces; so many of them come back."""
    await sell(order, by)
    await come_back(await Sale.get(standing_for=order.id), by, a=count)


async def site_cancels(intake: Intake, order: Order, by: StaffMember) -> None:
    del order, by
    await intake(incoming("1", line("A", 2), state=CANCELED_THERE, minute=1))


CLOSE: dict[str, Close] = {
    "sold": lambda _, order, by: sell(order, by),
    "rejected": lambda _, order, by: orders.reject(order.id, RejectReason.OTHER, by=by),
    "refused": lambda _, order, by: orders.refuse(order.id, by=by),
    "returned": lambda _, order, by: bring_back(order, by, 2),
    "returned in part": lambda _, order, by: bring_back(order, by, 1),
    "canceled by the site": site_cancels,
}
# The buttons beside History; the phase after Undo and after Reopen, None where that is refused; and
# whether Return is possible.
EXPECTED: dict[str, tuple[list[str], Phase | None, Phase | None, bool]] = {
    "sold": (["Return", "Undo"], Phase.OPEN, None, True),
    "rejected": (["Reopen", "Undo"], Phase.OPEN, Phase.OPEN, False),
    "refused": (["Reopen", "Undo"], Phase.OPEN, Phase.OPEN, False),
    "returned": (["Reopen", "Undo"], Phase.COMPLETED, Phase.OPEN, False),
    "returned in part": (["Return", "Undo"], Phase.COMPLETED, None, True),
    "canceled by the site": (["Reopen"], None, Phase.OPEN, False),
}


@pytest.fixture
async def order(take_in: Intake) -> Order:
    await stock_up({"A": 5})
    return await take_order(take_in)


async def buttons(order: Order) -> list[str]:
    """What the card offers, History aside, without the emoji."""
    keyboard = order_keyboard(await order_views.order_view(order.id), EN, now=now())
    shown = [label.split(" ", 1)[1] for row in labels(keyboard) for label in row]
    assert shown.pop(0) == "History"
    return shown


async def phase_after(order: Order, step: Awaitable[object]) -> Phase | None:
    """The phase that a step leads to; None when it is refused, which changes nothing."""
    before = await Order.get(id=order.id).values()
    count = await OrderEvent.all().count()
    try:
        await step
    except InvalidTransitionError:
        assert await Order.get(id=order.id).values() == before
        assert await OrderEvent.all().count() == count
        return None
    finally:
        assert await check.differences() == []
    return (await Order.get(id=order.id)).phase


@pytest.mark.parametrize("how", CLOSE)
async def test_what_a_closed_order_offers_is_what_can_be_done(
    take_in: Intake, order: Order, seller: StaffMember, colleague: StaffMember, how: str
) -> None:
    offered, undone, reopened, is_returnable = EXPECTED[how]
    await CLOSE[how](take_in, order, seller)

    assert await buttons(order) == offered
    assert await phase_after(order, undo.undo(order.id, by=colleague)) is None
    assert await phase_after(order, undo.undo(order.id, by=seller)) is undone
    if undone is not None:
        assert await phase_after(order, undo.undo(order.id, by=seller)) is None
        if undone is Phase.OPEN:
            assert await numbers("A") == ("5", "2")
            await CLOSE[how](take_in, order, seller)
        else:
            assert await buttons(order) == ["Return"]
            return
    assert (await phase_after(order, sale_lists.standing_sale(order.id)) is not None) is (
        is_returnable
    )
    assert await phase_after(order, orders.reopen(order.id, by=colleague)) is reopened


@pytest.mark.parametrize("how", CLOSE)
async def test_after_a_minute_nothing_is_undone_but_what_was_closed_is_reopened(
    take_in: Intake, order: Order, seller: StaffMember, colleague: StaffMember, how: str
) -> None:
    offered, _, reopened, _ = EXPECTED[how]
    await CLOSE[how](take_in, order, seller)
    step = await orders.last_step(order.id)
    assert step is not None
    goes = OutboxEffect.filter(subject_id=order.id, due_at=step.at + UNDO_WINDOW)
    assert await goes.exists() is ("Undo" in offered)  # the button leaves the card by itself
    await OrderEvent.all().update(at=now() - UNDO_WINDOW - timedelta(seconds=1))

    assert await buttons(order) == [label for label in offered if label != "Undo"]
    assert await phase_after(order, undo.undo(order.id, by=seller)) is None
    assert await phase_after(order, orders.reopen(order.id, by=colleague)) is reopened
    if reopened is not None:
        assert (await Order.get(id=order.id).select_related("status")).status.label == "New"
        assert (await numbers("A"))[1] == "2"


# --- what the site goes on saying of an order that staff reopened --------------------------------


async def events_of(order: Order) -> list[EventKind]:
    return [event.kind for event in await OrderEvent.filter(order_id=order.id).order_by("id")]


@pytest.mark.parametrize("is_deletion", [False, True])
async def test_a_cancellation_that_staff_know_of_cancels_once(
    take_in: Intake, order: Order, seller: StaffMember, is_deletion: bool
) -> None:
    canceled = incoming("1", line("A", 2), state=CANCELED_THERE, minute=1)
    await take_in(OrderGone("1") if is_deletion else canceled)
    await orders.reopen(order.id, by=seller)

    await take_in(incoming("1", line("A", 3), state=CANCELED_THERE, note="тиша", minute=2))

    after = await Order.get(id=order.id)
    assert (after.phase, after.note) == (Phase.OPEN, "тиша")
    assert await numbers("A") == ("5", "3")
    assert (await events_of(order))[-1] is EventKind.CHANGED
    await take_in(incoming("1", line("A", 3), minute=3))
    await take_in(incoming("1", line("A", 3), state=CANCELED_THERE, minute=4))
    assert (await Order.get(id=order.id)).phase is Phase.CANCELED
    assert await check.differences() == []


async def test_a_cancellation_told_while_it_was_sold_waits_for_those_who_reopen_it(
    take_in: Intake, order: Order, seller: StaffMember
) -> None:
    """Staff were told of it, took the goods back, and reopened the order all the same."""
    await sell(order, seller)
    await site_cancels(take_in, order, seller)
    await come_back(await Sale.get(standing_for=order.id), seller, a=2)
    await orders.reopen(order.id, by=seller)

    await drain(take_in.worker)

    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    assert await numbers("A") == ("5", "2")
