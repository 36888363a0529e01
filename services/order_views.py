"""What a card, a window or a list shows of orders: read only, gathered in few queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tortoise.timezone import now

from domain.errors import InvalidTransitionError, NotFoundError
from domain.money import ZERO
from domain.orders import Phase
from models.care import Claim, Reminder
from models.carriers import Waybill
from models.orders import Order, OrderEvent, OrderLine
from models.shops import Shop
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from models.stock import Product
from services import claims, memory, orders
from services.claims import Holder
from services.memory import Memory

PAGE_SIZE = 8


@dataclass(frozen=True, slots=True)
class LineView:
    """One line and, when it is linked, the product's numbers now.

    ``holds``: whether it is to hold goods, which depends on the status of its order.
    """

    line: OrderLine
    product: Product | None
    holds: bool = True

    @property
    def missing(self) -> Decimal:
        """How much the line lacks; zero for one that is not linked, or is not to hold any."""
        return self.line.quantity - self.line.reserved if self.product and self.holds else ZERO


@dataclass(frozen=True, slots=True)
class EventView:
    """One row of the history with its names. ``actor`` is "" for the platform."""

    event: OrderEvent
    actor: str
    from_status: OrderStatus | None
    to_status: OrderStatus | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """All that a card shows. Times are UTC.

    ``undo_until`` is set while the last step may be undone; ``remind_at`` is the next reminder.
    ``holder``: who is on it. ``memory``: what earlier orders with its phone tell. ``waybill``: the
    one that counts, perhaps still being made.
    """

    order: Order
    shop_name: str
    status: OrderStatus
    lines: tuple[LineView, ...]
    last_event: EventView | None
    undo_until: datetime | None
    remind_at: datetime | None = None
    holder: Holder | None = None
    memory: Memory | None = None
    waybill: Waybill | None = None

    @property
    def is_open(self) -> bool:
        """Whether Confirm, Reject and Change status apply."""
        return self.order.phase is Phase.OPEN


@dataclass(frozen=True, slots=True)
class BriefView:
    """All that a line of a digest shows. ``is_short``: goods are missing, and it is open."""

    order: Order
    status: OrderStatus
    is_short: bool


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """A page of a tab, newest first, and whether there is more on either side."""

    status: OrderStatus
    orders: tuple[Order, ...]
    has_newer: bool
    has_older: bool


async def order_view(order_id: int) -> OrderView:
    """Gather what the card of an order shows.

    Raises:
        NotFoundError: there is no such order.
    """
    order = await Order.get_or_none(id=order_id).select_related("shop", "status", "claim__staff")
    if order is None:
        raise NotFoundError("order")
    shop: Shop = order.shop
    status: OrderStatus = order.status
    claim: Claim | None = order.claim
    lines = await OrderLine.filter(order_id=order.id, quantity__gt=ZERO).order_by("position", "id")
    last = await _last_event(order.id)
    step = last.event if last else None
    if step and step.kind in orders.NO_STEPS:  # what was told or settled since is no step
        step = await orders.last_step(order.id)
    undo_until = None
    if step and step.kind in orders.TERMINAL_EVENTS and step.staff_id is not None:
        undo_until = step.at + orders.UNDO_WINDOW
    shown = await _line_views(lines, status)
    remind_at = await _next_reminder(order.id)
    return OrderView(
        order=order,
        shop_name=shop.name,
        status=status,
        lines=shown,
        last_event=last,
        undo_until=undo_until,
        remind_at=remind_at,
        holder=claims.holder_of(claim),
        memory=await memory.recall(order),
        waybill=await Waybill.get_or_none(live_for=order.id).select_related("staff"),
    )


async def _next_reminder(order_id: int) -> datetime | None:
    """When some chat will next be reminded of the order."""
    pending = Reminder.filter(order_id=order_id, due_at__gt=now())
    reminder = await pending.order_by("due_at").first()
    return reminder.due_at if reminder else None


async def brief_views(order_ids: Collection[int]) -> list[BriefView]:
    """What a digest shows of these orders, oldest first, in two queries."""
    found = await Order.filter(id__in=list(order_ids)).select_related("status").order_by("id")
    linked = await OrderLine.filter(order_id__in=list(order_ids), product_id__isnull=False)
    short = {line.order_id for line in linked if line.reserved < line.quantity}
    return [
        BriefView(
            order,
            order.status,
            order.phase is Phase.OPEN and order.status.holds_goods and order.id in short,
        )
        for order in found
    ]


async def open_order(order_id: int, *, by: StaffMember | None = None) -> OrderView:
    """As ``order_view``, of an order that staff may still act on; ``by``: who is about to.

    Raises:
        InvalidTransitionError: it is closed, e.g. a colleague was faster.
        ClaimedError: a colleague is on it.
        NotFoundError: there is no such order.
    """
    view = await order_view(order_id)
    if not view.is_open:
        raise InvalidTransitionError(order_id, view.order.phase)
    if by is not None:
        claims.require_free(order_id, view.holder, by)
    return view


async def _line_views(lines: Sequence[OrderLine], status: OrderStatus) -> tuple[LineView, ...]:
    product_ids = {line.product_id for line in lines if line.product_id is not None}
    products = await Product.in_bulk(product_ids, "id") if product_ids else {}
    return tuple(
        LineView(
            line, products.get(line.product_id) if line.product_id else None, status.holds_goods
        )
        for line in lines
    )


async def _last_event(order_id: int) -> EventView | None:
    events = await history(order_id, limit=1)
    return events[0] if events else None


async def history(order_id: int, limit: int = 30) -> list[EventView]:
    """The newest ``limit`` events of an order, newest first."""
    events = (
        await OrderEvent.filter(order_id=order_id)
        .order_by("-id")
        .limit(limit)
        .select_related("staff", "from_status", "to_status")
    )
    return [_event_view(event) for event in events]


async def last_step(order_id: int) -> EventView | None:
    """What moved the order last, with its names; what staff were told since is no step."""
    step = await orders.last_step(order_id)
    return await event_view(step.id) if step else None


async def event_view(event_id: int) -> EventView | None:
    """One event with its names; None when it is gone."""
    event = await OrderEvent.get_or_none(id=event_id).select_related(
        "staff", "from_status", "to_status"
    )
    return _event_view(event) if event else None


def _event_view(event: OrderEvent) -> EventView:
    staff: StaffMember | None = event.staff
    return EventView(event, staff.name if staff else "", event.from_status, event.to_status)


async def orders_page(
    status_id: int, *, older_than: int | None = None, newer_than: int | None = None
) -> OrdersPage:
    """A page of the orders in a status, newest first, from a keyset and so flat in time.

    Where no order is left on that side, it is the first page.

    Raises:
        NotFoundError: there is no such status any more.
    """
    status = await OrderStatus.get_or_none(id=status_id)
    if status is None or status.kind is StatusKind.DELETED:
        raise NotFoundError("status")
    query = Order.filter(status_id=status_id)
    if newer_than is not None:
        found = await query.filter(id__gt=newer_than).order_by("id").limit(PAGE_SIZE + 1)
        if found:
            page = tuple(reversed(found[:PAGE_SIZE]))
            return OrdersPage(status, page, len(found) > PAGE_SIZE, has_older=True)
    if older_than is not None:
        found = await query.filter(id__lt=older_than).order_by("-id").limit(PAGE_SIZE + 1)
        if found:
            return OrdersPage(status, tuple(found[:PAGE_SIZE]), True, len(found) > PAGE_SIZE)
    found = await query.order_by("-id").limit(PAGE_SIZE + 1)
    return OrdersPage(status, tuple(found[:PAGE_SIZE]), False, len(found) > PAGE_SIZE)
