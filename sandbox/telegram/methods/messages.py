"""Sending, copying and forwarding (https://core.telegram.org/bots/api#sendmessage)."""

from __future__ import annotations

from sandbox.telegram import entities
from sandbox.telegram.chats import Chat, Group
from sandbox.telegram.errors import bad_request
from sandbox.telegram.html import Formatted
from sandbox.telegram.markup import read_markup
from sandbox.telegram.methods.lookup import (
    message_in,
    readable_chat,
    reply_in,
    thread_in,
    writable_chat,
)
from sandbox.telegram.model import Json, Message, StoredFile
from sandbox.telegram.params import Params
from sandbox.telegram.previews import read_preview
from sandbox.telegram.view import message_json, user_json
from sandbox.telegram.world import World


def pass_gate(world: World, chat: Chat, count: int = 1) -> None:
    """Count messages or edits against the flood limits; call it last before changing anything.

    Raises:
        ApiError: 429.
    """
    world.gate.pass_through(
        chat.id, is_group=isinstance(chat, Group), now=world.clock.now(), count=count
    )


def caption_of(params: Params) -> Formatted:
    """The caption of a file, possibly empty.

    Raises:
        ApiError: it does not parse or is too long.
    """
    content = entities.outgoing(
        params.text("caption"),
        params.text("parse_mode"),
        params.text("caption_entities"),
        empty="",
    )
    if len(content.text) > entities.MAX_CAPTION:
        raise bad_request("message caption is too long")
    return content


def deliver(
    world: World,
    params: Params,
    content: Formatted,
    file: StoredFile | None = None,
    *,
    link_preview: Json | None = None,
) -> Message:
    """Put a message of the bot where the parameters say.

    Raises:
        ApiError: whatever is wrong with chat, topic, reply, markup; 429.
    """
    reply_markup = read_markup(params.text("reply_markup"))
    chat = writable_chat(world, params)
    thread_id = thread_in(chat, params)
    reply_to = reply_in(chat, params)
    if thread_id is None and reply_to is not None:
        thread_id = reply_to.thread_id
    pass_gate(world, chat)
    return world.post(
        chat,
        world.bot,
        content,
        file=file,
        link_preview=link_preview,
        reply_markup=reply_markup,
        reply_to=reply_to,
        thread_id=thread_id,
        silent=params.flag("disable_notification"),
    )


def send_message(world: World, params: Params) -> Json:
    content = entities.outgoing(
        params.text("text"),
        params.text("parse_mode"),
        params.text("entities"),
        empty="message text is empty",
    )
    link_preview = read_preview(params)
    if len(content.text) > entities.MAX_TEXT:
        raise bad_request("message is too long")
    return message_json(deliver(world, params, content, link_preview=link_preview))


def copy_message(world: World, params: Params) -> Json:
    """copyMessage: the content goes out as the bot's own message."""
    source = _source(world, params, "message to copy not found")
    content = source.content
    if source.file is not None and "caption" in params.values:
        content = caption_of(params)
    copy = deliver(world, params, content, source.file, link_preview=source.link_preview)
    return {"message_id": copy.message_id}


def forward_message(world: World, params: Params) -> Json:
    """forwardMessage: keeps the author; such a message can never be edited."""
    source = _source(world, params, "message to forward not found")
    chat = writable_chat(world, params)
    thread_id = thread_in(chat, params)
    pass_gate(world, chat)
    origin = {
        "type": "user",
        "sender_user": user_json(source.sender),
        "date": int(source.date),
    }
    message = world.post(
        chat,
        world.bot,
        source.content,
        file=source.file,
        link_preview=source.link_preview,
        thread_id=thread_id,
        silent=params.flag("disable_notification"),
        forward_origin=source.forward_origin or origin,
    )
    return message_json(message)


def _source(world: World, params: Params, problem: str) -> Message:
    source = message_in(readable_chat(world, params, "from_chat_id"), params, problem)
    if source.service:
        verb = "copied" if "copy" in problem else "forwarded"
        raise bad_request(f"the message can't be {verb}")
    return source


METHODS = {
    "sendMessage": send_message,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
}
