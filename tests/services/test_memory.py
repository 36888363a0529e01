"""What earlier orders of the same phone tell, and orders that another shop has too."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import NotAllowedError, NotFoundError
from domain.orders import Phase, PlatformState, RejectReason
from domain.rights import Role
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.staff import StaffMember
from models.telegram import Card
from services import care, order_views, orders, undo
from services.memory import COUNTED, Memory, Twin
from tests.factories import (
    START,
    Intake,
    cards_were_sent,
    incoming,
    line,
    make_shop,
    make_staff,
    sell,
    stock_up,
)
from tests.services.sale_stage import D, take_order

PHONE = "+380671234567"


@pytest.fixture
async def other_shop(take_in: Intake) -> Intake:
    """A second shop beside that of ``take_in``."""
    del take_in
    return Intake((await make_shop("Prom shop")).id)


async def place(shop: Intake, number: str, *, hours: float = 0, **content: Any) -> Order:
    """An order for one piece of A, from somebody with ``PHONE``."""
    placed_at = START + timedelta(hours=hours)
    return await take_order(shop, number, 1, **{"phone": PHONE, "placed_at": placed_at, **content})


async def known(order: Order) -> Memory | None:
    return (await order_views.order_view(order.id)).memory


async def test_earlier_orders_are_counted_with_their_sums_and_refusals(
    take_in: Intake, other_shop: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 9})
    assert await known(await place(take_in, "1")) is None
    bought = await place(other_shop, "2")
    await sell(bought, seller)
    in_dollars = await place(take_in, "3", currency="USD", total=D("7.5"))
    await sell(in_dollars, seller)
    refused = await place(take_in, "4", phone="8 067 123-45-67")
    await orders.refuse(refused.id, by=seller)
    await place(take_in, "5", phone="+380501112233")
    await place(take_in, "6", phone="")

    last = await place(take_in, "7", hours=48, phone="067 123 45 67")

    told = await known(last)
    assert told == Memory(4, 1, (("UAH", D(10)), ("USD", D("7.5"))), None)
    assert await known(await place(take_in, "8", phone="немає")) is None
    await undo.undo(refused.id, by=seller)
    assert await known(last) == Memory(4, 0, told.sums, None)


async def test_a_phone_that_is_corrected_is_known_from_then_on(take_in: Intake) -> None:
    await place(take_in, "1")
    order = await place(take_in, "2", phone="06712345")
    assert await known(order) is None

    await take_in(incoming("2", line("A", 1), phone="0671234567", minute=1))

    assert await known(order) == Memory(1, 0, (), None)


async def test_of_a_phone_that_all_share_only_some_orders_are_looked_at(take_in: Intake) -> None:
    first = await place(take_in, "1")
    row = await Order.get(id=first.id).values()
    del row["id"]
    await Order.bulk_create(
        Order(**{**row, "external_id": f"c{each}", "number": f"c{each}"}) for each in range(120)
    )
    order = await place(take_in, "2")

    told = await known(order)

    assert told is not None
    assert told.orders == COUNTED + 1


# --- duplicates ----------------------------------------------------------------------------------


async def test_the_same_phone_in_another_shop_is_a_likely_duplicate(
    take_in: Intake, other_shop: Intake
) -> None:
    older = await place(other_shop, "1233")
    await place(take_in, "17", hours=1)
    order = await place(take_in, "18", hours=24)

    told = await known(order)

    assert told is not None
    assert told.twin == Twin(older.id, "1233", "Prom shop")
    assert await known(older) is None  # one of them is marked, not both


@pytest.mark.parametrize(
    "case", ["same shop", "long before", "long after", "canceled", "refused", "closed here"]
)
async def test_these_are_no_duplicates(
    take_in: Intake, other_shop: Intake, seller: StaffMember, case: str
) -> None:
    older = await place(take_in if case == "same shop" else other_shop, "1")
    hours = {"long before": -24.01, "long after": 24.01}.get(case, 0)
    order = await place(take_in, "2", hours=hours)
    if case == "canceled":
        await orders.reject(older.id, RejectReason.OTHER, by=seller)
    elif case == "refused":
        await orders.refuse(older.id, by=seller)
    elif case == "closed here":
        await orders.refuse(order.id, by=seller)

    told = await known(order)

    assert told is not None
    assert told.twin is None


async def test_what_becomes_of_the_older_order_shows_on_the_newer_card(
    take_in: Intake, other_shop: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 9})
    older = await place(other_shop, "1")
    order = await place(take_in, "2")
    await place(other_shop, "3")
    await place(take_in, "4", hours=30)
    silent = await place(take_in, "5")

    async def owed_by(step: Any) -> set[int]:
        await cards_were_sent()
        await Card.filter(order_id=silent.id).delete()
        await step
        return {effect.subject_id for effect in await OutboxEffect.all()}

    assert await owed_by(orders.refuse(older.id, by=seller)) == {older.id, order.id}
    assert await owed_by(undo.undo(older.id, by=seller)) == {older.id, order.id}
    assert await owed_by(sell(older, seller)) == {older.id}


async def test_a_duplicate_is_canceled_as_such(
    take_in: Intake, other_shop: Intake, seller: StaffMember
) -> None:
    await place(other_shop, "1")
    order = await place(take_in, "2")
    packer = await make_staff("Петро", 5009, Role.PACKER)
    with pytest.raises(NotAllowedError):
        await care.cancel_as_duplicate(order.id, by=packer)

    await care.cancel_as_duplicate(order.id, by=seller)

    assert (await Order.get(id=order.id)).phase is Phase.CANCELED
    event = await OrderEvent.get(order_id=order.id, kind=EventKind.REJECTED)
    assert event.data["reason"] == RejectReason.DUPLICATE


async def test_the_only_order_left_is_not_canceled_as_a_duplicate(
    take_in: Intake, other_shop: Intake, seller: StaffMember
) -> None:
    """An old button, after the customer kept this order and canceled the other one."""
    await place(other_shop, "1")
    order = await place(take_in, "2")
    await other_shop(
        incoming("1", line("A", 1), phone=PHONE, state=PlatformState.CANCELED, minute=1)
    )

    with pytest.raises(NotFoundError):
        await care.cancel_as_duplicate(order.id, by=seller)

    assert (await Order.get(id=order.id)).phase is Phase.OPEN
