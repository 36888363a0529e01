"""The simulated store's goods look and change as those of a real one were recorded to."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

import pytest

from sandbox.woocommerce import Product
from sandbox.woocommerce.php import php_json
from tests.integrations.woocommerce.captures import capture, rest_body
from tests.sandbox.woocommerce.caller import Caller, recorded, shape

# What differs by store and day, and what the recorded shop filled in where ours is empty.
OWN = {"id", "parent_id", "permalink", "_links", "variations", "related_ids", "price_html"}
OWN |= {"weight", "description", "dimensions", "categories", "slug", "total_sales"}


class Receiver(Protocol):
    url: str
    requests: list[tuple[str, bytes]]

    @property
    def topics(self) -> list[str]: ...


class Hoodies:
    """The recorded hoodie: S and M in black, L in white without a SKU, XL of any colour."""

    def __init__(self, caller: Caller) -> None:
        self.store = caller.store
        self.parent = self.store.add_variable_product(
            sku="HD",
            name="Худі «Зима» з капюшоном",
            options={"Розмір": ("S", "M", "L", "XL"), "Колір": ("Чорний", "Білий")},
        )
        self.small = self._add("S", "Чорний", "1199", 11, "HD-S-BLK")
        self.medium = self._add("M", "Чорний", "1250.5", 12, "HD-M-BLK")
        self.large = self._add("L", "Білий", "1300", 2, "")
        self.huge = self._add("XL", "", "1350", None, "HD-XL-ANY")

    def _add(self, size: str, colour: str, price: str, stock: int | None, sku: str) -> Product:
        chosen = {"Розмір": size} | ({"Колір": colour} if colour else {})
        return self.store.add_variation(
            self.parent, chosen=chosen, price=Decimal(price), stock=stock, sku=sku
        )


@pytest.fixture
def hoodies(caller: Caller) -> Hoodies:
    return Hoodies(caller)


def known(data: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal in every store."""
    return {key: value for key, value in data.items() if key not in OWN and "date_" not in key}


async def test_variations_are_those_recorded(caller: Caller, hoodies: Hoodies) -> None:
    path = f"/products/{hoodies.parent.id}/variations"
    status, sisters = await caller.call("GET", path)
    _, small = await caller.call("GET", f"{path}/{hoodies.small.id}")
    _, as_product = await caller.call("GET", f"/products/{hoodies.small.id}")

    _, real = recorded("variations-list")
    assert status == 200
    assert [known(each) for each in sisters] == [known(each) for each in real]
    assert shape(sisters) == shape(real)
    assert shape(small) == shape(recorded("variation-get")[1])
    assert small == sisters[3]
    real_product = recorded("product-get-variation-via-products")[1]
    assert known(as_product) == known(real_product)
    assert shape(as_product) == shape(real_product)
    assert small["_links"]["up"][0]["href"].endswith(f"/products/{hoodies.parent.id}")


async def test_a_variable_product_is_the_one_recorded(caller: Caller, hoodies: Hoodies) -> None:
    _, parent = await caller.call("GET", f"/products/{hoodies.parent.id}")

    real = recorded("product-get-variable")[1]
    assert known(parent) == known(real)
    assert parent["variations"] == [
        each.id for each in (hoodies.small, hoodies.medium, hoodies.large, hoodies.huge)
    ]
    assert list(parent) == list(real)
    listed = (await caller.call("GET", "/products"))[1]
    assert [each["sku"] for each in listed] == ["HD", "SOCKS", "MUG"]  # no variation among them
    (found,) = (await caller.call("GET", "/products?sku=HD-S-BLK"))[1]
    assert found["id"] == hoodies.small.id


async def test_a_variation_may_be_counted_with_its_parent(caller: Caller, hoodies: Hoodies) -> None:
    hoodies.parent.manages_stock, hoodies.parent.stock = True, 40
    path = f"/products/{hoodies.parent.id}/variations/{hoodies.huge.id}"

    _, huge = await caller.call("GET", path)
    assert known(huge) == known(recorded("variation-parent-managed")[1])
    order = await caller.store.place_order(lines=[(hoodies.huge.id, 3)])
    _, huge = await caller.call("PUT", path, {"stock_quantity": 5})

    assert (huge["manage_stock"], huge["stock_quantity"]) == ("parent", 37)  # and not 5
    assert order.lines[0].reduced_stock == 3


