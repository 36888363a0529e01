"""Settings, Shops, a shop, Stock to the site: turning it on, what the site refused."""

from decimal import Decimal

import pytest
from tortoise.timezone import now

from domain.rights import Role
from domain.shops import NOT_COUNTED, OTHER_CARRIER, UNEXPLAINED, StockKeeping, Trouble
from models.audit import AuditEntry, AuditKind
from models.shops import Listing, Shop
from models.staff import StaffMember
from sandbox.telegram import Message
from services import stock_levels
from tests.bot.conftest import PATIENCE_S, Scene
from tests.services.stock_shops import list_product, make_due, owed


@pytest.fixture
async def shop(scene: Scene) -> Shop:
    """The scene's shop lists A (with its right number) and B; the seller owns it now."""
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.OWNER)
    found = await Shop.get()
    await list_product(found.id, "A", stock=Decimal(5), name="Чохол <b>")
    await list_product(found.id, "B", stock=Decimal(9))
    await list_product(found.id, "A", external_id="v", keeping=StockKeeping.PARENT)
    return found


async def says(scene: Scene, screen: Message, *parts: str) -> None:
    await scene.telegram.wait_for(
        lambda: all(part in screen.text for part in parts), timeout=PATIENCE_S
    )


def labels(screen: Message) -> list[str]:
    return [label for row in screen.buttons for label in row]


async def open_stock(scene: Scene, shop: Shop) -> Message:
    await scene.seller.send("/settings")
    screen = await scene.message(scene.seller.chat, "⚙️ Settings", button="Shops")
    for label in ("Shops", f"🏪 {shop.name}", "Stock to the site"):
        await scene.tap(scene.seller, screen, label)
    await says(scene, screen, "Stock to the site")
    return screen


async def test_it_is_turned_on_after_an_import_and_asks_once(scene: Scene, shop: Shop) -> None:
    screen = await open_stock(scene, shop)
    assert "First the catalogue" in screen.text
    assert labels(screen) == ["📚 Catalogue", "⬅️ Back"]
    await Shop.all().update(imported_at=now())
    await Listing.filter(external_id="x-B").update(stock=None)  # nobody has told us of it
    await scene.tap(scene.seller, screen, "Back")
    await scene.tap(scene.seller, screen, "Stock to the site")
    await says(scene, screen, "1 of 2 products there would get another number.")
    assert "1 more is not told" in screen.text
    assert labels(screen) == ["🟢 Turn on", "⬅️ Back"]
    await scene.tap(scene.seller, screen, "Turn on")
    await says(scene, screen, "Tell the site of stock from now on?", "1 of 2 products")
    assert await owed() == set()

    await scene.tap(scene.seller, screen, "Turn on")

    await says(scene, screen, "🟢 On: 2 products.", "⏳ 2 are still to be told.")
    assert await owed() == {(shop.id, "A"), (shop.id, "B")}
    assert labels(screen) == ["🔁 Send everything again", "⚪ Turn off", "⬅️ Back"]
    row = await AuditEntry.get(kind=AuditKind.SHOP_CHANGED)
    assert (row.data["what"], row.data["value"]) == ("stock", True)
    since = now()
    await Shop.all().update(trouble=Trouble.CREDENTIALS.value, trouble_since=since)
    await scene.tap(scene.seller, screen, "Send everything again")
    await says(scene, screen, "has not accepted the keys")
    await scene.tap(scene.seller, screen, "Turn off")
    await says(scene, screen, "⚪ Off: the site counts by itself.")
    assert await owed() == set()


async def test_what_the_site_refused_is_shown_in_pages(scene: Scene, shop: Shop) -> None:
    await Shop.all().update(imported_at=now(), tells_stock=True)
    await list_products(shop, 9)
    await Listing.filter(keeping=StockKeeping.OWN.value).update(problem="Немає <такого>")

    screen = await open_stock(scene, shop)

    assert "• Чохол <b>: Немає <такого>\n" in screen.text
    assert screen.text.count("Немає <такого>") == 8
    await scene.tap(scene.seller, screen, "›")
    await scene.telegram.wait_for(lambda: screen.text.count("Немає") == 3, timeout=PATIENCE_S)
    await scene.tap(scene.seller, screen, "Send everything again")
    await make_due()
    telling = await stock_levels.due(shop.id)
    assert telling is not None
    assert len(telling.levels) == 11

    for problem, words in (
        (NOT_COUNTED, "“Manage stock” is off for it there"),
        (OTHER_CARRIER, "it takes no waybills of this carrier"),
        (UNEXPLAINED, "it does not say why"),
    ):
        await Listing.all().update(problem=problem)
        screen = await open_stock(scene, shop)
        assert f"• Чохол <b>: {words}\n" in screen.text


async def list_products(shop: Shop, number: int) -> None:
    for each in range(number):
        await list_product(shop.id, "A", external_id=f"n{each}")


async def test_keys_that_may_only_read_and_people_who_may_not(scene: Scene, shop: Shop) -> None:
    await Shop.all().update(imported_at=now(), can_stock=False)
    screen = await open_stock(scene, shop)
    assert "The keys may only read" in screen.text
    assert labels(screen) == ["🔑 Other keys", "⬅️ Back"]

    await Shop.all().update(can_stock=True)
    await scene.tap(scene.seller, screen, "Back")
    await scene.tap(scene.seller, screen, "Stock to the site")
    await says(scene, screen, "1 of 2 products")
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.MANAGER)
    answer = await scene.tap(scene.seller, screen, "Turn on")
    assert "Your role does not include this" in answer.text
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.OWNER)
    await scene.tap(scene.seller, screen, "Turn on")
    await says(scene, screen, "from now on?")
    await Shop.all().update(is_active=False)
    answer = await scene.tap(scene.seller, screen, "Turn on")
    assert answer.text
    assert await owed() == set()
