"""Everything that can go wrong on purpose, drawn once.

KramarError
├─ RejectedError                 a rule said no: tell the person, change nothing, never retry
│  ├─ OutOfStockError(shortages)
│  ├─ InvalidTransitionError(order_id, phase)
│  ├─ LabelError(problem)
│  ├─ StatusInUseError(label)
│  ├─ InviteError
│  ├─ OrderChangedError(order_id)
│  ├─ NotAllowedError(right)
│  ├─ ClaimedError(order_id, holder, since)
│  ├─ WindowTakenError(order_id, holder, since)
│  ├─ TypedError(problem, text, limit)
│  ├─ NameTakenError(what)
│  ├─ SiteTakenError(shop_id, name)
│  ├─ OtherShopError(name)
│  ├─ NothingLeftError(what)
│  ├─ TooMuchError(limit, currency)
│  ├─ AlreadyLinkedError(name)
│  ├─ NotToldError(reason)
│  ├─ WaybillExistsError(number)
│  ├─ WaybillGapError(gap)
│  ├─ NotFoundError(what)
│  └─ ImportRefusedError(problems)
├─ InboundError                  somebody sent us something we cannot accept
│  ├─ BadSignatureError              → 401, nothing stored
│  └─ MalformedPayloadError(problem) → kept in the inbox, 200, the owner is told
└─ IntegrationError(problem, detail)  somebody else's API failed us
   ├─ UnavailableError(retry_after_s)   network, timeout, 429, 5xx → later again
   ├─ CredentialsError                  401/403 → a person must act
   │  └─ KeyRefusedError(reason)        a carrier's key
   ├─ RequestRefusedError(code)         they understood and said no
   │  └─ CarrierRefusedError(reason, detail)
   └─ OutcomeUnknownError               sent, no answer, not to be repeated → look first

The class decides who hears of an error and whether it is tried again. Data travels as attributes;
the sentences people read live in ``bot/texts.py``.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from domain.carriers import CarrierProblem
from domain.shops import ConnectProblem


class KramarError(Exception):
    """Base of every error this program raises on purpose."""


class RejectedError(KramarError):
    """A rule said no; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """How much of one product is missing: a quantity in the product's own unit."""

    name: str
    missing: Decimal


class OutOfStockError(RejectedError):
    """Some lines cannot be covered by the goods on hand."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(f"{len(shortages)} line(s) short")
        self.shortages = tuple(shortages)

    @property
    def fingerprint(self) -> str:
        """Equal when the same goods are missing by as much: 8 characters."""
        content = repr([(short.name, str(short.missing)) for short in self.shortages])
        return hashlib.blake2b(content.encode(), digest_size=4).hexdigest()


class InvalidTransitionError(RejectedError):
    """The order is no longer in a phase that allows this step: somebody was faster."""

    def __init__(self, order_id: int, phase: str) -> None:
        super().__init__(f"order {order_id} is {phase}")
        self.order_id = order_id
        self.phase = phase


class LabelProblem(StrEnum):
    """Why a status label was not accepted."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TAKEN = "taken"
    NO_EMOJI = "no_emoji"  # not one emoji


class LabelError(RejectedError):
    """The text typed for a status's label or emoji cannot be one."""

    def __init__(self, problem: LabelProblem) -> None:
        super().__init__(problem)
        self.problem = problem


class InviteError(RejectedError):
    """An invite link does not let this person in (any more)."""


class StatusInUseError(RejectedError):
    """Orders are in this status: it goes only together with where to move them."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


class OrderChangedError(RejectedError):
    """The order is not what the person was shown any more; they must look again."""

    def __init__(self, order_id: int) -> None:
        super().__init__(f"order {order_id} has changed")
        self.order_id = order_id


class NotAllowedError(RejectedError):
    """The person's role does not include this. ``right``: a value of ``domain.rights.Right``."""

    def __init__(self, right: str) -> None:
        super().__init__(f"no right to {right}")
        self.right = right


