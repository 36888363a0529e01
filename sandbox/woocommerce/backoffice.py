"""What happens inside a simulated store: orders, and the webhooks of each change."""

import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.woocommerce.customers import (
    ON_DELIVERY,
    PAYMENTS,
    RETURNING,
    random_cart,
    random_customer,
)
from sandbox.woocommerce.goods import Goods
from sandbox.woocommerce.model import (
    ZERO,
    Customer,
    Delivery,
    Line,
    Note,
    Order,
    Product,
    Quantity,
    Refund,
    Shipping,
    Webhook,
)
from sandbox.woocommerce.php import Json
from sandbox.woocommerce.pricing import Pricing
from sandbox.woocommerce.render import Renderer
from sandbox.woocommerce.render_goods import full_name
from sandbox.woocommerce.webhooks import WebhookQueue

TOPICS: Sequence[str] = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "product.updated",
    "product.deleted",
    "product.restored",
)
STATUSES: Mapping[str, str] = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
}

# What a new order fires, in this order, by how it was made and whether the store is of 8.x.
_BIRTH_TOPICS = {
    ("store-api", False): ("order.updated", "order.created"),
    ("store-api", True): ("order.updated",),
    ("checkout", False): ("order.created", "order.updated"),
    ("checkout", True): ("order.created", "order.updated"),
    ("admin", False): ("order.created",),
    ("admin", True): ("order.created",),
}
_REDUCES_STOCK = frozenset({"on-hold", "processing", "completed"})
_RESTORES_STOCK = frozenset({"cancelled", "pending"})
_GUEST = Customer(first_name="Олена", last_name="Мар'яненко", phone="0671234567", city="Львів")


