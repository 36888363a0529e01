"""How every integration talks over HTTP: one place for timeouts, errors and secrets.

Answers become JSON or one of the classes of ``domain.errors``; nothing of a request's address but
its host, and none of its secrets, ever reaches a message.
"""

import errno
import ipaddress
import json
import re
import socket
import time
from collections.abc import Iterable, Mapping
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

DEFAULT_TIMEOUT_S = 20.0
LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
LONGEST_MESSAGE = 300  # characters of a foreign error message that we repeat
LONGEST_RETRY_AFTER_S = 24 * 3600.0

_PRIVATE_ADDRESS = "the address leads to a private network"
_WORTH_RETRYING = frozenset({408, 425, 429})
_MARKUP = re.compile(r"<[^<>]*>")


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
    """A successful answer: its JSON (fractions as ``Decimal``) and its headers."""

    data: object
    headers: Mapping[str, str]


class ApiClient:
    """A thin helper over a shared session.

    Redirects are not followed: a signed or authorised request belongs to one address only.
    """

    def __init__(
        self, session: aiohttp.ClientSession, *, timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)

    async def request(
        self,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        secrets: Iterable[str] = (),
    ) -> ApiAnswer:
        """Send a request and read the JSON answered.

        Args:
            method: GET, POST, PUT or DELETE.
            url: complete, with its query; sent exactly as it is encoded.
            headers: sent as they are.
            body: sent as JSON unless it is None.
            secrets: blanked out should the answer repeat them in an error message.

        Raises:
            UnavailableError: no answer, not an answer of the API, 429 or 5xx.
            CredentialsError: 401, or 403 by the API itself.
            RequestRefusedError: any other refusal, with the API's own code or the status.
        """
        if url.scheme not in ("http", "https") or not url.host:
            raise UnavailableError("this is not a web address")
        host = url.host
        try:
            async with self._session.request(
                method,
                url,
                headers=headers,
                json=body,
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                raw = await _read_limited(response)
        except TimeoutError:
            raise UnavailableError(f"{host} did not answer in time") from None
        except (aiohttp.ClientError, OSError) as error:  # their texts may hold the whole address
            reason = _PRIVATE_ADDRESS if _PRIVATE_ADDRESS in str(error) else type(error).__name__
            raise UnavailableError(f"{host} cannot be reached: {reason}") from None
        data = _json_or_none(raw)
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise _error_of(response, data, tuple(secrets))
        if data is None:
            raise UnavailableError(f"{host} answered with something else than JSON")
        return ApiAnswer(data=data, headers=response.headers)


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
        return UnavailableError(
            f"{host} answered {status} {code}".rstrip(), _retry_after_s(response.headers)
        )
    if status < HTTPStatus.BAD_REQUEST:
        target = _host_of(response.headers.get("Location", "")) or "another page"
        return RequestRefusedError("redirect", f"{host} redirects to {target}")
    if status == HTTPStatus.UNAUTHORIZED:
        return CredentialsError(f"{host} does not accept the keys: {message or status}")
    if status == HTTPStatus.FORBIDDEN:
        if data is None:
            return UnavailableError(f"a firewall of {host} refused the request")
        return CredentialsError(f"the keys have no right to do this on {host}: {message}")
    return RequestRefusedError(code or str(status), message or f"{host} answered {status}")


def _code_and_message(data: object, secrets: tuple[str, ...]) -> tuple[str, str]:
    """The error's own code and text, "" when there is none; markup and secrets removed."""
    if not isinstance(data, dict):
        return "", ""
    code, message = data.get("code"), data.get("message")
    text = " ".join(_MARKUP.sub("", message).split()) if isinstance(message, str) else ""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return (code[:64] if isinstance(code, str) else ""), text[:LONGEST_MESSAGE]


def _host_of(location: str) -> str:
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
