"""What an order comes to, without what only staff may know: for a message to a customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.money import ZERO
from models.orders import Order, OrderLine
from models.sales import Sale, SaleLine


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order with its status, and what was sold; ``sale`` is None while nothing is."""

    order: Order
    lines: Sequence[OrderLine | SaleLine]
    sale: Sale | None


async def summaries(orders: Sequence[Order]) -> list[OrderSummary]:
    """Summaries of these orders, in the same order, in three queries."""
    ids = [order.id for order in orders]
    if not ids:
        return []
    sales = {sale.order_id: sale for sale in await Sale.filter(standing_for__in=ids)}
    lines: dict[int, list[OrderLine | SaleLine]] = {id_: [] for id_ in ids}
    for line in await OrderLine.filter(order_id__in=ids, quantity__gt=ZERO).order_by(
        "position", "id"
    ):
        if line.order_id not in sales:
            lines[line.order_id].append(line)
    sold_by = {sale.id: order_id for order_id, sale in sales.items()}
    if sold_by:
        for sold in await SaleLine.filter(sale_id__in=list(sold_by)).order_by("id"):
            lines[sold_by[sold.sale_id]].append(sold)
    return [OrderSummary(order, lines[order.id], sales.get(order.id)) for order in orders]
