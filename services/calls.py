"""Calls that nobody answered, counted on the order while it is open."""

from datetime import timedelta

from tortoise.timezone import now

from domain.errors import InvalidTransitionError
from domain.orders import Phase
from domain.rights import Right, demand
from models.orders import EventKind, Order, OrderEvent
from models.staff import StaffMember
from services import card_places, claims, orders, outbox
from services.card_places import Place
from services.transactions import transaction

# No two calls ring out in less: a second tap within it, on whichever phone, means the same call.
SAME_CALL = timedelta(seconds=10)


async def note_no_answer(order_id: int, *, by: StaffMember, shown_at: Place | None = None) -> int:
    """The customer of an open order did not pick up; returns which attempt in a row that was.

    Args:
        order_id: the order.
        by: who called.
        shown_at: where the caller shows the outcome, and what to do next, itself.

    Raises:
        InvalidTransitionError: the order is no longer open.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
        ClaimedError: a colleague is on it.
    """
    demand(by.role, Right.CARE)
    async with transaction():
        order = await orders.lock(order_id)
        if order.phase is not Phase.OPEN:
            raise InvalidTransitionError(order.id, order.phase)
        await claims.guard(order, by)
        noted = OrderEvent.filter(order_id=order.id, kind=EventKind.NO_ANSWER)
        if order.call_attempts and await noted.filter(at__gt=now() - SAME_CALL).exists():
            return int(order.call_attempts)
        attempt = int(order.call_attempts) + 1
        await Order.filter(id=order.id).update(call_attempts=attempt, is_touched=True)
        await OrderEvent.create(
            order_id=order.id,
            kind=EventKind.NO_ANSWER,
            staff_id=by.id,
            data={"attempt": attempt},
        )
        await outbox.owe_cards([order.id])
        if shown_at is not None:
            await card_places.hold_back(order.id, shown_at)
    return attempt
