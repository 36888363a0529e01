"""Sending over real HTTP to the sandbox Telegram: cards, edits, digests, limits."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Message
from tortoise.timezone import now

from models.orders import Order
from models.outbox import OutboxEffect
from models.telegram import Card, Chat
from services import card_places, cards, chats, outbox
from services.card_places import Place
from services.transactions import transaction
from tests.worker.outbox_stage import Stage, cards_in, places, stage


async def relabel(order_id: int, name: str) -> None:
    """Change what the order's card shows, and owe it to all chats."""
    async with transaction():
        await Order.filter(id=order_id).update(customer_name=name)
        await outbox.owe_cards([order_id])


async def test_a_new_order_becomes_a_card_that_sounds(it: Stage) -> None:
    olena = await it.person()
    it.run()

    [order_id] = await it.orders()
    await it.settled()

    [message] = olena.chat.messages
    card = await Card.get(order_id=order_id)
    assert cards_in(olena, 1) == [message]
    assert not message.silent
    assert (card.message_id, card.sent_after) == (message.message_id, None)
    assert (await Chat.get(telegram_id=olena.id)).last_message_id == message.message_id


async def test_what_was_owed_before_the_start_is_sent(it: Stage) -> None:
    olena = await it.person()
    await it.orders(2)

    it.run()
    await it.settled()

    assert len(olena.chat.messages) == 2


async def test_changes_that_wait_become_one_edit(it: Stage) -> None:
    olena = await it.person()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    it.telegram.calls.clear()

    await it.halt()
    for name in ("Ірина", "Марія", "Оксана"):
        await relabel(order_id, name)
    it.run()
    await it.settled()

    [message] = olena.chat.messages
    assert "Оксана" in message.text
    assert len(it.telegram.calls_of("editMessageText")) == 1
    assert not it.telegram.calls_of("sendMessage")


async def test_a_card_that_shows_it_already_costs_no_call(it: Stage) -> None:
    await it.person()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    it.telegram.calls.clear()

    await it.redraw(order_id)
    await it.settled()

    assert it.telegram.calls == []


async def test_each_chat_gets_its_copy_in_its_language(it: Stage) -> None:
    ann, olena, packers = await it.person(), await it.person(4002, "uk"), await it.group()
    it.run()

    [order_id] = await it.orders()
    await it.settled()
    await relabel(order_id, "Марія")
    await it.settled()

    assert "Order 1" in ann.chat.messages[-1].text
    assert "Замовлення 1" in olena.chat.messages[-1].text
    assert all("Марія" in chat.messages[-1].text for chat in (ann.chat, olena.chat, packers))


async def test_messages_keep_the_order_of_their_orders(it: Stage) -> None:
    olena = await it.person()
    it.run()

    for _ in range(5):
        await it.orders()
        await it.settled()

    numbers = [place for message in olena.chat.messages for place in places(message)]
    assert numbers == [1, 2, 3, 4, 5]


async def test_a_chat_that_left_gets_nothing(it: Stage) -> None:
    olena = await it.person()
    await it.orders()
    await chats.unsubscribe(olena.id)

    it.run()
    await it.settled()

    assert not olena.chat.messages
    assert not await OutboxEffect.exists()


async def test_a_backlog_becomes_silent_digests(it: Stage) -> None:
    olena = await it.person()
    order_ids = await it.orders(130)

    it.run()
    await it.settled()

    messages = olena.chat.messages
    assert [len(places(message)) for message in messages] == [60, 60, 10]
    assert all(message.silent for message in messages)
    assert [n for message in messages for n in places(message)] == list(range(1, 131))
    assert await Card.filter(message_id=None).count() == len(order_ids)
    assert not await Card.filter(sent_after__isnull=False)


async def test_a_line_of_a_digest_needs_no_call_until_it_is_opened(it: Stage) -> None:
    olena = await it.person()
    order_ids = await it.orders(5)
    it.run()
    await it.settled()
    [digest] = olena.chat.messages
    it.telegram.calls.clear()

    await it.redraw(*order_ids)
    await it.settled()
    assert it.telegram.calls == []

    place = Place(olena.id, 0, digest.message_id, is_group=False)
    await card_places.move_here(order_ids[2], place)
    await it.settled()

    [card] = cards_in(olena, 3)
    assert olena.chat.messages == [digest, card]
    assert (await Card.get(order_id=order_ids[2])).message_id == card.message_id


