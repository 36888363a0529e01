"""The sandbox over HTTP (`/sandbox/...`, JSON): for the chat page and for other processes.

Only requests addressed to the loopback interface are served, and changes only as JSON, so a
web page from elsewhere cannot drive the sandbox through the browser.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.telegram.chats import Chat, Group, Topic
from sandbox.telegram.errors import ApiError, SandboxError
from sandbox.telegram.inline import InlineAnswer
from sandbox.telegram.limits import Limits
from sandbox.telegram.methods.profile import commands_for
from sandbox.telegram.model import Json, Message, Update
from sandbox.telegram.page import render_page
from sandbox.telegram.people import User
from sandbox.telegram.view import message_json

if TYPE_CHECKING:
    from sandbox.telegram.server import TelegramSandbox

Action = Callable[[Json], Awaitable[Any]]

HEARTBEAT_S = 15
_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class Control:
    """Routes of the control API and of the chat page."""

    def __init__(self, sandbox: TelegramSandbox) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self._offered: dict[int, InlineAnswer] = {}  # by person: what they may choose from

    def attach(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.add_routes(
            [
                web.get("/", _guarded(self._page)),
                web.get("/sandbox/events", _guarded(self._events)),
                web.get("/sandbox/calls", _guarded(self._calls)),
                web.get("/sandbox/files/{file_id}", _guarded(self._file)),
                web.get("/sandbox/chats/{chat_id}/messages", _guarded(self._messages)),
                web.delete("/sandbox/faults", _guarded(self._clear_faults)),
            ]
        )
        actions: dict[str, Action] = {
            "users": self._add_user,
            "groups": self._add_group,
            "topics": self._add_topic,
            "messages": self._send,
            "taps": self._tap,
            "inline_queries": self._type_inline,
            "inline_choices": self._choose,
            "deep_links": self._open_deep_link,
            "block": self._block,
            "membership": self._membership,
            "migrate": self._migrate,
            "faults": self._add_fault,
            "settings": self._settings,
            "clock": self._advance,
        }
        for name, action in actions.items():
            app.router.add_post(f"/sandbox/{name}", _guarded(_json_action(action)))

    # Looking

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=render_page(), content_type="text/html")

    def _state(self) -> Json:
        world = self._world
        return {
            "bot": world.bot.as_json(),
            "descriptions": world.profile.descriptions["description"],
            "users": [user.as_json() for user in world.users.values()],
            "chats": [self._chat(chat) for chat in world.chats.values()],
        }

    def _chat(self, chat: Chat) -> Json:
        people = [user for user in self._world.users.values() if chat.holds(user)]
        shown = {
            "id": chat.id,
            "type": chat.type,
            "title": self._world.bot.first_name,
            "members": [user.id for user in people],
            "commands": {user.id: commands_for(self._world, chat, user) for user in people},
            "pinned": chat.pinned,
            "messages": [message_json(message, for_page=True) for message in chat.messages],
            "topics": [],
            "bot_status": "member",
            "migrated_to": None,
        }
        if isinstance(chat, Group):
            shown |= {
                "title": chat.title,
                "topics": [dataclasses.asdict(topic) for topic in chat.topics.values()],
                "bot_status": chat.bot_status,
                "migrated_to": chat.migrated_to,
            }
        elif people and people[0].has_blocked:
            shown["bot_status"] = "kicked"
        return shown

    async def _messages(self, request: web.Request) -> web.Response:
        chat = self._chat_by_id(request.match_info["chat_id"])
        return web.json_response([message_json(m, for_page=True) for m in chat.messages])

    async def _calls(self, _request: web.Request) -> web.Response:
        return web.json_response([dataclasses.asdict(call) for call in self._sandbox.calls])

    async def _file(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        # Documents are foreign content: never let the browser run one on the page's origin.
        headers = {"X-Content-Type-Options": "nosniff"}
        if not file.is_photo:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.data, content_type=file.mime, headers=headers)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the whole state, then every change as `World.announce` tells it.

        What changed about people and chats is told by the whole state again.
        """
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        feed = self._world.open_feed()
        try:
            await response.prepare(request)
            event: Json | None = self._fresh_state(feed)
            while event is not None:
                data = json.dumps(event, ensure_ascii=False)
                await response.write(f"data: {data}\n\n".encode())
                event = await self._next_event(feed, response)
            return response
        except ConnectionResetError:
            return response
        finally:
            self._world.close_feed(feed)

    async def _next_event(
        self, feed: asyncio.Queue[Json | None], response: web.StreamResponse
    ) -> Json | None:
        """The next event, with signs of life while there is none; None: the stream ends."""
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    event = await feed.get()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if event is not None and event["event"] in {"chat", "profile"}:
                return self._fresh_state(feed)
            return event

    def _fresh_state(self, feed: asyncio.Queue[Json | None]) -> Json:
        """The state of now: what waits in the feed is in it already, and must not be told again."""
        while not feed.empty():
            if feed.get_nowait() is None:
                feed.put_nowait(None)
                break
        return {"event": "state", "state": self._state()}

    # Acting

    async def _add_user(self, body: Json) -> Json:
        return self._sandbox.add_user(**body).as_json()

    async def _add_group(self, body: Json) -> Json:
        members = [self._user(user_id) for user_id in body.pop("members")]
        return self._sandbox.add_group(members=members, **body).as_json()

    async def _add_topic(self, body: Json) -> Json:
        return dataclasses.asdict(self._group(body).add_topic(body["name"]))

    async def _send(self, body: Json) -> Json:
        """`{"as", "chat_id"?, "text" | "press" | "document": {"name", "base64", "as_photo"?}}`."""
        user = self._user(body["as"])
        chat = self._chat_by_id(body.get("chat_id", user.id))
        if "press" in body:
            return _sent(await user.press(body["press"], in_chat=chat))
        where: Json = {
            "in_chat": chat,
            "topic": self._topic(chat, body),
            "reply_to": self._message(chat, body["reply_to"]) if body.get("reply_to") else None,
        }
        if file := body.get("document"):
            update = await user.send_file(
                file["name"],
                base64.b64decode(file["base64"], validate=True),
                as_photo=bool(file.get("as_photo")),
                caption=body.get("text", ""),
                **where,
            )
        else:
            update = await user.send(body["text"], **where)
        return _sent(update)

    async def _tap(self, body: Json) -> Json:
        """`{"as", "chat_id", "message_id", "label" | "row" and "column", "timeout_s"?}`."""
        user = self._user(body["as"])
        message = self._message(self._chat_by_id(body["chat_id"]), body["message_id"])
        timeout_s = float(body.get("timeout_s", 15))
        try:
            if "label" in body:
                answer = await user.tap(message, body["label"], timeout_s)
            else:
                button = message.inline_keyboard[body["row"]][body["column"]]
                answer = await user.tap_button(message, button, timeout_s)
        except TimeoutError:
            return {"answered": False}
        return {"answered": True, **dataclasses.asdict(answer)}

    async def _type_inline(self, body: Json) -> Json:
        """`{"as", "chat_id", "query", "timeout_s"?}`; nobody's answer offers nothing."""
        user, chat = self._user(body["as"]), self._chat_by_id(body["chat_id"])
        timeout_s = float(body.get("timeout_s", 15))
        try:
            answer = await user.type_inline(body["query"], in_chat=chat, timeout=timeout_s)
        except TimeoutError:
            answer = InlineAnswer()
        self._offered[user.id] = answer
        return {"results": [result.as_json() for result in answer.results]}

    async def _choose(self, body: Json) -> Json:
        """`{"as", "chat_id", "id"}`: of what this person was offered last."""
        user, chat = self._user(body["as"]), self._chat_by_id(body["chat_id"])
        offered = self._offered.get(user.id, InlineAnswer())
        chosen = {result.id: result for result in offered.results}[body["id"]]
        return {"message_id": (await user.choose(chosen, in_chat=chat)).message_id}

    async def _open_deep_link(self, body: Json) -> Json:
        return _sent(await self._user(body["as"]).open_deep_link(body["payload"]))

    async def _block(self, body: Json) -> Json:
        user = self._user(body["as"])
        update = user.block_bot() if body.get("blocked", True) else user.unblock_bot()
        return _sent(update)

    async def _membership(self, body: Json) -> Json:
        """`{"chat_id", "change": "add" | "kick" | "promote"}`."""
        group = self._group(body)
        changes = {"add": group.add_bot, "kick": group.kick_bot, "promote": group.promote_bot}
        return _sent(changes[body["change"]]())

    async def _migrate(self, body: Json) -> Json:
        return self._group(body).migrate().as_json()

    async def _add_fault(self, body: Json) -> Json:
        self._sandbox.faults.add(**body)
        return {}

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._sandbox.faults.clear()
        return web.json_response({})

    async def _settings(self, body: Json) -> Json:
        """`{"down"?, "latency_s"?, "answer_window_s"?, "limits"?: {...} | null}`."""
        if "limits" in body:
            given = body.pop("limits")
            self._sandbox.limits = None if given is None else Limits(**given)
        for name in body.keys() & {"down", "latency_s", "answer_window_s"}:
            setattr(self._sandbox, name, body[name])
        return {"flood_count": self._sandbox.flood_count}

    async def _advance(self, body: Json) -> Json:
        self._sandbox.clock.advance(float(body["advance_s"]))
        return {"now": self._sandbox.clock.now()}

    # Finding

    def _user(self, user_id: Any) -> User:
        try:
            return self._world.users[int(user_id)]
        except KeyError:
            raise SandboxError(f"no person {user_id}") from None

    def _chat_by_id(self, chat_id: Any) -> Chat:
        try:
            return self._world.chats[int(chat_id)]
        except KeyError:
            raise SandboxError(f"no chat {chat_id}") from None

    def _group(self, body: Json) -> Group:
        group = self._world.group(int(body["chat_id"]))
        if group is None:
            raise SandboxError(f"no group {body['chat_id']}")
        return group

    def _message(self, chat: Chat, message_id: Any) -> Message:
        message = chat.message(int(message_id))
        if message is None:
            raise SandboxError(f"no message {message_id} in chat {chat.id}")
        return message

    def _topic(self, chat: Chat, body: Json) -> Topic | None:
        if not body.get("topic") or not isinstance(chat, Group):
            return None
        return chat.topics[int(body["topic"])]


def _sent(update: Update) -> Json:
    message_id = update.message.message_id if update.message else None
    return {"update_id": update.update_id, "message_id": message_id}


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _guarded(handler: Handler) -> Handler:
    """Serve only requests that name the loopback interface (a guard against DNS rebinding)."""

    async def serve(request: web.Request) -> web.StreamResponse:
        if request.host.rpartition(":")[0] not in _HOSTS and request.host not in _HOSTS:
            raise web.HTTPForbidden(text="the sandbox is for this machine only")
        return await handler(request)

    return serve


def _json_action(action: Action) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send JSON")
        try:
            body = await request.json()
            return web.json_response(await action(body))
        except ApiError as e:
            problem = e.description
        except (SandboxError, binascii.Error) as e:
            problem = str(e)
        except (KeyError, IndexError, TypeError, ValueError) as e:
            problem = f"bad request: {e!r}"
        return web.json_response({"error": problem}, status=400)

    return serve