class ClaimedError(RejectedError):
    """A colleague is on the order and may not be interrupted yet.

    ``since`` (aware) is when they last did something with it.
    """

    def __init__(self, order_id: int, holder: str, since: datetime) -> None:
        super().__init__(f"order {order_id} is claimed")
        self.order_id = order_id
        self.holder = holder
        self.since = since


class WindowTakenError(RejectedError):
    """A colleague is in the sale window; they can be asked, or the window taken over.

    ``since`` (aware UTC) is when they last did something in it.
    """

    def __init__(self, order_id: int, holder: str, since: datetime) -> None:
        super().__init__(f"the sale window of order {order_id} is taken")
        self.order_id = order_id
        self.holder = holder
        self.since = since


class TypedProblem(StrEnum):
    """Why something that was typed cannot be used."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_SUM = "not_a_sum"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_FINE = "too_fine"  # a sum or a percentage with more than two digits after the point
    NOT_A_QUANTITY = "not_a_quantity"
    NOT_POSITIVE = "not_positive"
    NOT_WHOLE = "not_whole"
    TOO_FINE_QUANTITY = "too_fine_quantity"  # more than three digits after the point
    NOT_A_PERCENTAGE = "not_a_percentage"
    NOT_A_PHONE = "not_a_phone"
    PHONE_TOO_SHORT = "phone_too_short"
    PHONE_TOO_LONG = "phone_too_long"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_WAYBILL = "not_a_waybill"
    NOT_A_WEIGHT = "not_a_weight"  # of a parcel, in kilograms
    NOT_A_FULL_NAME = "not_a_full_name"  # no first and last name, or more than three words
    NOT_UKRAINIAN_LETTERS = "not_ukrainian_letters"
    NOT_WHOLE_HRYVNIAS = "not_whole_hryvnias"
    NOTHING_DECLARED = "nothing_declared"
    NOT_A_BOX = "not_a_box"  # its three sides in centimetres
    NOT_A_TIME = "not_a_time"
    IN_THE_PAST = "in_the_past"
    TOO_FAR_AHEAD = "too_far_ahead"  # more than a year
    NOT_A_DAY = "not_a_day"
    DAY_OVER = "day_over"
    DAY_TOO_FAR = "day_too_far"  # more than two years ahead
    NOT_QUIET_HOURS = "not_quiet_hours"
    NOT_AN_ADDRESS = "not_an_address"  # of a website
    HAS_LOGIN = "has_login"  # an address with a user and a password


class TypedError(RejectedError):
    """What somebody typed cannot be used. ``limit`` is in characters, for TOO_LONG."""

    def __init__(self, problem: TypedProblem, text: str, limit: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.text = text
        self.limit = limit


class NameTakenError(RejectedError):
    """There is a sales channel or money account of this name already."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class SiteTakenError(RejectedError):
    """This site is connected already. ``name``: what staff call the shop."""

    def __init__(self, shop_id: int, name: str) -> None:
        super().__init__(f"this site is connected already, as shop {shop_id}")
        self.shop_id = shop_id
        self.name = name


class OtherShopError(RejectedError):
    """These keys open another shop than the one they were given for.

    ``name``: or its address, "" when neither is known.
    """

    def __init__(self, name: str) -> None:
        super().__init__("the keys open another shop")
        self.name = name


class NothingLeftError(RejectedError):
    """There is nothing (more) to do: ``what`` is "settle" or "return"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class TooMuchError(RejectedError):
    """More than there is. ``limit``: the most that is possible, in ``currency``, or a quantity."""

    def __init__(self, limit: Decimal, currency: str = "") -> None:
        super().__init__(f"at most {limit}")
        self.limit = limit
        self.currency = currency


class AlreadyLinkedError(RejectedError):
    """Somebody has said already which product it is. ``name``: what that is called."""

    def __init__(self, name: str) -> None:
        super().__init__("it is linked already")
        self.name = name


class NotToldReason(StrEnum):
    """Why a shop is told nothing of its orders."""

    DISCONNECTED = "disconnected"
    SWITCHED_OFF = "switched_off"  # by an owner
    READ_ONLY = "read_only"  # its keys may change nothing there


class NotToldError(RejectedError):
    """The order's shop is told nothing."""

    def __init__(self, reason: NotToldReason) -> None:
        super().__init__(reason)
        self.reason = reason


