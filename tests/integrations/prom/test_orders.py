"""What Prom.ua tells of an order is read in full."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.orders import IncomingLine, IncomingOrder, PlatformState
from domain.payments import AccountKind, preselected_account
from tests.integrations.prom.told import FIXTURES, parsed, sample

KYIV = "8d5a980d-391c-11dd-90d9-001a92567626"
LVIV = "db5c88f5-391c-11dd-90d9-001a92567626"
BRANCH = "1ec09d88-e1c2-11e3-8c4a-0050568002cf"
A_LOCKER = "b2000000-0000-11ee-9eb1-d4f5ef0df2b8"

PAID_ONLINE = IncomingOrder(
    external_id="417000302",
    number="417000302",
    state=PlatformState.ACTIVE,
    status="paid",
    placed_at=datetime(2026, 9, 14, 9, 2, 44, 100218, tzinfo=UTC),
    modified_at=datetime(2026, 9, 14, 9, 4, 20, 730004, tzinfo=UTC),
    currency="UAH",
    customer_name="Тарас Левченко",
    phone="+380671110033",
    delivery_method="Нова Пошта",
    delivery_city="м. Львів (Львівська обл.)",
    delivery_address='Поштомат "Нова Пошта" №40001: вул. Зразкова, 12',
    branch_ref=A_LOCKER,
    city_ref=LVIV,
    waybill_number="20451600012352",
    payment_method="evopay",
    payment_title="Пром-оплата",
    is_paid=True,
    wants_no_call=True,
    promotion="Дешева доставка",
    lines=(
        IncomingLine(
            external_id="2100000003",
            product_external_id="2100000003",
            sku="RK-2",
            name="Рушник махровий 50×90",
            quantity=Decimal(2),
            amount=Decimal(398),
            unit="шт.",
        ),
    ),
    total=Decimal(398),
)
BY_POST = IncomingOrder(
    external_id="417000301",
    number="417000301",
    state=PlatformState.ACTIVE,
    status="pending",
    placed_at=datetime(2026, 9, 14, 8, 21, 7, 482913, tzinfo=UTC),
    modified_at=datetime(2026, 9, 14, 8, 21, 8, 15522, tzinfo=UTC),
    currency="UAH",
    customer_name="Оксана Вербицька",
    phone="+380501110022",
    delivery_method="Нова Пошта",
    delivery_city="м. Київ",
    delivery_address="№1: вул. Пирогівський шлях, 135",
    branch_ref=BRANCH,
    city_ref=KYIV,
    payment_title="Наложенный платеж",
    note="Прошу покласти подарунковий пакет",
    lines=(
        IncomingLine(
            external_id="2100000001",
            product_external_id="2100000001",
            sku="KR-500-B",
            name="Кружка керамічна 500 мл синя",
            quantity=Decimal(2),
            amount=Decimal("800.50"),
            unit="шт.",
        ),
        IncomingLine(
            external_id="2100000002",
            product_external_id="2100000002",
            sku="LN-01",
            name="Ложка чайна, 6 шт.",
            quantity=Decimal(1),
            amount=Decimal(450),
            unit="упаковка",
        ),
    ),
    total=Decimal("1250.50"),
)
BY_COURIER = IncomingOrder(
    external_id="417000298",
    number="417000298",
    state=PlatformState.ACTIVE,
    status="custom-137000",
    placed_at=datetime(2026, 9, 13, 17, 40, 1, 551, tzinfo=UTC),
    modified_at=datetime(2026, 9, 14, 7, 15, 33, 902100, tzinfo=UTC),
    currency="UAH",
    customer_name="Ірина Павлівна Дорошенко",
    phone="+380931110044",
    email="buyer@example.com",
    delivery_method="Кур'єр Нової Пошти",
    delivery_city="м. Київ",
    delivery_address="вул. Хрещатик, 10, кв. 4",
    recipient_name="Олег Дорошенко",
    recipient_phone="+380631110055",
    city_ref=KYIV,
    payment_title="Оплата на рахунок",
    lines=(
        IncomingLine(
            external_id="2100000004",
            product_external_id="2100000004",
            sku="PL-9",
            name="Пилосос акумуляторний",
            quantity=Decimal(1),
            amount=Decimal(12400),
            unit="шт.",
        ),
    ),
    delivery_cost=Decimal(105),
    total=Decimal(12505),
)
CANCELED = IncomingOrder(
    external_id="417000290",
    number="417000290",
    state=PlatformState.CANCELED,
    status="canceled",
    placed_at=datetime(2026, 9, 12, 11, 0, 0, 250000, tzinfo=UTC),
    modified_at=datetime(2026, 9, 12, 12, 30, 10, 1, tzinfo=UTC),
    currency="UAH",
    customer_name="Марко Сорока",
    phone="+380661110066",
    delivery_method="Укрпошта",
    delivery_city="м. Ужгород",
    delivery_address="відділення 88000",
    payment_title="Післяплата",
    cancellation="Покупець відмовився (buyer)",
    lines=(
        IncomingLine(
            external_id="2100000005",
            product_external_id="2100000005",
            sku="",
            name="Наліпка",
            quantity=Decimal(1),
            amount=Decimal(39),
            unit="шт.",
        ),
    ),
    total=Decimal(39),
)


@pytest.mark.parametrize("expected", [PAID_ONLINE, BY_POST, BY_COURIER, CANCELED])
def test_every_sample_is_read_in_full(expected: IncomingOrder) -> None:
    assert parsed(sample(int(expected.external_id))) == expected


def test_one_order_says_the_same_as_in_the_list() -> None:
    answer = json.loads((FIXTURES / "order_get.response.json").read_text())

    assert parsed(answer["order"]).digest() == parsed(sample(417000301)).digest()


@pytest.mark.parametrize(
    ("order", "paid_to"),
    [
        (PAID_ONLINE, AccountKind.CARD),
        (BY_POST, AccountKind.COD),
        (BY_COURIER, AccountKind.IBAN),
        (CANCELED, AccountKind.COD),
    ],
)
def test_how_it_is_paid_says_where_the_money_goes(
    order: IncomingOrder, paid_to: AccountKind
) -> None:
    kind = preselected_account(order.payment_method, order.payment_title, is_paid=order.is_paid)

    assert kind is paid_to


# --- states and payments -------------------------------------------------------------------------


def payment(status: str) -> dict[str, str]:
    return {"type": "evopay", "status": status, "status_modified": "2026-09-14T09:04:20+00:00"}


@pytest.mark.parametrize(
    ("status", "paid", "state"),
    [
        ("draft", None, PlatformState.DRAFT),
        ("pending", None, PlatformState.ACTIVE),
        ("pending", "unpaid", PlatformState.PENDING),
        ("pending", "paid", PlatformState.ACTIVE),
        ("pending", "something new", PlatformState.ACTIVE),
        ("paid", None, PlatformState.ACTIVE),
        ("paid", "unpaid", PlatformState.ACTIVE),
        ("received", "unpaid", PlatformState.ACTIVE),
        ("custom-137639", None, PlatformState.ACTIVE),
        ("never heard of", None, PlatformState.ACTIVE),
        ("delivered", "paid_out", PlatformState.COMPLETED),
        ("canceled", None, PlatformState.CANCELED),
        ("waiting_loan_approval", "unpaid", PlatformState.PENDING),
        ("loan_approved", "unpaid", PlatformState.ACTIVE),
        ("loan_rejected", "unpaid", PlatformState.FAILED),
        ("delivered", "refunded", PlatformState.CANCELED),
        ("paid", "refunded", PlatformState.CANCELED),
        ("draft", "refunded", PlatformState.DRAFT),
    ],
)
def test_states(status: str, paid: str | None, state: PlatformState) -> None:
    order = parsed(sample(status=status, payment_data=paid and payment(paid)))

    assert (order.state, order.status) == (state, status)


@pytest.mark.parametrize(
    ("status", "is_paid", "refunded"),
    [("paid", True, 0), ("paid_out", True, 0), ("unpaid", False, 0), ("refunded", False, 12505)],
)
def test_online_payments(status: str, is_paid: bool, refunded: int) -> None:
    order = parsed(sample(payment_data=payment(status)))

    assert (order.is_paid, order.payment_method) == (is_paid, "evopay")
    assert order.refunded == refunded


# --- people --------------------------------------------------------------------------------------

OLEH = {"first_name": "Олег", "last_name": "Дорошенко", "second_name": "", "phone": "0631110055"}
IRYNA = {"first_name": "ІРИНА", "last_name": "Дорошенко", "phone": "093 111-00-44"}


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ({}, ("", "")),
        (None, ("", "")),
        (OLEH, ("Олег Дорошенко", "+380631110055")),
        (IRYNA, ("", "")),  # without her patronymic, and written otherwise
        (IRYNA | {"phone": None}, ("", "")),
        (IRYNA | {"phone": "+380631110055"}, ("ІРИНА Дорошенко", "+380631110055")),
        (OLEH | {"phone": "+380931110044"}, ("Олег Дорошенко", "+380931110044")),
        (OLEH | {"phone": ""}, ("Олег Дорошенко", "")),
        ({"phone": "+380631110055"}, ("", "+380631110055")),
    ],
)
def test_a_recipient_is_told_when_it_is_somebody_else(
    recipient: Any, expected: tuple[str, str]
) -> None:
    order = parsed(sample(delivery_recipient=recipient))

    assert (order.recipient_name, order.recipient_phone) == expected


def test_the_clients_card_says_who_ordered_when_the_order_does_not() -> None:
    nobody = dict.fromkeys(("client_first_name", "client_second_name", "client_last_name", "phone"))
    order = parsed(sample() | nobody)

    assert (order.customer_name, order.phone) == ("Ірина Павлівна Дорошенко", "+380931110044")


def test_nobody_at_all_is_an_order_too() -> None:
    order = parsed({"id": 1, "status": "pending", "price": "5 грн", "date_created": "2026-09-14"})

    assert (order.customer_name, order.phone, order.lines) == ("", "", ())
    assert (order.total, order.fees) == (Decimal(5), Decimal(5))


# --- wishes, promotions, goods -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "promotion"),
    [
        ({"ps_promotion": None}, ""),
        ({"has_order_promo_free_delivery": True}, "Безкоштовна доставка"),
        (
            {"ps_promotion": {"name": "Знижка дня"}, "has_order_promo_free_delivery": True},
            "Знижка дня, Безкоштовна доставка",
        ),
        ({"special_offer_promocode": "ЗИМА"}, "Промокод ЗИМА"),
    ],
)
def test_promotions(values: dict[str, Any], promotion: str) -> None:
    assert parsed(sample(**values)).promotion == promotion


@pytest.mark.parametrize(
    ("cancellation", "text"),
    [
        ({"title": "Немає товару", "initiator": None}, "Немає товару"),
        ({"title": "", "initiator": "buyer"}, "(buyer)"),
        ({}, ""),
    ],
)
def test_why_it_was_canceled(cancellation: dict[str, Any], text: str) -> None:
    assert parsed(sample(cancellation=cancellation)).cancellation == text


def goods(**values: Any) -> dict[str, Any]:
    row: dict[str, Any] = {**sample()["products"][0], "total_price": None, "price": "10 грн"}
    return row | values


@pytest.mark.parametrize(
    ("row", "read", "expected"),
    [
        (goods(sku=""), "sku", "SO7001"),
        (goods(sku="", external_id=""), "sku", ""),
        (goods(name_multilang=None), "name", "Пилосос акумуляторний"),
        (goods(name_multilang={"uk": "", "ru": "Пылесос"}, name="П"), "name", "П"),
        (goods(name_multilang={"uk": "Кабель 5 < 6 & <b>"}), "name", "Кабель 5 < 6 & <b>"),
        (goods(quantity=1.5), "quantity", Decimal("1.5")),
        (goods(quantity=0.1 + 0.2), "quantity", Decimal("0.3")),
        (goods(quantity=1.5), "amount", Decimal(15)),
        (goods(quantity=3, price="3,35 грн"), "amount", Decimal("10.05")),
        (goods(quantity=3, total_price="10 грн"), "amount", Decimal(10)),
        (goods(price=None), "amount", Decimal(0)),
        (goods(measure_unit=None), "unit", ""),
        (goods(measure_unit="погонний метр довжини"), "unit", "погонний метр д…"),
        (goods(id=None), "product_external_id", ""),
        (goods(id=None), "external_id", "0"),
    ],
)
def test_goods(row: dict[str, Any], read: str, expected: object) -> None:
    (line,) = parsed(sample(products=[row])).lines

    assert getattr(line, read) == expected


def test_lines_of_one_product_keep_their_ids_when_read_again() -> None:
    rows = [goods(), goods(id=7), goods(price="9 грн"), goods(id=None), goods(id=None), goods()]

    first, again = parsed(sample(products=rows)), parsed(sample(products=rows))

    ids = [line.external_id for line in first.lines]
    assert ids == ["2100000004", "7", "2100000004-2", "0", "0-2", "2100000004-3"]
    assert first.digest() == again.digest()


# --- times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("created", "modified", "expected"),
    [
        ("2026-09-14T08:21:07+00:00", None, (8, 8)),
        ("2026-09-14T08:21:07", "2026-09-14T12:21:07.5+03:00", (8, 9)),
        (None, "2026-09-14T09:21:07Z", (9, 9)),
    ],
)
def test_times_are_utc_with_and_without_a_fraction(
    created: str | None, modified: str | None, expected: tuple[int, int]
) -> None:
    order = parsed(sample(date_created=created, date_modified=modified))

    assert (order.placed_at.hour, order.modified_at.hour) == expected
    assert order.placed_at.tzinfo is order.modified_at.tzinfo is UTC
