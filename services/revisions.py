"""What the platform changes on an order we know: the table "the platform says" of the design.

A change is applied to an open order and moves its reservations. It never undoes what staff did:
about a closed order they are told, and decide.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from tortoise.expressions import F

from domain.money import ZERO, plain
from domain.orders import IncomingLine, IncomingOrder, Phase, PlatformState
from domain.telling import is_same_parcel
from models.orders import EventKind, Order, OrderEvent, OrderLine
from services import (
    births,
    draft_lines,
    drafts,
    orders,
    outbox,
    place_match,
    search_index,
    statuses,
    stock,
    telling,
)
from services.linker import linker_of
from services.search_index import Findable
from services.statuses import CANCELED_ID, NEW_ID

# What staff are told when it happens to an order that they completed.
_NEWS_OF_COMPLETED = frozenset({PlatformState.CANCELED, PlatformState.FAILED})
_CANCELED_OR_REOPENED = (
    EventKind.PLATFORM_CANCELED,
    EventKind.PLATFORM_NOTICE,
    EventKind.REOPENED,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the platform changed; texts as the card shows them."""

    what: str  # quantity, added, removed, total, paid, state, customer, delivery, payment, ...
    name: str = ""
    old: str = ""
    new: str = ""


async def revise(order: Order, incoming: IncomingOrder, entry_id: int) -> None:
    """Bring a known order to what the platform says now. Inside a transaction; safe to repeat."""
    if _is_stale(order, incoming, entry_id) or incoming.state is PlatformState.DRAFT:
        return
    if order.digest == incoming.digest() and order.modified_at == incoming.modified_at:
        # Nothing new, but said again after all that came before it, also a deletion that waits.
        await Order.filter(id=order.id, entry_id__lt=entry_id).update(entry_id=entry_id)
        return
    order = await orders.lock(order.id)
    if _is_stale(order, incoming, entry_id):
        return
    match order.phase:
        case Phase.OPEN:
            await _revise_open(order, incoming, entry_id)
        case Phase.COMPLETED:
            await _note_on_completed(order, incoming, entry_id)
        case Phase.CANCELED | Phase.REFUSED:
            await _revise_closed(order, incoming, entry_id)


async def vanish(order: Order, entry_id: int) -> None:
    """The platform deleted or trashed the order. Inside a transaction; safe to repeat."""
    order = await orders.lock(order.id)
    if order.entry_id >= entry_id:
        return
    if order.platform_state is PlatformState.CANCELED:  # no more by our word, if it was
        await Order.filter(id=order.id).update(platform_status="", told_status="")
        return
    await Order.filter(id=order.id).update(
        platform_state=PlatformState.CANCELED,
        platform_status="",
        told_status="",
        entry_id=entry_id,
        digest="",
    )
    if order.phase is Phase.OPEN:
        await _cancel(order)
    elif order.phase is Phase.COMPLETED:
        await _tell(order, PlatformState.CANCELED)


def _is_stale(order: Order, incoming: IncomingOrder, entry_id: int) -> bool:
    """Whether we know something newer; of equal times the request that came last is newer."""
    return (incoming.modified_at, entry_id) < (order.modified_at, order.entry_id)


async def _revise_open(order: Order, incoming: IncomingOrder, entry_id: int) -> None:
    lines = await OrderLine.filter(order_id=order.id).order_by("position")
    is_own_word = telling.is_own_word(order, incoming)
    changes = _differences(order, lines, incoming)
    if is_own_word:
        changes = [change for change in changes if change.what not in {"state", "paid"}]
    is_canceled_now = (
        incoming.state is PlatformState.CANCELED
        and not is_own_word
        and not await _is_decided(order)
    )
    await _store(order, incoming, entry_id)
    await drafts.follow_waybill(order, incoming.waybill_number)
    if is_canceled_now:
        await _sync_lines(order, lines, incoming, hold=False)
        await _cancel(order, incoming.cancellation)
        return
    holds_goods = await statuses.holds_goods(order.status_id)
    is_moved = await _sync_lines(order, lines, incoming, hold=holds_goods)
    if await draft_lines.settle(order) and holds_goods:
        await _reserve(order)  # what the sale window gave back
    if changes:
        await OrderEvent.create(
            order_id=order.id,
            kind=EventKind.CHANGED,
            data={"changes": [asdict(change) for change in changes]},
        )
    elif not is_moved:
        return
    await Order.filter(id=order.id).update(revision=F("revision") + 1)
    await outbox.owe_cards([order.id])


