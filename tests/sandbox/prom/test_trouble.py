"""What stands before the simulated API, and what may go wrong on the way to it."""

import asyncio
import json

import aiohttp
import pytest

from tests.sandbox.prom.caller import Caller, sample

PAGES = {case.pop("why"): case for case in sample("http_errors")["cases"]}
DENIED = PAGES["token lacks the section or write right"]
STATUS = {"ids": [417000301], "status": "received"}


async def page(prom: Caller, path: str, body: object = None) -> dict[str, object]:
    status, content_type, text = await prom.ask(path, body)
    return {"http_status": status, "content_type": content_type, "body": text}


async def test_refusals_before_the_api_are_pages(prom: Caller) -> None:
    for path in ("/orders/nothing", "/nothing", "/products/17", "/orders/17", "/messages/list"):
        assert await page(prom, path) == PAGES["unknown path or product"], path
    prom.cabinet.has_api = False
    assert await page(prom, "/orders/list") == PAGES["shop package without API"]
    for header in ("Bearer wrong", prom.cabinet.token, ""):
        prom.headers["Authorization"] = header
        assert await page(prom, "/orders/list") == PAGES["bad token"]
        assert await page(prom, "/nothing") == PAGES["bad token"]


async def test_each_section_has_its_rights(prom: Caller) -> None:
    prom.cabinet.place_order(lines=[("PL-9", 1)])
    reading = {
        "orders": ("/orders/list", "/order_status_options/list", "/orders/417000301"),
        "products": ("/products/list", "/products/2100000001"),
        "groups": ("/groups/list",),
        "clients": ("/clients/list",),
    }
    writing = {
        "/orders/set_status": STATUS,
        "/delivery/save_declaration_id": {},
        "/products/edit": [],
        "/products/edit_by_external_id": [],
    }
    for section, paths in reading.items():
        prom.cabinet.rights = {name: "rw" for name in reading if name != section}
        for path in (each for every in reading.values() for each in every):
            expected = 403 if path in paths else 200
            assert (await prom.ask(path))[0] == expected, (section, path)
    prom.cabinet.rights = {"orders": "r", "products": "r"}
    for path, body in writing.items():
        assert await page(prom, path, body) == DENIED, path
    prom.cabinet.rights = {"orders": "rw", "products": "r"}
    assert (await prom.ask("/orders/set_status", STATUS))[0] == 200
    assert await page(prom, "/products/edit", []) == DENIED
    prom.cabinet.rights = {}
    assert (await prom.ask("/payment_options/list"))[0] == 200


async def test_faults_come_in_turn_on_the_paths_they_are_for(prom: Caller) -> None:
    overload = PAGES["overload"]
    prom.cabinet.answer_with(429, str(overload["body"]), path="/orders")
    prom.cabinet.answer_with(502, "<html>Bad Gateway</html>", times=2)
    assert (await prom.ask("/products/list"))[0] == 502
    assert await page(prom, "/orders/list") == overload
    assert (await prom.ask("/orders/list"))[0] == 502
    assert (await prom.ask("/orders/list"))[0] == 200
    prom.cabinet.answer_with(503, "", times=None)
    assert [(await prom.ask("/orders/list"))[0] for _ in range(3)] == [503] * 3
    prom.cabinet.behave()
    assert (await prom.ask("/orders/list"))[0] == 200
    prom.cabinet.answer_with(200, '{"orders": [', content_type="application/json")
    with pytest.raises(json.JSONDecodeError):
        await prom.ask("/orders/list")


async def test_a_lost_answer_leaves_what_was_asked_for(prom: Caller) -> None:
    order = prom.cabinet.place_order(lines=[("PL-9", 1)])
    prom.cabinet.lose_answers()
    with pytest.raises(aiohttp.ClientError):
        await prom.ask("/orders/set_status", STATUS)
    assert order.status == "received"
    (call,) = prom.cabinet.calls("POST")
    assert (call.path, call.body, call.language) == ("/orders/set_status", STATUS, "uk")
    assert prom.cabinet.calls("GET") == prom.cabinet.calls("", "/products") == []


async def test_a_slow_answer_keeps_whoever_asks_waiting(prom: Caller) -> None:
    prom.cabinet.answer_late(60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(prom.ask("/orders/list"), 0.05)
    prom.cabinet.answer_late(0.01)
    assert await prom.told("/orders/list") == {"orders": []}


async def test_a_cabinet_that_is_down_comes_back_at_its_address(prom: Caller) -> None:
    url = prom.cabinet.url
    await prom.cabinet.down()
    with pytest.raises(aiohttp.ClientConnectionError):
        await prom.ask("/orders/list")
    prom.cabinet.place_order(lines=[("PL-9", 1)])
    await prom.cabinet.up()
    assert prom.cabinet.url == url
    assert len(await prom.ids("/orders/list")) == 1
