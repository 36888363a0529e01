"""The simulated cabinet answers as the notes and samples of Prom.ua's API say."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.prom import Buyer, PromCabinet
from sandbox.prom.model import COURIER, LOCKER, PROM_PAYMENT, UKRPOSHTA

FIXTURES = Path(__file__).parents[2] / "integrations/prom/fixtures"
START = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
NBSP = "\u00a0"


def sample(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


class Caller:
    """Asks the cabinet as a client with a token does."""

    def __init__(self, cabinet: PromCabinet, session: aiohttp.ClientSession) -> None:
        self.cabinet = cabinet
        self._session = session
        self.headers = {"Authorization": f"Bearer {cabinet.token}", "X-LANGUAGE": "uk"}

    async def ask(self, path: str, body: object = None, **query: str | int) -> tuple[int, str, Any]:
        """Status, content type, and the JSON or the text of the answer."""
        method = "GET" if body is None else "POST"
        async with self._session.request(
            method, self.cabinet.url + path, params=query, json=body, headers=self.headers
        ) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            return response.status, response.content_type, json.loads(text) if is_json else text


@pytest.fixture
async def prom() -> AsyncIterator[Caller]:
    times = (START + timedelta(seconds=second) for second in range(10_000))
    async with (
        PromCabinet(clock=lambda: next(times)) as cabinet,
        aiohttp.ClientSession() as session,
    ):
        cabinet.add_product(sku="KR-500-B", name="Кружка", price=Decimal("400.25"), stock=7)
        cabinet.add_product(sku="PL-9", name="Пилосос", price=Decimal(12400), stock=2)
        yield Caller(cabinet, session)


def shape(value: object) -> object:
    """The keys and types of a JSON value; a list's by its first item."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case list():
            return [shape(value[0])] if value else []
        case int() | float() if not isinstance(value, bool):
            return "number"
        case _:
            return type(value).__name__


def assert_alike(ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str = "") -> None:
    """The same keys, and values of the same types, but where either is null or empty."""
    optional = {"phone", "prosale_commission", "recipient_address"}
    assert ours.keys() ^ theirs.keys() <= optional, path
    for key in ours.keys() & theirs.keys():
        one, other = ours[key], theirs[key]
        if one in (None, {}, []) or other in (None, {}, []):
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            assert_alike(one, other, f"{path}.{key}")
        elif isinstance(one, list) and isinstance(other, list):
            if isinstance(one[0], dict):
                assert_alike(one[0], other[0], f"{path}.{key}")
        else:
            assert shape(one) == shape(other), f"{path}.{key}"


async def test_orders_look_like_the_samples(prom: Caller) -> None:
    taras = Buyer(first_name="Тарас", last_name="Левченко", phone="+380671110033")
    place = prom.cabinet.place_order
    place(lines=[("KR-500-B", 3)], delivery=LOCKER, buyer=taras, payment=PROM_PAYMENT)
    place(lines=[("KR-500-B", 2)], note="Дякую", recipient=taras)
    place(lines=[("PL-9", 1)], delivery=COURIER, status="custom-137000")
    prom.cabinet.cancel(place(lines=[("PL-9", 1)], delivery=UKRPOSHTA).id)

    _, _, answer = await prom.ask("/orders/list")

    samples = sample("orders_list.response")["orders"]
    assert [each["id"] for each in answer["orders"]] == [417000304 - n for n in range(4)]
    for ours in answer["orders"]:
        for theirs in samples:
            assert_alike(ours, theirs)
    canceled, custom, cod, online = answer["orders"]
    assert canceled["cancellation"] == samples[3]["cancellation"]
    assert custom["status_name"] == "Очікує рахунок"
    assert (cod["price"], cod["payment_data"]) == (f"800,50{NBSP}грн", None)
    assert cod["delivery_recipient"]["phone"] == taras.phone
    assert online["price"] == f"1{NBSP}200,75{NBSP}грн"
    assert online["payment_data"]["status"] == "unpaid"
    one = await prom.ask("/orders/417000301")
    assert one[2] == {"order": online}


async def test_pages_begin_with_the_last_id_or_after_it(prom: Caller) -> None:
    for _ in range(5):
        prom.cabinet.place_order(lines=[("PL-9", 1)])

    async def ids(**query: str | int) -> list[int]:
        _, _, answer = await prom.ask("/orders/list", **query)
        return [order["id"] - 417000300 for order in answer["orders"]]

    assert await ids(limit=2) == [5, 4]
    assert await ids(limit=2, last_id=417000304) == [4, 3]
    prom.cabinet.last_id_is_inclusive = False
    assert await ids(limit=2, last_id=417000304) == [3, 2]
    assert await ids(sort_dir="asc", limit=2) == [1, 2]


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-09-14T08:00:00", 2),
        ("2026-09-14T08:00:03", 1),
        ("2026-09-14T09:00:00", 0),
        ("2026-09-14T08:00:00.000Z", 0),
        ("2026-09-14T08:00:00Z", 0),
        ("2026-09-14 08:00:00", 0),
    ],
)
async def test_a_time_in_another_form_finds_nothing(prom: Caller, since: str, found: int) -> None:
    first = prom.cabinet.place_order(lines=[("PL-9", 1)])
    prom.cabinet.place_order(lines=[("PL-9", 1)])
    assert first.modified_at == START + timedelta(seconds=2)

    status, _, answer = await prom.ask("/orders/list", last_modified_from=since)

    assert (status, len(answer["orders"])) == (200, found)


