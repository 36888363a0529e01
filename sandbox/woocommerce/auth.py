"""Who may call the simulated REST API: OAuth 1.0a, since the sandbox speaks plain http.

Basic authentication and keys in the query work only when PHP sees https; here they are as good as
none. https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication-over-http
"""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from yarl import URL

LONGEST_SKEW_S = 15 * 60

_DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
_READING = ("GET", "HEAD", "OPTIONS")


class AuthError(Exception):
    """The request is not allowed; carries WooCommerce's own code and message, status 401."""

    def __init__(self, message: str, code: str = "woocommerce_rest_authentication_error") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class KeyRing:
    """The store's one API key, and the nonces already used with it."""

    consumer_key: str
    consumer_secret: str
    permissions: str
    _nonces: set[tuple[str, int]] = field(default_factory=set)

    def check(self, method: str, url: URL) -> None:
        """Let a correctly signed request pass, once.

        Raises:
            AuthError: it is not signed, signed wrongly or too late, or beyond the key's scope.
        """
        params = dict(url.query)
        if "oauth_consumer_key" not in params:
            refused = "Sorry, you cannot list resources."
            raise AuthError(refused, "woocommerce_rest_cannot_view")
        if params["oauth_consumer_key"] != self.consumer_key:
            raise AuthError("Consumer key is invalid.")
        self._check_signature(method, url, params)
        self._check_time_and_nonce(params)
        kind = "read" if method in _READING else "write"
        if kind not in self.permissions:
            raise AuthError(f"The API key provided does not have {kind} permissions.")

    def _check_signature(self, method: str, url: URL, params: dict[str, str]) -> None:
        given = params.pop("oauth_signature", "")
        digest = _DIGESTS.get(params.get("oauth_signature_method", ""))
        if digest is None:
            raise AuthError("Invalid signature - signature method is invalid.")
        pairs = sorted((_encoded(key), _encoded(value)) for key, value in params.items())
        query = "&".join(f"{key}={value}" for key, value in pairs)
        address = str(url.with_query(None).with_fragment(None))
        base = "&".join((method, _encoded(address), _encoded(query)))
        key = f"{self.consumer_secret}&".encode()
        expected = base64.b64encode(hmac.new(key, base.encode(), digest).digest())
        if not hmac.compare_digest(expected, given.encode()):
            raise AuthError("Invalid signature - provided signature does not match.")

    def _check_time_and_nonce(self, params: dict[str, str]) -> None:
        timestamp = int(params.get("oauth_timestamp", "0"))
        if abs(time.time() - timestamp) > LONGEST_SKEW_S:
            raise AuthError("Invalid timestamp.")
        used = (params.get("oauth_nonce", ""), timestamp)
        if used in self._nonces:
            raise AuthError("Invalid nonce - nonce has already been used.")
        self._nonces.add(used)


def _encoded(text: str) -> str:
    """RFC 3986 encoding, as PHP's rawurlencode."""
    return quote(text, safe="~")
