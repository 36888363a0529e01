"""Reminders, calls in vain and nudges, by tapping the very buttons the messages carry."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tortoise.timezone import now

from domain.orders import Phase
from domain.rights import Role
from models.care import Reminder
from models.orders import EventKind, Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from sandbox.telegram import Chat, Message
from services import calls, chats, nudges, preferences, statuses
from services.preferences import Name
from tests.bot.conftest import PATIENCE_S, Scene

KYIV = ZoneInfo("Europe/Kyiv")


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


def cards_with_buttons(chat: Chat, *, label: str = "Confirm") -> list[Message]:
    return [m for m in chat.messages if not m.deleted and label in "".join(labels(m))]


async def says(scene: Scene, message: Message, text: str, *, button: str = "") -> None:
    await scene.telegram.wait_for(
        lambda: text in message.text and button in "".join(labels(message)), timeout=PATIENCE_S
    )


async def falls_due(scene: Scene) -> None:
    """Its time comes; what else is owed by now was sent."""
    await scene.settled()
    past = now() - timedelta(seconds=1)
    await Reminder.all().update(due_at=past)
    await OutboxEffect.filter(kind=EffectKind.REMIND).update(due_at=past)


async def test_reminder_from_a_move_to_a_status_until_it_is_the_card(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    await statuses.create("CALL BACK")
    chat = scene.seller.chat
    card = await scene.message(chat, "Order 1234", button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    await scene.tap(scene.seller, card, "CALL BACK")
    await says(scene, card, "When to remind?", button="No reminder")
    assert "New → CALL BACK" in card.text
    await scene.message(scene.owner.chat, "CALL BACK", button="Підтвердити")

    answer = await scene.tap(scene.seller, card, "Tomorrow 10:00")

    tomorrow = now().astimezone(KYIV).date() + timedelta(days=1)
    at = datetime.combine(tomorrow, time(10), KYIV)
    assert answer.text.endswith(", 10:00")
    await says(scene, card, "⏰ ", button="Confirm")
    await scene.message(scene.owner.chat, "⏰ ", button="Підтвердити")
    assert (await Reminder.get(order_id=order.id)).due_at == at

    await scene.restart()
    await falls_due(scene)
    reminder = await scene.message(chat, "Reminder: order 1234", "Set by Oleh", button="Confirm")
    assert reminder.reply_to is card
    assert not reminder.silent
    await says(scene, card, "reminder for", button="Confirm")
    await scene.telegram.wait_for(lambda: "⏰" not in card.text.split("—")[0])
    await scene.settled()
    assert "Нагадування: замовлення" not in "".join(m.text for m in scene.owner.chat.messages)

    await scene.tap(scene.seller, reminder, "Change status")
    await says(scene, reminder, "Which status?")
    await scene.telegram.wait_for(lambda: card.deleted)
    await scene.tap(scene.seller, reminder, "Back")
    await says(scene, reminder, "Order 1234 · My Shop", button="Confirm")
    assert cards_with_buttons(chat) == [reminder]
    assert await Reminder.all().count() == 0


async def test_other_time_is_typed_and_can_be_changed_and_deleted(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    chat = scene.seller.chat
    card = await scene.message(chat, "Order 1234", button="Remind")
    await scene.tap(scene.seller, card, "Remind")
    await says(scene, card, "When to remind?", button="Back")
    assert not any("Delete" in label for label in labels(card))
    await scene.tap(scene.seller, card, "Other time")
    await says(scene, card, "When? For example", button="Back")

    await scene.seller.send("коли-небудь")
    await scene.message(chat, "“коли-небудь” is not a time.")
    await scene.seller.send("через 2 години")
    await scene.message(chat, "Reminder: ")
    await says(scene, card, "⏰ ", button="Confirm")
    due_in = (await Reminder.get(order_id=order.id)).due_at - now()
    assert timedelta(minutes=118) < due_in <= timedelta(hours=2)

    await scene.tap(scene.seller, card, "Remind")
    await says(scene, card, "When to remind?", button="Delete reminder")
    answer = await scene.tap(scene.seller, card, "Delete reminder")
    assert answer.text == "No reminder any more."
    await scene.telegram.wait_for(lambda: "Confirm" in "".join(labels(card)))
    assert "⏰" not in card.text.split("—")[0]
    assert await OutboxEffect.filter(kind=EffectKind.REMIND).count() == 0


async def test_reminder_in_a_topic_is_asked_for_by_a_reply_and_comes_there(scene: Scene) -> None:
    group = scene.telegram.add_group(
        id=-(10**12) - 7, title="Staff", members=[scene.owner, scene.seller], is_forum=True
    )
    topic = group.add_topic("Orders")
    await chats.subscribe(group.id, topic_id=topic.id, is_group=True, title="Staff", language="en")
    await scene.new_order(("A", 2))
    card = await scene.message(group, "Order 1234", button="Remind")
    await scene.tap(scene.seller, card, "Remind")
    await says(scene, card, "When to remind?")
    await scene.tap(scene.seller, card, "Other time")
    question = await scene.message(group, "When? For example")

    await scene.seller.send("tomorrow 9:00", in_chat=group, topic=topic, reply_to=question)

    await says(scene, card, "⏰ ", button="Confirm")
    await falls_due(scene)
    reminder = await scene.message(group, "Reminder: order 1234", button="Confirm")
    assert reminder.reply_to is card
    assert reminder.thread_id == topic.id
    await scene.tap(scene.seller, reminder, "History")
    await says(scene, reminder, "reminder for", button="Back")
    await scene.telegram.wait_for(lambda: card.deleted)


async def test_third_call_in_vain_offers_refused(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, "Order 1234", button="No answer")

    for attempt in (1, 2, 3):
        answer = await scene.tap(scene.seller, card, "No answer")
        assert answer.text == f"Noted: no answer {attempt}."
        await says(scene, card, f"📵 no answer {attempt}", button="In 1 hour")
        if attempt < 3:
            assert "When to remind?" in card.text
            assert not any("Refused" in label for label in labels(card))
            await scene.tap(scene.seller, card, "No reminder")
            await says(scene, card, f"📵 no answer {attempt}", button="Confirm")
        events = OrderEvent.filter(order_id=order.id, kind=EventKind.NO_ANSWER)
        await events.update(at=now() - calls.SAME_CALL)

    assert "Nobody answers." in card.text
    await scene.message(scene.owner.chat, "📵 недодзвін 3", button="Підтвердити")
    await scene.tap(scene.seller, card, "Refused")
    await says(scene, card, "New → Refused", button="Reopen")
    assert (await Order.get(id=order.id)).phase is Phase.REFUSED


async def test_nudge_names_untouched_orders_and_opens_them(scene: Scene) -> None:
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.MANAGER)
    await scene.seller.send("/settings")
    screen = await scene.message(scene.seller.chat, "⚙️ Settings", button="Waiting orders")
    await scene.tap(scene.seller, screen, "Waiting orders")
    await says(scene, screen, "Waiting orders", button="Chats: after 15 min")
    await scene.tap(scene.seller, screen, "Chats: after 15 min")
    await says(scene, screen, "When are chats reminded", button="✓ after 15 min")
    await scene.tap(scene.seller, screen, "after 60 min")
    await says(scene, screen, "Waiting orders", button="Chats: after 60 min")
    assert await preferences.number(Name.NUDGE_CHATS_AFTER) == 60

    waiting = await scene.new_order(("A", 1), number="2")
    card = await scene.message(scene.seller.chat, "Order 2 ", button="Confirm")
    await scene.settled()
    await Order.all().update(created_at=now() - timedelta(minutes=61))
    await nudges.nudge()

    nudge = await scene.message(scene.seller.chat, "waiting for somebody", button="#2")
    await scene.tap(scene.seller, nudge, "#2")

    moved = await scene.message(scene.seller.chat, "Order 2 ", button="Confirm", after=nudge)
    await scene.telegram.wait_for(lambda: card.deleted)
    assert cards_with_buttons(scene.seller.chat)[-1] is moved
    await scene.settled()
    assert (await Order.get(id=waiting.id)).nudges == 2
