"""The catalogue as a store lists it, and stock as it is told."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.errors import RequestRefusedError, UnavailableError
from domain.orders import ListingChanged, ListingGone
from domain.shops import NOT_COUNTED, StockKeeping, StockLevel
from integrations.base import CataloguePage
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.products import parse_product, parse_variation
from integrations.woocommerce.webhook import WooCommerceWebhooks
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.model import Product
from sandbox.woocommerce.php import php_json
from tests.integrations.woocommerce.captures import capture, rest_body
from tests.integrations.woocommerce.stores import Clock, account

WEBHOOKS = WooCommerceWebhooks()


def add_hoodie(store: WooCommerceStore, sku: str = "HD", count: int = 2) -> Product:
    """A variable product; its last variation has no SKU of its own."""
    sizes = [f"S{n}" for n in range(count)]
    parent = store.add_variable_product(
        sku=sku,
        name="Худі <b>«Зима»</b> &amp; Co",
        options={"Розмір": sizes, "Колір": ["Чорний"]},
        picture=("mug", "#336699"),
    )
    for size in sizes:
        store.add_variation(
            parent,
            chosen={"Розмір": size, "Колір": "Чорний"},
            sku="" if size == sizes[-1] else f"{sku}-{size}",
            price=Decimal("1200.50"),
            stock=7,
        )
    return parent


async def read(
    client: WooCommerceClient, store: WooCommerceStore, cursor: str = ""
) -> list[CataloguePage]:
    pages: list[CataloguePage] = []
    while not pages or cursor:
        pages.append(await client.catalogue_page(account(store.url), cursor))
        cursor = pages[-1].cursor
    return pages


async def test_goods_of_all_kinds(client: WooCommerceClient, store: WooCommerceStore) -> None:
    store.add_product(sku="", name="Наліпка", price=Decimal(0), stock=None)
    parent = add_hoodie(store)
    first, second = store.variations(parent)

    (page,) = await read(client, store)

    assert (page.cursor, page.total) == ("", 3)
    assert [(one.sku, one.name, one.keeping, one.stock) for one in page.listings] == [
        ("TSH-001", "Футболка XL", StockKeeping.OWN, Decimal(5)),
        ("", "Наліпка", StockKeeping.NONE, None),
        ("HD-S0", "Худі «Зима» & Co – S0, Чорний", StockKeeping.OWN, Decimal(7)),
        ("", "Худі «Зима» & Co – S1, Чорний", StockKeeping.OWN, Decimal(7)),
    ]
    assert page.listings[2] == ListingChanged(
        external_id=str(first.id),
        sku="HD-S0",
        name="Худі «Зима» & Co – S0, Чорний",
        parent_external_id=str(parent.id),
        price=Decimal("1200.50"),
        image_url=store.picture_url("HD"),
        keeping=StockKeeping.OWN,
        stock=Decimal(7),
        modified_at=store.now(),
    )
    body = php_json(store.renderer.product(second)).encode()
    (told,) = WEBHOOKS.parse("product.updated", body)
    assert isinstance(told, ListingChanged)
    assert told.name == page.listings[3].name  # the same from a webhook, but for what it hides
    assert (told.sku, told.parent_external_id) == (None, str(parent.id))


async def test_what_is_deleted_while_the_catalogue_is_read_hides_nothing(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    for n in range(260):
        store.add_product(sku=f"P-{n}", name=f"Товар {n}", price=Decimal(1), stock=1)
    shop = account(store.url)

    first = await client.catalogue_page(shop, "")
    for n in range(70):
        await store.delete_product(f"P-{n}")
    await store.trash_product("P-98")  # the last one that was read
    store.add_product(sku="NEW", name="Новий", price=Decimal(1), stock=1)
    rest = await read(client, store, first.cursor)

    assert [one.sku for one in first.listings] == ["TSH-001", *(f"P-{n}" for n in range(99))]
    assert first.total == 261
    assert len(store.calls()) == 1 + 4  # the first of the four looks where it was, in vain
    skus = [one.sku for page in rest for one in page.listings]
    assert skus == [*(f"P-{n}" for n in range(99, 260)), "NEW"]


async def test_variable_products_are_opened_a_few_at_a_time(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    for n in range(45):
        add_hoodie(store, sku=f"HD{n}")
    add_hoodie(store, sku="BIG", count=130)

    pages = await read(client, store)

    assert [len(page.listings) for page in pages] == [1 + 40, 40, 10 + 130]
    skus = [one.sku for page in pages for one in page.listings]
    assert [sku for sku in skus if sku and sku.startswith("BIG")] == [
        f"BIG-S{n}" for n in range(129)
    ]
    assert len({one.external_id for page in pages for one in page.listings}) == len(skus) == 221


async def test_an_empty_store(client: WooCommerceClient, store: WooCommerceStore) -> None:
    await store.delete_product("TSH-001")

    assert await read(client, store) == [CataloguePage(listings=(), cursor="", total=0)]


async def test_changed_goods(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    parent = add_hoodie(store)
    since = clock.tick()
    await store.update_product(store.variations(parent)[0].id, price=Decimal(999))
    clock.tick()
    await store.update_product("TSH-001", name="Футболка")

    pages = [page async for page in client.changed_listings(account(store.url), since)]

    changed = [(one.sku, one.price) for page in pages for one in page]
    assert changed == [
        ("HD-S0", Decimal("999.00")),
        ("", Decimal("1200.50")),
        ("TSH-001", Decimal("450.00")),
    ]


async def test_a_variation_that_was_sold_since_hides_no_product(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    since = clock.tick()
    parent = add_hoodie(store)
    for n in range(150):
        clock.tick()
        store.add_product(sku=f"P-{n}", name="Товар", price=Decimal(1), stock=1)
    sold, other = store.variations(parent)
    sold.modified_at = clock.tick(60)  # an order of it changes nothing of its product

    pages = [page async for page in client.changed_listings(account(store.url), since)]

    assert len(pages) == 2
    times = [one.modified_at for page in pages for one in page]
    assert times[:2] == [None, other.modified_at]
    assert [one.sku for page in pages for one in page][2:] == [f"P-{n}" for n in range(150)]
    assert None not in times[1:]


async def test_stock_is_told_of_many_at_once(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    goods = [
        store.add_product(sku=f"P-{n}", name="Товар", price=Decimal(1), stock=1) for n in range(120)
    ]
    sticker = store.add_product(sku="ST", name="Наліпка", price=Decimal(1), stock=None)
    hoodie, jacket = add_hoodie(store), add_hoodie(store, sku="JK")
    sizes = [*store.variations(hoodie), *store.variations(jacket)]
    shared = store.add_variable_product(sku="SH", name="Спільний", options={"К": ["1"]}, stock=3)
    one_of_it = store.add_variation(
        shared, chosen={"К": "1"}, sku="SH-1", price=Decimal(1), stock=None
    )
    levels = [
        StockLevel(
            external_id=str(each.id),
            parent_external_id=str(each.parent_id or ""),
            quantity=Decimal(position),
        )
        for position, each in enumerate([*goods, *sizes])
    ]
    odd = [(sticker.id, 0), (424242, 0), (one_of_it.id, shared.id), (424243, hoodie.id)]
    levels += [
        StockLevel(
            external_id=str(id_), parent_external_id=str(parent or ""), quantity=Decimal("2.9")
        )
        for id_, parent in odd
    ]
    levels.append(
        StockLevel(external_id=str(shared.id), parent_external_id="", quantity=Decimal("2.9"))
    )

    refused = await client.tell_stock(account(store.url), levels)

    assert refused == {
        str(sticker.id): NOT_COUNTED,
        "424242": "Invalid ID.",
        str(one_of_it.id): NOT_COUNTED,
        "424243": "Invalid ID.",
    }
    assert [each.stock for each in [*goods, *sizes]] == list(range(124))
    assert shared.stock == 2
    batches = store.calls("POST")
    assert max(len(json.loads(call.body)["update"]) for call in batches) <= 100
    assert len(batches) == 6
    assert await client.tell_stock(account(store.url), []) == {}
    assert len(store.calls("POST")) == 6


async def test_a_product_that_is_gone_holds_up_no_other(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    store.answer_with(404, '{"code":"no","message":"Invalid product"}', prefix="products/7/")
    levels = [
        StockLevel(external_id=id_, parent_external_id=parent, quantity=Decimal(3))
        for id_, parent in (("8", "7"), ("10", ""))
    ]

    refused = await client.tell_stock(account(store.url), levels)

    assert refused == {"8": "no: Invalid product"}
    assert store.product("TSH-001").stock == 3


async def test_a_store_that_has_moved_refuses_no_listing(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    store.answer_with(301, headers={"Location": "https://www.shop.example/"})
    level = StockLevel(external_id="8", parent_external_id="7", quantity=Decimal(3))

    with pytest.raises(RequestRefusedError):
        await client.tell_stock(account(store.url), [level])


async def test_an_answer_that_does_not_say_what_became_of_the_stock(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    level = StockLevel(external_id="8", parent_external_id="", quantity=Decimal(1))
    store.answer_with(200, '{"id":8}', prefix="products/batch")

    with pytest.raises(UnavailableError):
        await client.tell_stock(account(store.url), [level])


def test_recorded_variations() -> None:
    parent = json.loads(rest_body("product-get-variable"))
    rows = json.loads(rest_body("variations-list"), parse_float=Decimal)

    read = [parse_variation(row, parent) for row in rows]

    assert [(one.external_id, one.sku, one.name, one.price) for one in read if one] == [
        ("21", "HD-XL-ANY", "Худі «Зима» з капюшоном – XL", Decimal("1350.00")),
        ("20", "", "Худі «Зима» з капюшоном – L, Білий", Decimal("1300.00")),
        ("19", "HD-M-BLK", "Худі «Зима» з капюшоном – M, Чорний", Decimal("1250.50")),
        ("18", "HD-S-BLK", "Худі «Зима» з капюшоном – S, Чорний", Decimal("1199.00")),
    ]
    assert {one.parent_external_id for one in read if one} == {"17"}
    parent["images"] = [{"src": "https://shop.example/hoodie.png"}]
    shared = parse_variation(json.loads(rest_body("variation-parent-managed")), parent)
    assert shared is not None
    assert (shared.keeping, shared.stock) == (StockKeeping.PARENT, Decimal(40))
    assert shared.image_url == "https://shop.example/hoodie.png"
    assert shared.modified_at == datetime(2026, 11, 22, 19, 14, 50, tzinfo=UTC)


def test_what_only_leads_to_goods_is_none() -> None:
    variable = json.loads(rest_body("product-get-variable"))

    assert parse_product(variable) is None
    assert WEBHOOKS.parse("product.updated", rest_body("product-get-variable")) == ()
    for kind in ("grouped", "external"):
        assert parse_product({**variable, "type": kind}) is None
    assert parse_product({**variable, "type": "simple"}) is not None
    trashed = {**variable, "status": "trash"}
    assert parse_product(trashed) == ListingGone("17")  # its variations as well
    assert WEBHOOKS.parse("product.deleted", b'{"id":17}') == (ListingGone("17"),)


def test_a_variation_may_show_the_sku_of_its_product() -> None:
    (one,) = WEBHOOKS.parse("product.updated", capture(28).body)

    assert isinstance(one, ListingChanged)
    assert (one.sku, one.name) == (None, "Худі «Зима» з капюшоном – L, Білий")
