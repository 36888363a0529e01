"""The budget that handlers and the sender share, against the sandbox's strict limits."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, DeleteWebhook, EditMessageText, SendMessage

from bot.throttle import SendLimits, Throttle, counted_chat
from sandbox.telegram import Limits, TelegramSandbox
from tests.telegram import LocalSession
from tests.worker.outbox_stage import FastClock, FastSandboxClock

RATE = 20.0
PERSON = 4001
GROUP = -1_001_000_000_001


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    limits = Limits(tolerance_s=0.05 * RATE, chat_burst=1)
    async with TelegramSandbox(clock=FastSandboxClock(RATE), limits=limits) as sandbox:
        for index in range(40):
            sandbox.add_user(id=PERSON + index, first_name="P", has_started=True)
        sandbox.add_group(id=GROUP, title="Packers", members=[sandbox.users[PERSON]])
        yield sandbox


@pytest.fixture
def throttle() -> Throttle:
    limits = SendLimits(interactive_burst=1, margin_s=0.02 * RATE)
    return Throttle(limits, FastClock(RATE))


@pytest.fixture
async def bot(telegram: TelegramSandbox, throttle: Throttle) -> AsyncIterator[Bot]:
    session = LocalSession(telegram)
    session.middleware(throttle)
    async with Bot(telegram.token, session=session) as built:
        yield built


async def test_one_chat_gets_one_message_a_second(bot: Bot, telegram: TelegramSandbox) -> None:
    began = telegram.clock.now()

    for number in range(6):
        await bot.send_message(PERSON, str(number))

    assert telegram.flood_count == 0
    assert telegram.clock.now() - began >= 5


async def test_all_chats_together_stay_within_thirty_a_second(
    bot: Bot, telegram: TelegramSandbox
) -> None:
    async with asyncio.TaskGroup() as group:
        for index in range(40):
            for number in range(2):
                group.create_task(bot.send_message(PERSON + index, str(number)))

    assert telegram.flood_count == 0
    assert len(telegram.calls_of("sendMessage")) == 80


async def test_a_group_gets_twenty_messages_a_minute(bot: Bot, telegram: TelegramSandbox) -> None:
    began = telegram.clock.now()

    for number in range(21):
        await bot.send_message(GROUP, str(number))

    assert telegram.flood_count == 0
    assert telegram.clock.now() - began >= 60


async def test_calls_at_once_keep_their_order(bot: Bot, telegram: TelegramSandbox) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(bot.send_message(PERSON, str(number)))

    assert [message.text for message in telegram.messages(PERSON)] == list("01234")


async def test_a_tap_goes_before_what_waits(
    bot: Bot, throttle: Throttle, telegram: TelegramSandbox
) -> None:
    async def background(text: str) -> None:
        async with throttle.turn(PERSON):
            await bot.send_message(PERSON, text)

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(background(str(number)))
        await asyncio.sleep(0)
        group.create_task(bot.send_message(PERSON, "tap"))

    texts = [message.text for message in telegram.messages(PERSON)]
    assert texts == ["0", "tap", "1", "2"]


async def test_a_rested_private_chat_takes_a_small_burst_of_taps(telegram: TelegramSandbox) -> None:
    telegram.limits = Limits(tolerance_s=0.05 * RATE, chat_burst=3)
    throttle = Throttle(SendLimits(margin_s=0.02 * RATE), FastClock(RATE))
    session = LocalSession(telegram)
    session.middleware(throttle)
    async with Bot(telegram.token, session=session) as bot:
        await bot.send_message(PERSON + 1, "warms up")
        began = telegram.clock.now()
        for number in range(3):
            await bot.send_message(PERSON, str(number))
        assert telegram.clock.now() - began < 2
        await bot.send_message(PERSON, "3")

    assert telegram.clock.now() - began >= 2.5
    assert telegram.flood_count == 0


async def test_an_unused_turn_costs_nothing(throttle: Throttle) -> None:
    began = throttle.clock.now()

    for _ in range(50):
        async with throttle.turn(PERSON):
            pass

    assert throttle.clock.now() - began < 10  # fifty messages would be fifty seconds


async def test_who_gives_up_waiting_blocks_nobody(bot: Bot, throttle: Throttle) -> None:
    async with throttle.turn(PERSON):
        waiting = asyncio.create_task(bot.send_message(PERSON, "never"))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])

    message = await bot.send_message(PERSON, "at last")
    assert message.text == "at last"


async def test_handlers_repeat_after_429_and_the_background_hears_of_it(
    bot: Bot, throttle: Throttle, telegram: TelegramSandbox
) -> None:
    telegram.faults.add("sendMessage", status=429, retry_after=8)
    began = telegram.clock.now()
    await bot.send_message(PERSON, "tap")
    assert telegram.clock.now() - began >= 8

    telegram.faults.add("sendMessage", status=429, retry_after=2)
    async with throttle.turn(PERSON):
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(PERSON, "card")


async def test_429_in_many_chats_stops_all(
    bot: Bot, throttle: Throttle, telegram: TelegramSandbox
) -> None:
    telegram.faults.add("sendMessage", status=429, retry_after=10, times=3)
    began = telegram.clock.now()

    async with asyncio.TaskGroup() as group:
        for index in range(3):
            group.create_task(bot.send_message(PERSON + index, "card"))
        await telegram.wait_for(lambda: len(telegram.calls_of("sendMessage")) == 3)
        await asyncio.sleep(0.05)
        group.create_task(bot.send_message(PERSON + 9, "card"))

    [call] = telegram.calls_of("sendMessage", chat_id=PERSON + 9)
    assert call.status == 200
    assert telegram.clock.now() - began >= 9


async def test_edits_are_repeated_after_trouble_and_sends_are_not(
    bot: Bot, telegram: TelegramSandbox
) -> None:
    message = await bot.send_message(PERSON, "one")
    telegram.faults.add("editMessageText", kind="reset")
    await bot.edit_message_text("two", chat_id=PERSON, message_id=message.message_id)

    telegram.faults.add("sendMessage", kind="reset")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(PERSON, "three")

    assert [each.text for each in telegram.messages(PERSON)] == ["two"]


async def test_a_turn_is_good_for_one_call(bot: Bot, throttle: Throttle) -> None:
    async with throttle.turn(PERSON):
        await bot.send_message(PERSON, "one")
        with pytest.raises(RuntimeError):
            await bot.send_message(PERSON, "two")


async def test_answers_teach_where_the_newest_message_is(bot: Bot, throttle: Throttle) -> None:
    message = await bot.send_message(PERSON, "one")

    assert throttle.message_ids.newest(PERSON) == message.message_id
    assert throttle.message_ids.newest(PERSON + 1) == message.message_id  # they share a counter
    assert throttle.message_ids.newest(GROUP) == 0
    assert throttle.message_ids.is_known(PERSON, message.message_id)


def test_what_counts_against_a_chat() -> None:
    assert counted_chat(SendMessage(chat_id=7, text="x")) == 7
    assert counted_chat(EditMessageText(chat_id=7, message_id=1, text="x")) == 7
    assert counted_chat(AnswerCallbackQuery(callback_query_id="1")) is None
    assert counted_chat(DeleteWebhook()) is None
