"""What the bot says about itself: commands, descriptions, and where it wants its updates.

https://core.telegram.org/bots/api#setmycommands
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.telegram.chats import Chat, Group
from sandbox.telegram.errors import bad_request
from sandbox.telegram.methods.lookup import readable_chat
from sandbox.telegram.model import Json
from sandbox.telegram.params import Params
from sandbox.telegram.people import User
from sandbox.telegram.world import World

MAX_COMMANDS = 100
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_PLAIN_SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
)
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")

ScopeKey = tuple[str, int, int, str]


def set_my_commands(world: World, params: Params) -> bool:
    given: Any = params.json("commands", "can't parse commands JSON object") or []
    if not isinstance(given, list):
        raise bad_request("expected an Array of BotCommand")
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(item) for item in given]
    world.profile.commands[_scope(world, params)] = commands
    world.announce("profile")
    return True


def _command(source: Any) -> Json:
    if not isinstance(source, dict):
        raise bad_request("expected an Array of BotCommand")
    name = str(source.get("command", "")).removeprefix("/")
    description = str(source.get("description", "")).strip()
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def get_my_commands(world: World, params: Params) -> list[Json]:
    """getMyCommands: exactly those of this scope and language."""
    return world.profile.commands.get(_scope(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.profile.commands.pop(_scope(world, params), None)
    world.announce("profile")
    return True


def _scope(world: World, params: Params) -> ScopeKey:
    language = params.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    scope: Any = params.json("scope", "can't parse BotCommandScope JSON object")
    if scope is None:
        return "default", 0, 0, language
    if not isinstance(scope, dict) or not isinstance(kind := scope.get("type"), str):
        raise bad_request("can't parse BotCommandScope: Can't find field \"type\"")
    if kind in _PLAIN_SCOPES:
        return kind, 0, 0, language
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat = readable_chat(world, Params({"chat_id": str(scope.get("chat_id", ""))}))
    if kind != "chat" and not isinstance(chat, Group):
        raise bad_request("can't change commands in private chats for members")
    user_id = int(scope.get("user_id", 0)) if kind == "chat_member" else 0
    return kind, chat.id, user_id, language


def commands_for(world: World, chat: Chat, user: User) -> list[Json]:
    """The menu a person sees: the narrowest scope wins, then the person's own language.

    https://core.telegram.org/bots/api#determining-list-of-commands
    """
    scopes: list[tuple[str, int, int]]
    if isinstance(chat, Group):
        scopes = [("chat_member", chat.id, user.id)]
        if user is chat.creator:
            scopes.append(("chat_administrators", chat.id, 0))
        scopes.append(("chat", chat.id, 0))
        if user is chat.creator:
            scopes.append(("all_chat_administrators", 0, 0))
        scopes += [("all_group_chats", 0, 0), ("default", 0, 0)]
    else:
        scopes = [("chat", chat.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]
    for kind, chat_id, user_id in scopes:
        for language in (user.language_code, ""):
            if found := world.profile.commands.get((kind, chat_id, user_id, language)):
                return found
    return []


def set_my_description(world: World, params: Params) -> bool:
    return _describe(world, params, "description", MAX_DESCRIPTION)


def set_my_short_description(world: World, params: Params) -> bool:
    return _describe(world, params, "short_description", MAX_SHORT_DESCRIPTION)


def get_my_description(world: World, params: Params) -> Json:
    return _described(world, params, "description")


def get_my_short_description(world: World, params: Params) -> Json:
    return _described(world, params, "short_description")


def _describe(world: World, params: Params, field: str, longest: int) -> bool:
    text = params.text(field)
    if len(text) > longest:
        raise bad_request("the specified bot description is too long")
    world.profile.descriptions[field][params.text("language_code")] = text
    world.announce("profile")
    return True


def _described(world: World, params: Params, field: str) -> Json:
    return {field: world.profile.descriptions[field].get(params.text("language_code"), "")}


def get_webhook_info(world: World, _params: Params) -> Json:
    return world.webhook.info()


def log_out(_world: World, _params: Params) -> bool:
    """Nothing to do for one simulated server."""
    return True


METHODS = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "getMyDescription": get_my_description,
    "getMyShortDescription": get_my_short_description,
    "getWebhookInfo": get_webhook_info,
    "logOut": log_out,
    "close": log_out,
}
