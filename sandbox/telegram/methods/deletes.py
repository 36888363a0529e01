"""Deleting and pinning (https://core.telegram.org/bots/api#deletemessage)."""

from __future__ import annotations

from sandbox.telegram.chats import Chat, Group
from sandbox.telegram.errors import bad_request
from sandbox.telegram.methods.lookup import message_in, writable_chat
from sandbox.telegram.model import Message
from sandbox.telegram.params import Params
from sandbox.telegram.view import message_json
from sandbox.telegram.world import World

DELETABLE_S = 48 * 3600
MAX_DELETED_AT_ONCE = 100


def delete_message(world: World, params: Params) -> bool:
    """deleteMessage: own messages and, in private chats, the person's; younger than 48 h."""
    chat = writable_chat(world, params)
    message = message_in(chat, params, "message to delete not found")
    _delete(world, message)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """deleteMessages: ids that are not there are skipped."""
    chat = writable_chat(world, params)
    ids = params.json("message_ids", "can't parse message identifiers JSON object")
    if not isinstance(ids, list) or not ids or not all(isinstance(i, int) for i in ids):
        raise bad_request("message identifiers are not specified")
    if len(ids) > MAX_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    for message_id in ids:
        message = chat.message(message_id)
        if message is not None:
            _delete(world, message)
    return True


def _delete(world: World, message: Message) -> None:
    chat = message.chat
    if isinstance(chat, Group):
        is_administrator = chat.bot_status == "administrator"
        if message.sender is not world.bot and not is_administrator:
            raise bad_request("message can't be deleted")
    else:
        is_administrator = False
    if not is_administrator and world.clock.now() - message.date >= DELETABLE_S:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    if message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
    world.announce("deleted", chat, message)


def pin_chat_message(world: World, params: Params) -> bool:
    """pinChatMessage: the chat gets a service message, of which the bot hears like everybody."""
    chat = writable_chat(world, params)
    _check_may_pin(chat)
    message = message_in(chat, params, "message to pin not found")
    if message.service:
        raise bad_request("a service message can't be pinned")
    is_news = message.message_id not in chat.pinned
    if not is_news:
        chat.pinned.remove(message.message_id)
    chat.pinned.append(message.message_id)
    world.announce("chat", chat)
    if is_news:
        notice = world.post(
            chat,
            world.bot,
            service={"pinned_message": message_json(message, with_reply=False)},
            thread_id=message.thread_id,
            silent=params.flag("disable_notification"),
        )
        world.tell_message(notice)
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """unpinChatMessage; the newest pin without a message_id."""
    chat = writable_chat(world, params)
    _check_may_pin(chat)
    if not params.text("message_id"):
        if not chat.pinned:
            raise bad_request("message to unpin not found")
        chat.pinned.pop()
    else:
        message = message_in(chat, params, "message to unpin not found")
        if message.message_id in chat.pinned:
            chat.pinned.remove(message.message_id)
    world.announce("chat", chat)
    return True


def unpin_all_chat_messages(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    _check_may_pin(chat)
    chat.pinned.clear()
    world.announce("chat", chat)
    return True


def _check_may_pin(chat: Chat) -> None:
    if isinstance(chat, Group) and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")


METHODS = {
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
