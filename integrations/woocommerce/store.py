"""One store's REST API (v3): its addresses, the keys, and its lists.

https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import aiohttp
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY
from oauthlib.oauth1 import Client as OAuthSigner
from yarl import URL

from domain.errors import CredentialsError, IntegrationError, UnavailableError
from domain.shops import ConnectProblem
from integrations import fields
from integrations.base import ShopAccount
from integrations.fields import Fields, utc_time
from integrations.http import ApiAnswer, ApiClient, not_an_address

API = "wp-json/wc/v3"
PER_PAGE = 100  # the most there may be
PATIENCE = 3  # times the usual timeout: what a hundred orders or products may take a small server
BUSY_TRIES = 5  # how often one second is read that is being changed

_SECOND = timedelta(seconds=1)

Query = Mapping[str, str]
Method = Literal["GET", "POST", "PUT", "DELETE"]


class Row(fields.Row):
    """An element of a store's list."""

    __slots__ = ()

    @property
    def modified_at(self) -> datetime | None:
        return utc_time(self.data, "date_modified_gmt")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. ``total`` and ``pages`` are 0 where a proxy drops the headers.

    A page that is not the last may be short: the store leaves out what it cannot show.
    """

    rows: tuple[Row, ...]
    total: int
    pages: int

    def is_last(self, number: int = 1) -> bool:
        """Whether nothing follows, this being the page with that number."""
        return number >= self.pages if self.pages else len(self.rows) < PER_PAGE


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of a list in the order of ids; the first is number ``start`` of ``total``."""

    rows: tuple[Row, ...]
    start: int
    total: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what was changed; nothing changed before ``newest`` follows."""

    rows: tuple[Row, ...]
    newest: datetime | None
    is_last: bool


class Store:
    """The store of one account. ``ShopAccount.credentials`` holds its two keys."""

    def __init__(self, api: ApiClient, account: ShopAccount) -> None:
        self._api = api
        self._account = account

    @property
    def site(self) -> URL:
        """The address of the site.

        Raises:
            UnavailableError: it is no web address.
        """
        try:
            site = URL(self._account.base_url.strip())
        except ValueError:
            site = URL()
        if site.scheme not in ("http", "https") or not site.host:
            raise not_an_address()
        return site.with_query(None).with_fragment(None)

    async def get(self, path: str, query: Query | None = None, *, patience: int = 1) -> ApiAnswer:
        return await self._call("GET", path, query or {}, patience=patience)

    async def write(
        self,
        method: Method,
        path: str,
        body: object = None,
        query: Query | None = None,
        *,
        patience: int = 1,
    ) -> ApiAnswer:
        """POST, PUT or DELETE. Keys that may only read are told from wrong ones."""
        try:
            return await self._call(method, path, query or {}, body, patience)
        except CredentialsError as error:
            if error.problem is ConnectProblem.WRONG_KEYS and await self._can_read():
                error.meaning(ConnectProblem.READ_ONLY)
            raise

    async def page(self, path: str, query: Query, *, patience: int = 1) -> Page:
        """A page of a list.

        Raises:
            UnavailableError: the answer is no list.
        """
        answer = await self.get(path, {"per_page": str(PER_PAGE), **query}, patience=patience)
        if not isinstance(answer.data, list):
            raise UnavailableError("the store's answer is not a list")
        rows = zip(answer.data, answer.elements(), strict=True)
        return Page(
            tuple(Row(data, body) for data, body in rows if isinstance(data, dict)),
            total=_count(answer, "X-WP-Total"),
            pages=_count(answer, "X-WP-TotalPages"),
        )

    async def by_id(
        self, path: str, query: Query, *, offset: int = 0, last_id: int = 0
    ) -> AsyncIterator[Stretch]:
        """All of a list behind ``last_id``, by id.

        What leaves the list meanwhile moves the others forward: each page begins with the last
        row of the one before, and where that is not found any more, it is looked for further on
        top. ``offset`` is about where ``last_id`` was.
        """
        is_anchored = offset > 0
        while True:
            start = max(offset - 1, 0)
            paging = {"orderby": "id", "order": "asc", "offset": str(start)}
            page = await self.page(path, {**query, **paging}, patience=PATIENCE)
            if start and is_anchored and (not page.rows or page.rows[0].id > last_id):
                offset = max(start - PER_PAGE // 2, 0)
                continue
            known = sum(row.id <= last_id for row in page.rows)
            offset = start + PER_PAGE
            is_last = offset >= page.total if page.total else len(page.rows) < PER_PAGE
            yield Stretch(page.rows[known:], start + known, page.total, is_last)
            if is_last:
                return
            is_anchored = known < len(page.rows)
            last_id = page.rows[-1].id if is_anchored else last_id

    async def by_change(
        self, path: str, query: Query, since: datetime, until: datetime | None = None
    ) -> AsyncIterator[Part]:
        """All that was changed from ``since`` to ``until``, the earliest change first.

        A page is asked for by the time that the one before ended with, not by its number: what
        is changed meanwhile moves to the end and would push others over the edge of a page. So
        the last second is asked for again; what was shown already is left out.
        """
        after, shown = since.astimezone(UTC).replace(microsecond=0) - _SECOND, frozenset[bytes]()
        while True:
            order = {"orderby": "modified", "order": "asc", **_changed(after, until)}
            page = await self.page(path, {**query, **order}, patience=PATIENCE)
            rows, is_last = page.rows, page.is_last()
            newest = max((row.modified_at for row in rows if row.modified_at), default=None)
            if not is_last and newest is None:
                raise UnavailableError("the store does not say when anything was changed")
            if newest is not None and not is_last:
                is_one_second = newest <= after + _SECOND
                after = after + _SECOND if is_one_second else newest - _SECOND
                if is_one_second:  # and more of it than a page holds
                    rows = await self._second(path, query, after)
            yield Part(tuple(row for row in rows if row.body not in shown), newest, is_last)
            if is_last:
                return
            shown = frozenset(row.body for row in rows)

    async def _second(self, path: str, query: Query, second: datetime) -> tuple[Row, ...]:
        """All that was last changed in this second; read again when something left it."""
        window = _changed(second - _SECOND, second)
        found: dict[int, Row] = {}
        for _ in range(BUSY_TRIES):
            number, total = 1, 0
            while True:
                paging = {"orderby": "id", "order": "asc", "page": str(number)}
                page = await self.page(path, {**query, **window, **paging}, patience=PATIENCE)
                found |= {row.id: row for row in page.rows}
                if page.total < total:
                    break
                total = page.total
                if page.is_last(number):
                    return tuple(found.values())
                number += 1
        raise UnavailableError("the store is being changed faster than it can be read")

    async def _can_read(self) -> bool:
        try:
            await self.get("orders", {"per_page": "1", "_fields": "id"})
        except IntegrationError:
            return False
        return True

    async def _call(
        self,
        method: Method,
        path: str,
        query: Query,
        body: object = None,
        patience: int = 1,
    ) -> ApiAnswer:
        """Ask with the authentication that the address allows.

        Over https that is Basic. Where a server hides the header from PHP, or hides from PHP that
        the request came by https, OAuth still works, so a refusal is tried once more with it.
        """
        url = (self.site / API / path).with_query(query)
        secrets = tuple(self._account.credentials.values())
        if url.scheme == "https":
            try:
                return await self._api.request(
                    method,
                    url,
                    headers={"Authorization": _basic(self._account)},
                    body=body,
                    secrets=secrets,
                    patience=patience,
                )
            except CredentialsError:
                pass
        try:
            return await self._signed(method, url, body, patience)
        except CredentialsError as error:
            # On a dropped connection aiohttp sends all but POST again, with a signature that is
            # used up by then.
            if method == "POST" or error.problem is not ConnectProblem.WRONG_KEYS:
                raise
        return await self._signed(method, url, body, patience)

    async def _signed(self, method: Method, url: URL, body: object, patience: int) -> ApiAnswer:
        signed = _oauth(self._account, method, url)
        secrets = tuple(self._account.credentials.values())
        return await self._api.request(
            method, signed, body=body, secrets=secrets, patience=patience
        )

    async def public(self, url: URL) -> ApiAnswer:
        """Something of the site that needs no keys."""
        return await self._api.request("GET", url)


def fields_of(answer: ApiAnswer) -> Fields:
    """The object answered; empty when it is none."""
    return answer.data if isinstance(answer.data, dict) else {}


def _changed(after: datetime, until: datetime | None) -> Query:
    """The filter: later than ``after`` (the store leaves that second out), not after ``until``.

    Without a zone: a store takes a "Z" for local time and shifts it twice.
    """
    window = {"dates_are_gmt": "true", "modified_after": f"{after.replace(tzinfo=None):%FT%T}"}
    if until is not None:
        window["modified_before"] = f"{until.replace(tzinfo=None) + _SECOND:%FT%T}"
    return window


def _count(answer: ApiAnswer, header: str) -> int:
    text = answer.headers.get(header, "")
    return int(text[:9]) if text.isascii() and text.isdecimal() else 0


def _keys(account: ShopAccount) -> tuple[str, str]:
    key = account.credentials.get("consumer_key", "")
    secret = account.credentials.get("consumer_secret", "")
    if not key or not secret or ":" in key:  # Basic authentication ends the key at a colon
        error = CredentialsError("the consumer key or its secret is missing or incomplete")
        raise error.meaning(ConnectProblem.WRONG_KEYS)
    return key, secret


def _basic(account: ShopAccount) -> str:
    return aiohttp.encode_basic_auth(*_keys(account), encoding="utf-8")


def _oauth(account: ShopAccount, method: Method, url: URL) -> URL:
    """The address with an OAuth 1.0a signature, valid once and for 15 minutes."""
    key, secret = _keys(account)
    signer = OAuthSigner(
        key,
        client_secret=secret,
        signature_method=SIGNATURE_HMAC_SHA256,
        signature_type=SIGNATURE_TYPE_QUERY,
    )
    address, _, _ = signer.sign(str(url), http_method=method)
    return URL(address, encoded=True)
