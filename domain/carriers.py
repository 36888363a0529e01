"""Words for what passes between us and carriers, who take parcels to customers."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class PlaceKind(StrEnum):
    """Where a parcel is handed over."""

    BRANCH = "branch"
    LOCKER = "locker"  # a parcel locker (поштомат)
    DOOR = "door"


class Payer(StrEnum):
    """Who pays for the delivery."""

    RECIPIENT = "recipient"
    SENDER = "sender"


class CodKind(StrEnum):
    """How money on delivery comes to the sender. Which one is open depends on the sender."""

    TRANSFER = "transfer"  # a money transfer (грошовий переказ): private people
    CONTROL = "control"  # payment control (контроль оплати): businesses with a contract


class ParcelState(StrEnum):
    """Where a parcel is, as far as we care."""

    UNKNOWN = "unknown"  # the carrier does not know the number (yet)
    CREATED = "created"  # there is a waybill, the parcel was not handed over
    MOVING = "moving"
    ARRIVED = "arrived"  # it waits for the customer
    RECEIVED = "received"
    RETURNING = "returning"  # refused, or not fetched in time
    DELETED = "deleted"


class WaybillState(StrEnum):
    """What became of a waybill."""

    ASKED = "asked"  # somebody wants it; nothing was sent yet
    SENT = "sent"  # it was sent, and the outcome is not known
    MADE = "made"  # the carrier has it, and we made it
    NAMED = "named"  # its number was typed, or came from the platform; somebody else made it
    FAILED = "failed"  # the carrier said no, or it never came there: there is none
    DELETED = "deleted"  # it was made and is no more


# In these there is, or may be, a waybill for the order; one at a time.
LIVE_WAYBILLS = (
    WaybillState.ASKED,
    WaybillState.SENT,
    WaybillState.MADE,
    WaybillState.NAMED,
)


class LabelFormat(StrEnum):
    """On what paper a waybill is printed."""

    LABEL = "label"  # 100 x 100 mm, for a label printer
    SHEET = "sheet"  # A4


class CarrierProblem(StrEnum):
    """Why a carrier said no, so that a person can mend it. Most have no ``detail``."""

    WRONG_KEY = "wrong_key"
    KEY_EXPIRED = "key_expired"
    KEY_INACTIVE = "key_inactive"
    SENDER = "sender"  # the sender, their contact or their phone is not accepted (any more)
    SENDER_PLACE = "sender_place"  # the place parcels are sent from is gone
    RECIPIENT_NAME = "recipient_name"  # a first and a last name are needed
    NAME_NOT_CYRILLIC = "name_not_cyrillic"
    RECIPIENT_PHONE = "recipient_phone"
    PHONE_NOT_MOBILE = "phone_not_mobile"  # a locker sends a message to it
    CITY = "city"  # nothing is taken there
    PLACE = "place"  # the branch, locker or address is gone or not that city's
    WEIGHT = "weight"  # no such weight can be sent
    PLACE_WEIGHT = "place_weight"  # too heavy for the place; detail: kg at most, "" when unknown
    PLACE_SIZE = "place_size"  # too large for the place
    SEATS = "seats"  # a locker takes one seat only
    DECLARED_VALUE = "declared_value"  # too high for the place
    COD_KIND = "cod_kind"  # the sender may use the other kind of it
    COD_PLACE = "cod_place"  # not to such a place
    COD_AMOUNT = "cod_amount"  # more than the declared value, or than is allowed
    COD = "cod"  # not for this sender
    PAYER = "payer"  # the payer, or the way of paying, is not open to the sender
    DESCRIPTION = "description"
    DATE = "date"  # the day is over
    PRINTED = "printed"  # it cannot be changed any more
    HANDED_OVER = "handed_over"  # nor deleted
    NO_WAYBILL = "no_waybill"  # the carrier does not know it
    FOREIGN = "foreign"  # it is there, and another account's: made before the key was changed
    OTHER = "other"  # in its own words only

    # It did not say no, yet a waybill was not made.
    UNREACHABLE = "unreachable"  # it could not be asked, so surely nothing was made
    LOST = "lost"  # its answer was lost, and the waybill is not to be found there
    NO_ACCOUNT = "no_account"  # our account with it was disconnected meanwhile


class CarrierNoticeKind(StrEnum):
    """What the owners are told of a carrier."""

    KEY_ENDS = "key_ends"  # data: ends_on (ISO), days (left; 0: today)
    TROUBLE = "trouble"  # it does not accept the key. data: problem (CarrierProblem), text
    BACK = "back"  # it accepts the key again


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Somebody an account may send as. ``cod_kinds``: those the carrier says are open to them,
    the more likely one first; both, when it does not say.
    """

    ref: str
    name: str
    cod_kinds: tuple[CodKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact person of a sender. ``phone`` in international form."""

    ref: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderAddress:
    """A door that parcels can be fetched from."""

    ref: str
    city_ref: str
    city_name: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A settlement parcels are taken to. ``kind`` is as people write it: "м.", "с.".

    ``ref`` is what all calls but searches name it by. ``area`` and ``region`` as people read them,
    "" when the carrier does not say.
    """

    ref: str
    name: str
    kind: str = ""
    area: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A branch or a parcel locker. Kilograms, centimetres and UAH; None and 0: no limit is known.

    ``number`` is what people call it by: "12". ``name`` is all of it: "Відділення №12: вул. ...",
    ``address`` the street alone. ``is_open``: parcels can be sent there now.
    """

    ref: str
    city_ref: str
    kind: PlaceKind
    number: str
    name: str
    address: str = ""
    max_weight_kg: Decimal | None = None
    max_width_cm: int = 0
    max_length_cm: int = 0
    max_height_cm: int = 0
    max_declared: Decimal | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street of a city, as addresses name it. ``name``: "вул. Хрещатик"."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One piece of a parcel. Kilograms, and centimetres of the box."""

    weight_kg: Decimal
    width_cm: int
    length_cm: int
    height_cm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """Somebody's name in its parts; ``middle`` (the patronymic) may be ""."""

    first: str
    last: str
    middle: str = ""

    @property
    def full(self) -> str:
        """As on a parcel: surname, name, patronymic."""
        return " ".join(filter(None, (self.last, self.first, self.middle)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who sends, and from where; the Refs are the carrier's. ``phone`` in international form.

    ``place_ref`` is a branch (or locker), or with ``from_door`` an address of the sender's.
    """

    sender_ref: str
    contact_ref: str
    phone: str
    city_ref: str
    place_ref: str
    from_door: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a parcel goes; the Refs are the carrier's.

    ``place_ref`` is the branch or locker, "" for a door, which has a street and a building.
    """

    kind: PlaceKind
    city_ref: str
    place_ref: str = ""
    street_ref: str = ""
    building: str = ""
    flat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillRequest:
    """A parcel to be registered. Money is in UAH; ``phone`` in international form ("+380...").

    ``reference`` is our own name of it, unique: after a lost answer the waybill is looked for by
    it. ``ship_on`` is a day in Kyiv. ``cod_amount`` is what the carrier is to collect, zero for
    nothing; never more than ``declared_value`` (both in whole hryvnias).
    """

    reference: str
    origin: Origin
    destination: Destination
    recipient: PersonName
    phone: str
    seats: tuple[Seat, ...]
    declared_value: Decimal
    cod_amount: Decimal
    cod_kind: CodKind
    payer: Payer
    description: str
    ship_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedWaybill:
    """A waybill that exists at the carrier now.

    ``number`` is what people see and track, ``external_id`` how the carrier's other calls name it
    (to print or to delete it), ``cost`` what the delivery costs in UAH.
    """

    number: str
    external_id: str
    cost: Decimal
    arrives_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a parcel would cost in UAH, and when it would arrive (a day in Kyiv).

    ``cod_cost`` is for bringing the money back, zero when the carrier names none.
    """

    cost: Decimal
    cod_cost: Decimal = Decimal(0)
    arrives_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelStatus:
    """What the carrier says of one parcel now. Times are aware UTC, None where it does not say.

    ``code`` and ``text`` are its own words. ``cod_amount`` is what it collects, UAH.
    ``return_number``: of the waybill that a parcel goes back with.
    ``stored_since``: the day (in Kyiv) from which it counts how long a parcel waits.
    """

    number: str
    state: ParcelState
    code: str
    text: str
    place: str = ""
    arrives_on: date | None = None
    stored_since: date | None = None
    received_at: datetime | None = None
    cod_amount: Decimal = Decimal(0)
    return_number: str = ""
