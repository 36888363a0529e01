"""What staff do on a card, by tapping the very buttons it carries."""

import asyncio

import pytest
from aiogram import Bot

from bot.answers import show
from bot.cards import Rendered
from domain.orders import Phase, PlatformState, RejectReason
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.stock import StockMovement
from models.telegram import Card, Chat
from sandbox.telegram import Message
from services import card_places, chats, orders, statuses
from services.card_places import Place
from tests.bot.conftest import PATIENCE_S, Scene
from tests.factories import incoming, line, numbers, sell


async def phase_of(order: Order) -> Phase:
    return (await Order.get(id=order.id)).phase


async def status_of(order: Order) -> str:
    return (await Order.get(id=order.id).select_related("status")).status.label


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def test_three_taps_from_a_card_to_a_sale(scene: Scene) -> None:
    order = await scene.new_order(("A", 2), payment_method="cod")
    card = await scene.message(scene.seller.chat, "Order 1234", button="Confirm")

    await scene.tap(scene.seller, card, "Confirm")
    window = await scene.message(scene.seller.chat, "Sale for order 1234", button="Add sale")
    assert "Sales channel: My Shop" in window.text
    assert "Receipt of money: COD" in window.text
    answer = await scene.tap(scene.seller, window, "Add sale")

    assert answer.text == "Sale added."
    await scene.message(scene.seller.chat, "Sale for order 1234", button="Undo")
    await scene.settled()
    assert await phase_of(order) is Phase.COMPLETED
    assert await numbers("A") == ("3", "0")
    movements = await StockMovement.filter(order_id=order.id).order_by("id")
    assert [(m.kind.value, int(m.on_hand_change), int(m.reserved_change)) for m in movements] == [
        ("reserve", 0, 2),
        ("sell", -2, -2),
    ]
    await scene.telegram.wait_for(lambda: "Confirm" not in "".join(labels(card)))
    await scene.message(scene.owner.chat, "Виконано", "1234")


async def test_window_replies_to_its_card(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    card = await scene.message(scene.seller.chat, button="Confirm")

    await scene.tap(scene.seller, card, "Confirm")

    window = await scene.message(scene.seller.chat, button="Add sale")
    assert window.reply_to is card


async def test_reject_asks_why_in_place_and_frees_the_goods(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    count = len(scene.seller.chat.messages)

    await scene.tap(scene.seller, card, "Reject")
    question = await scene.message(scene.seller.chat, "Why?", button="Duplicate")
    answer = await scene.tap(scene.seller, question, "Duplicate")

    assert question is card
    assert answer.text == "Rejected. The goods are free again."
    await scene.message(scene.seller.chat, "Duplicate", button="Reopen")
    assert len(scene.seller.chat.messages) == count
    assert await phase_of(order) is Phase.CANCELED
    assert await numbers("A") == ("5", "0")


async def test_back_from_a_question_brings_the_card_back(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    shown = card.text

    for question, answer in (("Reject", "Why?"), ("Change status", "Which status?")):
        await scene.tap(scene.seller, card, question)
        await scene.message(scene.seller.chat, answer, button="Back")
        await scene.tap(scene.seller, card, "Back")
        await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))
        assert card.text == shown

    assert await phase_of(order) is Phase.OPEN


async def test_history_is_shown_in_the_card_and_back(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="History")

    await scene.tap(scene.seller, card, "History")
    await scene.message(scene.seller.chat, "History of order 1234", "order received")
    await scene.tap(scene.seller, card, "Back")

    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))


