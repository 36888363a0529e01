"""What a simulated WooCommerce store holds: products, orders, webhooks, the logs of requests."""

from collections.abc import Mapping, Sequence
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
    """A product of the store, or a variation of one (it has a ``parent_id``).

    ``price`` is the regular one, in the store's currency; ``stock`` is in its unit, and counts
    only where it is managed. It is sold in whole ``step``s. ``shape`` and ``colour`` are its
    picture, "" for none. A variable product has its options by attribute, a variation its own one.
    """

    id: int
    sku: str
    name: str  # HTML, as WooCommerce keeps it
    price: Decimal
    stock: Quantity
    created_at: datetime
    modified_at: datetime
    sale_price: Decimal | None = None
    sold: Quantity = 0
    step: Decimal = Decimal(1)
    shape: str = ""
    colour: str = ""
    manages_stock: bool = True
    is_in_stock: bool = True  # what the shop's people say where stock is not managed
    status: str = "publish"
    status_before_trash: str = ""
    parent_id: int = 0
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        if self.parent_id:
            return "variation"
        return "variable" if self.attributes else "simple"

    @property
    def selling_price(self) -> Decimal:
        return self.price if self.sale_price is None else self.sale_price

    @property
    def choice(self) -> str:
        """What tells a variation from its sisters: "S, black"."""
        return ", ".join(option for options in self.attributes.values() for option in options)


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of an order; amounts are for the whole line and without tax.

    ``total`` and ``total_tax`` are after the discount. ``name`` is what it was when ordered.
    """

    id: int
    product_id: int
    sku: str
    name: str
    quantity: Quantity
    subtotal: Decimal
    total: Decimal
    subtotal_tax: Decimal = ZERO
    total_tax: Decimal = ZERO
    variation_id: int = 0
    parent_name: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    reduced_stock: Quantity = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """How the order is delivered, and for how much, without tax."""

    id: int
    title: str
    cost: Decimal
    tax: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is written beside an order: by the store itself, its people, or somebody's program."""

    id: int
    text: str
    is_for_customer: bool
    created_at: datetime


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
    notes: list[Note] = field(default_factory=list)
    status_before_trash: str = ""

    @property
    def discount(self) -> Decimal:
        return sum((line.subtotal - line.total for line in self.lines), ZERO)

    @property
    def discount_tax(self) -> Decimal:
        return sum((line.subtotal_tax - line.total_tax for line in self.lines), ZERO)

    @property
    def cart_tax(self) -> Decimal:
        return sum((line.total_tax for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """What the customer pays, tax included."""
        delivery = self.shipping.cost + self.shipping.tax if self.shipping else ZERO
        return sum((line.total for line in self.lines), delivery + self.cart_tax)

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
class Call:
    """One request that the store received.

    ``route`` is the API's, however it was addressed: "orders/7", "products/batch"; of any other
    request the path, "/wc-auth/v1/authorize".
    """

    method: str
    route: str
    query: Mapping[str, str]
    body: bytes


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
