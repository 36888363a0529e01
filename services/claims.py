"""Who is on an order. Others see it on every card and wait; an owner need not.

A claim lapses ten minutes after its holder's last act on the order, and counts as none from then
on, or once the holder is dismissed. ``care.claim`` and ``care.release`` are what staff tap.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.timezone import now

from domain.errors import ClaimedError
from domain.rights import Role
from models.care import Claim
from models.orders import EventKind, Order, OrderEvent
from models.staff import StaffMember
from services import outbox

LAPSES_AFTER = timedelta(minutes=10)  # of silence
NOTED_EVERY = timedelta(minutes=1)  # every act would be a write, and a redrawing of each card


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is on an order, since when, and when they last did something with it (aware UTC)."""

    staff_id: int
    name: str
    since: datetime
    at: datetime


def holder_of(claim: Claim | None) -> Holder | None:
    """Who is on the order that has this claim, read with its ``staff``; None: nobody any more."""
    if claim is None or claim.at <= now() - LAPSES_AFTER:
        return None
    staff: StaffMember = claim.staff
    return Holder(staff.id, staff.name, claim.since, claim.at) if staff.is_active else None


async def holder(order_id: int) -> Holder | None:
    """Who is on an order now; None: nobody."""
    return holder_of(await Claim.get_or_none(order_id=order_id).select_related("staff"))


def require_free(
    order_id: int, on_it: Holder | None, by: StaffMember, *, besides: int | None = None
) -> None:
    """Go on unless ``on_it`` is a colleague whom this person must wait for, as ``guard`` says."""
    is_free = on_it is None or on_it.staff_id in {by.id, besides} or by.role is Role.OWNER
    if on_it is not None and not is_free:
        raise ClaimedError(order_id, on_it.name, on_it.at)


# The rest is called inside a transaction that has locked the order.


async def guard(order: Order, by: StaffMember, *, besides: int | None = None) -> Holder | None:
    """Go on unless a colleague is on the order; returns who is.

    It is an act on the order: whoever is on it stays so. ``besides``: a colleague whom this person
    need not wait for.

    Raises:
        ClaimedError: a colleague is on it, and this person is no owner.
    """
    on_it = await holder(order.id)
    require_free(order.id, on_it, by, besides=besides)
    if on_it is not None and on_it.staff_id == by.id:
        await _note(order, on_it)
    return on_it


async def keep(order: Order, by: StaffMember) -> None:
    """This person did something that nobody's claim hinders; their own goes on."""
    on_it = await holder(order.id)
    if on_it is not None and on_it.staff_id == by.id:
        await _note(order, on_it)


async def take(
    order: Order,
    by: StaffMember,
    *,
    is_of_window: bool = False,
    besides: int | None = None,
) -> None:
    """This person is on the order from now on; safe to repeat.

    Args:
        order: an open one.
        by: an owner takes it from whoever had it.
        is_of_window: they opened its sale window, and are no longer on it when they leave that.
        besides: a colleague from whom anybody may take it.

    Raises:
        ClaimedError: as ``guard``.
    """
    former = await guard(order, by, besides=besides)
    if former is not None and former.staff_id == by.id:
        return
    if former is not None:
        await note_taken_over(order, former.name, by)
    at = now()
    await Claim.filter(order_id=order.id).delete()
    await Claim.create(
        order_id=order.id, staff_id=by.id, since=at, at=at, is_of_window=is_of_window
    )
    await Order.filter(id=order.id).update(is_touched=True)
    await outbox.owe_cards([order.id])
    await outbox.owe_cards([order.id], due_at=at + LAPSES_AFTER)


async def note_taken_over(order: Order, former: str, by: StaffMember) -> None:
    """Keep in the history whose order it was."""
    await OrderEvent.create(
        order_id=order.id,
        kind=EventKind.TAKEN_OVER,
        staff_id=by.id,
        from_status_id=order.status_id,
        to_status_id=order.status_id,
        data={"holder": former},
    )


async def leave_window(order: Order, by: StaffMember) -> None:
    """``Back``: whoever was on the order because of its sale window is not any more."""
    if await Claim.filter(order_id=order.id, staff_id=by.id, is_of_window=True).delete():
        await outbox.owe_cards([order.id])


async def drop(order_id: int) -> bool:
    """Nobody is on the order any more; whether somebody was. Its cards are still to be owed."""
    return bool(await Claim.filter(order_id=order_id).delete())


async def _note(order: Order, own: Holder) -> None:
    at = now()
    if at - own.at >= NOTED_EVERY:
        await Claim.filter(order_id=order.id).update(at=at)
        await outbox.owe_cards([order.id], due_at=at + LAPSES_AFTER)