async def test_reject_for_another_reason_takes_a_text(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    await scene.tap(scene.seller, card, "Reject")
    await scene.tap(scene.seller, await scene.message(scene.seller.chat, "Why?"), "Other")
    await scene.message(scene.seller.chat, "Type why you reject", button="Back")

    await scene.seller.send("wants <b>blue</b> & not red")

    await scene.message(scene.seller.chat, "wants", button="Reopen")
    assert await phase_of(order) is Phase.CANCELED
    event = await OrderEvent.get(order_id=order.id, kind=EventKind.REJECTED)
    assert event.data == {"reason": "other", "text": "wants <b>blue</b> & not red"}


async def test_open_question_survives_a_restart(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    await scene.tap(scene.seller, card, "Reject")
    await scene.tap(scene.seller, await scene.message(scene.seller.chat, "Why?"), "Other")
    await scene.message(scene.seller.chat, "Type why you reject")
    await scene.restart()

    await scene.seller.send("nobody answers")

    await scene.message(scene.seller.chat, "nobody answers", button="Reopen")


async def test_wrong_content_is_explained_and_the_question_stays(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    await scene.tap(scene.seller, card, "Reject")
    await scene.tap(scene.seller, await scene.message(scene.seller.chat, "Why?"), "Other")
    await scene.message(scene.seller.chat, "Type why you reject")

    await scene.seller.send_file("photo.png", b"not really", caption="")
    await scene.message(scene.seller.chat, "Please answer with a text")
    assert await phase_of(order) is Phase.OPEN
    await scene.seller.send("/nonsense")
    await scene.settled()
    assert await phase_of(order) is Phase.OPEN
    await scene.seller.send("changed her mind")

    await scene.message(scene.seller.chat, "changed her mind", button="Reopen")


async def test_cancel_leaves_the_question_and_the_order(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    await scene.tap(scene.seller, card, "New status")
    await scene.message(scene.seller.chat, "Type the new status")

    await scene.seller.send("/cancel")
    await scene.message(scene.seller.chat, "Left as it was.")
    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))
    await scene.seller.send("CALL BACK")

    await scene.message(scene.seller.chat, "Nothing found.")
    assert await status_of(order) == "New"
    assert await statuses.own() == []


async def test_cancel_with_nothing_open_says_so(scene: Scene) -> None:
    await scene.seller.send("/cancel@kramar_demo_bot")

    await scene.message(scene.seller.chat, "There is nothing to cancel.")


async def test_back_closes_the_question_too(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    await scene.tap(scene.seller, card, "New status")
    await scene.message(scene.seller.chat, "Type the new status")

    await scene.tap(scene.seller, card, "Back")
    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))
    await scene.seller.send("CALL BACK")

    await scene.message(scene.seller.chat, "Nothing found.")
    assert await statuses.own() == []


async def test_new_status_is_made_on_the_spot_once_its_label_is_good(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    await statuses.create("WAITING")
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    await scene.message(scene.seller.chat, "Which status?", button="📌 WAITING")
    await scene.tap(scene.seller, card, "New status")
    answer = await scene.message(scene.seller.chat, "Type the new status")

    for bad, problem in (
        ("x" * 31, "That is too long"),
        ("\u200b", "A status needs a name"),
        ("  waiting ", "There is such a status already"),
        ("нове", "There is such a status already"),
    ):
        await scene.seller.send(bad)
        answer = await scene.message(scene.seller.chat, problem, after=answer)
        assert await status_of(order) == "New"
    await scene.seller.send("CALL   BACK")

    await scene.message(scene.seller.chat, "New → CALL BACK", button="No reminder")
    assert await status_of(order) == "CALL BACK"
    assert await numbers("A") == ("5", "2")
    assert [status.label for status in await statuses.own()] == ["WAITING", "CALL BACK"]


async def test_own_status_moves_the_order_and_choosing_it_again_restores_the_card(
    scene: Scene,
) -> None:
    order = await scene.new_order(("A", 2))
    await statuses.create("CALL BACK")
    card = await scene.message(scene.seller.chat, button="Change status")

    for _ in range(2):
        await scene.tap(scene.seller, card, "Change status")
        await scene.message(scene.seller.chat, "Which status?")
        answer = await scene.tap(scene.seller, card, "CALL BACK")
        assert answer.text == "Status: CALL BACK"
        await scene.message(scene.seller.chat, "When to remind?")
        await scene.tap(scene.seller, card, "No reminder")
        await scene.message(scene.seller.chat, "New → CALL BACK", button="Confirm")

    assert await OrderEvent.filter(order_id=order.id, kind=EventKind.STATUS).count() == 1


async def test_refused_and_undo(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")

    await scene.tap(scene.seller, card, "Refused")
    await scene.message(scene.seller.chat, "New → Refused", button="Undo")
    assert await phase_of(order) is Phase.REFUSED
    assert await numbers("A") == ("5", "0")
    others = await scene.message(scene.owner.chat, "1234", button="Відмінити")
    refusal = await scene.tap(scene.owner, others, "Відмінити")
    answer = await scene.tap(scene.seller, card, "Undo")

    assert refusal.show_alert
    assert answer.text == "Undone."
    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))
    assert await phase_of(order) is Phase.OPEN
    assert await numbers("A") == ("5", "2")


async def test_completed_takes_the_route_of_confirm(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")

    await scene.tap(scene.seller, card, "Completed")

    await scene.message(scene.seller.chat, "Sale for order 1234", button="Add sale")
    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))
    assert await phase_of(order) is Phase.OPEN


