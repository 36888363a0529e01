"""Groups and topics: where cards go, and what staff can do there."""

from domain.orders import Phase
from models.orders import EventKind, Order, OrderEvent
from models.telegram import Chat, ChatState
from sandbox.telegram import Group, Topic
from services import chats, order_views, statuses
from tests.bot.conftest import SELLER_ID, Scene


async def staff_group(scene: Scene) -> Group:
    """A group with the owner and the seller, where cards go."""
    group = scene.telegram.add_group(id=-77, title="Packing", members=[scene.owner, scene.seller])
    await here(scene, group)
    return group


async def here(scene: Scene, group: Group, topic: Topic | None = None) -> None:
    await scene.owner.send("/here@kramar_demo_bot", in_chat=group, topic=topic)
    topic_id = topic.id if topic else 0
    await scene.telegram.wait_for(lambda: Chat.exists(telegram_id=group.id, topic_id=topic_id))


async def test_here_brings_cards_to_a_group_and_off_ends_them(scene: Scene) -> None:
    group = await staff_group(scene)
    await scene.new_order(("A", 1), number="1")
    await scene.message(group, "1", button="Підтвердити")

    await scene.owner.send("/here off", in_chat=group)
    await scene.telegram.wait_for(
        lambda: Chat.exists(telegram_id=group.id, state=ChatState.UNSUBSCRIBED)
    )
    chat = await Chat.get(telegram_id=group.id)
    await scene.new_order(("A", 1), number="77000")
    await scene.message(scene.seller.chat, "77000")

    assert (chat.title, chat.is_group, chat.topic_id) == ("Packing", True, 0)
    await scene.settled()
    assert not any("77000" in message.text for message in group.messages)


async def test_cards_left_behind_still_work(scene: Scene) -> None:
    group = await staff_group(scene)
    order = await scene.new_order(("A", 1))
    card = await scene.message(group, "1234", button="Відхилити")
    await scene.owner.send("/leave", in_chat=group)
    await scene.telegram.wait_for(
        lambda: Chat.exists(telegram_id=group.id, state=ChatState.UNSUBSCRIBED)
    )

    refusal = await scene.tap(scene.seller, card, "Нагадати")
    assert refusal.text.startswith("Картки")
    await scene.tap(scene.seller, card, "Беру на себе")
    await scene.message(group, "1234", button="Відпустити")
    await scene.tap(scene.seller, card, "Відпустити")
    await scene.message(group, "1234", button="Беру на себе")
    await scene.tap(scene.seller, card, "Відхилити")
    await scene.message(group, "Чому?", button="Дублікат")
    await scene.tap(scene.seller, card, "Дублікат")

    await scene.message(group, "1234", button="Відновити")
    assert (await Order.get(id=order.id)).phase is Phase.CANCELED
    await scene.tap(scene.seller, card, "Відновити")
    await scene.message(group, "1234", button="Підтвердити")


