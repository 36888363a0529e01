"""Shops whose keys have come are connected, and whoever waits is told how it went.

The message they wait in is the only answer: it is shown before the connection counts as done, so
that a crash at any instant repeats a step and never leaves anybody without a word.
"""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from tortoise.timezone import now

from bot import shop_texts, texts
from bot.answers import show
from bot.cards import Rendered
from bot.fsm_storage import dialogue
from bot.i18n import Translator, Translators
from bot.platform_texts import name_of
from bot.settings_screens import shop_connect as screens
from bot.states import SettingsAsked
from domain.errors import IntegrationError, RejectedError, SiteTakenError, UnavailableError
from domain.shops import ConnectProblem
from models.connecting import ShopConnection
from services import chats, connections
from services.card_places import Place
from services.transactions import connections_bell, shops_bell
from sync import connecting
from sync.connecting import Connected
from sync.office import ShopOffice

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
PAUSE_S = 5.0  # after what nobody foresaw, and until Telegram listens


class ConnectionWorker:
    """Finishes connections, oldest first. One process at a time may run it.

    Args:
        bot: shows how it went.
        translators: in the language of whoever waits.
        office: how shops are talked to.
    """

    def __init__(self, bot: Bot, translators: Translators, office: ShopOffice) -> None:
        self._bot = bot
        self._translators = translators
        self._office = office

    async def run(self) -> None:
        """Finish what comes, for ever."""
        while True:
            try:
                pause_s = LOOK_EVERY_S if await self.run_once() else PAUSE_S
            except Exception as error:  # the drivers' errors are of many kinds; it may pass
                logger.error("connections are not finished", exc_info=error)
                pause_s = PAUSE_S
            await connections_bell.wait(pause_s)

    async def run_once(self) -> bool:
        """Finish what is to be finished now; whether all who wait were told."""
        is_told = True
        for row in await connections.unfinished():
            try:
                await self._finish(row)
            except TelegramAPIError as error:  # the same again, once Telegram listens
                logger.warning("a connection is not told", id=row.id, problem=str(error))
                is_told = False
        return is_told

    async def _finish(self, row: ShopConnection) -> None:
        t = self._translators(row.staff.language or await chats.language(row.chat_id))
        try:
            done = await connecting.connect(self._office, row, unnamed=name_of(row.platform))
        except SiteTakenError as error:
            await self._fail(row, screens.taken(row.platform, error.name, error.shop_id, t))
        except RejectedError as error:
            await self._fail(row, self._failed(row, texts.explain(error, t), t))
        except IntegrationError as error:
            logger.info("a shop is not connected", id=row.id, problem=str(error))
            keeps = isinstance(error, UnavailableError) or error.problem is ConnectProblem.NO_API
            why = shop_texts.why_not(error, row.platform, t)
            await self._fail(row, self._failed(row, why, t, keeps_keys=keeps), keeps_keys=keeps)
        except Exception as error:
            logger.error("a shop is not connected", id=row.id, exc_info=error)
            why = texts.unexpected(t, f"connection-{row.id}")
            await self._fail(row, self._failed(row, why, t))
        else:
            await self._tell(row, done, t)
            await connections.finish(row)
            shops_bell.ring()

    async def _tell(self, row: ShopConnection, done: Connected, t: Translator) -> None:
        """Show the shop, and ask at once for the last day of its keys, unless the person is busy
        with another question, or has one about open orders to decide first.
        """
        api = self._office.apis[row.platform]
        state = dialogue(self._bot.id, row.chat_id)
        question = {"screen_id": row.message_id, "shop_id": done.looked.shop.id}
        is_free = await state.get_state() is None or await state.get_data() == question
        asks = api.keys_end and not done.open_orders and is_free
        if asks:  # before it can be answered
            await state.set_data(question)
            await state.set_state(SettingsAsked.shop_keys_end)
        screen = screens.connected(
            done,
            api,
            t,
            public_url=self._office.public_url,
            currency=self._office.currency,
            today=now().astimezone(t.zone).date() if asks else None,
        )
        message_id = await self._show(row, screen)
        if asks and message_id != row.message_id:
            await state.update_data(screen_id=message_id)

    def _failed(
        self, row: ShopConnection, why: str, t: Translator, *, keeps_keys: bool = False
    ) -> Rendered:
        return screens.failed(screens.Target.of(row), why, row.id, t, keeps_keys=keeps_keys)

    async def _fail(
        self, row: ShopConnection, screen: Rendered, *, keeps_keys: bool = False
    ) -> None:
        await self._show(row, screen)
        await connections.fail(row, keep_keys=keeps_keys)

    async def _show(self, row: ShopConnection, screen: Rendered) -> int:
        """In the message where they wait, or a new one; returns its id. Who has blocked us hears
        nothing.
        """
        place = Place(row.chat_id, 0, row.message_id, is_group=False)
        try:
            place = await show(self._bot, place, screen)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            logger.warning("a chat refuses us", id=row.id, problem=str(error))
        return place.message_id
