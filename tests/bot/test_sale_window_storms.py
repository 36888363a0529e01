"""Sale windows in clumsy hands: double taps, questions left open, lines and messages that go."""

import asyncio

import pytest

from models.drafts import SaleDraft
from sandbox.telegram import CallbackAnswer, Message, User
from services import check
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.test_handlers_sale import open_window
from tests.bot.test_handlers_sale_forms import labels
from tests.factories import incoming, line


async def tap_thrice(who: User, message: Message, label: str) -> list[CallbackAnswer]:
    """Three taps of an impatient finger, before anything is answered."""
    return await asyncio.gather(*(who.tap(message, label) for _ in range(3)))


async def asks(scene: Scene, message: Message, question: str) -> None:
    await scene.telegram.wait_for(lambda: question in message.text, timeout=PATIENCE_S)


async def offers(scene: Scene, message: Message, label: str) -> None:
    await scene.telegram.wait_for(lambda: label in labels(message), timeout=PATIENCE_S)


async def visible(scene: Scene, who: User) -> list[Message]:
    """What a chat holds once the bot has dealt with everything, without the answer that says so."""
    await who.send("/help")
    request = who.chat.messages[-1]
    await scene.message(who.chat, "/cancel", after=request)
    return [each for each in who.chat.messages if each.message_id < request.message_id]


async def test_impatient_fingers_leave_no_debris(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    card = await scene.message(scene.owner.chat, button="Підтвердити")
    window = await open_window(scene, scene.seller)
    await scene.tap(scene.owner, card, "Підтвердити")
    question = await scene.message(scene.owner.chat, button="Перебрати")
    others = [each for each in scene.owner.chat.messages if each is not question]

    await tap_thrice(scene.owner, question, "Назад")
    assert await visible(scene, scene.owner) == others

    others = [each for each in scene.seller.chat.messages if each is not window]
    answers = await tap_thrice(scene.seller, window, "⬅️ Back")
    assert await visible(scene, scene.seller) == others
    assert sorted(answer.show_alert for answer in answers) == [False, True, True]
    assert not await SaleDraft.exists()
    assert await check.differences() == []


@pytest.mark.parametrize("by_link", [False, True])
async def test_opening_the_window_anew_leaves_its_question(scene: Scene, by_link: bool) -> None:
    order = await scene.new_order(("A", 1))
    window = await open_window(scene, scene.seller)
    await scene.tap(scene.seller, window, "Note")
    await asks(scene, window, "Type a note")

    if by_link:
        await scene.seller.open_deep_link(f"sale_{order.id}")
    else:
        card = await scene.message(scene.seller.chat, button="Confirm")
        await scene.tap(scene.seller, card, "Confirm")
    await scene.message(scene.seller.chat, button="🛒", after=window)
    await scene.seller.send("0671234567")

    await scene.message(scene.seller.chat, "Nothing found.")
    assert (await SaleDraft.get()).note == ""


async def test_only_the_message_that_asked_last_shows_its_question(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    window = await open_window(scene, scene.seller)
    card = await scene.message(scene.seller.chat, button="Reject")
    await scene.tap(scene.seller, window, "Note")
    await asks(scene, window, "Type a note")

    for label in ("Reject", "Other"):
        await scene.tap(scene.seller, card, label)
    await asks(scene, card, "Type why")
    await offers(scene, window, "✅ Add sale")

    await scene.tap(scene.seller, window, "Note")
    await asks(scene, window, "Type a note")
    await offers(scene, card, "✅ Confirm")
    await scene.seller.send("handle with care")
    await asks(scene, window, "Note: handle with care")


@pytest.mark.parametrize("is_text", [False, True])
async def test_line_that_the_platform_removed_meanwhile_leads_to_the_window(
    scene: Scene, is_text: bool
) -> None:
    await scene.new_order(("A", 2), ("B", 1))
    window = await open_window(scene, scene.seller)
    for label in ("Products", "Product A", "Price"):
        await scene.tap(scene.seller, window, label)
    await asks(scene, window, "Type the price")

    await scene.intake(incoming("1234", line("B", 1), minute=1))
    if is_text:
        await scene.seller.send("3")
    else:
        await scene.seller.send_file("price.txt", b"3")

    await scene.message(scene.seller.chat, "This line is not in the sale any more.")
    await offers(scene, window, "✅ Add sale")
    await scene.seller.send("4")
    await scene.message(scene.seller.chat, "Nothing found.")
    assert await check.differences() == []


async def test_deleted_window_comes_back_once(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    window = await open_window(scene, scene.seller)
    await scene.tap(scene.seller, window, "Discount")
    await asks(scene, window, "Type the discount")
    await scene.bot.delete_message(scene.seller.id, window.message_id)

    await scene.seller.send("much")
    anew = await scene.message(scene.seller.chat, "“much” is not a sum")
    await scene.seller.send("5")

    await offers(scene, anew, "✅ Add sale")
    assert "Discount −₴5.00" in anew.text
    assert [each for each in await visible(scene, scene.seller) if "🧾" in each.text] == [anew]


async def test_invisible_name_is_none(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    window = await open_window(scene, scene.seller)
    for label in ("Sales channel", "New channel"):
        await scene.tap(scene.seller, window, label)
    for typed in ("\u200b\u2060", "\u3164"):
        await asks(scene, window, "Type the name of the sales channel.")
        await scene.seller.send(typed)
        await asks(scene, window, "Type something, or go Back.")
        await scene.seller.send("x" * 31)
        await asks(scene, window, "at most 30 characters")
