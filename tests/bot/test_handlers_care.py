"""Who is on an order, comments and duplicates, as people in the chats see them."""

import pytest
from aiogram.types import InlineKeyboardMarkup

from domain.orders import Phase
from models.care import Claim
from models.orders import EventKind, Order, OrderEvent
from sandbox.telegram import Chat, Message
from tests.bot.conftest import PATIENCE_S, Scene
from tests.bot.test_handlers_chats import staff_group
from tests.factories import Intake, incoming, line, make_shop


async def comments() -> list[str]:
    events = await OrderEvent.filter(kind=EventKind.COMMENTED).order_by("id")
    return [event.data["text"] for event in events]


async def seen(scene: Scene, message: Message, text: str, *, gone: bool = False) -> None:
    """Wait until a message says this, or does no more."""
    await scene.telegram.wait_for(lambda: (text in message.text) is not gone, timeout=PATIENCE_S)


async def noted(scene: Scene, chat: Chat, text: str) -> None:
    """Wait for the 👍 on what somebody wrote."""

    def is_noted() -> bool:
        said = [message for message in chat.messages if message.text == text]
        return bool(said) and said[-1].reactions == ["👍"]

    await scene.telegram.wait_for(is_noted, timeout=PATIENCE_S)


async def test_a_claim_shows_on_all_copies_and_holds_others_up(scene: Scene) -> None:
    group = await staff_group(scene)
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, "Order 1234", button="I'm on it")
    owners = await scene.message(scene.owner.chat, "1234", button="Беру на себе")
    in_group = await scene.message(group, "1234", button="Беру на себе")

    answer = await scene.tap(scene.owner, owners, "Беру на себе")

    assert answer.text == "Замовлення за вами. Колеги це бачать."
    await seen(scene, card, "✋ Олена is on it since")
    await seen(scene, owners, "✋ Займається Олена, з")
    await seen(scene, in_group, "✋ Займається Олена, з")
    for label in ("Confirm", "Reject", "Change status", "No answer", "Release"):
        answer = await scene.tap(scene.seller, card, label)
        assert answer.text is not None
        assert answer.text.startswith("Олена is on it, last active at "), label
        assert answer.show_alert
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    answer = await scene.tap(scene.seller, in_group, "Підтвердити")
    assert answer.url is None

    answer = await scene.tap(scene.owner, owners, "Відпустити")

    assert answer.text == "Відпущено: замовлення може взяти будь-хто."
    await seen(scene, card, "is on it", gone=True)
    await scene.tap(scene.seller, card, "Confirm")
    window = await scene.message(scene.seller.chat, "Sale for order 1234", button="Add sale")
    await seen(scene, in_group, "✋ Займається Oleh, з")
    await scene.tap(scene.seller, window, "Back")
    await seen(scene, in_group, "✋", gone=True)
    assert not await Claim.exists()


async def test_replies_to_a_card_are_comments(scene: Scene) -> None:
    group = await staff_group(scene)
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, "Order 1234", button="History")
    in_group = await scene.message(group, "1234", button="Історія")

    await scene.seller.send("call <after> 18", reply_to=card)
    await noted(scene, scene.seller.chat, "call <after> 18")
    await seen(scene, in_group, "💬 call ‹after› 18")
    await seen(scene, card, "💬 call ‹after› 18")
    await scene.owner.send("коробка велика", in_chat=group, reply_to=in_group)
    await noted(scene, group, "коробка велика")
    await seen(scene, card, "💬 коробка велика")

    await scene.seller.send_file("box.png", b"pixels", reply_to=card)
    told = await scene.message(scene.seller.chat, "Only text is kept with an order.")
    await scene.seller.send("я" * 501, reply_to=card)
    await scene.message(scene.seller.chat, "That is too long: at most 500", after=told)
    assert await comments() == ["call <after> 18", "коробка велика"]

    await scene.tap(scene.seller, card, "History")
    await seen(scene, card, "Oleh: 💬 call ‹after› 18")
    assert "Олена: 💬 коробка велика" in card.text
    await scene.seller.send("and a bow", reply_to=card)  # it is the order's card all the same
    await noted(scene, scene.seller.chat, "and a bow")


