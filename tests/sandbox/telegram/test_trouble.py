"""Flood limits, faults on order, outages, and what the sandbox refuses to be."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from sandbox.telegram import Group, Limits, SandboxError, TelegramSandbox, User

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


async def test_one_message_per_second_and_chat(
    sandbox: TelegramSandbox, olena: User, call: Call
) -> None:
    sandbox.limits = Limits()
    sent = await call("sendMessage", chat_id=101, text="1")
    target = {"chat_id": 101, "message_id": sent["result"]["message_id"]}

    refused = await call("editMessageText", **target, text="2")
    action = await call("sendChatAction", chat_id=101, action="typing")
    sandbox.clock.advance(0.5)
    early = await call("editMessageText", **target, text="2")
    sandbox.clock.advance(0.5)
    accepted = await call("editMessageText", **target, text="2")

    assert refused == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert action["ok"] is True
    assert early["error_code"] == 429
    assert accepted["ok"] is True
    assert sandbox.flood_count == 2


async def test_twenty_messages_per_minute_and_group(
    sandbox: TelegramSandbox, group: Group, call: Call
) -> None:
    sandbox.limits = Limits()
    for number in range(20):
        assert (await call("sendMessage", chat_id=group.id, text=str(number)))["ok"] is True
        sandbox.clock.advance(1)

    refused = await call("sendMessage", chat_id=group.id, text="one too many")
    sandbox.clock.advance(refused["parameters"]["retry_after"])
    accepted = await call("sendMessage", chat_id=group.id, text="later")

    assert refused["parameters"]["retry_after"] == 40
    assert accepted["ok"] is True


async def test_thirty_messages_per_second_overall(sandbox: TelegramSandbox, call: Call) -> None:
    sandbox.limits = Limits(overall_per_second=3)
    for user_id in range(1, 5):
        sandbox.add_user(id=user_id, first_name="U", has_started=True)

    answers = [await call("sendMessage", chat_id=user_id, text="x") for user_id in range(1, 5)]

    assert [answer["ok"] for answer in answers] == [True, True, True, False]


async def test_a_burst_may_be_tolerated(sandbox: TelegramSandbox, olena: User, call: Call) -> None:
    sandbox.limits = Limits(chat_burst=3)

    answers = [await call("sendMessage", chat_id=101, text="x") for _ in range(4)]

    assert [answer["ok"] for answer in answers] == [True, True, True, False]


async def test_refused_messages_do_not_count(
    sandbox: TelegramSandbox, olena: User, call: Call
) -> None:
    sandbox.limits = Limits()

    await call("sendMessage", chat_id=101, text="<p>", parse_mode="HTML")

    assert (await call("sendMessage", chat_id=101, text="x"))["ok"] is True


async def test_faults_look_like_the_real_ones(
    sandbox: TelegramSandbox, olena: User, bot: Bot
) -> None:
    before = len(olena.chat.messages)
    sandbox.faults.add("sendMessage", status=429, retry_after=7)
    with pytest.raises(TelegramRetryAfter) as flood:
        await bot.send_message(101, "x")
    sandbox.faults.add("sendMessage", status=500)
    with pytest.raises(TelegramServerError):
        await bot.send_message(101, "x")
    sandbox.faults.add("sendMessage", kind="html")
    with pytest.raises(ClientDecodeError):
        await bot.send_message(101, "x")
    sandbox.faults.add("sendMessage", status=403, description="Forbidden: user is deactivated")
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(101, "x")
    sandbox.faults.add("sendMessage", kind="reset")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(101, "x")

    assert flood.value.retry_after == 7
    assert len(olena.chat.messages) == before
    assert [call.status for call in sandbox.calls] == [429, 500, 502, 403, 0]
    assert (await bot.send_message(101, "x")).text == "x"


async def test_lost_answer_leaves_the_message_behind(
    sandbox: TelegramSandbox, olena: User, bot: Bot
) -> None:
    sandbox.faults.add("sendMessage", kind="lost_answer")

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(101, "x")

    message = olena.chat.messages[-1]
    assert message.text == "x"
    assert sandbox.calls[-1].status == 0
    assert sandbox.calls[-1].result["message_id"] == message.message_id


async def test_faults_hit_one_chat_and_so_many_times(
    sandbox: TelegramSandbox, olena: User, oleh: User, call: Call
) -> None:
    oleh.has_started = True
    fault = sandbox.faults.add("sendMessage", status=500, chat_id=101, times=2)

    answers = [(await call("sendMessage", chat_id=c, text="x"))["ok"] for c in (102, 101, 101, 101)]

    assert answers == [True, False, False, True]
    assert fault.hits == 2


async def test_delay_and_latency(sandbox: TelegramSandbox, olena: User, call: Call) -> None:
    sandbox.latency_s = 0.05
    sandbox.faults.add("getMe", delay=0.05)
    began = time.monotonic()

    await call("getMe")

    assert time.monotonic() - began >= 0.1


async def test_outage(sandbox: TelegramSandbox, olena: User, bot: Bot) -> None:
    sandbox.down = True
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    update = await olena.send("are you there?")
    sandbox.down = False

    assert [u.update_id for u in await bot.get_updates()] == [update.update_id]


async def test_outage_ends_a_waiting_poll(
    sandbox: TelegramSandbox, http: aiohttp.ClientSession
) -> None:
    async def poll() -> None:
        async with http.get(f"{sandbox.url}/bot{sandbox.token}/getUpdates?timeout=20"):
            pass

    async def cut() -> None:
        await sandbox.wait_for(lambda: sandbox.is_polled)
        sandbox.down = True

    results = await asyncio.gather(poll(), cut(), return_exceptions=True)
    assert isinstance(results[0], aiohttp.ClientError)


async def test_migration_reaches_aiogram(group: Group, bot: Bot) -> None:
    new = group.migrate()

    with pytest.raises(TelegramMigrateToChat) as error:
        await bot.send_message(group.id, "x")

    assert error.value.migrate_to_chat_id == new.id


@pytest.mark.parametrize(
    ("token", "status"), [("43:OTHER", 401), ("42:TESTX", 401), ("nonsense", 404)]
)
async def test_foreign_tokens_are_refused(
    sandbox: TelegramSandbox, http: aiohttp.ClientSession, token: str, status: int
) -> None:
    async with http.get(f"{sandbox.url}/bot{token}/getMe") as response:
        answer = await response.json()

    assert (response.status, answer["error_code"]) == (status, status)


async def test_not_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")

    with pytest.raises(SandboxError, match="production"):
        await TelegramSandbox().start()


async def test_not_on_the_network() -> None:
    with pytest.raises(SandboxError, match="loopback"):
        await TelegramSandbox().start(host="0.0.0.0")
