"""An owner at the screens of Settings, Delivery, and a Nova Poshta that lives."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from domain.rights import Role
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.telegram import Message, User
from tests.bot.conftest import PATIENCE_S, Scene
from tests.carriers import open_desk

OTHER = "ffeeddccbbaa99887766554433221100"
MENU = "⚙️ Settings"


@dataclass
class Owner:
    """Somebody at the screens of Delivery: the scene's seller, made an owner, reads English."""

    scene: Scene
    user: User

    async def delivery(self, *, label: str = "Delivery", menu: str = MENU) -> Message:
        """Settings, Delivery, in a new message."""
        after = self.user.chat.messages[-1]
        await self.user.send("/settings")
        screen = await self.scene.message(self.user.chat, menu, button=label, after=after)
        await self.tap(screen, label)
        await self.says(screen, f"🚚 {label}")
        return screen

    async def tap(self, screen: Message, label: str) -> str:
        return (await self.scene.tap(self.user, screen, label)).text

    async def says(self, screen: Message, *parts: str) -> None:
        try:
            await self.scene.telegram.wait_for(
                lambda: all(part in screen.text for part in parts), timeout=PATIENCE_S
            )
        except TimeoutError:
            raise AssertionError(f"{parts} not in {screen.text!r}") from None

    async def type(self, text: str) -> None:
        await self.user.send(text)

    async def is_tidy(self) -> None:
        """What was typed disappears."""

        def typed() -> set[str]:
            return {
                each.text
                for each in self.user.chat.messages
                if each.sender is self.user and not each.deleted and not each.text.startswith("/")
            }

        await self.scene.telegram.wait_for(lambda: not typed(), timeout=PATIENCE_S)


def labels(screen: Message) -> list[str]:
    return [label for row in screen.buttons for label in row]


@pytest.fixture
async def post() -> AsyncIterator[NovaPoshta]:
    async with NovaPoshta() as running:
        yield running


@pytest.fixture
async def owner(resting: Scene, post: NovaPoshta) -> AsyncIterator[Owner]:
    async with open_desk(post) as desk:
        resting.desk = desk
        await StaffMember.filter(telegram_id=resting.seller.id).update(role=Role.OWNER)
        await resting.start()
        try:
            for person in (resting.owner, resting.seller):
                await person.send("/start")
                word = "Orders" if person is resting.seller else "Замов"
                await resting.message(person.chat, word)
            yield Owner(resting, resting.seller)
        finally:
            await resting.stop()
