"""Nothing is missed: shops are asked for what their webhooks did not tell."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
from tortoise.timezone import now

from domain.orders import Phase
from domain.shops import NoticeKind, Trouble
from integrations.base import SendsWebhooks
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.outbox import OutboxEffect
from models.shops import Listing, Shop
from models.stock import Product
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.php import php_json
from services import check
from services.inbox import InboxWriter
from sync import polling
from sync.office import ShopOffice, account
from sync.webhook_care import look_after_webhooks
from tests.factories import drain, numbers, stock_up
from tests.offices import open_office
from tests.worker.shops_stage import (
    ShopStage,
    StoreClock,
    cards,
    long_ago,
    notices,
)
from worker import shops as worker_shops

DEAD = "http://127.0.0.1:9"  # nobody listens there


@pytest.fixture
async def it(
    db: str, office: ShopOffice, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ShopStage]:
    del db
    monkeypatch.setattr(worker_shops, "SHORTEST_LOOK_S", 0.0)
    built = ShopStage(office)
    await built.owner()
    yield built
    await built.halt()


async def everything(store: WooCommerceStore) -> list[str]:
    return sorted(str(id_) for id_ in store.orders)


# --- nothing is missed ---------------------------------------------------------------------------


async def test_a_store_that_was_down_for_a_day_is_caught_up_with(
    it: ShopStage, store: WooCommerceStore, store_clock: StoreClock
) -> None:
    shop = await it.connect(store)
    await Shop.filter(id=shop.id).update(created_at=now() - timedelta(days=2))
    await store.down()
    for number in range(300):
        store_clock.shift = timedelta(minutes=4 * number - 1440)
        await store.place_order(lines=[("A", 1)])
    it.run()
    await it.in_trouble(shop)
    assert await notices() == []
    await long_ago(shop)
    await it.failed(seconds=300)
    await it.told(NoticeKind.TROUBLE)
    await store.up()

    it.clock.advance(400)
    await it.told(NoticeKind.BACK)
    await it.work()

    assert sorted(await cards()) == await everything(store)
    (_, trouble), (_, back) = await notices()
    assert (trouble["trouble"], back["orders"]) == (Trouble.UNAVAILABLE, 300)
    assert trouble["since"] == back["since"]
    row = await Shop.get(id=shop.id)
    assert (row.trouble, row.is_trouble_told, row.trouble_since) == ("", False, None)


async def test_a_storm_of_webhooks_while_we_ask_brings_every_order_once(
    it: ShopStage, store: WooCommerceStore, store_clock: StoreClock
) -> None:
    shop = await it.connect(store)
    await stock_up({"A": 1000})
    rng = random.Random(7)
    told: list[tuple[str, bytes]] = []
    for number in range(25):
        store_clock.shift = timedelta(seconds=number)
        order = await store.place_order(lines=[("A", 2)])
        told.append(("order.created", php_json(store.renderer.order(order)).encode()))
        store_clock.shift = timedelta(seconds=number + 5)
        await store.edit_order(order.id, lines=[("A", 3)])
        told.append(("order.updated", php_json(store.renderer.order(order)).encode()))
        if number % 5 == 0:
            store_clock.shift = timedelta(seconds=number + 9)
            await store.cancel(order.id)
    storm = rng.choices(told, k=150)
    writer = InboxWriter()

    async def webhooks() -> None:
        for topic, body in storm:
            await writer.append(shop.id, topic, body)

    async def polls() -> None:
        for _ in range(3):
            await polling.poll(it.office, shop)

    async with asyncio.TaskGroup() as group:
        group.create_task(webhooks())
        group.create_task(polls())
        group.create_task(drain(it.inbox))
    await polling.poll(it.office, shop)
    await it.work()

    assert sorted([order.external_id for order in await Order.all()]) == await everything(store)
    assert await OrderEvent.filter(kind=EventKind.CREATED).count() == 25
    assert await Order.filter(phase=Phase.CANCELED).count() == 5
    assert await numbers("A") == ("1000", "60")
    assert await check.differences() == []
    assert await polling.poll(it.office, shop) == 0


async def test_deleted_orders_are_found(it: ShopStage, store: WooCommerceStore) -> None:
    shop = await it.connect(store)
    kept, trashed, deleted = [await store.place_order(lines=[("A", 1)]) for _ in range(3)]
    await polling.poll(it.office, shop)
    await it.work()
    await store.trash(trashed.id)
    await store.delete(deleted.id)

    await polling.poll(it.office, shop)
    await polling.find_missing(it.office, shop)
    await it.work()

    phases = dict(await Order.all().values_list("external_id", "phase"))
    assert phases == {
        str(kept.id): Phase.OPEN,
        str(trashed.id): Phase.CANCELED,
        str(deleted.id): Phase.CANCELED,
    }


async def test_orders_of_any_size_and_currency_and_refunds_are_shown_and_nothing_restocked(
    it: ShopStage, store: WooCommerceStore, store_clock: StoreClock
) -> None:
    await stock_up({"A": 1000, "B": 1000})
    shop = await it.connect(store)
    long = await store.place_order(lines=[("A", 1), ("B", 2)] * 100)
    foreign = await store.place_order(lines=[("A", 1)], currency="EUR")
    partly, wholly = [await store.place_order(lines=[("B", 1)]) for _ in range(2)]
    await polling.poll(it.office, shop)
    await it.work()
    store_clock.shift = timedelta(seconds=5)
    await store.refund(partly.id, Decimal(50))
    await store.refund(wholly.id)

    await polling.poll(it.office, shop)
    await it.work()

    orders = {order.external_id: order for order in await Order.all()}
    assert await OrderLine.filter(order_id=orders[str(long.id)].id).count() == 200
    assert orders[str(foreign.id)].currency == "EUR"
    assert orders[str(partly.id)].refunded == Decimal(50)
    assert orders[str(partly.id)].phase is Phase.OPEN
    assert orders[str(wholly.id)].phase is Phase.CANCELED
    assert await numbers("B") == ("1000", "201")
    assert {product.on_hand for product in await Product.all()} == {Decimal(1000)}


async def test_open_orders_of_before_are_taken_in_pages(
    it: ShopStage, store: WooCommerceStore, store_clock: StoreClock
) -> None:
    store_clock.shift = timedelta(hours=-3)
    for _ in range(120):
        await store.place_order(lines=[("A", 1)])
    await store.set_status(max(store.orders), "completed")
    store_clock.shift = timedelta()
    shop = await it.connect(store)

    assert await polling.poll(it.office, shop) == 0
    assert await polling.take_open_orders(it.office, shop) == 119
    await it.work()

    assert await Order.all().count() == 119
    assert not await OutboxEffect.exists()


async def test_changed_products_are_asked_for_those_that_show_late_too(
    it: ShopStage, store: WooCommerceStore, store_clock: StoreClock
) -> None:
    shop = await it.connect(store)
    await stock_up({"A": 3})

    await polling.poll_listings(it.office, shop)

    row = await Shop.get(id=shop.id)
    assert row.products_cursor is not None
    listed = await (await Product.get(sku="A")).listings.all()  # type: ignore[attr-defined]
    assert [listing.name for listing in listed] == ["Чохол"]

    store_clock.shift = timedelta(minutes=-5)
    store.add_product(sku="late", name="Пізній", price=Decimal(1), stock=1)
    await polling.poll_listings(it.office, shop)
    assert await Listing.exists(shop_id=shop.id, sku="late")
    assert (await Shop.get(id=shop.id)).products_cursor == row.products_cursor


# --- webhooks ------------------------------------------------------------------------------------


async def test_webhooks_that_were_switched_off_work_again_and_that_is_told_once(
    it: ShopStage, store: WooCommerceStore
) -> None:
    shop = await it.connect(store)
    address = f"{DEAD}{shop.webhook_path}"
    async with open_office(DEAD) as office:
        api = office.apis["woocommerce"]
        assert isinstance(api, SendsWebhooks)
        await api.ensure_webhooks(account(shop), address)
        await Shop.filter(id=shop.id).update(has_webhooks=True)
        await look_after_webhooks(office, shop)
        assert await notices() == []

        await store.place_order(lines=[("A", 1)])
        for _ in range(2):
            for webhook in store.webhooks.webhooks.values():
                webhook.status = "disabled"
            await look_after_webhooks(office, shop)
        await it.work()

        hooks = [one for one in store.webhooks.webhooks.values() if one.status == "active"]
        ((kind, data),) = await notices()
        assert kind is NoticeKind.WEBHOOKS_REVIVED
        assert sorted(data["topics"]) == sorted({hook.topic for hook in hooks})
        assert await cards() == await everything(store)
        await Shop.filter(id=shop.id).update(can_write=False)
        store.webhooks.webhooks.clear()
        await look_after_webhooks(office, shop)
        assert store.webhooks.webhooks == {}


async def test_a_shop_with_webhooks_is_asked_less_often(
    it: ShopStage, store: WooCommerceStore
) -> None:
    alone, with_webhooks = await it.connect(store, "alone"), await it.connect(store, "webhooks")
    never_heard = await it.connect(store, "from the shell, and it cannot reach us")
    await Shop.filter(id__in=[with_webhooks.id, never_heard.id]).update(has_webhooks=True)
    await Shop.filter(id=with_webhooks.id).update(heard_at=now())
    it.run()
    await it.polled(alone, never_heard, with_webhooks)
    first = (await Shop.get(id=with_webhooks.id)).polled_at

    for _ in range(9):
        await it.later(31, alone, never_heard)
    assert (await Shop.get(id=with_webhooks.id)).polled_at == first
    await it.later(31, with_webhooks)
