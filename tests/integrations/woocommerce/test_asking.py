"""Orders are asked for: none is left out, whatever happens to them meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from domain.errors import CredentialsError, RequestRefusedError, UnavailableError
from domain.orders import OrderGone, PlatformState
from domain.shops import ConnectProblem
from integrations.base import Found, PlatformStatus, ShopAccount
from integrations.http import ApiClient
from integrations.woocommerce.client import WooCommerceClient
from integrations.woocommerce.webhook import WooCommerceWebhooks
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.tls import trusting
from tests.integrations.woocommerce.stores import (
    KEY,
    SECRET,
    Clock,
    Meanwhile,
    account,
    secure_store,
)

WEBHOOKS = WooCommerceWebhooks()


async def place(store: WooCommerceStore, clock: Clock, count: int, *, each_s: int = 0) -> list[str]:
    orders = []
    for _ in range(count):
        orders.append(await store.place_order(lines=[("TSH-001", 1)]))
        clock.tick(each_s)
    return [str(order.id) for order in orders]


async def changed(client: WooCommerceClient, shop: ShopAccount, since: datetime) -> list[Found]:
    return [found async for page in client.changed_orders(shop, since) for found in page]


def ids(found: Sequence[Found]) -> list[str]:
    assert all(WEBHOOKS.parse(one.topic, one.body) == (one.order,) for one in found)
    return [one.order.external_id for one in found if one.order]


async def test_what_was_changed_in_the_given_second_and_later(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    await place(store, clock, 1, each_s=1)
    since = clock.now
    placed = await place(store, clock, 3, each_s=1)

    assert ids(await changed(client, account(store.url), since)) == placed
    assert ids(await changed(client, account(store.url), since + timedelta(milliseconds=999))) == (
        placed
    )
    assert await changed(client, account(store.url), clock.now) == []
    assert len(store.calls()) == 6  # each time the trash as well


async def test_many_orders_of_one_second_among_others(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    since = clock.now
    placed = await place(store, clock, 30, each_s=1)
    placed += await place(store, clock, 250)
    clock.tick()
    placed += await place(store, clock, 130, each_s=1)

    found = ids(await changed(client, account(store.url), since))

    assert sorted(set(found), key=int) == placed
    assert found[:30] == placed[:30]
    assert found[-130:] == placed[-130:]
    assert len(found) < 410 + 250 + 3  # little comes twice
    assert len(store.calls()) < 20


async def test_an_order_that_is_changed_while_they_are_read_hides_no_other(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    since = clock.now
    placed = await place(store, clock, 250, each_s=1)
    found: list[str] = []

    async for page in client.changed_orders(account(store.url), since):
        found += ids(page)
        if len(found) == 100:
            for order_id in placed[:20]:
                await store.edit_order(int(order_id), note="Ще одна зміна")
            clock.tick()

    assert found == [*placed, *placed[:20]]


async def test_an_order_that_leaves_a_full_second_hides_no_other(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    since = clock.now
    placed = await place(store, clock, 250)
    clock.tick()

    async def edit() -> None:
        await store.edit_order(int(placed[3]), note="Пізніше")

    store.site.faults.add(Meanwhile(prefix="orders", method="GET", left=1, page="2", act=edit))

    found = ids(await changed(client, account(store.url), since))

    assert set(found) == set(placed)
    assert found[-1] == placed[3]


async def test_a_second_that_never_rests_is_left_for_later(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    since = clock.now
    placed = iter(await place(store, clock, 250))
    clock.tick()

    async def edit() -> None:
        await store.edit_order(int(next(placed)), note="Знову")

    store.site.faults.add(Meanwhile(prefix="orders", method="GET", left=99, page="2", act=edit))

    with pytest.raises(UnavailableError, match="faster than it can be read"):
        await changed(client, account(store.url), since)


async def test_the_trash_is_asked_as_well_and_comes_in_its_time(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    placed = await place(store, clock, 150, each_s=1)
    since = clock.tick()
    for position, order_id in enumerate(placed):
        if position % 10 == 0:
            await store.trash(int(order_id))
        else:
            await store.edit_order(int(order_id), note="Змінено")
        clock.tick()

    found = await changed(client, account(store.url), since)

    assert list(dict.fromkeys(ids(found))) == placed
    times = [one.order.modified_at for one in found if one.order]
    assert times == sorted(times)
    canceled = [one.order for one in found if one.order and one.order.status == "trash"]
    assert {order.external_id for order in canceled} == set(placed[::10])
    assert {order.state for order in canceled} == {PlatformState.CANCELED}


async def test_one_that_makes_no_sense_holds_up_no_other(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    since = clock.now
    first, odd, last = await place(store, clock, 3, each_s=1)
    store.orders[int(odd)].currency = ""

    found = await changed(client, account(store.url), since)

    assert [one.order.external_id if one.order else None for one in found] == [first, None, last]
    assert b'"id":%d,' % int(odd) in found[1].body
    assert {one.topic for one in found} == {"order.updated"}


@pytest.mark.parametrize("prices_include_tax", [True, False])
async def test_all_kinds_of_orders_read_as_their_webhooks_would(
    client: WooCommerceClient, clock: Clock, prices_include_tax: bool
) -> None:
    async with WooCommerceStore(
        consumer_key=KEY,
        consumer_secret=SECRET,
        tax_percent=20,
        prices_include_tax=prices_include_tax,
        clock=clock,
    ) as store:
        goods = [
            store.add_product(sku=f"P-{n}", name=f"Товар №{n}", price=Decimal("99.99"), stock=9).id
            for n in range(200)
        ]
        long = await store.place_order(lines=[(id_, 3) for id_ in goods], coupon=("ДЕСЯТЬ", 10))
        dollars = await store.place_order(lines=[(goods[0], 1)], currency="USD")
        partly = await store.place_order(lines=[(goods[1], 1)], payment="card")
        await store.refund(partly.id, Decimal("10.50"))
        fully = await store.place_order(lines=[(goods[2], 1)], payment="card")
        await store.refund(fully.id)

        found = await changed(client, account(store.url), clock.now)

        orders = {one.order.external_id: one.order for one in found if one.order}
        assert set(ids(found)) == {str(each.id) for each in (long, dollars, partly, fully)}
        read = orders[str(long.id)]
        assert len(read.lines) == 200
        explained = sum(line.amount for line in read.lines) + read.delivery_cost - read.discount
        assert abs(explained - read.total) < Decimal("2.01")  # a kopiyka for each line at most
        assert read.lines[0].amount == Decimal("299.97" if prices_include_tax else "359.96")
        assert orders[str(dollars.id)].currency == "USD"
        assert orders[str(partly.id)].refunded == Decimal("10.50")
        assert orders[str(partly.id)].state is PlatformState.ACTIVE
        assert orders[str(fully.id)].state is PlatformState.CANCELED


async def test_a_store_that_asks_to_wait_in_the_middle(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    since = clock.now
    placed = await place(store, clock, 150, each_s=1)
    pages = client.changed_orders(account(store.url), since)

    assert ids(await anext(pages)) == placed[:100]
    store.answer_with(429, "<html>slow down", {"Retry-After": "17"})
    with pytest.raises(UnavailableError) as caught:
        await anext(pages)

    assert caught.value.retry_after_s == 17
    assert caught.value.problem is ConnectProblem.FIREWALL


async def test_revoked_keys(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    store.keys.revoke(KEY)

    with pytest.raises(CredentialsError) as caught:
        await changed(client, account(store.url), clock.now)

    assert caught.value.problem is ConnectProblem.WRONG_KEYS


async def test_open_orders_are_counted_and_come_by_their_age(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    store.plugin_statuses["packed"] = "Спаковано"
    placed = await place(store, clock, 205)
    for order_id, status in zip(
        placed, ["completed", "cancelled", "failed", "refunded", "trash", "packed"], strict=False
    ):
        await store.set_status(int(order_id), status)
    await store.set_status(int(placed[6]), "checkout-draft")
    await store.set_status(int(placed[7]), "on-hold")
    await store.set_status(int(placed[8]), "pending")
    waiting = [placed[5], *placed[7:]]

    assert await client.count_open_orders(account(store.url)) == len(waiting) == 199
    found: list[str] = []
    async for page in client.open_orders(account(store.url)):
        if not found:  # what leaves the list moves the others to the front
            for order_id in placed[10:30]:
                await store.set_status(int(order_id), "completed")
        found += ids(page)
    assert found == waiting


async def test_open_orders_where_reports_are_out_of_bounds(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    await place(store, clock, 2)
    store.answer_with(403, '{"code":"woocommerce_rest_cannot_view"}', prefix="reports")

    assert await client.count_open_orders(account(store.url)) == 2


async def test_only_what_was_deleted_for_good_is_missing(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    placed = await place(store, clock, 120)
    await store.trash(int(placed[0]))
    await store.set_status(int(placed[1]), "checkout-draft")
    await store.set_status(int(placed[2]), "of-a-plugin-that-is-off")
    for order_id in (placed[3], placed[110]):
        await store.delete(int(order_id))

    missing = await client.missing_orders(account(store.url), placed)

    assert missing == {placed[3], placed[110]}
    assert len(store.calls("GET", "orders")) == 4 + 4  # two parts, and each that was not listed
    assert WEBHOOKS.parse(*client.gone(placed[3])) == (OrderGone(placed[3]),)


async def test_a_store_that_fails_is_not_missing_orders(
    client: WooCommerceClient, store: WooCommerceStore, clock: Clock
) -> None:
    (order_id,) = await place(store, clock, 1)
    await store.delete(int(order_id))
    store.answer_with(404, '{"code":"rest_no_route","message":"No route"}', prefix="orders/")

    with pytest.raises(RequestRefusedError):
        await client.missing_orders(account(store.url), [order_id])


async def test_statuses_that_orders_may_be_given(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    store.plugin_statuses["packed"] = "Спаковано &amp; чекає"

    statuses = await client.order_statuses(account(store.url))

    assert [one.code for one in statuses] == [
        "pending",
        "processing",
        "on-hold",
        "completed",
        "cancelled",
        "refunded",
        "failed",
        "packed",
    ]
    assert statuses[-1] == PlatformStatus("packed", "Спаковано & чекає")


async def test_a_status_is_told_and_may_be_told_again(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    order = await store.place_order(lines=[("TSH-001", 1)])
    store.lose_answers(times=2, method="PUT")

    with pytest.raises(UnavailableError):
        await client.tell_status(account(store.url), str(order.id), "completed")
    assert store.orders[order.id].status == "completed"
    told = await client.tell_status(account(store.url), str(order.id), "completed")

    assert (told.status, told.state) == ("completed", PlatformState.COMPLETED)


async def test_a_signature_that_was_used_up_on_a_dropped_connection_is_no_wrong_key(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    order = await store.place_order(lines=[("TSH-001", 1)])
    await client.fetch_order(account(store.url), str(order.id))  # the connection stays open
    store.lose_answers(times=1, method="PUT")

    told = await client.tell_status(account(store.url), str(order.id), "on-hold")

    assert told.status == "on-hold"
    assert len(store.calls("PUT")) == 3  # lost; the same again, refused; signed anew


@pytest.mark.parametrize(
    ("order_id", "status", "code"),
    [
        ("424242", "completed", "woocommerce_rest_shop_order_invalid_id"),
        ("", "nonsense", "rest_invalid_param"),
    ],
)
async def test_a_status_is_refused_in_the_stores_words(
    client: WooCommerceClient, store: WooCommerceStore, order_id: str, status: str, code: str
) -> None:
    order = await store.place_order(lines=[("TSH-001", 1)])

    with pytest.raises(RequestRefusedError) as caught:
        await client.tell_status(account(store.url), order_id or str(order.id), status)

    assert caught.value.code == code
    assert store.orders[order.id].status == "processing"


async def test_a_note_is_left_once(client: WooCommerceClient, store: WooCommerceStore) -> None:
    order = await store.place_order(lines=[("TSH-001", 1)])
    shop, text = account(store.url), "Продано: 450.00 грн,\n<b>Олена</b>"
    store.lose_answers(times=1, method="POST")

    with pytest.raises(UnavailableError):
        await client.add_note(shop, str(order.id), text, may_be_there=False)
    await client.add_note(shop, str(order.id), text, may_be_there=True)
    await client.add_note(shop, str(order.id), "Інше", may_be_there=True)

    left = [(note.text, note.is_for_customer) for note in store.orders[order.id].notes]
    assert left == [(text, False), ("Інше", False)]


async def test_keys_that_may_only_read_are_told_from_wrong_ones(
    client: WooCommerceClient, store: WooCommerceStore
) -> None:
    order = await store.place_order(lines=[("TSH-001", 1)])
    store.keys.add("ck_read", "cs_read", "read")

    with pytest.raises(CredentialsError) as caught:
        await client.tell_status(
            account(store.url, "ck_read", "cs_read"), str(order.id), "completed"
        )
    assert caught.value.problem is ConnectProblem.READ_ONLY

    with pytest.raises(CredentialsError) as caught:
        await client.tell_status(account(store.url, KEY, "cs_x"), str(order.id), "completed")
    assert caught.value.problem is ConnectProblem.WRONG_KEYS
    assert store.orders[order.id].status == "processing"


async def test_the_same_over_https(clock: Clock, certificate: Path) -> None:
    since = clock.now
    connector = aiohttp.TCPConnector(ssl=trusting(certificate))
    async with (
        secure_store(certificate, clock) as store,
        aiohttp.ClientSession(connector=connector) as session,
    ):
        client, shop = WooCommerceClient(ApiClient(session)), account(store.url)
        placed = await place(store, clock, 101, each_s=1)
        assert ids(await changed(client, shop, since)) == placed
        await client.tell_status(shop, placed[0], "completed")
        await client.add_note(shop, placed[0], "Продано", may_be_there=True)
        assert not [call for call in store.calls() if "oauth_signature" in call.query]
        with pytest.raises(CredentialsError):
            await client.tell_status(account(store.url, KEY, "cs_x"), placed[1], "completed")

        assert store.orders[int(placed[0])].status == "completed"
        assert [note.text for note in store.orders[int(placed[0])].notes][-1] == "Продано"
        assert store.orders[int(placed[1])].status == "processing"
