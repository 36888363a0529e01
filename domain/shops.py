"""Words for what passes between us and a shop's platform."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Step(StrEnum):
    """What happens to an order here that its platform may be told. Own statuses are steps too."""

    COMPLETED = "completed"  # sold, without a waybill
    SHIPPED = "shipped"  # sold, with a waybill
    RECEIVED = "received"  # the customer has the parcel
    CANCELED = "canceled"  # rejected by us
    REFUSED = "refused"  # the customer did not want it, or gave all of it back
    REOPENED = "reopened"  # open again after the platform was told of its end


def label_step(status_id: int) -> str:
    """The step of moving an order into an own status."""
    return f"label:{status_id}"


class StockKeeping(StrEnum):
    """Who counts a listing's stock on the platform."""

    OWN = "own"  # the listing itself
    PARENT = "parent"  # the product it is a variation of, for all of them together
    NONE = "none"  # nobody: it is always for sale


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """How much of a listing there is to sell: never negative, in the product's unit."""

    external_id: str
    parent_external_id: str
    quantity: Decimal


class Trouble(StrEnum):
    """Why a shop cannot be asked at present."""

    UNAVAILABLE = "unavailable"  # no answer, or not one of the API
    CREDENTIALS = "credentials"  # it does not accept the keys (any more)
    REFUSED = "refused"  # it says no to a usual question: moved, switched off, too old


class NoticeKind(StrEnum):
    """What the owners of a shop are told of it."""

    TROUBLE = "trouble"  # it cannot be asked. data: trouble, text, since (ISO, UTC)
    BACK = "back"  # it answers again. data: since (ISO, UTC), orders (how many were fetched)
    WEBHOOKS_REVIVED = "webhooks_revived"  # it had switched ours off. data: topics
    SILENCE = "silence"  # orders are missing. data: expected, since (ISO, UTC)


class ConnectionState(StrEnum):
    """How far connecting a shop has come."""

    WAITING = "waiting"  # for its keys
    KEYED = "keyed"  # they are here; to be checked
    DONE = "done"
    FAILED = "failed"


class ImportState(StrEnum):
    """How far reading a catalogue has come."""

    READING = "reading"
    READ = "read"  # all of it; a person decides
    STORING = "storing"  # decided: products are being made
    DONE = "done"
    STOPPED = "stopped"  # by a person, or because the shop refused


OPEN_IMPORTS = (ImportState.READING, ImportState.READ, ImportState.STORING)
