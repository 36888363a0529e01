"""Delivers the outbox: what chats are owed becomes messages and edits.

Every chat with something to get has a task of its own, so that a slow, refusing or flooded chat
delays nothing but its own rows, and never has more than one call under way, so that its messages
stay in order. ``docs/sending.md`` tells the whole story.
"""

import asyncio
import random
from collections.abc import Collection

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramMigrateToChat

from bot.i18n import Translators
from bot.throttle import Throttle
from models.telegram import Chat
from services import cards, chats
from services.cards import Owed
from services.transactions import outbox_bell
from worker.chat_queue import Pause, next_step
from worker.delivery import Delivery
from worker.failures import Failure, failure_of
from worker.lane import Lane
from worker.quiet import quiet_until, waited, waiting
from worker.recovery import Search

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.25  # another process may have committed effects
PAUSE_AFTER_TROUBLE_S = 1.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
STOP_PATIENCE_S = 15.0


class OutboxSender:
    """Performs what chats are owed. One process at a time may run it.

    Args:
        bot: its session must have ``throttle`` as a middleware.
        owner_ids: whom to tell when a group refuses us (Telegram user ids).
    """

    def __init__(
        self, bot: Bot, throttle: Throttle, translators: Translators, owner_ids: Collection[int]
    ) -> None:
        self._throttle = throttle
        self._zone = translators.zone
        self._owner_ids = owner_ids
        self._clock = throttle.clock
        self._lanes: dict[int, Lane] = {}
        self._delivery = Delivery(bot, throttle, translators, self._lanes)
        self._is_stopping = False

    async def run(self) -> None:
        """Send until cancelled; a call under way then is finished and recorded."""
        self._is_stopping = False
        await self._recall()
        cancelled: asyncio.CancelledError | None = None
        async with asyncio.TaskGroup() as group:
            try:
                await self._look_for_work(group)
            except asyncio.CancelledError as error:
                cancelled = error
                await self._stop()
        if cancelled is not None:
            raise cancelled

    async def _recall(self) -> None:
        """Learn what an earlier process knew, and which of its messages have an unknown fate."""
        intents = await cards.intents()
        in_doubt = await cards.telegram_ids(intents)
        ids = self._throttle.message_ids
        for telegram_id, message_id in await cards.newest_messages():
            # That may be the very one whose fate is unknown: its id was kept, and no more.
            note = ids.note_newest if telegram_id in in_doubt else ids.note
            note(telegram_id, message_id)
        self._lanes.clear()
        for intent in intents:
            lane = self._lanes.setdefault(intent.chat_id, Lane(intent.chat_id, 0))
            lane.searches.append(Search(intent))

    async def _look_for_work(self, group: asyncio.TaskGroup) -> None:
        while True:
            try:
                await cards.keep_newest(self._throttle.message_ids.take_unkept())
                found = await cards.work(self._clock.utc_now())
            except Exception as error:  # the driver's errors are of many kinds; it may pass
                logger.error("the outbox cannot be read", exc_info=error)
                await asyncio.sleep(PAUSE_AFTER_TROUBLE_S)
                continue
            for each in found:
                lane = self._lanes.setdefault(each.chat_id, Lane(each.chat_id, 0))
                if each.newest_id > lane.newest_id:
                    lane.newest_id = each.newest_id
                    lane.wake.set()
                if not lane.is_running:
                    lane.telegram_id = each.telegram_id
                    lane.is_running = True
                    lane.task = group.create_task(self._serve(lane))
            await outbox_bell.wait(LOOK_EVERY_S)

    async def _stop(self) -> None:
        """End the lanes that only wait; let those in a call finish it, within reason."""
        self._is_stopping = True
        running = [lane for lane in self._lanes.values() if lane.is_running and lane.task]
        calling = []
        for lane in running:
            if lane.task is None:
                continue
            if lane.is_calling:
                calling.append(lane.task)
            else:
                lane.task.cancel()
        if calling:
            _, late = await asyncio.wait(calling, timeout=STOP_PATIENCE_S)
            for task in late:  # their intents are committed: the next start finds out
                task.cancel()

    # One chat

    async def _serve(self, lane: Lane) -> None:
        """Work on a chat until it is owed nothing more."""
        try:
            while not self._is_stopping:
                lane.wake.clear()
                if not await self._try_step(lane) and not lane.wake.is_set():
                    break
        finally:
            lane.may_fold = True
            lane.is_running = False

    async def _try_step(self, lane: Lane) -> bool:
        """One step; False when there is nothing left to do."""
        while (wait_s := lane.resume_at - self._clock.now()) > 0:
            await self._sleep(lane, wait_s)
            if self._is_stopping:
                return False
        try:
            outcome = await self._step_or_note(lane)
        except Exception as error:
            logger.error("the outbox stumbled", chat=lane.telegram_id, exc_info=error)
            self._back_off(lane)
            return True
        if isinstance(outcome, Pause):
            await self._sleep(lane, outcome.until - self._clock.now())
            return True
        return outcome

    async def _step_or_note(self, lane: Lane) -> bool | Pause:
        try:
            outcome = await self._step(lane)
        except (TelegramAPIError, ClientDecodeError) as error:
            await self._note_failure(lane, error)
            return True
        if lane.has_succeeded and lane.failures:
            lane.failures = 0
            self._wake_all()
        return outcome

    async def _step(self, lane: Lane) -> bool | Pause:
        """Take a turn, look what the chat is owed now, do the next thing."""
        async with self._throttle.turn(lane.telegram_id):
            if self._is_stopping:
                return False
            lane.is_calling, lane.has_succeeded = True, False
            try:
                return await self._do_next(lane)
            finally:
                lane.is_calling = False

    async def _do_next(self, lane: Lane) -> bool | Pause:
        await self._delivery.record(lane)
        owed = await self._owed_now(lane.chat_id)
        if owed is None:
            return False
        if owed.chat.telegram_id != lane.telegram_id:  # migrated meanwhile: another turn is needed
            lane.telegram_id = owed.chat.telegram_id
            return True
        if lane.searches:
            await self._delivery.search(lane, owed)
            return True
        step = next_step(
            owed,
            now=self._clock.now(),
            pace=self._delivery.pace(owed.chat),
            may_fold=lane.may_fold,
            is_messages_turn=lane.is_messages_turn,
            waited=waited(owed, self._zone),
        )
        if isinstance(step, Pause):
            return step
        await self._delivery.perform(lane, owed.chat, step)
        return True

    async def _owed_now(self, chat_id: int) -> Owed | None:
        """What the chat is owed, after putting off what its quiet hours do not let through."""
        while True:
            at = self._clock.utc_now()
            owed = await cards.owed(chat_id, at)
            if owed is None:
                return None
            until = quiet_until(owed.chat, at, self._zone)
            held = waiting(owed) if until is not None else []
            if until is None or not held:
                return owed
            await cards.hold(owed.chat, held, until)

    # Outcomes

    def _wake_all(self) -> None:
        """Telegram is back for one chat: the others need not sit out their pauses."""
        for lane in self._lanes.values():
            lane.resume_at = 0.0
            lane.wake.set()

    async def _note_failure(self, lane: Lane, error: TelegramAPIError | ClientDecodeError) -> None:
        failure = failure_of(error)
        if isinstance(error, TelegramMigrateToChat):
            logger.info("a group has moved", chat=lane.telegram_id, to=error.migrate_to_chat_id)
            await chats.migrate(lane.telegram_id, error.migrate_to_chat_id)
            lane.searches.clear()
        elif failure is Failure.FLOOD:
            logger.warning("Telegram asks us to wait", chat=lane.telegram_id, problem=str(error))
        elif failure in {Failure.BLOCKED, Failure.TOPIC_CLOSED}:
            await self._note_blocked(lane, failure, error)
        else:
            if not lane.failures:
                logger.warning("Telegram fails us", chat=lane.telegram_id, problem=_brief(error))
            self._back_off(lane)

    async def _note_blocked(
        self, lane: Lane, failure: Failure, error: TelegramAPIError | ClientDecodeError
    ) -> None:
        chat = await Chat.get(id=lane.chat_id)
        topic_id = chat.topic_id if failure is Failure.TOPIC_CLOSED else None
        if await chats.block(lane.telegram_id, topic_id=topic_id, owner_ids=self._owner_ids):
            logger.warning("a chat refuses us", chat=lane.telegram_id, problem=str(error))

    def _back_off(self, lane: Lane) -> None:
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**lane.failures)
        lane.failures = min(lane.failures + 1, 16)
        spread = random.uniform(0.75, 1.25)  # noqa: S311  (no secret)
        lane.resume_at = self._clock.now() + pause_s * spread

    async def _sleep(self, lane: Lane, seconds: float) -> None:
        """Let time pass; new work or a stop ends it early."""
        handle = self._clock.call_at(self._clock.now() + seconds, lane.wake.set)
        try:
            await lane.wake.wait()
        finally:
            handle.cancel()
            lane.wake.clear()


def _brief(error: Exception) -> str:
    """The first line of an error; a proxy's page is long."""
    return str(error).partition("\n")[0][:300]
