"""Everything that is typed into the sale window, through the chat."""

import asyncio
import re
from decimal import Decimal
from functools import partial

import pytest

from models.drafts import SaleDraft
from models.money import MoneyEntry
from models.orders import Order
from models.sales import Sale, SalesChannel
from models.staff import StaffMember
from sandbox.telegram import Message
from services import check, drafts, staff
from tests.bot.conftest import Scene
from tests.bot.test_handlers_sale import open_window


async def shows(scene: Scene, *parts: str, button: str = "") -> Message:
    return await scene.message(scene.seller.chat, *parts, button=button)


@pytest.fixture
async def window(scene: Scene) -> Message:
    """An open window of an order of two A, 200 in all."""
    await scene.new_order(("A", 2))
    return await open_window(scene, scene.seller)


async def type_in(scene: Scene, window: Message, path: str, text: str) -> None:
    """Tap the way to a question ("Customer/Phone") and answer it."""
    for label in path.split("/"):
        await scene.tap(scene.seller, window, label)
    await scene.telegram.wait_for(lambda: re.search(r"\n(Type|Choose) ", window.text))
    await scene.seller.send(text)


def labels(window: Message) -> list[str]:
    return [label for row in window.buttons for label in row]


GOOD = [
    ("Customer/Name", "  Ольга   Коваль ", "👤 Ольга Коваль"),
    ("Customer/Phone", "067 123-45-67", "📞 +380671234567"),
    ("Customer/Phone", "8 (050) 1112233", "📞 +380501112233"),
    ("Customer/Phone", "+48 512 345 678", "📞 +48512345678"),
    ("Customer/E-mail", "Olena@Example.com", "✉️ Olena@example.com"),
    ("Delivery/Carrier", "Delivery Auto", "🚚 Delivery Auto"),
    ("Delivery/City", "Львів", "Львів"),
    ("Delivery/Branch", "Відділення <5>", "Відділення <5>"),
    ("Delivery/Delivery cost", "70,50", "Delivery ₴70.50"),
    ("Note", "Не дзвонити", "Note: Не дзвонити"),
    ("Discount", "5", "Discount −₴5.00"),
    ("Discount", "12.5%", "Discount −₴2.50"),
    ("Waybill/Existing number", "2045 1600 0123 45", "Waybill: 20451600012345"),
]
BAD = [
    ("Customer/Phone", "123", "is too short for a phone number"),
    ("Customer/Phone", "call me", "is not a phone number"),
    ("Customer/Phone", "067 123 45 67 89 00 11", "is too long for a phone number"),
    ("Customer/E-mail", "olena@", "is not an e-mail address"),
    ("Customer/Name", "я" * 201, "at most 200 characters"),
    ("Delivery/Delivery cost", "-1", "A sum cannot be negative"),
    ("Delivery/Delivery cost", "free", "is not a sum"),
    ("Note", "й" * 501, "at most 500 characters"),
    ("Discount", "101%", "is not a percentage"),
    ("Discount", "much", "is not a sum"),
    ("Discount", "1.005", "more than two digits"),
    ("Waybill/Existing number", "12 34", "is not a waybill number"),
    ("Sales channel/New channel", "x" * 31, "at most 30 characters"),
    ("Sales channel/New channel", "my  SHOP", "There is such a name already"),
    ("Receipt of money/New account", "cash", "There is such a name already"),
]


def _is_last(scene: Scene, window: Message) -> bool:
    return scene.seller.chat.messages[-1].message_id == window.message_id


def _says(window: Message, text: str) -> bool:
    return text in window.text


def _differs(window: Message, before: list[str]) -> bool:
    return labels(window) != before


async def back_to_window(scene: Scene, window: Message) -> None:
    """Back, from whatever screen, to the window itself."""
    while "✅ Add sale" not in labels(window):
        before = labels(window)
        await scene.tap(scene.seller, window, "Back")
        await scene.telegram.wait_for(partial(_differs, window, before))


async def test_all_that_is_typed_is_shown_and_sold(scene: Scene, window: Message) -> None:
    for path, typed, shown in GOOD:
        assert shown not in window.text
        await type_in(scene, window, path, typed)
        await scene.telegram.wait_for(partial(_says, window, shown))
        await back_to_window(scene, window)

    await scene.tap(scene.seller, window, "Add sale")

    await shows(scene, "Added by", "+48512345678", "Olena@example.com", button="Undo")
    sale = await Sale.get()
    assert (sale.customer_name, sale.phone, sale.email) == (
        "Ольга Коваль",
        "+48512345678",
        "Olena@example.com",
    )
    assert (sale.delivery_method, sale.delivery_city, sale.delivery_address) == (
        "Delivery Auto",
        "Львів",
        "Відділення <5>",
    )
    assert (sale.delivery_cost, sale.discount, sale.total) == (
        Decimal("70.50"),
        Decimal("2.50"),
        Decimal(88),
    )
    assert (sale.note, sale.waybill_number) == ("Не дзвонити", "20451600012345")
    await scene.telegram.wait_for(partial(_is_last, scene, window))  # answers disappear
    assert await check.differences() == []


