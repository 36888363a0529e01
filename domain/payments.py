"""Where the money of an order most likely goes, from how the customer chose to pay."""

import re
from enum import StrEnum


class AccountKind(StrEnum):
    """The accounts every shop has (their names are translated), and the shop's own."""

    CASH = "cash"
    CARD = "card"
    IBAN = "iban"
    COD = "cod"  # the carrier will collect it
    UNPAID = "unpaid"  # the customer still owes it
    OWN = "own"


def _beginning_with(*stems: str) -> re.Pattern[str]:
    """Finds a word that begins so: "рахун" is in "рахунок", not in "розрахунок"."""
    return re.compile(rf"\b(?:{'|'.join(stems)})")


# Platform payment codes, and words in their titles, that say where the money will come from.
_COD_CODES = frozenset({"cod"})
_COD_WORDS = _beginning_with(
    *("накладен", "наложен", "наложк", "післяплат", "послеоплат", "при (?:отриман|получен)"),
    *("(?:cash|pay|payment) on del", "cod\\b"),
)
_IBAN_CODES = frozenset({"bacs", "cheque"})
_IBAN_WORDS = _beginning_with(
    *("iban\\b", "рахун", "сч[её]т", "реквізит", "реквизит", "безготівк", "безналичн", "cashless"),
    *("bank transfer", "банківськ\\w+ переказ", "банковск\\w+ перевод"),
)
_CASH_WORDS = _beginning_with("готівк", "наличн", "cash\\b", "самовив", "самовыв")


def preselected_account(code: str, title: str, *, is_paid: bool) -> AccountKind:
    """Where the money most likely goes: the platform's payment code and what the customer read."""
    code, title = code.casefold(), title.casefold()
    if code in _COD_CODES or _COD_WORDS.search(title):
        return AccountKind.COD
    if code in _IBAN_CODES or _IBAN_WORDS.search(title):
        return AccountKind.IBAN
    if is_paid:
        return AccountKind.CARD
    if _CASH_WORDS.search(title):
        return AccountKind.CASH
    return AccountKind.UNPAID
