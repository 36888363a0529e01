"""Not matched, in a shop's Settings, by tapping the very buttons the screens carry."""

from decimal import Decimal
from typing import Any

import pytest

from bot.i18n import Translator
from bot.keyboards.buttons import button, keyboard
from bot.keyboards.shops import ShopAction, ShopTap
from bot.settings_screens import unmatched as screens
from domain.rights import Role
from models.shops import Listing, Shop
from models.staff import StaffMember
from models.stock import Product
from models.telegram import DialogueState
from sandbox.telegram import Message
from services import check, linking
from services.unmatched import Unmatched, UnmatchedPage, Why
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.test_handlers_linking import labels, of_listing, says, typed
from tests.bot.views import EN, HOSTILE, LARGEST_ID, UK, shown
from tests.factories import incoming, numbers


async def opened(scene: Scene) -> Message:
    """The screen, from a button such as the shop's own screen has."""
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.MANAGER)
    tap = ShopTap(action=ShopAction.UNMATCHED, id=scene.intake.shop_id)
    sent = await scene.bot.send_message(
        scene.seller.id, "My Shop", reply_markup=keyboard([[button("Not matched", tap)]])
    )
    message = await scene.message(scene.seller.chat, "My Shop", button="Not matched")
    assert message.message_id == sent.message_id
    await scene.tap(scene.seller, message, "Not matched")
    return message


async def listing(scene: Scene, external_id: str, name: str, **values: Any) -> Listing:
    return await Listing.create(
        shop_id=scene.intake.shop_id, external_id=external_id, name=name, **values
    )


async def test_listing_is_linked_mended_and_found_again(scene: Scene) -> None:
    for at in range(8):
        await listing(scene, f"{at}", f"Thing {at}", sku=f"T{at}", price=Decimal(10))
    await listing(
        scene, "99", "Z product a <last>", image_url="https://shop.example/z.jpg", stock=Decimal(7)
    )
    await scene.intake(incoming("1234", of_listing("99", "Z", 2)))
    card = await scene.message(scene.seller.chat, "Order 1234", "not linked")

    screen = await opened(scene)
    await says(scene, screen, "Not matched · My Shop", "9 listings have no product here")
    assert screen.text.split("\n")[4:7] == [
        "1. Z product a <last>",
        "0.00 · no SKU",
        "⏳ 1 open order waits for it",
    ]
    assert "2. Thing 0\n10.00 · SKU T0 · no product here has this SKU\n" in screen.text
    await scene.tap(scene.seller, screen, "›")
    await says(scene, screen, "1. Thing 7")
    await scene.tap(scene.seller, screen, "‹")
    await says(scene, screen, "1. Z product a")
    await scene.tap(scene.seller, screen, "1. ⏳ Z product a")
    await says(scene, screen, "On the site: 7", "Is it one of these?", button="A · Product A")
    answer = await scene.tap(scene.seller, screen, "A · Product A")

    assert answer.text == "Linked: Product A. 1 open order has it now."
    await says(scene, screen, "Here it is Product A.", button="Link another product")
    await says(scene, card, "in stock 5 · reserved 2")
    assert await numbers("A") == ("5", "2")

    await scene.tap(scene.seller, screen, "Link another product")
    await says(scene, screen, "Type a name or SKU of the product", button="Back")
    await scene.restart()
    await scene.seller.send("no such thing")
    await says(scene, screen, "Nothing found for “no such thing”")
    await scene.seller.send("PRODUCT B")
    await says(scene, screen, "Found for “PRODUCT B”", button="B · Product B")
    await scene.telegram.wait_for(lambda: typed(scene) == ["/start"], timeout=PATIENCE_S)
    await scene.tap(scene.seller, screen, "B · Product B")
    await says(scene, screen, "Here it is Product B.", button="Back")
    await says(scene, card, "short by 1", "→ Product B")
    assert await numbers("A") == ("5", "0")
    assert await check.differences() == []

    await scene.tap(scene.seller, screen, "Back")
    await says(scene, screen, "8 listings have no product here", button="Find")
    await scene.tap(scene.seller, screen, "Find")
    await says(scene, screen, "Type a part of the listing's name")
    await scene.seller.send("z")
    await says(scene, screen, "Found for “z”.", "🔗 Product B", button="1. Z product a")
    await scene.tap(scene.seller, screen, "1. Z product a")
    await says(scene, screen, "Here it is Product B.")
    assert await DialogueState.filter(state__not_isnull=True).count() == 0


