"""The whole world: a simulated Telegram with two owners and a group, and the real program."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.telegram import TelegramSandbox
from sandbox.telegram.chats import Group
from sandbox.telegram.people import User
from tests.e2e.app import PATIENCE_S, TOKEN, App

OLENA, OLEH, GROUP = 101, 102, -1_000_000_000_101


@dataclass
class World:
    """Everybody and everything of one test."""

    telegram: TelegramSandbox
    app: App
    olena: User
    oleh: User
    group: Group

    async def come(self) -> None:
        """Both owners start the bot, and the group is subscribed."""
        await self.olena.send("/start")
        await self.oleh.send("/start")
        await self.olena.send("/here", in_chat=self.group)
        chats = (self.olena.chat, self.oleh.chat, self.group)
        bot = self.telegram.world.bot
        await self.telegram.wait_for(
            lambda: all(any(each.sender is bot for each in chat.messages) for chat in chats),
            timeout=PATIENCE_S,
        )


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    async with TelegramSandbox(TOKEN, "kramar_test_bot") as sandbox:
        yield sandbox


@pytest.fixture
async def world(
    telegram: TelegramSandbox, database_url: str, tmp_path: Path
) -> AsyncIterator[World]:
    olena = telegram.add_user(id=OLENA, first_name="Олена", language_code="uk")
    oleh = telegram.add_user(id=OLEH, first_name="Oleh", language_code="en")
    group = telegram.add_group(id=GROUP, title="Склад", members=[olena, oleh])
    app = App(tmp_path, database_url, telegram.url, (OLENA, OLEH))
    yield World(telegram, app, olena, oleh, group)
    if app.process is not None:
        await app.kill()
