"""Stock arithmetic: who gets how much of what there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.money import ZERO


class MovementKind(StrEnum):
    """What a row of the stock ledger records."""

    RESERVE = "reserve"  # reserved += q
    RELEASE = "release"  # reserved -= q
    SELL = "sell"  # on_hand -= sold, reserved -= held
    UNSELL = "unsell"  # a sale undone: the opposite of SELL
    RETURN = "return"  # on_hand += q: a customer gave it back
    WRITE_OFF = "write_off"  # on_hand -= q: came back, but cannot be sold again
    UNRETURN = "unreturn"  # a return undone
    COUNT = "count"  # on_hand set by an import or a count


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one order line wants of one product: ``quantity`` in all, ``held`` of it already."""

    line_id: int
    product_id: int
    quantity: Decimal
    held: Decimal


def sellable(available: Decimal) -> Decimal:
    """How much shops are told there is to sell.

    Never negative, and whole: they sell by the piece, and half a metre too much is sold in vain.
    """
    return max(available, ZERO) // 1


def allocate(wanted: Iterable[Wanted], available: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Share what is available among lines, first come first served.

    A line that wants less than it holds gives the rest back before anyone takes, so that moving a
    quantity from one line to another of the same product never fails for lack of stock.

    Args:
        wanted: the lines in the order in which they are served.
        available: on_hand - reserved per product; may be negative.

    Returns:
        line id → the quantity the line holds from now on, never more than it wants.
    """
    lines = list(wanted)
    left = dict(available)
    holds: dict[int, Decimal] = {}
    for line in lines:
        holds[line.line_id] = min(line.held, line.quantity)
        left[line.product_id] = left.get(line.product_id, ZERO) + line.held - holds[line.line_id]
    for line in lines:
        taken = min(line.quantity - holds[line.line_id], max(left[line.product_id], ZERO))
        holds[line.line_id] += taken
        left[line.product_id] -= taken
    return holds
