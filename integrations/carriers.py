"""What a carrier must offer; each one is a folder beside this file."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from domain.carriers import (
    City,
    Contact,
    CreatedWaybill,
    LabelFormat,
    ParcelStatus,
    Point,
    Quote,
    Sender,
    SenderAddress,
    Street,
    WaybillRequest,
)

Keys = Mapping[str, str]  # a carrier's own keys by name, decrypted


class Carrier(Protocol):
    """Who takes parcels to customers; one client for all accounts with it.

    All that asks may raise UnavailableError (again later), CarrierRefusedError (it said no; its
    ``reason`` says what a person can mend) and KeyRefusedError (it does not accept the key).
    """

    @property
    def name(self) -> str:
        """What people call it: "Nova Poshta"."""

    @property
    def key_names(self) -> tuple[str, ...]:
        """Which keys let us in."""

    def keys_in(self, text: str) -> dict[str, str]:
        """The keys found in what people paste, by name; none: it holds no key. Pure."""

    # What an account may do

    async def senders(self, keys: Keys) -> Sequence[Sender]:
        """Whom the account may send as; asking it is how a key is checked."""

    async def contacts(self, keys: Keys, sender_ref: str) -> Sequence[Contact]:
        """The contact persons of a sender."""

    async def sender_addresses(self, keys: Keys, sender_ref: str) -> Sequence[SenderAddress]:
        """The doors known of a sender; none are common."""

    # Places

    async def find_cities(self, keys: Keys, text: str) -> Sequence[City]:
        """Settlements whose name begins so, the likelier first, at most some twenty."""

    async def city(self, keys: Keys, ref: str) -> City | None:
        """One settlement by its Ref; None: there is no such."""

    def points(self, keys: Keys, city_ref: str) -> AsyncIterator[Sequence[Point]]:
        """All branches and lockers of a city, in pages."""

    async def point(self, keys: Keys, ref: str) -> Point | None:
        """One branch or locker by its Ref; None: there is no such."""

    async def find_streets(self, keys: Keys, city_ref: str, text: str) -> Sequence[Street]:
        """Streets of a city whose name begins so, at most some twenty."""

    # Waybills

    async def quote(self, keys: Keys, request: WaybillRequest) -> Quote:
        """What a parcel would cost, and when it would arrive."""

    async def create_waybill(self, keys: Keys, request: WaybillRequest) -> CreatedWaybill:
        """Register a parcel. Leaves a real waybill behind: never call it twice for one parcel.

        Raises:
            UnavailableError: it never reached the carrier; may be tried again.
            OutcomeUnknownError: it was sent, but no answer came back: look for ``reference``.
        """

    async def find_waybill(self, keys: Keys, reference: str, since: date) -> CreatedWaybill | None:
        """The waybill with our reference, made on ``since`` (a day in Kyiv) or later; None: none.

        A carrier may know it only some seconds after it was made.
        """

    async def delete_waybill(self, keys: Keys, external_id: str) -> bool:
        """Delete a waybill that was not handed over. False: the account has none such, because it
        is gone already, or another account's.

        Raises:
            CarrierRefusedError: HANDED_OVER: it is too late.
        """

    async def labels(self, keys: Keys, numbers: Sequence[str], paper: LabelFormat) -> bytes:
        """The waybills with these numbers as one PDF, in this order."""

    async def track(self, keys: Keys, parcels: Sequence[tuple[str, str]]) -> Sequence[ParcelStatus]:
        """What became of parcels: their numbers, each with a phone of its sender or recipient
        ("" when none is known: less is told then). At most ``most_tracked``.
        """

    @property
    def most_tracked(self) -> int:
        """How many parcels may be asked of at once."""

    @property
    def track_every(self) -> timedelta:
        """How long to leave a parcel that moves in peace."""
