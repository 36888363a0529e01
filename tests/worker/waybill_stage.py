"""Waybills that are made over HTTP, while somebody waits for them in a simulated Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

import aiohttp
from aiogram import Bot
from tortoise.timezone import now

from bot.i18n import Translators
from domain.carriers import WaybillState
from domain.parcels import KYIV
from integrations.carriers import Carrier
from integrations.http import ApiClient
from integrations.novaposhta.client import NovaPoshtaClient
from models.carriers import Waybill
from models.orders import Order
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KYIV_1
from sandbox.telegram import Message, TelegramSandbox
from services import check, drafts, waybill_forms, waybills
from sync.carrier_desk import CarrierDesk
from tests.carriers import CARRIER, know_place, make_account
from tests.factories import BOX, Intake, incoming, line, make_shop, make_staff, stock_up
from tests.telegram import LocalSession
from tests.worker.mortal import Calls, Mortal
from worker.waybills import WaybillWorker

TRANSLATORS = Translators(ZoneInfo("Europe/Kyiv"))
SAVE = "InternetDocument.save"
PATIENCE_S = 60.0


class Stage:
    """Nova Poshta, a seller who waits in a message, and processes that make waybills."""

    def __init__(self, telegram: TelegramSandbox, post: NovaPoshta, desk: CarrierDesk) -> None:
        self.telegram, self.post, self.desk = telegram, post, desk
        self.user = telegram.add_user(id=5001, first_name="Олег", language_code="en")
        self.bot = Bot(telegram.token, LocalSession(telegram))
        self.seller: StaffMember
        self.order: Order
        self.message: Message

    async def set_up(self) -> None:
        await self.user.send("/start")
        self.seller = await make_staff("Олег", self.user.id)
        await StaffMember.filter(id=self.seller.id).update(language="en")
        self.seller.language = "en"
        await make_account(self.post)
        await stock_up({"A": 1000})
        self.order = await self.place("1042")

    async def place(self, number: str) -> Order:
        """An order whose form lacks nothing."""
        intake = Intake((await make_shop(number)).id)
        told = incoming(number, line("A", 2), customer_name="Коваль Олена", phone="+380671234567")
        await intake(told)
        order = await Order.get(external_id=number)
        await drafts.open_window(order.id, by=self.seller)
        await self.fill_in(order)
        return order

    async def fill_in(self, order: Order) -> None:
        await waybill_forms.open_form(order.id, by=self.seller)
        point = await know_place(self.post, KYIV_1)
        await waybill_forms.choose_point(order.id, point.id, by=self.seller)

    async def ask(self, order: Order | None = None) -> Waybill:
        """Somebody waits in ``message``."""
        of = order or self.order
        sent = await self.bot.send_message(self.user.id, "waiting")
        await drafts.show_window_at(of.id, self.user.id, sent.message_id, by=self.seller)
        self.message = self.shown(sent.message_id)
        return await waybills.ask(
            of.id,
            by=self.seller,
            chat_id=self.user.id,
            message_id=sent.message_id,
            today=now().astimezone(KYIV).date(),
        )

    def shown(self, message_id: int) -> Message:
        return next(each for each in self.user.chat.messages if each.message_id == message_id)

    def worker(self, calls: Calls | None = None) -> WaybillWorker:
        """A new process."""
        if calls is None:
            return WaybillWorker(self.bot, TRANSLATORS, self.desk)
        carrier = cast(Carrier, Mortal(calls, self.desk.carriers[CARRIER]))
        bot = cast(Bot, Mortal(calls, self.bot))
        return WaybillWorker(bot, TRANSLATORS, CarrierDesk({CARRIER: carrier}, BOX))

    async def work(self, worker: WaybillWorker | None = None) -> bool:
        return await (worker or self.worker()).run_once()

    async def later(self, passed: timedelta = timedelta(seconds=3)) -> None:
        """What was sent was sent so much longer ago, and looked for."""
        for row in await Waybill.filter(state=WaybillState.SENT):
            assert row.sent_at is not None
            row.sent_at -= passed
            row.looked_at = row.looked_at and row.looked_at - passed
            await row.save()

    async def search(self, worker: WaybillWorker | None = None) -> None:
        """All the time that an answer which was lost is looked for."""
        for _ in range(4):
            await self.later(timedelta(minutes=1))
            await self.work(worker)

    def saves(self) -> int:
        return len(self.post.calls("InternetDocument", "save"))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  (it happens behind two servers)
            await asyncio.sleep(0.01)


async def only(it: Stage) -> Waybill:
    """There is one waybill at the carrier, and here, and they are the same."""
    (there,) = it.post.waybills.values()
    here = await Waybill.get(state=WaybillState.MADE)
    assert (here.number, here.external_id) == (there.number, there.ref)
    assert there.props["InfoRegClientBarcodes"] == here.reference
    assert await check.differences() == []
    return here


@asynccontextmanager
async def waybill_stage() -> AsyncIterator[Stage]:
    """Nova Poshta is asked without a pause, and for two seconds at most."""
    async with (
        NovaPoshta() as post,
        aiohttp.ClientSession() as session,
        TelegramSandbox(limits=None) as telegram,
    ):
        client = NovaPoshtaClient(
            ApiClient(session, timeout_s=2.0),
            api_url=post.url,
            print_url=post.print_url,
            least_gap_s=0.0,
        )
        stage = Stage(telegram, post, CarrierDesk({CARRIER: client}, BOX))
        await stage.set_up()
        try:
            yield stage
        finally:
            await stage.bot.session.close()
