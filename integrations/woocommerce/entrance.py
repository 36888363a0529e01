"""The way into a store: its page of consent, and keys that people copy. Pure.

https://woocommerce.github.io/woocommerce-rest-api-docs/#rest-api-keys
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from domain.errors import MalformedPayloadError
from integrations import fields
from integrations.connecting import Consent, Grant

_KEY, _SECRET = "consumer_key", "consumer_secret"
_LONGEST_KEY = 100
_SHORTEST_SURE = 20
# Nothing may stand before: "dock_2" holds no key.
_KEYS = {
    _KEY: re.compile(r"(?<![A-Za-z0-9_])ck_[A-Za-z0-9_]{4,96}", re.ASCII),
    _SECRET: re.compile(r"(?<![A-Za-z0-9_])cs_[A-Za-z0-9_]{4,96}", re.ASCII),
}


class WooCommerceEntrance:
    """How people let us into their WooCommerce."""

    key_names = (_KEY, _SECRET)
    unknown_keys: Mapping[str, str] = {_KEY: "ck_" + "0" * 40, _SECRET: "cs_" + "0" * 40}

    def keys_in(self, text: str) -> Mapping[str, str]:
        """The first key and the first secret in a text."""
        found = {name: pattern.search(text) for name, pattern in _KEYS.items()}
        return {name: match[0] for name, match in found.items() if match}

    def surely_holds_key(self, text: str) -> bool:
        """Whether there is a whole key in a text; short words that begin like one are none."""
        return any(len(key) >= _SHORTEST_SURE for key in self.keys_in(text).values())

    def consent_url(self, base_url: str, consent: Consent) -> str:
        """The store's page; an app's name with "&" would be cut there."""
        query = {
            "app_name": consent.app_name,
            "scope": "read_write",
            "user_id": consent.token,
            "return_url": consent.return_url,
            "callback_url": consent.callback_url,
        }
        return f"{base_url}/wc-auth/v1/authorize?{urlencode(query)}"

    def grant(self, body: bytes) -> Grant:
        """What the store posts: unsigned and without its address, so the token must be right.

        Raises:
            MalformedPayloadError: it is no such answer.
        """
        data = fields.load(body)
        token, key, secret = (data.get(name) for name in ("user_id", _KEY, _SECRET))
        texts = (token, key, secret)
        if not all(isinstance(each, str) and 0 < len(each) <= _LONGEST_KEY for each in texts):
            raise MalformedPayloadError("not the keys of a store")
        return Grant(str(token), {_KEY: str(key), _SECRET: str(secret)})
