"""The demo's orders lead the program where they are meant to."""

import re
from html import unescape

import aiohttp

from domain.payments import AccountKind, preselected_account
from domain.units import takes_fractions
from sandbox.demo_shops import Workshop, fill
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.catalogue import CATALOGUE
from sandbox.woocommerce.customers import PAYMENTS


async def test_everything_on_sale_lies_in_the_warehouse_under_the_same_name() -> None:
    first, second = WooCommerceStore(), WooCommerceStore()

    stocked = {goods.sku: goods for goods in fill(first, second)}

    on_sale = [each for each in first.products.values() if each.kind != "variable"]
    assert {each.sku for each in on_sale} == set(stocked)
    assert {each.sku for each in second.products.values()} < set(stocked)
    for each in on_sale:
        shown = first.renderer.product(each)
        assert plain(str(shown["name"])) == stocked[each.sku].plain_name
        assert (each.price, shown["images"] != []) == (stocked[each.sku].price, True)
    assert [each.sku for each in on_sale if not each.manages_stock] == ["WRAP-GIFT"]
    assert len([each for each in on_sale if each.kind == "variation"]) == 5


async def test_the_workshop_waits_to_be_connected() -> None:
    workshop = Workshop()
    await workshop.start()
    store = workshop.store

    assert len([each for each in store.products.values() if not each.parent_id]) == 12
    orders = list(store.orders.values())
    assert [order.status for order in orders] == ["processing", "processing", "on-hold"]
    assert store.keys[workshop.key].consumer_secret == workshop.secret
    assert not workshop.is_connected
    async with aiohttp.ClientSession() as session:
        await session.get(f"{store.url}/wp-json/wc/v3/orders")
    assert workshop.is_connected
    await workshop.stop()


def plain(name: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", name))


def test_what_is_sold_by_the_metre_can_be_sold_in_fractions() -> None:
    for goods in CATALOGUE:
        assert takes_fractions(goods.unit) == (goods.step < 1)


def test_the_words_of_each_payment_say_where_the_money_will_come_from() -> None:
    accounts = {
        name: preselected_account(way.code, way.title, is_paid=name == "card")
        for name, way in PAYMENTS.items()
    }

    assert accounts == {
        "cod": AccountKind.COD,
        "cod-uk": AccountKind.COD,
        "cod-ru": AccountKind.COD,
        "card": AccountKind.CARD,
        "bacs": AccountKind.IBAN,
    }
