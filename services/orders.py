"""What staff do with an order: reject, refuse, relabel, reopen.

Each is one transaction that first locks the order's row: of two people who tap at the same moment
one wins, the other gets ``InvalidTransitionError``.
"""

from collections.abc import Mapping
from datetime import timedelta

from tortoise.expressions import F
from tortoise.timezone import now

from domain.errors import InvalidTransitionError, NotFoundError
from domain.orders import TRANSITIONS, Phase, RejectReason
from domain.rights import Right, demand
from models.carriers import WaybillDraft
from models.drafts import SaleDraft, SaleDraftLine
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.staff import StaffMember
from models.statuses import OrderStatus
from services import (
    card_places,
    claims,
    inbox,
    late_links,
    live_waybills,
    memory,
    outbox,
    statuses,
    stock,
    telling,
)
from services.card_places import Place
from services.statuses import CANCELED_ID, NEW_ID, REFUSED_ID
from services.transactions import transaction

UNDO_WINDOW = timedelta(seconds=60)
TERMINAL_EVENTS = (
    EventKind.COMPLETED,
    EventKind.REJECTED,
    EventKind.REFUSED,
    EventKind.RETURNED,
)
# What staff were told, said, or did with the money or the parcel, moved the order nowhere.
NO_STEPS = (
    EventKind.PLATFORM_NOTICE,
    EventKind.SETTLED,
    EventKind.COMMENTED,
    EventKind.TAKEN_OVER,
    EventKind.NO_ANSWER,
    EventKind.REMINDER,
    EventKind.LINKED,
    EventKind.WAYBILL,
    EventKind.PARCEL,
    EventKind.PARCEL_WAITS,
)


async def lock(order_id: int) -> Order:
    """The order, locked until the transaction ends.

    Raises:
        NotFoundError: there is no such order.
    """
    order = await Order.filter(id=order_id).select_for_update().first()
    if order is None:
        raise NotFoundError("order")
    return order


async def reject(order_id: int, reason: RejectReason, *, by: StaffMember, text: str = "") -> None:
    """Cancel an open order for a reason; its reservations are released.

    Raises:
        InvalidTransitionError: it is no longer open.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
        ClaimedError: a colleague is on it.
    """
    data = {"reason": reason.value, "text": text[:500]}
    await _close(order_id, Phase.CANCELED, EventKind.REJECTED, CANCELED_ID, by, data)


async def refuse(order_id: int, *, by: StaffMember) -> None:
    """The customer refused an open order; the same stock effect as ``reject``.

    Raises:
        InvalidTransitionError, NotFoundError, NotAllowedError, ClaimedError: as ``reject``.
    """
    await _close(order_id, Phase.REFUSED, EventKind.REFUSED, REFUSED_ID, by, {})


async def _close(
    order_id: int,
    phase: Phase,
    kind: EventKind,
    status_id: int,
    by: StaffMember,
    data: Mapping[str, object],
) -> None:
    demand(by.role, Right.CLOSE)
    async with transaction():
        order = await lock(order_id)
        if order.phase is not Phase.OPEN:
            raise InvalidTransitionError(order.id, order.phase)
        await claims.guard(order, by)
        await stock.release(await stock.holders(order.id), staff_id=by.id)
        await move(order, phase, status_id, kind, staff_id=by.id, data=data)


async def change_status(
    order_id: int, status_id: int, *, by: StaffMember, shown_at: Place | None = None
) -> OrderStatus:
    """Give an open order another own status, which is returned.

    Its goods stay reserved, unless the status holds none: then they go free, and are reserved
    again, as far as they are there, by the next status that does. Choosing the status it has
    changes nothing. ``shown_at``: where whoever tapped shows the outcome themselves.

    Raises:
        InvalidTransitionError: the order is no longer open.
        NotFoundError: no such order, or no such status any more.
        NotAllowedError: not this person's to do.
        ClaimedError: a colleague is on it.
    """
    demand(by.role, Right.CARE)
    async with transaction():
        status = await statuses.locked(status_id)
        order = await lock(order_id)
        if order.phase is not Phase.OPEN:
            raise InvalidTransitionError(order.id, order.phase)
        await claims.guard(order, by)
        if order.status_id != status.id:
            await _hold_as(status, order, by)
            await move(order, status.phase, status.id, EventKind.STATUS, staff_id=by.id)
            if shown_at is not None:
                await card_places.hold_back(order.id, shown_at)
    return status


