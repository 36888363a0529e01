"""The simulated REST API answers what the real one was recorded to answer."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import aiohttp
import pytest
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256
from yarl import URL

from sandbox.woocommerce import WooCommerceStore
from tests.integrations.woocommerce.captures import rest_body
from tests.sandbox.woocommerce.caller import Caller, Verb, recorded


class Receiver(Protocol):
    status: int
    url: str
    requests: list[tuple[str, bytes]]

    @property
    def topics(self) -> list[str]: ...


@pytest.mark.parametrize(
    ("method", "path", "body", "name"),
    [
        ("GET", "/orders?per_page=101", None, "error-per-page-101"),
        ("GET", "/orders?after=yesterday", None, "error-bad-date"),
        ("GET", "/orders?status=nonsense", None, "error-bad-status"),
        ("GET", "/orders/99999", None, "error-order-404"),
        ("PUT", "/orders/99999", {"status": "completed"}, "error-put-404"),
        ("GET", "/nope", None, "error-404-route"),
        ("GET", "/webhooks/9999", None, "error-webhook-404"),
        ("POST", "/webhooks", {"topic": "x", "delivery_url": "http://x"}, "bad-topic"),
        ("POST", "/webhooks", {"topic": "order.created"}, "no-url"),
        ("POST", "/webhooks", {"topic": "order.created", "delivery_url": "x"}, "bad-url"),
    ],
)
async def test_refusals_are_those_recorded(
    caller: Caller, method: Verb, path: str, body: object, name: str
) -> None:
    if not name.startswith("error-"):
        name = f"webhook-create-error-{name}"
    status, answer = await caller.call(method, path, body)
    expected_status, expected = recorded(name)

    assert status == expected_status
    assert answer["code"] == expected["code"]
    assert answer["message"] == expected["message"]
    assert answer["data"]["status"] == expected["data"]["status"]
    assert answer["data"].get("params") == expected["data"].get("params")


async def test_a_status_must_be_known(caller: Caller) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])

    status, answer = await caller.call("PUT", f"/orders/{order.id}", {"status": "nonsense"})

    expected = recorded("error-order-bad-status")[1]
    assert (status, answer["code"], answer["data"]["params"]) == (
        400,
        expected["code"],
        expected["data"]["params"],
    )
    assert order.status == "processing"


async def test_a_body_must_be_json(caller: Caller) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])
    url = caller.signed("PUT", f"/orders/{order.id}")

    async with caller.session.put(url, data=b"{") as response:
        answer = await response.json()

    assert (response.status, answer["code"]) == (400, recorded("error-malformed-json")[1]["code"])


async def test_without_keys_and_with_basic_over_http(caller: Caller) -> None:
    url = URL(f"{caller.store.url}/wp-json/wc/v3/orders")
    basic = {"Authorization": aiohttp.encode_basic_auth("ck_sandbox", "cs_sandbox")}

    for headers in ({}, basic):
        async with caller.session.get(url, headers=headers) as response:
            assert response.status == 401
            assert await response.json() == recorded("auth-none")[1]
    assert recorded("auth-basic-over-plain-http") == recorded("auth-none")
    status, _ = await caller.send(
        "GET", url.with_query(consumer_key="ck_sandbox", consumer_secret="cs_sandbox")
    )
    assert status == 401


@pytest.mark.parametrize("method", [SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256])
async def test_a_signed_request_passes_once(caller: Caller, method: str) -> None:
    url = caller.signed("GET", "/orders?status=any&per_page=5", signature_method=method)

    assert await caller.send("GET", url) == (200, [])
    assert await caller.send("GET", url) == recorded("oauth-nonce-replay")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"secret": "cs_bad"}, "oauth-signed-with-the-ip-base"),
        ({"timestamp": "minus 16"}, "oauth-skew-16min"),
        ({"timestamp": "minus 14"}, ""),
    ],
)
async def test_signatures_and_clocks(caller: Caller, options: dict[str, str], name: str) -> None:
    if "timestamp" in options:
        minutes = int(options["timestamp"].removeprefix("minus "))
        then = datetime.now(UTC) - timedelta(minutes=minutes)
        options = {"timestamp": str(int(then.timestamp()))}

    answer = await caller.call("GET", "/orders", **options)

    assert answer == (recorded(name) if name else (200, []))


async def test_an_unknown_key(caller: Caller) -> None:
    status, answer = await caller.call("GET", "/orders", key="ck_other")

    assert (status, answer["message"]) == (401, "Consumer key is invalid.")


async def test_a_signature_covers_the_query(caller: Caller) -> None:
    url = caller.signed("GET", "/orders?per_page=5").update_query(per_page="6")

    assert await caller.send("GET", url) == recorded("oauth-signed-with-the-ip-base")


@pytest.mark.parametrize(
    ("permissions", "method", "name"),
    [("read", "POST", "webhook-create-key-read"), ("write", "GET", "auth-write-key-reads")],
)
async def test_the_scope_of_a_key(
    caller: Caller, permissions: str, method: Verb, name: str
) -> None:
    caller.store.keys["ck_sandbox"].permissions = permissions

    assert await caller.call(method, "/webhooks", {} if method == "POST" else None) == recorded(
        name
    )


async def test_lists_come_in_pages(caller: Caller) -> None:
    for _ in range(5):
        await caller.store.place_order(lines=[("MUG", 1)])
    url = caller.signed("GET", "/orders?per_page=2&orderby=id&order=asc&_fields=id")

    async with caller.session.get(url) as response:
        first = await response.json()

    assert len(first) == 2
    assert set(first[0]) == {"id"}
    assert response.headers["X-WP-Total"] == "5"
    assert response.headers["X-WP-TotalPages"] == "3"
    assert 'rel="next"' in response.headers["Link"]
    assert len((await caller.call("GET", "/orders?per_page=2&page=3"))[1]) == 1
    past = caller.signed("GET", "/orders?page=999")
    async with caller.session.get(past) as response:
        assert (await response.json(), response.headers["X-WP-Total"]) == ([], "0")


async def ids(caller: Caller, query: str) -> list[int]:
    status, orders = await caller.call("GET", f"/orders?{query}&orderby=modified&order=asc")
    assert status == 200
    return [order["id"] for order in orders]


@pytest.fixture
def times() -> dict[str, datetime]:
    return {"now": datetime(2026, 11, 22, 19, 0, 0, tzinfo=UTC)}


async def test_polling_by_the_time_of_change(times: dict[str, datetime]) -> None:
    clock: Callable[[], datetime] = lambda: times["now"]  # noqa: E731  (it is read later)
    async with WooCommerceStore(clock=clock) as store, aiohttp.ClientSession() as session:
        store.add_product(sku="MUG", name="Чашка", price=Decimal(259), stock=9)
        caller = Caller(store, session)
        first = await store.place_order(lines=[("MUG", 1)])
        times["now"] += timedelta(seconds=10)
        second = await store.place_order(lines=[("MUG", 1)])

        gmt, local = "2026-11-22T19:00:00", "2026-11-22T21:00:00"
        assert await ids(caller, f"modified_after={gmt}&dates_are_gmt=true") == [second.id]
        assert await ids(caller, f"modified_before={gmt}&dates_are_gmt=true") == []
        assert await ids(caller, f"modified_after={local}") == [second.id]
        assert await ids(caller, f"modified_after={gmt}Z") == [second.id]
        assert await ids(caller, f"modified_after={gmt}Z&dates_are_gmt=true") == []  # shifted twice
        times["now"] += timedelta(seconds=10)
        await store.edit_order(first.id)
        assert await ids(caller, "status=any") == [second.id, first.id]


async def test_any_status_hides_drafts_and_the_trash(caller: Caller) -> None:
    kept = await caller.store.place_order(lines=[("MUG", 1)])
    trashed = await caller.store.place_order(lines=[("MUG", 1)])
    await caller.store.place_order(lines=[("MUG", 1)], status="checkout-draft")
    await caller.store.trash(trashed.id)

    assert await ids(caller, "status=any") == [kept.id]
    assert await ids(caller, "status=trash") == [trashed.id]
    assert await ids(caller, "status=processing,completed") == [kept.id]


async def test_a_write_echoes_as_a_webhook(caller: Caller, receiver: Receiver) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])
    caller.store.add_webhook(topic="order.updated", delivery_url=receiver.url, secret="s")

    status, answer = await caller.call(
        "PUT", f"/orders/{order.id}", {"status": "completed", "customer_note": "так"}
    )
    await caller.call("PUT", f"/orders/{order.id}", {"status": "completed"})

    assert (status, answer["status"], answer["customer_note"]) == (200, "completed", "так")
    assert receiver.topics == ["order.updated", "order.updated"]


async def test_products(caller: Caller) -> None:
    _, listed = await caller.call("GET", "/products?sku=MUG")
    status, one = await caller.call("GET", f"/products/{listed[0]['id']}")
    missing, _ = await caller.call("GET", "/products/9999")

    assert (status, missing) == (200, 404)
    assert listed == [one]
    real = json.loads(rest_body("product-get-simple"))
    assert set(one) <= set(real)
    assert {key: type(one[key]) for key in one} == {key: type(real[key]) for key in one}


async def test_webhooks_are_created_with_a_ping(caller: Caller, receiver: Receiver) -> None:
    receiver.status = 201  # not 200: the ping is repeated after every delivery
    wanted = {"topic": "order.created", "delivery_url": receiver.url, "secret": "s", "name": "n"}

    status, created = await caller.call("POST", "/webhooks", wanted)
    assert (status, created["status"]) == (201, "active")
    real = json.loads(rest_body("webhook-create-order.created"))
    assert list(created) == list(real)
    assert created["hooks"] == real["hooks"]
    assert receiver.requests == [("ping", b"webhook_id=1")]

    await caller.store.place_order(lines=[("MUG", 1)])
    assert receiver.topics == ["ping", "order.created", "ping"]
    receiver.status = 200
    await caller.store.place_order(lines=[("MUG", 1)])
    await caller.store.place_order(lines=[("MUG", 1)])
    assert receiver.topics[3:] == ["order.created", "ping", "order.created"]


async def test_webhooks_can_be_seen_moved_and_deleted(caller: Caller, receiver: Receiver) -> None:
    caller.store.add_webhook(topic="order.created", delivery_url="http://127.0.0.1:9", secret="s")
    for _ in range(7):
        await caller.store.place_order(lines=[("MUG", 1)])

    _, disabled = await caller.call("GET", "/webhooks?status=disabled")
    assert [one["id"] for one in disabled] == [1]
    assert list(disabled[0]) == list(json.loads(rest_body("webhook-get-disabled")))
    changes = {"status": "active", "delivery_url": receiver.url}
    _, revived = await caller.call("PUT", "/webhooks/1", changes)
    assert (revived["status"], revived["delivery_url"]) == ("active", receiver.url)
    assert receiver.topics == ["ping"]
    receiver.status = 500
    await caller.store.place_order(lines=[("MUG", 1)])  # the count was kept
    assert (await caller.call("GET", "/webhooks/1"))[1]["status"] == "disabled"
    assert await caller.call("DELETE", "/webhooks/1") == recorded("error-webhook-delete-noforce")
    assert (await caller.call("DELETE", "/webhooks/1?force=true"))[0] == 200
    assert (await caller.call("GET", "/webhooks"))[1] == []
