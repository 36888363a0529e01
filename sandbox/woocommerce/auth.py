"""Who may call the simulated REST API: the store's keys, by Basic or in the query, or OAuth 1.0a.

The first two work only when PHP itself sees https, whatever X-Forwarded-Proto says.
https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication
"""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote

from yarl import URL

LONGEST_SKEW_S = 15 * 60

_DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
_READING = ("GET", "HEAD", "OPTIONS")


class AuthError(Exception):
    """The request is not allowed; carries WooCommerce's own code and message."""

    def __init__(
        self,
        message: str,
        code: str = "woocommerce_rest_authentication_error",
        status: int = 401,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(slots=True, kw_only=True)
class ApiKey:
    """A key of the store; ``may_manage``: its user runs the shop, and is not just a customer."""

    id: int
    consumer_key: str
    consumer_secret: str
    permissions: str  # "read", "write" or "read_write"
    may_manage: bool = True


class KeyRing:
    """The store's API keys, and the nonces already used with them."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}
        self._nonces: set[tuple[str, int]] = set()
        self._last_id = 0

    def add(
        self, consumer_key: str, consumer_secret: str, permissions: str, *, may_manage: bool = True
    ) -> ApiKey:
        self._last_id += 1
        key = ApiKey(
            id=self._last_id,
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            permissions=permissions,
            may_manage=may_manage,
        )
        self._keys[consumer_key] = key
        return key

    def make(self, permissions: str) -> ApiKey:
        """A new key as WooCommerce makes them."""
        return self.add(f"ck_{secrets.token_hex(20)}", f"cs_{secrets.token_hex(20)}", permissions)

    def revoke(self, consumer_key: str) -> None:
        del self._keys[consumer_key]

    def __getitem__(self, consumer_key: str) -> ApiKey:
        return self._keys[consumer_key]

    def __len__(self) -> int:
        return len(self._keys)

    def check(self, method: str, url: URL, authorization: str) -> None:
        """Let a request with a good key pass; one that is signed, once.

        Raises:
            AuthError: no key, a wrong one, wrongly or too late signed, or beyond the key's scope.
        """
        key = self._by_secret(url, authorization) if url.scheme == "https" else None
        key = key or self._by_signature(method, url)
        kind = "read" if method in _READING else "write"
        if kind not in key.permissions:
            raise AuthError(f"The API key provided does not have {kind} permissions.")
        if not key.may_manage:
            verb = "list" if kind == "read" else "edit"
            code = f"woocommerce_rest_cannot_{'view' if kind == 'read' else 'edit'}"
            raise AuthError(f"Sorry, you cannot {verb} resources.", code, 403)

    def _by_secret(self, url: URL, authorization: str) -> ApiKey | None:
        """The key whose secret is told; None when no known key is."""
        name, secret = url.query.get("consumer_key"), url.query.get("consumer_secret", "")
        if name is None and authorization.startswith("Basic "):
            name, _, secret = _decoded(authorization.removeprefix("Basic ")).partition(":")
        key = self._keys.get(name or "")
        if key is not None and not hmac.compare_digest(key.consumer_secret, secret):
            raise AuthError("Consumer secret is invalid.")
        return key

    def _by_signature(self, method: str, url: URL) -> ApiKey:
        params = dict(url.query)
        if "oauth_consumer_key" not in params:
            refused = "Sorry, you cannot list resources."
            raise AuthError(refused, "woocommerce_rest_cannot_view")
        key = self._keys.get(params["oauth_consumer_key"])
        if key is None:
            raise AuthError("Consumer key is invalid.")
        _check_signature(key, method, url, params)
        self._check_time_and_nonce(params)
        return key

    def _check_time_and_nonce(self, params: dict[str, str]) -> None:
        timestamp = int(params.get("oauth_timestamp", "0"))
        if abs(time.time() - timestamp) > LONGEST_SKEW_S:
            raise AuthError("Invalid timestamp.")
        used = (params.get("oauth_nonce", ""), timestamp)
        if used in self._nonces:
            raise AuthError("Invalid nonce - nonce has already been used.")
        self._nonces.add(used)


def _check_signature(key: ApiKey, method: str, url: URL, params: dict[str, str]) -> None:
    given = params.pop("oauth_signature", "")
    digest = _DIGESTS.get(params.get("oauth_signature_method", ""))
    if digest is None:
        raise AuthError("Invalid signature - signature method is invalid.")
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in params.items())
    query = "&".join(f"{name}={value}" for name, value in pairs)
    address = str(url.with_query(None).with_fragment(None))
    base = "&".join((method, _encoded(address), _encoded(query)))
    secret = f"{key.consumer_secret}&".encode()
    expected = base64.b64encode(hmac.new(secret, base.encode(), digest).digest())
    if not hmac.compare_digest(expected, given.encode()):
        raise AuthError("Invalid signature - provided signature does not match.")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode(errors="replace")
    except ValueError:
        return ""


def _encoded(text: str) -> str:
    """RFC 3986 encoding, as PHP's rawurlencode."""
    return quote(text, safe="~")
