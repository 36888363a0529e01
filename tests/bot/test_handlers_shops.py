"""Settings, Shops: a shop is connected in the chat, looked after, and disconnected."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

import aiohttp
import pytest
from aiohttp import web

from bot.platforms import ENTRANCES, WEBHOOK_PLATFORMS
from domain.rights import Role
from domain.shops import ConnectionState
from models.audit import AuditEntry
from models.connecting import ShopConnection
from models.inbox import InboxEntry
from models.sales import SalesChannel
from models.shops import Shop
from models.staff import StaffMember
from models.telegram import DialogueState
from sandbox.telegram import Message
from sandbox.woocommerce.store import WooCommerceStore
from services import connections, shops
from services.inbox import InboxWriter
from tests.bot.conftest import PATIENCE_S, TRANSLATORS, Scene
from tests.factories import BOX
from web.app import build_app
from web.connections import GrantReceiver
from web.webhooks import Receiver
from worker.connections import ConnectionWorker

KEY, SECRET = "ck_sandbox", "cs_sandbox"


@dataclass
class Desk:
    """An owner who reads English (the scene's seller), at the screens of shops."""

    scene: Scene

    async def shops(self, after: Message | None = None) -> Message:
        """Settings, Shops, in a new message."""
        await self.scene.seller.send("/settings")
        screen = await self.scene.message(
            self.scene.seller.chat, "⚙️ Settings", button="Shops", after=after
        )
        await self.tap(screen, "Shops")
        await self.says(screen, "🏪 Shops")
        return screen

    async def tap(self, screen: Message, label: str) -> str:
        return (await self.scene.tap(self.scene.seller, screen, label)).text

    async def says(self, screen: Message, *parts: str) -> None:
        try:
            await self.scene.telegram.wait_for(
                lambda: all(part in screen.text for part in parts), timeout=PATIENCE_S
            )
        except TimeoutError:
            raise AssertionError(f"{parts} not in {screen.text!r}") from None

    async def type(self, text: str) -> None:
        await self.scene.seller.send(text)

    async def connect(self, address: str) -> Message:
        """Settings, Shops, Connect WooCommerce, and the address."""
        screen = await self.shops()
        await self.tap(screen, "Connect WooCommerce")
        await self.says(screen, "Type the address")
        await self.type(address)
        return screen

    async def connect_with_keys(self, store: WooCommerceStore, keys: str) -> Message:
        screen = await self.connect(store.url)
        await self.says(screen, "Send both keys here")
        await self.type(keys)
        return screen

    def typed(self) -> set[str]:
        """What the owner has written and is still to be seen."""
        seller = self.scene.seller
        return {
            each.text
            for each in seller.chat.messages
            if each.sender is seller and not each.deleted and not each.text.startswith("/")
        }


@asynccontextmanager
async def at_work(scene: Scene) -> AsyncIterator[Desk]:
    """The bot and what finishes connections run."""
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.OWNER)
    await scene.start()
    worker = ConnectionWorker(scene.bot, TRANSLATORS, scene.office)
    finishing = asyncio.create_task(worker.run())
    try:
        await scene.seller.send("/start")
        await scene.message(scene.seller.chat, "Orders")
        yield Desk(scene)
    finally:
        finishing.cancel()
        with suppress(asyncio.CancelledError):
            await finishing
        await scene.stop()


@pytest.fixture
async def desk(resting: Scene) -> AsyncIterator[Desk]:
    """Nobody can reach us: keys are typed, orders are asked for."""
    async with at_work(resting) as desk:
        yield desk


@pytest.fixture
async def public_desk(resting: Scene) -> AsyncIterator[Desk]:
    """Shops reach us."""
    receiver = Receiver(WEBHOOK_PLATFORMS, partial(shops.find, box=BOX), InboxWriter(), shops.heard)
    grants = GrantReceiver(ENTRANCES, partial(connections.grant, box=BOX))

    async def ready() -> bool:
        return True

    runner = web.AppRunner(build_app(receiver, grants, ready))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port, *_ = runner.addresses[0]
    resting.office = replace(resting.office, public_url=f"http://{host}:{port}")
    try:
        async with at_work(resting) as desk:
            yield desk
    finally:
        await runner.cleanup()


@pytest.fixture
async def store() -> AsyncIterator[WooCommerceStore]:
    async with WooCommerceStore(name="Крамниця & Ко") as running:
        yield running


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def test_a_shop_is_connected_by_typed_keys_that_leave_no_trace(
    desk: Desk, store: WooCommerceStore
) -> None:
    screen = await desk.connect(store.url + "/cart/?x=1")
    await desk.says(screen, "Send both keys here")

    await desk.type("here is the secret: cs_sandbox.")
    await desk.says(screen, "Now the other one, it begins with ck_.")
    kept = [await ShopConnection.get(), *await DialogueState.all()]
    assert not any("cs_sandbox" in str(vars(row)) for row in kept)
    await desk.type("nothing like a key")
    await desk.says(screen, "There is no key in it.")
    await desk.type("ck_sandbox")
    await desk.says(screen, "Крамниця & Ко is connected.", "WooCommerce 11.0.1 · UAH")

    assert "Orders are looked for every 30 seconds." in screen.text
    assert desk.typed() == set()
    shop = await Shop.get(name="Крамниця & Ко")
    assert (shop.base_url, shop.currency, shop.can_write) == (store.url, "UAH", True)
    assert BOX.decrypt(shop.secrets).items() >= {("consumer_secret", SECRET)}
    assert await SalesChannel.exists(shop_id=shop.id)
    row = await ShopConnection.get()
    assert (row.state, row.secrets, row.shop_id) == (ConnectionState.DONE, "", shop.id)
    assert await AuditEntry.filter(kind="shop_connected", staff_id__isnull=False).count() == 1
    assert not await InboxEntry.exists()
