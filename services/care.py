"""What staff do about an order without moving it: be on it, comment it, find it a duplicate."""

from domain.errors import InvalidTransitionError, NotFoundError, TypedError, TypedProblem
from domain.orders import Phase, RejectReason
from domain.rights import Right, demand
from models.orders import EventKind, Order, OrderEvent
from models.staff import StaffMember
from services import claims, memory, orders, outbox
from services.transactions import transaction

LONGEST_COMMENT = 500


async def claim(order_id: int, *, by: StaffMember) -> None:
    """Be on an open order, for others to see and wait; safe to repeat.

    Raises:
        ClaimedError: a colleague was faster; an owner takes it from them.
        InvalidTransitionError: the order is no longer open.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.CARE)
    async with transaction():
        order = await orders.lock(order_id)
        if order.phase is not Phase.OPEN:
            raise InvalidTransitionError(order.id, order.phase)
        await claims.take(order, by)


async def release(order_id: int, *, by: StaffMember) -> None:
    """Be on an order no more; an owner may say so of anybody. Safe to repeat.

    Raises:
        ClaimedError: a colleague is on it.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.CARE)
    async with transaction():
        order = await orders.lock(order_id)
        await claims.guard(order, by)
        await claims.drop(order.id)
        await outbox.owe_cards([order.id])


async def comment(order_id: int, text: str, *, by: StaffMember) -> None:
    """Keep a remark of at most ``LONGEST_COMMENT`` characters with an order, in any phase.

    Raises:
        TypedError: there is nothing to read in it, or it is too long.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.CARE)
    text = text.strip()
    if not text:
        raise TypedError(TypedProblem.EMPTY, text)
    if len(text) > LONGEST_COMMENT:
        raise TypedError(TypedProblem.TOO_LONG, text, LONGEST_COMMENT)
    async with transaction():
        order = await orders.lock(order_id)
        await OrderEvent.create(
            order_id=order.id,
            kind=EventKind.COMMENTED,
            staff_id=by.id,
            from_status_id=order.status_id,
            to_status_id=order.status_id,
            data={"text": text},
        )
        await Order.filter(id=order.id).update(is_touched=True)
        await claims.keep(order, by)
        await outbox.owe_cards([order.id])


async def cancel_as_duplicate(order_id: int, *, by: StaffMember) -> None:
    """Reject an order because the customer placed it in another shop, too.

    Raises:
        NotFoundError: no such order, or no longer a likely duplicate: it may be the only one left.
        InvalidTransitionError, ClaimedError, NotAllowedError: as ``orders.reject``.
    """
    async with transaction():
        order = await orders.lock(order_id)
        known = await memory.recall(order)
        if order.phase is Phase.OPEN and (known is None or known.twin is None):
            raise NotFoundError("duplicate")
        await orders.reject(order.id, RejectReason.DUPLICATE, by=by)
