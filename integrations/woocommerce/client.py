"""The REST API of WooCommerce stores (v3), as the program asks it."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

from domain.orders import IncomingOrder, ListingChanged, RejectReason
from domain.shops import StockLevel
from integrations.base import (
    CataloguePage,
    Found,
    Pace,
    PlatformStatus,
    ShopAccount,
    StoreFacts,
    WebhookReport,
)
from integrations.http import ApiClient
from integrations.woocommerce import catalogue, checking, order_calls, webhooks_api
from integrations.woocommerce.store import Store


class WooCommerceClient:
    """``ShopApi`` for WooCommerce; one client serves every store.

    ``ShopAccount.credentials`` holds ``consumer_key`` and ``consumer_secret``.
    """

    pace = Pace(shortest_s=30.0, longest_s=30.0, beside_webhooks_s=300.0)
    keys_end = False

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def _store(self, account: ShopAccount) -> Store:
        return Store(self._api, account)

    async def check(self, account: ShopAccount) -> StoreFacts:
        return await checking.check(self._store(account))

    async def fetch_order(self, account: ShopAccount, external_id: str) -> IncomingOrder:
        """The order as it is now; a trashed one is canceled.

        Raises:
            RequestRefusedError: there is no such order (any more), or the answer is none.
            CredentialsError: the store does not accept the keys.
            UnavailableError: it cannot be reached; may be tried again.
        """
        return order_calls.read_order(await self._store(account).get(f"orders/{external_id}"))

    def changed_orders(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[Found]]:
        return order_calls.changed(self._store(account), since)

    async def count_open_orders(self, account: ShopAccount) -> int:
        return await order_calls.count_open(self._store(account))

    def open_orders(self, account: ShopAccount) -> AsyncIterator[Sequence[Found]]:
        return order_calls.waiting(self._store(account))

    async def missing_orders(
        self, account: ShopAccount, external_ids: Collection[str]
    ) -> frozenset[str]:
        return await order_calls.missing(self._store(account), external_ids)

    def gone(self, external_id: str) -> tuple[str, bytes]:
        return order_calls.gone(external_id)

    async def catalogue_page(self, account: ShopAccount, cursor: str) -> CataloguePage:
        return await catalogue.page(self._store(account), cursor)

    def changed_listings(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[ListingChanged]]:
        return catalogue.changed(self._store(account), since)

    async def order_statuses(self, account: ShopAccount) -> Sequence[PlatformStatus]:
        return await order_calls.statuses(self._store(account))

    async def tell_status(
        self,
        account: ShopAccount,
        external_id: str,
        status: str,
        *,
        reason: RejectReason | None = None,
    ) -> IncomingOrder:
        del reason  # a store has no place for it; the note tells
        return await order_calls.give_status(self._store(account), external_id, status)

    async def add_note(
        self, account: ShopAccount, external_id: str, text: str, *, may_be_there: bool
    ) -> None:
        store = self._store(account)
        await order_calls.add_note(store, external_id, text, may_be_there=may_be_there)

    async def tell_stock(
        self, account: ShopAccount, levels: Sequence[StockLevel]
    ) -> Mapping[str, str]:
        return await catalogue.tell_stock(self._store(account), levels)

    async def ensure_webhooks(self, account: ShopAccount, address: str) -> WebhookReport:
        store = self._store(account)
        return await webhooks_api.ensure(store, address, account.webhook_secret)

    async def remove_webhooks(self, account: ShopAccount, address: str) -> None:
        await webhooks_api.remove(self._store(account), address)
