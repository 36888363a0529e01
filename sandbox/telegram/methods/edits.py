"""Editing (https://core.telegram.org/bots/api#updating-messages).

A bot may edit its own messages at any age; not those that carried a reply keyboard, a
force_reply or a remove_keyboard, and not forwarded ones (TDLib, `can_edit_message`).
"""

from __future__ import annotations

from sandbox.telegram import entities
from sandbox.telegram.errors import bad_request
from sandbox.telegram.html import Formatted
from sandbox.telegram.markup import read_markup
from sandbox.telegram.methods.lookup import message_in, writable_chat
from sandbox.telegram.methods.messages import caption_of, pass_gate
from sandbox.telegram.model import Json, Message
from sandbox.telegram.params import Params
from sandbox.telegram.people import keep_revision
from sandbox.telegram.previews import read_preview, shows_same
from sandbox.telegram.view import message_json
from sandbox.telegram.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


def edit_message_text(world: World, params: Params) -> Json:
    """Without reply_markup the keyboard goes, without link_preview_options the preview."""
    content = entities.outgoing(
        params.text("text"),
        params.text("parse_mode"),
        params.text("entities"),
        empty="message text is empty",
    )
    link_preview = read_preview(params)
    reply_markup = read_markup(params.text("reply_markup"), inline_only=True)
    message = _editable(world, params)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    if len(content.text) > entities.MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    return _change(world, message, content, reply_markup, link_preview)


def edit_message_caption(world: World, params: Params) -> Json:
    """Without reply_markup the keyboard goes."""
    content = caption_of(params)
    reply_markup = read_markup(params.text("reply_markup"), inline_only=True)
    message = _editable(world, params)
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, message, content, reply_markup, None)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    reply_markup = read_markup(params.text("reply_markup"), inline_only=True)
    message = _editable(world, params)
    return _change(world, message, message.content, reply_markup, message.link_preview)


def _editable(world: World, params: Params) -> Message:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    message = message_in(writable_chat(world, params), params, "message to edit not found")
    is_own = message.sender is world.bot and not message.service
    if not is_own or message.has_other_markup or message.forward_origin is not None:
        raise bad_request("message can't be edited")
    return message


def _change(
    world: World,
    message: Message,
    content: Formatted,
    reply_markup: Json | None,
    link_preview: Json | None,
) -> Json:
    if (
        content == message.content
        and reply_markup == message.reply_markup
        and shows_same(link_preview, message.link_preview)
    ):
        raise bad_request(NOT_MODIFIED)
    pass_gate(world, message.chat)
    keep_revision(message)
    message.content = content
    message.reply_markup = reply_markup
    message.link_preview = link_preview
    message.edit_date = world.clock.now()
    world.announce("edited", message.chat, message)
    return message_json(message)


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
