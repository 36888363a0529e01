"""What people type for a sale: sums, quantities, discounts, phones, numbers of waybills.

Each function reads one kind of text or says what is wrong with it.
"""

import re
import unicodedata
from decimal import Decimal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from domain.errors import TypedError, TypedProblem
from domain.money import KOPIYKA, THOUSANDTH, ZERO, parse_decimal
from domain.phones import DEFAULT_REGION, without_eight
from domain.sums import WHOLE_PERCENT, Discount

LARGEST_SUM = Decimal(10) ** 8  # more is a typing mistake
LARGEST_QUANTITY = Decimal(10) ** 6
LONGEST_EMAIL = 200

# Not "1e5" and not "1_000": a slip of the finger must not become a hundred thousand.
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_CURRENCY_SIGNS = re.compile(r"(?:₴|грн\.?|uah|hrn\.?)", re.IGNORECASE)
_PERCENT_SIGNS = ("%", "٪", "％")
_SEPARATORS = re.compile(r"[\s\-–—.]+")
# Nova Poshta: 14 digits. Ukrposhta: 13, abroad S10 as everywhere. Others: letters and digits.
_WAYBILL_MARKS = re.compile(r"^(?:ТТН|[№#:])+", re.IGNORECASE)
_WAYBILL = re.compile(r"(?=(?:\D*\d){6})[A-Z0-9]{8,32}", re.ASCII)


def _number(text: str) -> Decimal | None:
    compact = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    return parse_decimal(compact) if _NUMBER.fullmatch(compact) else None


def amount(text: str) -> Decimal:
    """A sum of money, not negative, in whole kopiykas: "1 234,50", "70 грн".

    Raises:
        TypedError: it is no such sum.
    """
    value = _number(_CURRENCY_SIGNS.sub("", text))
    if value is None:
        raise TypedError(TypedProblem.NOT_A_SUM, text)
    if value < 0:
        raise TypedError(TypedProblem.NEGATIVE, text)
    if value >= LARGEST_SUM:
        raise TypedError(TypedProblem.TOO_LARGE, text)
    if value % KOPIYKA:
        raise TypedError(TypedProblem.TOO_FINE, text)
    return value + ZERO  # "-0" is 0


def hryvnias(text: str) -> Decimal:
    """As ``amount``, without kopiykas: a carrier knows none.

    Raises:
        TypedError: it is no such sum.
    """
    value = amount(text)
    if value % 1:
        raise TypedError(TypedProblem.NOT_WHOLE_HRYVNIAS, text)
    return value


def quantity(text: str, *, takes_fractions: bool) -> Decimal:
    """How much of a product: above zero, whole unless its unit has fractions ("1,5").

    Raises:
        TypedError: it is no such quantity.
    """
    value = _number(text)
    if value is None:
        raise TypedError(TypedProblem.NOT_A_QUANTITY, text)
    if value <= 0:
        raise TypedError(TypedProblem.NOT_POSITIVE, text)
    if value >= LARGEST_QUANTITY:
        raise TypedError(TypedProblem.TOO_LARGE, text)
    if value % (THOUSANDTH if takes_fractions else 1):
        raise TypedError(
            TypedProblem.TOO_FINE_QUANTITY if takes_fractions else TypedProblem.NOT_WHOLE, text
        )
    return value


def discount(text: str) -> Discount:
    """A discount: "50", "50 грн", "10%", "0" for none.

    Raises:
        TypedError: it is neither a sum nor a percentage from 0 to 100.
    """
    compact = text.strip()
    if not compact.endswith(_PERCENT_SIGNS) and not compact.startswith(_PERCENT_SIGNS):
        return Discount(amount(text))
    value = _number(compact.strip("".join(_PERCENT_SIGNS)))
    if value is None or not ZERO <= value <= WHOLE_PERCENT:
        raise TypedError(TypedProblem.NOT_A_PERCENTAGE, text)
    if value % KOPIYKA:
        raise TypedError(TypedProblem.TOO_FINE, text)
    return Discount(value, is_percent=True)


def phone(text: str) -> str:
    """A phone number in international form ("+380671234567"), however it is written.

    Raises:
        TypedError: no such number can exist.
    """
    if ";" in text:  # two numbers, of which the library would read the first alone
        raise TypedError(TypedProblem.NOT_A_PHONE, text)
    try:
        number = phonenumbers.parse(without_eight(text), DEFAULT_REGION)
    except phonenumbers.NumberParseException as error:
        raise TypedError(TypedProblem.NOT_A_PHONE, text) from error
    problem = _phone_problem(number)
    if problem is not None:
        raise TypedError(problem, text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_UKRAINE, _UKRAINIAN_DIGITS = 380, 9  # the library knows rare services of other lengths


def _phone_problem(number: phonenumbers.PhoneNumber) -> TypedProblem | None:
    if phonenumbers.is_valid_number(number):
        return None
    length = phonenumbers.is_possible_number_with_reason(number)
    digits = len(str(number.national_number))
    is_local = number.country_code == _UKRAINE
    if length == phonenumbers.ValidationResult.TOO_SHORT or (
        is_local and digits < _UKRAINIAN_DIGITS
    ):
        return TypedProblem.PHONE_TOO_SHORT
    if length == phonenumbers.ValidationResult.TOO_LONG or (
        is_local and digits > _UKRAINIAN_DIGITS
    ):
        return TypedProblem.PHONE_TOO_LONG
    return TypedProblem.NOT_A_PHONE


def email(text: str) -> str:
    """An e-mail address; its domain is not looked up.

    Raises:
        TypedError: it cannot be one, or is longer than we keep.
    """
    try:
        address = validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise TypedError(TypedProblem.NOT_AN_EMAIL, text) from error
    if len(address) > LONGEST_EMAIL:
        raise TypedError(TypedProblem.TOO_LONG, text, limit=LONGEST_EMAIL)
    return address


def waybill(text: str) -> str:
    """The number of a parcel, without the spaces and dashes people write in it.

    Nova Poshta's have 14 digits, Ukrposhta's 13, others 8 to 32 letters and digits.

    Raises:
        TypedError: it cannot be one.
    """
    number = _WAYBILL_MARKS.sub("", _SEPARATORS.sub("", text)).upper()
    if not _WAYBILL.fullmatch(number):
        raise TypedError(TypedProblem.NOT_A_WAYBILL, text)
    return number


def line_of_text(text: str, longest: int) -> str:
    """One line of free text without surrounding and repeated spaces.

    Raises:
        TypedError: there is nothing to be seen in it, or it is too long.
    """
    line = " ".join(text.split())
    if not any(_is_seen(char) for char in line):
        raise TypedError(TypedProblem.EMPTY, text)
    if len(line) > longest:
        raise TypedError(TypedProblem.TOO_LONG, text, limit=longest)
    return line


# Hangul fillers and the empty Braille cell: letters and signs that show nothing.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def _is_seen(char: str) -> bool:
    return char not in _BLANK and unicodedata.category(char)[0] not in "CZ"
