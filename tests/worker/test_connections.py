"""A connection ends in a shop and a word to whoever waits, wherever the program dies meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot

from bot.i18n import Translators
from domain.rights import Role
from domain.shops import ConnectionState
from integrations.base import ShopApi
from models.audit import AuditEntry
from models.connecting import ShopConnection
from models.shops import Shop
from models.staff import StaffMember
from sandbox.telegram import Message, TelegramSandbox, User
from sandbox.woocommerce.store import WooCommerceStore
from services import connections, shops
from sync.office import ShopOffice
from tests.factories import BOX, make_staff
from tests.offices import open_office
from tests.telegram import LocalSession
from tests.worker.mortal import Calls, DeathError, Mortal
from worker.connections import ConnectionWorker

TRANSLATORS = Translators(ZoneInfo("Europe/Kyiv"))
KEYS = {"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"}


class MortalApi(Mortal):
    """So that it is seen to be an API that sends webhooks."""

    async def ensure_webhooks(self, *arguments: Any) -> Any:
        return await self.__getattr__("ensure_webhooks")(*arguments)

    async def remove_webhooks(self, *arguments: Any) -> Any:
        return await self.__getattr__("remove_webhooks")(*arguments)


class Stage:
    """A store, an owner who waits in a message, and processes that die."""

    def __init__(
        self, telegram: TelegramSandbox, store: WooCommerceStore, office: ShopOffice
    ) -> None:
        self.telegram, self.store, self.office = telegram, store, office
        self.user: User = telegram.add_user(id=4001, first_name="Оля", language_code="en")
        self.bot = Bot(telegram.token, LocalSession(telegram))

    async def begin(self, owner: StaffMember) -> Message:
        """Somebody waits in the message that this returns."""
        sent = await self.bot.send_message(self.user.id, "waiting")
        begun = await connections.begin(
            "woocommerce",
            self.store.url,
            by=owner,
            chat_id=self.user.id,
            message_id=sent.message_id,
        )
        assert await connections.grant("woocommerce", begun.token, KEYS, BOX)
        return next(each for each in self.user.chat.messages if each.message_id == sent.message_id)

    def worker(self, calls: Calls | None = None) -> ConnectionWorker:
        if calls is None:
            return ConnectionWorker(self.bot, TRANSLATORS, self.office)
        api: ShopApi = MortalApi(calls, self.office.apis["woocommerce"])
        office = replace(self.office, apis={"woocommerce": api})
        bot: Bot = Mortal(calls, self.bot)  # type: ignore[assignment]
        return ConnectionWorker(bot, TRANSLATORS, office)


@pytest.fixture
async def stage(db: str) -> AsyncIterator[Stage]:
    del db
    async with (
        TelegramSandbox(limits=None) as telegram,
        WooCommerceStore(name="Shop") as store,
        open_office() as office,
    ):
        stage = Stage(telegram, store, office)
        await stage.user.send("/start")
        try:
            yield stage
        finally:
            await stage.bot.session.close()


async def test_it_may_die_at_any_step_and_is_told_in_the_end(stage: Stage) -> None:
    owner = await make_staff("Оля", stage.user.id, Role.OWNER)
    await StaffMember.filter(id=owner.id).update(language="en")
    deaths = 0
    for dies_at in count():
        message = await stage.begin(owner)
        try:
            await stage.worker(Calls(dies_at)).run_once()
        except DeathError:
            deaths += 1
            assert await connections.unfinished()
            await stage.worker().run_once()
        else:
            assert dies_at == deaths
            break
        await _is_done(stage, message)
        await shops.remove((await Shop.get()).id)
    assert deaths >= 4  # two calls of the store and one of Telegram, before and after
    assert await AuditEntry.filter(kind="shop_connected").count() == deaths + 1


async def _is_done(stage: Stage, message: Message) -> None:
    assert "Shop is connected." in message.text
    assert not await connections.unfinished()
    assert await Shop.filter(is_active=True).count() == 1
    assert await Shop.all().count() == 1
    row = await ShopConnection.all().order_by("-id").first()
    assert row is not None
    assert (row.state, row.secrets) == (ConnectionState.DONE, "")


async def test_who_lost_the_right_meanwhile_connects_nothing_and_is_told(stage: Stage) -> None:
    owner = await make_staff("Оля", stage.user.id, Role.OWNER)
    message = await stage.begin(owner)
    await StaffMember.filter(id=owner.id).update(role=Role.SELLER, language="en")

    await stage.worker().run_once()

    assert "Your role does not include this." in message.text
    assert not await Shop.exists()
    assert (await ShopConnection.get()).state == ConnectionState.FAILED


async def test_telegram_may_be_away_and_the_message_deleted(stage: Stage) -> None:
    owner = await make_staff("Оля", stage.user.id, Role.OWNER)
    await StaffMember.filter(id=owner.id).update(language="en")
    message = await stage.begin(owner)
    await stage.bot.delete_message(stage.user.id, message.message_id)
    stage.telegram.faults.add("editMessageText", status=502)

    await stage.worker().run_once()
    assert (await ShopConnection.get()).state == ConnectionState.ADDED
    stage.telegram.faults.clear()
    await stage.worker().run_once()

    told = stage.user.chat.messages[-1]
    assert "Shop is connected." in told.text
    assert (await ShopConnection.get()).state == ConnectionState.DONE
