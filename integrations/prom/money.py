"""Money in Prom.ua's orders: what its texts say, and what makes a total. Pure.

No sum there is a plain number by rule: "1 713 грн", "1 250,50 грн", and 80.0 for the delivery.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from domain.errors import MalformedPayloadError
from domain.money import ZERO, rounded
from integrations.fields import Fields, number

HRYVNIA = "UAH"

# What may stand beside a sum. Only hryvnias were ever seen in an order; a sum in something unknown
# is refused rather than taken for them.
_CURRENCIES = {"": ""}
_CURRENCIES |= dict.fromkeys(("грн", "₴", "uah"), HRYVNIA)
_CURRENCIES |= dict.fromkeys(("$", "usd"), "USD")
_CURRENCIES |= dict.fromkeys(("€", "eur"), "EUR")
_CURRENCIES |= dict.fromkeys(("zł", "pln"), "PLN")

# Without its spaces. Three digits after a comma might as well be thousands: that is no sum.
_SUM = re.compile(r"(?P<before>[^\d.,-]*)(?P<number>-?\d+(?:[.,]\d{1,2})?)(?P<after>\D*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sums:
    """An order's sums; goods + ``delivery`` + ``fees`` - ``discount`` are ``total``, exactly."""

    total: Decimal
    delivery: Decimal
    fees: Decimal
    discount: Decimal


def money(data: Fields, key: str, currency: str = HRYVNIA) -> Decimal | None:
    """A sum in whole kopiykas; None when there is none.

    Raises:
        MalformedPayloadError: it is no sum of money, or in another currency than ``currency``.
    """
    amount, named = _read(data, key)
    if named not in ("", currency):
        raise MalformedPayloadError(f"{key} is in another currency")
    return amount


def currency_of(data: Fields, *keys: str) -> str:
    """What the first of these sums that names its currency is in; hryvnias when none does.

    Raises:
        MalformedPayloadError: one of them is no sum of money.
    """
    named = [currency for _, currency in (_read(data, key) for key in keys) if currency]
    return named[0] if named else HRYVNIA


def explained(data: Fields, goods: Decimal, currency: str) -> Sums:
    """What the customer pays for an order whose lines cost ``goods``, and what it consists of.

    ``full_price`` is the total, "with delivery" by the documentation. In real orders it equals
    ``price``, the goods, even beside a ``delivery_cost`` of 80: such a delivery is paid to the
    carrier and is no part of our order. It is one when ``full_price`` is larger by just that.

    Nobody has seen an order with a special offer. Its goods cost ``price_with_special_offer``;
    should ``full_price`` still be made of the old ``price``, the offer is taken off here.

    What all that leaves open (goods edited in the cabinet, a discount in ``price``) becomes a fee
    or a discount, for the parts must make the total.

    Raises:
        MalformedPayloadError: the total is missing, or below zero, or some sum is none.
    """
    price, full = (money(data, key, currency) for key in ("price", "full_price"))
    told = price if full is None else full
    if told is None:
        raise MalformedPayloadError("full_price is missing")
    if told < ZERO:
        raise MalformedPayloadError("full_price is negative")
    price = goods if price is None else price
    offered = _offered(data, price, goods, currency)
    cost = max(money(data, "delivery_cost", currency) or ZERO, ZERO)
    added = told - price
    total = offered + added if added in (ZERO, cost) else told
    delivery = cost if total == offered + cost else ZERO
    rest = total - goods - delivery
    return Sums(
        total=total,
        delivery=delivery,
        fees=rest if rest > ZERO else ZERO,
        discount=-rest if rest < ZERO else ZERO,
    )


def _offered(data: Fields, price: Decimal, goods: Decimal, currency: str) -> Decimal:
    """What the goods cost after a special offer; ``price`` without one that makes them cheaper."""
    offered = money(data, "price_with_special_offer", currency)
    if offered is None:
        with suppress(MalformedPayloadError):  # it may be a percentage; then full_price must do
            discount = money(data, "special_offer_discount", currency)
            offered = None if discount is None else goods - abs(discount)
    return offered if offered is not None and ZERO < offered < price else price


def _read(data: Fields, key: str) -> tuple[Decimal | None, str]:
    """A sum and the currency it names, "" for none."""
    value = data.get(key)
    if value is None or value is False:
        return None, ""
    if not isinstance(value, str):
        return rounded(number(data, key)), ""
    compact = "".join(value.split())  # no-break, narrow and thin spaces too
    if not compact:
        return None, ""
    match = _SUM.fullmatch(compact)
    beside = "".join(match.group("before", "after")).strip(".").casefold() if match else "?"
    if match is None or beside not in _CURRENCIES:
        raise MalformedPayloadError(f"{key} is not a sum of money")
    digits = match["number"].replace(",", ".")
    return rounded(number({key: digits}, key)), _CURRENCIES[beside]
