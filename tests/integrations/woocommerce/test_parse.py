"""Every captured request is read as it should be."""

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import MalformedPayloadError
from domain.orders import (
    IncomingLine,
    IncomingOrder,
    ListingChanged,
    OrderGone,
    PlatformState,
)
from domain.shops import StockKeeping
from integrations.woocommerce.webhook import READERS, WooCommerceWebhooks
from tests.integrations.woocommerce.captures import Capture, capture, of_topic, signed

WEBHOOKS = WooCommerceWebhooks()

# Signed requests that carry the store's error instead of an order: deleted for good before the
# delivery; the webhook's owner lost the right to see orders; API v1 on the new order storage.
ERRORS = {
    "webhooks/099": "woocommerce_rest_shop_order_invalid_id",
    "webhooks/100": "woocommerce_rest_shop_order_invalid_id",
    "webhooks/159": "woocommerce_rest_cannot_view",
    "webhooks/192": "woocommerce_rest_invalid_shop_order_id",
    "webhooks-8.9.3/037": "woocommerce_rest_shop_order_invalid_id",
    "webhooks-8.9.3/038": "woocommerce_rest_shop_order_invalid_id",
}
TSHIRT = "Футболка «Козак» 🎽 XL & Co \"преміум\" 'люкс' alert(1)"


def key_of(one: Capture) -> str:
    return one.name.partition("-order.")[0]


def orders() -> list[Capture]:
    topics = ("order.created", "order.updated", "order.restored")
    return [one for one in signed() if one.topic in topics and key_of(one) not in ERRORS]


def order(number: int, version: str = "") -> IncomingOrder:
    one = capture(number, version)
    (change,) = WEBHOOKS.parse(one.topic, one.body)
    assert isinstance(change, IncomingOrder)
    return change


def test_every_signed_capture_has_its_reading() -> None:
    kinds = Counter[str]()
    for one in signed():
        if key_of(one) in ERRORS:
            kinds["error"] += 1
            continue
        changes = WEBHOOKS.parse(one.topic, one.body)
        kinds[type(changes[0]).__name__ if changes else "ignored"] += 1

    assert kinds == {
        "IncomingOrder": 165,
        "ListingChanged": 67,
        "OrderGone": 10,
        "error": 6,
        "ignored": 2,
    }


@pytest.mark.parametrize("one", orders(), ids=str)
def test_order_says_what_the_capture_says(one: Capture) -> None:
    data: dict[str, Any] = json.loads(one.body, parse_float=Decimal)
    (change,) = WEBHOOKS.parse(one.topic, one.body)
    assert isinstance(change, IncomingOrder)

    assert change.external_id == str(data["id"])
    assert change.number == data["number"]
    assert change.currency == data["currency"]
    assert change.total == Decimal(data["total"])
    assert change.note == data["customer_note"].strip()
    assert change.placed_at == datetime.fromisoformat(data["date_created_gmt"] + "Z")
    assert change.modified_at == datetime.fromisoformat(data["date_modified_gmt"] + "Z")
    assert change.placed_at.tzinfo is UTC
    assert [one.quantity for one in change.lines] == [
        Decimal(line["quantity"]) for line in data["line_items"]
    ]
    assert all("<" not in line.name and "&amp;" not in line.name for line in change.lines)
    assert change.phone == "" or change.phone.startswith("+380") or change.external_id == "81"


@pytest.mark.parametrize("one", orders(), ids=str)
def test_the_parts_of_every_order_make_its_total(one: Capture) -> None:
    """Exactly, without an exception.

    Gross lines before the discount, delivery, fees and minus the gross discount. Only a store that
    rounds taxes per line may differ by a kopiyka a line; none of the captured ones does.
    """
    (change,) = WEBHOOKS.parse(one.topic, one.body)
    assert isinstance(change, IncomingOrder)

    goods = sum((line.amount for line in change.lines), Decimal(0))
    assert goods + change.delivery_cost + change.fees - change.discount == change.total


@pytest.mark.parametrize("one", of_topic("product."), ids=str)
def test_product_says_what_the_capture_says(one: Capture) -> None:
    data: dict[str, Any] = json.loads(one.body)
    (change,) = WEBHOOKS.parse(one.topic, one.body)

    assert isinstance(change, ListingChanged)
    assert change.external_id == str(data["id"])
    # What a variation shows may be its product's.
    assert change.sku == (None if data["sku"] and data["type"] == "variation" else data["sku"])
    assert change.name
    assert "<" not in change.name
    assert "&amp;" not in change.name


