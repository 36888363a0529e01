"""Keeps live boards: sent and pinned without a sound, edited in place, taken down when unwanted."""

from collections.abc import Awaitable, Callable, Collection
from functools import partial

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
)

from bot.boards import board_off, live_board
from bot.cards import Rendered
from bot.clock import Clock
from bot.i18n import Translator
from models.telegram import Chat, ChatState
from services import boards, cards
from worker.chat_queue import GroupPace
from worker.drawing import drawing
from worker.failures import Failure, failure_of
from worker.lane import Lane

logger = structlog.get_logger(__name__)

CALL_TIMEOUT_S = 30

Done = Callable[[Lane, Callable[[], Awaitable[None]]], Awaitable[None]]
"""Records what Telegram has done."""
Bury = Callable[[Lane, Collection[int], Exception], Awaitable[None]]
"""Keeps effects that cannot be done for a person to look at."""


class Boards:
    """What can be done with a chat's board: one counted call each. Call while holding its turn.

    Unlike a card, a board has no intent: after a lost answer it is sent again.
    """

    def __init__(self, bot: Bot, clock: Clock, done: Done, bury: Bury) -> None:
        self._bot = bot
        self._clock = clock
        self._done = done
        self._bury = bury

    async def show(self, lane: Lane, chat: Chat, pace: GroupPace | None, t: Translator) -> None:
        """Bring the board to the present state, which may be that there is to be none.

        Raises:
            TelegramAPIError, ClientDecodeError: as ``failures.failure_of`` sorts them.
            DrawingError: it cannot be made.
        """
        effect_ids = await boards.owed(chat.id)
        await chat.refresh_from_db()  # what these effects are about was committed before them
        if not chat.has_board or chat.state is ChatState.UNSUBSCRIBED:
            await self._take_down(lane, chat, effect_ids, t)
            return
        view = await boards.view(chat.id)
        with drawing("a live board"):
            rendered = live_board(view, t, now=self._clock.utc_now())
        if chat.board_message_id is None:
            await self._put_up(lane, chat, rendered, effect_ids, pace)
        elif rendered.fingerprint == chat.board_shown:
            await cards.settle(effect_ids)
        else:
            await self._update(lane, chat, chat.board_message_id, rendered, effect_ids)

    async def _put_up(
        self,
        lane: Lane,
        chat: Chat,
        rendered: Rendered,
        effect_ids: Collection[int],
        pace: GroupPace | None,
    ) -> None:
        try:
            message = await self._bot.send_message(
                chat.telegram_id,
                rendered.text,
                message_thread_id=chat.topic_id or None,
                parse_mode=ParseMode.HTML,
                disable_notification=True,
                request_timeout=CALL_TIMEOUT_S,
            )
        except TelegramAPIError as error:
            if failure_of(error) is not Failure.REFUSED:
                raise
            await self._bury(lane, effect_ids, error)
            return
        if pace is not None:
            pace.sent_at.append(self._clock.now())
        await self._done(lane, partial(boards.sent, chat.id, message.message_id))
        await self._pin_and_note(lane, chat, message.message_id, rendered, effect_ids)

    async def _update(
        self,
        lane: Lane,
        chat: Chat,
        message_id: int,
        rendered: Rendered,
        effect_ids: Collection[int],
    ) -> None:
        try:
            await self._edit(chat, message_id, rendered)
        except TelegramAPIError as error:
            match failure_of(error):
                case Failure.UNCHANGED:
                    pass
                case Failure.GONE:
                    await boards.gone(chat.id, message_id)
                    return
                case Failure.REFUSED:
                    await self._bury(lane, effect_ids, error)
                    return
                case _:
                    raise
        if not chat.board_shown:
            await self._pin_and_note(lane, chat, message_id, rendered, effect_ids)
            return
        fingerprint = rendered.fingerprint
        await self._done(lane, partial(boards.shown, chat.id, message_id, fingerprint, effect_ids))

    async def _pin_and_note(
        self,
        lane: Lane,
        chat: Chat,
        message_id: int,
        rendered: Rendered,
        effect_ids: Collection[int],
    ) -> None:
        """A pin that fails for the moment is tried again with the next change; nothing waits."""
        fingerprint = rendered.fingerprint if await self._pin(chat, message_id) else ""
        await self._done(lane, partial(boards.shown, chat.id, message_id, fingerprint, effect_ids))

    async def _take_down(
        self, lane: Lane, chat: Chat, effect_ids: Collection[int], t: Translator
    ) -> None:
        """Unpin and delete it; one that may not be deleted any more says that it is off."""
        message_id = chat.board_message_id
        if message_id is None:
            await cards.settle(effect_ids)
            return
        await self._unpin(chat, message_id)
        try:
            if lane.is_board_stuck:
                await self._edit(chat, message_id, board_off(t))
            else:
                await self._bot.delete_message(chat.telegram_id, message_id)
        except TelegramBadRequest as error:
            if failure_of(error) is Failure.REFUSED and not lane.is_board_stuck:
                lane.is_board_stuck = "not found" not in error.message
                if lane.is_board_stuck:
                    return
        lane.is_board_stuck = False
        await self._done(lane, partial(boards.taken_down, chat.id, message_id, effect_ids))

    async def _pin(self, chat: Chat, message_id: int) -> bool:
        """Pin it without a sound. Where we may not, it works unpinned; False: it may yet do."""
        try:
            await self._bot.pin_chat_message(
                chat.telegram_id,
                message_id,
                disable_notification=True,
                request_timeout=CALL_TIMEOUT_S,
            )
        except (TelegramAPIError, ClientDecodeError) as error:
            logger.info("a board is not pinned", chat=chat.telegram_id, problem=str(error)[:200])
            return isinstance(error, TelegramBadRequest | TelegramForbiddenError)
        return True

    async def _unpin(self, chat: Chat, message_id: int) -> None:
        try:
            await self._bot.unpin_chat_message(
                chat.telegram_id, message_id=message_id, request_timeout=CALL_TIMEOUT_S
            )
        except (TelegramAPIError, ClientDecodeError) as error:
            logger.info("a board is not unpinned", chat=chat.telegram_id, problem=str(error)[:200])

    async def _edit(self, chat: Chat, message_id: int, rendered: Rendered) -> None:
        await self._bot.edit_message_text(
            rendered.text,
            chat_id=chat.telegram_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            request_timeout=CALL_TIMEOUT_S,
        )
