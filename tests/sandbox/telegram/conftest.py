"""A sandbox over real HTTP, two people, and callers: raw requests and aiogram's Bot."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from aiogram import Bot

from sandbox.telegram import Clock, Group, TelegramSandbox, User
from tests.telegram import LocalSession

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@pytest.fixture
async def sandbox() -> AsyncIterator[TelegramSandbox]:
    """Without limits, and with a clock that moves only when a test moves it."""
    async with TelegramSandbox(limits=None, clock=Clock(runs=False)) as sandbox:
        yield sandbox


@pytest.fixture
async def olena(sandbox: TelegramSandbox) -> User:
    """A person who has talked to the bot; the queue of updates is empty again."""
    user = sandbox.add_user(id=101, first_name="Олена", username="olena")
    await user.send("/start")
    sandbox.world.queue.clear()
    return user


@pytest.fixture
def oleh(sandbox: TelegramSandbox) -> User:
    """A person who has never talked to the bot."""
    return sandbox.add_user(id=102, first_name="Олег", language_code="en")


@pytest.fixture
def group(sandbox: TelegramSandbox, olena: User, oleh: User) -> Group:
    """A basic group of both and the bot; the updates of its making are gone."""
    group = sandbox.add_group(id=-1001, title="Склад", members=[olena, oleh])
    sandbox.world.queue.clear()
    return group


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def call(sandbox: TelegramSandbox, http: aiohttp.ClientSession) -> Call:
    """`await call("sendMessage", chat_id=1, ...)` -> the answer's JSON; lists go as JSON texts."""

    async def call(method: str, **params: Any) -> dict[str, Any]:
        data = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        async with http.post(f"{sandbox.url}/bot{sandbox.token}/{method}", data=data) as response:
            answer: dict[str, Any] = await response.json()
            assert answer["ok"] == (response.status == 200)
            return answer

    return call


@pytest.fixture
async def bot(sandbox: TelegramSandbox) -> AsyncIterator[Bot]:
    async with Bot(sandbox.token, session=LocalSession(sandbox)) as bot:
        yield bot
