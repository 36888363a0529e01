"""How every integration talks over HTTP: one place for timeouts, errors and secrets.

Answers become JSON, a file, or one of the classes of ``domain.errors``; nothing of a request's
address but its host, and none of its secrets, ever reaches a message.
"""

import errno
import ipaddress
import json
import re
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from aiohttp.connector import AddrInfoType
from yarl import URL

from domain.errors import (
    CredentialsError,
    IntegrationError,
    RequestRefusedError,
    UnavailableError,
)
from domain.shops import ConnectProblem

DEFAULT_TIMEOUT_S = 20.0
LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
LONGEST_MESSAGE = 300  # characters of a foreign error message that we repeat
LONGEST_RETRY_AFTER_S = 24 * 3600.0

_PRIVATE_ADDRESS = "the address leads to a private network"
_WORTH_RETRYING = frozenset({408, 425, 429})
_MARKUP = re.compile(r"<[^<>]*>")
_DECODER = json.JSONDecoder()
_GAP = re.compile(r"[\s,:]*")

# Status and text of an answer that is none of success -> what it means; None: the usual.
Explain = Callable[[int, str], IntegrationError | None]


def public_connector(*, allow_private: bool) -> aiohttp.TCPConnector:
    """A connector for the client session that shop owners' addresses are called through.

    Unless ``allow_private`` it refuses to connect to private, loopback and reserved addresses. It
    looks at the address really connected to, so neither a name nor a literal leads around it.
    """
    if allow_private:
        return aiohttp.TCPConnector()
    return aiohttp.TCPConnector(socket_factory=_public_socket)


def _public_socket(info: AddrInfoType) -> socket.socket:
    family, kind, protocol, _, address = info
    if not is_public_address(str(address[0])):
        raise OSError(errno.EACCES, _PRIVATE_ADDRESS)
    return socket.socket(family=family, type=kind, proto=protocol)


def is_public_address(text: str) -> bool:
    """Whether the IP address belongs to the public internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """A successful answer: its JSON (fractions as ``Decimal``), that as sent, and its headers."""

    data: object
    raw: bytes
    headers: Mapping[str, str]

    def elements(self, name: str | None = None) -> list[bytes]:
        """The elements of a JSON list, each byte for byte as it was sent.

        ``name``: of the list that an object holds under it.
        """
        text, start, listed = self.raw.decode("utf-8-sig").lstrip(), 0, self.data
        if name is not None:
            if not isinstance(listed, dict):
                return []
            start, listed = _value_start(text, name), listed.get(name)
        if not isinstance(listed, list):
            return []
        found, position = [], _gap_end(text, start + 1)
        for _ in listed:
            _, end = _DECODER.raw_decode(text, position)
            found.append(text[position:end].encode())
            position = _gap_end(text, end)
        return found


class ApiClient:
    """A thin helper over a shared session.

    Redirects are not followed: a signed or authorised request belongs to one address only.
    """

    def __init__(
        self, session: aiohttp.ClientSession, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def request(
        self,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        secrets: Iterable[str] = (),
        patience: int = 1,
        explain: Explain | None = None,
    ) -> ApiAnswer:
        """Send a request and read the JSON answered.

        Args:
            method: GET, POST, PUT or DELETE.
            url: complete, with its query; sent exactly as it is encoded.
            headers: sent as they are.
            body: sent as JSON unless it is None.
            secrets: blanked out should the answer repeat them in an error message.
            patience: how many times the usual timeout it may take.
            explain: knows refusals that the platform words in its own way, as pages perhaps.

        Each error carries its ``problem``, where one is known.

        Raises:
            UnavailableError: no answer, not an answer of the API, 429 or 5xx.
            CredentialsError: 401, or 403 by the API itself.
            RequestRefusedError: any other refusal, with the API's own code or the status.
        """
        response, raw = await self._send(method, url, headers, body, patience)
        data = _json_or_none(raw)
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            text = raw.decode(errors="replace")
            explained = explain(response.status, text) if explain else None
            raise explained or _error_of(response, data, tuple(secrets))
        if data is None:
            page = UnavailableError(f"{url.host} answered with something else than JSON")
            raise page.meaning(ConnectProblem.FIREWALL)
        return ApiAnswer(data=data, raw=raw, headers=response.headers)

    async def fetch(self, url: URL, *, secrets: Iterable[str] = (), patience: int = 1) -> bytes:
        """Get a file, whatever is in it; arguments and errors as those of ``request``."""
        response, raw = await self._send("GET", url, None, None, patience)
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise _error_of(response, _json_or_none(raw), tuple(secrets))
        return raw

    async def _send(
        self,
        method: str,
        url: URL,
        headers: Mapping[str, str] | None,
        body: object,
        patience: int,
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        """The answer, whatever it is, and its body."""
        if url.scheme not in ("http", "https") or not url.host:
            raise not_an_address()
        timeout = aiohttp.ClientTimeout(total=self._timeout_s * patience)
        try:
            async with self._session.request(
                method,
                url,
                headers=headers,
                json=body,
                allow_redirects=False,
                timeout=timeout,
            ) as response:
                return response, await _read_limited(response)
        except TimeoutError:
            slow = UnavailableError(f"{url.host} did not answer in time")
            raise slow.meaning(ConnectProblem.TIMEOUT) from None
        except (aiohttp.ClientError, OSError) as error:  # their texts may hold the whole address
            raise _unreachable(url.host, error) from None


def not_an_address() -> UnavailableError:
    """The error for an address that nothing can be asked at."""
    error = UnavailableError("this is not a web address")
    error.meaning(ConnectProblem.WRONG_ADDRESS)
    return error


def _unreachable(host: str, error: Exception) -> UnavailableError:
    """What it means that no answer came. Nothing of the error's text is repeated."""
    reason, problem = type(error).__name__, None
    if _PRIVATE_ADDRESS in str(error):
        reason, problem = _PRIVATE_ADDRESS, ConnectProblem.PRIVATE_ADDRESS
    elif isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason, problem = "its certificate is not valid", ConnectProblem.CERTIFICATE
    elif isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        problem = ConnectProblem.WRONG_ADDRESS
    unreachable = UnavailableError(f"{host} cannot be reached: {reason}")
    return unreachable.meaning(problem) if problem else unreachable


