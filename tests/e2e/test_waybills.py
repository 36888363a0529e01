"""The real program is killed while it makes waybills: none is made twice, none is lost."""

import asyncio
import random
from datetime import timedelta

import aiohttp
import pytest
from tortoise.timezone import now

from domain.carriers import WaybillState
from domain.parcels import KYIV
from models.carriers import Waybill
from models.database import open_database
from models.orders import Order
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KYIV_1
from services import drafts, waybill_forms, waybills
from tests.carriers import know_place, make_account
from tests.e2e.app import PATIENCE_S, order_body, post
from tests.e2e.conftest import OLENA, World

ORDERS = 8
KILLS = 3
FIRST = 70_001
NO_MESSAGE = 1_000_000
SAVE = "InternetDocument.save"
UNSETTLED = (WaybillState.ASKED, WaybillState.SENT)


@pytest.fixture
def any_engine() -> str:
    """What is told here has nothing to do with the database."""
    return "sqlite"


async def test_a_kill_around_the_call_makes_no_second_waybill(world: World) -> None:
    app = world.app
    chance = random.Random(20261123)
    async with NovaPoshta() as carrier:
        app.extra |= {"NOVAPOSHTA_API_URL": carrier.url, "NOVAPOSHTA_PRINT_URL": carrier.print_url}
        await _take_orders(world)
        async with open_database(app.database_url):
            await _ask_for_all(world, carrier)
        carrier.answer_late(0.1, times=None, call=SAVE)
        for _ in range(KILLS):
            before = len(carrier.waybills)
            await app.start()
            await _until_made(carrier, before + 2)
            await asyncio.sleep(chance.uniform(0, 0.2))
            await app.kill()
        carrier.behave()
        async with open_database(app.database_url):
            in_doubt = await _pass_time()
        await app.start()
        await _until_made(carrier, ORDERS - in_doubt)
        await _until_told(world)
        await app.stop()

        async with open_database(app.database_url):
            rows = {row.reference or "": row for row in await Waybill.all()}
        there = [each.props["InfoRegClientBarcodes"] for each in carrier.waybills.values()]
        assert sorted(there) == sorted(ref for ref, row in rows.items() if row.number)
        assert not any(row.state in UNSETTLED for row in rows.values())
        numbers = {each.number for each in carrier.waybills.values()}
        assert {row.number for row in rows.values() if row.number} == numbers
    await app.command("check")


async def _take_orders(world: World) -> None:
    app = world.app
    url = await app.add_shop()
    await app.import_products("TSH-001,Футболка,450.50,200,100")
    await app.start()
    await world.come()
    async with aiohttp.ClientSession() as session:
        for number in range(FIRST, FIRST + ORDERS):
            assert await post(session, url, order_body(number)) == 200
    last = f"{FIRST + ORDERS - 1}"
    chat = world.olena.chat
    await world.telegram.wait_for(lambda: any(last in m.text for m in chat.messages), PATIENCE_S)
    await app.kill()


async def _ask_for_all(world: World, carrier: NovaPoshta) -> None:
    """Olena waits for all waybills, and has deleted the messages that she waited in."""
    await make_account(carrier)
    point = await know_place(carrier, KYIV_1)
    olena = await StaffMember.get(telegram_id=OLENA)
    for order in await Order.all().order_by("id"):
        await drafts.open_window(order.id, by=olena)
        await waybill_forms.open_form(order.id, by=olena)
        await waybill_forms.set_recipient(order.id, "Коваль Олена", by=olena)
        await waybill_forms.set_phone(order.id, "+380671234567", by=olena)
        await waybill_forms.choose_point(order.id, point.id, by=olena)
        await waybills.ask(
            order.id,
            by=olena,
            chat_id=OLENA,
            message_id=NO_MESSAGE,
            today=now().astimezone(KYIV).date(),
        )
    assert await Waybill.all().count() == ORDERS


async def _until_made(carrier: NovaPoshta, wanted: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while len(carrier.waybills) < wanted:  # noqa: ASYNC110  (in another process)
            await asyncio.sleep(0.01)


async def _pass_time() -> int:
    """What was sent was sent long ago; returns how many are in doubt."""
    sent = Waybill.filter(state=WaybillState.SENT)
    long_ago = now() - timedelta(minutes=5)
    return await sent.update(sent_at=long_ago, looked_at=long_ago, lookups=3)


async def _until_told(world: World) -> None:
    """Olena has read of each order what became of its waybill."""

    def is_told(number: int) -> bool:
        texts = [each.text for each in world.olena.chat.messages if "📄" in each.text]
        of_order = [text for text in texts if f" {number}" in text]
        return any("204516" in text or "❌" in text for text in of_order)

    def are_told() -> bool:
        return all(is_told(number) for number in range(FIRST, FIRST + ORDERS))

    await world.telegram.wait_for(are_told, PATIENCE_S)
