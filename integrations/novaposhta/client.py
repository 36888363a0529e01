"""Nova Poshta as a carrier."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta

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
from integrations.carriers import Keys
from integrations.http import ApiClient
from integrations.novaposhta import documents, parties, places, printing, tracking
from integrations.novaposhta.calls import API_URL, KEY, LEAST_GAP_S, Calls

PRINT_URL = "https://my.novaposhta.ua/orders"
TRACK_S = 1200.0


class NovaPoshtaClient:
    """See ``integrations.carriers.Carrier``.

    Args:
        client: over the program's session.
        api_url: where the API is asked.
        print_url: the base of printing addresses.
        least_gap_s: seconds between two calls with one key.
        track_s: seconds between two looks at a parcel that moves.
    """

    name = "Nova Poshta"
    key_names = (KEY,)
    most_tracked = tracking.MOST_TRACKED

    def __init__(
        self,
        client: ApiClient,
        *,
        api_url: str = API_URL,
        print_url: str = PRINT_URL,
        least_gap_s: float = LEAST_GAP_S,
        track_s: float = TRACK_S,
    ) -> None:
        self.track_every = timedelta(seconds=track_s)
        self._client = client
        self._print_url = print_url
        self._calls = Calls(client, base_url=api_url, least_gap_s=least_gap_s)

    def keys_in(self, text: str) -> dict[str, str]:
        return parties.keys_in(text)

    async def senders(self, keys: Keys) -> Sequence[Sender]:
        return await parties.senders(self._calls, keys)

    async def contacts(self, keys: Keys, sender_ref: str) -> Sequence[Contact]:
        return await parties.contacts(self._calls, keys, sender_ref)

    async def sender_addresses(self, keys: Keys, sender_ref: str) -> Sequence[SenderAddress]:
        return await parties.addresses(self._calls, keys, sender_ref)

    async def find_cities(self, keys: Keys, text: str) -> Sequence[City]:
        return await places.find_cities(self._calls, keys, text)

    async def city(self, keys: Keys, ref: str) -> City | None:
        return await places.city(self._calls, keys, ref)

    def points(self, keys: Keys, city_ref: str) -> AsyncIterator[Sequence[Point]]:
        return places.points(self._calls, keys, city_ref)

    async def point(self, keys: Keys, ref: str) -> Point | None:
        return await places.point(self._calls, keys, ref)

    async def find_streets(self, keys: Keys, city_ref: str, text: str) -> Sequence[Street]:
        return await places.find_streets(self._calls, keys, city_ref, text)

    async def quote(self, keys: Keys, request: WaybillRequest) -> Quote:
        return await documents.quote(self._calls, keys, request)

    async def create_waybill(self, keys: Keys, request: WaybillRequest) -> CreatedWaybill:
        return await documents.create(self._calls, keys, request)

    async def find_waybill(self, keys: Keys, reference: str, since: date) -> CreatedWaybill | None:
        return await documents.find(self._calls, keys, reference, since)

    async def delete_waybill(self, keys: Keys, external_id: str) -> bool:
        return await documents.delete(self._calls, keys, external_id)

    async def labels(self, keys: Keys, numbers: Sequence[str], paper: LabelFormat) -> bytes:
        return await printing.labels(self._client, self._print_url, keys, numbers, paper)

    async def track(self, keys: Keys, parcels: Sequence[tuple[str, str]]) -> Sequence[ParcelStatus]:
        return await tracking.track(self._calls, keys, parcels)
