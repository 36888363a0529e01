"""A catalogue is read by tapping: the message follows it, the owner decides, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import pytest

from domain.rights import Role
from domain.shops import ImportState
from models.connecting import CatalogueImport
from models.shops import Listing, Shop
from models.staff import StaffMember
from models.stock import Product
from sandbox.telegram import Message
from sandbox.woocommerce.store import WooCommerceStore
from services import catalogue, shops
from services.shops import ConnectedShop
from sync.catalogue import read_catalogue
from tests.bot.conftest import TRANSLATORS, Scene
from tests.factories import BOX
from worker.catalogue import ImportShower


@dataclass(slots=True)
class Reading:
    """The seller, an owner now, looks at a shop whose store sells 130 things."""

    scene: Scene
    store: WooCommerceStore
    shop: ConnectedShop

    async def open(self) -> Message:
        await self.scene.seller.send("/settings")
        screen = await self.scene.message(self.scene.seller.chat, "⚙️ Settings", button="Shops")
        await self.tap(screen, "Shops")
        await self.tap(screen, "Крамниця")
        await self.tap(screen, "Catalogue")
        return screen

    async def tap(self, message: Message, label: str) -> str:
        return (await self.scene.tap(self.scene.seller, message, label)).text

    async def says(self, message: Message, *parts: str) -> None:
        await self.scene.telegram.wait_for(lambda: all(part in message.text for part in parts))

    async def step(self) -> bool:
        return bool(await read_catalogue(self.scene.office, self.shop))

    async def work(self) -> None:
        while await self.step():
            pass

    def shower(self) -> asyncio.Task[None]:
        scene = self.scene
        shower = ImportShower(scene.bot, scene.throttle, TRANSLATORS, every_s=0.02)
        return asyncio.create_task(shower.run())


@pytest.fixture
async def reading(scene: Scene) -> AsyncIterator[Reading]:
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.OWNER)
    async with WooCommerceStore() as store:
        for number in range(130):
            sku = f"P{number}" if number < 128 else ""
            store.add_product(sku=sku, name=f"P{number} <&>", price=Decimal(10), stock=number)
        keys = {"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"}
        shop = await shops.add(
            "woocommerce", "Крамниця", box=BOX, base_url=store.url, credentials=keys
        )
        await Shop.filter(id=shop.id).update(currency="UAH")
        stage = Reading(scene, store, shop)
        task = stage.shower()
        try:
            yield stage
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_an_owner_reads_a_catalogue_and_makes_its_products(reading: Reading) -> None:
    screen = await reading.open()
    await reading.says(screen, "Catalogue · Крамниця", "Nothing of it is known here yet")
    await reading.tap(screen, "Read the catalogue")
    await reading.says(screen, "Reading the catalogue")
    assert "of 130" not in screen.text
    await reading.step()
    await reading.says(screen, "▓", "100 of 130", "You can go on working")

    await reading.store.down()
    with suppress(Exception):
        await reading.step()
    await reading.says(screen, "The site does not answer now")
    await reading.store.up()
    await reading.work()
    await reading.says(screen, "was read", "Found: 130", "New: 128", "one SKU for several: 2")

    await reading.tap(screen, "Create 128 products")
    await reading.work()

    await reading.says(screen, "The catalogue is here", "New products: 128 · linked by SKU: 0")
    assert screen.buttons == [["📊 Stock to the site"], ["🔗 Not matched"], ["⬅️ Back"]]
    assert await Product.filter(sku__startswith="P").count() == 128
    await reading.tap(screen, "Stock to the site")  # the message is free again
    await reading.says(screen, "Stock")
    assert "New products" not in screen.text


async def test_a_hidden_import_comes_back_with_its_result(reading: Reading) -> None:
    screen = await reading.open()
    await reading.tap(screen, "Read the catalogue")
    await reading.tap(screen, "Hide")
    await reading.says(screen, "I go on by myself")
    await reading.tap(screen, "Back")
    await reading.says(screen, "Крамниця", "WooCommerce")

    await reading.work()

    chat = reading.scene.seller.chat
    result = await reading.scene.message(chat, "was read", after=screen)
    assert "was read" not in screen.text
    await reading.scene.bot.delete_message(chat.id, result.message_id)
    owner = await reading.scene.member(reading.scene.seller)
    assert await catalogue.decide((await CatalogueImport.get()).id, makes=False, by=owner)
    await reading.work()
    end = await reading.scene.message(chat, "linked by SKU: 0", after=result)
    assert not await Product.filter(sku__startswith="P").exists()
    await reading.scene.telegram.wait_for(lambda: end.buttons)
    assert (await CatalogueImport.get()).state == ImportState.DONE


async def test_whoever_is_late_sees_what_was_decided(reading: Reading) -> None:
    scene = reading.scene
    screen = await reading.open()
    await reading.tap(screen, "Read the catalogue")
    await reading.tap(screen, "Stop")
    await reading.says(screen, "Reading was stopped", "Nothing was made or linked")
    await reading.work()
    assert not await Listing.exists()
    await reading.tap(screen, "Read the catalogue")
    await reading.work()
    await reading.says(screen, "was read")

    await scene.owner.send("/settings")
    other = await scene.message(scene.owner.chat, "Налаштування", button="Магазини")
    for label in ("Магазини", "Крамниця", "Каталог"):
        await scene.tap(scene.owner, other, label)
    await reading.says(other, "Каталог прочитано", "Нові: 128")
    await scene.tap(scene.owner, other, "Створити 128 товарів")
    await reading.says(other, "Зберігаю каталог")
    assert "was read" in screen.text  # nobody has told them yet
    await reading.tap(screen, "Only link")
    await reading.says(screen, "Storing the catalogue")
    await reading.work()
    await reading.says(screen, "New products: 128")

    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.MANAGER)
    assert "Your role does not include this" in await reading.tap(screen, "Back")
