"""The real program asks a cabinet of Prom.ua: from the buyer's order to the card."""

import asyncio
import json
from decimal import Decimal

import pytest

from sandbox.prom import PromCabinet
from tests.e2e.app import PATIENCE_S
from tests.e2e.conftest import World

LONGEST_S = 20.0  # one second as a rule; with the usual pause it would be a minute


@pytest.fixture
def any_engine() -> str:
    """What is told here has nothing to do with the database."""
    return "sqlite"


async def test_an_order_is_on_a_card_within_seconds_and_survives_a_kill(world: World) -> None:
    app, telegram, clock = world.app, world.telegram, asyncio.get_running_loop()

    def is_shown(order_id: int) -> bool:
        return any(str(order_id) in each.text for each in world.olena.chat.messages)

    async with PromCabinet() as cabinet:
        cabinet.add_product(sku="A", name="Чашка", price=Decimal(100), stock=10)
        app.extra |= {"PROM_API_URL": cabinet.url, "PROM_POLL_SECONDS": "1"}
        token = ("--token", cabinet.token)
        added = await app.command("shop", "add", "prom", "--json", "--name", "Посуд", *token)
        assert json.loads(added)["shop_id"]
        await app.start()
        await world.come()
        quiet = cabinet.place_order(lines=[("A", 1)])
        await telegram.wait_for(lambda: is_shown(quiet.id), PATIENCE_S)

        placed_at = clock.time()
        order = cabinet.place_order(lines=[("A", 2)])
        await telegram.wait_for(lambda: is_shown(order.id), PATIENCE_S)
        took_s = clock.time() - placed_at
        await app.kill()
        while_away = [cabinet.place_order(lines=[("A", 1)]) for _ in range(3)]
        cabinet.cancel(quiet.id)
        await app.start()
        await telegram.wait_for(lambda: all(is_shown(each.id) for each in while_away), PATIENCE_S)

    assert took_s < LONGEST_S
    shown = [each.text for each in world.olena.chat.messages]
    assert [sum(str(id_) in text for text in shown) for id_ in cabinet.orders] == [1] * 5
    await app.command("check")
