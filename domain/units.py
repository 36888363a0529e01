"""What quantities are counted in."""

from decimal import Decimal

# Counted one by one, as shops write it; everything else is measured.
_COUNTED = frozenset(
    {
        *("", "шт", "штук", "штука", "од", "уп", "упак", "упаковка", "пач", "пара", "пар", "пари"),
        *("компл", "комплект", "набір", "рул", "рулон", "pc", "pcs", "piece", "pieces", "pair"),
        *("pairs", "set", "pack", "box", "ea", "unit"),
    }
)


def takes_fractions(unit: str, *seen: Decimal) -> bool:
    """Whether there can be one and a half of it: the unit says so, or it was seen already."""
    return unit.casefold().rstrip(".").strip() not in _COUNTED or any(each % 1 for each in seen)