@pytest.mark.parametrize("one", of_topic("order.deleted"), ids=str)
def test_trashing_tells_the_id_alone(one: Capture) -> None:
    (change,) = WEBHOOKS.parse(one.topic, one.body)

    assert change == OrderGone(str(json.loads(one.body)["id"]))


def test_deletions_are_told_by_two_actions_and_other_actions_are_ignored() -> None:
    def read(number: int) -> object:
        return WEBHOOKS.parse(capture(number).topic, capture(number).body)

    assert read(67) == (OrderGone("37"),)
    assert read(155) == (OrderGone("58"),)
    assert read(158) == (OrderGone("61"),)
    assert read(156) == ()
    assert read(157) == ()


@pytest.mark.parametrize("topic", ["", "coupon.updated", "coupon.deleted", "customer.created"])
def test_other_topics_are_none_of_our_business(topic: str) -> None:
    assert WEBHOOKS.parse(topic, b"not even JSON") == ()
    assert topic not in READERS


@pytest.mark.parametrize(("start", "code"), ERRORS.items())
def test_the_stores_own_error_is_malformed(start: str, code: str) -> None:
    (one,) = (one for one in signed() if one.name.startswith(f"{start}-"))

    with pytest.raises(MalformedPayloadError) as caught:
        WEBHOOKS.parse(one.topic, one.body)

    assert caught.value.problem == f"the store sent an error instead: {code}"


def test_cash_on_delivery() -> None:
    assert order(73) == IncomingOrder(
        external_id="43",
        number="43",
        state=PlatformState.ACTIVE,
        status="processing",
        placed_at=datetime(2026, 11, 22, 19, 19, 7, tzinfo=UTC),
        modified_at=datetime(2026, 11, 22, 19, 19, 8, tzinfo=UTC),
        currency="UAH",
        customer_name="Гість Сидоренко",
        phone="+380501112233",
        email="guest@example.test",
        delivery_method="Нова Пошта (відділення)",
        delivery_city="Київ",
        delivery_address="вул. Садова 7, 01001",
        payment_method="cod",
        payment_title="Оплата при отриманні",
        is_paid=False,
        note="Прошу подзвонити після 18:00",
        lines=(
            IncomingLine(
                external_id="66",
                product_external_id="10",
                sku="TSH-001",
                name=TSHIRT,
                quantity=Decimal(2),
                amount=Decimal("901.00"),
            ),
            IncomingLine(
                external_id="67",
                product_external_id="21",
                sku="HD-XL-ANY",
                name="Худі «Зима» з капюшоном - XL",
                quantity=Decimal(1),
                amount=Decimal("1350.00"),
            ),
        ),
        delivery_cost=Decimal("80.00"),
        discount=Decimal("225.10"),
        total=Decimal("2105.90"),
    )


def test_updated_before_created_tells_the_same() -> None:
    assert order(72).digest() == order(73).digest()


def test_variations_are_their_own_products() -> None:
    variations = order(25)

    assert [(line.product_external_id, line.sku) for line in variations.lines] == [
        ("19", "HD-M-BLK"),
        ("20", "HD"),  # without a SKU of its own: the parent's
        ("21", "HD-XL-ANY"),
    ]
    assert variations.is_paid


def test_coupon_and_fees() -> None:
    bought = order(18)

    assert bought.state is PlatformState.ACTIVE
    assert bought.discount == Decimal("165.05")
    assert bought.fees == Decimal("15.50")  # packing 25.50, and a regular's discount of 10
    assert bought.delivery_cost == Decimal("80.00")
    assert bought.total == Decimal("1580.95")
    assert bought.customer_name == "Олена Мар'яненко"
    assert bought.delivery_city == "Львів"
    assert bought.delivery_address == "Відділення №5, 79000"
    assert bought.lines[1].sku == "cof/250 г"


def test_lines_of_one_sku_stay_apart() -> None:
    lines = order(22).lines

    assert [(line.sku, line.quantity) for line in lines] == [
        ("TSH-001", Decimal(1)),
        ("TSH-001", Decimal(2)),
        ("TSH-001", Decimal(3)),
    ]
    assert len({line.external_id for line in lines}) == 3