class Backoffice(Goods):
    """A store without its network address.

    Every change sends its webhooks before the method returns, unless ``delivers_at_once`` is off:
    then they wait, and join, until ``deliver_pending``.
    Here statuses are accepted as they are: plugins invent their own. ``plugin_statuses`` are those
    that a plugin has registered; orders in others are hidden from lists.
    """

    def __init__(
        self,
        *,
        version: str,
        currency: str,
        pricing: Pricing,
        delivers_at_once: bool,
        queue: WebhookQueue,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(queue=queue, delivers_at_once=delivers_at_once, clock=clock)
        queue.payload = self._payload
        self.version = version
        self.currency = currency
        self.orders: dict[int, Order] = {}
        self.plugin_statuses: dict[str, str] = {}
        self.pricing = pricing

    @property
    def renderer(self) -> Renderer:
        return Renderer(
            url=self.url,
            version=self.version,
            timezone=ZoneInfo("Europe/Kyiv"),
            shelves=self,
            pricing=self.pricing,
        )

    @property
    def statuses(self) -> dict[str, str]:
        """The statuses orders may have here, by code, with what people read."""
        return {**STATUSES, **self.plugin_statuses, "checkout-draft": "Draft"}

    @property
    def deliveries(self) -> list[Delivery]:
        """Every webhook request sent so far, oldest first."""
        return self.webhooks.deliveries

    def subscribe_all(self, delivery_url: str, secret: str) -> list[Webhook]:
        """One webhook for every topic that tells of orders and products."""
        return [
            self.add_webhook(topic=topic, delivery_url=delivery_url, secret=secret)
            for topic in TOPICS
        ]

    async def place_order(
        self,
        *,
        lines: Sequence[tuple[str | int, Quantity]],
        customer: Customer = _GUEST,
        payment: str = "cod",
        note: str = "",
        delivery: tuple[str, Decimal] | None = ("Нова Пошта (відділення)", Decimal(80)),
        coupon: tuple[str, int] | None = None,
        created_via: str = "store-api",
        status: str | None = None,
        number: str | None = None,
        currency: str | None = None,
    ) -> Order:
        """A customer places an order.

        Args:
            lines: SKU or id, and quantity; one may occur twice. The store may be oversold.
            customer: who, and where to.
            payment: one of ``PAYMENTS``; "card" has paid already, the others pay later.
            note: the customer's own words.
            delivery: its title and price, or None for pick-up without a delivery line.
            coupon: its code and the percentage off.
            created_via: "store-api" (block checkout), "checkout" (classic) or "admin".
            status: instead of the one the payment leads to.
            number: instead of the id, as a numbering plugin makes it.
            currency: instead of the store's.
        """
        chosen = PAYMENTS[payment]
        order_id = next(self._ids)
        order = Order(
            id=order_id,
            number=number or str(order_id),
            status=status or chosen.first_status,
            currency=currency or self.currency,
            created_via=created_via,
            customer=customer,
            payment_method=chosen.code,
            payment_title=chosen.title,
            note=note,
            key=f"wc_order_{secrets.token_hex(7)[:13]}",
            created_at=self.now(),
            modified_at=self.now(),
            lines=[self._new_line(self.product(key), quantity) for key, quantity in lines],
        )
        if delivery is not None:
            title, cost = delivery
            tax = self.pricing.tax_on(cost)
            order.shipping = Shipping(id=next(self._ids), title=title, cost=cost, tax=tax)
        if coupon is not None:
            order.coupon, order.coupon_percent = coupon
            order.coupon_id = next(self._ids)
        await self._open(order)
        return order

    async def random_order(self, rng: random.Random) -> Order:
        """A plausible order of a plausible person; the same seed gives the same ones."""
        on_sale = (one for one in self.products.values() if one.sku and one.kind != "variable")
        cart = random_cart(rng, {one.sku: one.step for one in on_sale})
        known = [order.customer for order in self.orders.values()]
        comes_again = known and rng.random() < RETURNING
        return await self.place_order(
            lines=cart.lines,
            customer=rng.choice(known) if comes_again else random_customer(rng),
            payment=cart.payment,
            note=cart.note,
            delivery=cart.delivery,
            coupon=cart.coupon,
        )

    async def edit_order(
        self,
        order_id: int,
        *,
        lines: Sequence[tuple[str | int, Quantity]] | None = None,
        note: str | None = None,
        customer: Customer | None = None,
    ) -> Order:
        """Edit in the admin: ``lines`` is the whole new list; what is kept keeps its id."""
        order = self.orders[order_id]
        if lines is not None:
            kept = {_key(line): line for line in reversed(order.lines)}
            self._return_stock(order)
            order.lines = [self._new_line(self.product(key), quantity) for key, quantity in lines]
            for line in order.lines:
                line.id = kept.pop(_key(line), line).id
            self.pricing.discount(order.lines, order.coupon_percent)
            self._move_stock(order)
        order.note = order.note if note is None else note
        order.customer = order.customer if customer is None else customer
        self._touch(order)
        await self._settle()
        return order

    async def set_status(self, order_id: int, status: str) -> Order:
        """Any status, also one of a plugin. Cash on delivery counts as paid when completed."""
        order = self.orders[order_id]
        is_silent = order.status == "trash"  # no webhook tells of leaving the trash this way
        if order.status != status:
            before, after = (self.statuses.get(each, each) for each in (order.status, status))
            self._note(order, f"Order status changed from {before} to {after}.")
        order.status = status
        if status == "completed":
            order.completed_at = self.now()
        if status in ("processing", "completed") and order.paid_at is None:
            is_money_there = order.payment_method not in ON_DELIVERY or status == "completed"
            order.paid_at = self.now() if is_money_there else None
        if status == "refunded" and order.refunded < order.total:
            self._add_refund(order, order.total - order.refunded, "Order fully refunded.")
        order.modified_at = self.now()
        if not is_silent:
            self._touch(order)
        self._move_stock(order)
        await self._settle()
        return order

    async def cancel(self, order_id: int) -> Order:
        return await self.set_status(order_id, "cancelled")

    async def refund(self, order_id: int, amount: Decimal | None = None, reason: str = "") -> Order:
        """Give money back, all that is left when ``amount`` is None; the total stays as it was."""
        order = self.orders[order_id]
        self._add_refund(order, order.total - order.refunded if amount is None else amount, reason)
        if order.refunded >= order.total:
            order.status = "refunded"
        self._touch(order)
        await self._settle()
        return order

    def add_note(self, order_id: int, text: str, *, is_for_customer: bool = False) -> Note:
        """Write beside an order; the customer is sent what is for them. No webhook tells of it."""
        order = self.orders[order_id]
        note = self._note(order, text, is_for_customer=is_for_customer)
        if is_for_customer:
            self._note(order, 'Email "Customer note" sent.')
        return note

    async def trash(self, order_id: int) -> None:
        """Move to the trash: order.deleted, whose body is the id alone."""
        order = self.orders[order_id]
        order.status_before_trash, order.status = order.status, "trash"
        order.modified_at = self.now()
        self.webhooks.enqueue("order.deleted", order.id)
        await self._settle()

    async def restore(self, order_id: int) -> Order:
        """Take back out of the trash."""
        order = self.orders[order_id]
        order.status, order.status_before_trash = order.status_before_trash, ""
        order.modified_at = self.now()
        self.webhooks.enqueue("order.restored", order.id)
        await self._settle()
        return order

    async def delete(self, order_id: int) -> None:
        """Delete for good: only the two action topics hear of it."""
        del self.orders[order_id]
        self.webhooks.enqueue("action.woocommerce_before_delete_order", order_id)
        self.webhooks.enqueue("action.woocommerce_delete_order", order_id)
        await self._settle()

    async def _open(self, order: Order) -> None:
        if order.payment_method == "liqpay" and order.status == "processing":
            order.paid_at, order.transaction_id = self.now(), f"tx-{order.id}"
        self.pricing.discount(order.lines, order.coupon_percent)
        self.orders[order.id] = order
        for topic in _BIRTH_TOPICS[order.created_via, self.version.startswith("8.")]:
            self.webhooks.enqueue(topic, order.id)
        self._move_stock(order)
        await self._settle()

    def _payload(self, topic: str, resource_id: int) -> Json:
        """The body of a webhook, as things are now."""
        resource, _, event = topic.partition(".")
        if resource == "action":
            return {"action": event, "arg": resource_id}
        if event == "deleted":
            return {"id": resource_id}
        if resource == "product" and resource_id in self.products:
            return self.renderer.product(self.products[resource_id])
        if resource == "order" and resource_id in self.orders:
            return self.renderer.order(self.orders[resource_id])
        code = "woocommerce_rest_shop_order_invalid_id"
        return {"code": code, "message": "Invalid ID.", "data": {"status": 404}}

    def _note(self, order: Order, text: str, *, is_for_customer: bool = False) -> Note:
        note = Note(
            id=next(self._ids),
            text=text,
            is_for_customer=is_for_customer,
            created_at=self.now(),
        )
        order.notes.append(note)
        return note

    def _new_line(self, product: Product, quantity: Quantity) -> Line:
        net, tax = self.pricing.amounts(product.selling_price, quantity)
        parent = self.products.get(product.parent_id)
        chosen = product.attributes.items() if parent else ()
        return Line(
            id=next(self._ids),
            product_id=parent.id if parent else product.id,
            variation_id=product.id if parent else 0,
            parent_name=parent.name if parent else None,
            attributes={attribute: option for attribute, (option,) in chosen},
            sku=product.sku,
            name=full_name(product, self),
            quantity=quantity,
            subtotal=net,
            subtotal_tax=tax,
            total=net,
            total_tax=tax,
        )

    def _add_refund(self, order: Order, amount: Decimal, reason: str) -> None:
        if not ZERO < amount <= order.total - order.refunded:
            raise ValueError("Invalid refund amount.")
        order.refunds.append(Refund(next(self._ids), amount, reason))

    def _touch(self, order: Order) -> None:
        order.modified_at = self.now()
        self.webhooks.enqueue("order.updated", order.id)

    def _move_stock(self, order: Order) -> None:
        """Take goods off the store's stock, or put them back, as the status asks for."""
        is_restored = order.status in _RESTORES_STOCK
        if is_restored or (order.status == "failed" and self.version.startswith("11.")):
            self._return_stock(order)
        elif order.status in _REDUCES_STOCK:
            for line in order.lines:
                self._shift(line, line.quantity - line.reduced_stock)

    def _return_stock(self, order: Order) -> None:
        for line in order.lines:
            self._shift(line, -line.reduced_stock)

    def _shift(self, line: Line, quantity: Quantity) -> None:
        product = self.products.get(line.variation_id or line.product_id)
        counted = self.stock_of(product) if product is not None else None
        if product is None or counted is None or not quantity:
            return
        counted.stock -= quantity
        line.reduced_stock += quantity
        sold = self.products.get(product.parent_id, product)
        sold.sold += quantity
        self._touch_product(counted)


def _key(line: Line) -> tuple[int, int]:
    return line.product_id, line.variation_id
