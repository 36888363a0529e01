"""The webhook receiver, over real HTTP: what a store gets for an answer, and what is kept."""

import asyncio
import base64
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs
from structlog.typing import EventDict
from tortoise.connection import get_connection

from bot.platforms import ENTRANCES
from domain.orders import Phase
from integrations.woocommerce.webhook import WooCommerceWebhooks
from models.inbox import EntryState, InboxEntry
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from services import chats, connections, health, shops
from services.inbox import InboxWriter
from services.shops import ConnectedShop
from tests.factories import BOX, OWNER_ID, WEBHOOK_SECRET, drain, make_shop
from tests.integrations.woocommerce.captures import capture, signed
from web import webhooks
from web.app import build_app
from web.connections import GrantReceiver
from web.webhooks import LARGEST_BODY, Receiver
from worker.inbox import InboxWorker

CREATED = capture(6)
PLATFORMS = {"woocommerce": WooCommerceWebhooks()}


def signature(body: bytes, secret: str = WEBHOOK_SECRET) -> str:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@dataclass
class Site:
    """The running receiver, a connected shop, and a store's way of talking to it."""

    session: aiohttp.ClientSession
    url: str
    shop: ConnectedShop

    async def send(
        self,
        body: bytes,
        *,
        topic: str = "order.updated",
        secret: str | None = WEBHOOK_SECRET,
        path: str | None = None,
        **headers: str,
    ) -> tuple[int, str]:
        """POST as a store does; ``secret`` None: unsigned."""
        sent = {
            "Content-Type": "application/json",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Delivery-ID": "f3b0c44298fc1c149afbf4c8996fb924",
            **headers,
        }
        if secret is not None:
            sent["X-WC-Webhook-Signature"] = signature(body, secret)
        url = self.url + (path or self.shop.webhook_path)
        async with self.session.post(url, data=io.BytesIO(body), headers=sent) as response:
            return response.status, await response.text()

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.text()


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as logged:
        yield logged


@pytest.fixture(params=[True, False], ids=["telegram ready", "telegram away"])
def is_telegram_ready(request: pytest.FixtureRequest) -> bool:
    ready: bool = request.param
    return ready


async def serve(is_ready: bool = True) -> web.AppRunner:
    async def find(platform: str, key: str) -> ConnectedShop | None:
        return await shops.find(platform, key, BOX)

    async def telegram() -> bool:
        return is_ready

    receiver = Receiver(PLATFORMS, find, InboxWriter(), shops.heard)
    grants = GrantReceiver(ENTRANCES, partial(connections.grant, box=BOX))
    app = build_app(receiver, grants, telegram)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


@pytest.fixture
async def site(db: str) -> AsyncIterator[Site]:
    del db
    runner = await serve()
    try:
        async with aiohttp.ClientSession() as session:
            yield Site(session, address(runner), await make_shop())
    finally:
        await runner.cleanup()


async def assert_nothing_kept() -> None:
    assert await InboxEntry.all().count() == 0


# --- accepted ------------------------------------------------------------------------------------


async def test_a_signed_request_is_in_the_inbox_before_the_answer(site: Site) -> None:
    status, text = await site.send(CREATED.body, topic=CREATED.topic)

    entry = await InboxEntry.get()
    assert (status, text) == (200, "ok")
    assert (entry.shop_id, entry.topic) == (site.shop.id, "order.created")
    assert bytes(entry.body) == CREATED.body
    assert entry.state is EntryState.PENDING


async def test_every_captured_request_is_accepted_as_it_came(db: str) -> None:
    del db
    runner = await serve()
    captures = signed()
    try:
        async with aiohttp.ClientSession() as session:
            secrets = {one.secret for one in captures}
            connected = {
                secret: await shops.add("woocommerce", "S", box=BOX, webhook_secret=secret)
                for secret in secrets
            }
            for one in captures:
                headers = {
                    name: value for name, value in one.headers.items() if name.startswith("x-wc-")
                }
                url = address(runner) + connected[one.secret].webhook_path
                async with session.post(url, data=one.body, headers=headers) as response:
                    assert response.status == 200, one.name
    finally:
        await runner.cleanup()
    kept = await InboxEntry.all().order_by("id")
    assert [(entry.topic, bytes(entry.body)) for entry in kept] == [
        (one.topic, one.body) for one in captures
    ]


