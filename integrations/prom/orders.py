"""An order in Prom.ua's JSON, as the program knows it. Pure."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from domain.errors import MalformedPayloadError
from domain.money import LARGEST, ZERO, from_thousandths, rounded, to_thousandths
from domain.orders import IncomingLine, IncomingOrder, PlatformState
from domain.phones import international
from integrations.fields import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_SKU,
    LONGEST_TEXT,
    LONGEST_UNIT,
    Fields,
    identifier,
    line,
    number,
    optional_identifier,
    raw_text,
    rows,
    section,
    shortened,
    utc_time,
)
from integrations.prom.delivery import destination
from integrations.prom.money import currency_of, explained, money

# Every other status, also a seller's own, is an order to be processed.
STATES = {
    "draft": PlatformState.DRAFT,
    "delivered": PlatformState.COMPLETED,
    "canceled": PlatformState.CANCELED,
    "waiting_loan_approval": PlatformState.PENDING,
    "loan_rejected": PlatformState.FAILED,
}

# Of ``payment_data``. Money is paid out to the seller once the parcel was received.
PAID = ("paid", "paid_out")
UNPAID = "unpaid"
REFUNDED = "refunded"


def parse_order(data: Fields) -> IncomingOrder:
    """The order as it is now, an element of a list or the answer for one.

    Raises:
        MalformedPayloadError: it is not an order, or has no usable id, status, sum or time.
    """
    order_id = str(identifier(data, "id"))
    status = line(data, "status", LONGEST_CODE)
    if not status:
        raise MalformedPayloadError("status is missing")
    placed_at, modified_at = _times(data)
    currency = currency_of(data, "full_price", "price")
    lines = _lines(data, currency)
    sums = explained(data, _goods(lines), currency)
    payment = section(data, "payment_data")  # none with cash on delivery
    payment_status = line(payment, "status", LONGEST_CODE)
    customer_name, phone = _customer(data)
    recipient_name, recipient_phone = _recipient(data, customer_name, phone)
    where = destination(data)
    return IncomingOrder(
        external_id=order_id,
        number=order_id,
        state=_state(status, payment_status),
        status=status,
        placed_at=placed_at,
        modified_at=modified_at,
        currency=currency,
        customer_name=customer_name,
        phone=phone,
        email=line(data, "email", LONGEST_TEXT),
        delivery_method=line(section(data, "delivery_option"), "name", LONGEST_TEXT),
        delivery_city=where.city,
        delivery_address=where.address,
        recipient_name=recipient_name,
        recipient_phone=recipient_phone,
        branch_ref=where.branch_ref,
        city_ref=where.city_ref,
        waybill_number=where.waybill_number,
        payment_method=line(payment, "type", LONGEST_CODE),
        payment_title=line(section(data, "payment_option"), "name", LONGEST_TEXT),
        is_paid=payment_status in PAID,
        note=raw_text(data, "client_notes"),
        wants_no_call=data.get("dont_call_customer_back") is True,
        promotion=_promotion(data),
        cancellation=_cancellation(data),
        lines=lines,
        delivery_cost=sums.delivery,
        fees=sums.fees,
        discount=sums.discount,
        refunded=sums.total if payment_status == REFUNDED else ZERO,
        total=sums.total,
    )


def _state(status: str, payment_status: str) -> PlatformState:
    """A new order is "pending" there, however it is to be paid: most await no payment."""
    state = STATES.get(status, PlatformState.ACTIVE)
    if payment_status == REFUNDED and state is not PlatformState.DRAFT:
        return PlatformState.CANCELED
    if status == "pending" and payment_status == UNPAID:
        return PlatformState.PENDING
    return state


def _times(data: Fields) -> tuple[datetime, datetime]:
    """When it was placed and last changed."""
    modified = utc_time(data, "date_modified")
    placed = utc_time(data, "date_created") or modified
    if placed is None:
        raise MalformedPayloadError("date_created is not a time")
    return placed, modified or placed


def _customer(data: Fields) -> tuple[str, str]:
    """Name and phone of who ordered: of the order, else of the client's card."""
    client = section(data, "client")
    name = _name(data, "client_") or _name(client)
    return name, _phone(data) or _phone(client)


