"""What parameters name: chats, messages, people; with Telegram's words when they do not exist."""

from __future__ import annotations

from sandbox.telegram.chats import Chat, Group, PrivateChat
from sandbox.telegram.errors import bad_request, forbidden, upgraded
from sandbox.telegram.model import Json, Message
from sandbox.telegram.params import Params
from sandbox.telegram.people import User
from sandbox.telegram.world import World


def readable_chat(world: World, params: Params, field: str = "chat_id") -> Chat:
    """The chat a method asks about.

    Raises:
        ApiError: 400 for an unknown or upgraded chat, 403 where the bot is not.
    """
    source = params.text(field).strip()
    if not source:
        raise bad_request(f"{field} is empty")
    try:
        chat = world.chats.get(int(source))
    except ValueError:
        chat = None
    if isinstance(chat, PrivateChat):
        user = world.users[chat.id]
        if not user.has_started and not world.is_acquainted(user):
            raise bad_request("chat not found")
    elif isinstance(chat, Group):
        _check_group(chat)
    else:
        raise bad_request("chat not found")
    return chat


def writable_chat(world: World, params: Params) -> Chat:
    """The chat a method writes to.

    Raises:
        ApiError: as `readable_chat`; 403 when the person does not let the bot write.
    """
    chat = readable_chat(world, params)
    if isinstance(chat, PrivateChat):
        user = world.users[chat.id]
        if user.is_deactivated:
            raise forbidden("user is deactivated")
        if user.has_blocked:
            raise forbidden("bot was blocked by the user")
        if not user.has_started:
            raise forbidden("bot can't initiate conversation with a user")
    return chat


def _check_group(chat: Group) -> None:
    if chat.migrated_to is not None:
        raise upgraded(chat.migrated_to)
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.type} chat")


def message_in(chat: Chat, params: Params, problem: str, field: str = "message_id") -> Message:
    """The message a method is about.

    Raises:
        ApiError: 400 with `problem` when it is not there.
    """
    message_id = params.integer(field)
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = chat.message(message_id)
    if message is None:
        raise bad_request(problem)
    return message


def thread_in(chat: Chat, params: Params) -> int | None:
    """The topic to write to.

    Raises:
        ApiError: 400 when there is none of this id.
    """
    if not params.text("message_thread_id"):
        return None
    thread_id = params.integer("message_thread_id")
    if thread_id == 0:
        return None
    if not isinstance(chat, Group) or thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return thread_id


def reply_in(chat: Chat, params: Params) -> Message | None:
    """The message to reply to; None when it is gone and that is allowed.

    Raises:
        ApiError: 400 when it is gone.
    """
    wanted: Json | None = params.json(
        "reply_parameters", "can't parse reply parameters JSON object"
    )
    if wanted is None and params.text("reply_to_message_id"):
        wanted = {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
        }
    if not wanted:
        return None
    message_id = wanted.get("message_id")
    if not isinstance(message_id, int):
        raise bad_request("can't parse reply parameters: Can't find field \"message_id\"")
    message = chat.message(message_id)
    if message is None and not wanted.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def known_user(world: World, params: Params) -> User:
    """The person a method asks about.

    Raises:
        ApiError: 400 when there is none.
    """
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    user = world.users.get(user_id)
    if user is None:
        raise bad_request("user not found")
    return user
