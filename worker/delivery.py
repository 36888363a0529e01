"""Performs one step in one chat: Telegram is called, and what it did is recorded.

Every message goes through the three steps of ``services.cards``: intent, call, record.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message, ReplyParameters

from bot.cards import Rendered
from bot.i18n import Translator, Translators
from bot.message_ids import counter_of
from bot.throttle import Throttle
from domain.errors import NotFoundError
from models.telegram import Chat
from services import cards
from services.cards import CardIntent, Intent, Owed
from worker.boards import Boards
from worker.chat_queue import (
    EditCard,
    GroupPace,
    NewMessage,
    News,
    SendCard,
    SendDigest,
    Settle,
    ShowBoard,
    Step,
)
from worker.drawing import (
    DrawingError,
    draw_card,
    draw_digest,
    draw_intended,
    simplified,
)
from worker.failures import Failure, failure_of
from worker.lane import Lane
from worker.news import drawn
from worker.quiet import quiet_until
from worker.recovery import Search, list_candidates

logger = structlog.get_logger(__name__)

CALL_TIMEOUT_S = 30
_PLAINEST = 2


class Delivery:
    """What can be done in a chat. Call its methods only while holding the chat's turn.

    Args:
        lanes: all chats of this process, by their row's id.
    """

    def __init__(
        self, bot: Bot, throttle: Throttle, translators: Translators, lanes: Mapping[int, Lane]
    ) -> None:
        self._bot = bot
        self._throttle = throttle
        self._translators = translators
        self._clock = throttle.clock
        self._lanes = lanes
        self._paces: dict[int, GroupPace] = {}
        self._boards = Boards(bot, throttle.clock, self._done, self._bury)

    async def perform(self, lane: Lane, chat: Chat, step: Step) -> None:
        """Do the step and record it.

        Raises:
            TelegramAPIError, ClientDecodeError: as ``failures.failure_of`` sorts them.
        """
        t = self._translators(chat.language)
        match step:
            case Settle():
                await cards.settle(step.effect_ids)
            case EditCard():
                lane.is_messages_turn = True
                await self._edit_card(lane, chat, step, t)
            case _:
                lane.is_messages_turn = False
                try:
                    await self._send(lane, chat, step, t)
                except DrawingError as error:  # it must not hold up its chat
                    await self._bury(lane, step.effect_ids, error)

    async def _send(self, lane: Lane, chat: Chat, step: NewMessage, t: Translator) -> None:
        match step:
            case SendCard():
                await self._send_card(lane, chat, step, t)
            case SendDigest():
                await self._send_digest(lane, chat, step, t)
            case ShowBoard():
                await self._boards.show(lane, chat, self.pace(chat), t)
            case _:
                await self._tell(lane, chat, step, t)

    # Cards

    async def _edit_card(self, lane: Lane, chat: Chat, step: EditCard, t: Translator) -> None:
        card = step.card
        rendered = await self._draw(lane, chat, card.order_id, step.effect_ids, t)
        if rendered is None:
            return
        if rendered.fingerprint != card.shown:
            try:
                await self._edit(lane, step.message_id, rendered, lane.plainness[card.order_id])
            except TelegramAPIError as error:
                match failure_of(error):
                    case Failure.UNCHANGED:
                        pass
                    case Failure.GONE:
                        logger.info("a card is gone and is sent again", order_id=card.order_id)
                        await cards.message_gone(card.id, step.message_id)
                        return
                    case Failure.REFUSED:
                        await self._simplify(lane, card.order_id, step.effect_ids, error)
                        return
                    case _:
                        raise
        await self._done(
            lane,
            partial(cards.edited, card.id, step.message_id, rendered.fingerprint, step.effect_ids),
        )
        del lane.plainness[card.order_id]

    async def _send_card(self, lane: Lane, chat: Chat, step: SendCard, t: Translator) -> None:
        rendered = await self._draw(lane, chat, step.order_id, step.effect_ids, t)
        if rendered is None:
            return
        intent = await cards.intend_card(
            step.order_id, chat.id, self._throttle.message_ids.newest(chat.telegram_id)
        )
        is_quiet = quiet_until(chat, self._clock.utc_now(), self._translators.zone) is not None
        try:
            message = await self._send_intended(lane, chat, intent, rendered, is_silent=is_quiet)
        except TelegramAPIError as error:
            if failure_of(error) is not Failure.REFUSED:
                raise
            await self._simplify(lane, step.order_id, step.effect_ids, error)
            return
        await self._note_sent(lane, intent, message, rendered, step.effect_ids)
        del lane.plainness[step.order_id]

    async def _send_digest(self, lane: Lane, chat: Chat, step: SendDigest, t: Translator) -> None:
        try:
            rendered = await draw_digest(step.order_ids, t)
        except DrawingError as error:
            logger.error("a digest cannot be made, its orders go one by one", exc_info=error)
            lane.may_fold = False
            return
        intent = await cards.intend_digest(
            step.order_ids, chat.id, self._throttle.message_ids.newest(chat.telegram_id)
        )
        try:
            message = await self._send_intended(lane, chat, intent, rendered, is_silent=True)
        except TelegramAPIError as error:
            if failure_of(error) is not Failure.REFUSED:
                raise
            logger.error("a digest is refused, its orders go one by one", problem=error.message)
            lane.may_fold = False
            return
        await self._note_sent(lane, intent, message, rendered, step.effect_ids)

    async def _send_intended(
        self, lane: Lane, chat: Chat, intent: Intent, rendered: Rendered, *, is_silent: bool
    ) -> Message:
        plainness = lane.plainness[intent.order_id] if isinstance(intent, CardIntent) else 0
        try:
            return await self._send_text(chat, rendered, plainness, is_silent=is_silent)
        except Exception as error:
            if failure_of(error) is Failure.UNKNOWN:
                lane.searches.append(Search(intent))
            else:
                lane.searches.append(Search(intent, deque()))
                await self._give_up(lane)
            raise

    async def _note_sent(
        self,
        lane: Lane,
        intent: Intent,
        message: Message,
        rendered: Rendered,
        effect_ids: Collection[int],
    ) -> None:
        await self._done(
            lane, partial(cards.sent, intent, message.message_id, rendered.fingerprint, effect_ids)
        )

    # Notices

    async def _tell(self, lane: Lane, chat: Chat, step: News, t: Translator) -> None:
        """Send a notice. It leaves no trace but itself: after a lost answer it is sent again."""
        notice = await drawn(step, chat, t)
        if notice is None:
            return
        try:
            await self._send_text(chat, notice.rendered, 0, reply_to=notice.reply_to)
        except TelegramAPIError as error:
            if failure_of(error) is not Failure.REFUSED:
                raise
            await self._bury(lane, step.effect_ids, error)
            return
        await self._done(lane, notice.record)

    # Messages of unknown fate

    async def search(self, lane: Lane, owed: Owed) -> None:
        """One probe for the oldest message whose answer was lost."""
        search = lane.searches[0]
        intent = search.intent
        if not await cards.is_open(intent):
            lane.searches.popleft()
            return
        if search.candidates is None:
            search.candidates = await list_candidates(
                intent,
                lane.telegram_id,
                self._throttle.message_ids,
                self._unknown_beside(lane),
            )
        try:
            rendered = await draw_intended(intent, owed.chat, self._translators(owed.chat.language))
        except (NotFoundError, DrawingError) as error:  # nor could it be sent again
            logger.error("a message cannot be looked for", chat=lane.telegram_id, exc_info=error)
            await self._give_up(lane)
            return
        while search.candidates:
            if self._throttle.message_ids.is_known(lane.telegram_id, search.candidates[0]):
                search.candidates.popleft()
                continue
            await self._probe(lane, search, rendered, owed)
            return
        logger.info("a message was not sent after all", chat=lane.telegram_id)
        await self._give_up(lane)

    async def _give_up(self, lane: Lane) -> None:
        """The message looked for was not sent. Forgotten only once that is recorded."""
        await cards.not_sent(lane.searches[0].intent)
        lane.searches.popleft()

    async def _probe(self, lane: Lane, search: Search, rendered: Rendered, owed: Owed) -> None:
        assert search.candidates  # noqa: S101  (the caller looked)
        message_id = search.candidates[0]
        try:
            await self._edit(lane, message_id, rendered, 0)
        except TelegramAPIError as error:
            match failure_of(error):
                case Failure.UNCHANGED:
                    pass
                case Failure.GONE:
                    search.candidates.popleft()
                    return
                case Failure.REFUSED:  # the content is at fault: found or not, it cannot be shown
                    search.candidates.clear()
                    return
                case _:
                    raise
        logger.info("a message was sent after all", chat=lane.telegram_id, message_id=message_id)
        lane.searches.popleft()
        self._throttle.note_message(lane.telegram_id, message_id)
        paid = await self._paid_by(search.intent, owed)
        await self._done(
            lane, partial(cards.sent, search.intent, message_id, rendered.fingerprint, paid)
        )

    async def _paid_by(self, intent: Intent, owed: Owed) -> list[int]:
        """The rows that showing this message's content settles: those read before rendering."""
        if isinstance(intent, CardIntent):
            shown = {intent.order_id}
        else:
            shown = set(await cards.digest_order_ids(intent.digest_id))
        return [row.id for row in owed.effects if row.is_card and row.subject_id in shown]

    def _unknown_beside(self, lane: Lane) -> int:
        """How many other messages of unknown fate the same counter may have numbered."""
        counter = counter_of(lane.telegram_id)
        return sum(
            len(each.searches) + each.is_calling
            for each in self._lanes.values()
            if each is not lane and counter_of(each.telegram_id) == counter
        )

    # Helpers

    async def _draw(
        self, lane: Lane, chat: Chat, order_id: int, effect_ids: Collection[int], t: Translator
    ) -> Rendered | None:
        """The order's card as it is now; None when it cannot be shown, and its rows are buried."""
        try:
            return await draw_card(order_id, chat, t)
        except (NotFoundError, DrawingError) as error:  # it must not hold up its chat
            await self._bury(lane, effect_ids, error)
            return None

    # Calls

    async def _send_text(
        self,
        chat: Chat,
        rendered: Rendered,
        plainness: int,
        *,
        is_silent: bool = False,
        reply_to: int | None = None,
    ) -> Message:
        text, keyboard, parse_mode = simplified(rendered, plainness)
        message = await self._bot.send_message(
            chat.telegram_id,
            text,
            message_thread_id=chat.topic_id or None,
            parse_mode=parse_mode,
            reply_markup=keyboard,
            disable_notification=is_silent or None,
            reply_parameters=ReplyParameters(message_id=reply_to, allow_sending_without_reply=True)
            if reply_to
            else None,
            request_timeout=CALL_TIMEOUT_S,
        )
        if (pace := self.pace(chat)) is not None:
            pace.sent_at.append(self._clock.now())
        return message

    async def _edit(self, lane: Lane, message_id: int, rendered: Rendered, plainness: int) -> None:
        text, keyboard, parse_mode = simplified(rendered, plainness)
        await self._bot.edit_message_text(
            text,
            chat_id=lane.telegram_id,
            message_id=message_id,
            parse_mode=parse_mode,
            reply_markup=keyboard,
            request_timeout=CALL_TIMEOUT_S,
        )

    def pace(self, chat: Chat) -> GroupPace | None:
        """How fast new messages may go to a group; None for a private chat."""
        return self._paces.setdefault(chat.telegram_id, GroupPace()) if chat.is_group else None

    async def _done(self, lane: Lane, record: Callable[[], Awaitable[None]]) -> None:
        """Telegram has done it; note that, now or (the database is gone) before anything else."""
        lane.unrecorded = record
        await self.record(lane)
        lane.has_succeeded = True

    async def record(self, lane: Lane) -> None:
        """Note what Telegram has done already, if that failed before."""
        if lane.unrecorded is not None:
            await lane.unrecorded()
            lane.unrecorded = None

    async def _simplify(
        self, lane: Lane, order_id: int, effect_ids: Collection[int], error: TelegramAPIError
    ) -> None:
        """Telegram does not like a card: our bug. Try it without markup, then without buttons."""
        if lane.plainness[order_id] == _PLAINEST:
            await self._bury(lane, effect_ids, error)
            return
        logger.error("a card is refused", order_id=order_id, problem=error.message)
        lane.plainness[order_id] += 1

    async def _bury(self, lane: Lane, effect_ids: Collection[int], error: Exception) -> None:
        logger.error(
            "effects cannot be done", chat=lane.telegram_id, ids=list(effect_ids), exc_info=error
        )
        await cards.bury(effect_ids, str(error))