def _recipient(data: Fields, customer_name: str, customer_phone: str) -> tuple[str, str]:
    """Name and phone of who gets the parcel; both "" when that is the customer.

    Buyers often give their patronymic only once: who has no other names is the same person.
    """
    person = section(data, "delivery_recipient")
    name, phone = _name(person), _phone(person)
    is_named_alike = set(name.casefold().split()) <= set(customer_name.casefold().split())
    if is_named_alike and phone in ("", customer_phone):
        return "", ""
    return name, phone


def _name(data: Fields, prefix: str = "") -> str:
    parts = (raw_text(data, f"{prefix}{part}_name") for part in ("first", "second", "last"))
    return shortened(" ".join(parts), LONGEST_TEXT)


def _phone(data: Fields) -> str:
    return shortened(international(raw_text(data, "phone")), LONGEST_PHONE)


def _promotion(data: Fields) -> str:
    """What Prom.ua does for the customer, in its own language as all of its words."""
    name = line(section(data, "ps_promotion"), "name", LONGEST_TEXT)
    parts = [name]
    # The promotion that pays for the delivery says on which terms: "Дешева доставка".
    if data.get("has_order_promo_free_delivery") is True and "достав" not in name.casefold():
        parts.append("Безкоштовна доставка")
    if code := line(data, "special_offer_promocode", LONGEST_CODE):
        parts.append(f"Промокод {code}")
    return shortened(", ".join(filter(None, parts)), LONGEST_TEXT)


def _cancellation(data: Fields) -> str:
    """Why it was canceled, and by whom in Prom.ua's own word: nobody knows all of these."""
    said = section(data, "cancellation")
    who = line(said, "initiator", LONGEST_CODE)
    text = f"{raw_text(said, 'title')} ({who})" if who else raw_text(said, "title")
    return shortened(text, LONGEST_TEXT)


def _lines(data: Fields, currency: str) -> tuple[IncomingLine, ...]:
    """Lines have no ids there: they go by their product, the second of one with a number."""
    seen = Counter[str]()
    lines = []
    for row in rows(data, "products"):
        product_id = optional_identifier(row, "id")
        seen[product_id] += 1
        count = seen[product_id]
        line_id = (product_id or "0") + (f"-{count}" if count > 1 else "")
        lines.append(_line(row, line_id, product_id, currency))
    return tuple(lines)


def _line(row: Fields, line_id: str, product_id: str, currency: str) -> IncomingLine:
    quantity = number(row, "quantity")
    if quantity < ZERO:
        raise MalformedPayloadError("quantity is negative")
    names = section(row, "name_multilang")
    return IncomingLine(
        external_id=line_id,
        product_external_id=product_id,
        sku=line(row, "sku", LONGEST_SKU) or line(row, "external_id", LONGEST_SKU),
        name=line(names, "uk", LONGEST_NAME) or line(row, "name", LONGEST_NAME),
        quantity=from_thousandths(to_thousandths(quantity)),
        amount=_amount(row, quantity, currency),
        unit=line(row, "measure_unit", LONGEST_UNIT),
    )


def _amount(row: Fields, quantity: Decimal, currency: str) -> Decimal:
    total = money(row, "total_price", currency)
    if total is not None:
        return total
    amount = (money(row, "price", currency) or ZERO) * quantity
    if abs(amount) >= LARGEST:
        raise MalformedPayloadError("price is not a sum of money")
    return rounded(amount)


def _goods(lines: tuple[IncomingLine, ...]) -> Decimal:
    goods = sum((one.amount for one in lines), ZERO)
    if abs(goods) >= LARGEST:
        raise MalformedPayloadError("products cost too much")
    return goods
