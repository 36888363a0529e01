"""What a sale comes to, counted in whole kopiykas and fractions, without the services' code."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import strategies as st

from domain.orders import Phase
from domain.sums import Discount

SKUS = ("A", "B", "C")
NUMBERS = ("1", "2", "3")
PRICE = 10_000  # of every product, in kopiykas
CLOSED = {Phase.CANCELED, Phase.REFUSED}
CASH, CARD, COD, UNPAID = "cash", "card", "cod", "unpaid"

halves = st.integers(0, 9).map(lambda number: Fraction(number, 2))
counts = st.integers(1, 9).map(lambda number: Fraction(number, 2))
sums = st.integers(0, 12_000)
order_sums = st.tuples(sums, sums, st.just(0) | sums)  # discount, delivery, total
discounts = st.tuples(st.booleans(), st.integers(0, 10_000))  # kopiykas, or hundredths of a percent
told_lines = st.dictionaries(
    st.sampled_from(["l1", "l2", "l3"]),
    st.tuples(st.sampled_from([*SKUS, "X"]), counts, sums),
    min_size=1,
    max_size=3,
)
people = st.sampled_from([0, 0, 0, 1])  # 0: who is in the window, where there is one
mostly = st.sampled_from([True] * 7 + [False])
kinds = st.sampled_from([CASH, CARD, COD, UNPAID])


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def less(base: int, discount: tuple[bool, int]) -> int:
    """What a discount leaves of a sum."""
    is_percent, value = discount
    return base - min(half_up(Fraction(base * value, 10_000)) if is_percent else value, base)


def quantity(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def hryvnias(kopiykas: int) -> Decimal:
    return Decimal(kopiykas).scaleb(-2)


def kopiykas(amount: Decimal) -> int:
    assert amount * 100 % 1 == 0
    return int(amount * 100)


def discount_of(drawn: tuple[bool, int]) -> Discount:
    return Discount(hryvnias(drawn[1]), is_percent=drawn[0])


@dataclass
class Edited:
    """What was changed of a line; of an added one everything is set."""

    quantity: Fraction | None = None
    price: int | None = None
    discount: tuple[bool, int] = (False, 0)


@dataclass
class Window:
    holder: int
    edits: dict[str, Edited] = field(default_factory=dict)  # by the line's id
    added: dict[str, Edited] = field(default_factory=dict)  # by SKU
    discount: tuple[bool, int] | None = None
    delivery: int | None = None
    account: str = UNPAID
    down: tuple[str, int] | None = None


@dataclass
class Sold:
    """A sale that stands: SKU, quantity and what came back of each of its lines."""

    id: int
    lines: list[list[Any]]
    due: int
    returned: int = 0


@dataclass
class Known:
    """One order."""

    lines: dict[str, tuple[str, Fraction, int]]
    discount: int
    delivery: int
    total: int
    phase: Phase = Phase.OPEN
    by_platform: bool = False
    window: Window | None = None
    sold: Sold | None = None
    last_step: tuple[Any, ...] | None = None  # what it was, who made it, and what it changed
    unapplied: tuple[Any, ...] | None = None  # what the platform said last while it was sold
    applied: tuple[Any, ...] | None = None  # what it said that the order has taken
    is_canceled: bool = False  # as the platform says
    is_decided: bool = False  # staff reopened it after all that was said of a cancellation

    def amounts(self) -> dict[str, tuple[str, Fraction, int]]:
        """Every line that is sold: SKU, quantity and amount."""
        assert self.window is not None
        found = {}
        for id_, (sku, ordered, amount) in self.lines.items():
            edit = self.window.edits.get(id_, Edited())
            count = ordered if edit.quantity is None else edit.quantity
            base = half_up(amount * count / ordered)
            if edit.price is not None:
                base = half_up(edit.price * count)
            if count:
                found[id_] = (sku, count, less(base, edit.discount))
        for sku, edit in self.window.added.items():
            count, price = edit.quantity or Fraction(0), edit.price or 0
            found[f"+{sku}"] = (sku, count, less(half_up(price * count), edit.discount))
        return found

    def due(self) -> int:
        assert self.window is not None
        goods = sum(amount for _, _, amount in self.amounts().values())
        left = less(goods, (False, self.discount))
        if self.window.discount is not None:
            left = less(goods, self.window.discount)
        ordered = sum(amount for _, _, amount in self.lines.values())
        fee = self.total - (ordered - self.discount + self.delivery)
        left += self.delivery if self.window.delivery is None else self.window.delivery
        return max(left + fee, 0)
