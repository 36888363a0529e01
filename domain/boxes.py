"""What people type of a parcel: how heavy it is, and how large its box."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from domain.errors import TypedError, TypedProblem
from domain.money import THOUSANDTH, parse_decimal

HEAVIEST_KG = Decimal(1000)
LONGEST_CM = 300

_NUMBER = r"\d{1,6}(?:[.,]\d{1,6})?"
_WEIGHT = re.compile(rf"({_NUMBER})\s*(кг|kg|г|гр|g|gr)?\.?", re.IGNORECASE)
_GRAMS = frozenset({"г", "гр", "g", "gr"})
# Latin and Cyrillic letters, the sign itself, stars, slashes, "на"/"by", or nothing but a space.
_TIMES = r"(?:\s*(?:[xх×*✕/]|на|by)\s*|\s+)"
_CM = r"(?:\s*(?:см|cm)\.?)?"
_BOX = re.compile(
    rf"({_NUMBER}){_CM}{_TIMES}({_NUMBER}){_CM}{_TIMES}({_NUMBER}){_CM}", re.IGNORECASE
)


# A box behind a weight: it is written with signs between its sides, else it stands alone.
_SIGNED_BOX = re.compile(r"\d[\d.,]*\s*(?:[cс][mм]\.?\s*)?[xх×*✕/].*", re.IGNORECASE)
_PLAIN_BOX = re.compile(r"\d+\D+\d+\D+\d.*")


@dataclass(frozen=True, slots=True)
class Box:
    """The sides of a box in centimetres, as people name them: length, width, height."""

    length_cm: int
    width_cm: int
    height_cm: int


def weight_kg(text: str) -> Decimal:
    """A weight in kilograms, above zero: "0,5", "1.2 кг", "500 г". Finer than a gram is rounded up.

    Raises:
        TypedError: it is no such weight.
    """
    match = _WEIGHT.fullmatch(text.strip())
    value = parse_decimal(match[1]) if match else None
    if match is None or value is None:
        raise TypedError(TypedProblem.NOT_A_WEIGHT, text)
    if (match[2] or "").lower() in _GRAMS:
        value /= 1000
    if not 0 < value <= HEAVIEST_KG:
        raise TypedError(TypedProblem.NOT_A_WEIGHT, text)
    return Decimal(math.ceil(value / THOUSANDTH)) * THOUSANDTH


def box_cm(text: str) -> Box:
    """A box: length, width and height in centimetres, "30x20x10" in the many ways people write it.

    Parts of a centimetre are rounded up.

    Raises:
        TypedError: it is no such box.
    """
    match = _BOX.fullmatch(text.strip())
    sides = [parse_decimal(side) for side in match.groups()] if match else []
    whole = [math.ceil(side) for side in sides if side is not None]
    if len(whole) != 3 or not all(0 < side <= LONGEST_CM for side in whole):
        raise TypedError(TypedProblem.NOT_A_BOX, text)
    return Box(*whole)


def weight_and_box(text: str) -> tuple[Decimal | None, Box | None]:
    """A weight, a box, or both in one line: "2,5 кг, 30x20x10". None: it was not said.

    Raises:
        TypedError: a part of it is neither.
    """
    line = text.strip()
    found = _SIGNED_BOX.search(line) or _PLAIN_BOX.match(line)
    if found is None:
        return weight_kg(line), None
    weight = line[: found.start()].rstrip(" ,;")
    return weight_kg(weight) if weight else None, box_cm(found[0])
