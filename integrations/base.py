"""What a platform must offer; each one is a folder beside this file."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from domain.orders import Change, IncomingOrder, ListingChanged, ListingGone, RejectReason
from domain.shops import Step, StockLevel


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
    """What a shop says about itself when the keys are checked.

    ``can_write``: whether the keys may change orders there, ``can_stock``: goods; ``can_list``:
    whether they may read goods. ``address`` is the shop's own, where the platform alone knows it.
    ``orders``: external ids of its newest orders, all of them since the oldest, where these are
    numbers that only grow and no other shop of the platform has them.
    """

    name: str
    currency: str
    version: str
    can_write: bool = True
    can_stock: bool = True
    can_list: bool = True
    address: str = ""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait between two times that a shop is asked for changed orders, in seconds.

    While orders come it is the shortest, then ever longer. ``beside_webhooks_s``: where the shop
    tells us by itself.
    """

    shortest_s: float
    longest_s: float
    beside_webhooks_s: float


@dataclass(frozen=True, slots=True)
class Found:
    """An order that was asked for, and as what it is to be worked: like a webhook's request.

    ``parse(topic, body)`` tells of the same ``order``. None: it makes no sense; to be worked all
    the same, lest nobody hears of it.
    """

    order: IncomingOrder | None
    topic: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePage:
    """A part of a shop's catalogue.

    ``cursor`` leads to the next part, "" when this was the last. ``total`` is how many products
    the shop has announced, 0 when it does not say; variations may come on top.
    """

    listings: tuple[ListingChanged, ...]
    cursor: str
    total: int


@dataclass(frozen=True, slots=True)
class PlatformStatus:
    """A status that orders may have on a platform: its own code, and what people read there."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class WebhookReport:
    """What was done to make a shop send us webhooks: topics, "order.updated".

    ``revived`` are those that the shop had switched off.
    """

    created: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()


class Platform(Protocol):
    """What a platform's data means. Pure: no network."""

    @property
    def usual_statuses(self) -> Mapping[Step, str]:
        """What the platform calls each step, unless the owner decides otherwise."""

    def parse(self, topic: str, body: bytes) -> tuple[Change, ...]:
        """What a verified request, or an order that was asked for, tells us.

        Empty for a topic that is none of our business.

        Raises:
            MalformedPayloadError: signed, yet not what this topic should carry.
        """


class WebhookPlatform(Platform, Protocol):
    """A platform that sends us webhooks. Pure as well."""

    def is_unsigned_ping(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this is the platform's harmless, unsigned check that we are there."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str) -> None:
        """Check the signature over the raw bytes, in constant time.

        Raises:
            BadSignatureError: it is missing or wrong.
        """

    def topic(self, headers: Mapping[str, str]) -> str:
        """What the request says it is about ("order.updated"); "" when it says nothing."""


class ShopApi(Protocol):
    """A platform's API, for every shop on it. What only some platforms have is in protocols below.

    All of it may raise UnavailableError (again later), CredentialsError (a person must act) and
    RequestRefusedError (it understood and said no); their ``problem`` says what a person can mend.
    Times are aware UTC, by the platform's clock.
    """

    @property
    def pace(self) -> Pace:
        """How often to ask for changed orders."""

    @property
    def keys_end(self) -> bool:
        """Whether keys have a last day, which the platform tells people and not us."""

    async def check(self, account: ShopAccount) -> StoreFacts:
        """Ask the shop who it is, and what the keys may do. Changes nothing."""

    def changed_orders(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[Found]]:
        """All orders changed at ``since`` or later, in pages, the earliest change first.

        An order that is changed meanwhile may come twice; none is left out.
        """

    async def count_open_orders(self, account: ShopAccount) -> int:
        """How many orders wait to be processed there."""

    def open_orders(self, account: ShopAccount) -> AsyncIterator[Sequence[Found]]:
        """The orders that wait to be processed there, in pages, oldest first."""

    async def catalogue_page(self, account: ShopAccount, cursor: str) -> CataloguePage:
        """A part of what is for sale there, variations too. ``cursor`` "": the first part."""

    def changed_listings(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[ListingChanged | ListingGone]]:
        """All listings changed at ``since`` or later, in pages, as ``changed_orders``."""

    async def order_statuses(self, account: ShopAccount) -> Sequence[PlatformStatus]:
        """The statuses that orders may be given there."""

    async def tell_status(
        self,
        account: ShopAccount,
        external_id: str,
        status: str,
        *,
        reason: RejectReason | None = None,
    ) -> IncomingOrder:
        """Give an order a status there; returns the order as it is now. Safe to repeat.

        ``reason``: why it is canceled, when somebody said.
        """

    async def tell_stock(
        self, account: ShopAccount, levels: Sequence[StockLevel]
    ) -> Mapping[str, str]:
        """Set how much of listings there is to sell there. Any number of them; safe to repeat.

        Returns why some were refused, by the listing's external id: in the shop's own words, or
        ``NOT_COUNTED``, or ``UNEXPLAINED``. What is sold whole there is rounded down.
        """


@runtime_checkable
class SendsWebhooks(Protocol):
    """A platform's API that can let shops send us what happens there."""

    async def ensure_webhooks(self, account: ShopAccount, address: str) -> WebhookReport:
        """Let the shop send us all we need at this address: ours there that are missing, switched
        off or doubled are made anew. Safe to repeat; nobody else's are touched.
        """

    async def remove_webhooks(self, account: ShopAccount, address: str) -> None:
        """Let the shop send us nothing more at this address."""


@runtime_checkable
class DeletesOrders(Protocol):
    """A platform whose orders can vanish without a word."""

    async def missing_orders(
        self, account: ShopAccount, external_ids: Collection[str]
    ) -> frozenset[str]:
        """Which of these orders do not exist there any more."""

    def gone(self, external_id: str) -> tuple[str, bytes]:
        """Topic and body of a request that says: this order does not exist any more."""


@runtime_checkable
class TakesNotes(Protocol):
    """A platform where notes for the shop's people can be left at orders."""

    async def add_note(
        self, account: ShopAccount, external_id: str, text: str, *, may_be_there: bool
    ) -> None:
        """Leave a note for the shop's people at an order; customers do not see it.

        ``may_be_there``: an earlier try may have left it already; then it is looked for first.
        """


@runtime_checkable
class TakesWaybills(Protocol):
    """A platform that wants to know the numbers of parcels."""

    async def tell_waybill(self, account: ShopAccount, external_id: str, number: str) -> None:
        """Attach a waybill's number to an order. Safe to repeat: once told it stays."""
