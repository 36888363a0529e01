"""What a sale comes to. The one place that says how its sums are made and rounded.

- A line is unit price x quantity, less its own discount; each is rounded to whole kopiykas, half
  up, once.
- A percentage of the goods is taken after the lines' own discounts, and rounded once.
- No discount exceeds what it is taken from.
- The sale's discount is shared among the lines by their amounts; the shares add up to it exactly.
- total = goods - discount + delivery + fees, so what is shown always adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.money import KOPIYKA, ZERO, rounded

WHOLE_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Discount:
    """An amount in the order's currency, or a percentage (0 to 100)."""

    value: Decimal
    is_percent: bool = False

    def of(self, base: Decimal) -> Decimal:
        """What it takes off ``base``, at most all of it, in whole kopiykas."""
        amount = base * self.value / WHOLE_PERCENT if self.is_percent else self.value
        return min(rounded(amount), max(base, ZERO))


NO_DISCOUNT = Discount(ZERO)


@dataclass(frozen=True, slots=True)
class LineSum:
    """One line in money: ``amount`` is ``base`` less its own ``discount``."""

    base: Decimal
    discount: Decimal

    @property
    def amount(self) -> Decimal:
        return self.base - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleSums:
    """A sale in money. ``refunded`` of the total was given back before: the rest is due."""

    goods: Decimal
    discount: Decimal
    delivery_cost: Decimal
    fees: Decimal
    refunded: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.goods - self.discount + self.delivery_cost + self.fees

    @property
    def due(self) -> Decimal:
        """What is to be received for it."""
        return self.total - self.refunded


def line_sum(unit_price: Decimal, quantity: Decimal, discount: Discount = NO_DISCOUNT) -> LineSum:
    """A line whose unit price is known; it may have more digits than a kopiyka."""
    base = rounded(unit_price * quantity)
    return LineSum(base, discount.of(base))


def part_of(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """What ``part`` of the ``whole`` quantity costs when the whole costs ``amount``."""
    return amount if part == whole else rounded(amount * part / whole)


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share an amount in proportion to the weights, in whole kopiykas that add up to it exactly.

    Each share is rounded down; what is left goes, a kopiyka each, to those that lost most by that,
    the first of equals first. Without any positive weight the first one gets all.
    """
    positive = [max(weight, ZERO) for weight in weights]
    whole = sum(positive, ZERO)
    if not whole:
        return [total if at == 0 else ZERO for at in range(len(weights))]
    exact = [total * weight / whole for weight in positive]
    shares = [each - each % KOPIYKA for each in exact]
    left = int((total - sum(shares, ZERO)) / KOPIYKA)
    by_loss = sorted(range(len(shares)), key=lambda at: (shares[at] - exact[at], at))
    for at in by_loss[:left]:
        shares[at] += KOPIYKA
    return shares
