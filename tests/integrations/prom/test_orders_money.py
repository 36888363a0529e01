"""Sums of money are texts there, and the parts of an order always make its total."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import MalformedPayloadError
from domain.orders import IncomingOrder
from integrations.fields import load
from integrations.prom.money import currency_of, money
from tests.integrations.prom.told import parsed, sample


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        ("250 грн", "250"),
        ("1 713 грн", "1713"),
        ("1\u00a0713\u00a0грн", "1713"),
        ("1\u202f250,50\u202fгрн.", "1250.50"),
        ("12\u2009400\u2009грн", "12400"),
        ("1 234 567,8 грн", "1234567.8"),
        ("\t39 ГРН\n", "39"),
        ("39грн", "39"),
        ("0 грн", "0"),
        ("₴250", "250"),
        ("250.75 ₴", "250.75"),
        ("1 250.50 UAH", "1250.50"),
        ("250", "250"),
        ("32.50", "32.50"),
        (250, "250"),
        (0, "0"),
        (80.0, "80"),
        (1250.505, "1250.51"),
    ],
)
def test_sums(told: object, amount: str) -> None:
    order = parsed(sample(price=told, full_price=told, products=[], delivery_cost=0))

    assert (order.total, order.fees, order.currency) == (Decimal(amount), order.total, "UAH")


def test_a_sum_may_be_below_zero_yet_no_total() -> None:
    assert money({"sum": "-12,05 грн"}, "sum") == Decimal("-12.05")


@pytest.mark.parametrize("nothing", [None, "", " ", "\u00a0", False])
def test_no_sum(nothing: object) -> None:
    assert money({"sum": nothing}, "sum") is None


@pytest.mark.parametrize(
    "text",
    [
        *("грн", "багато", "1 713 тугриків", "1713 грн/шт", "10-20 грн", "12 грн 50 коп", "-"),
        *("1,713 грн", "1.250,50 грн", "1'250 грн", "1e3 грн", "٣ грн", "NaN", "5\x00", "\ud800"),
    ],
)
def test_what_is_no_sum_is_refused_by_the_name_of_its_field(text: str) -> None:
    with pytest.raises(MalformedPayloadError) as caught:
        money({"total_price": text}, "total_price")

    assert caught.value.problem == "total_price is not a sum of money"


@pytest.mark.parametrize(
    ("full_price", "price", "currency"),
    [
        ("20 $", "20 $", "USD"),
        ("20 EUR", "20", "EUR"),
        (20, "20 zł", "PLN"),
        ("20", "20", "UAH"),
        ("20 грн", "20 $", "UAH"),
    ],
)
def test_another_currency_is_the_whole_orders(full_price: Any, price: str, currency: str) -> None:
    assert currency_of({"a": full_price, "b": price}, "a", "b") == currency


def test_an_order_in_another_currency() -> None:
    row = {**sample()["products"][0], "total_price": "20 $"}

    order = parsed(sample(full_price="20 $", price="20 $", products=[row]))

    assert order.currency == "USD"
    assert order.total == order.lines[0].amount == 20


@pytest.mark.parametrize("name", ["price", "total_price", "price_with_special_offer"])
def test_one_order_has_one_currency(name: str) -> None:
    foreign = sample()
    (foreign["products"][0] if name == "total_price" else foreign)[name] = "20 $"

    with pytest.raises(MalformedPayloadError) as caught:
        parsed(foreign)

    assert caught.value.problem == f"{name} is in another currency"


def sums(order: IncomingOrder) -> tuple[int, int, int, int]:
    """Total, delivery, fees, discount."""
    parts = (order.total, order.delivery_cost, order.fees, order.discount)
    assert all(part == int(part) for part in parts)
    total, delivery, fees, discount = map(int, parts)
    return total, delivery, fees, discount


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # goods always cost 500
        ({"price": "500 грн", "full_price": "500 грн"}, (500, 0, 0, 0)),
        ({"price": "500 грн", "full_price": "500 грн", "delivery_cost": 80.0}, (500, 0, 0, 0)),
        ({"price": "500 грн", "full_price": "580 грн", "delivery_cost": 80.0}, (580, 80, 0, 0)),
        ({"price": "500 грн", "full_price": "580 грн"}, (580, 0, 80, 0)),
        ({"price": "500 грн", "full_price": "450 грн"}, (450, 0, 0, 50)),
        ({"price": "500 грн", "full_price": "590 грн", "delivery_cost": 80}, (590, 0, 90, 0)),
        ({"price": "450 грн", "full_price": "450 грн"}, (450, 0, 0, 50)),
        ({"price": "450 грн", "full_price": "530 грн", "delivery_cost": 80}, (530, 80, 0, 50)),
        ({"price": "510 грн", "full_price": "510 грн"}, (510, 0, 10, 0)),
        ({"price": "500 грн"}, (500, 0, 0, 0)),
        ({"full_price": "580 грн", "delivery_cost": 80}, (580, 80, 0, 0)),
        ({"full_price": "0 грн"}, (0, 0, 0, 500)),
        ({"price": "500 грн", "full_price": 0}, (0, 0, 0, 500)),
        ({"full_price": "500 грн", "delivery_cost": -5}, (500, 0, 0, 0)),
        ({"full_price": "495 грн", "price": "500 грн", "delivery_cost": -5}, (495, 0, 0, 5)),
    ],
)
def test_what_the_total_consists_of(values: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert sums(parsed(_costing_500(**values))) == expected


OLD = {"price": "500 грн", "full_price": "500 грн", "price_with_special_offer": "450 грн"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (OLD, (450, 0, 0, 50)),
        (OLD | {"full_price": "450 грн"}, (450, 0, 0, 50)),
        (OLD | {"full_price": "450 грн", "price": "450 грн"}, (450, 0, 0, 50)),
        (OLD | {"delivery_cost": 80}, (450, 0, 0, 50)),
        (OLD | {"delivery_cost": 80, "full_price": "580 грн"}, (530, 80, 0, 50)),
        (OLD | {"delivery_cost": 80, "full_price": "530 грн"}, (530, 80, 0, 50)),
        (OLD | {"delivery_cost": 80, "full_price": "450 грн"}, (450, 0, 0, 50)),
        # the discount alone
        (OLD | {"price_with_special_offer": "", "special_offer_discount": "50"}, (450, 0, 0, 50)),
        (OLD | {"price_with_special_offer": "", "special_offer_discount": -50}, (450, 0, 0, 50)),
        (
            {"price": "450 грн", "full_price": "450 грн", "special_offer_discount": "50 грн"},
            (450, 0, 0, 50),
        ),
        # nothing that could be believed
        (OLD | {"price_with_special_offer": "0 грн"}, (500, 0, 0, 0)),
        (OLD | {"price_with_special_offer": "510 грн"}, (500, 0, 0, 0)),
        (OLD | {"price_with_special_offer": None, "special_offer_discount": "10%"}, (500, 0, 0, 0)),
        (OLD | {"price_with_special_offer": None, "special_offer_discount": 600}, (500, 0, 0, 0)),
    ],
)
def test_a_special_offer_is_a_discount(values: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert sums(parsed(_costing_500(**values))) == expected


def _costing_500(**values: Any) -> dict[str, Any]:
    rows = [{"id": 1, "quantity": 2.0, "price": "250 грн", "total_price": "500 грн"}]
    nothing = dict.fromkeys(("price", "full_price", "delivery_cost"))
    return sample(**{**nothing, "products": rows, **values})


# --- any order -----------------------------------------------------------------------------------

SPACES = st.sampled_from([" ", "\u00a0", "\u202f", ""])
AMOUNTS = st.decimals(0, 9_999_999, places=2)


@st.composite
def told_sums(draw: st.DrawFn) -> Any:
    """A sum as it may be told."""
    amount: Decimal = draw(AMOUNTS)
    if draw(st.booleans()):
        return float(amount)
    text = f"{amount:,.2f}".removesuffix(".00").replace(".", "_")
    text = text.replace(",", draw(SPACES)).replace("_", ",")
    return text + draw(SPACES) + draw(st.sampled_from(["грн", "грн.", ""]))


ROWS = st.fixed_dictionaries(
    {
        "id": st.none() | st.integers(1, 4),
        "quantity": st.floats(0, 1e4) | st.integers(0, 9),
        "price": told_sums() | st.none(),
    },
    optional={"total_price": told_sums()},
)
ORDERS = st.fixed_dictionaries(
    {"products": st.lists(ROWS, max_size=6), "full_price": told_sums()},
    optional={
        "price": told_sums(),
        "delivery_cost": told_sums(),
        "price_with_special_offer": told_sums(),
        "special_offer_discount": told_sums(),
    },
)


@given(ORDERS)
@settings(max_examples=300, deadline=None)
def test_the_parts_always_make_the_total(values: dict[str, Any]) -> None:
    order = parsed(sample(**values))

    goods = sum((line.amount for line in order.lines), Decimal(0))
    assert goods + order.delivery_cost + order.fees - order.discount == order.total
    assert min(order.delivery_cost, order.fees, order.discount) >= 0
    assert len({line.external_id for line in order.lines}) == len(order.lines)
    parts = (order.total, goods, order.delivery_cost, order.fees, order.discount)
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)


def test_a_float_never_gets_in() -> None:
    assert load(b'{"sum": 0.1}')["sum"] == Decimal("0.1")
    with pytest.raises(MalformedPayloadError):
        money({"sum": 0.1}, "sum")
