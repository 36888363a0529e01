"""Done as buyers and sellers do it, each sample of Prom.ua's API comes out as it is."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from sandbox.prom import Buyer, Order, PromCabinet
from sandbox.prom.model import (
    COURIER,
    LOCKER,
    PROM_PAYMENT,
    TO_ACCOUNT,
    UKRPOSHTA,
)
from tests.sandbox.prom.caller import NBSP, Caller, sample

ORDERS = sample("orders_list.response")["orders"]
CUPS, VACUUM = 417000301, 417000298
OKSANA = Buyer(first_name="Оксана", second_name="", last_name="Вербицька", phone="+380501110022")


@pytest.fixture
async def shop() -> AsyncIterator[Caller]:
    """The goods of the samples, and their four orders."""
    at = datetime(2026, 9, 10, 6, 0, tzinfo=UTC)
    async with (
        PromCabinet(clock=lambda: at) as cabinet,
        aiohttp.ClientSession() as session,
    ):
        group = cabinet.add_group("Посуд", name_ru="Посуда")
        cup = cabinet.add_product(
            sku="KR-500-B",
            name="Кружка керамічна 500 мл синя",
            name_ru="Кружка керамическая 500 мл синяя",
            price=Decimal("400.25"),
            stock=7,
            external_id="SO5912",
            group_id=group.id,
        )
        cup.keywords, cup.description, cup.modified_at = "кружка, чашка", "<p>Кружка</p>", at
        for sku, name, name_ru, price, external_id, unit in (
            ("LN-01", "Ложка чайна, 6 шт.", "Ложка чайная, 6 шт.", 450, "", "упаковка"),
            ("RK-2", "Рушник махровий 50×90", "Полотенце махровое 50×90", 199, "SO5913", "шт."),
            ("PL-9", "Пилосос акумуляторний", "Пылесос аккумуляторный", 12400, "SO7001", "шт."),
            ("", "Наліпка", "Наклейка", 39, "", "шт."),
        ):
            cabinet.add_product(
                sku=sku,
                name=name,
                name_ru=name_ru,
                price=Decimal(price),
                stock=1,
                external_id=external_id,
                unit=unit,
            )
        _place_the_orders(cabinet)
        yield Caller(cabinet, session)


def _place_the_orders(cabinet: PromCabinet) -> None:
    marko = Buyer(first_name="Марко", last_name="Сорока", phone="+380661110066")
    sticker = cabinet.place_order(
        lines=[(2100000005, 1)], buyer=marko, delivery=UKRPOSHTA, source="bigl"
    )
    cabinet.cancel(sticker.id)
    iryna = Buyer(
        first_name="Ірина",
        second_name="Павлівна",
        last_name="Дорошенко",
        phone="+380931110044",
        email="buyer@example.com",
    )
    oleh = Buyer(first_name="Олег", second_name="", last_name="Дорошенко", phone="+380631110055")
    vacuum = cabinet.place_order(
        lines=[("PL-9", 1)],
        buyer=iryna,
        recipient=oleh,
        delivery=COURIER,
        payment=TO_ACCOUNT,
        status="custom-137000",
        source="company_site",
    )
    cups = cabinet.place_order(
        lines=[("KR-500-B", 2), ("LN-01", 1)],
        buyer=OKSANA,
        recipient=OKSANA,
        note="Прошу покласти подарунковий пакет",
    )
    cups.utm = ("cpc", "google", "sample_campaign")
    towels = cabinet.place_order(
        lines=[("RK-2", 2)],
        buyer=Buyer(first_name="Тарас", last_name="Левченко", phone="+380671110033"),
        delivery=LOCKER,
        payment=PROM_PAYMENT,
        promotion="Дешева доставка",
        do_not_call=True,
        source="mobile_catalog_app",
    )
    cabinet.pay(towels.id)
    cabinet.send_parcel(towels.id, "20451600012352")
    cabinet.move_parcel(towels.id, "on_the_way")
    cabinet.orders.clear()
    for order, theirs in zip((towels, cups, vacuum, sticker), ORDERS, strict=True):
        _number(cabinet, order, theirs)


def _number(cabinet: PromCabinet, order: Order, theirs: Mapping[str, Any]) -> None:
    """Give an order the ids and the times of its sample; all else is to come by itself."""
    order.id, order.client_id = theirs["id"], theirs["client_id"]
    order.created_at = datetime.fromisoformat(theirs["date_created"])
    order.modified_at = datetime.fromisoformat(theirs["date_modified"])
    if theirs["payment_data"]:
        order.payment_at = datetime.fromisoformat(theirs["payment_data"]["status_modified"])
    cabinet.orders[order.id] = order


async def test_orders(shop: Caller) -> None:
    assert await shop.told(f"/orders/{CUPS}") == sample("order_get.response")
    # What the seller calls a payment is one in a cabinet, and two in the sample.
    names = ["Пром-оплата", "Наложенный платеж", "Оплата на рахунок", "Наложенный платеж"]
    wanted = [
        order | {"payment_option": order["payment_option"] | {"name": name}}
        for order, name in zip(ORDERS, names, strict=True)
    ]
    assert await shop.told("/orders/list") == {"orders": wanted}
    assert await shop.told("/orders/list", date_from="2030-01-01T00:00:00") == sample(
        "orders_list.empty.response"
    )


async def test_goods(shop: Caller) -> None:
    group, cup = 120000001, 2100000001
    assert await shop.told("/groups/list") == sample("groups_list.response")
    assert await shop.told("/products/list", group_id=group) == sample("products_list.response")
    assert await shop.told(f"/products/{cup}") == sample("product_get.response")
    assert await shop.told("/products/by_external_id/SO5912") == sample("product_get.response")


async def test_lists_of_reference(shop: Caller) -> None:
    assert await shop.told("/order_status_options/list") == sample("order_status_options.response")
    assert await shop.told("/delivery_options/list") == sample("delivery_options.response")
    options = await shop.told("/payment_options/list")
    assert options["payment_options"][:3] == sample("payment_options.response")["payment_options"]
    found = await shop.told("/clients/list", search_term="вербицька")
    (wanted,) = sample("clients_list.response")["clients"]
    wanted |= {"orders_count": 1, "total_payout": f"1{NBSP}250,50{NBSP}грн"}
    assert found == {"clients": [wanted]}
    assert await shop.told(f"/clients/{wanted['id']}") == {"client": wanted}


async def test_writing(shop: Caller) -> None:
    for case in sample("products_edit")["cases"]:
        answer = await shop.told(case["path"], case["request"])
        assert answer == case["response"]["body"], case
    cup = shop.cabinet.products[2100000001]
    assert (cup.price, cup.stock) == (Decimal("410.0"), 5)

    async def same(path: str, case: Any) -> None:
        assert await shop.told(path, case["request"]) == case["response"]["body"], case

    status = "/orders/set_status"
    refused, partly, again = sample("set_status.refused")["cases"]
    await same(status, refused)
    await same(status, partly)
    shop.cabinet.set_status(CUPS, "pending")
    await same(status, sample("set_status.received"))
    await same(status, again)
    shop.cabinet.set_status(VACUUM, "pending")
    await same(status, sample("set_status.custom"))
    first, twice, in_russian = sample("save_declaration_id")["cases"]
    await same("/delivery/save_declaration_id", first)
    await same("/delivery/save_declaration_id", twice)
    del shop.headers["X-LANGUAGE"]
    await same("/delivery/save_declaration_id", twice | in_russian)
    await same(status, sample("set_status.canceled"))
    order = await shop.told(f"/orders/{CUPS}")
    assert order["order"]["cancellation"]["title"] == "Товару немає в наявності"
