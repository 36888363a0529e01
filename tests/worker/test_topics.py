"""Topics of a forum: chats of their own, of which one may be closed."""

import asyncio

from models.telegram import Chat, ChatState
from services import chats
from tests.factories import OWNER_ID
from tests.worker.outbox_stage import Stage, places


async def test_a_closed_topic_is_reported_once_and_the_others_go_on(it: Stage) -> None:
    owner = await it.person(OWNER_ID)
    boss = it.telegram.add_user(id=9000, first_name="Boss")
    forum = it.telegram.add_group(
        id=-1_001_000_000_009, title="Forum", members=[boss], is_forum=True
    )
    first, second = forum.add_topic("Orders"), forum.add_topic("Packing")
    for topic in (first, second):
        await chats.subscribe(forum.id, topic_id=topic.id, is_group=True, title="Forum")
    it.run()
    forum.close_topic(first)

    await it.orders()
    await it.until(lambda: Chat.exists(topic_id=first.id, state=ChatState.BLOCKED))
    await it.settled()
    await it.orders()
    await it.settled()
    await asyncio.sleep(0.1)

    cards = [message for message in forum.messages if places(message) and not message.service]
    assert [(message.thread_id, places(message)) for message in cards] == [
        (second.id, [1]),
        (second.id, [2]),
    ]
    told = [message for message in owner.chat.messages if "Forum" in message.text]
    assert len(told) == 1
