"""Somebody who asks a simulated store by its REST API, and what real ones were seen to answer."""

import json
from decimal import Decimal
from typing import Any, Literal

import aiohttp
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY
from oauthlib.oauth1 import Client as OAuthSigner
from yarl import URL

from sandbox.woocommerce import WooCommerceStore
from tests.integrations.woocommerce.captures import rest_body, rest_status

Verb = Literal["GET", "POST", "PUT", "DELETE"]


class Caller:
    """Somebody with the store's key."""

    def __init__(self, store: WooCommerceStore, session: aiohttp.ClientSession) -> None:
        self.store = store
        self.session = session

    def signed(self, method: Verb, path: str, **options: Any) -> URL:
        secret = options.pop("secret", "cs_sandbox")
        method_name = options.pop("signature_method", SIGNATURE_HMAC_SHA256)
        signer = OAuthSigner(
            options.pop("key", "ck_sandbox"),
            client_secret=secret,
            signature_method=method_name,
            signature_type=SIGNATURE_TYPE_QUERY,
            **options,
        )
        address = f"{self.store.url}/wp-json/wc/v3{path}"
        return URL(signer.sign(address, http_method=method)[0], encoded=True)

    async def call(
        self, method: Verb, path: str, body: object = None, **options: Any
    ) -> tuple[int, Any]:
        url = self.signed(method, path, **options)
        return await self.send(method, url, body)

    async def send(self, method: str, url: URL, body: object = None) -> tuple[int, Any]:
        async with self.session.request(method, url, json=body) as response:
            return response.status, json.loads(await response.read(), parse_float=Decimal)


def recorded(name: str) -> tuple[int, Any]:
    body = json.loads(rest_body(name))
    if isinstance(body, dict) and set(body) == {
        "status",
        "body",
    }:  # recorded by hand, without a file of its own for it
        return body["status"], body["body"]
    return rest_status(name), body


def shape(value: object) -> object:
    """Keys in their order, and types; lists by their first item."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__
