"""The simulated store goes wrong when it is told to, and writes down who asked it what."""

import asyncio

import aiohttp
import pytest
from yarl import URL

from sandbox.woocommerce import FIREWALL_PAGE
from tests.sandbox.woocommerce.caller import Caller, recorded


async def test_a_store_is_down_and_up_again(caller: Caller) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])
    await caller.store.down()

    with pytest.raises(aiohttp.ClientConnectorError):
        await caller.call("GET", "/orders")
    await caller.store.edit_order(order.id, note="так")  # life goes on inside
    await caller.store.up()

    assert (await caller.call("GET", f"/orders/{order.id}"))[1]["customer_note"] == "так"


async def test_answers_of_others_in_between(caller: Caller) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])
    store, path = caller.store, f"/orders/{order.id}"
    store.answer_with(200, FIREWALL_PAGE)
    store.answer_with(429, headers={"Retry-After": "7"}, times=1, prefix="orders", method="PUT")

    async with caller.session.put(caller.signed("PUT", path), json={"status": "x"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    async with caller.session.get(caller.signed("GET", path)) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "Just a moment" in await answer.text()

    store.behave()
    assert (await caller.call("GET", path))[0] == 200
    assert order.status == "processing"
    assert [(call.method, call.route) for call in store.calls()] == [
        ("PUT", f"orders/{order.id}"),
        ("GET", f"orders/{order.id}"),
        ("GET", f"orders/{order.id}"),
    ]
    (put,) = store.calls("PUT")
    assert put.body == b'{"status": "x"}'
    assert put.query["oauth_consumer_key"] == "ck_sandbox"
    assert store.calls(prefix="products") == []


async def test_an_answer_is_lost_after_the_deed(caller: Caller) -> None:
    order = await caller.store.place_order(lines=[("MUG", 1)])
    caller.store.lose_answers(prefix="orders")

    with pytest.raises(aiohttp.ClientError):
        await caller.call("PUT", f"/orders/{order.id}", {"status": "completed"})

    assert order.status == "completed"
    assert len(caller.store.calls("PUT")) == 2  # aiohttp's own repetition
    caller.store.behave()
    assert (await caller.call("GET", f"/orders/{order.id}"))[0] == 200


async def test_an_answer_comes_late(caller: Caller) -> None:
    caller.store.answer_late(60, times=1)

    with pytest.raises(asyncio.TimeoutError):
        async with asyncio.timeout(0.05):
            await caller.call("GET", "/orders")

    assert (await caller.call("GET", "/orders"))[0] == 200


async def test_keys_come_and_go(caller: Caller) -> None:
    keys = caller.store.keys
    keys.add("ck_read", "cs_read", "read")
    keys.add("ck_guest", "cs_guest", "read_write", may_manage=False)
    order = await caller.store.place_order(lines=[("MUG", 1)])
    path, change = f"/orders/{order.id}", {"status": "completed"}

    reading = {"key": "ck_read", "secret": "cs_read"}
    assert (await caller.call("GET", path, **reading))[0] == 200
    assert await caller.call("PUT", path, change, **reading) == recorded("auth-read-key-writes")
    guest = {"key": "ck_guest", "secret": "cs_guest"}
    assert await caller.call("GET", "/orders", **guest) == recorded("auth-customer-key-reads")
    keys["ck_read"].permissions = "read_write"
    assert (await caller.call("PUT", path, change, **reading))[0] == 200
    keys.revoke("ck_sandbox")
    assert (await caller.call("GET", path))[0] == 401
    assert (await caller.call("GET", path, **reading))[0] == 200


async def test_plain_permalinks(caller: Caller) -> None:
    store = caller.store
    store.site.has_permalinks = False
    home = URL(store.url)

    async with caller.session.get(home / "wp-json" / "") as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")
    async with caller.session.get(home / "index.php/wp-json" / "") as answer:
        assert (await answer.json())["name"] == store.name
    async with caller.session.get(home.with_query(rest_route="/", _fields="name")) as answer:
        assert await answer.json() == {"name": store.name}
    asked = home.with_query(rest_route="/wc/v3/orders")
    async with caller.session.get(asked) as answer:  # keys count for nothing there
        assert (answer.status, await answer.json()) == recorded("auth-none")
    assert [call.route for call in store.calls()] == ["/wp-json/", "/", "/", "orders"]
