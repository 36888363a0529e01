"""What must survive SIGKILL at any instant (design, "What must never break" 1 to 3)."""

import asyncio
import random
import re
from collections import Counter

import aiohttp

from sandbox.telegram.chats import Chat
from tests.e2e.app import PATIENCE_S, order_body, post
from tests.e2e.conftest import World

ORDERS = 40
KILLS = 4
FIRST = 70_001


async def test_acknowledged_orders_survive_kills_and_reach_every_chat_once(world: World) -> None:
    app, telegram = world.app, world.telegram
    url = await app.add_shop()
    await app.import_products(f"TSH-001,Футболка,450.50,200,{ORDERS // 2}")
    telegram.latency_s = 0.05  # so that kills often come between sending and recording
    await app.start()
    await world.come()

    acknowledged: set[int] = set()
    chance = random.Random(20261122)
    async with aiohttp.ClientSession() as session:
        senders = [
            asyncio.ensure_future(_send_until_acknowledged(session, url, number, acknowledged))
            for number in range(FIRST, FIRST + ORDERS)
        ]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.2, 1.5))
            await app.kill()
            await app.start()
        await asyncio.gather(*senders)
    everything = {str(number) for number in acknowledged}
    assert len(everything) == ORDERS

    await telegram.wait_for(lambda: all(everything <= set(_shown(c)) for c in _chats(world)), 180)
    await asyncio.sleep(2)  # whatever would come twice has time to come
    for chat in _chats(world):
        assert _shown(chat) == Counter(everything)
    assert telegram.flood_count == 0
    await app.stop()
    assert Counter(row["external_id"] for row in await app.dump("orders")) == Counter(everything)
    await app.command("check")


async def test_updates_being_handled_at_a_stop_are_finished(world: World) -> None:
    app, telegram = world.app, world.telegram
    url = await app.add_shop()
    await app.start()
    await world.come()
    async with aiohttp.ClientSession() as session:
        assert await post(session, url, order_body(FIRST)) == 200
    card = await telegram.wait_for(lambda: _card(world.olena.chat, FIRST), PATIENCE_S)

    telegram.latency_s = 0.5
    tap = asyncio.ensure_future(world.olena.tap(card, "Змінити статус"))
    await asyncio.sleep(0.1)
    assert await app.stop() == 0
    telegram.latency_s = 0.0
    await app.start()

    await tap
    await telegram.wait_for(lambda: "Новий статус" in str(card.inline_keyboard), PATIENCE_S)


async def _send_until_acknowledged(
    session: aiohttp.ClientSession, url: str, number: int, acknowledged: set[int]
) -> None:
    """Send an order and its update as a patient shop would, at its own moment."""
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, 4))
    for topic in ("order.updated", "order.created"):
        while True:
            try:
                if await post(session, url, order_body(number), topic) == 200:
                    break
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
    acknowledged.add(number)


def _chats(world: World) -> tuple[Chat, ...]:
    return world.olena.chat, world.oleh.chat, world.group


def _shown(chat: Chat) -> Counter[str]:
    """How often each order is shown in the chat: as a card, or as a line of a digest."""
    return Counter(
        number
        for message in chat.messages
        if not message.deleted
        for number in set(re.findall(rf"\b7\d{{{len(str(FIRST)) - 1}}}\b", message.text))
    )


def _card(chat: Chat, number: int) -> object:
    return next((each for each in chat.messages if f" {number} " in each.text), None)
