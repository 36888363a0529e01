"""An order in WooCommerce's JSON, as the program knows it. Pure.

Field reference: https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from domain.errors import MalformedPayloadError
from domain.money import ZERO, from_thousandths, rounded, to_thousandths
from domain.orders import IncomingLine, IncomingOrder, PlatformState
from domain.phones import international
from integrations.fields import (
    LONGEST_ADDRESS,
    LONGEST_CODE,
    LONGEST_CURRENCY,
    LONGEST_ID,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_SKU,
    LONGEST_TEXT,
    Fields,
    identifier,
    line,
    number,
    optional_identifier,
    plain_line,
    raw_text,
    rows,
    section,
    shortened,
    utc_time,
)

CASH_ON_DELIVERY = "cod"

# Every other status, also one that a plugin invented, is an order to be processed.
STATES = {
    "checkout-draft": PlatformState.DRAFT,
    "auto-draft": PlatformState.DRAFT,
    "draft": PlatformState.DRAFT,
    "new": PlatformState.DRAFT,
    "pending": PlatformState.PENDING,
    "failed": PlatformState.FAILED,
    "completed": PlatformState.COMPLETED,
    "cancelled": PlatformState.CANCELED,
    "refunded": PlatformState.CANCELED,
    "trash": PlatformState.CANCELED,
}

# Where Nova Poshta plugins write the branch in words; keys ending in _ref or _id hold its code.
_BRANCH_KEY = re.compile(r"warehouse|poshtomat|відділення|отделение|поштомат", re.IGNORECASE)
_CODE_KEY = re.compile(r"(?:_ref|_id|type)$", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def parse_order(data: Fields) -> IncomingOrder:
    """The order as it is now, of a webhook or a REST answer.

    Raises:
        MalformedPayloadError: it is not an order, or has no usable id, status, total or time.
    """
    order_id = str(identifier(data, "id"))
    status = line(data, "status", LONGEST_CODE).removeprefix("wc-")
    for key in ("status", "currency", "total"):
        if not raw_text(data, key):
            raise MalformedPayloadError(f"{key} is missing")
    placed_at, modified_at = _times(data)
    total = _money(data, "total")
    refunded = _total(abs(_money(row, "total")) for row in rows(data, "refunds"))
    billing, shipping = section(data, "billing"), section(data, "shipping")
    payment_method = line(data, "payment_method", LONGEST_CODE)
    city, address = _delivery_address(data, billing, shipping)
    return IncomingOrder(
        external_id=order_id,
        number=line(data, "number", LONGEST_ID) or order_id,
        state=_state(status, total, refunded),
        status=status,
        placed_at=placed_at,
        modified_at=modified_at,
        currency=line(data, "currency", LONGEST_CURRENCY),
        customer_name=_customer_name(billing, shipping),
        phone=_phone(billing, shipping),
        email=line(billing, "email", LONGEST_TEXT),
        delivery_method=_delivery_method(data),
        delivery_city=city,
        delivery_address=address,
        payment_method=payment_method,
        payment_title=plain_line(data, "payment_method_title", LONGEST_TEXT),
        is_paid=_is_paid(data, payment_method, status),
        note=raw_text(data, "customer_note"),
        lines=_lines(data),
        delivery_cost=_money(data, "shipping_total", "shipping_tax"),
        fees=_total(_money(row, "total", "total_tax") for row in rows(data, "fee_lines")),
        discount=_money(data, "discount_total", "discount_tax"),
        refunded=refunded,
        total=total,
    )


def _money(data: Fields, *keys: str) -> Decimal:
    """The sum of these amounts in whole kopiykas: a net amount and its tax make the gross one."""
    return rounded(_total(number(data, key) for key in keys))


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _state(status: str, total: Decimal, refunded: Decimal) -> PlatformState:
    state = STATES.get(status, PlatformState.ACTIVE)
    if state is not PlatformState.DRAFT and refunded >= total > ZERO:
        return PlatformState.CANCELED
    return state


def _times(data: Fields) -> tuple[datetime, datetime]:
    """When it was placed and last changed. The times without ``_gmt`` have no usable zone."""
    created = utc_time(data, "date_created_gmt")
    modified = utc_time(data, "date_modified_gmt")
    placed = created or utc_time(data, "date_paid_gmt") or modified
    if placed is None:
        raise MalformedPayloadError("date_created_gmt is not a time")
    return placed, modified or placed


def _customer_name(billing: Fields, shipping: Fields) -> str:
    for address in (billing, shipping):
        name = f"{raw_text(address, 'first_name')} {raw_text(address, 'last_name')}".strip()
        if name:
            return shortened(name, LONGEST_TEXT)
    return line(billing, "company", LONGEST_TEXT) or line(shipping, "company", LONGEST_TEXT)


def _phone(billing: Fields, shipping: Fields) -> str:
    written = raw_text(billing, "phone") or raw_text(shipping, "phone")
    return shortened(international(written), LONGEST_PHONE) if written else ""


def _delivery_method(data: Fields) -> str:
    titles = [plain_line(row, "method_title", LONGEST_TEXT) for row in rows(data, "shipping_lines")]
    return shortened(", ".join(filter(None, titles)), LONGEST_TEXT)


def _delivery_address(data: Fields, billing: Fields, shipping: Fields) -> tuple[str, str]:
    """The city; and street and postcode, and the branch when only a plugin's field has it."""
    city, parts = "", []
    for address in (shipping, billing):
        city = raw_text(address, "city")
        keys = ("address_1", "address_2", "postcode")
        parts = [text for key in keys if (text := raw_text(address, key))]
        if city or parts:
            break
    for branch in _branches(data):
        if not any(branch in part for part in (city, *parts)):
            parts.append(branch)
    return shortened(city, LONGEST_TEXT), shortened(", ".join(parts), LONGEST_ADDRESS)


def _branches(data: Fields) -> list[str]:
    holders = [data, *rows(data, "shipping_lines")]
    return [
        text
        for holder in holders
        for entry in rows(holder, "meta_data")
        if isinstance(key := entry.get("key"), str)
        and _BRANCH_KEY.search(key)
        and not _CODE_KEY.search(key)
        and isinstance(entry.get("value"), str)  # a plugin's value may be any JSON
        and (text := plain_line(entry, "value", LONGEST_TEXT))
        and not _UUID.fullmatch(text)
    ]


def _is_paid(data: Fields, payment_method: str, status: str) -> bool:
    """Whether the money is there. With cash on delivery it is once the order is completed."""
    if not data.get("date_paid_gmt"):
        return False
    return payment_method != CASH_ON_DELIVERY or status == "completed"


def _lines(data: Fields) -> tuple[IncomingLine, ...]:
    lines = tuple(_line(row) for row in rows(data, "line_items"))
    if len({one.external_id for one in lines}) < len(lines):
        raise MalformedPayloadError("line_items repeat an id")
    return lines


def _line(row: Fields) -> IncomingLine:
    quantity = number(row, "quantity")
    if quantity < ZERO:
        raise MalformedPayloadError("quantity is negative")
    return IncomingLine(
        external_id=str(identifier(row, "id")),
        product_external_id=(
            optional_identifier(row, "variation_id") or optional_identifier(row, "product_id")
        ),
        sku=line(row, "sku", LONGEST_SKU),
        name=plain_line(row, "name", LONGEST_NAME),
        quantity=from_thousandths(to_thousandths(quantity)),
        amount=_money(row, "subtotal", "subtotal_tax"),
    )
