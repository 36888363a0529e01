"""A shop to measure with: 1,000 products, some chats, and orders as its site would send them."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from hmac import digest
from pathlib import Path
from random import Random
from typing import Any

from services import chats, products, shops
from services.secrets import SecretBox

SECRET_KEY = "only for measuring, never for a shop"
PRODUCTS = 1_000
CHATS = 3
LINES = (1, 5)  # an order has from … to … lines
BODY_BYTES = (4_000, 20_000)  # and is so long
_CAPTURED = "tests/integrations/woocommerce/fixtures/webhooks"
_TEMPLATE = "073-order.created-store-checkout-guest-cod.json"


@dataclass(frozen=True, slots=True)
class Orders:
    """Signed ``order.created`` requests of one shop, numbered from ``first``."""

    path: str
    secret: str
    first: int = 1
    count: int = 0

    def numbered(self, first: int, count: int) -> "Orders":
        """Other orders of the same shop."""
        return replace(self, first=first, count=count)

    @property
    def numbers(self) -> range:
        """The orders' numbers; also their ids on the platform."""
        return range(self.first, self.first + self.count)

    def bodies(self) -> list[bytes]:
        """The requests' bodies."""
        return [order_body(number) for number in self.numbers]

    def requests(self) -> list[bytes]:
        """The requests as they go over the wire."""
        return [http_request(self.path, body, self.secret) for body in self.bodies()]


def order_body(number: int) -> bytes:
    """An order as a store sends it, with the extra fields that its plugins add."""
    random = Random(number)
    order, line = _template()
    order = {**order, "id": number, "number": str(number)}
    order["line_items"] = [
        {**line, "id": number * 10 + index, "product_id": sku, "sku": f"SKU-{sku:04}"}
        for index, sku in enumerate(sorted(random.sample(range(PRODUCTS), random.randint(*LINES))))
    ]
    missing = random.randint(*BODY_BYTES) - len(json.dumps(order))
    filler = {"id": 900, "key": "_plugin", "value": "x" * max(0, missing)}
    order["meta_data"] = [*order["meta_data"], filler]
    return json.dumps(order).encode()


def http_request(path: str, body: bytes, secret: str) -> bytes:
    """The signed request, headers and all."""
    signature = b64encode(digest(secret.encode(), body, hashlib.sha256)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "Content-Type: application/json\r\n"
        "X-WC-Webhook-Topic: order.created\r\n"
        f"X-WC-Webhook-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def furnish(*, chat_ids: Sequence[int] = (), skus: int = PRODUCTS) -> Orders:
    """Fill the open database: products, a shop, chats (by Telegram id; negative: a group)."""
    rows = "".join(f"SKU-{sku:04},Product {sku},100,60,1000000\n" for sku in range(skus))
    await products.import_csv(f"{','.join(products.COLUMNS)}\n{rows}")
    shop = await shops.add("woocommerce", "Bench", box=SecretBox(SECRET_KEY))
    for chat_id in chat_ids or range(101, 101 + CHATS):
        await chats.subscribe(chat_id, is_group=chat_id < 0, title="Bench", language="en")
    return Orders(shop.webhook_path, shop.webhook_secret)


@cache
def _template() -> tuple[dict[str, Any], dict[str, Any]]:
    order = json.loads((Path(__file__).parent.parent / _CAPTURED / _TEMPLATE).read_text())
    return order, order["line_items"][0]
