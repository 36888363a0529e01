"""Talking to shops that are well, and to shops that are not."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
from structlog.typing import EventDict
from tortoise.timezone import now

from domain.errors import UnavailableError
from domain.orders import Phase
from domain.shops import NoticeKind, Trouble
from models.inbox import InboxEntry
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.outbox import OutboxEffect
from models.shops import Shop, ShopNotice
from models.stock import Product
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.faults import FIREWALL_PAGE
from sandbox.woocommerce.php import php_json
from services import check, shop_health, shops
from services.inbox import InboxWriter
from services.shops import SiteFacts
from sync import polling
from sync.office import ShopOffice, account
from sync.webhook_care import look_after_webhooks
from tests.factories import BOX, drain, numbers, stock_up
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
async def office() -> AsyncIterator[ShopOffice]:
    async with open_office() as office:
        yield office


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


@pytest.fixture
def store_clock() -> StoreClock:
    return StoreClock()


@pytest.fixture
async def store(store_clock: StoreClock) -> AsyncIterator[WooCommerceStore]:
    async with WooCommerceStore(clock=store_clock) as store:
        store.add_product(sku="A", name="Чохол", price=Decimal(100), stock=5000)
        store.add_product(sku="B", name="Скло", price=Decimal(150), stock=5000)
        yield store


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


async def test_changed_products_are_asked_for(it: ShopStage, store: WooCommerceStore) -> None:
    shop = await it.connect(store)
    await stock_up({"A": 3})

    await polling.poll_listings(it.office, shop)

    row = await Shop.get(id=shop.id)
    assert row.products_cursor is not None
    listed = await (await Product.get(sku="A")).listings.all()  # type: ignore[attr-defined]
    assert [listing.name for listing in listed] == ["Чохол"]


# --- webhooks ------------------------------------------------------------------------------------


async def test_webhooks_that_were_switched_off_work_again_and_that_is_told_once(
    it: ShopStage, store: WooCommerceStore
) -> None:
    shop = await it.connect(store)
    address = f"{DEAD}{shop.webhook_path}"
    async with open_office(DEAD) as office:
        await office.apis["woocommerce"].ensure_webhooks(account(shop), address)
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


# --- trouble -------------------------------------------------------------------------------------


async def test_a_shop_that_asks_us_to_wait_is_left_in_peace_that_long(
    it: ShopStage, store: WooCommerceStore
) -> None:
    store.answer_with(429, "slow down", {"Retry-After": "120"}, times=1, prefix="orders")
    waiting = await it.connect(store)
    async with WooCommerceStore() as other:
        beside = await it.connect(other, "Other")
        it.run()
        await it.in_trouble(waiting)
        await it.polled(beside)
        calls = len(store.calls())

        for _ in range(3):
            await it.later(39, beside)
        assert len(store.calls()) == calls
        it.clock.advance(39)
        await it.polled(waiting)
    assert await notices() == []


@pytest.mark.parametrize("fault", ["firewall", "revoked", "dead"])
async def test_trouble_is_told_once_when_it_lasts_and_so_is_its_end(
    it: ShopStage, store: WooCommerceStore, logs: list[EventDict], fault: str
) -> None:
    shop = await it.connect(store)
    if fault == "firewall":
        store.answer_with(403, FIREWALL_PAGE)
    elif fault == "revoked":
        store.keys.revoke("ck_sandbox")
    else:
        await store.down()
    it.run()
    await it.in_trouble(shop)
    for _ in range(5):
        await it.failed(seconds=400)
    assert await notices() == []

    await long_ago(shop)
    for _ in range(4):
        await it.failed(seconds=400)
    ((kind, data),) = await notices()
    expected = Trouble.CREDENTIALS if fault == "revoked" else Trouble.UNAVAILABLE
    assert (kind, data["trouble"]) == (NoticeKind.TROUBLE, expected)
    warnings = [each for each in logs if each["log_level"] not in {"debug", "info"}]
    assert [each["shop_id"] for each in warnings] == [shop.id] * len(warnings)
    assert len(warnings) <= len(it.worker._lanes[shop.id].jobs)

    if fault == "revoked":  # other keys are tried at once
        store.keys.add("ck_new", "cs_new", "read_write")
        facts = SiteFacts(name="", currency="UAH", version="11", can_write=True)
        keys = {"consumer_key": "ck_new", "consumer_secret": "cs_new"}
        await shops.rekey(shop.id, store.url, keys, facts, box=BOX)
    else:
        store.behave()
        if fault == "dead":
            await store.up()
        it.clock.advance(400)
    await it.told(NoticeKind.BACK)
    assert [kind for kind, _ in await notices()] == [NoticeKind.TROUBLE, NoticeKind.BACK]


async def test_a_hiccup_is_told_to_nobody(it: ShopStage, store: WooCommerceStore) -> None:
    shop = await it.connect(store)
    await store.down()
    it.run()
    await it.in_trouble(shop)
    await store.up()

    it.clock.advance(10)
    await it.polled(shop)

    async def is_well() -> bool:
        return not (await Shop.get(id=shop.id)).trouble

    await it.until(is_well)
    assert not await ShopNotice.exists()


async def test_what_was_trouble_before_a_restart_begins_anew(
    it: ShopStage, store: WooCommerceStore
) -> None:
    shop = await it.connect(store)
    await store.down()
    await shop_health.note_trouble(shop.id, Trouble.UNAVAILABLE, "no answer")
    await long_ago(shop)

    it.run()
    await it.failed()

    row = await Shop.get(id=shop.id)
    assert row.trouble_since is not None
    assert row.trouble_since > now() - timedelta(minutes=5)
    assert await notices() == []


async def test_a_slow_shop_delays_no_other(it: ShopStage, store: WooCommerceStore) -> None:
    slow = await it.connect(store)
    store.answer_late(3600, prefix="orders")
    async with WooCommerceStore() as other:
        quick = await it.connect(other, "Quick")
        it.run()
        await it.called(store, 1)
        await it.polled(quick)
        await it.later(31, quick)
    assert (await Shop.get(id=slow.id)).polled_at is None
    assert len(store.calls(prefix="orders")) == 1
    await it.halt_at_once()


async def test_a_bug_in_one_kind_of_work_stops_no_other(
    it: ShopStage,
    store: WooCommerceStore,
    logs: list[EventDict],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def tell_statuses(_office: object, _shop: object) -> bool:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(worker_shops, "tell_statuses", tell_statuses)
    shop = await it.connect(store)
    it.run()
    await it.polled(shop)
    await it.later(31, shop)

    found = [each for each in logs if each["log_level"] == "error"]
    assert {(each["shop_id"], each["work"]) for each in found} == {(shop.id, "tell_statuses")}


async def test_a_shop_that_takes_nothing_is_asked_all_the_same(
    it: ShopStage, store: WooCommerceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def tell_statuses(_office: object, _shop: object) -> bool:
        nonlocal tries
        tries += 1
        raise UnavailableError("500")

    async def has_failed_again() -> bool:
        return tries == expected

    monkeypatch.setattr(worker_shops, "tell_statuses", tell_statuses)
    shop = await it.connect(store)
    it.run()
    expected = 1
    await it.until(has_failed_again)
    for _ in range(2):
        expected += 1
        await it.later(20, shop)  # orders come first
        await it.until(has_failed_again)
    assert await notices() == []


# --- shops come and go ---------------------------------------------------------------------------


async def test_a_new_shop_is_asked_and_a_removed_one_is_left_alone(
    it: ShopStage, store: WooCommerceStore
) -> None:
    it.run()
    first = await it.connect(store, "First")
    await it.polled(first)
    async with WooCommerceStore() as other:
        second = await it.connect(other, "Second")
        await it.polled(second)
        await shops.remove(first.id)

        async def is_gone() -> bool:
            return first.id not in it.worker._lanes

        await it.until(is_gone)
        calls = len(store.calls())
        await it.later(31, second)
    assert len(store.calls()) == calls


async def test_a_stop_lets_the_call_under_way_finish(
    it: ShopStage, store: WooCommerceStore
) -> None:
    shop = await it.connect(store)
    await store.place_order(lines=[("A", 1)])
    store.answer_late(0.3, times=1, prefix="orders")
    it.run()
    await it.called(store, 1)

    await it.halt()

    assert (await Shop.get(id=shop.id)).polled_at is not None
    assert await InboxEntry.all().count() == 1
