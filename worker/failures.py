"""What an error of Telegram means for what a chat is owed."""

from enum import Enum, auto

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import ClientConnectorError


class Failure(Enum):
    """What to do after an error."""

    UNKNOWN = auto()  # the answer was lost: the call may have been carried out
    LATER = auto()  # certainly not carried out; try again after a pause
    FLOOD = auto()  # not carried out; the throttle waits as long as Telegram says
    UNCHANGED = auto()  # an edit that changes nothing: success
    GONE = auto()  # the message to edit is gone
    MIGRATED = auto()  # the group has another id now
    BLOCKED = auto()  # the chat refuses us
    TOPIC_CLOSED = auto()  # the topic does
    REFUSED = auto()  # Telegram does not like what we send: our bug


_UNCHANGED = ("message is not modified",)
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message_id_invalid",
)
_TOPIC_CLOSED = ("message thread not found", "topic_closed", "topic_deleted")
_BLOCKED = (
    "chat not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "chat_write_forbidden",
    "chat_restricted",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
)


def failure_of(error: Exception) -> Failure:
    """Sort an error of a call; one that is not Telegram's leaves its outcome unknown."""
    match error:
        case TelegramRetryAfter():
            return Failure.FLOOD
        case TelegramMigrateToChat():
            return Failure.MIGRATED
        case TelegramForbiddenError():
            return Failure.BLOCKED
        case TelegramBadRequest():
            return _refusal_of(error.message.lower())
        case TelegramNetworkError() if isinstance(error.__cause__, ClientConnectorError):
            return Failure.LATER  # no connection, no call
        case TelegramNetworkError() | TelegramServerError() | ClientDecodeError():
            return Failure.UNKNOWN
        case TelegramAPIError():  # a revoked token, a wrong address: a person must act
            return Failure.LATER
        case _:
            return Failure.UNKNOWN


def _refusal_of(text: str) -> Failure:
    for phrases, failure in (
        (_UNCHANGED, Failure.UNCHANGED),
        (_GONE, Failure.GONE),
        (_TOPIC_CLOSED, Failure.TOPIC_CLOSED),
        (_BLOCKED, Failure.BLOCKED),
    ):
        if any(phrase in text for phrase in phrases):
            return failure
    return Failure.REFUSED