async def test_requests_with_one_delivery_id_are_all_kept(site: Site) -> None:
    """Every webhook of a store numbers its deliveries alike, and a test delivery repeats."""
    for number in (6, 7, 6):
        assert (await site.send(capture(number).body))[0] == 200

    assert await InboxEntry.all().count() == 3
    await drain(InboxWorker(PLATFORMS, []))
    assert await Order.all().count() == 1


async def test_many_requests_at_once_are_all_kept(site: Site) -> None:
    bodies = [json.dumps({"n": number}).encode() for number in range(60)]

    answers = await asyncio.gather(*(site.send(body) for body in bodies))

    assert {status for status, _ in answers} == {200}
    assert {bytes(entry.body) for entry in await InboxEntry.all()} == set(bodies)


@pytest.mark.parametrize("topic", ["coupon.created", "order.exploded", "", "t" * 3000])
async def test_a_topic_nobody_knows_is_acknowledged_and_done(site: Site, topic: str) -> None:
    assert (await site.send(b"{}", topic=topic))[0] == 200

    await drain(InboxWorker(PLATFORMS, []))

    assert (await InboxEntry.get()).state is EntryState.DONE


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b"", b'{"id": "x"}', b"null"])
async def test_a_signed_body_that_makes_no_sense_is_set_aside_for_the_owner(
    site: Site, body: bytes
) -> None:
    await chats.subscribe(OWNER_ID)

    assert (await site.send(body, topic="order.created"))[0] == 200
    await drain(InboxWorker(PLATFORMS, [OWNER_ID]))

    assert (await InboxEntry.get()).state is EntryState.SET_ASIDE
    assert await OutboxEffect.filter(kind=EffectKind.TELL_OWNER).count() == 1
    assert not await Order.exists()


async def test_exactly_one_mebibyte_is_accepted(site: Site) -> None:
    assert (await site.send(b"x" * LARGEST_BODY))[0] == 200

    assert len((await InboxEntry.get()).body) == 1024 * 1024


# --- pings ---------------------------------------------------------------------------------------


async def test_an_unsigned_ping_is_answered_at_any_time_and_not_kept(site: Site) -> None:
    for number in (1, 2, 144):
        ping = capture(number)
        url = site.url + site.shop.webhook_path
        async with site.session.post(url, data=ping.body) as response:
            assert response.status == 200

    await assert_nothing_kept()


async def test_what_reaches_us_is_noted_each_ping_and_requests_now_and_then(site: Site) -> None:
    assert await shops.heard_at(site.shop.id) is None
    await site.send(CREATED.body)
    first = await shops.heard_at(site.shop.id)
    await site.send(CREATED.body)
    assert await shops.heard_at(site.shop.id) == first
    async with site.session.post(site.url + site.shop.webhook_path, data=b"webhook_id=1"):
        pass
    second = await shops.heard_at(site.shop.id)
    assert first is not None
    assert second is not None
    assert second > first


@pytest.mark.parametrize(
    "body", [b"webhook_id=1&x=2", b"webhook_id=", b"webhook_id=abc", b" webhook_id=1"]
)
async def test_what_only_looks_like_a_ping_is_refused(site: Site, body: bytes) -> None:
    async with site.session.post(site.url + site.shop.webhook_path, data=body) as response:
        assert response.status == 401

    await assert_nothing_kept()


# --- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "wrong", WEBHOOK_SECRET + " "])
async def test_a_wrong_or_missing_signature_is_refused(site: Site, secret: str | None) -> None:
    assert (await site.send(CREATED.body, secret=secret))[0] == 401

    await assert_nothing_kept()


async def test_another_shops_secret_is_refused(site: Site) -> None:
    await shops.add("woocommerce", "Other", box=BOX, webhook_secret="the other's")

    assert (await site.send(CREATED.body, secret="the other's"))[0] == 401
    await assert_nothing_kept()


async def test_a_signature_of_another_body_is_refused(site: Site) -> None:
    headers = {"X-WC-Webhook-Signature": signature(b"{}")}

    assert (await site.send(b"{ }", secret=None, **headers))[0] == 401
    await assert_nothing_kept()


@pytest.mark.parametrize("text", ["ключ", "\u00e9", "=", "a" * 5000])
async def test_a_signature_of_odd_characters_is_refused(site: Site, text: str) -> None:
    headers = {"X-WC-Webhook-Signature": text}

    assert (await site.send(CREATED.body, secret=None, **headers))[0] == 401


