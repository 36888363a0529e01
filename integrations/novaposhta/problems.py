"""What Nova Poshta's error codes mean: codes, never texts, for those change.

The codes are from the dictionaries of several open-source clients; see README.md beside this file.
A code may also read "ERR_0001". Those that are not here are told in Nova Poshta's own words.
"""

import re
from collections.abc import Mapping, Sequence

from domain.carriers import CarrierProblem
from domain.errors import (
    CarrierRefusedError,
    IntegrationError,
    KeyRefusedError,
    UnavailableError,
)
from domain.shops import ConnectProblem

TOO_OFTEN = "20000401501"
KEYS: Mapping[str, CarrierProblem] = {
    "20000200068": CarrierProblem.WRONG_KEY,
    "20000200069": CarrierProblem.WRONG_KEY,  # none was sent
    "20000201204": CarrierProblem.KEY_EXPIRED,
    "20000102694": CarrierProblem.KEY_EXPIRED,
    "20000401362": CarrierProblem.KEY_INACTIVE,
}
LATER = frozenset({TOO_OFTEN, "20000101696", "20001701795", "20000203636"})

_PLACE_WEIGHT = "20000201162"  # the limit is in the text, of any place
# Those that have a limit of their own, kg; in some languages their texts name another's.
_PLACE_WEIGHTS = {
    "20000201502": "10",
    "20000201503": "2",
    "20000201504": "30",
    "20000201505": "5",
}
CODES: Mapping[CarrierProblem, str] = {
    # Who sends
    CarrierProblem.SENDER: """
        20000300437 20000300438 20000300439 20000300440 20000300441 20000300442 20000300446
        20000300402 20000300403 20000300404 20000300405 20000300406 20000300444 20000300445
        20000201572 20000201746 20000201772 20000201773 20000201776 20000201784
    """,
    CarrierProblem.SENDER_PLACE: """
        20000200105 20000200106 20000200107
        20000200325 20000200326 20000200327 20000200328 20000200329
    """,
    # To whom
    CarrierProblem.RECIPIENT_NAME: """
        20000100526 20000100527 20000100528 20000100532 20000100533 20000100534
        20000100549 20000100551 20000900763 20000900764 20000101142 20000101699
        20000401537 20000401538 20000201598 20000201758 20000201765
        20000201774 20000201777 20000201785
    """,
    CarrierProblem.NAME_NOT_CYRILLIC: "20000201117 20000201118 20000201121 20000201122",
    CarrierProblem.RECIPIENT_PHONE: """
        20000100552 20000100553 20000100554 20000100555 20000100556 20000300434 20000300435
    """,
    CarrierProblem.PHONE_NOT_MOBILE: "20000201660",
    # Where to
    CarrierProblem.CITY: "20000200102 20000200103 20000200104",
    CarrierProblem.PLACE: """
        20000200264 20000200265 20000200266 20000200267 20000200268
        20000201106 20000201797 20000200833 20000301408 20000500624 20000500639
    """,
    # What
    CarrierProblem.WEIGHT: """
        20000400503 20000400504 20000200373 20000200375 20000201127
    """,
    CarrierProblem.PLACE_WEIGHT: f"{_PLACE_WEIGHT} 20000200380 {' '.join(_PLACE_WEIGHTS)}",
    # By weight of the volume as well: it is the box that is too large then.
    CarrierProblem.PLACE_SIZE: """
        20000200181 20000200212 20000200389 20000201161 20000201506 20000201507 20000201508
    """,
    CarrierProblem.SEATS: "20000200215",
    CarrierProblem.DESCRIPTION: "20000200150 20000200151 20000200152",
    CarrierProblem.DATE: "20000400455 20000400456 20000200145",
    # Money
    CarrierProblem.DECLARED_VALUE: "20000400452 20000400453 20000200118 20000200119",
    CarrierProblem.COD_KIND: "20000204637 20000200035 20000201640",
    CarrierProblem.COD_PLACE: """
        20000200031 20000200032 20000200036 20000201590 20000202889 20000200841
        20000200072 20000200073 20000200078
    """,
    CarrierProblem.COD_AMOUNT: """
        20000201553 20000200033 20000200034 20000200038 20000200039
        20000200074 20000200079 20000200080 20000200081 20000200082 20000200087 20000200088
        20000201486
    """,
    CarrierProblem.COD: "20000204095 20000201794",
    CarrierProblem.PAYER: """
        20000200250 20000200251 20000301404 20000301243 20000301244 20000201484 20000201107
        20000200084 20000200085 20000201585 20000201587 20000201588 20000201589
        20000201591 20000201592 20000201593 20000201594
    """,
    # Waybills that exist
    CarrierProblem.PRINTED: "20000200154",
    CarrierProblem.NO_WAYBILL: """
        20000200161 20000200205 20000300415 20000300416 20000200564
    """,
}
REASONS: Mapping[str, CarrierProblem] = {
    code: problem for problem, codes in CODES.items() for code in codes.split()
}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)


def error_of(told: Sequence[tuple[str, str]]) -> IntegrationError:
    """The error for a refusal: its codes, each with a text, in their order."""
    texts = "; ".join(text for _, text in told if text) or "no reason was given"
    for code, _ in told:
        if code in KEYS:
            return KeyRefusedError(KEYS[code], texts)
        if code in LATER:
            problem = ConnectProblem.FIREWALL if code == TOO_OFTEN else ConnectProblem.DOWN
            return UnavailableError(f"{code}: {texts}").meaning(problem, code)
    for code, text in told:
        if code in REASONS:
            return CarrierRefusedError(REASONS[code], code, text, detail=_detail(code, text))
    code = told[0][0] if told else ""
    return CarrierRefusedError(CarrierProblem.OTHER, code, texts)


def is_for_later(error: UnavailableError) -> bool:
    """Whether the API itself said that it did nothing and may be asked again in a moment."""
    return error.detail in LATER


def _detail(code: str, text: str) -> str:
    """As the remarks of ``CarrierProblem`` say."""
    if code == _PLACE_WEIGHT:
        numbers = _NUMBER.findall(text)
        return numbers[-1].replace(",", ".") if numbers else ""
    return _PLACE_WEIGHTS.get(code, "")
