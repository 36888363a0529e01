"""The simulated Telegram as one object: start it, add people, let them act, look at the result."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from sandbox.telegram.bot_api import BotApi, Call
from sandbox.telegram.chats import Group, GroupType
from sandbox.telegram.control import Control
from sandbox.telegram.errors import SandboxError
from sandbox.telegram.faults import Faults
from sandbox.telegram.limits import Limits
from sandbox.telegram.model import Message
from sandbox.telegram.people import BotAccount, User
from sandbox.telegram.runtime import Clock
from sandbox.telegram.world import World

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAX_REQUEST_BYTES = 60 << 20
_RECHECK_S = 0.05


class TelegramSandbox:
    """A strict Bot API server for one bot, with a chat page at `/`.

    Serves on the loopback interface only, accepts its own token only, and refuses to start
    beside something that calls itself production.
    """

    def __init__(
        self,
        token: str = "42:TEST",
        bot_username: str = "kramar_demo_bot",
        *,
        bot_name: str = "Kramar",
        limits: Limits | None = Limits(),  # noqa: B008 - frozen
        clock: Clock | None = None,
        privacy_mode: bool = True,
    ) -> None:
        bot = BotAccount(
            id=int(token.partition(":")[0]),
            username=bot_username,
            first_name=bot_name,
            reads_all_group_messages=not privacy_mode,
        )
        self.token = token
        self.clock = clock or Clock()
        self.world = World(clock=self.clock, bot=bot, limits=limits)
        self.url = ""
        self._api = BotApi(self.world, token)
        self._runner: web.AppRunner | None = None

    # Life

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve; port 0 takes a free one. Returns the address, also in `url`."""
        if os.environ.get("APP_ENV") == "production":
            raise SandboxError("the sandbox does not run with APP_ENV=production")
        if host not in LOOPBACK:
            raise SandboxError(f"the sandbox listens on the loopback interface only, not {host}")
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.add_routes(self._api.routes())
        Control(self).attach(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        self._runner = runner
        self.url = f"http://{host}:{runner.addresses[0][1]}"
        await self.world.webhook.start(self._api.call)
        return self.url

    async def stop(self) -> None:
        """Drop all connections and stop serving. Safe to repeat."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        self.down = True
        self.world.end_feeds()
        await self.world.background.close()
        await self.world.webhook.stop()
        await runner.cleanup()

    async def __aenter__(self) -> TelegramSandbox:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # People

    def add_user(
        self,
        *,
        id: int,
        first_name: str,
        language_code: str = "uk",
        username: str = "",
        has_started: bool = False,
    ) -> User:
        """A person who has a phone. The bot may write to them once they have written to it."""
        if id <= 0 or id in self.world.users:
            raise SandboxError(f"user id {id} is taken or not positive")
        user = User(self.world, id, first_name, language_code=language_code, username=username)
        user.has_started = has_started
        self.world.users[id] = user
        self.world.chats[id] = user.chat
        self.world.announce("chat", user.chat)
        return user

    def add_group(
        self,
        *,
        id: int,
        title: str,
        members: Sequence[User],
        type: GroupType | None = None,
        is_forum: bool = False,
        with_bot: bool = True,
    ) -> Group:
        """A group made by its first member, who then adds the bot (with the updates of that).

        Without `type`: a supergroup for ids below -10^12 and for forums, else a basic group.
        """
        if id >= 0 or id in self.world.chats:
            raise SandboxError(f"group id {id} is taken or not negative")
        if not members:
            raise SandboxError("a group has at least one member: its creator")
        kind: GroupType = type or ("supergroup" if is_forum or id < -(10**12) else "group")
        if is_forum and kind != "supergroup":
            raise SandboxError("only supergroups are forums")
        group = Group(self.world, id, title, kind, is_forum=is_forum)
        group.members = list(members)
        self.world.chats[id] = group
        self.world.announce("chat", group)
        if with_bot:
            group.add_bot()
        return group

    # Looking

    @property
    def users(self) -> dict[int, User]:
        """Everybody, by id."""
        return self.world.users

    @property
    def bot(self) -> BotAccount:
        """The bot under test."""
        return self.world.bot

    @property
    def is_polled(self) -> bool:
        """Whether a getUpdates call waits now: the bot is up and idle."""
        return self.world.queue.waiting_polls > 0

    def messages(self, chat_id: int) -> list[Message]:
        """The visible messages of a chat, oldest first."""
        return self.world.chats[chat_id].messages

    @property
    def calls(self) -> list[Call]:
        """Every call to the Bot API so far; may be cleared."""
        return self._api.calls

    def calls_of(self, method: str, *, chat_id: int | None = None) -> list[Call]:
        """The calls of one method, of one chat if told."""
        return [
            call
            for call in self._api.calls
            if call.method.lower() == method.lower()
            and chat_id in (None, _as_int(call.params.get("chat_id", "")))
        ]

    async def wait_for(
        self,
        condition: Callable[[], Any],
        timeout: float = 30.0,  # noqa: ASYNC109 - the word callers expect
    ) -> Any:
        """Wait until the condition holds, and return what it returned.

        It is asked again at every change of the simulated world, and now and then for what
        changes elsewhere. It may be a coroutine function.

        Raises:
            TimeoutError: it did not come true in time.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        while True:
            outcome = condition()
            if inspect.isawaitable(outcome):
                outcome = await outcome
            if outcome:
                return outcome
            left = until - loop.time()
            if left <= 0:
                raise TimeoutError(f"condition not met within {timeout} s")
            await self.world.changed.wait(min(left, _RECHECK_S))

    # Trouble

    @property
    def faults(self) -> Faults:
        """Faults on order."""
        return self._api.faults

    @property
    def down(self) -> bool:
        """Whether every connection to the Bot API is reset. People can still act."""
        return not self.world.queue.online

    @down.setter
    def down(self, is_down: bool) -> None:
        self.world.queue.online = not is_down
        self.world.queue.changed.notify()

    @property
    def latency_s(self) -> float:
        """Seconds added to every answer."""
        return self._api.latency_s

    @latency_s.setter
    def latency_s(self, seconds: float) -> None:
        self._api.latency_s = seconds

    @property
    def limits(self) -> Limits | None:
        """The flood limits; None switches them off."""
        return self.world.gate.limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self.world.gate.limits = limits

    @property
    def flood_count(self) -> int:
        """How many calls the flood limits have refused."""
        return self.world.gate.refusals

    @property
    def answer_window_s(self) -> float:
        """How long after a tap answerCallbackQuery is accepted."""
        return self.world.answer_window_s

    @answer_window_s.setter
    def answer_window_s(self, seconds: float) -> None:
        self.world.answer_window_s = seconds


def _as_int(source: str) -> int | None:
    try:
        return int(source)
    except ValueError:
        return None