async def test_an_old_store_shows_less() -> None:
    old = json.loads(capture(8, "8.9.3").body)
    new = json.loads(rest_body("product-get-simple"))

    assert set(new) - set(old) == {"brands", "global_unique_id"}


async def test_lines_of_variations_are_those_recorded(caller: Caller, hoodies: Hoodies) -> None:
    order = await caller.store.place_order(
        lines=[(hoodies.medium.id, 2), (hoodies.large.id, 1)], delivery=None
    )
    ours = json.loads(php_json(caller.store.renderer.order(order)))["line_items"]

    real = json.loads(capture(25).body)["line_items"][:2]
    for line in (*ours, *real):
        for name in ("id", "product_id", "variation_id"):
            assert line.pop(name)
        for meta in line["meta_data"]:
            assert meta.pop("id")
    assert ours == real
    assert hoodies.medium.stock == 10


async def test_whose_stock_moved_is_told(
    caller: Caller, hoodies: Hoodies, receiver: Receiver
) -> None:
    caller.store.add_webhook(topic="product.updated", delivery_url=receiver.url, secret="s")

    await caller.store.place_order(
        lines=[(hoodies.small.id, 1), (hoodies.huge.id, 1), ("MUG", 1)], delivery=None
    )

    told = [json.loads(body) for _, body in receiver.requests]
    assert [(each["id"], each["parent_id"]) for each in told] == [
        (hoodies.small.id, hoodies.parent.id),
        (caller.store.product("MUG").id, 0),
    ]  # XL is not counted
    assert told[0]["stock_quantity"] == 10
    assert shape(told[0]) == shape(json.loads(capture(111).body))


async def test_a_batch_sets_stock_and_says_what_it_could_not(
    caller: Caller, hoodies: Hoodies, receiver: Receiver
) -> None:
    mug, socks = caller.store.product("MUG"), caller.store.product("SOCKS")
    socks.manages_stock = False
    caller.store.add_webhook(topic="product.updated", delivery_url=receiver.url, secret="s")

    status, answer = await caller.call(
        "POST",
        "/products/batch",
        {
            "update": [
                {"id": mug.id, "stock_quantity": 400},
                {"id": socks.id, "stock_quantity": 9},
                {"id": 424242, "stock_quantity": 1},
                {"id": hoodies.small.id, "stock_quantity": 1},
            ]
        },
    )

    real = recorded("products-batch")[1]["update"]
    assert status == 200
    assert list(answer) == ["update"]
    first, second, third, fourth = answer["update"]
    assert (first["stock_quantity"], mug.stock) == (400, 400)
    assert (second["manage_stock"], second["stock_quantity"], socks.stock) == (False, None, 3)
    assert third == real[2]
    assert fourth["error"]["data"]["status"] == 404  # a variation is none of these
    assert hoodies.small.stock == 11
    assert receiver.topics == ["product.updated", "product.updated"]
    assert list(first) == list(real[0])


async def test_a_batch_of_variations_belongs_to_their_parent(
    caller: Caller, hoodies: Hoodies
) -> None:
    path = f"/products/{hoodies.parent.id}/variations/batch"
    wanted = [
        {"id": hoodies.small.id, "stock_quantity": 3},
        {"id": hoodies.medium.id, "stock_quantity": 2.5},  # a batch validates nothing
        {"id": caller.store.product("MUG").id, "stock_quantity": 1},
    ]

    _, answer = await caller.call("POST", path, {"update": wanted})

    real = recorded("variations-batch")[1]["update"]
    assert [each.get("stock_quantity") for each in answer["update"]] == [3, 2, None]
    assert answer["update"][2]["error"]["code"] == "woocommerce_rest_product_variation_invalid_id"
    assert shape(answer["update"][0]) == shape(real[0])
    elsewhere = f"/products/{caller.store.product('MUG').id}/variations/{hoodies.small.id}"
    assert (await caller.call("GET", elsewhere))[0] == 404