async def _hold_as(status: OrderStatus, order: Order, by: StaffMember) -> None:
    """Hold what an order in this status holds, or nothing, before it is moved there."""
    if not status.holds_goods:
        await stock.release(await stock.holders(order.id), staff_id=by.id)
    elif not await statuses.holds_goods(order.status_id):
        await stock.reserve(await stock.holders(order.id), staff_id=by.id)


async def change_to_new_status(
    order_id: int, text: str, *, by: StaffMember, shown_at: Place | None = None
) -> OrderStatus:
    """Make an own status of what somebody typed and give it to an open order, or do neither.

    Raises:
        LabelError: the text cannot be a label.
        InvalidTransitionError, NotFoundError: as ``change_status``.
    """
    async with transaction():
        status = await statuses.create(text, by=by)
        return await change_status(order_id, status.id, by=by, shown_at=shown_at)


async def reopen(order_id: int, *, by: StaffMember) -> None:
    """Make a canceled or refused order New again; it reserves what there is now.

    Raises:
        InvalidTransitionError: it is open already, or completed.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.CLOSE)
    async with transaction():
        order = await lock(order_id)
        if order.phase not in {Phase.CANCELED, Phase.REFUSED}:
            raise InvalidTransitionError(order.id, order.phase)
        await late_links.catch_up(order)
        await live_waybills.let_go(order.id)
        lines = await OrderLine.filter(order_id=order.id).order_by("position", "id")
        await stock.reserve(lines, staff_id=by.id)
        await move(order, Phase.OPEN, NEW_ID, EventKind.REOPENED, staff_id=by.id)
        await catch_up(order)


async def catch_up(order: Order) -> None:
    """An order that is open again takes what the platform said while it was sold.

    Inside the transaction that opened it. Such an order has no digest; its newest request is
    worked once more.
    """
    if not order.digest:
        await inbox.work_again(order.entry_id)


async def last_step(order_id: int) -> OrderEvent | None:
    """The newest event that moved the order, whatever was told or settled since."""
    events = OrderEvent.filter(order_id=order_id).exclude(kind__in=NO_STEPS)
    return await events.order_by("-id").first()


def can_undo(step: OrderEvent, staff_id: int) -> bool:
    """Whether this step is terminal, recent, and this person's own."""
    return (
        step.kind in TERMINAL_EVENTS and step.staff_id == staff_id and now() - step.at < UNDO_WINDOW
    )


async def move(
    order: Order,
    phase: Phase,
    status_id: int,
    kind: EventKind,
    *,
    staff_id: int | None,
    data: Mapping[str, object] | None = None,
) -> OrderEvent:
    """The one change of phase and status: row, history and cards. The order must be locked.

    Raises:
        InvalidTransitionError: the state machine knows no such step.
    """
    if phase not in TRANSITIONS[order.phase]:
        raise InvalidTransitionError(order.id, order.phase)
    event = await OrderEvent.create(
        order_id=order.id,
        kind=kind,
        staff_id=staff_id,
        from_status_id=order.status_id,
        to_status_id=status_id,
        data=dict(data or {}),
    )
    was, order.phase = order.phase, phase
    order.status_id = status_id
    await Order.filter(id=order.id).update(
        phase=phase,
        status_id=status_id,
        is_closed_by_platform=phase is Phase.CANCELED and staff_id is None,
        tell_problem="",
        revision=F("revision") + 1,
        **({"is_touched": True} if staff_id is not None else {}),
        **({} if was is phase else {"call_attempts": 0}),  # a label takes no call back
    )
    if phase is not Phase.OPEN:
        await claims.drop(order.id)
    if phase in {Phase.CANCELED, Phase.REFUSED}:
        await forget_draft(order.id)  # a later Confirm starts afresh; an undone sale goes on
    await memory.tell_newer(order, was)
    await outbox.owe_cards([order.id])
    is_terminal = kind in TERMINAL_EVENTS
    if is_terminal:
        await outbox.owe_cards([order.id], due_at=event.at + UNDO_WINDOW)  # Undo goes
    if staff_id is not None:  # else the platform knows
        await telling.owe(order, due_at=event.at + UNDO_WINDOW if is_terminal else None)
    return event


async def forget_draft(order_id: int, *, is_sold: bool = False) -> None:
    """The order's sale window is gone; its lines must hold nothing any more.

    The form of its waybill goes with it, unless that is the sale's by now.
    """
    if not is_sold:
        await WaybillDraft.filter(order_id=order_id).delete()
    await SaleDraftLine.filter(order_id=order_id).delete()
    await SaleDraft.filter(order_id=order_id).delete()
