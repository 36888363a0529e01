"""The real bot, polling a simulated Telegram, with the sender at work; people with fingers."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.types import LinkPreviewOptions
from tortoise.timezone import now

from bot.dispatcher import build_dispatcher
from bot.i18n import Translators
from bot.polling import Poller
from bot.throttle import SendLimits, Throttle
from models.orders import Order
from models.outbox import OutboxEffect
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.telegram import CallbackAnswer, Chat, Message, TelegramSandbox, User
from services import staff
from sync.carrier_desk import CarrierDesk
from sync.office import ShopOffice
from tests.carriers import make_account, open_desk
from tests.factories import OWNER_ID, Intake, incoming, line, make_shop, make_staff, stock_up
from tests.offices import open_office
from tests.telegram import LocalSession
from worker.outbox import OutboxSender

SELLER_ID = 5001
# How long a wait lasts before it fails; a loaded machine is slow.
PATIENCE_S = float(os.environ.get("TEST_PATIENCE_S", "60"))
NO_HURRY = SendLimits(
    overall_per_second=10_000, chat_interval_s=0.0001, group_per_minute=10_000, margin_s=0.0
)
TRANSLATORS = Translators(ZoneInfo("Europe/Kyiv"))


class Scene:
    """A shop at work: its orders, its staff in a chat each, and the running bot.

    ``owner`` and ``seller`` have started the bot; the seller reads English, the owner Ukrainian.
    """

    def __init__(
        self, telegram: TelegramSandbox, intake: Intake, office: ShopOffice, desk: CarrierDesk
    ) -> None:
        self.telegram = telegram
        self.office = office
        self.desk = desk
        self.intake = intake
        self.owner = telegram.add_user(id=OWNER_ID, first_name="Олена", language_code="uk")
        self.seller = telegram.add_user(id=SELLER_ID, first_name="Oleh", language_code="en")
        self.throttle = Throttle(NO_HURRY)
        self.bot = Bot(
            telegram.token,
            LocalSession(telegram),
            default=DefaultBotProperties(
                parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
            ),
        )
        self.bot.session.middleware(self.throttle)

    def new_dispatcher(self) -> Dispatcher:
        return build_dispatcher(
            owner_ids=[OWNER_ID],
            translators=TRANSLATORS,
            note_message=self.throttle.note_message,
            office=self.office,
            desk=self.desk,
        )

    async def start(self) -> None:
        """Poll and send, as a process that has just begun."""
        self.dispatcher = self.new_dispatcher()
        sender = OutboxSender(self.bot, self.throttle, TRANSLATORS, [OWNER_ID])
        poller = Poller(self.bot, self.dispatcher)
        self._loops = [asyncio.create_task(run()) for run in (poller.run, sender.run)]

    async def stop(self) -> None:
        """Stop as on SIGTERM: what is being handled is finished."""
        for loop in self._loops:
            loop.cancel()
            with suppress(asyncio.CancelledError):
                await loop

    async def restart(self) -> None:
        """Stop, and start anew with nothing remembered but the database."""
        await self.stop()
        await self.start()

    async def new_order(
        self, *lines: tuple[str, object], number: str = "1234", payment_method: str = ""
    ) -> Order:
        """An order comes in: (SKU, quantity) for each line."""
        order_lines = [line(sku, quantity) for sku, quantity in lines]
        await self.intake(incoming(number, *order_lines, payment_method=payment_method))
        return await Order.get(external_id=number)

    async def message(
        self, chat: Chat, *parts: str, button: str = "", after: Message | None = None
    ) -> Message:
        """Wait for the bot's newest visible message that holds all this text and such a button.

        Where an earlier answer says the same, ``after`` asks for one that came later.
        """
        oldest = after.message_id + 1 if after else 0

        def found() -> Message | None:
            for message in reversed(chat.messages):
                if message.sender is not self.telegram.bot or message.message_id < oldest:
                    continue
                labels = [label for row in message.buttons for label in row]
                if all(part in message.text for part in parts) and (
                    not button or any(button in label for label in labels)
                ):
                    return message
            return None

        message: Message = await self.telegram.wait_for(found, timeout=PATIENCE_S)
        return message

    async def tap(self, who: User, message: Message, label: str) -> CallbackAnswer:
        """Tap a button once it is there: an edit comes after the answer to the tap before it."""
        await self.telegram.wait_for(
            lambda: any(label in button for row in message.buttons for button in row),
            timeout=PATIENCE_S,
        )
        return await who.tap(message, label, timeout=PATIENCE_S)

    async def settled(self) -> None:
        """Wait until nothing is due and what was answered is done."""

        async def nothing_owed() -> bool:
            return not await OutboxEffect.exists(problem="", due_at__lte=now())

        await self.telegram.wait_for(nothing_owed, timeout=PATIENCE_S)
        await asyncio.sleep(0.05)

    async def member(self, user: User) -> StaffMember:
        return await StaffMember.get(telegram_id=user.id)


@pytest.fixture
async def resting(db: str) -> AsyncIterator[Scene]:
    """The scene before the bot is started and before anybody wrote to it."""
    async with (
        TelegramSandbox(limits=None) as telegram,
        open_office() as office,
        open_desk() as desk,
    ):
        shop = await make_shop()
        await stock_up({"A": 5, "B": 1})
        await staff.sync_owners([OWNER_ID])
        await make_staff("Oleh", SELLER_ID)
        scene = Scene(telegram, Intake(shop.id), office, desk)
        try:
            yield scene
        finally:
            await scene.bot.session.close()


@pytest.fixture
async def post(resting: Scene) -> AsyncIterator[NovaPoshta]:
    """A Nova Poshta that lives, for a scene that has not begun; our account is set up."""
    async with NovaPoshta() as post, open_desk(post) as desk:
        resting.desk = desk
        await make_account(post)
        yield post


@pytest.fixture
async def scene(resting: Scene) -> AsyncIterator[Scene]:
    """The bot at work; owner and seller have pressed Start."""
    await resting.start()
    try:
        for person in (resting.owner, resting.seller):
            await person.send("/start")
            await resting.message(person.chat, "Orders" if person is resting.seller else "Замов")
        yield resting
    finally:
        await resting.stop()