async def test_what_a_person_did_during_an_outage_is_handled_in_its_order(
    scene: Scene, window: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognise = staff.recognise
    calls = 0

    async def ever_faster(telegram_id: int, name: str) -> StaffMember | None:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.3 / calls)
        return await recognise(telegram_id, name)

    await scene.tap(scene.seller, window, "Customer")
    await scene.tap(scene.seller, window, "Name")
    await scene.telegram.wait_for(partial(_says, window, "Type the customer's name"))
    await scene.stop()
    monkeypatch.setattr(staff, "recognise", ever_faster)

    await scene.seller.send("Перше ім'я")
    back = asyncio.create_task(scene.tap(scene.seller, window, "Back"))
    await asyncio.sleep(0.1)  # the tap is on its way
    await scene.start()
    await back

    await shows(scene, "Перше ім'я", button="Phone")
    await scene.telegram.wait_for(partial(_is_last, scene, window))


async def test_all_bad_input_is_explained_and_keeps_what_was_there(
    scene: Scene, window: Message
) -> None:
    before = window.text
    for path, typed, problem in BAD:
        await type_in(scene, window, path, typed)
        await scene.telegram.wait_for(partial(_says, window, problem))
        assert "Back" in labels(window)[-1]
        await back_to_window(scene, window)

    assert window.text == before


async def test_usual_answers_are_buttons(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Discount")
    await scene.tap(scene.seller, window, "10%")
    await shows(scene, "Discount −", button="Add sale")
    await scene.tap(scene.seller, window, "Discount")
    await scene.tap(scene.seller, window, "No discount")
    await scene.telegram.wait_for(lambda: "Discount −" not in window.text)
    await scene.tap(scene.seller, window, "Delivery")
    await scene.tap(scene.seller, window, "Carrier")
    await scene.tap(scene.seller, window, "Ukrposhta")
    await shows(scene, "🚚 Ukrposhta", button="Carrier")
    await scene.tap(scene.seller, window, "Carrier")
    await scene.tap(scene.seller, window, "Leave empty")
    await scene.telegram.wait_for(lambda: "Ukrposhta" not in window.text)


async def test_a_new_channel_is_chosen_at_once(scene: Scene, window: Message) -> None:
    await type_in(scene, window, "Sales channel/New channel", "Instagram")

    await shows(scene, "Sales channel: Instagram", button="Add sale")
    assert await SalesChannel.exists(name="Instagram")
    await type_in(scene, window, "Receipt of money/New account", "Mono <Олега>")
    await shows(scene, "Receipt of money: Mono ‹Олега›", button="Add sale")
    await scene.tap(scene.seller, window, "Add sale")
    await shows(scene, "Sales channel: Instagram", "Mono ‹Олега›", button="Undo")


async def test_a_down_payment_splits_the_money(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Receipt of money")
    await scene.tap(scene.seller, window, "COD")
    total = (await Order.get()).total

    await scene.tap(scene.seller, window, "Receipt of money")
    await scene.tap(scene.seller, window, "Down payment")
    await shows(scene, "Where does the down payment go?")
    await type_in(scene, window, "Card", "7")

    await shows(scene, "Receipt of money: Card ₴7.00 + COD ₴", button="Add sale")
    await scene.tap(scene.seller, window, "Add sale")
    await shows(scene, "Card ₴7.00", button="Undo")
    entries = await MoneyEntry.all().order_by("account_id").select_related("account")
    assert [(each.account.name, each.amount) for each in entries] == [
        ("Card", Decimal(7)),
        ("COD", total - 7),
    ]
    assert (await Sale.get()).outstanding == total - 7


async def test_other_buttons_and_cancel_close_the_question(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Note")
    await shows(scene, "Type a note")
    await scene.tap(scene.seller, window, "Back")
    await shows(scene, "Sale for order", button="Add sale")
    await scene.seller.send("just talking")
    await shows(scene, "Nothing found.")
    await scene.tap(scene.seller, window, "Note")
    await shows(scene, "Type a note")

    await scene.seller.send("/cancel")

    await shows(scene, "Left as it was.")
    await shows(scene, "Sale for order", button="Add sale")
    assert (await SaleDraft.get()).note == ""


async def test_a_question_survives_a_restart(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Note")
    await shows(scene, "Type a note")
    await scene.restart()

    await scene.seller.send("Подзвонити")

    await shows(scene, "Note: Подзвонити", button="Add sale")


async def test_a_picture_is_no_answer(scene: Scene, window: Message) -> None:
    await scene.tap(scene.seller, window, "Note")
    await shows(scene, "Type a note")

    await scene.seller.send("/unknown")

    await shows(scene, "Please answer with a text", "Type a note")


async def test_a_window_below_which_cards_came_moves_to_the_end(
    scene: Scene, window: Message
) -> None:
    await scene.tap(scene.seller, window, "Note")
    await shows(scene, "Type a note")
    await scene.new_order(("A", 1), number="77000")
    await shows(scene, "77000", button="Confirm")

    await scene.seller.send("Подарунок")

    moved = await shows(scene, "Note: Подарунок", button="Add sale")
    assert moved.message_id > window.message_id
    await scene.telegram.wait_for(lambda: window.deleted)
    await scene.tap(scene.seller, moved, "Add sale")
    await shows(scene, "Note: Подарунок", button="Undo")


async def test_an_answer_for_a_window_that_was_taken_over_changes_nothing(
    scene: Scene, window: Message
) -> None:
    await scene.tap(scene.seller, window, "Note")
    await shows(scene, "Type a note")
    draft = await SaleDraft.get()
    await drafts.open_window(draft.order_id, by=await scene.member(scene.owner), take_over=True)

    await scene.seller.send("Моє")

    await shows(scene, "Олена is in this sale window", button="Take over")
    assert (await SaleDraft.get()).note == ""
