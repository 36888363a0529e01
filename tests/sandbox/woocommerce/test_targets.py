"""Where the simulated store sends its webhooks, and what becomes of those that fail."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Protocol

import pytest

from sandbox.woocommerce import WooCommerceStore
from tests.sandbox.woocommerce.caller import Caller


class Receiver(Protocol):
    status: int
    url: str
    on_request: Callable[[], Awaitable[None]] | None

    @property
    def topics(self) -> list[str]: ...


@pytest.mark.parametrize(
    ("address", "is_sent"),
    [
        ("https://bot.example.test/hook", True),
        ("http://bot.example.test:8080/hook", True),
        ("http://bot.example.test:9009/hook", False),
        ("https://user:pass@bot.example.test/hook", False),
        ("http://nope.invalid/hook", False),
        ("http://10.0.0.7/hook", False),
        ("http://[::1]/hook", False),
        ("", False),  # this machine, where somebody does listen
    ],
)
async def test_where_webhooks_may_go(
    caller: Caller, receiver: Receiver, address: str, is_sent: bool
) -> None:
    caller.store.outgoing.allows_private = False
    caller.store.outgoing.hosts["bot.example.test"] = receiver.url.removesuffix("/hook")
    wanted = {"topic": "order.updated", "delivery_url": address or receiver.url, "secret": "s"}

    status, made = await caller.call("POST", "/webhooks", wanted)
    await caller.store.place_order(lines=[("MUG", 1)])

    assert (status, made["status"]) == (201, "active")
    assert receiver.topics == (["ping", "order.updated"] if is_sent else [])
    assert caller.store.webhooks.webhooks[made["id"]].failures == (0 if is_sent else 1)


async def test_a_webhook_that_is_deleted_while_it_is_sent(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    webhook = store.add_webhook(topic="order.updated", delivery_url=receiver.url, secret="s")
    order = await store.place_order(lines=[("MUG", 1)])
    webhook.needs_ping, receiver.status = True, 410

    async def delete() -> None:
        receiver.on_request = None
        del store.webhooks.webhooks[webhook.id]

    receiver.on_request = delete
    await store.edit_order(order.id)
    await store.edit_order(order.id)

    assert receiver.topics == ["order.updated", "order.updated"]


async def test_410_is_a_failure_like_others(store: WooCommerceStore, receiver: Receiver) -> None:
    webhook = store.add_webhook(topic="order.updated", delivery_url=receiver.url, secret="s")
    receiver.status = 410

    for _ in range(7):
        await store.place_order(lines=[("MUG", 1)])

    assert (webhook.status, webhook.failures) == ("disabled", 7)


async def test_webhooks_can_be_lost(store: WooCommerceStore, receiver: Receiver) -> None:
    store.delivers_at_once = False
    store.subscribe_all(receiver.url, "s")
    order = await store.place_order(lines=[("MUG", 1)])
    store.webhooks.forget_pending()

    await store.cancel(order.id)
    await store.deliver_pending()

    assert receiver.topics == ["order.updated", "product.updated"]


async def test_a_coupon_and_taxes_are_counted_as_recorded() -> None:
    """The captured checkout with VAT included; its last kopiykas follow other roundings."""
    async with WooCommerceStore(tax_percent=20, prices_include_tax=True) as store:
        store.add_product(sku="TSH", name="Ф", price=Decimal("450.50"), stock=9)
        store.add_product(sku="TAG", name="Н", price=Decimal("99.99"), stock=None)
        order = await store.place_order(
            lines=[("TSH", 3), ("TAG", 1)], coupon=("znyzhka10", 10), payment="cod"
        )
        body = json.loads(json.dumps(store.renderer.order(order), default=str))

    shirt, tag = body["line_items"]
    amounts = ("subtotal", "subtotal_tax", "total", "total_tax")
    assert [shirt[name] for name in amounts] == ["1126.25", "225.25", "1013.62", "202.72"]
    assert [tag[name] for name in amounts[:3]] == ["83.33", "16.66", "75.00"]
    assert (body["prices_include_tax"], body["discount_total"]) == (True, "120.96")
    assert (body["shipping_total"], body["shipping_tax"]) == ("80.00", "16.00")
    assert abs(Decimal(body["total"]) - Decimal("1402.34")) <= Decimal("0.02")
