"""Settings, Shops: a shop is connected in the chat, looked after, and disconnected."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from aiohttp import web

from bot.platforms import ENTRANCES, WEBHOOK_PLATFORMS
from domain.rights import Role
from domain.shops import ConnectionState, ImportState
from models.audit import AuditEntry
from models.connecting import CatalogueImport, ShopConnection
from models.inbox import InboxEntry
from models.orders import EventKind, OrderEvent
from models.sales import SalesChannel
from models.shops import Shop, ShopEffect, ShopEffectKind
from models.staff import StaffMember
from models.telegram import DialogueState
from sandbox.telegram import Message
from sandbox.woocommerce.store import WooCommerceStore
from services import connections, shop_effects, shops
from services.inbox import InboxWriter
from tests.bot.conftest import PATIENCE_S, TRANSLATORS, Scene
from tests.factories import BOX
from web.app import build_app
from web.connections import GrantReceiver
from web.webhooks import Receiver
from worker.connections import ConnectionWorker

PUBLIC_URL = "https://bot.example.test"
KEY, SECRET = "ck_sandbox", "cs_sandbox"
BOTH = f"{KEY} {SECRET}"


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
async def store() -> AsyncIterator[WooCommerceStore]:
    async with WooCommerceStore(name="Крамниця & Ко") as running:
        running.add_product(sku="A", name="Чохол", price=Decimal(100), stock=50)
        yield running


@pytest.fixture
async def public_desk(resting: Scene, store: WooCommerceStore) -> AsyncIterator[Desk]:
    """The store reaches us, by a name that it alone knows."""
    resting.office = replace(resting.office, public_url=PUBLIC_URL)
    async with our_web() as address:
        store.outgoing.hosts["bot.example.test"] = address
        async with at_work(resting) as desk:
            yield desk


@asynccontextmanager
async def our_web() -> AsyncIterator[str]:
    """What answers shops; gives its address."""
    find = partial(shops.find, box=BOX)
    receiver = Receiver(WEBHOOK_PLATFORMS, find, InboxWriter(), shops.heard)
    grants = GrantReceiver(ENTRANCES, partial(connections.grant, box=BOX))

    async def ready() -> bool:
        return True

    runner = web.AppRunner(build_app(receiver, grants, ready))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port, *_ = runner.addresses[0]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


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
    await desk.scene.telegram.wait_for(nothing_unfinished)
    row = await ShopConnection.get()
    assert (row.state, row.secrets, row.shop_id) == (ConnectionState.DONE, "", shop.id)
    assert await AuditEntry.filter(kind="shop_connected", staff_id__isnull=False).count() == 1
    assert not await InboxEntry.exists()


async def nothing_unfinished() -> bool:
    return not await connections.unfinished()


def hooks_of(store: WooCommerceStore) -> set[str]:
    """Where the store's webhooks lead."""
    return {hook.delivery_url for hook in store.webhooks.webhooks.values()}


def button_url(message: Message, label: str) -> str:
    (url,) = (
        button["url"]
        for row in message.inline_keyboard
        for button in row
        if label in button["text"]
    )
    return str(url)


async def test_a_shop_is_connected_by_one_tap_on_its_own_page(
    public_desk: Desk, store: WooCommerceStore
) -> None:
    desk = public_desk
    for _ in range(3):
        order = await store.place_order(lines=[("A", 1)])
        order.created_at -= timedelta(hours=1)
    screen = await desk.connect(store.url)
    await desk.says(screen, "Tap Allow in WooCommerce")
    url = button_url(screen, "Allow in WooCommerce")
    token = url.rpartition("%2F")[2].partition("&")[0]
    assert token not in str([vars(row) for row in await ShopConnection.all()])

    consent = await store.approve(url)
    await desk.says(screen, "Крамниця & Ко is connected.", "3 open orders wait there.")
    again = await store.approve(url)

    assert (consent.status, again.status) == (302, 401)
    assert consent.location.startswith("https://t.me/")
    assert "Orders come at once: the site sends them here, a test has arrived." in screen.text
    assert labels(screen) == ["📥 Take them", "Only new ones"]
    shop = await Shop.get(name="Крамниця & Ко")
    assert shop.has_webhooks
    assert shop.heard_at is not None
    assert await ShopConnection.filter(shop_id=shop.id).count() == 1
    ours = f"{PUBLIC_URL}/webhooks/woocommerce/{shop.key}"
    assert hooks_of(store) == {ours}

    await desk.tap(screen, "Take them")
    await desk.says(screen, "3 orders are taken.")
    entries = await InboxEntry.filter(shop_id=shop.id)
    assert [entry.is_silent for entry in entries] == [True] * 3
    assert labels(screen) == ["📚 Catalogue", "⬅️ Back"]
    await desk.tap(screen, "Back")
    await desk.says(screen, "Orders come at once (webhooks).")
    assert "🔗 Not matched: 0" in labels(screen)


