"""What a person has in their hands, freed when they may not go on with it.

Called inside a transaction. The orders are locked first, by id, then stock rows, as everywhere.
"""

from collections.abc import Collection

from tortoise.expressions import F

from domain.orders import Phase
from models.care import Claim, Reminder
from models.drafts import SaleDraft, SaleDraftLine
from models.orders import Order
from models.staff import StaffMember
from services import orders, outbox, stock


async def clear(person: StaffMember, *, by: StaffMember | None) -> None:
    """Close their sale windows, free the orders they are on, drop the reminders in their chat."""
    claimed = {claim.order_id for claim in await Claim.filter(staff_id=person.id)}
    order_ids = await _lock(claimed | await _in_windows(person.id))
    await _close(person.id, order_ids, by)
    freed = Claim.filter(staff_id=person.id, order_id__in=order_ids)
    shown = [claim.order_id for claim in await freed]
    await freed.delete()
    await outbox.owe_cards(shown)
    # Their outbox effects go with the chat's subscription.
    await Reminder.filter(chat__telegram_id=person.telegram_id).delete()


async def close_windows(staff_id: int, *, by: StaffMember) -> None:
    """Drop their sale windows; the goods held beyond the orders' own lines are free."""
    await _close(staff_id, await _lock(await _in_windows(staff_id)), by)


async def _in_windows(staff_id: int) -> set[int]:
    drafts = SaleDraft.filter(staff_id=staff_id, order__phase=Phase.OPEN)
    return {draft.order_id for draft in await drafts}


async def _lock(order_ids: Collection[int]) -> list[int]:
    """All of them before any goods: who holds one of them may be waiting for goods."""
    for order_id in sorted(order_ids):
        await orders.lock(order_id)
    return sorted(order_ids)


async def _close(staff_id: int, order_ids: Collection[int], by: StaffMember | None) -> None:
    drafts = SaleDraft.filter(
        staff_id=staff_id, order_id__in=list(order_ids), order__phase=Phase.OPEN
    )
    closing = [draft.order_id for draft in await drafts]
    lines = await SaleDraftLine.filter(order_id__in=closing).order_by("id")
    await stock.release(lines, staff_id=by.id if by else None)
    for order_id in closing:
        await orders.forget_draft(order_id)
    # Who still sees such a window on another phone must not add the next one by it.
    await Order.filter(id__in=closing).update(revision=F("revision") + 1)