async def test_errors_hide_in_200(prom: Caller) -> None:
    order = prom.cabinet.place_order(lines=[("PL-9", 1)])
    canceled = prom.cabinet.place_order(lines=[("PL-9", 1)])
    prom.cabinet.cancel(canceled.id)

    assert (await prom.ask("/orders/list", status="new"))[2] == sample(
        "orders_list.unknown_status.response"
    )
    refused = {"error": "This status value is not allowed"}
    for wanted in (
        {"status": "accepted"},
        {"status": "pending"},
        {"status": "canceled"},
        {"status": "canceled", "cancellation_reason": "out_of_stock"},
        {"status": "canceled", "cancellation_reason": "another"},
        {"custom_status_id": 1},
    ):
        answer = await prom.ask("/orders/set_status", {"ids": [order.id], **wanted})
        assert answer[2] == refused, wanted
    assert order.status == "pending"

    both = {"ids": [order.id, canceled.id, 1], "status": "received"}
    _, _, answer = await prom.ask("/orders/set_status", both)
    assert answer["processed_ids"] == [order.id]
    assert answer["errors"].keys() == {str(canceled.id), "1"}
    again = await prom.ask("/orders/set_status", {"ids": [order.id], "status": "received"})
    assert again == (200, "application/json", {"processed_ids": []})
    _, _, answer = await prom.ask(
        "/orders/set_status", {"ids": [order.id], "custom_status_id": 137000}
    )
    assert (answer, order.status) == ({"processed_ids": [order.id]}, "custom-137000")


async def test_a_waybill_is_taken_once(prom: Caller) -> None:
    order = prom.cabinet.place_order(lines=[("PL-9", 1)])
    wanted = {"order_id": order.id, "declaration_id": "20451600012345"}
    wanted |= {"delivery_type": "nova_poshta"}
    first, second, in_russian = (
        case["response"]["body"] for case in sample("save_declaration_id")["cases"]
    )

    assert (await prom.ask("/delivery/save_declaration_id", wanted))[2] == first
    assert (await prom.ask("/delivery/save_declaration_id", wanted))[2] == second
    del prom.headers["X-LANGUAGE"]
    assert (await prom.ask("/delivery/save_declaration_id", wanted))[2] == in_russian
    _, _, answer = await prom.ask(f"/orders/{order.id}")
    assert answer["order"]["delivery_provider_data"]["declaration_number"] == "20451600012345"


async def test_products_are_edited_by_a_bare_list(prom: Caller) -> None:
    mug = next(iter(prom.cabinet.products.values()))
    mug.external_id = "SO5912"
    _, _, answer = await prom.ask("/products/list")
    assert [each["sku"] for each in answer["products"]] == ["PL-9", "KR-500-B"]
    assert_alike(answer["products"][0], sample("products_list.response")["products"][0])

    by_id, by_external_id, wrapped = (
        case["response"]["body"] for case in sample("products_edit")["cases"]
    )
    item = {"id": mug.id, "quantity_in_stock": 6, "quantity": 99, "presence": "available"}
    assert (await prom.ask("/products/edit", [item]))[2] == by_id
    assert mug.stock == 6
    item = {"id": "SO5912", "quantity_in_stock": 5}
    assert (await prom.ask("/products/edit_by_external_id", [item]))[2] == by_external_id
    assert mug.stock == 5
    assert (await prom.ask("/products/edit", {"products": [item]}))[2] == wrapped
    _, _, answer = await prom.ask("/products/edit", [{"id": 1, "quantity_in_stock": 5}])
    assert (answer["processed_ids"], [*answer["errors"]]) == ([], ["1"])


async def test_refusals_before_the_api_are_pages(prom: Caller) -> None:
    pages = {case["why"]: case for case in sample("http_errors")["cases"]}

    async def answers(path: str, body: object = None) -> dict[str, object]:
        status, content_type, text = await prom.ask(path, body)
        return {"http_status": status, "content_type": content_type, "body": text}

    def told(why: str) -> dict[str, object]:
        return {key: value for key, value in pages[why].items() if key != "why"}

    assert await answers("/orders/nothing") == told("unknown path or product")
    assert await answers("/products/17") == told("unknown path or product")
    prom.cabinet.rights["orders"] = "r"
    assert (await prom.ask("/orders/list"))[0] == 200
    refused = await answers("/orders/set_status", {"ids": [], "status": "received"})
    assert refused == told("token lacks the section or write right")
    prom.cabinet.has_api = False
    assert await answers("/orders/list") == told("shop package without API")
    prom.headers["Authorization"] = "Bearer wrong"
    assert await answers("/orders/list") == told("bad token")
    prom.cabinet.answer_with(429, str(told("overload")["body"]))
    assert await answers("/orders/list") == told("overload")


async def test_a_lost_answer_leaves_what_was_asked_for(prom: Caller) -> None:
    order = prom.cabinet.place_order(lines=[("PL-9", 1)])
    prom.cabinet.lose_answers()

    with pytest.raises(aiohttp.ClientError):
        await prom.ask("/orders/set_status", {"ids": [order.id], "status": "received"})

    assert order.status == "received"
    assert [request.path for request in prom.cabinet.requests] == ["/orders/set_status"]
    assert (await prom.ask("/order_status_options/list"))[2] == sample(
        "order_status_options.response"
    )