@pytest.mark.parametrize("number", [174, 175])
def test_amounts_with_tax_are_gross(number: int) -> None:
    taxed = order(number)

    assert [line.amount for line in taxed.lines] == [Decimal("1351.50"), Decimal("99.99")]
    assert taxed.discount == Decimal("145.15")
    assert taxed.delivery_cost == Decimal("96.00")
    assert taxed.total == Decimal("1402.34")


@pytest.mark.parametrize("number", [177, 178])
def test_a_fee_with_tax_is_gross(number: int) -> None:
    taxed = order(number)

    assert [line.amount for line in taxed.lines] == [Decimal("450.50")]
    assert (taxed.fees, taxed.delivery_cost) == (Decimal("30.60"), Decimal("96.00"))


def test_another_currency() -> None:
    assert (order(47).currency, order(47).total) == ("USD", Decimal("450.50"))


def test_forty_lines() -> None:
    many = order(32)

    assert len(many.lines) == 40
    assert many.total == Decimal("32750.33")


def test_long_note_and_emoji_are_kept_whole() -> None:
    noted = order(190)

    assert noted.phone == "(067) 123-45-67 дзвоніть <i>"  # no number: as the customer wrote it
    assert len(noted.note) > 3000
    assert "\n" in noted.note
    assert "<" in noted.note  # raw: whoever shows it must escape it
    assert noted.note == order(189).note


def test_custom_number_and_status() -> None:
    numbered = order(169)

    assert (numbered.number, numbered.external_id) == ("UA-00075", "75")
    assert numbered.state is PlatformState.ACTIVE
    assert not numbered.is_paid


@pytest.mark.parametrize(
    ("number", "refunded", "state"),
    [
        (54, "405.45", PlatformState.ACTIVE),
        (55, "505.45", PlatformState.ACTIVE),
        (56, "1580.95", PlatformState.CANCELED),
        (66, "2351.50", PlatformState.CANCELED),
    ],
)
def test_refunds(number: int, refunded: str, state: PlatformState) -> None:
    assert order(number).refunded == Decimal(refunded)
    assert order(number).state is state


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (84, PlatformState.DRAFT),  # the payment was refused at the checkout
        (43, PlatformState.DRAFT),
        (45, PlatformState.DRAFT),
        (11, PlatformState.PENDING),
        (86, PlatformState.PENDING),
        (13, PlatformState.ACTIVE),  # on-hold
        (63, PlatformState.FAILED),
        (10, PlatformState.COMPLETED),
        (92, PlatformState.COMPLETED),  # born completed
        (57, PlatformState.CANCELED),
        (91, PlatformState.CANCELED),  # nobody paid in time
        (95, PlatformState.CANCELED),  # born in the trash
        (68, PlatformState.ACTIVE),  # restored
    ],
)
def test_states(number: int, state: PlatformState) -> None:
    assert order(number).state is state


def test_a_line_whose_product_was_deleted_has_neither_product_nor_sku() -> None:
    (line,) = order(71).lines

    assert (line.product_external_id, line.sku) == ("", "")
    assert (line.quantity, line.amount) == (Decimal(2), Decimal("20.00"))


def test_a_store_without_decimals() -> None:
    whole = order(226)

    assert [line.amount for line in whole.lines] == [Decimal("1352.00"), Decimal("100.00")]
    assert (whole.discount, whole.total) == (Decimal("145.00"), Decimal("1307.00"))


def test_cash_on_delivery_is_paid_once_completed() -> None:
    assert order(10).payment_method == "cod"
    assert order(10).is_paid  # completed
    assert order(57).payment_method == "cod"
    assert not order(57).is_paid  # completed once, cancelled since


def test_a_variation_of_the_catalogue() -> None:
    one = capture(111)

    assert WEBHOOKS.parse(one.topic, one.body) == (
        ListingChanged(
            external_id="18",
            sku=None,
            name="Худі «Зима» з капюшоном – S, Чорний",
            parent_external_id="17",
            price=Decimal("1199.00"),
            keeping=StockKeeping.OWN,
            stock=Decimal(55),
            modified_at=datetime(2026, 11, 22, 19, 21, 23, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize("number", [6, 24, 29, 54, 58])
def test_the_older_version_reads_alike(number: int) -> None:
    placed = order(number, "8.9.3")

    assert placed.state is PlatformState.ACTIVE
    assert placed.lines
    assert placed.number == placed.external_id


def test_the_older_version_begins_with_a_draft() -> None:
    assert order(22, "8.9.3").state is PlatformState.DRAFT
    assert order(40, "8.9.3").state is PlatformState.DRAFT
