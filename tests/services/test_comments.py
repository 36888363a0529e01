"""Remarks that staff keep with an order."""

import pytest

from domain.errors import NotFoundError, TypedError
from domain.rights import Role
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.staff import StaffMember
from services import care, order_views, orders
from tests.factories import Intake, make_staff
from tests.services.sale_stage import take_order


async def test_a_comment_is_the_last_action_and_no_step(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in)
    packer = await make_staff("Петро", 5009, Role.PACKER)
    await orders.refuse(order.id, by=seller)
    before = await Order.get(id=order.id).values()
    await OutboxEffect.all().delete()

    await care.comment(order.id, "  коробка\nпом'ята ", by=packer)

    view = await order_views.order_view(order.id)
    assert view.last_event is not None
    assert view.last_event.event.kind is EventKind.COMMENTED
    assert view.last_event.event.data == {"text": "коробка\nпом'ята"}
    assert view.last_event.actor == "Петро"
    assert view.undo_until is not None  # the refusal can still be undone
    assert await Order.get(id=order.id).values() == {**before, "is_touched": True}
    assert [effect.subject_id for effect in await OutboxEffect.all()] == [order.id]


@pytest.mark.parametrize("text", ["", " \n ", "я" * 501])
async def test_what_cannot_be_kept_whole_is_refused(
    take_in: Intake, seller: StaffMember, text: str
) -> None:
    order = await take_order(take_in)

    with pytest.raises(TypedError):
        await care.comment(order.id, text, by=seller)

    assert not await OrderEvent.exists(kind=EventKind.COMMENTED)
    assert not (await Order.get(id=order.id)).is_touched


async def test_five_hundred_characters_are_kept(take_in: Intake, seller: StaffMember) -> None:
    order = await take_order(take_in)

    await care.comment(order.id, "я" * 500, by=seller)

    assert (await OrderEvent.get(kind=EventKind.COMMENTED)).data == {"text": "я" * 500}


async def test_no_order_no_comment(db: str, seller: StaffMember) -> None:
    del db
    with pytest.raises(NotFoundError):
        await care.comment(404, "алло", by=seller)