def _gap_end(text: str, position: int) -> int:
    """Where the next element begins."""
    gap = _GAP.match(text, position)
    return gap.end() if gap else position


def _value_start(text: str, name: str) -> int:
    """Where an object's value begins: of two with one name the last, as JSON is read."""
    found, position = 0, _gap_end(text, 1)
    while text[position] != "}":
        key, end = _DECODER.raw_decode(text, position)
        start = _gap_end(text, end)
        found = start if key == name else found
        _, end = _DECODER.raw_decode(text, start)
        position = _gap_end(text, end)
    return found


async def _read_limited(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_ANSWER_BYTES:
            raise aiohttp.ClientPayloadError("the answer is too large")
    return bytes(body)


def _json_or_none(raw: bytes) -> object | None:
    """The JSON object or list in the body; None when it is no such thing."""
    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, InvalidOperation, RecursionError):
        return None
    return data if isinstance(data, dict | list) else None


def _error_of(
    response: aiohttp.ClientResponse, data: object | None, secrets: tuple[str, ...]
) -> IntegrationError:
    """What a status of 300 or more means."""
    status, host = response.status, response.url.host
    code, message = _code_and_message(data, secrets)
    if status in _WORTH_RETRYING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait_s = _retry_after_s(response.headers)
        again = UnavailableError(f"{host} answered {status} {code}".rstrip(), wait_s)
        # A page without the API's JSON and without a time is a challenge; maintenance names one.
        is_guarded = data is None and wait_s is None and status == HTTPStatus.SERVICE_UNAVAILABLE
        if status == HTTPStatus.TOO_MANY_REQUESTS or is_guarded:
            return again.meaning(ConnectProblem.FIREWALL)
        return again.meaning(ConnectProblem.DOWN)
    if status < HTTPStatus.BAD_REQUEST:
        target = _origin_of(response.headers.get("Location", ""))
        moved = RequestRefusedError("redirect", f"{host} redirects to {target or 'another page'}")
        return moved.meaning(ConnectProblem.REDIRECT, target)
    if status == HTTPStatus.UNAUTHORIZED:
        refused = CredentialsError(f"{host} does not accept the keys: {message or status}")
        return refused.meaning(ConnectProblem.WRONG_KEYS)
    if status == HTTPStatus.FORBIDDEN:
        if data is None:
            blocked = UnavailableError(f"a firewall of {host} refused the request")
            return blocked.meaning(ConnectProblem.FIREWALL)
        powerless = CredentialsError(f"the keys have no right to do this on {host}: {message}")
        return powerless.meaning(ConnectProblem.NO_RIGHTS)
    return RequestRefusedError(code or str(status), message or f"{host} answered {status}")


def _code_and_message(data: object, secrets: tuple[str, ...]) -> tuple[str, str]:
    """The error's own code and text, "" when there is none; markup and secrets removed."""
    if not isinstance(data, dict):
        return "", ""
    code, message = data.get("code"), data.get("message") or data.get("error")
    text = repeatable(message, secrets) if isinstance(message, str) else ""
    return (code[:64] if isinstance(code, str) else ""), text


def repeatable(message: str, secrets: Iterable[str]) -> str:
    """A foreign text as we may repeat it: one line, not long; markup and secrets removed."""
    text = " ".join(_MARKUP.sub("", message).split())
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text[:LONGEST_MESSAGE]


def _origin_of(location: str) -> str:
    """Scheme and host of an address, without path and query."""
    try:
        return str(URL(location).origin())
    except ValueError:
        return ""


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from the number or the date in Retry-After (RFC 9110, 10.2.3)."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        seconds = float(text[:9])
    else:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except ValueError:
            return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)