async def test_a_site_is_connected_once_and_again_with_its_orders(
    public_desk: Desk, store: WooCommerceStore
) -> None:
    desk = public_desk
    screen = await desk.connect(store.url)
    await desk.says(screen, "Tap Allow in WooCommerce")
    await desk.tap(screen, "Type the keys")
    await desk.says(screen, "Send both keys here")
    await desk.type(BOTH)
    await desk.says(screen, "is connected.")
    first = await Shop.get(name="Крамниця & Ко")
    await CatalogueImport.create(
        shop=first, staff=await desk.scene.member(desk.scene.seller), chat_id=1, message_id=1
    )
    await shop_effects.owe(ShopEffectKind.TELL_STOCK, first.id, [1, 2])

    # The same site in another spelling: its keys are offered instead.
    again = await desk.connect(store.url.upper().replace("HTTP:", "http:") + "/shop/")
    await desk.says(again, "This shop is connected already, as “Крамниця & Ко”.")
    assert labels(again) == ["🔑 Other keys", "⬅️ Back"]

    await desk.tap(again, "Back")
    await desk.tap(again, "🏪 Крамниця & Ко")
    await desk.tap(again, "Disconnect")
    await desk.says(again, "Its orders, sales and goods stay here.")
    await desk.tap(again, "Disconnect")
    await desk.says(again, "Крамниця & Ко is disconnected.", "⚪ Крамниця & Ко")
    assert hooks_of(store) == set()
    await first.refresh_from_db()
    assert (first.is_active, first.secrets, first.has_webhooks) == (False, "", False)
    assert not await ShopEffect.exists()
    assert (await CatalogueImport.get()).state == ImportState.STOPPED

    anew = await desk.connect(store.url)
    await desk.says(anew, "Tap Allow in WooCommerce")
    await store.approve(button_url(anew, "Allow in WooCommerce"))
    await desk.says(anew, "is connected.")
    second = await Shop.get(name="Крамниця & Ко")
    assert (second.id, second.is_active, second.has_webhooks) == (first.id, True, True)
    assert second.key != first.key
    assert await SalesChannel.filter(shop_id=first.id).count() == 1


async def test_whoever_waits_hears_what_is_wrong_and_what_to_do(
    public_desk: Desk, store: WooCommerceStore
) -> None:
    desk = public_desk
    screen = await desk.connect("no address at all")
    await desk.says(screen, "is not a site's address. Type it like shop.ua.")
    await desk.type("https://user:pw@shop.ua/")
    await desk.says(screen, "Type the address alone, without a login")
    await desk.type("http://127.0.0.1:9")
    await desk.says(screen, "127.0.0.1:9: There is no shop at this address.")
    assert desk.typed() == set()

    store.answer_with(403, "<html>Checking your browser</html>")
    await desk.type(store.url)
    await desk.says(screen, "Something that protects the site")
    store.behave()
    await desk.type(store.url)
    await desk.says(screen, "Tap Allow in WooCommerce")
    await desk.tap(screen, "Type the keys")
    await desk.says(screen, "Send both keys here")
    await desk.type(f"ck_{'0' * 40}\ncs_{'0' * 40}")
    await desk.says(screen, "is not connected.", "The site does not know these keys.")
    assert labels(screen) == ["↩️ From the beginning", "⬅️ Back"]
    await desk.scene.telegram.wait_for(nothing_unfinished)
    assert not await ShopConnection.exclude(secrets="").exists()

    # The site fails after the keys were typed: they need not be typed again.
    await desk.tap(screen, "From the beginning")
    await desk.says(screen, "Type the address")
    await desk.type(store.url)
    await desk.says(screen, "Tap Allow in WooCommerce")
    await desk.tap(screen, "Type the keys")
    await desk.says(screen, "Send both keys here")
    store.answer_with(503, "", {"Retry-After": "60"})
    await desk.type(BOTH)
    await desk.says(screen, "The site answers with an error of its own.")
    store.behave()
    store.outgoing.hosts.clear()  # from now on it does not find us
    await desk.tap(screen, "Try again")
    await desk.says(screen, "is connected.", f"The site cannot reach {PUBLIC_URL}")
    assert not (await Shop.get(name="Крамниця & Ко")).has_webhooks
    assert hooks_of(store) == set()
    assert await Shop.filter(name="Крамниця & Ко").count() == 1


