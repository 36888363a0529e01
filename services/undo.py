"""Taking back the last terminal step, within a minute, by whoever made it."""

from collections.abc import Mapping

from domain.errors import InvalidTransitionError, NotFoundError
from domain.orders import Phase
from domain.rights import Right, demand
from models.orders import EventKind, OrderEvent
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from services import late_links, orders, returns, sales, statuses, stock
from services.statuses import NEW_ID
from services.transactions import transaction

# What each step that can be undone takes.
STEP_RIGHTS: Mapping[EventKind, Right] = {
    EventKind.COMPLETED: Right.SELL,
    EventKind.REJECTED: Right.CLOSE,
    EventKind.REFUSED: Right.CLOSE,
    EventKind.RETURNED: Right.MONEY,
}


async def undo(order_id: int, *, by: StaffMember) -> None:
    """Take back the terminal step this person made less than a minute ago, with all it did.

    Raises:
        InvalidTransitionError: too late, somebody else's step, or nothing to take back.
        NotFoundError: there is no such order.
        NotAllowedError: whoever may not do the step may not undo it either.
    """
    async with transaction():
        seen = await orders.last_step(order_id)
        status = await _status_before(seen)
        order = await orders.lock(order_id)
        step = await orders.last_step(order.id)
        if step is None or step != seen or not orders.can_undo(step, by.id):
            raise InvalidTransitionError(order.id, order.phase)
        demand(by.role, STEP_RIGHTS[step.kind])
        if status.phase is Phase.OPEN:
            await late_links.catch_up(order)
        match step.kind:
            case EventKind.RETURNED:
                await returns.take_back(order, step.data["return_id"], staff_id=by.id)
            case EventKind.COMPLETED:
                await sales.take_back(order, staff_id=by.id, hold=status.holds_goods)
            case _:
                if status.holds_goods:
                    await stock.reserve(await stock.holders(order.id), staff_id=by.id)
        await orders.move(order, status.phase, status.id, EventKind.UNDONE, staff_id=by.id)
        if status.phase is Phase.OPEN:
            await orders.catch_up(order)


async def _status_before(step: OrderEvent | None) -> OrderStatus:
    """The status that the step left, as it is now, locked; New when it was deleted since."""
    left = step.from_status_id if step else None
    status = await OrderStatus.get(id=left or NEW_ID)
    if status.kind not in {StatusKind.OWN, StatusKind.DELETED}:
        return status
    try:
        return await statuses.locked(status.id)
    except NotFoundError:
        return await OrderStatus.get(id=NEW_ID)
