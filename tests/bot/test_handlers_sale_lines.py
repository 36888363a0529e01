"""The products of the sale window, by taps and by typing."""

from decimal import Decimal

import pytest

from models.drafts import SaleDraftLine
from models.orders import Order, OrderLine
from models.sales import Sale, SaleLine
from models.stock import Product
from sandbox.telegram import Message
from services import check, products
from tests.bot.conftest import Scene
from tests.bot.test_handlers_sale import open_window
from tests.factories import incoming, line, numbers

STOCK = """sku,name,price,cost,on_hand,unit,image
CASE-BLUE,Чохол «Синій»,350,120,5,,https://shop.example/case.png
CASE-RED,Чохол «Червоний»,360,125,3,,
SATIN,Сатин,99.90,40,12.5,м,
"""


@pytest.fixture
async def window(scene: Scene) -> Message:
    """An open window of an order of two A."""
    await products.import_csv(STOCK)
    await scene.new_order(("A", 2))
    return await open_window(scene, scene.seller)


async def shows(scene: Scene, *parts: str, button: str = "") -> Message:
    return await scene.message(scene.seller.chat, *parts, button=button)


async def back_to_window(scene: Scene, window: Message) -> None:
    """From one line by the list to the window."""
    await scene.tap(scene.seller, window, "Back")
    await shows(scene, "Tap a product", button="Add product")
    await scene.tap(scene.seller, window, "Back")
    await shows(scene, "Sale for order", button="Add sale")


async def open_line(scene: Scene, window: Message, name: str) -> None:
    await scene.tap(scene.seller, window, "Products")
    await scene.tap(scene.seller, window, name)
    await shows(scene, "in stock", button="➖")


async def test_quantity_is_stepped_and_typed(scene: Scene, window: Message) -> None:
    await open_line(scene, window, "A × 2")

    await scene.tap(scene.seller, window, "➕")
    await shows(scene, "3 × ", button="As ordered")
    assert await numbers("A") == ("5", "3")  # one more is held at once
    await scene.tap(scene.seller, window, "➖")
    await shows(scene, "2 × ")
    await scene.tap(scene.seller, window, "2")
    await shows(scene, "Type how many.")
    await scene.seller.send("4")

    await shows(scene, "4 × ", button="➖")
    assert await numbers("A") == ("5", "4")
    await scene.tap(scene.seller, window, "As ordered")
    await shows(scene, "2 × ", button="➖")
    assert await numbers("A") == ("5", "2")
    assert not await SaleDraftLine.exists()


async def test_the_last_one_is_not_stepped_away(scene: Scene, window: Message) -> None:
    await open_line(scene, window, "A × 2")
    await scene.tap(scene.seller, window, "➖")
    await shows(scene, "1 × ")

    await scene.tap(scene.seller, window, "➖")

    await shows(scene, "1 × ", button="Remove")


WRONG_QUANTITIES = (
    ("1.5", "counted in whole pieces"),
    ("0", "A quantity is above zero"),
    ("two", "“two” is not a quantity"),
    ("<b>9</b>", "‹b›9‹/b›” is not a quantity"),
    ("99999999", "“99999999” is too large"),
)


async def test_a_wrong_quantity_is_explained_and_asked_again(scene: Scene, window: Message) -> None:
    await open_line(scene, window, "A × 2")
    await scene.tap(scene.seller, window, "2")
    await shows(scene, "Type how many.")

    for typed, problem in WRONG_QUANTITIES:
        await scene.seller.send(typed)
        await shows(scene, problem, "Type how many.")

    assert not await SaleDraftLine.exists()
    await scene.seller.send("3")
    await shows(scene, "3 × ", button="➖")


async def test_price_and_discount_of_a_line(scene: Scene, window: Message) -> None:
    await open_line(scene, window, "A × 2")

    await scene.tap(scene.seller, window, "Price")
    await shows(scene, "Type the price for one.")
    await scene.seller.send("1 234,50")
    await shows(scene, "2 × ₴1,234.50 = ₴2,469.00", button="Discount")
    await scene.tap(scene.seller, window, "Discount")
    await shows(scene, "50 or 10%")
    await scene.tap(scene.seller, window, "10%")
    await shows(scene, "Discount −₴246.90 (10%)", "₴2,222.10", button="Discount")
    await scene.tap(scene.seller, window, "Discount")
    await scene.seller.send("100")
    await shows(scene, "Discount −₴100.00", "₴2,369.00", button="➖")
    await back_to_window(scene, window)
    await scene.tap(scene.seller, window, "Add sale")

    await shows(scene, "Sale for order", button="Undo")
    sold = await SaleLine.get()
    assert (sold.amount, sold.discount) == (Decimal(2369), Decimal(100))


async def test_a_wrong_price_is_explained(scene: Scene, window: Message) -> None:
    await open_line(scene, window, "A × 2")
    await scene.tap(scene.seller, window, "Price")
    await shows(scene, "Type the price for one.")

    for typed, problem in (
        ("-5", "cannot be negative"),
        ("free", "“free” is not a sum"),
        ("1.999", "“1.999” has more than two digits"),
        ("1000000000", "is too large"),
    ):
        await scene.seller.send(typed)
        await shows(scene, problem, "Type the price for one.")

    await scene.tap(scene.seller, window, "Back")
    await shows(scene, "2 × ₴", button="➖")
    assert not await SaleDraftLine.exists()


