"""The public API of Prom.ua (v1), as the program asks it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from domain.orders import IncomingOrder, ListingChanged, ListingGone, RejectReason
from domain.shops import StockLevel
from integrations.base import (
    CataloguePage,
    Found,
    Pace,
    PlatformStatus,
    ShopAccount,
    StoreFacts,
)
from integrations.http import ApiClient
from integrations.prom import catalogue, checking, order_calls
from integrations.prom.cabinet import Cabinet
from integrations.prom.pauses import Pauses

API_URL = "https://my.prom.ua/api/v1"
POLL_S = 60.0
_WHILE_BUSY_S = 5.0


class PromClient:
    """``ShopApi`` for Prom.ua; one client serves every cabinet.

    ``ShopAccount.credentials`` holds ``token``.

    Args:
        api: how HTTP is spoken.
        base_url: the API's address.
        poll_s: the longest pause between two times that orders are asked for, in seconds.
        pauses: keep requests apart; tests need not wait.
    """

    keys_end = True

    def __init__(
        self,
        api: ApiClient,
        *,
        base_url: str = API_URL,
        poll_s: float = POLL_S,
        pauses: Pauses | None = None,
    ) -> None:
        self.pace = Pace(
            shortest_s=min(_WHILE_BUSY_S, poll_s), longest_s=poll_s, beside_webhooks_s=poll_s
        )
        self._api = api
        self._base_url = base_url.rstrip("/")
        self._pauses = pauses or Pauses()

    def _cabinet(self, account: ShopAccount) -> Cabinet:
        return Cabinet(self._api, self._base_url, account, self._pauses)

    async def check(self, account: ShopAccount) -> StoreFacts:
        return await checking.check(self._cabinet(account))

    def changed_orders(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[Found]]:
        return order_calls.changed(self._cabinet(account), since)

    async def count_open_orders(self, account: ShopAccount) -> int:
        return await order_calls.count_open(self._cabinet(account))

    def open_orders(self, account: ShopAccount) -> AsyncIterator[Sequence[Found]]:
        return order_calls.waiting(self._cabinet(account))

    async def catalogue_page(self, account: ShopAccount, cursor: str) -> CataloguePage:
        return await catalogue.page(self._cabinet(account), cursor)

    def changed_listings(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[ListingChanged | ListingGone]]:
        return catalogue.changed(self._cabinet(account), since)

    async def order_statuses(self, account: ShopAccount) -> Sequence[PlatformStatus]:
        return await order_calls.statuses(self._cabinet(account))

    async def tell_status(
        self,
        account: ShopAccount,
        external_id: str,
        status: str,
        *,
        reason: RejectReason | None = None,
    ) -> IncomingOrder:
        return await order_calls.give_status(self._cabinet(account), external_id, status, reason)

    async def tell_waybill(self, account: ShopAccount, external_id: str, number: str) -> None:
        await order_calls.attach_waybill(self._cabinet(account), external_id, number)

    async def tell_stock(
        self, account: ShopAccount, levels: Sequence[StockLevel]
    ) -> Mapping[str, str]:
        return await catalogue.tell_stock(self._cabinet(account), levels)
