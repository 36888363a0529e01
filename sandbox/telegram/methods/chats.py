"""Chats and their members (https://core.telegram.org/bots/api#getchat)."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.chats import Group
from sandbox.telegram.errors import bad_request
from sandbox.telegram.methods.lookup import (
    known_user,
    message_in,
    readable_chat,
    thread_in,
    writable_chat,
)
from sandbox.telegram.model import Json
from sandbox.telegram.params import Params
from sandbox.telegram.view import member_json, user_json
from sandbox.telegram.world import World

CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


# https://core.telegram.org/bots/api#reactiontypeemoji
REACTIONS = frozenset(
    (
        *("❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮"),
        *("💩", "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "❤\u200d🔥", "🌚", "🌭", "💯", "🤣"),
        *("⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻"),
        *("👨\u200d💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅"),
        *("🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷\u200d♂", "🤷"),
        *("🤷\u200d♀", "😡"),
    )
)


def get_chat(world: World, params: Params) -> Json:
    """getChat: a ChatFullInfo."""
    chat = readable_chat(world, params)
    shown = chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    if isinstance(chat, Group):
        shown["permissions"] = dict.fromkeys(("can_send_messages", "can_send_documents"), True)
    return shown


def get_chat_member(world: World, params: Params) -> Json:
    chat = readable_chat(world, params)
    if params.integer("user_id") == world.bot.id:
        status = chat.bot_status if isinstance(chat, Group) else "member"
        return member_json(world.bot, status)
    user = known_user(world, params)
    if isinstance(chat, Group) and chat.holds(user):
        return member_json(user, "creator" if user is chat.creator else "member")
    return member_json(user, "member" if chat.holds(user) else "left")


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """getChatAdministrators: the creator, and the bot if it is one."""
    chat = readable_chat(world, params)
    if not isinstance(chat, Group):
        raise bad_request("there are no administrators in the private chat")
    members = [member_json(chat.creator, "creator")]
    if chat.bot_status == "administrator":
        members.append(member_json(world.bot, "administrator"))
    return members


def get_chat_member_count(world: World, params: Params) -> int:
    chat = readable_chat(world, params)
    return len(chat.members) + chat.bot_is_in if isinstance(chat, Group) else 2


def leave_chat(world: World, params: Params) -> bool:
    chat = readable_chat(world, params)
    if not isinstance(chat, Group):
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_leaves()
    return True


def send_chat_action(world: World, params: Params) -> bool:
    """sendChatAction: shown for five seconds; not subject to flood limits."""
    chat = writable_chat(world, params)
    thread_in(chat, params)
    if params.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.announce("typing", chat)
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """setMessageReaction: a bot has one reaction at most, and one of Telegram's own emoji."""
    chat = writable_chat(world, params)
    message = message_in(chat, params, "message to react not found")
    reaction: Any = params.json("reaction", "can't parse reaction types JSON object") or []
    if not isinstance(reaction, list):
        raise bad_request("expected an Array of ReactionType")
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(item.get("type") != "emoji" or item.get("emoji") not in REACTIONS for item in reaction):
        raise bad_request("REACTION_INVALID")
    message.reactions = [item["emoji"] for item in reaction]
    world.announce("edited", chat, message)
    return True


def get_me(world: World, _params: Params) -> Json:
    """getMe: with the fields only getMe tells."""
    return user_json(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.bot.reads_all_group_messages,
        "supports_inline_queries": world.bot.is_inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


METHODS = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "sendChatAction": send_chat_action,
    "setMessageReaction": set_message_reaction,
}
