"""One cabinet's API v1: the token, its pace, its errors, its lists.

https://public-api.docs.prom.ua/
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from yarl import URL

from domain.errors import (
    CredentialsError,
    IntegrationError,
    RequestRefusedError,
    UnavailableError,
)
from domain.shops import UNEXPLAINED, ConnectProblem
from integrations import fields
from integrations.base import ShopAccount
from integrations.fields import Fields, utc_time
from integrations.http import ApiAnswer, ApiClient, repeatable
from integrations.prom.entrance import TOKEN
from integrations.prom.pauses import Pauses

MOST_PER_PAGE = 100
PATIENCE = 3  # times the usual timeout: what a hundred orders or products may take

Query = Mapping[str, str]


class Row(fields.Row):
    """An element of a cabinet's list."""

    __slots__ = ()

    @property
    def key(self) -> int | bytes:
        """What tells it from others of its list."""
        return self.id or self.body

    @property
    def modified_at(self) -> datetime | None:
        return utc_time(self.data, "date_modified")


class Cabinet:
    """A cabinet that can be asked. ``ShopAccount.credentials`` holds its token.

    Each call raises what ``ShopApi`` says; ``RequestRefusedError`` with the API's own words also
    for the refusals that come as 200.

    Args:
        api: how HTTP is spoken.
        base_url: the API's address, without a slash at the end.
        account: whose token it is.
        pauses: keep two requests with one token apart.
    """

    def __init__(self, api: ApiClient, base_url: str, account: ShopAccount, pauses: Pauses) -> None:
        self._api = api
        self._base_url = base_url
        self._account = account
        self._pauses = pauses

    async def get(self, path: str, query: Query | None = None, *, patience: int = 1) -> ApiAnswer:
        return await self._call("GET", path, query or {}, None, patience)

    async def post(self, path: str, body: object) -> ApiAnswer:
        return await self._call("POST", path, {}, body, 1)

    async def rows(self, path: str, key: str, query: Query | None = None) -> list[Row]:
        """The list that an answer holds under ``key``.

        Raises:
            UnavailableError: it holds none.
        """
        answer = await self.get(path, query, patience=PATIENCE)
        listed = fields_of(answer).get(key)
        if not isinstance(listed, list):
            raise UnavailableError(f"the answer holds no list of {key}")
        pairs = zip(listed, answer.elements(key), strict=True)
        return [Row(data, body) for data, body in pairs if isinstance(data, dict)]

    async def by_id(
        self, path: str, key: str, query: Query | None = None
    ) -> AsyncIterator[list[Row]]:
        """All of a list, the highest id first, in pages that are never empty; no row comes twice.

        Nobody says whether a page begins with ``last_id`` or after it: each one is asked for by
        the lowest id of the one before, and what was shown already is left out.
        """
        shown: set[int | bytes] = set()
        paging = {"limit": str(MOST_PER_PAGE)}
        while True:
            page = await self.rows(path, key, {**(query or {}), **paging})
            new = {row.key: row for row in page if row.key not in shown}
            if new:
                yield list(new.values())
            ids = [row.id for row in new.values() if row.id]
            if len(page) < MOST_PER_PAGE or not ids:
                return
            shown |= new.keys()
            paging["last_id"] = str(min(ids))

    async def _call(
        self, method: str, path: str, query: Query, body: object, patience: int
    ) -> ApiAnswer:
        token = self._token()
        await self._pauses.turn(token)
        answer = await self._api.request(
            method,
            (URL(self._base_url) / path).with_query(query),
            # Without the language texts come in Russian.
            headers={"Authorization": f"Bearer {token}", "X-LANGUAGE": "uk"},
            body=body,
            secrets=[token],
            patience=patience,
            explain=_explain,
        )
        refusal = _refusal(fields_of(answer))
        if refusal is not None:
            raise self.refused(refusal)
        return answer

    def refused(self, told: object) -> RequestRefusedError:
        """The error for what the API told instead of doing what it was asked."""
        words = repeatable(_text(told), self._account.credentials.values())
        return RequestRefusedError("refused", words or UNEXPLAINED)

    def _token(self) -> str:
        token = self._account.credentials.get(TOKEN, "")
        if not token or not token.isascii() or not token.isprintable():  # no header can carry it
            error = CredentialsError("the token is missing or incomplete")
            raise error.meaning(ConnectProblem.WRONG_KEYS)
        return token


def fields_of(answer: ApiAnswer) -> Fields:
    """The object answered; empty when it is none."""
    return answer.data if isinstance(answer.data, dict) else {}


def api_time(at: datetime) -> str:
    """A time for a filter. With a fraction, a "Z" or an offset the API finds nothing at all."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _text(value: object) -> str:
    """The texts in a field that should be one; "" for none."""
    match value:
        case str():
            return value
        case dict():
            return ", ".join(filter(None, map(_text, value.values())))
        case list():
            return ", ".join(filter(None, map(_text, value)))
        case _:
            return ""


def _refusal(data: Fields) -> object:
    """Why a request was refused although 200 was answered; None when it was not."""
    errors = data.get("errors")
    told = data.get("error") or (errors.get("error") if isinstance(errors, dict) else None)
    if not told and data.get("status") == "error":
        told = data.get("message") or errors or UNEXPLAINED
    return told or None


def _explain(status: int, page: str) -> IntegrationError | None:
    """The pages that Prom.ua sends with 403. Any other is one of a firewall."""
    if status != 403:
        return None
    if "not available for free premium service" in page:
        poor = RequestRefusedError("no_api", "the shop's package does not include the API")
        return poor.meaning(ConnectProblem.NO_API)
    if "Access was denied" in page:
        powerless = CredentialsError("the token has no right to do this")
        return powerless.meaning(ConnectProblem.NO_RIGHTS)
    return None
