"""The REST API of a WooCommerce store (v3).

https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime

import aiohttp
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY
from oauthlib.oauth1 import Client as OAuthSigner
from yarl import URL

from domain.errors import (
    CredentialsError,
    IntegrationError,
    MalformedPayloadError,
    RequestRefusedError,
    UnavailableError,
)
from domain.orders import IncomingOrder, ListingChanged
from domain.shops import StockLevel
from integrations.base import (
    CataloguePage,
    Found,
    PlatformStatus,
    ShopAccount,
    StoreFacts,
    WebhookReport,
)
from integrations.http import ApiAnswer, ApiClient
from integrations.woocommerce.fields import Fields, plain_line
from integrations.woocommerce.orders import parse_order

API = "wp-json/wc/v3"
LONGEST_NAME = 100  # characters
LONGEST_FACT = 32


class WooCommerceClient:
    """Asks stores; one client serves every store.

    ``ShopAccount.credentials`` holds ``consumer_key`` and ``consumer_secret``.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    async def check(self, account: ShopAccount) -> StoreFacts:
        """Ask the store who it is. The keys must be allowed to read orders; no more is needed.

        Raises:
            CredentialsError: it does not accept the keys.
            UnavailableError: it cannot be reached, or there is no WooCommerce at this address.
        """
        try:
            orders = await self._get(account, "orders", {"per_page": "1"})
        except RequestRefusedError as error:
            raise UnavailableError(f"no WooCommerce found at this address ({error})") from error
        if not isinstance(orders.data, list):
            raise UnavailableError("the store's answer is not a list of orders")
        newest: Fields = next((row for row in orders.data if isinstance(row, dict)), {})
        status = await self._status(account)
        environment, settings = _inner(status, "environment"), _inner(status, "settings")
        return StoreFacts(
            name=await self._name(account) or _site(account).host or "",
            currency=_first_text("currency", settings, newest),
            version=_first_text("version", environment, newest),
        )

    async def fetch_order(self, account: ShopAccount, external_id: str) -> IncomingOrder:
        """The order as it is now; a trashed one is canceled.

        Raises:
            RequestRefusedError: there is no such order (any more).
            CredentialsError: the store does not accept the keys.
            UnavailableError: it cannot be reached; may be tried again.
            MalformedPayloadError: it answered something that is not an order.
        """
        answer = await self._get(account, f"orders/{external_id}", {})
        return parse_order(_fields(answer))

    def changed_orders(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[Found]]:
        raise NotImplementedError

    async def count_open_orders(self, account: ShopAccount) -> int:
        raise NotImplementedError

    def open_orders(self, account: ShopAccount) -> AsyncIterator[Sequence[Found]]:
        raise NotImplementedError

    async def missing_orders(
        self, account: ShopAccount, external_ids: Collection[str]
    ) -> frozenset[str]:
        raise NotImplementedError

    def gone(self, external_id: str) -> tuple[str, bytes]:
        raise NotImplementedError

    async def catalogue_page(self, account: ShopAccount, cursor: str) -> CataloguePage:
        raise NotImplementedError

    def changed_listings(
        self, account: ShopAccount, since: datetime
    ) -> AsyncIterator[Sequence[ListingChanged]]:
        raise NotImplementedError

    async def order_statuses(self, account: ShopAccount) -> Sequence[PlatformStatus]:
        raise NotImplementedError

    async def tell_status(
        self, account: ShopAccount, external_id: str, status: str
    ) -> IncomingOrder:
        raise NotImplementedError

    async def add_note(
        self, account: ShopAccount, external_id: str, text: str, *, may_be_there: bool
    ) -> None:
        raise NotImplementedError

    async def tell_stock(
        self, account: ShopAccount, levels: Sequence[StockLevel]
    ) -> Mapping[str, str]:
        raise NotImplementedError

    async def ensure_webhooks(self, account: ShopAccount, address: str) -> WebhookReport:
        raise NotImplementedError

    async def remove_webhooks(self, account: ShopAccount, address: str) -> None:
        raise NotImplementedError

    async def _status(self, account: ShopAccount) -> Fields:
        """Version and currency; empty when the keys' owner may not see them."""
        wanted = {"_fields": "environment.version,settings.currency"}
        try:
            return _fields(await self._get(account, "system_status", wanted))
        except (CredentialsError, RequestRefusedError):
            return {}

    async def _name(self, account: ShopAccount) -> str:
        """The site's title, which anybody may read; "" where WordPress hides it."""
        index = (_site(account) / "wp-json" / "").with_query(_fields="name")
        try:
            return plain_line(_fields(await self._api.request("GET", index)), "name", LONGEST_NAME)
        except (IntegrationError, MalformedPayloadError):
            return ""

    async def _get(self, account: ShopAccount, path: str, query: Mapping[str, str]) -> ApiAnswer:
        """GET with the authentication that the address allows.

        Over https that is Basic. Where a server hides the header from PHP, or hides from PHP that
        the request came by https, OAuth still works, so a refusal is tried once more with it.
        """
        url = (_site(account) / API / path).with_query(query)
        secrets = tuple(account.credentials.values())
        if url.scheme == "https":
            try:
                basic = {"Authorization": _basic(account)}
                return await self._api.request("GET", url, headers=basic, secrets=secrets)
            except CredentialsError:
                pass
        return await self._api.request("GET", _signed(account, url), secrets=secrets)


def _site(account: ShopAccount) -> URL:
    try:
        site = URL(account.base_url.strip())
    except ValueError:
        site = URL()
    if site.scheme not in ("http", "https") or not site.host:
        raise UnavailableError("this is not a web address")
    return site


def _fields(answer: ApiAnswer) -> Fields:
    return answer.data if isinstance(answer.data, dict) else {}


def _inner(data: Fields, key: str) -> Fields:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _first_text(key: str, *sources: Fields) -> str:
    texts = (source.get(key) for source in sources)
    return next((text[:LONGEST_FACT] for text in texts if isinstance(text, str) and text), "")


def _keys(account: ShopAccount) -> tuple[str, str]:
    key = account.credentials.get("consumer_key", "")
    secret = account.credentials.get("consumer_secret", "")
    if not key or not secret or ":" in key:  # Basic authentication ends the key at a colon
        raise CredentialsError("the consumer key or its secret is missing or incomplete")
    return key, secret


def _basic(account: ShopAccount) -> str:
    return aiohttp.encode_basic_auth(*_keys(account), encoding="utf-8")


def _signed(account: ShopAccount, url: URL) -> URL:
    """The address with an OAuth 1.0a signature, valid once and for 15 minutes."""
    key, secret = _keys(account)
    signer = OAuthSigner(
        key,
        client_secret=secret,
        signature_method=SIGNATURE_HMAC_SHA256,
        signature_type=SIGNATURE_TYPE_QUERY,
    )
    address, _, _ = signer.sign(str(url))
    return URL(address, encoded=True)
