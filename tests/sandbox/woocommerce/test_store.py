"""The simulated store behaves as the real ones were seen to."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

import aiohttp
import pytest

from domain.orders import Change, IncomingOrder, ListingChanged, OrderGone, PlatformState
from integrations.woocommerce.webhook import WooCommerceWebhooks
from sandbox.woocommerce import Customer, WooCommerceStore
from sandbox.woocommerce.php import php_json
from sandbox.woocommerce.pictures import picture
from tests.integrations.woocommerce.captures import capture, of_topic
from tests.sandbox.woocommerce.caller import shape

SECRET = "a&amp;b"
WEBHOOKS = WooCommerceWebhooks()


class Receiver(Protocol):
    status: int
    url: str
    requests: list[tuple[str, bytes]]
    raw_headers: list[list[str]]
    on_request: Any

    @property
    def topics(self) -> list[str]: ...


@pytest.mark.parametrize(("version", "number"), [("11.0.1", 73), ("8.9.3", 25)])
async def test_an_order_has_the_shape_of_a_captured_one(version: str, number: int) -> None:
    real = json.loads(capture(number, "" if version == "11.0.1" else version).body)
    async with WooCommerceStore(version=version) as store:
        for one in real["line_items"]:
            store.add_product(sku=one["sku"], name=one["name"], price=Decimal(450), stock=9)
        order = await store.place_order(
            lines=[(one["sku"], 1) for one in real["line_items"]],
            coupon=("znyzhka10", 10) if real["coupon_lines"] else None,
        )
        ours = json.loads(php_json(store.renderer.order(order)))

    for data in (ours, real):
        data["meta_data"] = []
        for line in data["line_items"]:
            del line["price"], line["image"], line["parent_name"]
            line["meta_data"] = line["meta_data"][:1]
        for line in (*data["shipping_lines"], *data["coupon_lines"]):
            line["meta_data"] = []
    assert shape(ours) == shape(real)


@pytest.mark.parametrize("one", of_topic("order.created")[:20], ids=str)
def test_json_is_written_as_php_writes_it(one: Any) -> None:
    data = json.loads(one.body, parse_float=Decimal)

    assert php_json(data).encode() == one.body


async def test_headers_are_those_of_a_real_request(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    store.subscribe_all(receiver.url, SECRET)

    await store.place_order(lines=[("MUG", 1)])

    real = capture(73).headers
    sent = store.deliveries[0].headers
    assert {name.lower() for name in receiver.raw_headers[0]} == set(real)
    assert sent["User-Agent"] == real["user-agent"]
    assert sent["Content-Type"] == "application/json"
    assert sent["X-WC-Webhook-Source"] == f"{store.url}/"
    assert (sent["X-WC-Webhook-Resource"], sent["X-WC-Webhook-Event"]) == ("order", "updated")


async def test_what_the_store_sends_verifies_and_is_read(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    store.subscribe_all(receiver.url, SECRET)
    customer = Customer(first_name="Іван", last_name="О'Ніл", phone="(067) 123-45-67", city="Київ")

    order = await store.place_order(
        lines=[("MUG", 2), ("SOCKS", 1)], customer=customer, coupon=("znyzhka10", 10), note="🎁 <3"
    )

    changes: list[Change] = []
    for delivery in store.deliveries:
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        WEBHOOKS.verify(headers, delivery.body, SECRET)
        changes += WEBHOOKS.parse(delivery.topic, delivery.body)
    assert receiver.topics == [
        "order.updated",
        "order.created",
        "product.updated",
        "product.updated",
    ]
    placed = changes[0]
    assert isinstance(placed, IncomingOrder)
    assert changes[1] == placed
    told = changes[2]
    assert isinstance(told, ListingChanged)
    assert (told.external_id, told.sku, told.name) == ("10", "MUG", "Чашка 0,3 л")
    assert (placed.external_id, placed.customer_name) == (str(order.id), "Іван О'Ніл")
    assert (placed.phone, placed.note) == ("+380671234567", "🎁 <3")
    assert [line.amount for line in placed.lines] == [Decimal("518.00"), Decimal("129.50")]
    assert (placed.discount, placed.total) == (Decimal("64.75"), Decimal("662.75"))


@pytest.mark.parametrize(
    ("version", "created_via", "topics"),
    [
        ("11.0.1", "store-api", ["order.updated", "order.created"]),
        ("11.0.1", "checkout", ["order.created", "order.updated"]),
        ("11.0.1", "admin", ["order.created"]),
        ("8.9.3", "store-api", ["order.updated"]),
        ("8.9.3", "checkout", ["order.created", "order.updated"]),
    ],
)
async def test_which_webhooks_a_birth_fires(
    receiver: Receiver, version: str, created_via: str, topics: list[str]
) -> None:
    async with WooCommerceStore(version=version) as store:
        store.add_product(sku="MUG", name="Чашка", price=Decimal(259), stock=9)
        store.subscribe_all(receiver.url, SECRET)
        await store.place_order(lines=[("MUG", 1)], created_via=created_via, status="pending")

    assert receiver.topics == topics


async def test_changes_join_and_show_the_state_of_delivery(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    store.delivers_at_once = False
    store.subscribe_all(receiver.url, SECRET)

    order = await store.place_order(lines=[("MUG", 1)])
    await store.edit_order(order.id, note="так")
    await store.set_status(order.id, "completed")
    assert receiver.requests == []
    await store.deliver_pending()

    assert receiver.topics == ["order.updated", "order.created", "product.updated"]
    assert json.loads(receiver.requests[1][1])["status"] == "completed"


async def test_a_change_during_a_delivery_is_sent_again(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    store.add_webhook(topic="order.updated", delivery_url=receiver.url, secret=SECRET)
    order = await store.place_order(lines=[("MUG", 1)])
    store.delivers_at_once = False

    async def change_once() -> None:
        receiver.on_request = None
        await store.edit_order(order.id, note="друга")

    receiver.on_request = change_once
    await store.edit_order(order.id, note="перша")
    await store.deliver_pending()

    notes = [json.loads(body)["customer_note"] for _, body in receiver.requests]
    assert notes == ["", "перша", "друга"]


async def test_trash_restore_and_deletion(store: WooCommerceStore, receiver: Receiver) -> None:
    order = await store.place_order(lines=[("MUG", 1)])
    store.subscribe_all(receiver.url, SECRET)
    store.add_webhook(
        topic="action.woocommerce_delete_order", delivery_url=receiver.url, secret=SECRET
    )

    await store.trash(order.id)
    await store.restore(order.id)
    await store.trash(order.id)
    await store.set_status(order.id, "processing")  # leaves the trash without a word
    await store.delete(order.id)

    assert [(topic, json.loads(body).get("status")) for topic, body in receiver.requests] == [
        ("order.deleted", None),
        ("order.restored", "processing"),
        ("order.deleted", None),
        ("action.woocommerce_delete_order", None),
    ]
    assert receiver.requests[0][1] == f'{{"id":{order.id}}}'.encode()
    assert WEBHOOKS.parse(*receiver.requests[3]) == (OrderGone(str(order.id)),)


async def test_an_order_deleted_before_its_delivery_is_an_error_object(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    store.delivers_at_once = False
    store.subscribe_all(receiver.url, SECRET)
    order = await store.place_order(lines=[("MUG", 1)])
    await store.delete(order.id)

    await store.deliver_pending()

    assert receiver.requests[0][1] == capture(99).body


async def test_the_seventh_failure_in_a_row_disables_and_nothing_is_repeated(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    webhook = store.add_webhook(topic="order.created", delivery_url=receiver.url, secret=SECRET)
    receiver.status = 500

    for _ in range(6):
        await store.place_order(lines=[("MUG", 1)])
    receiver.status = 302  # counts as delivered, and is not followed
    await store.place_order(lines=[("MUG", 1)])
    receiver.status = 303
    for _ in range(6):
        await store.place_order(lines=[("MUG", 1)])
    assert webhook.status == "active"
    await store.place_order(lines=[("MUG", 1)])
    await store.place_order(lines=[("MUG", 1)])

    assert webhook.status == "disabled"
    assert len(receiver.requests) == 6 + 1 + 7
    assert [one.is_success for one in store.deliveries].count(True) == 1


async def test_nobody_listens(store: WooCommerceStore) -> None:
    store.add_webhook(topic="order.created", delivery_url="http://127.0.0.1:9/", secret=SECRET)

    await store.place_order(lines=[("MUG", 1)])

    (delivery,) = store.deliveries
    assert (delivery.status, delivery.is_success) == (None, False)


async def test_stock_follows_the_status(store: WooCommerceStore) -> None:
    mug = next(product for product in store.products.values() if product.sku == "MUG")

    order = await store.place_order(lines=[("MUG", 2)])
    assert mug.stock == 7
    await store.edit_order(order.id, lines=[("MUG", 5)])
    assert mug.stock == 4
    await store.cancel(order.id)
    assert mug.stock == 9
    await store.set_status(order.id, "processing")
    assert mug.stock == 4
    await store.trash(order.id)
    assert mug.stock == 4
    await store.place_order(lines=[("MUG", 9)])
    assert mug.stock == -5  # a store can be oversold


@pytest.mark.parametrize(("version", "left"), [("11.0.1", 9), ("10.6.2", 7), ("8.9.3", 7)])
async def test_a_failed_payment_gives_goods_back_in_new_stores_only(
    version: str, left: int
) -> None:
    async with WooCommerceStore(version=version) as store:
        mug = store.add_product(sku="MUG", name="Чашка", price=Decimal(259), stock=9)
        order = await store.place_order(lines=[("MUG", 2)])
        await store.set_status(order.id, "failed")

    assert mug.stock == left


async def test_edited_lines_keep_their_ids(store: WooCommerceStore) -> None:
    order = await store.place_order(lines=[("MUG", 1), ("SOCKS", 1)])
    mug, socks = order.lines

    await store.edit_order(order.id, lines=[("SOCKS", 2), ("SOCKS", 1)])

    assert order.lines[0].id == socks.id
    assert order.lines[1].id not in (mug.id, socks.id)
    assert order.total == Decimal("468.50")  # 3 x 129.50, and the delivery


async def test_when_an_order_counts_as_paid(store: WooCommerceStore) -> None:
    by_card = await store.place_order(lines=[("MUG", 1)], payment="card")
    on_delivery = await store.place_order(lines=[("MUG", 1)], payment="cod")
    transfer = await store.place_order(lines=[("MUG", 1)], payment="bacs")

    assert by_card.paid_at is not None
    assert on_delivery.paid_at is None
    assert (transfer.status, transfer.paid_at) == ("on-hold", None)
    await store.set_status(on_delivery.id, "completed")
    assert on_delivery.paid_at is not None


async def test_refunds_leave_the_total_and_end_as_refunded(store: WooCommerceStore) -> None:
    order = await store.place_order(lines=[("MUG", 1)])

    await store.refund(order.id, Decimal("100.00"), "Брак")
    assert order.status == "processing"
    await store.refund(order.id)

    data = json.loads(php_json(store.renderer.order(order)))
    assert [refund["total"] for refund in data["refunds"]] == ["-100.00", "-239.00"]
    assert (data["status"], data["total"]) == ("refunded", "339.00")
    with pytest.raises(ValueError, match="Invalid refund amount"):
        await store.refund(order.id, Decimal(1))


async def test_a_product_can_change(store: WooCommerceStore, receiver: Receiver) -> None:
    store.subscribe_all(receiver.url, SECRET)

    await store.update_product("MUG", name="Горнятко", price=Decimal(300), stock=1)

    ((topic, body),) = receiver.requests
    assert topic == "product.updated"
    assert (json.loads(body)["price"], json.loads(body)["stock_quantity"]) == (
        "300",
        1,
    )  # as typed in


async def test_prices_are_numbers_as_php_divides_them() -> None:
    async with WooCommerceStore(decimals=0, clock=lambda: datetime(2026, 1, 2, 3, tzinfo=UTC)) as s:
        s.add_product(sku="A", name="А", price=Decimal(1000), stock=9)
        order = await s.place_order(lines=[("A", 3)], coupon=("x", 67), delivery=None)
        body = php_json(s.renderer.order(order))

    assert '"price":330,' in body
    assert '"date_created":"2026-01-02T05:00:00"' in body  # Kyiv, winter
    assert '"date_created_gmt":"2026-01-02T03:00:00"' in body
    assert '"total":"990"' in body


async def test_a_plugin_status_is_accepted_as_it_is(
    store: WooCommerceStore, receiver: Receiver
) -> None:
    store.subscribe_all(receiver.url, SECRET)
    order = await store.place_order(lines=[("MUG", 1)], number="UA-1", status="np-sent")

    (change,) = WEBHOOKS.parse(*receiver.requests[0])
    assert isinstance(change, IncomingOrder)
    assert (change.number, change.state) == ("UA-1", PlatformState.ACTIVE)
    assert order.status == "np-sent"


async def test_goods_are_sold_by_the_metre(store: WooCommerceStore, receiver: Receiver) -> None:
    store.add_product(
        sku="LINEN", name="Льон", price=Decimal("349.55"), stock=48, step=Decimal("0.5")
    )
    store.subscribe_all(receiver.url, "secret")

    order = await store.place_order(lines=[("LINEN", Decimal("1.5")), ("MUG", 2)])

    (body,) = {body for topic, body in receiver.requests if topic == "order.created"}
    linen, mug = json.loads(body, parse_float=Decimal)["line_items"]
    assert (linen["quantity"], linen["subtotal"]) == (Decimal("1.5"), "524.33")  # half up
    assert linen["meta_data"][0]["value"] == "1.5"
    assert b'"quantity":2,' in body
    assert mug["meta_data"][0]["value"] == "2"
    (product,) = (one for one in store.products.values() if one.sku == "LINEN")
    assert product.stock == Decimal("46.5")
    await store.cancel(order.id)
    assert product.stock == 48


async def test_a_product_shows_its_picture_to_anybody(store: WooCommerceStore) -> None:
    store.add_product(
        sku="CUP", name="Чашка", price=Decimal(1), stock=1, picture=("mug", "#c0392b")
    )

    async with aiohttp.ClientSession() as session:
        async with session.get(store.picture_url("CUP")) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")
            assert await answer.read() == picture("mug", "#c0392b")
        for sku in ("MUG", "NONE"):  # one without a picture, one that is not there
            async with session.get(store.picture_url(sku)) as answer:
                assert answer.status == 404
