"""Where an order of Prom.ua goes: city, address, and what the carrier calls them."""

from decimal import Decimal
from typing import Any

import pytest

from domain.orders import IncomingOrder, PlatformState
from sandbox.prom import Buyer, PromCabinet
from sandbox.prom.model import (
    COURIER,
    LOCKER,
    PICKUP,
    PROM_PAYMENT,
    UKRPOSHTA,
    WAREHOUSE,
    Delivery,
    SpecialOffer,
)
from sandbox.prom.render import Renderer
from tests.integrations.prom.told import parsed, sample

KYIV = "8d5a980d-391c-11dd-90d9-001a92567626"
LVIV = "db5c88f5-391c-11dd-90d9-001a92567626"
BRANCH = "1ec09d88-e1c2-11e3-8c4a-0050568002cf"
A_LOCKER = "b2000000-0000-11ee-9eb1-d4f5ef0df2b8"


async def rendered(delivery: Delivery | None, **values: Any) -> IncomingOrder:
    """An order of the simulated cabinet."""
    cabinet = PromCabinet()
    cabinet.add_product(sku="A", name="Чашка", price=Decimal(1250), stock=9)
    order = cabinet.place_order(lines=[("A", 2)], delivery=delivery)
    for name, value in values.items():
        setattr(order, name, value)
    return parsed(Renderer("uk", cabinet).order(order))


@pytest.mark.parametrize(
    ("delivery", "method", "place", "refs"),
    [
        (WAREHOUSE, "Нова Пошта", ("м. Київ", "№1: вул. Пирогівський шлях, 135"), (BRANCH, KYIV)),
        (
            LOCKER,
            "Нова Пошта",
            ("м. Львів (Львівська обл.)", 'Поштомат "Нова Пошта" №40001: вул. Зразкова, 12'),
            (A_LOCKER, LVIV),
        ),
        (COURIER, "Кур'єр Нової Пошти", ("м. Київ", "вул. Хрещатик, 10, кв. 4"), ("", KYIV)),
        (UKRPOSHTA, "Укрпошта", ("м. Ужгород", "відділення 88000"), ("", "")),
        (PICKUP, "Самовивіз", ("", ""), ("", "")),
        (None, "", ("", ""), ("", "")),
    ],
)
async def test_every_delivery_of_the_simulated_cabinet(
    delivery: Delivery | None, method: str, place: tuple[str, str], refs: tuple[str, str]
) -> None:
    order = await rendered(delivery)

    assert order.delivery_method == method
    assert (order.delivery_city, order.delivery_address) == place
    assert (order.branch_ref, order.city_ref) == refs
    assert order.delivery_cost == (delivery.cost if delivery else 0)
    assert order.total == 2500 + order.delivery_cost


async def test_an_online_order_of_the_simulated_cabinet() -> None:
    order = await rendered(
        LOCKER,
        payment=PROM_PAYMENT,
        payment_status="unpaid",
        recipient=Buyer(first_name="Олег", last_name="Дорошенко", phone="+380631110055"),
        declaration="20451600012345",
        promotion="Дешева доставка",
        has_free_delivery=True,
        special_offer=SpecialOffer(Decimal(500), "ЗИМА"),
        cancellation=("Дублікат", "seller"),
    )

    assert (order.state, order.is_paid) == (PlatformState.PENDING, False)
    assert (order.recipient_name, order.recipient_phone) == ("Олег Дорошенко", "+380631110055")
    assert (order.waybill_number, order.cancellation) == ("20451600012345", "Дублікат (seller)")
    assert order.promotion == "Дешева доставка, Промокод ЗИМА"
    assert (order.total, order.discount, order.delivery_cost) == tuple(map(Decimal, (2000, 500, 0)))


@pytest.mark.parametrize(
    ("text", "known", "place"),
    [
        (
            "смт. Назва (Київська обл.), №2 (до 30 кг): вул. Мала, 6",
            "",
            ("смт. Назва (Київська обл.)", "№2 (до 30 кг): вул. Мала, 6"),
        ),
        (
            "с. Назва (Черкаська обл., Уманський р-н), Пункт приймання-видачі (до 30 кг): вул. А",
            "с. Назва (Черкаська обл.)",
            ("с. Назва (Черкаська обл.)", "Пункт приймання-видачі (до 30 кг): вул. А"),
        ),
        ("Київ, №1: вул. Нова, 1", "м. Київ", ("м. Київ", "№1: вул. Нова, 1")),
        ("м. Буча, №1: вул. Нова, 1", "м. Київ", ("м. Київ", "м. Буча, №1: вул. Нова, 1")),
        ("Миколаїв, вул. Нова, 1", "", ("", "Миколаїв, вул. Нова, 1")),
        ("місто Миколаїв, вул. Нова, 1", "", ("місто Миколаїв", "вул. Нова, 1")),
        ("54000, м. Миколаїв", "", ("", "54000, м. Миколаїв")),
        ("м. Київ (правий, №1", "м. Київ", ("м. Київ", "м. Київ (правий, №1")),
        ("м. Київ", "", ("м. Київ", "")),
        ("", "м. Київ", ("м. Київ", "")),
    ],
)
def test_the_city_is_told_apart_from_the_address(
    text: str, known: str, place: tuple[str, str]
) -> None:
    carrier = {"provider": "nova_poshta", "recipient_address": {"city_name": known}}
    order = parsed(sample(delivery_address=text, delivery_provider_data=carrier))

    assert (order.delivery_city, order.delivery_address) == place


def test_a_street_takes_the_place_of_an_address_that_nobody_wrote() -> None:
    courier = sample()["delivery_provider_data"]

    order = parsed(sample(delivery_address="м. Київ", delivery_provider_data=courier))

    assert order.delivery_address == "вул. Хрещатик, 10, кв. 4"


@pytest.mark.parametrize(
    ("provider", "refs"),
    [("nova_poshta", (BRANCH, KYIV)), ("rozetka_delivery", ("", "")), ("meest", ("", ""))],
)
def test_only_nova_poshta_has_refs(provider: str, refs: tuple[str, str]) -> None:
    carrier = {
        "provider": provider,
        "recipient_warehouse_id": None,
        "declaration_number": "PRM-723",
        "recipient_address": {"city_id": KYIV, "warehouse_id": BRANCH},
    }
    order = parsed(sample(delivery_provider_data=carrier))

    assert (order.branch_ref, order.city_ref) == refs
    assert order.waybill_number == "PRM-723"
