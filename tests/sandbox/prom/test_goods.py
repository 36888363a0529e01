"""Groups and products of the simulated cabinet."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.prom.model import ROOT_GROUP
from tests.sandbox.prom.caller import Caller

VACUUM, CUP = 2100000002, 2100000001


async def test_without_a_group_only_what_lies_outside_them_is_listed(prom: Caller) -> None:
    add = prom.cabinet.add_product
    dishes = prom.cabinet.add_group("Посуд", name_ru="Посуда")
    cups = prom.cabinet.add_group("Чашки", dishes)
    goods = [
        add(sku=f"A-{group}", name="Річ", price=None, stock=None, group_id=group).id
        for group in (ROOT_GROUP, dishes.id, cups.id)
    ]

    assert await prom.ids("/products/list") == [goods[0], VACUUM, CUP]
    assert await prom.ids("/products/list", group_id=ROOT_GROUP) == [goods[0], VACUUM, CUP]
    assert await prom.ids("/products/list", group_id=dishes.id) == [goods[1]]
    assert await prom.ids("/products/list", group_id=cups.id) == [goods[2]]
    assert await prom.ids("/products/list", group_id=1) == []

    groups = (await prom.told("/groups/list"))["groups"]
    assert [(each["name"], each["parent_group_id"]) for each in groups] == [
        ("Чашки", dishes.id),
        ("Посуд", ROOT_GROUP),
    ]
    assert await prom.ids("/groups/list", limit=1, last_id=dishes.id) == [dishes.id]
    prom.cabinet.lists_root_group = True
    assert await prom.ids("/groups/list") == [cups.id, dishes.id, ROOT_GROUP]
    shown = (await prom.told(f"/products/{goods[0]}"))["product"]
    assert (shown["group"]["id"], shown["price"], shown["quantity_in_stock"]) == (
        ROOT_GROUP,
        None,
        None,
    )
    assert (await prom.told(f"/products/{CUP}"))["product"]["group"] is None


async def test_lists_by_word_and_by_time_of_change(prom: Caller) -> None:
    cup = prom.cabinet.products[CUP]
    prom.cabinet.let_pass(timedelta(hours=1))
    prom.cabinet.edit_product(cup, stock=3, presence="waiting", status="not_on_display")

    changed = await prom.ids("/products/list", last_modified_from="2026-09-14T08:30:00")
    assert changed == [CUP]
    assert await prom.ids("/products/list", search_term="пило") == [VACUUM]
    assert await prom.ids("/products/list", limit=1, last_id=CUP) == [CUP]
    shown = (await prom.told(f"/products/{CUP}"))["product"]
    assert (shown["presence"], shown["status"], shown["quantity_in_stock"]) == (
        "waiting",
        "not_on_display",
        3,
    )


async def test_a_deleted_product_is_gone(prom: Caller) -> None:
    cup = prom.cabinet.products[CUP]
    cup.external_id = "SO 5912/1"
    assert (await prom.told("/products/by_external_id/SO 5912%2F1"))["product"]["id"] == CUP
    prom.cabinet.delete_product(cup)

    assert await prom.ids("/products/list") == [VACUUM]
    for path in (f"/products/{CUP}", "/products/by_external_id/SO 5912%2F1", "/products/1"):
        assert (await prom.ask(path))[:2] == (404, "text/html"), path
    edited = await prom.told("/products/edit", [{"id": CUP, "quantity_in_stock": 1}])
    assert edited == {"processed_ids": [], "errors": {str(CUP): "Товар не знайдено"}}


async def test_variations_know_their_base(prom: Caller) -> None:
    base = prom.cabinet.products[CUP]
    blue, red = (
        prom.cabinet.add_product(sku=sku, name=sku, price=Decimal(1), stock=1, base=base)
        for sku in ("BLUE", "RED")
    )
    assert await prom.ids("/products/list") == [red.id, blue.id, VACUUM, CUP]
    shown = [
        (await prom.told(f"/products/{each}"))["product"] for each in (CUP, blue.id, red.id, VACUUM)
    ]
    assert [each["is_variation"] for each in shown] == [False, True, True, False]
    assert [each["variation_base_id"] for each in shown] == [None, CUP, CUP, None]
    groups = [each["variation_group_id"] for each in shown]
    assert groups[0] == groups[1] == groups[2] != groups[3] is None


async def test_each_item_of_an_edit_is_told_of_by_itself(prom: Caller) -> None:
    cup, vacuum = prom.cabinet.products.values()
    cup.external_id = "SO5912"
    prom.cabinet.refusals[VACUUM] = "Товар на модерації"
    before = cup.modified_at
    items = [
        {"id": CUP, "quantity_in_stock": 0, "presence": "not_available", "quantity": 99},
        {"id": VACUUM, "quantity_in_stock": 9},
        {"id": 1, "quantity_in_stock": 9},
        {"quantity_in_stock": 9},
    ]
    assert await prom.told("/products/edit", items) == {
        "processed_ids": [CUP],
        "errors": {
            str(VACUUM): "Товар на модерації",
            "1": "Товар не знайдено",
            "None": "Товар не знайдено",
        },
    }
    assert (cup.stock, cup.presence, vacuum.stock) == (0, "not_available", 2)
    assert cup.modified_at > before
    prom.cabinet.refusals.clear()
    wanted = [{"id": "SO5912", "quantity_in_stock": 4}, {"id": "", "quantity_in_stock": 4}]
    answer = await prom.told("/products/edit_by_external_id", wanted)
    assert (answer["processed_ids"], [*answer["errors"]]) == (["SO5912"], [""])


@pytest.mark.parametrize(
    "field",
    [
        {"quantity_in_stock": -1},
        {"quantity_in_stock": 1.5},
        {"quantity_in_stock": "7"},
        {"presence": "out_of_stock"},
        {"status": "editing_required"},
        {"in_stock": 1},
        {"price": 0},
        {"price": "10 грн"},
        {"name": "а" * 111},
        {"keywords": "а" * 1025},
    ],
)
async def test_a_value_that_will_not_do_changes_nothing(
    prom: Caller, field: dict[str, object]
) -> None:
    cup = prom.cabinet.products[CUP]
    answer = await prom.told("/products/edit", [{"id": CUP, "description": "Нове", **field}])
    (name,) = field
    assert answer == {"processed_ids": [], "errors": {str(CUP): f"Некоректне значення: {name}"}}
    assert (cup.description, cup.stock) == ("", 7)


@pytest.mark.parametrize(
    "body", [{"id": CUP}, [[CUP]], [CUP], [{"id": CUP}] * 101, "text"], ids=str
)
async def test_only_a_short_bare_list_is_taken(prom: Caller, body: object) -> None:
    refused = {"errors": {"error": "Ожидается список товаров"}}
    assert await prom.told("/products/edit", body) == refused


async def test_addresses_are_the_shops_own(prom: Caller) -> None:
    prom.cabinet.site = "https://posud.prom.ua"
    cup = prom.cabinet.products[CUP]
    order = prom.cabinet.place_order(lines=[(CUP, 1)])
    cup.image = ""

    (line,) = (await prom.told(f"/orders/{order.id}"))["order"]["products"]
    assert line["url"] == f"https://posud.prom.ua/ua/p{CUP}-sample.html"
    shown = (await prom.told(f"/products/{CUP}"))["product"]
    assert (line["image"], shown["main_image"], shown["images"]) == (None, None, [])
