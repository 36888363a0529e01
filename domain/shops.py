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


# Why a shop did not take something, where it does not say so in words of its own.
NOT_COUNTED = "not_counted"  # a quantity: it does not count this listing
OTHER_CARRIER = "other_carrier"  # a parcel's number: it takes those of some carriers only
UNEXPLAINED = "?"


class Trouble(StrEnum):
    """Why a shop cannot be asked at present."""

    UNAVAILABLE = "unavailable"  # no answer, or not one of the API
    CREDENTIALS = "credentials"  # it does not accept the keys (any more)
    REFUSED = "refused"  # it says no to a usual question: moved, switched off, too old
    NO_API = "no_api"  # what the shop pays for does not include asking it


class ConnectProblem(StrEnum):
    """Why a shop cannot be asked, so that a person can mend it. Most have no ``detail``."""

    WRONG_ADDRESS = "wrong_address"  # no such name, nobody listens there, or no site of this kind
    PRIVATE_ADDRESS = "private_address"  # it leads into a private network
    REDIRECT = "redirect"  # the shop lives elsewhere; detail: the address to use
    NO_HTTPS = "no_https"  # the keys work over https only; detail: the https address
    CERTIFICATE = "certificate"  # its https certificate is expired, or of another name
    TIMEOUT = "timeout"  # it did not answer in time
    DOWN = "down"  # it answered 5xx
    FIREWALL = "firewall"  # a page for people, or "too many requests", instead of the API
    NO_WOOCOMMERCE = "no_woocommerce"  # a WordPress without the shop plugin
    OLD_VERSION = "old_version"  # detail: its version, "" when it does not tell
    PERMALINKS = "permalinks"  # WordPress has plain permalinks: the API has no address
    WRONG_KEYS = "wrong_keys"
    READ_ONLY = "read_only"  # the keys may not write
    WRITE_ONLY = "write_only"  # the keys may not read
    NO_RIGHTS = "no_rights"  # the keys' owner may not manage the shop
    NO_API = "no_api"  # what the shop pays for does not include asking it


class NoticeKind(StrEnum):
    """What the owners of a shop are told of it."""

    TROUBLE = "trouble"  # it cannot be asked. data: trouble, text, since (ISO, UTC)
    BACK = "back"  # it answers again. data: since (ISO, UTC), orders (how many were fetched)
    WEBHOOKS_REVIVED = "webhooks_revived"  # it had switched ours off. data: topics
    SILENCE = "silence"  # orders are missing. data: expected, since (ISO, UTC)
    KEYS_END = "keys_end"  # its keys have a last day. data: ends_on (ISO), days (left; 0: today)


class ConnectionState(StrEnum):
    """How far connecting a shop has come."""

    WAITING = "waiting"  # for its keys
    KEYED = "keyed"  # they are here; to be checked
    ADDED = "added"  # a shop has them; its webhooks and an answer to the person are to come
    CHANGED = "changed"  # a shop that was connected before has them; the same is to come
    DONE = "done"
    FAILED = "failed"


class ImportState(StrEnum):
    """How far reading a catalogue has come."""

    READING = "reading"
    READ = "read"  # all of it; a person decides
    STORING = "storing"  # decided: products are being made
    DONE = "done"
    STOPPED = "stopped"  # by a person, or because the shop refused


UNFINISHED_CONNECTIONS = (ConnectionState.KEYED, ConnectionState.ADDED, ConnectionState.CHANGED)

OPEN_IMPORTS = (ImportState.READING, ImportState.READ, ImportState.STORING)
