"""What managers make of the shop's own statuses: names, order, emoji, what becomes of the goods.

One edit at a time: it locks the status, then the orders in it, so that nobody enters it meanwhile
and nobody works in it. The system's statuses cannot be edited.
"""

from collections.abc import Sequence

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from domain.errors import LabelError, LabelProblem, NotFoundError, StatusInUseError
from domain.labels import clean_emoji
from domain.rights import Right, demand
from models.audit import AuditKind
from models.drafts import SaleDraftLine
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from services import audit, outbox, statuses, stock
from services.statuses import NEW_ID
from services.stock import Holder
from services.transactions import transaction

TO_THE_TOP = -1_000_000  # places up; more than anyone has statuses
_ROWS_AT_ONCE = 1_000

# Each of these raises NotFoundError (there is no such status any more, or it is the system's) and
# NotAllowedError (not this person's to do).


async def create(text: str, *, by: StaffMember) -> OrderStatus:
    """Make an own status. LabelError also: as ``statuses.create``."""
    demand(by.role, Right.EDIT_STATUSES)
    return await statuses.create(text, by=by)


async def rename(status_id: int, text: str, *, by: StaffMember) -> None:
    """Give a status another label; its cards and histories show the new one.

    LabelError also: empty, too long, or another status has it (ignoring case and spaces).
    """
    demand(by.role, Right.EDIT_STATUSES)
    label, key = statuses.free_label(text)
    try:
        async with transaction():
            status = await _edited(status_id)
            if status.label == label:
                return
            await OrderStatus.filter(id=status.id).update(label=label, key=key)
            await audit.record(AuditKind.STATUS_RENAMED, by=by, old=status.label, new=label)
            await outbox.owe_cards(await _order_ids(status))
    except IntegrityError as error:
        raise LabelError(LabelProblem.TAKEN) from error


async def set_emoji(status_id: int, text: str, *, by: StaffMember) -> None:
    """Let an emoji stand for a status; "": the usual pin. LabelError also: it is not one emoji."""
    demand(by.role, Right.EDIT_STATUSES)
    emoji = clean_emoji(text) if text else ""
    async with transaction():
        status = await _edited(status_id)
        if status.emoji == emoji:
            return
        await OrderStatus.filter(id=status.id).update(emoji=emoji)
        await audit.record(AuditKind.STATUS_CHANGED, by=by, label=status.label, emoji=emoji)
        await outbox.owe_cards(await _order_ids(status))


async def shift(status_id: int, places: int, *, by: StaffMember) -> None:
    """Move a status this many places down the list, or up when negative, as far as it goes."""
    demand(by.role, Right.EDIT_STATUSES)
    async with transaction():
        moved = await _edited(status_id)
        rows = await statuses.own()
        at = next(at for at, row in enumerate(rows) if row.id == moved.id)
        rows.insert(max(at + places, 0), rows.pop(at))
        misplaced = []
        for position, row in enumerate(rows, start=1):
            if row.position != position:
                row.position = position
                misplaced.append(row)
        if misplaced:
            await OrderStatus.bulk_update(misplaced, ["position"], batch_size=_ROWS_AT_ONCE)


async def set_holding(status_id: int, holds_goods: bool, *, by: StaffMember) -> None:
    """Let the orders in a status reserve their goods, oldest order first, or hold nothing."""
    demand(by.role, Right.EDIT_STATUSES)
    async with transaction():
        status = await _edited(status_id)
        if status.holds_goods == holds_goods:
            return
        order_ids = await _lock_orders(status)
        await _hold(status, holds_goods, by)
        await OrderStatus.filter(id=status.id).update(holds_goods=holds_goods)
        await audit.record(
            AuditKind.STATUS_CHANGED, by=by, label=status.label, holds_goods=holds_goods
        )
        await outbox.owe_cards(order_ids)


async def delete(status_id: int, *, by: StaffMember, move_to: int | None = None) -> int:
    """Delete a status; its orders go to New or another own one, all of them or nothing happens.

    Returns how many orders were moved. Its row stays, for histories to name it; its label is free.

    StatusInUseError also: there are orders in it, and ``move_to`` does not say where to put them.
    NotFoundError also: ``move_to`` is there no more, or is no status that staff may choose.
    """
    demand(by.role, Right.EDIT_STATUSES)
    async with transaction():
        status = await _edited(status_id)
        target = None if move_to is None else await _target(move_to, status)
        order_ids = await _lock_orders(status)
        if order_ids and target is None:
            raise StatusInUseError(status.label)
        # The label's key has no space in front: whoever makes the same label finds it free.
        free_key = f" {status.id}"
        await OrderStatus.filter(id=status.id).update(kind=StatusKind.DELETED, key=free_key)
        data: dict[str, object] = {"label": status.label}
        if order_ids and target is not None:
            await _move_all(status, target, order_ids, by)
            data |= {"moved": len(order_ids), "to": target.label}
        await audit.record(AuditKind.STATUS_DELETED, by=by, **data)
    return len(order_ids)


async def _edited(status_id: int) -> OrderStatus:
    """The status to be edited, locked. Of two edits one waits: New's row stands for all of them."""
    await OrderStatus.filter(id=NEW_ID).select_for_update(no_key=True).first()
    return await statuses.locked(status_id)


async def _order_ids(status: OrderStatus) -> list[int]:
    return [order.id for order in await Order.filter(status_id=status.id).order_by("id").only("id")]


async def _lock_orders(status: OrderStatus) -> list[int]:
    """Lock all orders in a status that is locked itself, so that none comes in; returns their ids.

    Whoever works on one of them is waited for. They wait for no status any more: those are locked
    before orders, and orders before products.
    """
    found = Order.filter(status_id=status.id).order_by("id").only("id")
    return [order.id for order in await found.select_for_update(no_key=True)]


async def _target(status_id: int, deleted: OrderStatus) -> OrderStatus:
    if status_id == deleted.id:
        raise NotFoundError("status")
    if status_id == NEW_ID:
        return await OrderStatus.get(id=NEW_ID)
    return await statuses.locked(status_id)


async def _hold(status: OrderStatus, holds_goods: bool, by: StaffMember) -> None:
    """Let all orders in a status, and their sale windows, reserve, or give back what they hold."""
    lines = OrderLine.filter(order__status_id=status.id, product_id__not_isnull=True)
    edits = SaleDraftLine.filter(order__status_id=status.id, product_id__not_isnull=True)
    holders: list[Holder] = [
        *await lines.order_by("order_id", "position", "id"),
        *await edits.order_by("order_id", "id"),
    ]
    await (stock.reserve if holds_goods else stock.release)(holders, staff_id=by.id)


async def _move_all(
    status: OrderStatus, target: OrderStatus, order_ids: Sequence[int], by: StaffMember
) -> None:
    if target.holds_goods != status.holds_goods:
        await _hold(status, target.holds_goods, by)
    await Order.filter(status_id=status.id).update(status_id=target.id, revision=F("revision") + 1)
    await OrderEvent.bulk_create(
        (
            OrderEvent(
                order_id=order_id,
                kind=EventKind.STATUS,
                staff_id=by.id,
                from_status_id=status.id,
                to_status_id=target.id,
            )
            for order_id in order_ids
        ),
        batch_size=_ROWS_AT_ONCE,
    )
    await outbox.owe_cards(order_ids)
