"""Webhooks are made, made anew and removed; nobody else's are touched."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.errors import CredentialsError, UnavailableError
from domain.shops import ConnectProblem
from integrations.base import WebhookReport
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.webhook import READERS, WooCommerceWebhooks
from integrations.woocommerce.webhooks_api import TOPICS
from sandbox.woocommerce import WooCommerceStore
from tests.integrations.woocommerce.stores import KEY, SECRET, account

WEBHOOKS = WooCommerceWebhooks()


class Receiver:
    """Our address, as a store sees it."""

    def __init__(self) -> None:
        self.pings = 0
        self.topics: list[str] = []
        self.status = 200

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        if WEBHOOKS.is_unsigned_ping(request.headers, body):
            self.pings += 1
        else:
            WEBHOOKS.verify(request.headers, body, "w")
            self.topics.append(WEBHOOKS.topic(request.headers))
        return web.Response(status=self.status)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def address(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/webhooks/woocommerce/abc"))


def topics(store: WooCommerceStore, address: str) -> Counter[str]:
    hooks = store.webhooks.webhooks.values()
    return Counter(hook.topic for hook in hooks if hook.delivery_url == address)


async def test_all_that_is_needed_is_made_once(
    client: WooCommerceClient, store: WooCommerceStore, receiver: Receiver, address: str
) -> None:
    shop = account(store.url)

    report = await client.ensure_webhooks(shop, address)
    again = await client.ensure_webhooks(shop, address)

    assert report == WebhookReport(created=TOPICS)
    assert again == WebhookReport()
    assert topics(store, address) == Counter(TOPICS)
    assert receiver.pings == len(TOPICS) == 9
    assert set(TOPICS) <= set(READERS)
    assert {hook.name for hook in store.webhooks.webhooks.values()} == {
        f"Kramar: {topic}" for topic in TOPICS
    }
    order = await store.place_order(lines=[("TSH-001", 1)])
    await store.delete(order.id)
    assert set(receiver.topics) == {
        "order.created",
        "order.updated",
        "product.updated",
        "action.woocommerce_delete_order",
    }


async def test_one_that_the_store_switched_off_is_made_anew_with_a_clean_count(
    client: WooCommerceClient, store: WooCommerceStore, receiver: Receiver, address: str
) -> None:
    shop = account(store.url)
    await client.ensure_webhooks(shop, address)
    receiver.status = 500
    order = await store.place_order(lines=[("TSH-001", 1)])
    for _ in range(6):
        await store.place_order(lines=[("TSH-001", 1)])
    off = [hook for hook in store.webhooks.webhooks.values() if hook.status == "disabled"]
    assert {hook.topic for hook in off} == {"order.created", "order.updated", "product.updated"}
    next(hook for hook in store.webhooks.webhooks.values() if hook not in off).status = "paused"
    receiver.status = 200

    report = await client.ensure_webhooks(shop, address)

    assert report.created == ()
    assert set(report.revived) == {hook.topic for hook in off} | {"order.deleted"}
    hooks = store.webhooks.webhooks.values()
    assert {hook.status for hook in hooks} == {"active"}
    assert topics(store, address) == Counter(TOPICS)
    receiver.topics.clear()
    receiver.status = 500
    await store.edit_order(order.id, note="Одна невдача")
    receiver.status = 200
    await store.edit_order(order.id, note="Не вимикає")
    assert receiver.topics == ["order.updated"] * 2


async def test_doubles_go_and_those_of_others_stay(
    client: WooCommerceClient, store: WooCommerceStore, address: str
) -> None:
    shop, other = account(store.url), "http://127.0.0.1:9/other"
    store.add_webhook(topic="order.updated", delivery_url=other, secret="x")
    for _ in range(2):
        store.add_webhook(topic="order.updated", delivery_url=address, secret="w")
    store.add_webhook(topic="order.created", delivery_url=address, secret="w").status = "disabled"
    store.add_webhook(topic="order.created", delivery_url=address, secret="w")

    report = await client.ensure_webhooks(shop, address)

    assert set(report.created) == {*TOPICS} - {"order.updated", "order.created"}
    assert report.revived == ()
    assert topics(store, address) == Counter(TOPICS)
    assert topics(store, other) == Counter(["order.updated"])

    await client.remove_webhooks(shop, address)
    await client.remove_webhooks(shop, address)

    assert topics(store, address) == Counter()
    assert topics(store, other) == Counter(["order.updated"])


async def test_a_lost_answer_leaves_no_double(
    client: WooCommerceClient, store: WooCommerceStore, address: str
) -> None:
    shop = account(store.url)
    store.lose_answers(times=1, method="POST")
    with pytest.raises(UnavailableError):
        await client.ensure_webhooks(shop, address)

    await client.ensure_webhooks(shop, address)
    assert topics(store, address) == Counter(TOPICS)

    store.lose_answers(times=1, method="DELETE")
    await client.remove_webhooks(shop, address)
    assert topics(store, address) == Counter()


async def test_keys_that_may_not_write_make_none(client: WooCommerceClient, address: str) -> None:
    async with WooCommerceStore(
        consumer_key=KEY, consumer_secret=SECRET, permissions="read"
    ) as store:
        with pytest.raises(CredentialsError) as caught:
            await client.ensure_webhooks(account(store.url), address)

    assert caught.value.problem is ConnectProblem.READ_ONLY
    assert store.webhooks.webhooks == {}
