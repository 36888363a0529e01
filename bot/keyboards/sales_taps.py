"""What the buttons of the sales screen say when they are tapped.

Each carries the list it was reached from, so that ``Back`` leads there whatever happened meanwhile.
"""

import string
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from domain.money import from_kopiykas, to_kopiykas

_DIGITS = string.digits + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Origin:
    """A page of a list of sales: of a day, or of those awaiting money; or no list at all.

    ``start`` is as in ``SalesPage``: the sale that the page begins with, 0 for the first page.
    """

    day: date | None = None
    is_awaiting: bool = False
    start: int = 0

    def pack(self) -> str:
        """At most 15 characters for a button, "" for no list."""
        if self.is_awaiting:
            return f"w.{_short(self.start)}"
        return f"d{self.day.toordinal()}.{_short(self.start)}" if self.day else ""

    @classmethod
    def read(cls, packed: str) -> "Origin":
        """The inverse of ``pack``; what cannot be read leads nowhere."""
        where, _, start = packed.partition(".")
        try:
            if where == "w":
                return cls(is_awaiting=True, start=int(start, 36))
            return cls(day=date.fromordinal(int(where[1:])), start=int(start, 36))
        except (ValueError, OverflowError):
            return NOWHERE


NOWHERE = Origin()


def _short(number: int) -> str:
    """A number that is not negative to the base of 36."""
    text = ""
    while number or not text:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text


def packed_sum(amount: Decimal) -> str:
    """A sum of money, not negative, for a button."""
    return _short(to_kopiykas(amount))


def read_sum(packed: str) -> Decimal:
    """The inverse of ``packed_sum``."""
    return from_kopiykas(int(packed, 36))


class SalesListTap(CallbackData, prefix="sl"):
    """Show a page of a list of sales."""

    origin: str


class ReceiptAction(StrEnum):
    """What a tap wants done with one sale."""

    SHOW = "sh"  # the receipt; also Back to it
    UNDO = "un"
    RETURN = "rt"
    SETTLE = "se"
    OTHER_SUM = "os"  # settle a part: ask how much
    HISTORY = "hi"


class ReceiptTap(CallbackData, prefix="sr"):
    """A tap on a receipt, or on what leads there."""

    action: ReceiptAction
    sale_id: int
    origin: str = ""


class SettleTap(CallbackData, prefix="ss"):
    """The account that received money. ``expected`` was outstanding; ``amount``: "" for all."""

    sale_id: int
    account_id: int
    expected: str
    amount: str = ""
    origin: str = ""


class ReturnAction(StrEnum):
    """What a tap wants done with a return that is being put together."""

    SHOW = "sh"  # value: the page of its lines, from 0
    AMOUNT = "am"  # ask how much money goes back
    USUAL_AMOUNT = "ua"  # what follows from the lines
    ACCOUNTS = "al"
    ACCOUNT = "ac"  # value: the account's id, 0 for as it was paid
    COMPLETE = "co"  # value: the revision shown, nobody returns unseen
    DROP = "dr"


class ReturnTap(CallbackData, prefix="rt"):
    """A tap on the screen of a return."""

    action: ReturnAction
    sale_id: int
    return_id: int
    value: int = 0
    origin: str = ""


class ReturnLineAction(StrEnum):
    """What a tap wants done with one line of a return."""

    SHOW = "sh"
    LESS = "le"
    MORE = "mo"
    QUANTITY = "qu"  # ask how much
    TO_STOCK = "st"
    WRITE_OFF = "wo"
    NOTHING = "no"


class ReturnLineTap(CallbackData, prefix="rl"):
    """A tap on one line of a return. ``line_id`` is of the sale's line."""

    action: ReturnLineAction
    sale_id: int
    return_id: int
    line_id: int
    origin: str = ""
