"""Whatever a body holds, it is read or refused: nothing else ever comes out."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import MalformedPayloadError
from domain.money import to_kopiykas, to_thousandths
from domain.orders import IncomingOrder, ListingChanged, OrderGone, PlatformState
from integrations.woocommerce.webhook import READERS, WooCommerceWebhooks
from tests.integrations.woocommerce.captures import capture

WEBHOOKS = WooCommerceWebhooks()
TOPICS = st.sampled_from(sorted(READERS))

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["1e999999", "-0", "NaN", "\ud800", "\x00", "2026-11-22T19:19:07", "0" * 99]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
FULL: dict[str, Any] = json.loads(capture(18).body)
PATHS: list[tuple[str | int, ...]] = []


def _walk(value: object, path: tuple[str | int, ...]) -> None:
    if path:
        PATHS.append(path)
    if isinstance(value, dict):
        for key, inner in value.items():
            _walk(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _walk(inner, (*path, index))


_walk(FULL, ())


def read_or_refuse(topic: str, body: bytes) -> None:
    try:
        changes = WEBHOOKS.parse(topic, body)
    except MalformedPayloadError:
        return
    for change in changes:
        assert isinstance(change, IncomingOrder | OrderGone | ListingChanged)
        text = repr(change)
        assert "\\x00" not in text
        text.encode()  # no half of a surrogate pair
        if isinstance(change, IncomingOrder):
            assert_storable(change)


def assert_storable(order: IncomingOrder) -> None:
    """It fits the columns it is meant for."""
    assert order.placed_at.tzinfo is UTC
    assert 0 < len(order.external_id) <= 64
    assert 0 < len(order.number) <= 64
    assert len(order.currency) <= 8
    assert len(order.phone) <= 64
    assert max(len(order.customer_name), len(order.email), len(order.delivery_method)) <= 200
    assert len(order.delivery_address) <= 500
    assert order.refunded >= 0
    for amount in (order.total, order.fees, order.discount, order.delivery_cost, order.refunded):
        assert abs(to_kopiykas(amount)) < 2**63
    for line in order.lines:
        assert 0 <= to_thousandths(line.quantity) < 2**63
        assert len(line.name) <= 500
        assert len(line.sku) <= 190
    assert order.digest() == order.digest()


@given(TOPICS, JSON_VALUES)
@settings(max_examples=300, deadline=None)
def test_any_json(topic: str, value: Any) -> None:
    read_or_refuse(topic, json.dumps(value).encode())


@given(TOPICS, st.binary(max_size=60))
@example("order.created", b"\xff\xfe{}")
@example("order.created", "{}".encode("utf-16"))
@example("order.created", b"[" * 100_000)
@example("order.created", b'{"id":' + b"9" * 5000 + b"}")
@example("order.created", b'{"id":1,"total":1e99999999999999999999}')
@example("order.created", b'{"id":1,"total":NaN}')
@example("product.updated", b'{"id":1')
@example("order.deleted", b'{"id":true}')
@settings(max_examples=200, deadline=None)
def test_any_bytes(topic: str, body: bytes) -> None:
    read_or_refuse(topic, body)


@given(st.sampled_from(PATHS), JSON_VALUES)
@settings(max_examples=600, deadline=None)
def test_any_field_of_an_order_replaced(path: tuple[str | int, ...], value: Any) -> None:
    data = json.loads(capture(18).body)
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value

    read_or_refuse("order.updated", json.dumps(data).encode())


@given(st.integers(0, 5000), st.integers(0, 255), st.integers(0, 40))
@settings(max_examples=300, deadline=None)
def test_any_damage_to_the_bytes(start: int, byte: int, removed: int) -> None:
    body = capture(18).body
    read_or_refuse(
        "order.updated", body[:start] + bytes([byte]) * (byte % 3) + body[start + removed :]
    )


def changed(**values: Any) -> bytes:
    return json.dumps(json.loads(capture(18).body) | values).encode()


def parsed(body: bytes) -> IncomingOrder:
    (order,) = WEBHOOKS.parse("order.updated", body)
    assert isinstance(order, IncomingOrder)
    return order


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"id": None}, "id is not an id"),
        ({"id": "27"}, "id is not an id"),
        ({"id": True}, "id is not an id"),
        ({"id": 0}, "id is not an id"),
        ({"id": 2**63}, "id is not an id"),
        ({"status": ""}, "status is missing"),
        ({"status": None}, "status is missing"),
        ({"currency": ""}, "currency is missing"),
        ({"total": None}, "total is missing"),
        ({"total": "багато"}, "total is not a number"),
        ({"total": "Infinity"}, "total is not a number"),
        ({"total": "1e13"}, "total is not a number"),
        ({"total": True}, "total is not a text"),
        ({"shipping_total": True}, "shipping_total is not a number"),
        ({"billing": "Іван"}, "billing is not an object"),
        ({"billing": {"phone": ["+380671234567"]}}, "phone is not a text"),
        ({"line_items": [1]}, "line_items is not a list of objects"),
        ({"line_items": "x"}, "line_items is not a list of objects"),
        ({"line_items": [{"id": 1, "quantity": -1}]}, "quantity is negative"),
        ({"line_items": [{"id": 1, "quantity": "x"}]}, "quantity is not a number"),
        ({"line_items": [{"quantity": 1}]}, "id is not an id"),
        ({"line_items": [{"id": 1}, {"id": 1}]}, "line_items repeat an id"),
        ({"date_created_gmt": None, "date_modified_gmt": "?"}, "date_created_gmt is not a time"),
        (
            {"date_created_gmt": "9999-12-31T23:59:59", "date_modified_gmt": "0001-01-01T00:00:00"},
            "date_created_gmt is not a time",
        ),
    ],
)
def test_the_problem_names_the_field_and_nothing_of_its_content(
    values: dict[str, Any], problem: str
) -> None:
    with pytest.raises(MalformedPayloadError) as caught:
        WEBHOOKS.parse("order.updated", changed(**values))

    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"\xff", "the body is not UTF-8"),
        (b"", "the body is not JSON"),
        (b"<html>", "the body is not JSON"),
        (b"[]", "the body is not a JSON object"),
        (b"null", "the body is not a JSON object"),
        (b'{"code":"<b>","message":"x"}', "the store sent an error instead: unknown"),
    ],
)
def test_bodies_that_are_no_order(body: bytes, problem: str) -> None:
    with pytest.raises(MalformedPayloadError) as caught:
        WEBHOOKS.parse("order.created", body)

    assert caught.value.problem == problem


def line(**values: Any) -> bytes:
    return changed(line_items=[{"id": 1, "product_id": 5, "quantity": 1, "subtotal": "1"} | values])


@pytest.mark.parametrize(
    ("body", "read", "expected"),
    [
        (line(quantity="1.5"), lambda o: o.lines[0].quantity, Decimal("1.5")),
        (line(quantity=2.25), lambda o: o.lines[0].quantity, Decimal("2.25")),
        (line(quantity=0), lambda o: o.lines[0].quantity, Decimal(0)),
        (line(quantity="0.0004"), lambda o: o.lines[0].quantity, Decimal(0)),
        (line(sku=12345), lambda o: o.lines[0].sku, "12345"),
        (line(sku=False), lambda o: o.lines[0].sku, ""),
        (line(sku="A" * 200), lambda o: o.lines[0].sku, "A" * 189 + "…"),
        (line(variation_id=7), lambda o: o.lines[0].product_external_id, "7"),
        (line(product_id=None), lambda o: o.lines[0].product_external_id, ""),
        (line(subtotal="33.335"), lambda o: o.lines[0].amount, Decimal("33.34")),
        (
            line(name="Кабель<br/>2&nbsp;м  &lt;новий&gt; 5 < 6 <i>😀</i>"),
            lambda o: o.lines[0].name,
            "Кабель 2 м <новий> 5 < 6 😀",
        ),
        (line(name="a\x00b\ud800c"), lambda o: o.lines[0].name, "abc"),
        (changed(line_items={"1": {"id": 1}, "3": {"id": 3}}), lambda o: len(o.lines), 2),
        (changed(line_items=None), lambda o: o.lines, ()),
        (changed(number=""), lambda o: o.number, "27"),
        (changed(status="wc-processing"), lambda o: o.state, PlatformState.ACTIVE),
        (changed(status="np-sent"), lambda o: o.state, PlatformState.ACTIVE),
        (changed(status="new"), lambda o: o.state, PlatformState.DRAFT),
        (changed(customer_note=" a\x00\nb "), lambda o: o.note, "a\nb"),
        (changed(billing=[], shipping=[]), lambda o: (o.phone, o.customer_name), ("", "")),
        (changed(billing={"company": "ФОП"}, shipping={}), lambda o: o.customer_name, "ФОП"),
        (
            changed(billing={}, shipping={"phone": "067 123 45 67", "last_name": "Ко"}),
            lambda o: (o.phone, o.customer_name),
            ("+380671234567", "Ко"),
        ),
        (
            changed(date_created_gmt=None, date_created="2026-01-01T00:00:00"),
            lambda o: o.placed_at,  # never the local time
            datetime(2026, 11, 22, 19, 16, 40, tzinfo=UTC),
        ),
        (
            changed(date_modified_gmt="2026-11-22T21:00:00+02:00"),
            lambda o: o.modified_at,
            datetime(2026, 11, 22, 19, tzinfo=UTC),
        ),
        (changed(date_modified_gmt=None), lambda o: o.modified_at == o.placed_at, True),
    ],
)
def test_what_plugins_and_php_make_of_fields(
    body: bytes, read: Callable[[IncomingOrder], object], expected: object
) -> None:
    assert read(parsed(body)) == expected


def test_the_branch_that_only_a_plugins_field_holds_is_added_to_the_address() -> None:
    meta = [
        {"key": "wcus_warehouse_ref", "value": "7b422fc5-e1b8-11e3-8c4a-0050568002cf"},
        {"key": "_shipping_nova_poshta_warehouse", "value": "Відділення №12: вул. Нова, 1"},
        {"key": "warehouse", "value": "7b422fc5-e1b8-11e3-8c4a-0050568002cf"},
        {"key": "warehouse_list", "value": {"any": "JSON"}},
        {"key": "Відділення", "value": "Відділення №12: вул. Нова, 1"},
        {"key": "utm_source", "value": "instagram"},
    ]
    address = {"city": "Київ", "address_1": "", "postcode": "01001"}

    order = parsed(changed(shipping=address, meta_data=meta))

    assert order.delivery_city == "Київ"
    assert order.delivery_address == "01001, Відділення №12: вул. Нова, 1"