async def test_an_order_can_be_opened_where_cards_do_not_come_by_themselves(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    card = await scene.message(scene.seller.chat, "1234", button="Confirm")
    await chats.unsubscribe(SELLER_ID)
    await scene.new_order(("A", 1), number="77000")
    await scene.message(scene.owner.chat, "77000")

    await scene.seller.send("77000")
    found = await scene.message(scene.seller.chat, "77000", button="77000")
    await scene.tap(scene.seller, found, "77000")

    opened = await scene.message(scene.seller.chat, "Order 77000", button="Confirm", after=found)
    await scene.tap(scene.seller, opened, "Reject")
    await scene.tap(scene.seller, opened, "Duplicate")
    await scene.message(scene.seller.chat, "Order 77000", button="Reopen")
    assert "Confirm" in "".join(label for row in card.buttons for label in row)


async def test_here_in_a_topic_brings_cards_to_that_topic(scene: Scene) -> None:
    group = scene.telegram.add_group(
        id=-(10**12) - 5, title="Forum", members=[scene.owner, scene.seller], is_forum=True
    )
    topic = group.add_topic("Orders")
    await here(scene, group, topic)

    await scene.new_order(("A", 2))

    card = await scene.message(group, "1234", button="Відхилити")
    assert card.thread_id == topic.id
    assert (await Chat.get(topic_id=topic.id)).title == f"Forum · #{topic.id}"
    await scene.tap(scene.seller, card, "Відхилити")
    await scene.message(group, "Чому?", button="Дублікат")
    await scene.tap(scene.seller, card, "Дублікат")
    await scene.message(group, "1234", button="Відновити")


async def test_only_an_owner_brings_cards_to_a_group(scene: Scene) -> None:
    group = scene.telegram.add_group(id=-77, title="Packing", members=[scene.seller, scene.owner])

    answer = None
    for command in ("/here", "/leave"):
        await scene.seller.send(command, in_chat=group)
        answer = await scene.message(group, "Only the owner", after=answer)

    assert not await Chat.exists(telegram_id=group.id)


async def test_here_in_private_says_where_it_works(scene: Scene) -> None:
    await scene.seller.send("/here")

    await scene.message(scene.seller.chat, "works in a group")


async def test_owner_who_adds_the_bot_learns_of_here(scene: Scene) -> None:
    group = scene.telegram.add_group(id=-77, title="Packing", members=[scene.owner])

    await scene.message(group, "/here")


async def test_stranger_who_adds_the_bot_learns_nothing(scene: Scene) -> None:
    stranger = scene.telegram.add_user(id=666, first_name="Mallory")
    group = scene.telegram.add_group(id=-78, title="Theirs", members=[stranger])
    await scene.seller.send("/help")
    await scene.message(scene.seller.chat, "How it works")

    assert not [message for message in group.messages if message.sender is scene.telegram.bot]


async def test_confirm_in_a_group_leads_to_the_window_in_private(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    group = await staff_group(scene)
    other = await scene.new_order(("A", 1), number="77000")
    card = await scene.message(group, "77000", button="Підтвердити")

    answer = await scene.tap(scene.seller, card, "Підтвердити")
    await scene.seller.follow(answer)
    window = await scene.message(scene.seller.chat, "Sale for order 77000", button="Add sale")
    await scene.tap(scene.seller, window, "Add sale")

    assert answer.url == f"https://t.me/kramar_demo_bot?start=sale_{other.id}"
    await scene.message(group, "77000", button="Відмінити")
    assert (await Order.get(id=other.id)).phase is Phase.COMPLETED
    assert (await Order.get(id=order.id)).phase is Phase.OPEN


async def test_in_a_group_only_a_reply_answers_a_question(scene: Scene) -> None:
    group = await staff_group(scene)
    group.promote_bot()  # it reads everything now
    order = await scene.new_order(("A", 2))
    card = await scene.message(group, "1234", button="Відхилити")
    await scene.tap(scene.seller, card, "Відхилити")
    await scene.message(group, "Чому?")
    await scene.tap(scene.seller, card, "Інше")
    question = await scene.message(group, "Напишіть, чому відхиляєте")
    await scene.message(group, "1234", button="Відхилити")  # the card is back for the others

    await scene.seller.send("lunch?", in_chat=group)
    await scene.owner.send("not mine to answer", in_chat=group, reply_to=question)
    await scene.settled()
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    await scene.seller.send("no answer for a week", in_chat=group, reply_to=question)

    await scene.message(group, "no answer for a week", button="Відновити")
    await scene.telegram.wait_for(lambda: question.deleted)
    events = await order_views.history(order.id, limit=1)
    assert (events[0].event.kind, events[0].actor) == (EventKind.REJECTED, "Oleh")


async def test_bad_label_in_a_group_is_asked_again(scene: Scene) -> None:
    group = await staff_group(scene)
    await scene.new_order(("A", 2))
    card = await scene.message(group, "1234", button="Змінити статус")
    await scene.tap(scene.seller, card, "Змінити статус")
    await scene.message(group, "Який статус?")
    await scene.tap(scene.seller, card, "Новий статус")
    question = await scene.message(group, "Напишіть новий статус")

    await scene.seller.send("x" * 31, in_chat=group, reply_to=question)
    again = await scene.message(group, "Задовга назва")
    await scene.telegram.wait_for(lambda: question.deleted)
    await scene.seller.send("CALL BACK", in_chat=group, reply_to=again)

    await scene.message(group, "CALL BACK", button="10:00")  # a reminder is offered
    assert [status.label for status in await statuses.own()] == ["CALL BACK"]


async def test_cancel_in_a_group_removes_the_question(scene: Scene) -> None:
    group = await staff_group(scene)
    await scene.new_order(("A", 2))
    card = await scene.message(group, "1234", button="Відхилити")
    await scene.tap(scene.seller, card, "Відхилити")
    await scene.message(group, "Чому?")
    await scene.tap(scene.seller, card, "Інше")
    question = await scene.message(group, "Напишіть, чому відхиляєте")

    await scene.seller.send("/cancel", in_chat=group)

    await scene.telegram.wait_for(lambda: question.deleted)
    await scene.message(group, "Залишено як було.")
    assert not await OrderEvent.exists(kind=EventKind.REJECTED)


async def test_kicked_and_taken_back(scene: Scene) -> None:
    group = await staff_group(scene)

    group.kick_bot(by=scene.seller)
    await scene.telegram.wait_for(
        lambda: Chat.exists(telegram_id=group.id, state=ChatState.BLOCKED)
    )
    await scene.new_order(("A", 2))
    await scene.message(scene.seller.chat, "1234", button="Confirm")
    group.add_bot(by=scene.seller)

    await scene.message(group, "1234", button="Підтвердити")


async def test_stranger_cannot_bring_cards_back_to_a_group(scene: Scene) -> None:
    group = await staff_group(scene)
    stranger = scene.telegram.add_user(id=666, first_name="Mallory")
    group.kick_bot(by=stranger)
    await scene.telegram.wait_for(
        lambda: Chat.exists(telegram_id=group.id, state=ChatState.BLOCKED)
    )

    group.add_bot(by=stranger)
    await scene.seller.send("/help")
    await scene.message(scene.seller.chat, "How it works")

    assert await Chat.exists(telegram_id=group.id, state=ChatState.BLOCKED)


async def test_blocked_private_chat_gets_what_waited_when_unblocked(scene: Scene) -> None:
    scene.seller.block_bot()
    await scene.telegram.wait_for(
        lambda: Chat.exists(telegram_id=scene.seller.id, state=ChatState.BLOCKED)
    )
    await scene.new_order(("A", 2))
    await scene.message(scene.owner.chat, "1234")

    scene.seller.unblock_bot()

    await scene.message(scene.seller.chat, "1234", button="Confirm")


async def test_group_that_becomes_a_supergroup_keeps_its_cards(scene: Scene) -> None:
    group = await staff_group(scene)

    new = group.migrate()
    await scene.telegram.wait_for(
        lambda: Chat.exists(telegram_id=new.id, state=ChatState.SUBSCRIBED)
    )
    await scene.new_order(("A", 2))

    await scene.message(new, "1234", button="Підтвердити")
    assert not await Chat.exists(telegram_id=group.id)
