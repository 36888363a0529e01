"""What happens inside a simulated store: goods, orders, and the webhooks of each change."""

import itertools
import random
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from sandbox.woocommerce.customers import (
    ON_DELIVERY,
    PAYMENTS,
    RETURNING,
    random_cart,
    random_customer,
)
from sandbox.woocommerce.model import (
    ZERO,
    Customer,
    Delivery,
    Line,
    Order,
    Product,
    Quantity,
    Refund,
    Shipping,
    Webhook,
)
from sandbox.woocommerce.php import Json
from sandbox.woocommerce.render import Renderer
from sandbox.woocommerce.webhooks import WebhookQueue

TOPICS: Sequence[str] = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "product.updated",
)

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
_RESTORES_STOCK = frozenset({"cancelled", "pending", "failed"})
_GUEST = Customer(first_name="Олена", last_name="Мар'яненко", phone="0671234567", city="Львів")


class Backoffice:
    """A store without its network address.

    Every change sends its webhooks before the method returns, unless ``delivers_at_once`` is off:
    then they wait, and join, until ``deliver_pending``.
    Statuses are accepted as they are: plugins invent their own.
    """

    def __init__(
        self,
        *,
        version: str,
        currency: str,
        decimals: int,
        delivers_at_once: bool,
        delivery_timeout_s: float,
        clock: Callable[[], datetime],
    ) -> None:
        self.version = version
        self.currency = currency
        self.url = ""
        self.products: dict[int, Product] = {}
        self.orders: dict[int, Order] = {}
        self.delivers_at_once = delivers_at_once
        self._decimals = decimals
        self._clock = clock
        self._ids = itertools.count(10)
        self.webhooks = WebhookQueue(
            version=version, payload=self._payload, clock=self.now, timeout_s=delivery_timeout_s
        )

    def now(self) -> datetime:
        """The store's clock: aware UTC, whole seconds."""
        return self._clock().replace(microsecond=0)

    @property
    def renderer(self) -> Renderer:
        return Renderer(
            url=self.url,
            version=self.version,
            decimals=self._decimals,
            timezone=ZoneInfo("Europe/Kyiv"),
        )

    @property
    def deliveries(self) -> list[Delivery]:
        """Every webhook request sent so far, oldest first."""
        return self.webhooks.deliveries

    # Goods

    def add_product(
        self,
        *,
        sku: str,
        name: str,
        price: Decimal,
        stock: Quantity,
        step: Decimal = Decimal(1),
        picture: tuple[str, str] = ("", ""),
    ) -> Product:
        """Put a simple product on sale; ``name`` may hold HTML. Sends nothing.

        It is sold in whole ``step``s. ``picture``: a shape of ``pictures.SHAPES`` and its colour.
        """
        product = Product(
            id=next(self._ids),
            sku=sku,
            name=name,
            price=price,
            stock=stock,
            step=step,
            shape=picture[0],
            colour=picture[1],
            created_at=self.now(),
            modified_at=self.now(),
        )
        self.products[product.id] = product
        return product

    def picture_url(self, sku: str) -> str:
        """Where the store shows the picture of a product."""
        return f"{self.url}/wp-content/uploads/{sku}.png"

    async def update_product(
        self,
        sku: str,
        *,
        name: str | None = None,
        price: Decimal | None = None,
        stock: Quantity | None = None,
    ) -> Product:
        """Edit a product in the admin: sends product.updated."""
        product = self._product(sku)
        product.name = product.name if name is None else name
        product.price = product.price if price is None else price
        product.stock = product.stock if stock is None else stock
        self._touch_product(product)
        await self._settle()
        return product

    # Webhooks

    def add_webhook(self, *, topic: str, delivery_url: str, secret: str, name: str = "") -> Webhook:
        """Register a webhook as an owner does in the admin; no ping is sent."""
        return self.webhooks.add(name=name, topic=topic, delivery_url=delivery_url, secret=secret)

    def subscribe_all(self, delivery_url: str, secret: str) -> list[Webhook]:
        """One webhook for every topic that tells of orders and products."""
        return [
            self.add_webhook(topic=topic, delivery_url=delivery_url, secret=secret)
            for topic in TOPICS
        ]

    async def deliver_pending(self) -> None:
        """Send the webhooks that wait; their payload shows the state of now."""
        await self.webhooks.deliver_pending()

    # Orders

    async def place_order(
        self,
        *,
        lines: Sequence[tuple[str, Quantity]],
        customer: Customer = _GUEST,
        payment: str = "cod",
        note: str = "",
        delivery: tuple[str, Decimal] | None = ("Нова Пошта (відділення)", Decimal(80)),
        coupon: tuple[str, int] | None = None,
        created_via: str = "store-api",
        status: str | None = None,
        number: str | None = None,
    ) -> Order:
        """A customer places an order.

        Args:
            lines: SKU and quantity; a SKU may occur twice. The store may be oversold.
            customer: who, and where to.
            payment: one of ``PAYMENTS``; "card" has paid already, the others pay later.
            note: the customer's own words.
            delivery: its title and price, or None for pick-up without a delivery line.
            coupon: its code and the percentage off.
            created_via: "store-api" (block checkout), "checkout" (classic) or "admin".
            status: instead of the one the payment leads to.
            number: instead of the id, as a numbering plugin makes it.
        """
        chosen = PAYMENTS[payment]
        order_id = next(self._ids)
        order = Order(
            id=order_id,
            number=number or str(order_id),
            status=status or chosen.first_status,
            currency=self.currency,
            created_via=created_via,
            customer=customer,
            payment_method=chosen.code,
            payment_title=chosen.title,
            note=note,
            key=f"wc_order_{secrets.token_hex(7)[:13]}",
            created_at=self.now(),
            modified_at=self.now(),
            lines=[self._new_line(self._product(sku), quantity) for sku, quantity in lines],
        )
        if delivery is not None:
            order.shipping = Shipping(id=next(self._ids), title=delivery[0], cost=delivery[1])
        if coupon is not None:
            order.coupon, order.coupon_percent = coupon
            order.coupon_id = next(self._ids)
        await self._open(order)
        return order

    async def random_order(self, rng: random.Random) -> Order:
        """A plausible order of a plausible person; the same seed gives the same ones."""
        cart = random_cart(rng, {one.sku: one.step for one in self.products.values()})
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
        lines: Sequence[tuple[str, Quantity]] | None = None,
        note: str | None = None,
        customer: Customer | None = None,
    ) -> Order:
        """Edit in the admin: ``lines`` is the whole new list; a line of a kept SKU keeps its id."""
        order = self.orders[order_id]
        if lines is not None:
            kept = {line.sku: line for line in reversed(order.lines)}
            self._return_stock(order)
            order.lines = [self._new_line(self._product(sku), quantity) for sku, quantity in lines]
            for line in order.lines:
                line.id = kept.pop(line.sku, line).id
            self._price(order)
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
        self._price(order)
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
        if topic == "order.deleted":
            return {"id": resource_id}
        if resource == "product" and resource_id in self.products:
            return self.renderer.product(self.products[resource_id])
        if resource == "order" and resource_id in self.orders:
            return self.renderer.order(self.orders[resource_id])
        code = "woocommerce_rest_shop_order_invalid_id"
        return {"code": code, "message": "Invalid ID.", "data": {"status": 404}}

    async def _settle(self) -> None:
        if self.delivers_at_once:
            await self.deliver_pending()

    def _product(self, sku: str) -> Product:
        return next(product for product in self.products.values() if product.sku == sku)

    def _new_line(self, product: Product, quantity: Quantity) -> Line:
        unit = Decimal(1).scaleb(-self._decimals)
        subtotal = (product.price * quantity).quantize(unit, ROUND_HALF_UP)
        return Line(
            id=next(self._ids),
            product_id=product.id,
            sku=product.sku,
            name=product.name,
            quantity=quantity,
            subtotal=subtotal,
            total=subtotal,
        )

    def _price(self, order: Order) -> None:
        """Take the coupon's percentage off every line, in whole units of the store's decimals."""
        unit = Decimal(1).scaleb(-self._decimals)
        for line in order.lines:
            share = (line.subtotal * order.coupon_percent / 100).quantize(unit)
            line.total = line.subtotal - share

    def _add_refund(self, order: Order, amount: Decimal, reason: str) -> None:
        if not ZERO < amount <= order.total - order.refunded:
            raise ValueError("Invalid refund amount.")
        order.refunds.append(Refund(next(self._ids), amount, reason))

    def _touch(self, order: Order) -> None:
        order.modified_at = self.now()
        self.webhooks.enqueue("order.updated", order.id)

    def _touch_product(self, product: Product) -> None:
        product.modified_at = self.now()
        self.webhooks.enqueue("product.updated", product.id)

    def _move_stock(self, order: Order) -> None:
        """Take goods off the store's stock, or put them back, as the status asks for."""
        if order.status in _RESTORES_STOCK:
            self._return_stock(order)
        elif order.status in _REDUCES_STOCK:
            for line in order.lines:
                self._shift(line, line.quantity - line.reduced_stock)

    def _return_stock(self, order: Order) -> None:
        for line in order.lines:
            self._shift(line, -line.reduced_stock)

    def _shift(self, line: Line, quantity: Quantity) -> None:
        product = self.products.get(line.product_id)
        if product is None or not quantity:
            return
        product.stock -= quantity
        product.sold += quantity
        line.reduced_stock += quantity
        self._touch_product(product)
