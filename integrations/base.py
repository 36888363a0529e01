"""What a platform, or a carrier, must offer; each one is a folder beside this file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from domain.orders import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAccount:
    """A connected shop as its platform needs to know it.

    ``base_url`` is the address of the site; ``credentials`` are the platform's own keys by name,
    decrypted; ``webhook_secret`` signs what the platform sends us.
    """

    base_url: str
    credentials: Mapping[str, str]
    webhook_secret: str

    def __repr__(self) -> str:
        return f"ShopAccount({self.base_url!r}, secrets hidden)"


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a shop says about itself when the keys are checked."""

    name: str
    currency: str
    version: str


class WebhookPlatform(Protocol):
    """A platform that sends us webhooks. Both functions are pure."""

    def is_unsigned_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this is the platform's harmless, unsigned check that we are there."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str) -> None:
        """Check the signature over the raw bytes, in constant time.

        Raises:
            BadSignatureError: it is missing or wrong.
        """

    def topic(self, headers: Mapping[str, str]) -> str:
        """What the request says it is about ("order.updated"); "" when it says nothing."""

    def parse(self, topic: str, body: bytes) -> tuple[Change, ...]:
        """What a verified request tells us; empty for a topic that is none of our business.

        Raises:
            MalformedPayloadError: signed, yet not what this topic should carry.
        """


class ShopChecker(Protocol):
    """A platform whose keys can be tried before they are stored."""

    async def check(self, account: ShopAccount) -> StoreFacts:
        """Ask the shop who it is.

        Raises:
            CredentialsError: it does not accept the keys.
            UnavailableError: it cannot be reached, or is no such shop.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillRequest:
    """A parcel to be registered. Money is in UAH; ``phone`` in international form ("+380...").

    ``cod_amount`` is what the carrier is to collect, zero for nothing; never more than
    ``declared_value``. ``branch`` names a branch or a parcel locker of the city as the carrier
    knows it. ``reference`` is our own number of the sale: after a lost answer the waybill is
    looked for by it.
    """

    reference: str
    recipient_name: str
    phone: str
    city: str
    branch: str
    weight_kg: Decimal
    declared_value: Decimal
    cod_amount: Decimal
    description: str


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


class Carrier(Protocol):
    """Who takes parcels to customers, one account of theirs."""

    @property
    def name(self) -> str:
        """What people call it: "Nova Poshta"."""

    def owns(self, number: str) -> bool:
        """Whether a parcel's number is one of this carrier's, by its form alone."""

    async def create_waybill(self, request: WaybillRequest) -> CreatedWaybill:
        """Register a parcel. Leaves a real waybill behind: never call it twice for one parcel.

        Raises:
            UnavailableError: it never reached the carrier; may be tried again.
            CredentialsError: the key is wrong or has expired; a person must act.
            RequestRefusedError: the carrier named a reason, e.g. a wrong phone number.
            OutcomeUnknownError: it was sent, but no answer came back: look for ``reference``.
        """