async def test_a_product_is_found_added_and_sold(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Products")
    await scene.tap(scene.seller, window, "Add product")
    await shows(scene, "Type a part of the name, or the SKU.")
    await scene.seller.send("нічого такого")
    await shows(scene, "Nothing found for “нічого такого”")
    await scene.seller.send("чОХОЛ син")
    hits = await shows(scene, "Found for “чОХОЛ син”", button="Чохол «Синій» · 5 left")
    assert hits.message_id == window.message_id
    await scene.tap(scene.seller, window, "Чохол «Синій»")

    await shows(scene, "Чохол «Синій»", "1 × ₴350.00", button="➕")
    assert await numbers("CASE-BLUE") == ("5", "1")
    await back_to_window(scene, window)
    await shows(scene, "Чохол «Синій» × 1", "added here", button="Add sale")
    await scene.tap(scene.seller, window, "Add sale")
    await shows(scene, "Чохол «Синій» × 1", button="Undo")
    assert await numbers("CASE-BLUE") == ("4", "0")
    assert (await SaleLine.get(name="Чохол «Синій»")).unit_cost == Decimal(120)
    assert await OrderLine.all().count() == 1  # the order's lines stay as ordered
    assert await check.differences() == []


async def test_a_fabric_is_sold_by_the_metre(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Products")
    await scene.tap(scene.seller, window, "Add product")
    await shows(scene, "Type a part of the name")
    await scene.seller.send("SATIN")
    await shows(scene, "Found for", button="Сатин · 12.5 left")
    await scene.tap(scene.seller, window, "Сатин")
    await shows(scene, "1 м × ₴99.90", button="➕")
    await scene.tap(scene.seller, window, "1")
    await shows(scene, "Type how much of it")

    await scene.seller.send("2,5")

    await shows(scene, "2.5 м × ₴99.90 = ₴249.75", button="➕")
    assert await numbers("SATIN") == ("12.5", "2.5")


async def test_removed_products_come_back_with_the_window(scene: Scene, window: Message) -> None:
    await open_line(scene, window, "A × 2")
    await scene.tap(scene.seller, window, "Remove")
    await shows(scene, "Tap a product", button="✖️")
    assert await numbers("A") == ("5", "2")  # the order keeps them until the sale
    await scene.tap(scene.seller, window, "Back")
    answer = await scene.tap(scene.seller, window, "Add sale")
    assert answer.show_alert
    assert "nothing to sell" in answer.text

    await scene.tap(scene.seller, window, "Back")

    await scene.telegram.wait_for(lambda: window.deleted)
    assert await numbers("A") == ("5", "2")
    assert not await Sale.exists()
    window = await open_window(scene, scene.seller)
    await scene.tap(scene.seller, window, "Add sale")
    await shows(scene, "A × 2", button="Undo")


async def test_leaving_the_window_frees_what_was_added(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Products")
    await scene.tap(scene.seller, window, "Add product")
    await shows(scene, "Type a part of the name")
    await scene.seller.send("case-red")
    await scene.tap(scene.seller, await shows(scene, "Found for"), "Чохол «Червоний»")
    await shows(scene, "1 × ₴360.00")
    assert await numbers("CASE-RED") == ("3", "1")
    await back_to_window(scene, window)
    await scene.tap(scene.seller, window, "Back")

    await scene.telegram.wait_for(lambda: window.deleted)
    assert await numbers("CASE-RED") == ("3", "0")
    assert await check.differences() == []


async def test_a_line_that_the_platform_removed_says_so(scene: Scene, window: Message) -> None:
    await open_line(scene, window, "A × 2")
    await scene.intake(incoming("1234", line("B", 1), minute=5))

    answer = await scene.tap(scene.seller, window, "➕")

    assert "not in the sale any more" in answer.text
    await shows(scene, "B × 1", button="Add sale")


async def test_many_lines_have_pages(scene: Scene) -> None:
    await scene.new_order(*[(f"N{at}", 1) for at in range(20)], number="77")
    card = await scene.message(scene.seller.chat, "Order 77", button="Confirm")
    await scene.tap(scene.seller, card, "Confirm")
    window = await scene.message(scene.seller.chat, "Sale for order 77", button="Products")

    await scene.tap(scene.seller, window, "Products")
    await shows(scene, "Tap a product", button="N7 × 1")
    await scene.tap(scene.seller, window, "›")
    await shows(scene, "Tap a product", button="N15 × 1")
    await scene.tap(scene.seller, window, "›")
    await shows(scene, "Tap a product", button="N19 × 1")
    await scene.tap(scene.seller, window, "‹")

    await shows(scene, "Tap a product", button="N8 × 1")
    assert await Order.all().count() == 1
    assert await Product.filter(sku="A").exists()