async def _is_decided(order: Order) -> bool:
    """Whether staff keep an order open although they know that the platform has canceled it.

    Without a digest its last word was not applied: it came before they reopened the order, or while
    that was sold, and then they were told of it.
    """
    if order.platform_state is not PlatformState.CANCELED or order.digest:
        return order.platform_state is PlatformState.CANCELED
    events = OrderEvent.filter(order_id=order.id, kind__in=_CANCELED_OR_REOPENED)
    newest = await events.order_by("-id").first()
    return newest is not None and newest.kind is EventKind.REOPENED


async def _cancel(order: Order, why: str = "") -> None:
    await stock.release(await stock.holders(order.id))
    await orders.move(
        order,
        Phase.CANCELED,
        CANCELED_ID,
        EventKind.PLATFORM_CANCELED,
        staff_id=None,
        data={"why": why} if why else {},
    )


async def _note_on_completed(order: Order, incoming: IncomingOrder, entry_id: int) -> None:
    """What was sold stays sold; only the platform's own state is noted."""
    was_canceled = order.platform_state is PlatformState.CANCELED
    await _note_state(order, incoming, entry_id)
    if incoming.waybill_number[:64] != order.waybill_number:
        await search_index.add_orders([Findable(order.id, incoming, [])])
    if incoming.state is order.platform_state or telling.is_own_word(order, incoming):
        return
    if incoming.state in _NEWS_OF_COMPLETED or was_canceled:
        await _tell(order, incoming.state)


async def _revise_closed(order: Order, incoming: IncomingOrder, entry_id: int) -> None:
    """Reopen what the platform itself had canceled; what staff closed stays closed.

    What it says is kept either way: whoever reopens the order finds it as the customer wants it.
    """
    reopens = order.is_closed_by_platform and incoming.state is not PlatformState.CANCELED
    lines = await OrderLine.filter(order_id=order.id).order_by("position")
    await _store(order, incoming, entry_id)
    await _sync_lines(order, lines, incoming, hold=reopens)
    if reopens:
        await orders.move(order, Phase.OPEN, NEW_ID, EventKind.PLATFORM_REOPENED, staff_id=None)


async def _store(order: Order, incoming: IncomingOrder, entry_id: int) -> None:
    values = births.content(incoming, entry_id) | telling.forgotten(order, incoming)
    await Order.filter(id=order.id).update(**values)
    if any(getattr(order, name) != values[name] for name in place_match.TOLD):
        await place_match.forget(order.id)


async def _note_state(order: Order, incoming: IncomingOrder, entry_id: int) -> None:
    """Keep what the platform says of a sold order; without its digest, as it was not applied.

    Should the order be open again, the request is worked once more (``orders.catch_up``).
    """
    values: dict[str, object] = {
        "platform_state": incoming.state,
        "platform_status": incoming.status,
        "cancellation": incoming.cancellation[:300],
        "waybill_number": incoming.waybill_number[:64],
        "modified_at": incoming.modified_at,
        "entry_id": entry_id,
        "digest": order.digest if order.digest == incoming.digest() else "",
    }
    if telling.is_own_word(order, incoming):
        values |= telling.own_word(order, incoming)
    await Order.filter(id=order.id).update(**values, **telling.forgotten(order, incoming))


async def _tell(order: Order, state: PlatformState) -> None:
    event = await OrderEvent.create(
        order_id=order.id, kind=EventKind.PLATFORM_NOTICE, data={"state": state.value}
    )
    await Order.filter(id=order.id).update(revision=F("revision") + 1)
    await outbox.owe_cards([order.id])
    await outbox.owe_event(event.id)


