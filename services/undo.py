"""Taking back the last terminal step, within a minute, by whoever made it."""

from collections.abc import Mapping

from domain.errors import InvalidTransitionError
from domain.orders import Phase
from domain.rights import Right, demand
from models.orders import EventKind
from models.staff import StaffMember
from services import orders, returns, sales, stock
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
        order = await orders.lock(order_id)
        step = await orders.last_step(order.id)
        if step is None or not orders.can_undo(step, by.id):
            raise InvalidTransitionError(order.id, order.phase)
        demand(by.role, STEP_RIGHTS[step.kind])
        phase, status_id = Phase.OPEN, step.from_status_id or NEW_ID
        match step.kind:
            case EventKind.RETURNED:
                phase = Phase.COMPLETED
                await returns.take_back(order, step.data["return_id"], staff_id=by.id)
            case EventKind.COMPLETED:
                await sales.take_back(order, staff_id=by.id)
            case _:
                await stock.reserve(await stock.holders(order.id), staff_id=by.id)
        await orders.move(order, phase, status_id, EventKind.UNDONE, staff_id=by.id)
        if phase is Phase.OPEN:
            await orders.catch_up(order)
