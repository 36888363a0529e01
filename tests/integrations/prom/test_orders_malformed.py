"""Whatever an order holds, it is read or refused: nothing else ever comes out."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import MalformedPayloadError
from domain.money import to_kopiykas, to_thousandths
from domain.orders import IncomingOrder
from tests.integrations.prom.told import parsed, sample

LENGTHS = {
    "external_id": 64,
    "number": 64,
    "status": 100,
    "currency": 8,
    "customer_name": 200,
    "phone": 64,
    "email": 200,
    "delivery_method": 200,
    "delivery_city": 200,
    "delivery_address": 500,
    "recipient_name": 200,
    "recipient_phone": 64,
    "branch_ref": 64,
    "city_ref": 64,
    "waybill_number": 64,
    "payment_method": 100,
    "payment_title": 200,
    "promotion": 200,
    "cancellation": 300,
}
LINE_LENGTHS = {"external_id": 64, "product_external_id": 64, "sku": 190, "name": 500, "unit": 16}
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["1e999999", "9" * 5000, "1 000 грн", "\ud800", "\x00", "2026-11-22T19:19:07", "я" * 999]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
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


PERSON = {"first_name": "Олег", "last_name": "Дорошенко", "second_name": "", "phone": "0631110055"}
FULL: dict[str, Any] = sample(
    payment_data={"type": "evopay", "status": "paid", "status_modified": None},
    ps_promotion={"name": "Дешева доставка", "conditions": []},
    cancellation={"title": "Дублікат", "initiator": "seller"},
    price_with_special_offer="12 000 грн",
    special_offer_discount="400 грн",
    special_offer_promocode="ЗИМА",
)
_walk(FULL, ())


def read_or_refuse(order: object) -> None:
    try:
        read = parsed(order)
    except MalformedPayloadError:
        return
    assert_storable(read)


def assert_storable(order: IncomingOrder) -> None:
    """It fits the columns it is meant for."""
    text = repr(order)
    assert "\\x00" not in text
    text.encode()  # no half of a surrogate pair
    for name, longest in LENGTHS.items():
        assert len(getattr(order, name)) <= longest, name
    amounts = (order.total, order.fees, order.discount, order.delivery_cost, order.refunded)
    assert all(0 <= to_kopiykas(amount) < 2**63 for amount in amounts)
    for line in order.lines:
        assert 0 <= to_thousandths(line.quantity) < 2**63
        assert abs(to_kopiykas(line.amount)) < 2**63
        for name, longest in LINE_LENGTHS.items():
            assert len(getattr(line, name)) <= longest, name


@given(st.dictionaries(st.sampled_from(sorted(FULL)), JSON_VALUES) | JSON_VALUES)
@settings(max_examples=300, deadline=None)
def test_any_json(value: Any) -> None:
    read_or_refuse(value)


@given(st.sampled_from(PATHS), JSON_VALUES)
@example(("products", 0, "quantity"), 1e12)
@example(("full_price",), "9" * 13)
@settings(max_examples=800, deadline=None)
def test_any_field_of_an_order_replaced(path: tuple[str | int, ...], value: Any) -> None:
    data = json.loads(json.dumps(FULL))
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value

    read_or_refuse(data)


def test_texts_of_any_length_are_cut() -> None:
    def longer(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: longer(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [longer(inner) for inner in value]
        return value + "я" * 600 if isinstance(value, str) else value

    kept = {key: FULL[key] for key in ("date_created", "full_price", "price", "status")}
    long = longer(FULL) | kept | {"price_with_special_offer": None}
    for row in long["products"]:
        row |= {"price": "1 грн", "total_price": "1 грн"}

    order = parsed(long)

    assert_storable(order)
    assert len(order.delivery_address) == 500
    assert len(order.cancellation) > 100


def in_product(**values: Any) -> dict[str, Any]:
    return {"products": [{"id": 1, "quantity": 1.0, "price": "1 грн"} | values]}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"id": None}, "id is not an id"),
        ({"id": "417000298"}, "id is not an id"),
        ({"id": True}, "id is not an id"),
        ({"status": ""}, "status is missing"),
        ({"status": ["paid"]}, "status is not a text"),
        ({"date_created": None, "date_modified": "вчора"}, "date_created is not a time"),
        ({"full_price": None, "price": ""}, "full_price is missing"),
        ({"full_price": "-1 грн"}, "full_price is negative"),
        ({"full_price": "багато"}, "full_price is not a sum of money"),
        ({"full_price": ["1 грн"]}, "full_price is not a number"),
        ({"full_price": "9" * 14 + " грн"}, "full_price is not a number"),
        ({"price": True}, "price is not a number"),
        ({"delivery_cost": {}}, "delivery_cost is not a number"),
        ({"client_first_name": {}}, "client_first_name is not a text"),
        ({"delivery_recipient": "Олег"}, "delivery_recipient is not an object"),
        ({"delivery_provider_data": [1]}, "delivery_provider_data is not an object"),
        ({"payment_data": "paid"}, "payment_data is not an object"),
        ({"ps_promotion": 1}, "ps_promotion is not an object"),
        ({"cancellation": "buyer"}, "cancellation is not an object"),
        ({"client_notes": {}}, "client_notes is not a text"),
        ({"products": [1]}, "products is not a list of objects"),
        (in_product(id="x"), "id is not an id"),
        (in_product(quantity=-1), "quantity is negative"),
        (in_product(quantity="два"), "quantity is not a number"),
        (in_product(total_price="два"), "total_price is not a sum of money"),
        (in_product(quantity=1e12, price=1e12), "price is not a sum of money"),
        ({"products": [{"price": 9e12, "quantity": 1}] * 2}, "products cost too much"),
    ],
)
def test_the_problem_names_the_field_and_nothing_of_its_content(
    values: dict[str, Any], problem: str
) -> None:
    with pytest.raises(MalformedPayloadError) as caught:
        parsed(sample(**values))

    assert caught.value.problem == problem