async def test_an_unknown_shop_or_platform_is_not_found(site: Site) -> None:
    key = site.shop.webhook_path.rpartition("/")[2]
    paths = ["/webhooks/woocommerce/nobody", f"/webhooks/prom/{key}", f"/webhooks/Woo/{key}"]

    for path in paths:
        assert (await site.send(CREATED.body, path=path))[0] == 404

    await assert_nothing_kept()


async def test_a_removed_shop_is_not_found(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "SHOP_CACHE_S", 0.0)
    assert (await site.send(CREATED.body))[0] == 200

    await shops.remove(site.shop.id)

    assert (await site.send(CREATED.body))[0] == 404
    assert await InboxEntry.all().count() == 1


async def test_more_than_one_mebibyte_is_refused(site: Site) -> None:
    assert (await site.send(b"x" * (LARGEST_BODY + 1)))[0] == 413

    await assert_nothing_kept()


async def test_more_than_one_mebibyte_of_unknown_length_is_refused(site: Site) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * 65_536

    async with site.session.post(site.url + site.shop.webhook_path, data=chunks()) as response:
        assert response.status == 413
    await assert_nothing_kept()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_other_methods_are_refused(site: Site, method: str) -> None:
    url = site.url + site.shop.webhook_path
    async with site.session.request(method, url) as response:
        assert response.status == 405


# --- trouble of ours -----------------------------------------------------------------------------


async def test_nothing_is_acknowledged_while_the_database_fails(
    site: Site, logs: list[EventDict]
) -> None:
    connection = get_connection("default")
    await connection.execute_script("ALTER TABLE inbox_entry RENAME TO away")

    answers = await asyncio.gather(*(site.send(CREATED.body) for _ in range(3)))

    assert [status for status, _ in answers] == [500] * 3
    assert not any("inbox_entry" in text for _, text in answers)
    failed = [entry["event"] for entry in logs if entry["log_level"] == "error"]
    assert failed == ["request failed"] * 3
    assert WEBHOOK_SECRET not in repr(logs)
    assert site.shop.webhook_path not in repr([{**entry, "exc_info": None} for entry in logs])
    await connection.execute_script("ALTER TABLE away RENAME TO inbox_entry")
    await assert_nothing_kept()
    assert (await site.send(CREATED.body))[0] == 200
    assert await InboxEntry.all().count() == 1


# --- health --------------------------------------------------------------------------------------


async def test_alive(site: Site) -> None:
    assert await site.get("/healthz") == (200, "ok")


async def test_ready_when_all_parts_are(db: str, is_telegram_ready: bool) -> None:
    del db
    runner = await serve(is_telegram_ready)
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(address(runner) + "/readyz") as response,
        ):
            assert response.status == (200 if is_telegram_ready else 503)
            assert await response.json() == {
                "database": True,
                "migrations": True,
                "telegram": is_telegram_ready,
            }
    finally:
        await runner.cleanup()


async def test_not_ready_when_a_migration_is_missing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "migration_names", lambda: ["0001_initial", "9999_next"])

    status, text = await site.get("/readyz")

    assert status == 503
    assert json.loads(text) == {"database": True, "migrations": False, "telegram": True}


async def test_not_ready_when_the_database_does_not_answer(site: Site) -> None:
    connection = get_connection("default")
    await connection.execute_script("ALTER TABLE tortoise_migrations RENAME TO away")

    status, text = await site.get("/readyz")
    await connection.execute_script("ALTER TABLE away RENAME TO tortoise_migrations")

    assert (status, json.loads(text)["database"]) == (503, False)


async def test_metrics_count_what_waits_and_what_was_answered(site: Site) -> None:
    await site.send(CREATED.body)
    await site.send(CREATED.body, secret="wrong")

    _, text = await site.get("/metrics")

    shown = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(shown["kramar_inbox_pending"]) == 1
    assert float(shown['kramar_webhooks_total{answer="200"}']) >= 1
    assert float(shown['kramar_webhooks_total{answer="401"}']) >= 1


async def test_from_the_request_to_the_order(site: Site) -> None:
    await site.send(CREATED.body, topic=CREATED.topic)

    await drain(InboxWorker(PLATFORMS, []))

    order = await Order.get()
    assert (order.external_id, order.phase) == (str(json.loads(CREATED.body)["id"]), Phase.OPEN)
