"""What a simulated WooCommerce store holds: products, orders, webhooks, and the log of requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)

Quantity = int | Decimal  # a fraction where a plugin lets goods be sold by the metre


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who orders, and where to: a branch of the carrier or a street address."""

    first_name: str
    last_name: str
    phone: str
    email: str = ""
    company: str = ""
    city: str = ""
    state: str = ""
    address: str = ""
    postcode: str = ""


@dataclass(slots=True, kw_only=True)
class Product:
    """A simple product of the store; ``price`` in the store's currency, ``stock`` in its unit.

    It is sold in whole ``step``s. ``shape`` and ``colour`` are its picture, "" for none.
    """

    id: int
    sku: str
    name: str  # HTML, as WooCommerce keeps it
    price: Decimal
    stock: Quantity
    created_at: datetime
    modified_at: datetime
    sold: Quantity = 0
    step: Decimal = Decimal(1)
    shape: str = ""
    colour: str = ""


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of an order; amounts are for the whole line, ``total`` after the discount."""

    id: int
    product_id: int
    sku: str
    name: str
    quantity: Quantity
    subtotal: Decimal
    total: Decimal
    reduced_stock: Quantity = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """How the order is delivered, and for how much."""

    id: int
    title: str
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back."""

    id: int
    amount: Decimal
    reason: str


@dataclass(slots=True, kw_only=True)
class Order:
    """An order of the store. Times are aware UTC with whole seconds."""

    id: int
    number: str
    status: str
    currency: str
    created_via: str
    customer: Customer
    payment_method: str
    payment_title: str
    note: str
    key: str
    created_at: datetime
    modified_at: datetime
    lines: list[Line]
    shipping: Shipping | None = None
    coupon: str = ""
    coupon_id: int = 0
    coupon_percent: int = 0
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    transaction_id: str = ""
    refunds: list[Refund] = field(default_factory=list)
    status_before_trash: str = ""

    @property
    def discount(self) -> Decimal:
        return sum((line.subtotal - line.total for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        delivery = self.shipping.cost if self.shipping else ZERO
        return sum((line.total for line in self.lines), delivery)

    @property
    def refunded(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds), ZERO)


@dataclass(slots=True, kw_only=True)
class Webhook:
    """A registered webhook. ``needs_ping`` until a ping was answered with exactly 200."""

    id: int
    name: str
    topic: str
    delivery_url: str
    secret: str
    created_at: datetime
    modified_at: datetime | None = None
    status: str = "active"
    failures: int = 0
    needs_ping: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook request that the store sent; ``status`` is None when nobody answered."""

    webhook_id: int
    topic: str  # "ping" for a ping
    resource_id: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int | None

    @property
    def is_success(self) -> bool:
        """WooCommerce counts 200 to 302 as delivered."""
        return self.status is not None and 200 <= self.status <= 302
