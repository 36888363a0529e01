"""What quantities are counted in."""

from decimal import Decimal

# What a number alone means.
_PIECES = frozenset({"", "шт", "штук", "штука", "pc", "pcs", "piece", "pieces", "ea"})
# Counted one by one, as shops write it; everything else is measured.
_COUNTED = frozenset(
    {
        *_PIECES,
        *("од", "уп", "упак", "упаковка", "пач", "пара", "пар", "пари"),
        *("компл", "комплект", "набір", "рул", "рулон", "pair", "pairs", "set", "pack", "box"),
        "unit",
    }
)


def takes_fractions(unit: str, *seen: Decimal) -> bool:
    """Whether there can be one and a half of it: the unit says so, or it was seen already."""
    return _bare(unit) not in _COUNTED or any(each % 1 for each in seen)


def is_worth_saying(unit: str) -> bool:
    """Whether a quantity needs its unit beside it: two of something are two pieces."""
    return _bare(unit) not in _PIECES


def _bare(unit: str) -> str:
    return unit.casefold().rstrip(".").strip()