async def test_what_stock_may_be(caller: Caller) -> None:
    mug = caller.store.product("MUG")
    path = f"/products/{mug.id}"

    status, refused = await caller.call("PUT", path, {"stock_quantity": 2.5})
    too_many = {"update": [{"id": mug.id, "stock_quantity": 400}] * 101}
    batch = await caller.call("POST", "/products/batch", too_many)

    real_status, real = recorded("product-stock-float")
    assert (status, refused["code"]) == (real_status, real["code"])
    assert refused["data"]["params"] == real["data"]["params"]
    assert batch == recorded("error-batch-101")
    assert mug.stock == 9
    for wanted, stock in (("8", 8), (-7, -7), (None, 0)):
        assert (await caller.call("PUT", path, {"stock_quantity": wanted}))[0] == 200
        assert mug.stock == stock
    assert (await caller.call("GET", path))[1]["stock_status"] == "outofstock"
    mug.manages_stock = False
    _, unmanaged = await caller.call("PUT", path, {"stock_quantity": 9})
    real = recorded("product-stock-on-unmanaged")[1]
    names = ("manage_stock", "stock_quantity", "stock_status")
    assert [unmanaged[name] for name in names] == [real[name] for name in names]


async def test_goods_in_the_trash(caller: Caller, hoodies: Hoodies, receiver: Receiver) -> None:
    caller.store.subscribe_all(receiver.url, "s")
    path = f"/products/{hoodies.parent.id}"
    assert (await caller.call("DELETE", f"{path}/variations/{hoodies.huge.id}"))[0] == 200
    assert len((await caller.call("GET", f"{path}/variations"))[1]) == 3
    assert receiver.requests == []  # of a variation alone nobody hears

    status, before = await caller.call("DELETE", path)
    assert (status, before["status"]) == (200, "publish")
    assert receiver.requests == [("product.deleted", f'{{"id":{hoodies.parent.id}}}'.encode())]
    assert (await caller.call("DELETE", path))[0] == 410
    listed = (await caller.call("GET", "/products"))[1]
    trashed = (await caller.call("GET", "/products?status=trash"))[1]
    assert [each["sku"] for each in listed] == ["SOCKS", "MUG"]
    assert [each["id"] for each in trashed] == [hoodies.parent.id]
    assert (await caller.call("GET", path))[1]["status"] == "trash"

    await caller.store.restore_product(hoodies.parent.id)
    assert receiver.topics == ["product.deleted", "product.restored"]
    order = await caller.store.place_order(lines=[(hoodies.small.id, 1), ("MUG", 1)])
    heard = len(receiver.requests)
    await caller.call("DELETE", f"{path}?force=true")
    await caller.call("DELETE", f"{path}?force=true")
    assert (await caller.call("GET", path)) == recorded("error-product-404")
    assert len(receiver.requests) == heard  # nobody is told
    lines = (await caller.call("GET", f"/orders/{order.id}"))[1]["line_items"]
    assert [(line["product_id"], line["variation_id"], line["sku"]) for line in lines] == [
        (0, 0, None),
        (caller.store.product("MUG").id, 0, "MUG"),
    ]


async def test_a_change_of_a_variation_moves_its_parent_in_the_list(
    caller: Caller, hoodies: Hoodies
) -> None:
    moment = max(each.modified_at for each in caller.store.products.values())
    caller.store._clock = lambda: moment.replace(year=2030)
    await caller.store.update_product("HD-S-BLK", stock=1)

    changed = "modified_after=2029-01-01T00:00:00&dates_are_gmt=true&orderby=modified&order=asc"
    _, products = await caller.call("GET", f"/products?{changed}")
    _, sisters = await caller.call("GET", f"/products/{hoodies.parent.id}/variations?{changed}")

    assert [each["id"] for each in products] == [hoodies.parent.id]
    assert [each["id"] for each in sisters] == [hoodies.small.id]


async def test_pictures_of_variations_are_their_parents(caller: Caller) -> None:
    parent = caller.store.add_variable_product(
        sku="TEE", name="Футболка", options={"Розмір": ("S",)}, picture=("mug", "#c0392b")
    )
    small = caller.store.add_variation(parent, chosen={"Розмір": "S"}, price=Decimal(1), stock=1)

    _, shown = await caller.call("GET", f"/products/{parent.id}/variations/{small.id}")
    _, product = await caller.call("GET", f"/products/{parent.id}")

    assert shown["image"] == product["images"][0]
    assert shown["image"]["src"] == caller.store.picture_url("TEE")
    assert shown["sku"] == "TEE"