class WaybillExistsError(RejectedError):
    """The order has a waybill that we made. ``number``: "" while it is being made."""

    def __init__(self, number: str) -> None:
        super().__init__("there is a waybill already")
        self.number = number


class WaybillGap(StrEnum):
    """What a waybill still lacks, or what of it cannot be."""

    CARRIER = "carrier"  # none is connected, or it is not set up
    NAME = "name"  # of the recipient: a first and a last one
    NAME_NOT_CYRILLIC = "name_not_cyrillic"
    PHONE = "phone"  # of Ukraine
    PHONE_NOT_MOBILE = "phone_not_mobile"  # a locker sends a message to it
    CITY = "city"
    PLACE = "place"  # the branch, locker or address
    CONFIRM = "confirm"  # the place was guessed, and nobody has said that it is right
    SEATS = "seats"  # a locker takes one seat
    WEIGHT = "weight"  # of a seat: none, or more than the place takes
    SIZE = "size"  # larger than the place takes
    DECLARED_VALUE = "declared_value"  # none, or more than the place takes
    COD_CURRENCY = "cod_currency"  # nobody has said how many hryvnias that is to be
    COD_AMOUNT = "cod_amount"  # more than the declared value
    COD_KIND = "cod_kind"  # nobody has said how the money is to come back
    DESCRIPTION = "description"


class WaybillGapError(RejectedError):
    """A waybill cannot be made yet."""

    def __init__(self, gap: WaybillGap) -> None:
        super().__init__(gap)
        self.gap = gap


class NotFoundError(RejectedError):
    """The thing a button or a command names does not exist any more."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class ImportRefusedError(RejectedError):
    """A file of products has mistakes; nothing of it was imported.

    ``problems`` are English sentences with line numbers, for the person at the shell.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class InboundError(KramarError):
    """Somebody sent us something that we cannot accept."""


class BadSignatureError(InboundError):
    """The signature is missing or wrong."""


class MalformedPayloadError(InboundError):
    """A signed request whose content we do not understand; it is kept for a person to look at."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class IntegrationError(KramarError):
    """Somebody else's API failed us.

    ``problem`` is what a person can mend, None where that is not known; ``detail`` goes with it,
    as the remarks of ``ConnectProblem`` say.
    """

    problem: ConnectProblem | None = None
    detail = ""

    def meaning(self, problem: ConnectProblem, detail: str = "") -> Self:
        """This error, with what a person can mend."""
        self.problem, self.detail = problem, detail
        return self


class UnavailableError(IntegrationError):
    """It could not be reached, or asked us to wait; trying again later may help."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class CredentialsError(IntegrationError):
    """It does not accept our keys; a person must act."""


class KeyRefusedError(CredentialsError):
    """A carrier does not accept the key: WRONG_KEY, KEY_EXPIRED or KEY_INACTIVE."""

    def __init__(self, reason: CarrierProblem, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RequestRefusedError(IntegrationError):
    """It understood the request and said no."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.words = code, message


class CarrierRefusedError(RequestRefusedError):
    """A carrier said no. ``detail`` is as the remarks of ``CarrierProblem`` say."""

    def __init__(
        self, reason: CarrierProblem, code: str, message: str, *, detail: str = ""
    ) -> None:
        super().__init__(code, message)
        self.reason, self.detail = reason, detail


class OutcomeUnknownError(IntegrationError):
    """It was sent and no answer came back: whether it happened must be looked up, not tried."""
