"""Parts of the program as processes of their own, and Telegram by webhook."""

import asyncio
import json
from dataclasses import replace

import aiohttp
import pytest

from tests.e2e.app import PATIENCE_S, App, order_body, post
from tests.e2e.conftest import OLENA, World

NUMBERS = range(81_001, 81_007)


@pytest.fixture
def any_engine() -> str:
    """Several machines share one database only with PostgreSQL."""
    return "postgres"


async def test_another_worker_takes_over_when_one_is_killed(world: World) -> None:
    web, first = world.app, replace(world.app, process=None)
    url = await web.add_shop()
    second = replace(first)
    try:
        await web.start("web")
        await first.start("worker")
        await world.come()
        await second.start("worker")
        async with aiohttp.ClientSession() as session:
            for number in NUMBERS:
                assert await post(session, url, order_body(number)) == 200
            await world.telegram.wait_for(lambda: _shows(world, NUMBERS[0]), PATIENCE_S)
            await first.kill()
            assert await post(session, url, order_body(81_050)) == 200
        await world.telegram.wait_for(lambda: _shows(world, 81_050), PATIENCE_S)
        orders = await web.dump("orders")
        assert [row["external_id"] for row in orders] == [*map(str, NUMBERS), "81050"]
        await web.command("check")
    finally:
        await _kill(first, second)


async def test_updates_by_webhook(world: World) -> None:
    app, telegram = world.app, world.telegram
    app.extra["PUBLIC_URL"] = "https://bot.example.test"
    await app.start()
    await telegram.wait_for(lambda: telegram.calls_of("setWebhook"), PATIENCE_S)
    asked = telegram.calls_of("setWebhook")[0].params
    assert asked["url"] == "https://bot.example.test/telegram"
    update = {"update_id": 1, "message": _start_message()}

    async with aiohttp.ClientSession() as session:
        for secret, status in (("wrong", 401), (asked["secret_token"], 200)):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            address = f"{app.url}/telegram"
            async with session.post(address, json=update, headers=headers) as answer:
                assert answer.status == status
            await asyncio.sleep(0.2)
            greetings = len(telegram.calls_of("sendMessage", chat_id=OLENA))
            assert greetings == (1 if status == 200 else 0)
    assert telegram.calls_of("getUpdates") == []


async def test_ready_only_while_everything_answers(world: World) -> None:
    app, telegram = world.app, world.telegram
    await app.start()
    await app.wait_until_alive("/readyz")
    telegram.down = True
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{app.url}/readyz") as answer:
            assert answer.status == 503
            assert await answer.json() == {
                "database": True,
                "migrations": True,
                "telegram": False,
            }
        async with session.get(f"{app.url}/metrics") as answer:
            assert "kramar_inbox_pending 0.0" in await answer.text()
        async with session.get(f"{app.url}/healthz") as answer:
            assert answer.status == 200


async def test_orders_wait_for_a_telegram_that_was_down(world: World) -> None:
    app, telegram = world.app, world.telegram
    url = await app.add_shop()
    telegram.down = True
    await app.start()
    async with aiohttp.ClientSession() as session:
        assert await post(session, url, order_body(NUMBERS[0])) == 200
    assert [row["number"] for row in await app.dump("orders")] == [str(NUMBERS[0])]
    world.olena.has_started = world.oleh.has_started = True
    telegram.down = False
    await telegram.wait_for(lambda: _shows(world, NUMBERS[0]), PATIENCE_S)
    assert await app.stop() == 0
    assert json.loads(await app.command("check", "--json")) == {"ok": True, "differences": []}


def _start_message() -> dict[str, object]:
    person = {"id": OLENA, "is_bot": False, "first_name": "Олена", "language_code": "uk"}
    return {
        "message_id": 1,
        "date": 1_795_000_000,
        "chat": {"id": OLENA, "type": "private", "first_name": "Олена"},
        "from": person,
        "text": "/start",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }


def _shows(world: World, number: int) -> bool:
    return any(str(number) in each.text for each in world.olena.chat.messages)


async def _kill(*apps: App) -> None:
    for app in apps:
        if app.process is not None:
            await app.kill()