async def test_a_card_that_was_asked_for_is_not_folded(it: Stage) -> None:
    olena = await it.person()
    order_ids = await it.orders(5)
    it.run()
    await it.settled()
    await it.halt()

    for order_id in order_ids:
        await card_places.move_here(order_id, Place(olena.id, 0, 1, is_group=False))
    it.run()
    await it.settled()

    assert all(len(cards_in(olena, number)) == 1 for number in range(1, 6))


async def test_a_burst_stays_within_the_limits_and_shows_every_order_once(db: str) -> None:
    del db
    async with stage(rate=30.0) as it:
        people = [await it.person(4001 + index, "en") for index in range(4)]
        packers = await it.group()
        it.run()
        for _ in range(15):
            await it.orders(20)
        await it.settled()

        for messages in [*(p.chat.messages for p in people), packers.messages]:
            shown = Counter(number for message in messages for number in places(message))
            assert shown == dict.fromkeys(range(1, 301), 1)
        assert it.telegram.flood_count == 0


async def test_a_tap_in_a_busy_group_need_not_wait_for_the_next_minute(it: Stage) -> None:
    packers = await it.group()
    it.run()
    for _ in range(30):
        await it.orders()
        await asyncio.sleep(1.0 / it.rate)
    [message] = cards_in(packers, 1)
    began = it.telegram.clock.now()

    first = await Order.get(external_id="1")
    await relabel(first.id, "Марія")
    await it.telegram.wait_for(lambda: "Марія" in message.text)

    assert (
        it.telegram.clock.now() - began < 20
    )  # seconds of Telegram's time; the minute has 30 left
    assert it.telegram.flood_count == 0


async def test_other_chats_do_not_wait_for_a_slow_one(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = await it.person(), await it.person(4002)
    send, go_on = Bot.send_message, asyncio.Event()

    async def send_slowly(bot: Bot, chat_id: int, *values: Any, **named: Any) -> Message:
        if chat_id == slow.id:
            await go_on.wait()
        return await send(bot, chat_id, *values, **named)

    monkeypatch.setattr(Bot, "send_message", send_slowly)
    it.run()

    await it.orders()
    await it.telegram.wait_for(lambda: quick.chat.messages)

    assert not slow.chat.messages
    go_on.set()
    await it.settled()
    assert slow.chat.messages


async def test_at_its_real_pace_an_idle_chat_gets_a_card_at_once(db: str) -> None:
    del db
    async with stage(rate=1.0) as it:
        olena = await it.person()
        it.run()
        await it.orders()  # warms up
        await it.settled()
        took = []
        for count in (2, 3, 4):  # a busy machine may stand still for a moment
            await asyncio.sleep(1.1)
            began = time.monotonic()
            await it.orders()
            await it.telegram.wait_for(lambda: len(olena.chat.messages) == count)  # noqa: B023
            took.append(time.monotonic() - began)
            if took[-1] < 0.5:  # idle it is below 0.05
                break

        assert min(took) < 0.5


async def test_events_are_told_as_replies_to_the_card(it: Stage) -> None:
    olena = await it.person()
    it.run()
    [order_id] = await it.orders()
    await it.settled()
    event_id = await it.platform_notice(order_id)

    async with transaction():
        await outbox.owe_event(event_id)
    await it.settled()

    card, notice = olena.chat.messages
    assert notice.reply_to is card


async def test_what_an_owner_is_told_is_folded(it: Stage) -> None:
    owner, seller = await it.person(), await it.person(4002)
    entry_ids = [await it.set_aside_entry() for _ in range(4)]
    async with transaction():
        await outbox.owe_owners(entry_ids, [owner.id])

    it.run()
    await it.settled()

    [message] = owner.chat.messages
    assert "4 requests" in message.text
    assert not seller.chat.messages


async def test_work_names_only_chats_that_take_messages(it: Stage) -> None:
    ann, olena = await it.person(), await it.person(4002)
    await it.orders()
    await chats.block(olena.id)

    assert [each.telegram_id for each in await cards.work(now())] == [ann.id]
