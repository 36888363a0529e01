"""The program dies at the worst instants; every order is still shown exactly once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tortoise.exceptions import OperationalError

from models.telegram import Card
from services import cards
from tests.worker.outbox_stage import PATIENCE_S, Stage, cards_in, places

SendMessage = Callable[..., Awaitable[Any]]


async def restart(it: Stage) -> None:
    await it.halt()
    it.new_process()
    it.run()


@pytest.mark.parametrize("is_group", [False, True])
@pytest.mark.parametrize("is_kept", [False, True])
async def test_death_between_the_answer_and_its_recording(
    it: Stage, monkeypatch: pytest.MonkeyPatch, is_group: bool, is_kept: bool
) -> None:
    """Also when its id was kept meanwhile, as the newest that was seen in the chat."""
    chat = await it.group() if is_group else await it.person()
    died = asyncio.Event()

    async def die(*_: object) -> None:
        if is_kept:
            await cards.keep_newest(it.throttle.message_ids.take_unkept())
        died.set()
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(cards, "sent", die)
        it.run()
        [order_id] = await it.orders()
        await asyncio.wait_for(died.wait(), PATIENCE_S)
        await it.halt()
    assert (await Card.get(order_id=order_id)).message_id is None

    await restart(it)
    await it.settled()

    [message] = cards_in(chat, 1)
    assert (await Card.get(order_id=order_id)).message_id == message.message_id


async def test_death_between_the_intent_and_the_call(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    olena = await it.person()
    died = asyncio.Event()

    async def die(*_: object, **__: object) -> None:
        died.set()
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(type(it.bot), "send_message", die)
        it.run()
        await it.orders()
        await asyncio.wait_for(died.wait(), PATIENCE_S)
        await it.halt()
    assert (await Card.get()).sent_after is not None

    await restart(it)
    await it.settled()

    assert len(cards_in(olena, 1)) == 1


@pytest.mark.parametrize("was_sent", [False, True])
async def test_death_around_a_digest(
    it: Stage, monkeypatch: pytest.MonkeyPatch, was_sent: bool
) -> None:
    olena = await it.person()
    await it.orders(8)
    died = asyncio.Event()

    async def die(*_: object, **__: object) -> None:
        died.set()
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        if was_sent:
            patched.setattr(cards, "sent", die)
        else:
            patched.setattr(type(it.bot), "send_message", die)
        it.run()
        await asyncio.wait_for(died.wait(), PATIENCE_S)
        await it.halt()

    await restart(it)
    await it.settled()

    [message] = olena.chat.messages
    assert places(message) == list(range(1, 9))


async def test_a_database_that_fails_after_the_answer(
    it: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    olena = await it.person()
    record = cards.sent
    failures = iter([OperationalError("gone"), OperationalError("gone")])

    async def fail_twice(*values: Any) -> None:
        if (failure := next(failures, None)) is not None:
            raise failure
        await record(*values)

    monkeypatch.setattr(cards, "sent", fail_twice)
    it.run()
    await it.orders()
    await it.settled()

    assert len(olena.chat.messages) == 1
    assert len(it.telegram.calls_of("sendMessage")) == 1


async def test_a_stop_finishes_and_records_the_call_under_way(it: Stage) -> None:
    olena = await it.person()
    it.telegram.latency_s = 0.3
    it.run()
    [order_id] = await it.orders()
    await it.telegram.wait_for(lambda: olena.chat.messages)

    await it.halt()

    card = await Card.get(order_id=order_id)
    assert card.message_id == olena.chat.messages[0].message_id


async def test_deaths_and_lost_answers_at_random_instants(it: Stage) -> None:
    people = [await it.person(4001 + index) for index in range(3)]
    it.telegram.faults.add("sendMessage", kind="lost_answer", times=3)
    for pause_s in (0.02, 0.05, 0.11, 0.23):
        it.run()
        await it.orders(2)
        await asyncio.sleep(pause_s)
        await it.kill()
        it.new_process()

    it.run()
    await it.settled()

    for person in people:
        shown = [number for message in person.chat.messages for number in places(message)]
        assert sorted(shown) == list(range(1, 9))