async def test_where_no_reaction_is_allowed_words_answer(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, "Order 1234", button="History")
    scene.telegram.faults.add(
        "setMessageReaction", status=400, description="Bad Request: REACTION_INVALID"
    )

    await scene.seller.send("gift wrap", reply_to=card)

    await scene.message(scene.seller.chat, "Noted.")
    assert await comments() == ["gift wrap"]


async def test_an_open_question_takes_its_answer_and_no_comment_on_another_order(
    scene: Scene,
) -> None:
    order = await scene.new_order(("A", 1))
    asked = await scene.message(scene.seller.chat, "Order 1234", button="Reject")
    await scene.new_order(("A", 1), number="5678")
    other = await scene.message(scene.seller.chat, "Order 5678", button="Reject")
    await scene.tap(scene.seller, asked, "Reject")
    await scene.message(scene.seller.chat, "Why?", button="Other")
    await scene.tap(scene.seller, asked, "Other")
    await seen(scene, asked, "Type why you reject")

    await scene.seller.send("in red, please", reply_to=other)
    await noted(scene, scene.seller.chat, "in red, please")
    await seen(scene, other, "💬 in red, please")
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    await scene.seller.send("changed her mind", reply_to=asked)

    await scene.message(scene.seller.chat, "changed her mind", button="Reopen")
    assert await comments() == ["in red, please"]


def _buttons_of(message: Message) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup.model_validate({"inline_keyboard": message.inline_keyboard})


@pytest.mark.parametrize("is_gone", [False, True])
async def test_a_duplicate_is_one_tap_away(scene: Scene, is_gone: bool) -> None:
    prom = Intake((await make_shop("Prom shop")).id)
    await prom(incoming("1233", line("A", 1), phone="+380671234567"))
    older = await scene.message(scene.seller.chat, "Order 1233", button="Reject")
    await scene.intake(incoming("1234", line("A", 1), phone="067 123 45 67"))
    card = await scene.message(scene.seller.chat, "Order 1234", button="Cancel as duplicate")
    assert "⚠️ Likely duplicate of order 1233 · Prom shop" in card.text
    assert "🔁 1 earlier order" in card.text

    if is_gone:
        await scene.tap(scene.seller, older, "Reject")
        await scene.message(scene.seller.chat, "Why?", button="Customer's request")
        await scene.tap(scene.seller, older, "Customer's request")
        await seen(scene, card, "Likely duplicate", gone=True)
        assert not any("duplicate" in label for row in card.buttons for label in row)
        return
    await scene.tap(scene.seller, card, "Order 1233")
    moved = await scene.message(scene.seller.chat, "Order 1233", button="Reject", after=card)
    assert moved is not older
    answer = await scene.tap(scene.seller, card, "Cancel as duplicate")

    assert answer.text == "Rejected. The goods are free again."
    await scene.message(scene.seller.chat, "New → Canceled (Duplicate)", button="Reopen")


async def test_a_reply_to_a_reminder_is_a_comment_on_its_order(scene: Scene) -> None:
    """Any message with the buttons of one order's card stands for it."""
    await scene.new_order(("A", 1))
    card = await scene.message(scene.seller.chat, "Order 1234", button="Remind")
    reminder = await scene.bot.send_message(
        scene.seller.chat.id, "Reminder", reply_markup=_buttons_of(card)
    )
    (shown,) = [m for m in scene.seller.chat.messages if m.message_id == reminder.message_id]

    await scene.seller.send("she calls back", reply_to=shown)

    await noted(scene, scene.seller.chat, "she calls back")
    assert await comments() == ["she calls back"]
