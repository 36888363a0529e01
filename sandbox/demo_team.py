"""The people of the demo, let in and set up as an owner does it: by tapping through Settings."""

import re
from collections.abc import Iterable, Mapping
from functools import partial

from sandbox.telegram import Message, TelegramSandbox, User

_LINK = re.compile(r"\?start=([\w-]+)")


async def invite(host: User, guests: Mapping[User, str], world: TelegramSandbox) -> None:
    """An owner who reads English invites people, each with a role; they follow their links.

    Raises:
        TimeoutError: the bot does not answer.
    """
    screen = await _open_settings(host, world)
    await _tap(host, screen, "Staff", world)
    for guest, role in guests.items():
        await _tap(host, screen, "Invite", world)
        await _tap(host, screen, role, world)
        link: re.Match[str] = await world.wait_for(partial(_link_in, screen))
        await guest.open_deep_link(link[1])
        await world.wait_for(partial(_newest, guest, world))
        await _tap(host, screen, "Back", world)


async def make_statuses(host: User, labels: Iterable[str], world: TelegramSandbox) -> None:
    """An owner who reads English makes own statuses.

    Raises:
        TimeoutError: the bot does not answer.
    """
    screen = await _open_settings(host, world)
    await _tap(host, screen, "Statuses", world)
    for label in labels:
        await _tap(host, screen, "New status", world)
        await world.wait_for(partial(_says, screen, "Type the label"))
        await host.send(label)
        await world.wait_for(partial(_says, screen, label))
        await _tap(host, screen, "Back", world)


async def connect_post(host: User, key: str, world: TelegramSandbox) -> None:
    """An owner who reads English lets Nova Poshta in, and sends from its first branch in Dnipro.

    Raises:
        TimeoutError: the bot does not answer.
    """
    screen = await _open_settings(host, world)
    await _tap(host, screen, "Delivery", world)
    await _tap(host, screen, "Connect", world)
    for question, answer, choice in (
        ("Send it here", key, ""),
        ("Which city do you send from", "Дніпро", "Дніпро"),
        ("Which branch", "1", "№1:"),
    ):
        screen = await world.wait_for(partial(_asking, host, question, world))
        await host.send(answer)
        if choice:
            await world.wait_for(partial(_has, screen, choice))
            await _tap(host, screen, choice, world)
    await world.wait_for(partial(_has, screen, "IBAN"))
    await _tap(host, screen, "IBAN", world)


def _asking(who: User, question: str, world: TelegramSandbox) -> Message | None:
    newest = _newest(who, world)
    return newest if newest is not None and question in newest.text else None


def _says(message: Message, text: str) -> bool:
    return text in message.text


def _link_in(message: Message) -> re.Match[str] | None:
    return _LINK.search(message.text)


async def _open_settings(host: User, world: TelegramSandbox) -> Message:
    before = _newest(host, world)
    await host.send("/settings")

    def opened() -> Message | None:
        newest = _newest(host, world)
        return newest if newest is not before and newest and _has(newest, "Staff") else None

    screen: Message = await world.wait_for(opened)
    return screen


async def _tap(who: User, message: Message, label: str, world: TelegramSandbox) -> None:
    """Tap a button once it is there: an edit comes after the answer to the tap before it."""
    await world.wait_for(lambda: _has(message, label))
    await who.tap(message, label)


def _has(message: Message, label: str) -> bool:
    return any(label in button for row in message.buttons for button in row)


def _newest(who: User, world: TelegramSandbox) -> Message | None:
    """The bot's newest message in somebody's chat with it."""
    messages = reversed(who.chat.messages)
    return next((each for each in messages if each.sender is world.bot), None)