async def test_keys_that_may_only_read_connect_and_say_what_will_not_work(
    desk: Desk,
) -> None:
    async with WooCommerceStore(
        name="Reader", consumer_key="ck_read", permissions="read", currency="EUR"
    ) as store:
        store.keys.add("ck_full", "cs_full", "read_write")
        screen = await desk.connect_with_keys(store, "ck_read, cs_sandbox")
        await desk.says(screen, "Reader is connected.", "The keys may only read")
        assert "The shop counts in EUR, the program in UAH" in screen.text
        await desk.tap(screen, "Back")
        await desk.says(screen, "WooCommerce 11.0.1 · EUR", "The keys may only read")

        await desk.tap(screen, "Other keys")
        await desk.says(screen, "Send both keys here")
        await desk.type("ck_full cs_full")
        await desk.says(screen, "Reader has new keys.")
        await desk.tap(screen, "Back")
        await desk.says(screen, "🟢 Reader")
        assert "may only read" not in screen.text

        await desk.tap(screen, "Another name")
        await desk.says(screen, "Type a new name for “Reader”.")
        await desk.type("й" * 101)
        await desk.says(screen, "That is too long: at most 100 characters.")
        await desk.type("Базар <3>")
        await desk.says(screen, "🟢 Базар <3> · WooCommerce")
        shop = await Shop.get(base_url=store.url)
        assert (await SalesChannel.get(shop_id=shop.id)).name == "Базар <3>"

        store.keys.revoke("ck_full")
        await desk.tap(screen, "Check now")
        await desk.says(screen, "⚠ The site does not know these keys.")
        await store.down()
        await desk.tap(screen, "Disconnect")
        await desk.says(screen, "Disconnect Базар <3>?")
        await desk.tap(screen, "Disconnect")
        await desk.says(screen, "Базар <3> is disconnected.", "⚪ Базар <3>")
    audited = await AuditEntry.filter(staff_id__isnull=False).order_by("id")
    kinds = [entry.kind.value for entry in audited]
    assert kinds == ["shop_connected", "shop_changed", "shop_changed", "shop_disconnected"]


async def test_only_owners_change_shops_and_nobody_leaves_keys_in_the_chat(
    desk: Desk, store: WooCommerceStore
) -> None:
    seller = desk.scene.seller
    screen = await desk.connect(store.url)
    await desk.says(screen, "Send both keys here")
    await StaffMember.filter(telegram_id=seller.id).update(role=Role.MANAGER)
    await desk.type(BOTH)
    refused = await desk.scene.message(seller.chat, "Your role does not include this")
    assert (await ShopConnection.get()).state == ConnectionState.WAITING

    shops_ = await desk.shops(after=refused)
    assert labels(shops_) == ["⬅️ Back"]
    assert "🟢 My Shop" in shops_.text
    order = await desk.scene.new_order(("A", 1))
    card = await desk.scene.message(seller.chat, "Order 1234", button="Confirm")
    await seller.send(f"cs_{'a' * 40}", reply_to=card)
    await desk.scene.message(seller.chat, "That was a shop's key, so I deleted it here.")
    assert not await OrderEvent.filter(order_id=order.id, kind=EventKind.COMMENTED).exists()
    assert not any("cs_" in text for text in desk.typed() if text != BOTH)
