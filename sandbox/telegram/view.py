"""State as Bot API objects (https://core.telegram.org/bots/api#available-types)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.telegram.files import file_json
from sandbox.telegram.model import Json, Message

if TYPE_CHECKING:
    from sandbox.telegram.people import BotAccount, User

_ADMINISTRATOR_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
)
_ADMINISTRATOR_NO_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_promote_members",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


def user_json(user: User | BotAccount) -> Json:
    """A User."""
    return user.as_json()


def message_json(message: Message, *, for_page: bool = False, with_reply: bool = True) -> Json:
    """A Message as the bot gets it; for the chat page with what only people see."""
    shown: Json = {
        "message_id": message.message_id,
        "from": user_json(message.sender),
        "chat": message.chat.as_json(),
        "date": int(message.date),
        **message.service,
        **_content(message),
    }
    if message.thread_id is not None:
        shown |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if message.via_bot is not None:
        shown["via_bot"] = user_json(message.via_bot)
    if message.edit_date is not None:
        shown["edit_date"] = int(message.edit_date)
    if message.forward_origin is not None:
        shown["forward_origin"] = message.forward_origin
    if with_reply and message.reply_to is not None and not message.reply_to.deleted:
        shown["reply_to_message"] = message_json(message.reply_to, with_reply=False)
    if message.reply_markup is not None and (for_page or not message.has_other_markup):
        shown["reply_markup"] = message.reply_markup
    if for_page:
        shown |= {"silent": message.silent, "deleted": message.deleted}
        shown["reactions"] = message.reactions
    return shown


def _content(message: Message) -> Json:
    if message.file is None:
        if not message.text:
            return {}
        shown_text: Json = {"text": message.text}
        if message.entities:
            shown_text["entities"] = message.entities
        if message.link_preview is not None:
            shown_text["link_preview_options"] = message.link_preview
        return shown_text
    shown: Json = {"caption": message.text} if message.text else {}
    if message.entities:
        shown["caption_entities"] = message.entities
    file = message.file
    if file.is_photo:
        size = {**file_json(file), "width": file.width, "height": file.height}
        return {**shown, "photo": [size]}
    return {
        **shown,
        "document": {**file_json(file), "file_name": file.name, "mime_type": file.mime},
    }


def member_json(user: User | BotAccount, status: str) -> Json:
    """A ChatMember with all fields its status requires."""
    member: Json = {"user": user_json(user), "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        member |= dict.fromkeys(_ADMINISTRATOR_RIGHTS, True)
        member |= dict.fromkeys(_ADMINISTRATOR_NO_RIGHTS, False)
    elif status == "kicked":
        member["until_date"] = 0
    return member
