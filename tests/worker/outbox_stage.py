"""A stage for tests of sending: the sandbox Telegram, people, a shop, and a running sender."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aiogram import Bot

from bot.clock import Clock
from bot.i18n import Translators
from bot.throttle import SendLimits, Throttle
from models.inbox import EntryState, InboxEntry
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.telegram import ChatState
from sandbox.telegram import Clock as SandboxClock
from sandbox.telegram import Group, Limits, Message, TelegramSandbox, User
from services import chats, outbox
from services.transactions import transaction
from tests.factories import OWNER_ID, Intake, incoming, line, make_shop
from tests.telegram import LocalSession
from worker.outbox import OutboxSender

KYIV = ZoneInfo("Europe/Kyiv")
SUPERGROUP = -1_001_000_000_001
BASIC_GROUP = -4_001
PATIENCE_S = 60.0  # how long a wait lasts before it fails; a loaded machine is slow
_NUMBER_ON_CARD = re.compile(r"(?:Order|Замовлення) (\d+)")


class FastClock(Clock):
    """Our time, passing so many times faster. The time of day is ahead by ``shift``."""

    def __init__(self, rate: float, shift: timedelta = timedelta()) -> None:
        self.rate = rate
        self.shift = shift

    def utc_now(self) -> datetime:
        return super().utc_now() + self.shift

    def now(self) -> float:
        return asyncio.get_running_loop().time() * self.rate

    def call_at(self, when: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_at(when / self.rate, callback)


class FastSandboxClock(SandboxClock):
    """Telegram's time, passing so many times faster."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self._rate = rate
        self._began = super().now()

    def now(self) -> float:
        return self._began + (super().now() - self._began) * self._rate


class Stage:
    """Telegram with its strict limits, our bot, and orders on demand. Time may pass faster."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.telegram = TelegramSandbox(
            clock=FastSandboxClock(rate), limits=Limits(tolerance_s=0.05 * rate)
        )
        self.numbers = 0
        self.clock = FastClock(rate)
        self.intake: Intake
        self.bot: Bot
        self.throttle: Throttle
        self.sender: OutboxSender
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.telegram.start()
        self.bot = Bot(self.telegram.token, session=LocalSession(self.telegram))
        self.intake = Intake((await make_shop()).id)
        self.new_process()

    def new_process(self) -> None:
        """What a restart makes anew: everything that is kept in memory."""
        limits = SendLimits(margin_s=0.02 * self.rate)
        self.clock = FastClock(self.rate, self.clock.shift)
        self.throttle = Throttle(limits, self.clock)
        for middleware in list(self.bot.session.middleware):
            self.bot.session.middleware.unregister(middleware)
        self.bot.session.middleware(self.throttle)
        translators = Translators(KYIV)
        self.sender = OutboxSender(self.bot, self.throttle, translators, [OWNER_ID])

    def advance_to(self, hour: int, minute: int = 0) -> None:
        """It is this time of day in Kyiv when it comes next."""
        now = self.clock.utc_now()
        then = now.astimezone(KYIV).replace(hour=hour, minute=minute, second=0, microsecond=0)
        while then <= now:
            then += timedelta(days=1)
        self.clock.shift += then.astimezone(UTC) - now

    async def caught_up(self) -> None:
        """Wait until nothing is due; what waits for its time may be owed."""

        async def nothing_due() -> bool:
            due = OutboxEffect.filter(problem="", due_at__lte=self.clock.utc_now())
            return not await due.filter(chat__state=ChatState.SUBSCRIBED).exists()

        await self.until(nothing_due)

    def run(self) -> None:
        self._running = asyncio.create_task(self.sender.run())

    async def halt(self) -> None:
        """Stop the sender as the program does."""
        if self._running is not None:
            running, self._running = self._running, None
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def kill(self) -> None:
        """End the sender at once, whatever it is doing, as a SIGKILL would."""
        if self._running is not None:
            running, self._running = self._running, None
            for lane in self.sender._lanes.values():
                if lane.task is not None:
                    lane.task.cancel()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def close(self) -> None:
        await self.halt()
        await self.bot.session.close()
        await self.telegram.stop()

    async def person(self, id_: int = OWNER_ID, language: str = "en") -> User:
        """Somebody with the bot open, who gets cards."""
        user = self.telegram.add_user(
            id=id_, first_name=f"P{id_}", language_code=language, has_started=True
        )
        await chats.subscribe(id_, title=user.first_name, language=language)
        return user

    async def group(self, id_: int = SUPERGROUP) -> Group:
        """A group that gets cards."""
        creator = self.telegram.add_user(id=9000 + len(self.telegram.users), first_name="Boss")
        group = self.telegram.add_group(id=id_, title="Packers", members=[creator])
        await chats.subscribe(id_, is_group=True, title="Packers", language="en")
        for message in group.messages:
            self.throttle.note_message(group.id, message.message_id)
        return group

    async def orders(self, count: int = 1) -> list[int]:
        """New orders come in; returns their ids."""
        first = self.numbers + 1
        self.numbers += count
        names = [str(number) for number in range(first, self.numbers + 1)]
        await self.intake(*(incoming(name, line("A")) for name in names))
        ids = {order.external_id: order.id for order in await Order.all()}
        return [ids[name] for name in names]

    async def redraw(self, *order_ids: int) -> None:
        """All chats are owed these cards again."""
        async with transaction():
            await outbox.owe_cards(order_ids)

    async def settled(self, timeout: float = PATIENCE_S) -> None:
        """Wait until nothing is owed."""

        async def nothing_owed() -> bool:
            owed = OutboxEffect.filter(problem="", chat__state=ChatState.SUBSCRIBED)
            return not await owed.exists()

        await self.until(nothing_owed, timeout)

    async def until(
        self, condition: Callable[[], Awaitable[bool]], timeout: float = PATIENCE_S
    ) -> None:
        """Wait until the database says so."""
        async with asyncio.timeout(timeout):
            while not await condition():  # noqa: ASYNC110  (nobody rings for a test)
                await asyncio.sleep(0.02)

    async def platform_notice(self, order_id: int) -> int:
        """The platform said something of an order that is closed here; returns the event's id."""
        event = await OrderEvent.create(
            order_id=order_id, kind=EventKind.PLATFORM_NOTICE, data={"state": "canceled"}
        )
        return int(event.id)

    async def set_aside_entry(self) -> int:
        """A request that could not be read."""
        entry = await InboxEntry.create(
            shop_id=self.intake.shop_id,
            topic="order.created",
            body=b"?",
            state=EntryState.SET_ASIDE,
            problem="not JSON",
        )
        return int(entry.id)


def cards_in(chat: User | Group, number: int) -> list[Message]:
    """The messages of a chat that are the card of an order."""
    messages = (chat.chat if isinstance(chat, User) else chat).messages
    return [message for message in messages if _number_on(message) == number]


def places(message: Message) -> list[int]:
    """The numbers of the orders that a message shows: as their card, or as lines of a digest."""
    number = _number_on(message)
    if number is not None:
        return [number]
    labels = [label for row in message.buttons for label in row]
    return [int(label[1:]) for label in labels if label.startswith("#")]


def _number_on(message: Message) -> int | None:
    found = _NUMBER_ON_CARD.search(message.text)
    return int(found[1]) if found else None


@asynccontextmanager
async def stage(rate: float = 20.0) -> AsyncIterator[Stage]:
    built = Stage(rate)
    try:
        await built.start()
        yield built
    finally:
        await built.close()
