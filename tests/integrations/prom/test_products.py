"""A product of Prom.ua as the program knows it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import MalformedPayloadError
from domain.orders import ListingChanged, ListingGone
from domain.shops import StockKeeping
from integrations.fields import load
from integrations.prom.products import parse_product
from tests.integrations.prom.told import FIXTURES

D = Decimal


def sample(**changes: Any) -> dict[str, Any]:
    """The sample's product, with other values of its own."""
    told = json.loads((FIXTURES / "product_get.response.json").read_text())["product"]
    return {**told, **changes}


def parsed(**changes: Any) -> ListingChanged:
    change = parse_product(load(json.dumps(sample(**changes)).encode()))
    assert isinstance(change, ListingChanged)
    return change


def test_the_sample_is_read_whole() -> None:
    assert parsed() == ListingChanged(
        external_id="2100000001",
        sku="KR-500-B",
        alias="SO5912",
        name="Кружка керамічна 500 мл синя",
        price=D("400.25"),
        image_url="https://images.prom.ua/2100000001_w200_h200_sample.jpg",
        keeping=StockKeeping.OWN,
        stock=D(7),
        modified_at=datetime(2026, 9, 10, 6, 0, tzinfo=UTC),
    )


def test_what_a_seller_left_empty_is_empty() -> None:
    bare = parsed(
        sku=None,
        external_id=None,
        name="Кружка &amp; блюдце",
        name_multilang=None,
        price=None,
        main_image=None,
        quantity_in_stock=None,
        date_modified=None,
    )

    assert (bare.sku, bare.alias, bare.name, bare.price) == ("", "", "Кружка & блюдце", D(0))
    assert (bare.image_url, bare.stock, bare.modified_at) == ("", None, None)
    assert parsed(name_multilang={"uk": "", "ru": "Кружка"}, name="Кружка").name == "Кружка"
    assert parsed(name_multilang={"uk": "Чашка", "ru": "Ч"}, name="Ч").name == "Чашка"
    assert parsed(main_image="javascript:alert(1)").image_url == ""


@pytest.mark.parametrize(
    ("presence", "quantity", "keeping", "stock"),
    [
        ("available", 7, StockKeeping.OWN, D(7)),
        ("available", 1.5, StockKeeping.OWN, D("1.5")),
        ("available", None, StockKeeping.OWN, None),
        ("available", 0, StockKeeping.OWN, None),  # and yet it can be ordered
        ("available", -2, StockKeeping.OWN, None),
        ("not_available", 7, StockKeeping.OWN, D(0)),  # nobody can order one of them
        ("not_available", None, StockKeeping.OWN, D(0)),
        ("order", 7, StockKeeping.NONE, None),
        ("waiting", 7, StockKeeping.NONE, None),
        ("service", 7, StockKeeping.NONE, None),
        (None, 7, StockKeeping.NONE, None),
    ],
)
def test_stock_is_what_buyers_can_order(
    presence: str | None, quantity: float | None, keeping: StockKeeping, stock: Decimal | None
) -> None:
    told = parsed(presence=presence, quantity_in_stock=quantity)
    assert (told.keeping, told.stock) == (keeping, stock)


def test_a_service_is_not_counted() -> None:
    told = parsed(selling_type="service")
    assert (told.keeping, told.stock) == (StockKeeping.NONE, None)


def test_only_a_price_in_hryvnias_is_one() -> None:
    assert parsed(currency="USD").price == 0
    assert parsed(currency="").price == D("400.25")
    assert parsed(price="400.256").price == D("400.26")


@pytest.mark.parametrize("status", ["not_on_display", "draft", "editing_required", None])
def test_only_what_was_deleted_is_gone(status: str | None) -> None:
    assert parsed(status=status).external_id == "2100000001"
    gone = parse_product(load(json.dumps(sample(status="deleted", price="?")).encode()))
    assert gone == ListingGone("2100000001")


def test_a_variation_stands_for_itself() -> None:
    told = parsed(is_variation=True, variation_base_id=2100000000, variation_group_id=7)
    assert told.parent_external_id == ""  # it is not gone with that one


@pytest.mark.parametrize(
    "broken", [{"id": 0}, {"id": "7"}, {"price": "much"}, {"quantity_in_stock": "few"}]
)
def test_nonsense_is_said_to_be_some(broken: dict[str, Any]) -> None:
    with pytest.raises(MalformedPayloadError):
        parsed(**broken)
