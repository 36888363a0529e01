"""``Link product`` on cards, by tapping the very buttons they carry."""

from dataclasses import replace

import pytest

from bot.i18n import Translator
from bot.linking_windows import unlinked, which_line, which_product
from domain.orders import IncomingLine, RejectReason
from domain.rights import Role
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.shops import Listing
from models.staff import StaffMember
from models.stock import Product
from models.telegram import DialogueState
from sandbox.telegram import Message
from services import chats, check, orders
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.views import EN, HOSTILE, LARGEST_ID, NOW, UK, card_view, line, shown
from tests.factories import incoming, numbers
from tests.factories import line as told_line


def of_listing(external_id: str, name: str, quantity: int = 1) -> IncomingLine:
    told = told_line("", quantity, external_id=f"line of {external_id}")
    return replace(told, product_external_id=external_id, name=name)


async def comes_in(scene: Scene, *lines: IncomingLine, number: str = "1234") -> Order:
    await scene.intake(incoming(number, *lines))
    return await Order.get(external_id=number)


async def says(scene: Scene, message: Message, *parts: str, button: str = "") -> None:
    def does() -> bool:
        labels = "".join(label for row in message.buttons for label in row)
        return all(part in message.text for part in parts) and button in labels

    await scene.telegram.wait_for(does, timeout=PATIENCE_S)


def typed(scene: Scene) -> list[str]:
    """What of the seller's own messages still stands in their chat."""
    messages = scene.seller.chat.messages
    return [each.text for each in messages if each.sender is scene.seller and not each.deleted]


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def test_line_by_line_with_suggestions_typing_and_a_restart(scene: Scene) -> None:
    order = await comes_in(
        scene, of_listing("7", "Product with a B in it", 1), of_listing("8", "Чохол <синій>", 2)
    )
    chat = scene.seller.chat
    card = await scene.message(chat, "Order 1234", "🔗 not linked", button="Link product")
    await scene.message(scene.owner.chat, "не прив’язано", button="Прив’язати товар")

    await scene.tap(scene.seller, card, "Link product")
    await says(scene, card, "Order 1234", "Which line?", button="Чохол <синій> × 2")
    await scene.tap(scene.seller, card, "Чохол")
    await says(scene, card, "Which product is “Чохол <синій>”?", button="Make a product of it")
    assert not any("Product A" in label for label in labels(card))  # nothing alike

    await scene.restart()
    await scene.seller.send("nothing like it")
    await says(scene, card, "Nothing found for “nothing like it”", button="Back")
    await scene.seller.send("product a")
    await says(scene, card, "Found for “product a”", button="A · Product A")
    await scene.telegram.wait_for(lambda: typed(scene) == ["/start"], timeout=PATIENCE_S)
    answer = await scene.tap(scene.seller, card, "A · Product A")

    assert answer.text == "Linked: Product A. 1 open order has it now."
    await says(scene, card, "in stock 5 · reserved 2", "linked: Чохол ‹синій› → Product A")
    assert "Which product" not in card.text
    assert await numbers("A") == ("5", "2")
    assert (await Listing.get(external_id="8")).product_id is not None
    assert await DialogueState.filter(state__not_isnull=True).count() == 0
    await scene.message(scene.owner.chat, "прив’язано: Чохол ‹синій› → Product A")

    await scene.tap(scene.seller, card, "Link product")  # one is left: it is asked about at once
    await says(scene, card, "Which product is “Product with a B", button="B · Product B")
    await scene.tap(scene.seller, card, "Back")
    await says(scene, card, "Total", button="Confirm")
    await scene.tap(scene.seller, card, "Link product")
    await says(scene, card, "Which product is", button="B · Product B")
    await scene.seller.send("/cancel")
    await says(scene, card, "Total", button="Confirm")
    assert await OrderLine.filter(order_id=order.id, product_id__isnull=True).count() == 1
    await scene.tap(scene.seller, card, "Link product")
    await says(scene, card, "Which product is", button="B · Product B")
    await scene.tap(scene.seller, card, "B · Product B")
    await says(scene, card, "linked: Product with a B in it → Product B", button="Confirm")
    assert not any("Link product" in label for label in labels(card))
    assert await check.differences() == []


async def test_product_is_made_of_a_line(scene: Scene) -> None:
    await comes_in(scene, of_listing("8", "Чохол", 2))
    card = await scene.message(scene.seller.chat, "Order 1234", button="Link product")
    await scene.tap(scene.seller, card, "Link product")
    await says(scene, card, "Which product is", button="Make a product of it")

    await scene.tap(scene.seller, card, "Make a product of it")

    await says(scene, card, "linked: Чохол → Чохол", "⚠ short by 2", button="Confirm")
    made = await Product.get(name="Чохол")
    assert (f"{made.price}", f"{made.on_hand}", f"{made.reserved}") == ("10.00", "0", "0")
    assert (await Listing.get()).product_id == made.id
    assert await OrderEvent.filter(kind=EventKind.LINKED).count() == 1


