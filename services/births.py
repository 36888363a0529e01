"""Orders seen for the first time: stored, reserved, announced, many in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.money import ZERO
from domain.orders import IncomingLine, IncomingOrder, Phase, PlatformState
from domain.phones import phone_key
from domain.stock import Wanted, allocate
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.stock import StockMovement
from services import nudges, outbox, search_index, stock
from services.linker import Linker, linker_of
from services.search_index import Findable
from services.statuses import CANCELED_ID, NEW_ID


@dataclass(frozen=True, slots=True)
class Birth:
    """An order nobody here knows yet, and the inbox entry that told of it.

    ``is_silent``: it is no news to anybody, it was there before its shop was connected.
    """

    shop_id: int
    entry_id: int
    incoming: IncomingOrder
    is_silent: bool = False


async def store(born: Sequence[Birth]) -> None:
    """Store new orders with their reservations, history and owed cards. Inside a transaction.

    Raises:
        IntegrityError: another worker stored one of them meanwhile; the transaction is lost.
    """
    if not born:
        return
    linker = await linker_of(
        [(birth.shop_id, line) for birth in born for line in birth.incoming.lines]
    )
    lines = [_lines(birth, linker) for birth in born]
    products = await stock.lock_products(
        line.product_id for order_lines in lines for line in order_lines if line.product_id
    )
    _hold(
        [line for b, part in zip(born, lines, strict=True) if _is_open(b) for line in part],
        products,
    )

    await Order.bulk_create(_order(birth) for birth in born)
    ids = await _ids(born)
    for birth, order_lines in zip(born, lines, strict=True):
        for line in order_lines:
            line.order_id = ids[birth.shop_id, birth.incoming.external_id]
    await OrderLine.bulk_create(line for order_lines in lines for line in order_lines)
    await stock.store(products.values(), [], _movements(lines))
    await OrderEvent.bulk_create(
        OrderEvent(
            order_id=ids[birth.shop_id, birth.incoming.external_id],
            kind=EventKind.CREATED,
            to_status_id=_status_id(birth),
        )
        for birth in born
    )
    await outbox.owe_cards(
        ids[birth.shop_id, birth.incoming.external_id]
        for birth in born
        if _is_open(birth) and not birth.is_silent
    )
    if any(birth.is_silent for birth in born):
        await outbox.owe_all_boards()
    await search_index.add_orders(
        Findable(
            ids[birth.shop_id, birth.incoming.external_id],
            birth.incoming,
            order_lines,
        )
        for birth, order_lines in zip(born, lines, strict=True)
    )


def _is_open(birth: Birth) -> bool:
    return birth.incoming.state is not PlatformState.CANCELED


def _status_id(birth: Birth) -> int:
    return NEW_ID if _is_open(birth) else CANCELED_ID


def _order(birth: Birth) -> Order:
    return Order(
        shop_id=birth.shop_id,
        external_id=birth.incoming.external_id,
        phase=Phase.OPEN if _is_open(birth) else Phase.CANCELED,
        status_id=_status_id(birth),
        is_closed_by_platform=not _is_open(birth),
        nudges=nudges.LAST_STAGE if birth.is_silent else 0,
        **content(birth.incoming, birth.entry_id),
    )


def content(incoming: IncomingOrder, entry_id: int) -> dict[str, object]:
    """The columns of an order that say what the platform says."""
    return {
        "number": incoming.number,
        "platform_state": incoming.state,
        "platform_status": incoming.status[:100],
        "placed_at": incoming.placed_at,
        "modified_at": incoming.modified_at,
        "entry_id": entry_id,
        "digest": incoming.digest(),
        "currency": incoming.currency,
        "customer_name": incoming.customer_name[:200],
        "phone": incoming.phone[:64],
        "phone_key": phone_key(incoming.phone),
        "email": incoming.email[:200],
        "delivery_method": incoming.delivery_method[:200],
        "delivery_city": incoming.delivery_city[:200],
        "delivery_address": incoming.delivery_address[:500],
        "recipient_name": incoming.recipient_name[:200],
        "recipient_phone": incoming.recipient_phone[:64],
        "branch_ref": incoming.branch_ref[:64],
        "city_ref": incoming.city_ref[:64],
        "waybill_number": incoming.waybill_number[:64],
        "payment_method": incoming.payment_method[:100],
        "payment_title": incoming.payment_title[:200],
        "is_paid": incoming.is_paid,
        "note": incoming.note,
        "wants_no_call": incoming.wants_no_call,
        "promotion": incoming.promotion[:200],
        "cancellation": incoming.cancellation[:300],
        "delivery_cost": incoming.delivery_cost,
        "fees": incoming.fees,
        "discount": incoming.discount,
        "refunded": incoming.refunded,
        "total": incoming.total,
    }


def line_content(line: IncomingLine, position: int) -> dict[str, object]:
    """The columns of an order line that say what the platform says."""
    return {
        "position": position,
        "product_external_id": line.product_external_id,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit[:16],
        "amount": line.amount,
    }


def _lines(birth: Birth, linker: Linker) -> list[OrderLine]:
    return [
        OrderLine(
            external_id=line.external_id,
            product_id=linker.product_id(birth.shop_id, line),
            reserved=ZERO,
            **line_content(line, position),
        )
        for position, line in enumerate(birth.incoming.lines)
    ]


def _hold(lines: Sequence[OrderLine], products: stock.Products) -> None:
    """Set ``reserved`` of lines that are not in the database yet."""
    wanted = [
        Wanted(index, line.product_id, line.quantity, ZERO)
        for index, line in enumerate(lines)
        if line.product_id is not None
    ]
    holds = allocate(wanted, {product.id: product.available for product in products.values()})
    for index, quantity in holds.items():
        line = lines[index]
        line.reserved = quantity
        if line.product_id is not None:
            products[line.product_id].reserved += quantity


def _movements(lines: Sequence[Sequence[OrderLine]]) -> list[StockMovement]:
    return [
        stock.reservation_movement(line.product_id, line.reserved, line.order_id, None)
        for order_lines in lines
        for line in order_lines
        if line.product_id is not None and line.reserved > 0
    ]


async def _ids(born: Sequence[Birth]) -> dict[tuple[int, str], int]:
    rows = await Order.filter(
        shop_id__in={birth.shop_id for birth in born},
        external_id__in=[birth.incoming.external_id for birth in born],
    ).values_list("shop_id", "external_id", "id")
    return {(shop_id, external_id): id_ for shop_id, external_id, id_ in rows}
