"""Rules of money and quantities: exact decimals, whole kopiykas, thousandths of a unit."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

KOPIYKA = Decimal("0.01")
THOUSANDTH = Decimal("0.001")
ZERO = Decimal(0)

# The largest amount that 64-bit integers of kopiykas hold with ease; larger is a typing mistake.
LARGEST = Decimal(10) ** 13


def rounded(amount: Decimal) -> Decimal:
    """Round an amount to whole kopiykas, half up (away from zero), as shops do."""
    return amount.quantize(KOPIYKA, rounding=ROUND_HALF_UP)


def to_kopiykas(amount: Decimal) -> int:
    """The amount (UAH or the order's currency) as an integer of hundredths, rounded half up."""
    return int(rounded(amount) * 100)


def from_kopiykas(kopiykas: int) -> Decimal:
    """The inverse of ``to_kopiykas``."""
    return Decimal(kopiykas).scaleb(-2)


def to_thousandths(quantity: Decimal) -> int:
    """The quantity (pieces, metres, kilograms) as an integer of thousandths, rounded half up."""
    return int(quantity.quantize(THOUSANDTH, rounding=ROUND_HALF_UP) * 1000)


def from_thousandths(thousandths: int) -> Decimal:
    """The inverse of ``to_thousandths``, without trailing zeros: 1500 is ``Decimal("1.5")``."""
    whole, rest = divmod(thousandths, 1000)
    return Decimal(whole) if rest == 0 else Decimal(thousandths).scaleb(-3).normalize()


def plain(value: Decimal) -> str:
    """The decimal as digits without an exponent and without trailing zeros: "1.5", "100"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_decimal(text: str) -> Decimal | None:
    """Read a number as people write it ("1 234,50", "70.5"); None when it is not one."""
    compact = "".join(text.split()).replace(",", ".")
    try:
        value = Decimal(compact)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < LARGEST else None