async def test_group_searches_by_a_reply_and_denies_a_packer(scene: Scene) -> None:
    packer = scene.telegram.add_user(id=5009, first_name="Пакувальник", language_code="en")
    await StaffMember.create(name="Пакувальник", telegram_id=packer.id, role=Role.PACKER)
    people = [scene.owner, scene.seller, packer]
    group = scene.telegram.add_group(id=-(10**12) - 7, title="Staff", members=people, is_forum=True)
    topic = group.add_topic("Orders")
    await chats.subscribe(group.id, topic_id=topic.id, is_group=True, title="Staff", language="en")
    await packer.send("/start")
    await scene.message(packer.chat, "Hello", "Пакувальник")
    await comes_in(scene, of_listing("8", "Чохол", 2))
    card = await scene.message(group, "Order 1234", button="Link product")
    own = await scene.message(packer.chat, "Order 1234", button="Change status")
    assert not any("Link product" in label for label in labels(own))

    answer = await scene.tap(packer, card, "Link product")
    assert "Your role does not include this" in answer.text
    await scene.tap(scene.seller, card, "Link product")
    await says(scene, card, "Which product is “Чохол”? Tap one, or Search.", button="Search")
    await scene.tap(scene.seller, card, "Search")
    question = await scene.message(group, "Type a name or SKU of the product")
    await scene.seller.send("product b", in_chat=group, topic=topic)  # said to others
    await scene.seller.send("product a", in_chat=group, topic=topic, reply_to=question)
    await says(
        scene, card, "Found for “product a”. Tap one, or Search again.", button="A · Product A"
    )
    answer = await scene.tap(packer, card, "A · Product A")
    assert "Your role does not include this" in answer.text
    await scene.tap(scene.owner, card, "A · Product A")

    await says(scene, card, "in stock 5 · reserved 2", button="Confirm")
    await scene.tap(scene.seller, card, "History")
    await says(scene, card, "linked: Чохол → Product A", button="Back")
    await scene.tap(scene.seller, card, "Back")
    await scene.telegram.wait_for(lambda: question.deleted, timeout=PATIENCE_S)


async def test_whoever_comes_late_is_told_and_sees_the_card(scene: Scene) -> None:
    await comes_in(scene, of_listing("8", "Product A again"))
    card = await scene.message(scene.seller.chat, "Order 1234", button="Link product")
    theirs = await scene.message(scene.owner.chat, "1234", button="Прив’язати товар")
    await scene.tap(scene.seller, card, "Link product")
    await says(scene, card, "Which product is", button="A · Product A")
    await scene.tap(scene.owner, theirs, "Прив’язати товар")
    await says(scene, theirs, "Який це товар", button="B · Product B")
    await scene.tap(scene.owner, theirs, "B · Product B")
    await says(scene, theirs, "прив’язано: Product A again → Product B")
    await says(scene, card, "linked: Product A again → Product B", button="Confirm")

    second = await comes_in(scene, of_listing("9", "Product A once more"), number="2")
    other = await scene.message(scene.seller.chat, "Order 2 ", button="Link product")
    await scene.settled()
    row = await OrderLine.get(order_id=second.id)
    await scene.tap(scene.seller, other, "Link product")
    await says(scene, other, "Which product is", button="A · Product A")
    await OrderLine.filter(id=row.id).update(product_id=(await Product.get(sku="B")).id)
    answer = await scene.tap(scene.seller, other, "A · Product A")
    assert answer.text == "It is linked already, to “Product B”."
    await says(scene, other, "Order 2 ", button="Confirm")
    assert "Which product" not in other.text

    owner = await scene.member(scene.owner)
    third = await comes_in(scene, of_listing("10", "Product A"), number="3")
    late = await scene.message(scene.seller.chat, "Order 3 ", button="Link product")
    await scene.tap(scene.seller, late, "Link product")
    await says(scene, late, "Which product is", button="A · Product A")
    await scene.seller.send("product")
    await says(scene, late, "Found for “product”", button="B · Product B")
    await orders.reject(third.id, RejectReason.OTHER, by=owner)
    await says(scene, late, "New → Canceled", button="Reopen")
    await scene.seller.send("product a")
    await scene.message(scene.seller.chat, "Олена already rejected it", after=late)
    assert await DialogueState.filter(state__not_isnull=True).count() == 0
    assert await numbers("A") == ("5", "0")


@pytest.mark.parametrize("t", [EN, UK], ids=["en", "uk"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_anything_foreign_fits_its_message_and_its_buttons(text: str, t: Translator) -> None:
    lines = tuple(line(text or "x", product=None) for _ in range(100))
    for at, each in enumerate(lines):
        each.line.id = LARGEST_ID - at
    view = card_view(lines=lines, id=LARGEST_ID, note="я" * 10_000)
    row = unlinked(view)[0].line
    row.product_external_id = "7"
    products = [Product(id=LARGEST_ID, name=text, sku=text) for _ in range(6)]

    shown(which_line(view, t, now=NOW))
    for query in ("", text):
        for is_group in (True, False):
            for found in (products, []):
                window = which_product(view, row, found, t, now=NOW, is_group=is_group, query=query)
                shown(window)
