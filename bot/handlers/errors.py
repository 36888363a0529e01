"""What goes wrong in a handler: a rule's "no" is explained, a bug is owned up to."""

import secrets
import time
import traceback
from collections.abc import Collection
from pathlib import Path

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, Update

from bot import texts
from bot.answers import answer_tap, tapped
from bot.i18n import UKRAINIAN, Translator, Translators
from domain.errors import InvalidTransitionError, NotAllowedError, RejectedError
from services import card_places, order_views

TELL_OWNERS_EVERY_S = 3600.0

log = structlog.get_logger(__name__)


async def tell_tapper(query: CallbackQuery, error: RejectedError, t: Translator) -> None:
    """An alert that says why, and, when somebody was faster, who and when.

    A copy of the card that still offers the step is stale: this chat is owed it anew.
    """
    await answer_tap(query, await _reason(error, t), alert=True)
    if isinstance(error, InvalidTransitionError):
        place = tapped(query)
        if await card_places.order_at(place) == error.order_id:
            await card_places.uncover(error.order_id, place)
    elif isinstance(error, NotAllowedError) and not tapped(query).is_group:
        place = tapped(query)
        order_id = await card_places.order_at(place)
        if order_id is not None:  # drawn when the person had another role
            await card_places.uncover(order_id, place)


async def _reason(error: RejectedError, t: Translator) -> str:
    if isinstance(error, InvalidTransitionError):
        step = await order_views.last_step(error.order_id)
        if step is not None:
            return texts.who_won(step, t)
    return texts.explain(error, t)


async def explain_rejection(event: ErrorEvent, t: Translator) -> None:
    """A rule said no; nothing was changed."""
    if not isinstance(event.exception, RejectedError):
        raise event.exception
    if event.update.callback_query is not None:
        await tell_tapper(event.update.callback_query, event.exception, t)
    elif event.update.message is not None:
        await event.update.message.answer(await _reason(event.exception, t))


async def note_blocked(event: ErrorEvent) -> None:
    """Telegram lets us say nothing there; it tells so by an update of its own, too."""
    log.info("a chat refuses us", update_id=event.update.update_id, problem=str(event.exception))


async def note_outage(event: ErrorEvent) -> None:
    """Telegram, or a proxy's page for it, did not show what came of it: nobody's bug.

    Nobody could be told. Below the first line of a problem stands what was to be shown.
    """
    problem = str(event.exception).partition("\n")[0][:200]
    log.warning("an answer was not shown", update_id=event.update.update_id, problem=problem)


class Bugs:
    """What nobody foresaw: the person hears of it at once, the owners once per kind and hour."""

    def __init__(self, owner_ids: Collection[int], translators: Translators) -> None:
        self._owner_ids = tuple(owner_ids)
        self._translators = translators
        self._told_at: dict[str, float] = {}

    async def own_up(self, event: ErrorEvent, bot: Bot, t: Translator | None = None) -> None:
        """Log with a code, show the code to the person, and never let the error go further.

        Without ``t`` it is not known whether the person is staff.
        """
        error_id = secrets.token_hex(4)
        log.error(
            "an update could not be handled",
            error_id=error_id,
            update_id=event.update.update_id,
            update_kind=event.update.event_type,
            exc_info=event.exception,
        )
        try:
            await self._tell_person(event.update, error_id, t)
            await self._tell_owners(event.exception, error_id, bot, t)
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("an error could not be told", error_id=error_id, problem=str(error))

    async def _tell_person(self, update: Update, error_id: str, t: Translator | None) -> None:
        query, message = update.callback_query, update.message
        if query is not None:
            text = texts.unexpected(t or self._translators(query.from_user.language_code), error_id)
            await answer_tap(query, text, alert=True)
        elif message is not None and t is not None:
            await message.answer(texts.unexpected(t, error_id))

    async def _tell_owners(
        self, error: Exception, error_id: str, bot: Bot, t: Translator | None
    ) -> None:
        kind = _kind(error)
        now = time.monotonic()
        told_at = self._told_at.get(kind)
        if told_at is not None and now - told_at < TELL_OWNERS_EVERY_S:
            return
        self._told_at[kind] = now
        text = texts.bug_notice(t or self._translators(UKRAINIAN), error_id, kind)
        for owner_id in self._owner_ids:
            try:
                await bot.send_message(owner_id, text)
            except TelegramAPIError as refusal:
                log.info("an owner could not be told", owner_id=owner_id, problem=str(refusal))


def _kind(error: Exception) -> str:
    """The same for errors of one class from one place."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__}, {place}"


def build_router(owner_ids: Collection[int], translators: Translators) -> Router:
    router = Router(name=__name__)
    router.errors.register(explain_rejection, ExceptionTypeFilter(RejectedError))
    router.errors.register(note_blocked, ExceptionTypeFilter(TelegramForbiddenError))
    outage = ExceptionTypeFilter(TelegramNetworkError, TelegramServerError, ClientDecodeError)
    router.errors.register(note_outage, outage)
    router.errors.register(Bugs(owner_ids, translators).own_up)
    return router
