"""What Telegram, the network and people do to the sender."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from bot import cards as rendering
from bot.cards import Rendered
from bot.i18n import Translator
from domain.rights import Role
from models.outbox import OutboxEffect
from models.telegram import Card, Chat, ChatState
from services import cards, chats
from services.order_views import OrderView
from tests.factories import OWNER_ID
from tests.worker.outbox_stage import BASIC_GROUP, Stage, cards_in, places


async def test_429_is_obeyed(it: Stage) -> None:
    olena = await it.person()
    it.telegram.faults.add("sendMessage", status=429, retry_after=20)
    it.run()
    began = it.telegram.clock.now()

    await it.orders()
    await it.settled()

    assert len(olena.chat.messages) == 1
    assert it.telegram.clock.now() - began >= 20
    assert len(it.telegram.calls_of("sendMessage")) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502, "kind": "html"},
        {"kind": "reset"},
        {"kind": "lost_answer"},
        {"status": 429, "retry_after": 1},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
@pytest.mark.parametrize("times", [1, 3])
async def test_a_failing_send_ends_as_one_card(
    it: Stage, fault: dict[str, Any], times: int
) -> None:
    olena = await it.person()
    it.run()
    it.telegram.faults.add("sendMessage", times=times, **fault)

    [order_id] = await it.orders()
    await it.settled()

    [message] = olena.chat.messages
    assert cards_in(olena, 1) == [message]
    assert (await Card.get(order_id=order_id)).message_id == message.message_id


@pytest.mark.parametrize("kind", ["reset", "lost_answer"])
async def test_a_failing_digest_ends_as_one_message(it: Stage, kind: Any) -> None:
    packers = await it.group()
    await it.orders(10)
    it.telegram.faults.add("sendMessage", kind=kind)

    it.run()
    await it.settled()

    [digest] = [message for message in packers.messages if places(message)]
    assert places(digest) == list(range(1, 11))


async def test_lost_answers_in_many_chats_at_once(it: Stage) -> None:
    people = [await it.person(4001 + index) for index in range(8)]
    it.run()
    it.telegram.faults.add("sendMessage", kind="lost_answer", times=8)

    await it.orders()
    await it.settled()

    assert [len(person.chat.messages) for person in people] == [1] * 8
    assert it.telegram.flood_count == 0


@pytest.mark.parametrize("kind", ["reset", "lost_answer"])
async def test_a_search_leaves_other_messages_alone(it: Stage, kind: Any) -> None:
    olena = await it.person()
    it.run()
    fault = it.telegram.faults.add("sendMessage", kind=kind, chat_id=olena.id)
    await it.orders()
    await it.telegram.wait_for(lambda: fault.hits)

    await it.bot.send_message(olena.id, "Menu")  # a handler's, with one of the ids looked at
    await it.settled()

    messages = olena.chat.messages
    assert len(messages) == 2
    assert [message.text for message in messages if not places(message)] == ["Menu"]
    assert len(cards_in(olena, 1)) == 1


async def test_a_failing_edit_is_repeated_from_the_present_state(it: Stage) -> None:
    olena = await it.person()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    await Card.filter(order_id=order_id).update(shown="")
    it.telegram.faults.add("editMessageText", kind="lost_answer")

    await it.redraw(order_id)  # to what it shows already: "message is not modified"
    await it.settled()

    assert len(olena.chat.messages) == 1
    assert (await Card.get(order_id=order_id)).shown != ""


async def test_nothing_is_lost_while_telegram_is_down(it: Stage) -> None:
    olena, packers = await it.person(), await it.group()
    it.run()
    it.telegram.down = True
    for _ in range(6):
        await it.orders()
    await asyncio.sleep(0.3)

    it.telegram.down = False
    await it.settled()

    for messages in (olena.chat.messages, packers.messages):
        shown = [number for message in messages for number in places(message)]
        assert sorted(shown) == [1, 2, 3, 4, 5, 6]


async def test_a_blocked_chat_gets_later_what_it_was_owed(it: Stage) -> None:
    rude, olena = await it.person(4002), await it.person()
    rude.has_blocked = True
    it.run()

    await it.orders()
    await it.telegram.wait_for(lambda: olena.chat.messages)
    row = await Chat.get(telegram_id=rude.id)
    await it.until(lambda: Chat.exists(id=row.id, state=ChatState.BLOCKED))
    assert await OutboxEffect.filter(chat_id=row.id).count() == 1
    calls = len(it.telegram.calls)
    await it.orders()
    await asyncio.sleep(0.4)
    assert len(it.telegram.calls_of("sendMessage", chat_id=rude.id)) == 1
    assert calls

    rude.has_blocked = False
    await chats.unblock(rude.id)
    await it.settled()

    assert [n for message in rude.chat.messages for n in places(message)] == [1, 2]


async def test_owners_hear_once_of_a_group_that_threw_us_out(it: Stage) -> None:
    owner, packers = await it.person(OWNER_ID), await it.group()
    packers.kick_bot()
    it.run()

    await it.orders(2)
    await it.telegram.wait_for(lambda: len(owner.chat.messages) == 3)
    await asyncio.sleep(0.3)

    told = [message.text for message in owner.chat.messages if "Packers" in message.text]
    assert len(told) == 1


async def test_a_group_that_became_a_supergroup_goes_on(it: Stage) -> None:
    packers = await it.group(BASIC_GROUP)
    it.run()
    [first] = await it.orders()
    await it.settled()

    new = packers.migrate()
    await it.orders()
    await it.settled()
    await it.redraw(first)
    await it.settled()

    assert (await Chat.get(id=1)).telegram_id == new.id
    assert len(cards_in(new, 1)) == 1
    assert len(cards_in(new, 2)) == 1


async def test_a_card_that_was_deleted_is_sent_again(it: Stage) -> None:
    olena = await it.person()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    olena.chat.messages[0].deleted = True
    await Card.all().update(shown="")

    await it.redraw(order_id)
    await it.settled()

    [message] = olena.chat.messages
    assert (await Card.get(order_id=order_id)).message_id == message.message_id


async def test_a_card_telegram_does_not_like_arrives_plain(it: Stage) -> None:
    olena = await it.person()
    it.telegram.faults.add("sendMessage", status=400, description="Bad Request: can't parse")
    it.run()

    await it.orders()
    await it.settled()

    [message] = olena.chat.messages
    assert "Order 1" in message.text
    assert not message.entities
    assert message.buttons


async def test_what_cannot_be_sent_is_kept_and_holds_up_nothing(it: Stage) -> None:
    olena = await it.person()
    it.telegram.faults.add("sendMessage", status=400, description="Bad Request: no", times=3)
    it.run()

    await it.orders(2)
    await it.settled()

    [message] = olena.chat.messages
    assert cards_in(olena, 2) == [message]
    [buried] = await OutboxEffect.all()
    assert "Bad Request: no" in buried.problem


async def test_a_digest_telegram_does_not_like_goes_as_cards(it: Stage) -> None:
    olena = await it.person()
    await it.orders(5)
    it.telegram.faults.add("sendMessage", status=400, description="Bad Request: too big")

    it.run()
    await it.settled()

    assert [places(message) for message in olena.chat.messages] == [[1], [2], [3], [4], [5]]


async def test_a_digest_that_cannot_be_made_goes_as_cards(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    olena = await it.person()
    await it.orders(5)
    monkeypatch.setattr(rendering, "digest", None)

    it.run()
    await it.settled()

    assert [places(message) for message in olena.chat.messages] == [[1], [2], [3], [4], [5]]


async def test_a_lost_message_that_cannot_be_drawn_holds_up_nothing(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    olena = await it.person()
    await it.orders(1)
    await cards.intend_card(1, (await Chat.get(telegram_id=olena.id)).id, 0)
    draw = rendering.order_card

    def fail_on_the_first(
        view: OrderView, t: Translator, *, now: datetime, role: Role | None
    ) -> Rendered:
        if view.order.id == 1:
            raise ValueError
        return draw(view, t, now=now, role=role)

    monkeypatch.setattr(rendering, "order_card", fail_on_the_first)
    await it.orders(1)
    it.run()
    await it.settled()

    assert [places(message) for message in olena.chat.messages] == [[2]]
    [buried] = await OutboxEffect.all()
    assert (buried.subject_id, buried.problem) == (1, "order 1")
