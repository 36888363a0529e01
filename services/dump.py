"""Everything stored, as plain rows, oldest first: for people, scripts and tests."""

from collections.abc import AsyncIterator, Callable, Mapping
from decimal import Decimal
from typing import Any

from domain.money import ZERO, plain
from models.money import MoneyEntry
from models.orders import Order, OrderLine
from models.sales import Sale, SaleLine
from models.stock import Product, StockMovement

Row = dict[str, Any]
PAGE = 500


def money(amount: Decimal) -> str:
    """Always with kopiykas: "870.00"."""
    return f"{amount:.2f}"


async def orders() -> AsyncIterator[Row]:
    """Orders with their lines; money in the order's currency."""
    last = 0
    while page := await _orders_after(last):
        last = page[-1].id
        by_order: dict[int, list[OrderLine]] = {order.id: [] for order in page}
        lines = OrderLine.filter(order_id__in=list(by_order), quantity__gt=ZERO)
        for line in await lines.order_by("position", "id"):
            by_order[line.order_id].append(line)
        for order in page:
            yield _order_row(order, by_order[order.id])


async def _orders_after(last: int) -> list[Order]:
    query = Order.filter(id__gt=last).order_by("id").limit(PAGE)
    return await query.select_related("shop", "status")


def _order_row(order: Order, lines: list[OrderLine]) -> Row:
    return {
        "id": order.id,
        "shop": order.shop.name,
        "external_id": order.external_id,
        "number": order.number,
        "phase": order.phase.value,
        "status": order.status.label,
        "platform_state": order.platform_state.value,
        "revision": order.revision,
        "placed_at": order.placed_at.isoformat(),
        "currency": order.currency,
        "total": money(order.total),
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": plain(line.quantity),
                "reserved": plain(line.reserved),
                "amount": money(line.amount),
                "linked": line.product_id is not None,
            }
            for line in lines
        ],
    }


async def products() -> AsyncIterator[Row]:
    """Products with their counters."""
    last = 0
    while page := await Product.filter(id__gt=last).order_by("id").limit(PAGE):
        last = page[-1].id
        for product in page:
            yield {
                "id": product.id,
                "sku": product.sku,
                "name": product.name,
                "unit": product.unit,
                "price": money(product.price),
                "cost": money(product.cost),
                "on_hand": plain(product.on_hand),
                "reserved": plain(product.reserved),
                "available": plain(product.available),
            }


async def sales() -> AsyncIterator[Row]:
    """Sales with their lines and where their money lies; undone ones are marked."""
    last = 0
    while page := await _sales_after(last):
        last = page[-1].id
        lines: dict[int, list[SaleLine]] = {sale.id: [] for sale in page}
        held: dict[int, Balances] = {sale.id: {} for sale in page}
        for line in await SaleLine.filter(sale_id__in=list(lines)).order_by("id"):
            lines[line.sale_id].append(line)
        entries = MoneyEntry.filter(sale_id__in=list(held)).order_by("id")
        for entry in await entries.select_related("account"):
            balances, name = held[entry.sale_id], entry.account.name
            balances[name] = balances.get(name, ZERO) + entry.amount
        for sale in page:
            yield _sale_row(sale, lines[sale.id], held[sale.id])


Balances = dict[str, Decimal]  # by the account's name


async def _sales_after(last: int) -> list[Sale]:
    query = Sale.filter(id__gt=last).order_by("id").limit(PAGE)
    return await query.select_related("staff", "sales_channel", "money_account", "order")


def _sale_row(sale: Sale, lines: list[SaleLine], held: Balances) -> Row:
    return {
        "id": sale.id,
        "order_id": sale.order_id,
        "order_number": sale.order.number,
        "at": sale.at.isoformat(),
        "staff": sale.staff.name,
        "sales_channel": sale.sales_channel.name,
        "money_account": sale.money_account.name,
        "waybill_number": sale.waybill_number,
        "currency": sale.currency,
        "goods": money(sale.goods),
        "discount": money(sale.discount),
        "delivery_cost": money(sale.delivery_cost),
        "fees": money(sale.fees),
        "total": money(sale.total),
        "refunded": money(sale.refunded),
        "returned": money(sale.returned),
        "outstanding": money(sale.outstanding),
        "cost": money(sale.cost),
        "profit": money(sale.profit),
        "state": sale.state.value,
        "undone": sale.is_undone,
        "money": [
            {"account": name, "amount": money(amount)} for name, amount in held.items() if amount
        ],
        "lines": [_sale_line_row(line) for line in lines],
    }


def _sale_line_row(line: SaleLine) -> Row:
    return {
        "name": line.name,
        "quantity": plain(line.quantity),
        "returned": plain(line.returned),
        "discount": money(line.discount),
        "amount": money(line.amount),
        "discount_share": money(line.discount_share),
        "unit_cost": money(line.unit_cost),
    }


async def movements() -> AsyncIterator[Row]:
    """The stock ledger."""
    last = 0
    while page := await _movements_after(last):
        last = page[-1].id
        for movement in page:
            yield {
                "id": movement.id,
                "sku": movement.product.sku,
                "kind": movement.kind.value,
                "on_hand_change": plain(movement.on_hand_change),
                "reserved_change": plain(movement.reserved_change),
                "order_id": movement.order_id,
                "staff_id": movement.staff_id,
                "at": movement.at.isoformat(),
            }


async def _movements_after(last: int) -> list[StockMovement]:
    query = StockMovement.filter(id__gt=last).order_by("id").limit(PAGE)
    return await query.select_related("product")


DUMPS: Mapping[str, Callable[[], AsyncIterator[Row]]] = {
    "orders": orders,
    "products": products,
    "sales": sales,
    "movements": movements,
}
