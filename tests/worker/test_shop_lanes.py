"""Shops in trouble, and the lanes that keep it to themselves."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from structlog.typing import EventDict
from tortoise.timezone import now

from domain.errors import UnavailableError
from domain.shops import NoticeKind, Trouble
from integrations.woocommerce.client import WooCommerceClient
from models.inbox import InboxEntry
from models.shops import Shop, ShopNotice
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.faults import FIREWALL_PAGE
from services import shop_health, shops
from services.shops import SiteFacts
from sync.office import ShopOffice
from tests.factories import BOX
from tests.worker.shops_stage import (
    ShopStage,
    long_ago,
    notices,
)
from worker import shops as worker_shops
from worker.shop_lane import Job


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


async def test_after_trouble_that_was_told_at_once_its_other_faces_are_told_no_more(
    it: ShopStage, store: WooCommerceStore
) -> None:
    shop = await it.connect(store)
    await shop_health.note_trouble(shop.id, Trouble.CREDENTIALS, "", at_once=True)
    await shop_health.note_trouble(shop.id, Trouble.UNAVAILABLE, "")
    await long_ago(shop)
    await shop_health.note_trouble(shop.id, Trouble.UNAVAILABLE, "")

    await shop_health.note_answer(shop.id, 0)

    assert [kind for kind, _ in await notices()] == [NoticeKind.TROUBLE, NoticeKind.BACK]
    await ShopNotice.all().update(at=now() - timedelta(days=1))
    await shop_health.note_trouble(shop.id, Trouble.UNAVAILABLE, "")
    await long_ago(shop)
    for trouble in (Trouble.UNAVAILABLE, Trouble.CREDENTIALS, Trouble.CREDENTIALS):
        is_final = trouble is Trouble.CREDENTIALS
        await shop_health.note_trouble(shop.id, trouble, "", at_once=is_final)
    told = [data["trouble"] for _, data in (await notices())[2:]]
    assert told == [Trouble.UNAVAILABLE, Trouble.CREDENTIALS]


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


# --- pace ----------------------------------------------------------------------------------------


async def _nothing(_office: object, _shop: object) -> int:
    return 0


def pauses_of(job: Job, brought: Sequence[bool], *, has_webhooks: bool = False) -> list[float]:
    """How long is waited after each time it is done, when it is done as soon as it is due."""
    at, waited = 1000.0, []
    assert job.due_at(has_webhooks=has_webhooks) <= at  # begun at once
    for brought_news in brought:
        job.succeeded(at, brought_news=brought_news)
        due_at = job.due_at(has_webhooks=has_webhooks)
        waited.append(due_at - at)
        at = due_at
    return waited


def test_while_orders_come_a_shop_is_asked_often_then_ever_more_rarely() -> None:
    job = Job(_nothing, 60, 5, 300)

    waited = pauses_of(job, [True, True, *[False] * 7, True, False])

    assert waited[:2] == [5, 5]
    assert waited[2:9] == pytest.approx([7.5, 11.25, 16.875, 25.3125, 37.96875, 56.953125, 60])
    assert waited[9:] == [5, 7.5]
    assert pauses_of(Job(_nothing, 60, 5, 300), [False] * 9)[-1] == 60
    assert pauses_of(Job(_nothing, 1, 1, 1), [True, False, True]) == [1, 1, 1]


@pytest.mark.parametrize(("has_webhooks", "pause_s"), [(False, 30), (True, 300)])
def test_an_even_pace_stays_even(has_webhooks: bool, pause_s: float) -> None:
    pace = WooCommerceClient.pace
    job = Job(_nothing, pace.longest_s, pace.shortest_s, pace.beside_webhooks_s)
    assert pauses_of(job, [True, False, False, True], has_webhooks=has_webhooks) == [pause_s] * 4


def test_a_failure_waits_and_a_hurry_does_not() -> None:
    job = Job(_nothing, 60, 5, 60)
    job.succeeded(1000, brought_news=False)
    job.put_off(1200)
    assert job.due_at(has_webhooks=False) == 1200
    job.hurry()
    assert job.due_at(has_webhooks=False) == 0
    job.succeeded(1300, brought_news=False)
    assert (job.failures, job.due_at(has_webhooks=False)) == (0, 1307.5)
