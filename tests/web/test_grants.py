"""Keys that a shop's platform posts: taken once by whoever waits, refused without a word else."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.platforms import ENTRANCES
from domain.rights import Role
from domain.shops import ConnectionState
from models.connecting import ShopConnection
from services import connections, shops
from services.connections import Begun
from services.inbox import InboxWriter
from tests.factories import BOX, make_staff
from web.app import build_app
from web.connections import LARGEST_GRANT, GrantReceiver
from web.webhooks import Receiver


@dataclass
class Site:
    """The running web part, and a connection that waits."""

    session: aiohttp.ClientSession
    url: str
    begun: Begun

    def body(self, **changes: object) -> bytes:
        """What WooCommerce posts (capture 163), with our token."""
        posted = {
            "key_id": 7,
            "user_id": self.begun.token,
            "consumer_key": "ck_" + "1" * 40,
            "consumer_secret": "cs_" + "2" * 40,
            "key_permissions": "read_write",
        }
        return json.dumps(posted | changes).encode()

    async def post(self, body: bytes, path: str = "") -> int:
        path = path or f"/connect/woocommerce/{self.begun.token}"
        headers = {"Content-Type": "application/json;charset=UTF-8"}
        async with self.session.post(self.url + path, data=body, headers=headers) as response:
            return response.status


@pytest.fixture
async def site(db: str) -> AsyncIterator[Site]:
    del db
    owner = await make_staff(role=Role.OWNER)
    begun = await connections.begin(
        "woocommerce", "https://shop.ua", by=owner, chat_id=1, message_id=1
    )

    async def ready() -> bool:
        return True

    receiver = Receiver({}, partial(shops.find, box=BOX), InboxWriter(), shops.heard)
    grants = GrantReceiver(ENTRANCES, partial(connections.grant, box=BOX))
    runner = web.AppRunner(build_app(receiver, grants, ready))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port, *_ = runner.addresses[0]
    try:
        async with aiohttp.ClientSession() as session:
            yield Site(session, f"http://{host}:{port}", begun)
    finally:
        await runner.cleanup()


async def test_keys_are_taken_once_and_kept_encrypted(site: Site) -> None:
    with capture_logs() as logged:
        assert await site.post(site.body()) == 200
        assert await site.post(site.body()) == 404

    row = await ShopConnection.get()
    assert row.state == ConnectionState.KEYED
    assert connections.keys(row, BOX)["consumer_secret"] == "cs_" + "2" * 40
    assert "cs_2" not in row.secrets
    assert site.begun.token not in f"{logged}{vars(row)}"


async def test_whatever_else_is_posted_is_not_found_and_changes_nothing(site: Site) -> None:
    token = site.begun.token
    wrong = [
        (site.body(), "/connect/woocommerce/nobody"),
        (site.body(), f"/connect/prom/{token}"),
        (site.body(user_id="another"), ""),
        (site.body(consumer_secret=""), ""),
        (site.body(consumer_key=["ck"]), ""),
        (b"[]", ""),
        (b"\xff", ""),
        (site.body(padding="x" * LARGEST_GRANT), ""),
    ]

    assert [await site.post(body, path) for body, path in wrong] == [404] * len(wrong)

    row = await ShopConnection.get()
    assert (row.state, row.secrets) == (ConnectionState.WAITING, "")
