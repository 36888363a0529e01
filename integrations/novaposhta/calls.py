"""How Nova Poshta's API is asked: one address, one envelope, failures told as 200.

Facts: API v2.0 as several open-source clients have it; see README.md beside this file.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from yarl import URL

from domain.errors import (
    CredentialsError,
    OutcomeUnknownError,
    RequestRefusedError,
    UnavailableError,
)
from domain.shops import ConnectProblem
from integrations.carriers import Keys
from integrations.http import ApiClient, repeatable
from integrations.novaposhta.problems import error_of, is_for_later

API_URL = "https://api.novaposhta.ua/v2.0/json/"
LEAST_GAP_S = 0.35  # between two calls with one key; no limit is published
_REST_GAPS = 6  # some two seconds
KEY = "api_key"

Props = Mapping[str, Any]
Row = Mapping[str, Any]

_RETRIES_S = (1.0, 2.0, 4.0)
# It was not even sent.
_NEVER_SENT = frozenset(
    {ConnectProblem.WRONG_ADDRESS, ConnectProblem.PRIVATE_ADDRESS, ConnectProblem.CERTIFICATE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a successful call told: its rows, and how many there are in all, None: not said.

    It may come with warnings, of nothing that anybody has to mend.
    """

    rows: tuple[Row, ...]
    total: int | None = None


class Calls:
    """Asks one call at a time with each key, no faster than every ``least_gap_s`` seconds.

    Args:
        client: over the program's session.
        base_url: the API's one address.
        least_gap_s: seconds; the simulated one needs none.
        sleep: tests need not wait.
    """

    def __init__(
        self,
        client: ApiClient,
        *,
        base_url: str = API_URL,
        least_gap_s: float = LEAST_GAP_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._url = URL(base_url)
        self._least_gap_s = least_gap_s
        self._sleep = sleep
        self._turns: dict[str, asyncio.Lock] = {}
        self._asked_at: dict[str, float] = {}

    async def read(self, keys: Keys, model: str, method: str, props: Props) -> Reply:
        """Ask for something that changes nothing: tried again for a while when it is to wait.

        Raises:
            UnavailableError: no answer, or it is to be asked more slowly.
            KeyRefusedError: it does not accept the key.
            CarrierRefusedError: it said no.
        """
        for pause_s in _RETRIES_S:
            try:
                return await self._call(keys, model, method, props)
            except UnavailableError as error:
                if not is_for_later(error):
                    raise
            await self._sleep(pause_s)
        return await self._call(keys, model, method, props)

    async def rest(self) -> None:
        """Let a hiccup pass before it is asked again."""
        await self._sleep(_REST_GAPS * self._least_gap_s)

    async def write(self, keys: Keys, model: str, method: str, props: Props) -> Reply:
        """Ask for something to be done, once.

        Raises:
            UnavailableError: it was not done, and may be tried again.
            OutcomeUnknownError: no answer came: it may have been done.
            KeyRefusedError: it does not accept the key.
            CarrierRefusedError: it said no.
        """
        try:
            return await self._call(keys, model, method, props)
        except UnavailableError as error:
            if error.problem in _NEVER_SENT or is_for_later(error):
                raise
            raise OutcomeUnknownError(str(error)) from error

    async def _call(self, keys: Keys, model: str, method: str, props: Props) -> Reply:
        key = keys[KEY]
        body = {
            "apiKey": key,
            "modelName": model,
            "calledMethod": method,
            "methodProperties": dict(props),
        }
        async with self._turns.setdefault(key, asyncio.Lock()):
            await self._wait(key)
            try:
                answer = await self._client.request("POST", self._url, body=body, secrets=[key])
            except (CredentialsError, RequestRefusedError) as error:
                # Its refusals come as 200: somebody else is at this address, and did nothing.
                moved = UnavailableError(str(error))
                raise moved.meaning(ConnectProblem.WRONG_ADDRESS) from error
            finally:
                self._asked_at[key] = time.monotonic()
        return reply_of(answer.data, key)

    async def _wait(self, key: str) -> None:
        since = time.monotonic() - self._asked_at.get(key, -self._least_gap_s)
        if since < self._least_gap_s:
            await self._sleep(self._least_gap_s - since)


def reply_of(envelope: object, key: str) -> Reply:
    """What an answer tells; some hold another one inside. Its errors are raised."""
    if not isinstance(envelope, dict) or "success" not in envelope:
        raise UnavailableError("the answer is not one of the API")
    if envelope["success"] is not True:
        raise error_of([(code, repeatable(text, [key])) for code, text in _told(envelope)])
    return Reply(
        rows=tuple(row for row in _listed(envelope.get("data")) if isinstance(row, dict)),
        total=_total(envelope.get("info")),
    )


def _told(envelope: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Code and text of each error: a list of texts beside one of codes, or an object of texts by
    code; a text may be an object itself.
    """
    told = envelope.get("errors")
    if isinstance(told, dict):
        return [(str(code), _text(text)) for code, text in told.items()]
    texts = [_text(text) for text in _listed(told)]
    codes = [str(code) for code in _listed(envelope.get("errorCodes"))]
    return list(zip_longest(codes, texts, fillvalue=""))


def _text(told: object) -> str:
    if isinstance(told, dict):
        return " ".join(str(part) for part in told.values())
    return str(told)


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _total(info: object) -> int | None:
    count = info.get("totalCount") if isinstance(info, dict) else None
    return int(count) if isinstance(count, int | str) and str(count).isdecimal() else None
