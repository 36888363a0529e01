"""Answering taps, and showing things in the chat they came from; Telegram's refusals understood."""

import html
from collections.abc import Sequence

import structlog
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.types import (
    CallbackQuery,
    Chat,
    ForceReply,
    InaccessibleMessage,
    InlineQuery,
    InlineQueryResultArticle,
    LinkPreviewOptions,
    Message,
    ReactionTypeEmoji,
    ReplyParameters,
    User,
)

from bot.cards import Rendered
from bot.markup import CALLBACK_ANSWER_LIMIT, plain
from domain.errors import NotFoundError
from domain.rights import Role
from models.staff import StaffMember
from services.card_places import Place

LONGEST_NAME = 60

log = structlog.get_logger(__name__)


def place_of(message: Message | InaccessibleMessage) -> Place:
    """Where a message is. One too old to be told in full is not known to be in a topic."""
    topic_id = 0
    if isinstance(message, Message) and message.is_topic_message:
        topic_id = message.message_thread_id or 0
    return Place(message.chat.id, topic_id, message.message_id, is_group(message.chat))


def is_group(chat: Chat) -> bool:
    """Whether several people see the chat."""
    return chat.type != ChatType.PRIVATE


def reader(place: Place, staff: StaffMember) -> Role | None:
    """The role of the one person who reads this chat; None: several do."""
    return None if place.is_group else staff.role


def tapped(query: CallbackQuery) -> Place:
    """Where the tapped message is.

    Raises:
        NotFoundError: Telegram does not say; the button was on nothing of ours.
    """
    if query.message is None:
        raise NotFoundError("message")
    return place_of(query.message)


async def answer_tap(
    query: CallbackQuery, text: str = "", *, alert: bool = False, url: str | None = None
) -> None:
    """Stop the button's spinner, with words or an address to open; an old tap needs no answer.

    What the tap did is done: that Telegram cannot be told so now must not keep it from being shown.
    """
    try:
        await query.answer(
            plain(text, CALLBACK_ANSWER_LIMIT) or None,
            show_alert=(alert and bool(text)) or None,
            url=url,
        )
    except TelegramBadRequest as error:
        if "query is too old" not in error.message:
            raise
        log.info("a tap was answered too late", query_id=query.id)
    except (TelegramNetworkError, TelegramServerError) as error:
        log.warning("a tap could not be answered", query_id=query.id, problem=str(error)[:200])


async def answer_inline(query: InlineQuery, results: Sequence[InlineQueryResultArticle]) -> None:
    """Offer results to this person alone, and never again unasked; a late answer is none."""
    try:
        await query.answer(list(results), cache_time=0, is_personal=True)
    except TelegramBadRequest as error:
        if "query is too old" not in error.message:
            raise
        log.info("an inline query was answered too late", query_id=query.id)
    except (TelegramNetworkError, TelegramServerError) as error:
        problem = str(error)[:200]
        log.warning("an inline query could not be answered", query_id=query.id, problem=problem)


async def show(bot: Bot, place: Place, rendered: Rendered, *, revive: bool = True) -> Place:
    """Let the message show this, or a new one when it can no longer be edited; returns which.

    ``revive``: send it anew also when somebody has deleted the message.
    """
    try:
        await bot.edit_message_text(
            rendered.text,
            chat_id=place.chat_id,
            message_id=place.message_id,
            reply_markup=rendered.keyboard,
            link_preview_options=_preview(rendered),
        )
    except TelegramBadRequest as error:
        if "message is not modified" in error.message:
            return place
        if not _is_gone(error):
            raise
        if not revive and _is_deleted(error):
            return place
        sent = await send(bot, place, rendered)
        return Place(place.chat_id, place.topic_id, sent.message_id, place.is_group)
    return place


async def send(bot: Bot, place: Place, rendered: Rendered, *, as_reply: bool = False) -> Message:
    """A new message in the same chat and topic, as a reply to the place's own if asked."""
    return await bot.send_message(
        place.chat_id,
        rendered.text,
        message_thread_id=place.topic_id or None,
        reply_markup=rendered.keyboard,
        link_preview_options=_preview(rendered),
        reply_parameters=_reply_to(place) if as_reply else None,
    )


async def ask(
    bot: Bot, place: Place, user: User, question: str, *, placeholder: str = ""
) -> Message:
    """Ask one person for a text, as a reply to the place.

    Their phone opens the reply field by itself: in a group a bot hears nothing but replies to it.
    """
    name = html.escape(plain(user.full_name, LONGEST_NAME), quote=False)
    mention = f'<a href="tg://user?id={user.id}">{name}</a>\n' if place.is_group else ""
    return await bot.send_message(
        place.chat_id,
        mention + question,
        message_thread_id=place.topic_id or None,
        reply_markup=ForceReply(selective=True, input_field_placeholder=placeholder or None),
        reply_parameters=_reply_to(place),
    )


async def remove(bot: Bot, chat_id: int, message_id: int) -> bool:
    """Delete a message of ours; False when Telegram no longer lets us (after 48 hours)."""
    try:
        return await bot.delete_message(chat_id, message_id)
    except TelegramAPIError as error:
        log.info("a message could not be deleted", chat_id=chat_id, problem=str(error))
        return False


async def retire(bot: Bot, chat_id: int, message_id: int) -> None:
    """Remove a message that another one replaces, or at least its buttons."""
    if await remove(bot, chat_id, message_id):
        return
    try:
        await bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id)
    except TelegramAPIError as error:
        log.info("a message keeps its buttons", chat_id=chat_id, problem=str(error))


async def acknowledge(message: Message, words: str) -> None:
    """Put 👍 on a message; where reactions are not allowed, reply with these words.

    What it asked for is done: that Telegram cannot be told so now is no reason to do it again.
    """
    try:
        await message.react([ReactionTypeEmoji(emoji="👍")])
    except TelegramBadRequest as error:
        log.info("no reaction is allowed", chat_id=message.chat.id, problem=error.message)
        await message.reply(words)
    except (TelegramNetworkError, TelegramServerError) as error:
        log.warning("a message has no reaction", chat_id=message.chat.id, problem=str(error)[:200])


def _preview(rendered: Rendered) -> LinkPreviewOptions:
    """A picture is shown as the preview of its address, small, above the text; else none is."""
    if not rendered.picture_url:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(
        url=rendered.picture_url, prefer_small_media=True, show_above_text=True
    )


def _reply_to(place: Place) -> ReplyParameters:
    return ReplyParameters(message_id=place.message_id, allow_sending_without_reply=True)


def _is_gone(error: TelegramBadRequest) -> bool:
    return _is_deleted(error) or "can't be edited" in error.message


def _is_deleted(error: TelegramBadRequest) -> bool:
    return "message to edit not found" in error.message
