"""Orders: their phases, what a platform may tell about one, and what a change of it means."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.shops import StockKeeping


class Phase(StrEnum):
    """What the program knows about an order; the words staff see are labels, which are data."""

    OPEN = "open"  # goods are held; New and every own label
    COMPLETED = "completed"  # sold: goods have left
    CANCELED = "canceled"  # rejected by us or by the platform: goods given back
    REFUSED = "refused"  # the customer refused: goods given back


TRANSITIONS: Mapping[Phase, frozenset[Phase]] = {
    Phase.OPEN: frozenset(Phase),  # open to open is a change of label
    # undo; return; return of a part
    Phase.COMPLETED: frozenset({Phase.OPEN, Phase.REFUSED, Phase.COMPLETED}),
    Phase.CANCELED: frozenset({Phase.OPEN}),  # reopen
    Phase.REFUSED: frozenset({Phase.OPEN, Phase.COMPLETED}),  # reopen; undo of a return
}


class PlatformState(StrEnum):
    """What the platform says about an order, in our words (the table in the design)."""

    DRAFT = "draft"  # not an order yet
    PENDING = "pending"  # awaiting payment
    ACTIVE = "active"  # to be processed: processing, on-hold, paid, received, any custom one
    FAILED = "failed"  # the payment failed
    COMPLETED = "completed"  # completed or delivered on the site
    CANCELED = "canceled"  # cancelled, fully refunded, trashed or deleted


class RejectReason(StrEnum):
    """Why staff rejected an order."""

    OUT_OF_STOCK = "out_of_stock"
    CUSTOMER_REQUEST = "customer_request"
    DUPLICATE = "duplicate"
    WRONG_PHONE = "wrong_phone"
    OTHER = "other"  # with a text


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLine:
    """One line of an order as the platform told it.

    Attributes:
        external_id: the platform's id of the line, stable over updates; unique in its order.
        product_external_id: the platform's id of the product or variation; "" when it has none.
        sku: "" when unknown.
        name: plain text, entities and tags already resolved.
        quantity: in the product's unit, positive; zero for a line the platform emptied.
        amount: for the whole line before the order's discount, with tax, in the order's currency.
        unit: what the quantity is counted in, as the platform writes it; "" when it does not say.
    """

    external_id: str
    product_external_id: str
    sku: str
    name: str
    quantity: Decimal
    amount: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingOrder:
    """An order as the platform tells it now. Money is in ``currency``, times are aware UTC.

    ``total`` is the platform's own figure; lines, delivery, fees and discount explain it.
    ``phone`` is in international form when it could be understood. ``delivery_address`` is the
    branch or street without the city. ``recipient_name`` and ``recipient_phone``: who is to get
    the parcel, "" when that is the customer. ``branch_ref`` and ``city_ref`` are Nova Poshta's own
    names of the branch (or locker) and the city. ``waybill_number`` is the parcel's, when the
    platform knows it. ``cancellation``: why and by whom the order was canceled there.
    """

    external_id: str
    number: str
    state: PlatformState
    status: str = ""  # the platform's own word for it
    placed_at: datetime
    modified_at: datetime
    currency: str
    customer_name: str = ""
    phone: str = ""
    email: str = ""
    delivery_method: str = ""
    delivery_city: str = ""
    delivery_address: str = ""
    recipient_name: str = ""
    recipient_phone: str = ""
    branch_ref: str = ""
    city_ref: str = ""
    waybill_number: str = ""
    payment_method: str = ""  # the platform's code: "cod", "liqpay"
    payment_title: str = ""  # what the customer read
    is_paid: bool = False
    note: str = ""
    wants_no_call: bool = False  # the customer does not want to be called back
    promotion: str = ""  # what the platform does for the customer: "Дешева доставка"
    cancellation: str = ""
    lines: tuple[IncomingLine, ...] = ()
    delivery_cost: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    total: Decimal = Decimal(0)

    def digest(self) -> str:
        """A fingerprint of everything but the time of change: equal when nothing was changed."""
        content = repr([getattr(self, field.name) for field in _CONTENT_FIELDS])
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


_CONTENT_FIELDS = tuple(field for field in fields(IncomingOrder) if field.name != "modified_at")


@dataclass(frozen=True, slots=True)
class OrderGone:
    """The platform deleted or trashed an order and tells nothing but its id."""

    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingChanged:
    """A product or variation that can be sold, as its platform tells it now.

    ``sku`` is its own, "" when it has none, None when the platform does not tell. ``alias`` is
    another code that the shop itself gave it, which may be our SKU. ``price`` is what
    one costs, in the shop's currency. ``stock`` is the quantity the platform counts, None where
    nobody does. ``modified_at`` is aware UTC; None when the platform does not tell.
    """

    external_id: str
    sku: str | None
    name: str
    alias: str = ""
    parent_external_id: str = ""
    price: Decimal = Decimal(0)
    image_url: str = ""
    keeping: StockKeeping = StockKeeping.NONE
    stock: Decimal | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListingGone:
    """The platform deleted a product, or took it off sale for good."""

    external_id: str


Change = IncomingOrder | OrderGone | ListingChanged | ListingGone
