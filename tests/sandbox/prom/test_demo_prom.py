"""The demo's cabinet on Prom.ua: a plausible shop where people order and change their minds."""

import random
from decimal import Decimal

import pytest

from sandbox.demo_prom import PromShop
from sandbox.demo_shops import fill
from sandbox.woocommerce import WooCommerceStore


async def test_it_sells_from_the_same_warehouse_and_its_orders_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sandbox.demo_prom.PAYS_AFTER_S", 0)
    shop, store = PromShop(), WooCommerceStore()
    names = {goods.sku: goods.plain_name for goods in fill(store, WooCommerceStore())}
    await shop.start(store.picture_url)
    try:
        products = shop.cabinet.products.values()
        assert len(products) > 10
        assert all(names[each.sku] == each.name for each in products)
        assert len(shop.cabinet.groups) == 4
        (old,) = shop.cabinet.orders.values()
        assert old.status == "delivered"

        gift = shop.first_order()
        rng = random.Random(3)
        for _ in range(60):
            await shop.order(rng)
        shop.cabinet.settle()
    finally:
        await shop.stop()

    orders = list(shop.cabinet.orders.values())[2:]
    assert gift.status == "paid"
    assert gift.full_price == gift.price == Decimal(638)
    assert 2 < sum(each.status == "canceled" for each in orders) < 20
    changed = [
        each.lines[-1].product.sku
        for each in orders
        if each.modified_at > each.created_at and each.status == "pending"
    ]
    assert len(changed) > 2
    assert {*changed} == {"GIFT-CARD"}