async def test_listing_is_made_a_product_or_set_aside(scene: Scene) -> None:
    await listing(scene, "1", "Wrap")
    await listing(scene, "2", "Чохол", sku="CASE", price=Decimal(350), stock=Decimal(4))
    screen = await opened(scene)
    await scene.tap(scene.seller, screen, "Wrap")
    await says(scene, screen, "Wrap", "no SKU", button="Not for sale here")
    await scene.tap(scene.seller, screen, "Not for sale here")
    await says(scene, screen, "1 listing has no product here", button="Not for sale here 1")
    await scene.tap(scene.seller, screen, "Чохол")
    await says(scene, screen, "SKU CASE", button="Make a product of it")
    answer = await scene.tap(scene.seller, screen, "Make a product of it")

    assert answer.text == "Linked: Чохол."
    await says(scene, screen, "Here it is Чохол.", "SKU CASE")
    made = await Product.get(sku="CASE")
    assert (f"{made.price}", f"{made.on_hand}") == ("350.00", "4")
    await scene.tap(scene.seller, screen, "Back")
    await says(scene, screen, "Every listing of this shop has its product.")
    await scene.tap(scene.seller, screen, "Not for sale here 1")
    await says(scene, screen, "These need no product here.", button="Wrap")
    await scene.tap(scene.seller, screen, "Wrap")
    await says(scene, screen, "it needs no product", button="It is for sale here")
    await scene.tap(scene.seller, screen, "It is for sale here")
    await says(scene, screen, "Wrap", button="Make a product of it")
    await scene.tap(scene.seller, screen, "Back")
    await says(scene, screen, "1 listing has no product here")


async def test_somebody_was_faster_and_a_packer_is_denied(scene: Scene) -> None:
    thing = await listing(scene, "1", "Product A")
    screen = await opened(scene)
    await scene.tap(scene.seller, screen, "Product A")
    await says(scene, screen, "Is it one of these?", button="A · Product A")
    b = await Product.get(sku="B")
    await linking.link_listing(thing.id, b.id, by=await scene.member(scene.owner))

    answer = await scene.tap(scene.seller, screen, "A · Product A")

    assert answer.text == "It is linked already, to “Product B”."
    await says(scene, screen, "Here it is Product B.", button="Link another product")
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.PACKER)
    answer = await scene.tap(scene.seller, screen, "Link another product")
    assert "Your role does not include this" in answer.text
    assert "Here it is Product B." in screen.text
    assert not any("Type" in label for label in labels(screen))


@pytest.mark.parametrize("t", [EN, UK], ids=["en", "uk"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_anything_foreign_fits_its_screens(text: str, t: Translator) -> None:
    shop = Shop(id=LARGEST_ID, name=text, currency=text[:8])
    product = Product(id=LARGEST_ID, name=text, sku=text)
    rows = []
    for why in (*Why, None):
        row = Listing(id=LARGEST_ID, external_id="7" * 64, name=text, sku=text, stock=Decimal(1))
        row.shop_id, row.product_id = LARGEST_ID, None if why else LARGEST_ID
        linked = None if why else product
        rows.append(Unmatched(listing=row, shop=shop, product=linked, why=why, waiting=10**6))
    found = [product] * 6
    page = UnmatchedPage(
        shop=shop,
        rows=tuple(rows * 2),
        page=99_998,
        count=8 * 10**5,
        ignored=10**6,
        is_ignored=False,
    )

    shown(screens.unmatched(page, t))
    shown(screens.found(LARGEST_ID, text, rows * 2, t))
    shown(screens.found(LARGEST_ID, text, [], t))
    shown(screens.ask_listing(LARGEST_ID, t))
    for each in rows:
        shown(screens.listing(each, found, 99_999, t))
        shown(screens.ask_product(each, found, 99_999, t, text))
        shown(screens.ask_product(each, [], 99_999, t, text))