async def _sync_lines(
    order: Order, lines: Sequence[OrderLine], incoming: IncomingOrder, *, hold: bool
) -> bool:
    """Make the lines what the platform says and, with ``hold``, the reservations with them.

    What a line holds too much, or of another product, is given back first. A line that is gone
    stays with quantity zero: history and sales may point at it. Returns whether anything changed
    that a card shows.
    """
    before = {_shown(line) for line in lines}
    known = {line.external_id: line for line in lines}
    told = {
        line.external_id: (place, _with_identity(line, known.get(line.external_id)))
        for place, line in enumerate(incoming.lines)
    }
    linker = await linker_of([(order.shop_id, line) for _, line in told.values()])
    links = {
        id_: linker.product_id(order.shop_id, line) or _link_kept(line, known.get(id_))
        for id_, (_, line) in told.items()
    }
    await stock.release([line for line in lines if line.product_id != links.get(line.external_id)])
    await stock.limit(lines, {id_: line.quantity for id_, (_, line) in told.items()})
    for line in lines:
        place, told_line = told.get(line.external_id, (line.position, None))
        if told_line is None:
            line.quantity = ZERO
        else:
            line.update_from_dict(births.line_content(told_line, place))
            line.product_id = links[line.external_id]
    if lines:
        await OrderLine.bulk_update(lines, fields=_LINE_FIELDS)
    await OrderLine.bulk_create(
        OrderLine(
            order_id=order.id,
            external_id=id_,
            product_id=links[id_],
            **births.line_content(line, place),
        )
        for id_, (place, line) in told.items()
        if id_ not in known
    )
    if hold:
        await _reserve(order)
    after = await OrderLine.filter(order_id=order.id)
    is_changed = before != {_shown(line) for line in after}
    told_now = births.content(incoming, 0)
    if is_changed or any(getattr(order, one) != told_now[one] for one in search_index.COLUMNS):
        await search_index.add_orders([Findable(order.id, incoming, after)])
    return is_changed


async def _reserve(order: Order) -> None:
    await stock.reserve(
        await OrderLine.filter(order_id=order.id, quantity__gt=ZERO).order_by("position")
    )


def _shown(line: OrderLine) -> tuple[object, ...]:
    numbers = (line.position, line.quantity, line.amount, line.reserved)
    return line.id, line.name, line.product_id, *numbers


def _with_identity(told: IncomingLine, known: OrderLine | None) -> IncomingLine:
    """The line, still knowing its product when the platform has deleted that product meanwhile.

    A store then tells neither id nor SKU, yet the goods lie in our warehouse and stay reserved.
    """
    if known is None or told.sku or told.product_external_id:
        return told
    return replace(told, sku=known.sku, product_external_id=known.product_external_id)


def _link_kept(told: IncomingLine, known: OrderLine | None) -> int | None:
    """The product of a line that is what it was: somebody may have linked it by hand, alone."""
    if known is None:
        return None
    was = known.product_external_id, known.sku
    return known.product_id if (told.product_external_id, told.sku) == was else None


_LINE_FIELDS = [
    "position",
    "product_external_id",
    "sku",
    "name",
    "quantity",
    "unit",
    "amount",
    "product_id",
]


def _differences(
    order: Order, lines: Sequence[OrderLine], incoming: IncomingOrder
) -> list[Difference]:
    changes = _line_differences(lines, incoming)
    if order.platform_state is not incoming.state:
        changes.append(
            Difference("state", old=order.platform_state.value, new=incoming.state.value)
        )
    if incoming.is_paid and not order.is_paid:
        changes.append(Difference("paid"))
    if order.total != incoming.total:
        changes.append(Difference("total", old=str(order.total), new=str(incoming.total)))
    content = births.content(incoming, 0)
    waybill = content["waybill_number"]
    if waybill != order.waybill_number and not is_same_parcel(f"{waybill}", order.told_waybill):
        changes.append(Difference("waybill", new=f"{waybill}"))
    for what, columns in _GROUPS.items():
        if any(getattr(order, column) != content[column] for column in columns):
            changes.append(Difference(what))
    return changes


_GROUPS = {
    "customer": ("customer_name", "phone", "email"),
    "delivery": (
        *("delivery_method", "delivery_city", "delivery_address", "delivery_cost"),
        *("recipient_name", "recipient_phone"),
    ),
    "payment": ("payment_method", "payment_title"),
    "note": ("note", "wants_no_call"),
    "amounts": ("fees", "discount", "refunded", "promotion"),
}


def _line_differences(lines: Sequence[OrderLine], incoming: IncomingOrder) -> list[Difference]:
    known = {line.external_id: line for line in lines if line.quantity > 0}
    changes = []
    for told in incoming.lines:
        line = known.pop(told.external_id, None)
        if line is None:
            if told.quantity > 0:
                changes.append(Difference("added", told.name, new=plain(told.quantity)))
        elif line.quantity != told.quantity:
            old, new = plain(line.quantity), plain(told.quantity)
            changes.append(Difference("quantity", told.name, old, new))
    changes.extend(
        Difference("removed", line.name, old=plain(line.quantity)) for line in known.values()
    )
    return changes
