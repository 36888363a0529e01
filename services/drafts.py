"""Sale windows: opened, taken over, edited, dropped. One person at a time is in a window.

Every edit locks the order first, and makes its revision grow: whoever has an older view of the
window must look again before ``Add sale``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tortoise.expressions import F
from tortoise.timezone import now

from domain.errors import InvalidTransitionError, NotFoundError, WindowTakenError
from domain.orders import Phase
from domain.rights import Right, demand
from domain.sums import Discount
from models.drafts import SaleDraft, SaleDraftLine
from models.money import MoneyAccount
from models.orders import Order
from models.sales import SalesChannel
from models.staff import StaffMember
from services import claims, draft_content, live_waybills, orders, place_match, stock
from services.transactions import transaction

LONGEST_NOTE = 500
KEEP_SOLD = timedelta(hours=1)  # far longer than a sale can be undone
FORGOTTEN_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A window that was opened. ``former``: where a colleague had it, before it was taken over."""

    draft: SaleDraft
    former: tuple[int, int] | None = None


async def open_window(order_id: int, *, by: StaffMember, take_over: bool = False) -> Opened:
    """Open the sale window of an order, or the one that is open already; they are on the order.

    Raises:
        WindowTakenError: a colleague is in it, and it was not to be taken over.
        ClaimedError: a colleague is on the order without being in its window.
        InvalidTransitionError: the order is no longer open.
        NotFoundError: there is no such order.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.SELL)
    async with transaction():
        order = await _lock_open(order_id)
        draft = await SaleDraft.get_or_none(order_id=order.id)
        if draft is not None and draft.staff_id != by.id:
            return await _open_anothers(order, draft, by, take_over=take_over)
        await claims.take(order, by, is_of_window=True)
        return Opened(draft or await _new_draft(order, by))


async def require_openable(order_id: int, *, by: StaffMember) -> None:
    """Raise what ``open_window`` would, but for a colleague who is in the window."""
    demand(by.role, Right.SELL)
    order = await Order.get_or_none(id=order_id)
    if order is None:
        raise NotFoundError("order")
    if order.phase is not Phase.OPEN:
        raise InvalidTransitionError(order.id, order.phase)
    draft = await SaleDraft.get_or_none(order_id=order_id)
    besides = draft.staff_id if draft is not None else None
    claims.require_free(order_id, await claims.holder(order_id), by, besides=besides)


async def _open_anothers(
    order: Order, draft: SaleDraft, by: StaffMember, *, take_over: bool
) -> Opened:
    """Who left a window behind need not be waited for, but who is on the order since."""
    former = draft.staff_id
    on_it = await claims.guard(order, by, besides=former)
    if not take_over:
        raise await taken(draft)
    if on_it is None or on_it.staff_id == by.id:
        await claims.note_taken_over(order, (await StaffMember.get(id=former)).name, by)
    await claims.take(order, by, is_of_window=True, besides=former)
    opened = Opened(draft, _place(draft))
    draft.staff_id = by.id
    await draft.save(update_fields=["staff_id", "updated_at"])
    await Order.filter(id=order.id).update(revision=F("revision") + 1)
    return opened


async def _lock_open(order_id: int) -> Order:
    order = await orders.lock(order_id)
    if order.phase is not Phase.OPEN:
        raise InvalidTransitionError(order.id, order.phase)
    return order


async def _new_draft(order: Order, by: StaffMember) -> SaleDraft:
    channel = await SalesChannel.get(shop_id=order.shop_id)
    return await SaleDraft.create(
        order_id=order.id,
        staff_id=by.id,
        sales_channel_id=channel.id,
        waybill_number=await live_waybills.number_for_window(order),
    )


async def follow_waybill(order: Order, number: str) -> None:
    """The platform knows another number of the order's parcel: so does a window with the old one,
    unless that is of a waybill that we made.

    Inside a transaction; ``order`` as it was before.
    """
    if number != order.waybill_number and not await live_waybills.made_number(order.id):
        untouched = SaleDraft.filter(order_id=order.id, waybill_number=order.waybill_number)
        await untouched.update(waybill_number=number[:64])


def _place(draft: SaleDraft) -> tuple[int, int] | None:
    if draft.chat_id is None or draft.message_id is None:
        return None
    return draft.chat_id, draft.message_id


async def taken(draft: SaleDraft) -> WindowTakenError:
    """The error that names who is in the window, and since when nothing happened in it."""
    holder = await StaffMember.get(id=draft.staff_id)
    return WindowTakenError(draft.order_id, holder.name, draft.updated_at)


async def show_window_at(order_id: int, chat_id: int, message_id: int, *, by: StaffMember) -> None:
    """Remember which Telegram message shows the window to the person who is in it."""
    await SaleDraft.filter(order_id=order_id, staff_id=by.id).update(
        chat_id=chat_id, message_id=message_id
    )


async def close_window(order_id: int, *, by: StaffMember) -> None:
    """``Back``: drop the window with all its edits; the order was never changed.

    Raises:
        NotFoundError: it is closed already.
        WindowTakenError: a colleague is in it.
        InvalidTransitionError: the order is no longer open.
        NotAllowedError: not this person's to do any more.
    """
    async with transaction():
        order, _ = await _lock_mine(order_id, by)
        await claims.leave_window(order, by)
        await stock.release(await SaleDraftLine.filter(order_id=order_id), staff_id=by.id)
        await orders.forget_draft(order_id)
        # Who still sees this window on another phone must not add the next one by it.
        await Order.filter(id=order_id).update(revision=F("revision") + 1)


async def _lock_mine(order_id: int, by: StaffMember) -> tuple[Order, SaleDraft]:
    demand(by.role, Right.SELL)
    order = await _lock_open(order_id)
    draft = await SaleDraft.get_or_none(order_id=order.id)
    if draft is None:
        raise NotFoundError("sale window")
    if draft.staff_id != by.id:
        raise await taken(draft)
    return order, draft


@asynccontextmanager
async def editing(order_id: int, by: StaffMember) -> AsyncIterator[tuple[Order, SaleDraft]]:
    """One edit of a window: a transaction in which this person has the order and its draft.

    Raises:
        NotFoundError: no such order, or its window is closed.
        WindowTakenError: a colleague is in it.
        ClaimedError: a colleague is on the order since nothing happened in the window.
        InvalidTransitionError: the order is no longer open.
        NotAllowedError: not this person's to do any more.
    """
    async with transaction():
        order, draft = await _lock_mine(order_id, by)
        await claims.take(order, by, is_of_window=True)
        yield order, draft
        await Order.filter(id=order.id).update(revision=F("revision") + 1)
        await SaleDraft.filter(id=draft.id).update(updated_at=now())


async def _set(order_id: int, by: StaffMember, **values: object) -> None:
    async with editing(order_id, by) as (_, draft):
        await SaleDraft.filter(id=draft.id).update(**values)


# Each of these raises what ``editing`` does.


async def choose_channel(order_id: int, channel_id: int, *, by: StaffMember) -> None:
    """Set the sales channel. NotFoundError also: there is no such channel."""
    if not await SalesChannel.exists(id=channel_id):
        raise NotFoundError("sales channel")
    await _set(order_id, by, sales_channel_id=channel_id)


async def choose_account(order_id: int, account_id: int, *, by: StaffMember) -> None:
    """Set the receipt of money. NotFoundError also: there is no such account.

    A down payment into the same account is none.
    """
    await _require_account(account_id)
    async with editing(order_id, by) as (_, draft):
        draft.money_account_id = account_id
        if draft.down_account_id == account_id:
            draft.down_account_id, draft.down_payment = None, Decimal(0)
        await draft.save(update_fields=["money_account_id", "down_account_id", "down_payment"])


async def split(order_id: int, account_id: int, down_payment: Decimal, *, by: StaffMember) -> None:
    """Let ``down_payment`` (of the sum, at most all of it) go to another account.

    Zero, or the account of the rest, ends the split.
    """
    await _require_account(account_id)
    async with editing(order_id, by) as (order, draft):
        rest_account = await draft_content.money_account(order, draft)
        is_split = bool(down_payment) and account_id != rest_account.id
        draft.down_account_id = account_id if is_split else None
        draft.down_payment = down_payment if is_split else Decimal(0)
        await draft.save(update_fields=["down_account_id", "down_payment"])


async def _require_account(account_id: int) -> None:
    if not await MoneyAccount.exists(id=account_id):
        raise NotFoundError("money account")


async def set_discount(order_id: int, discount: Discount, *, by: StaffMember) -> None:
    """Set the discount on the whole sale."""
    await _set(order_id, by, discount=discount.value, discount_is_percent=discount.is_percent)


async def set_delivery_cost(order_id: int, amount: Decimal, *, by: StaffMember) -> None:
    """Set what the customer pays for delivery (the order's currency)."""
    await _set(order_id, by, delivery_cost=amount)


async def set_text(order_id: int, field: str, text: str, *, by: StaffMember) -> None:
    """Set one of ``TEXTS`` to a line that was read already; "" empties it.

    WaybillExistsError also: the number of a waybill that we made, or are about to, stays.
    """
    if field not in TEXTS:
        raise ValueError(field)
    async with editing(order_id, by) as (order, draft):
        if field == "waybill_number":
            await live_waybills.require_none(order.id)
        await SaleDraft.filter(id=draft.id).update(**{field: text})
        if field in place_match.WORDS:
            typed = getattr(draft, field)
            before = getattr(order, field) if typed is None else typed
            if text != before or not before:  # an earlier sale may have said it for the order
                await place_match.forget(order.id)


async def forget_sold(before: datetime | None = None) -> int:
    """Forget windows whose sale can no longer be undone; returns how many.

    ``before`` (aware): nothing happened in them since; an hour ago when not given.
    """
    long_ago = before or now() - KEEP_SOLD
    sold = SaleDraft.filter(order__phase=Phase.COMPLETED, updated_at__lt=long_ago)
    order_ids = [draft.order_id for draft in await sold.order_by("id").limit(FORGOTTEN_AT_ONCE)]
    for order_id in order_ids:
        async with transaction():
            order = await orders.lock(order_id)
            is_old = await SaleDraft.exists(order_id=order.id, updated_at__lt=long_ago)
            if is_old and order.phase is Phase.COMPLETED:
                await orders.forget_draft(order.id, is_sold=True)
    return len(order_ids)


TEXTS = frozenset(
    {
        *("customer_name", "phone", "email", "delivery_method", "delivery_city"),
        *("delivery_address", "waybill_number", "note"),
    }
)
