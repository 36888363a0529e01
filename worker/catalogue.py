"""Keeps the messages true in which people watch a catalogue being read."""

import asyncio

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import ClientDecodeError, TelegramAPIError

from bot.cards import Rendered
from bot.i18n import Translators
from bot.settings_screens.catalogue import progress
from bot.throttle import Throttle
from services import catalogue, chats
from services.catalogue import ImportView
from worker.failures import Failure, failure_of

logger = structlog.get_logger(__name__)

EVERY_S = 3.0
CALL_TIMEOUT_S = 30

_NEVER_SHOWN = (Failure.BLOCKED, Failure.REFUSED, Failure.MIGRATED, Failure.TOPIC_CLOSED)


class ImportShower:
    """Edits the messages of imports whose content has changed. One process at a time may run it.

    What it knows is in the database: after a restart it goes on where it was.

    Args:
        bot: its session must have ``throttle`` as a middleware.
        translators: in the language of whoever watches.
        every_s: the shortest pause between two edits of a message.
    """

    def __init__(
        self, bot: Bot, throttle: Throttle, translators: Translators, *, every_s: float = EVERY_S
    ) -> None:
        self._bot = bot
        self._throttle = throttle
        self._translators = translators
        self._every_s = every_s

    async def run(self) -> None:
        """Show, for ever."""
        while True:
            try:
                for view in await catalogue.to_show():
                    await self._show(view)
            except Exception as error:  # the driver's errors are of many kinds; it may pass
                logger.error("imports cannot be shown", exc_info=error)
            await asyncio.sleep(self._every_s)

    async def _show(self, view: ImportView) -> None:
        """Bring one message to the present. Hidden ones come back with a result."""
        if view.is_running and not view.message_id:
            return
        t = self._translators(view.language or await chats.language(view.chat_id))
        rendered = progress(view, t)
        shown = rendered.fingerprint if view.is_open else catalogue.FINAL
        if rendered.fingerprint == view.shown:
            return
        try:
            message_id = await self._put(view, rendered)
        except (TelegramAPIError, ClientDecodeError) as error:
            if failure_of(error) not in _NEVER_SHOWN:
                logger.warning("an import is not shown", id=view.id, problem=str(error)[:200])
                return
            logger.info("nobody can be shown an import", id=view.id, problem=str(error)[:200])
            message_id = 0
        await catalogue.note_shown(view, message_id, shown)

    async def _put(self, view: ImportView, rendered: Rendered) -> int:
        """Edit the message, or send one when there is none (any more); returns its id."""
        if view.message_id:
            try:
                async with self._throttle.turn(view.chat_id):
                    await self._bot.edit_message_text(
                        rendered.text,
                        chat_id=view.chat_id,
                        message_id=view.message_id,
                        parse_mode=ParseMode.HTML,
                        reply_markup=rendered.keyboard,
                        request_timeout=CALL_TIMEOUT_S,
                    )
            except TelegramAPIError as error:
                if failure_of(error) is not Failure.GONE:
                    if failure_of(error) is Failure.UNCHANGED:
                        return view.message_id
                    raise
            else:
                return view.message_id
        async with self._throttle.turn(view.chat_id):
            message = await self._bot.send_message(
                view.chat_id,
                rendered.text,
                parse_mode=ParseMode.HTML,
                reply_markup=rendered.keyboard,
                request_timeout=CALL_TIMEOUT_S,
            )
        return message.message_id