async def test_reopen_reserves_again(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    await orders.reject(order.id, RejectReason.DUPLICATE, by=await scene.member(scene.owner))
    card = await scene.message(scene.seller.chat, button="Reopen")

    await scene.tap(scene.seller, card, "Reopen")

    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))
    assert await phase_of(order) is Phase.OPEN
    assert await numbers("A") == ("5", "2")


async def test_of_two_who_tap_at_once_one_wins_and_the_other_learns_who(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    mine = await scene.message(scene.seller.chat, button="Reject")
    theirs = await scene.message(scene.owner.chat, button="Відхилити")
    await scene.tap(scene.seller, mine, "Reject")
    await scene.tap(scene.owner, theirs, "Відхилити")
    await scene.message(scene.seller.chat, "Why?")
    await scene.message(scene.owner.chat, "Чому?")

    answers = await asyncio.gather(
        scene.tap(scene.seller, mine, "Duplicate"), scene.tap(scene.owner, theirs, "Немає")
    )

    alerts = [answer for answer in answers if answer.show_alert]
    assert len(alerts) == 1
    winner = "Олена" if alerts[0] is answers[0] else "Oleh"
    assert winner in alerts[0].text
    assert await OrderEvent.filter(order_id=order.id, kind=EventKind.REJECTED).count() == 1
    assert await numbers("A") == ("5", "0")
    await scene.message(scene.seller.chat, "1234", button="Reopen")
    await scene.message(scene.owner.chat, "1234", button="Відновити")


async def test_stale_card_heals_when_it_is_tapped(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Confirm")
    stale = card.inline_keyboard
    await orders.refuse(order.id, by=await scene.member(scene.owner))
    await scene.message(scene.seller.chat, "Refused", button="Reopen")
    await scene.settled()
    await scene.bot.edit_message_reply_markup(
        chat_id=scene.seller.id,
        message_id=card.message_id,
        reply_markup={"inline_keyboard": stale},  # type: ignore[arg-type]
    )

    for label in ("Confirm", "Reject", "Change status"):
        button = next(b for row in stale for b in row if label in b["text"])
        answer = await scene.seller.tap_button(card, button)
        assert answer.show_alert
        assert "Олена already marked it as refused" in answer.text

    await scene.telegram.wait_for(lambda: "Reopen" in "".join(labels(card)))
    assert await phase_of(order) is Phase.REFUSED


async def test_loser_learns_who_won_also_when_the_site_spoke_since(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Confirm")
    await scene.settled()
    reject = next(b for row in card.inline_keyboard for b in row if "Reject" in b["text"])
    await sell(order, await scene.member(scene.owner))
    await scene.intake(incoming("1234", line("A", 2), state=PlatformState.CANCELED, minute=5))
    assert await OrderEvent.exists(order_id=order.id, kind=EventKind.PLATFORM_NOTICE)

    answer = await scene.seller.tap_button(card, reject)

    assert "Олена already added the sale" in answer.text


async def test_tapped_duplicate_becomes_the_card(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    await scene.bot.send_message(
        scene.seller.id,
        "Order 1234, once more",
        reply_markup={"inline_keyboard": card.inline_keyboard},  # type: ignore[arg-type]
    )
    double = await scene.message(scene.seller.chat, "once more")

    await scene.tap(scene.seller, double, "Reject")
    await scene.tap(scene.seller, await scene.message(scene.seller.chat, "Why?"), "Duplicate")

    await scene.telegram.wait_for(lambda: "Reopen" in "".join(labels(double)))
    chat = await Chat.get(telegram_id=scene.seller.id)
    assert (await Card.get(order_id=order.id, chat_id=chat.id)).message_id == double.message_id


async def test_button_of_a_gone_layout_is_answered_and_its_card_redrawn(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Confirm")
    old = {"inline_keyboard": [[{"text": "Old", "callback_data": "o0:cf:1:7"}]]}
    await scene.settled()
    await scene.bot.edit_message_reply_markup(
        chat_id=scene.seller.id,
        message_id=card.message_id,
        reply_markup=old,  # type: ignore[arg-type]
    )

    answer = await scene.tap(scene.seller, card, "Old")

    assert answer.show_alert
    assert "out of date" in answer.text
    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))


async def test_tap_on_an_order_that_is_gone_is_explained(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Confirm")
    button = {"text": "Confirm", "callback_data": "o1:cf:999"}

    answer = await scene.seller.tap_button(card, button)

    assert (answer.text, answer.show_alert) == ("This order is not here any more.", True)


async def test_question_that_comes_after_a_colleagues_step_gives_way_to_the_card(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Reject")
    asked = asyncio.Event()

    async def show_late(bot: Bot, place: Place, question: Rendered) -> None:
        await orders.refuse(order.id, by=await scene.member(scene.owner))
        await scene.telegram.wait_for(lambda: "Reopen" in "".join(labels(card)))
        await show(bot, place, question)
        assert "Why?" in card.text
        asked.set()

    monkeypatch.setattr("bot.handlers.order_cards.show", show_late)
    await scene.tap(scene.seller, card, "Reject")
    await asyncio.wait_for(asked.wait(), PATIENCE_S)

    await scene.telegram.wait_for(lambda: "Why?" not in card.text)
    assert "Reopen" in "".join(labels(card))


async def test_old_message_whose_topic_is_not_told_is_found_by_its_card(resting: Scene) -> None:
    order = await resting.new_order(("A", 2))
    topic = await chats.subscribe(-(10**12) - 7, topic_id=9, is_group=True)
    card = await Card.create(order_id=order.id, chat_id=topic.id, message_id=500, shown="x")

    await card_places.uncover(order.id, Place(topic.telegram_id, 0, 500, is_group=True))

    assert (await Card.get(id=card.id)).shown == ""
    assert await OutboxEffect.exists(chat_id=topic.id, subject_id=order.id)


async def test_place_in_an_unknown_chat_changes_nothing(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    await scene.message(scene.seller.chat, button="Confirm")
    await scene.message(scene.owner.chat, button="Підтвердити")
    await scene.settled()
    before = await Card.all().order_by("id").values()

    await card_places.adopt(order.id, Place(-5, 0, 77, is_group=True))
    await card_places.uncover(order.id, Place(-5, 0, 77, is_group=True))

    assert await Card.all().order_by("id").values() == before
    assert not await OutboxEffect.exists(chat__telegram_id=-5)
