"""Settings, Staff, in the chat: invites, roles, removal; and the log of it all."""

import re

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SetMyCommands

from bot import commands
from domain.orders import Phase
from domain.rights import Role
from models.drafts import SaleDraft
from models.orders import Order
from models.staff import StaffMember
from sandbox.telegram import Message, User
from sandbox.telegram.methods.profile import commands_for
from services import invites, orders, staff
from tests.bot.conftest import PATIENCE_S, TRANSLATORS, Scene

ALL = ["orders", "sales", "settings", "cancel", "help"]
PACKERS = ["orders", "settings", "cancel", "help"]


async def open_staff(scene: Scene) -> Message:
    """The owner opens Settings, Staff."""
    last = scene.owner.chat.messages[-1]
    await scene.owner.send("/settings")
    screen = await scene.message(scene.owner.chat, "Налаштування", button="Команда", after=last)
    await scene.tap(scene.owner, screen, "Команда")
    await says(scene, screen, "Команда\n")
    return screen


async def says(scene: Scene, message: Message, *texts: str) -> None:
    await scene.telegram.wait_for(
        lambda: all(text in message.text for text in texts), timeout=PATIENCE_S
    )


async def invited(scene: Scene, role: str = "Продавець") -> str:
    """The payload of a new link."""
    screen = await open_staff(scene)
    await scene.tap(scene.owner, screen, "Запросити")
    await says(scene, screen, "Кого запрошуєте?")
    await scene.tap(scene.owner, screen, role)
    await says(scene, screen, "https://t.me/")
    link = re.search(r"https://t\.me/kramar_demo_bot\?start=(inv_[\w-]+)", screen.text)
    assert link is not None
    return link[1]


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


def offered(scene: Scene, person: User) -> list[str]:
    """The commands that Telegram offers this person."""
    return [each["command"] for each in commands_for(scene.telegram.world, person.chat, person)]


async def is_offered(scene: Scene, person: User, expected: list[str]) -> None:
    await scene.telegram.wait_for(lambda: offered(scene, person) == expected, timeout=PATIENCE_S)


async def test_an_invited_person_comes_in_once_and_works_at_once(scene: Scene) -> None:
    ira = scene.telegram.add_user(id=7001, first_name="Ira", language_code="en")
    late = scene.telegram.add_user(id=7002, first_name="Late", language_code="en")
    link = await invited(scene)
    screen = await scene.message(scene.owner.chat, "t.me", button="Скопіювати посилання")

    await scene.seller.open_deep_link(link)  # on the staff already: it stays unused
    await scene.message(scene.seller.chat, "the link stays unused")
    await ira.open_deep_link(link)
    welcome = await scene.message(ira.chat, "Hello, Ira!", "Your role is now: Seller.")
    told = await scene.message(scene.owner.chat, "Ira тепер у команді", "Продавець")
    await late.open_deep_link(link)
    refusal = await scene.message(late.chat, "This link no longer works.")
    await ira.open_deep_link(link)  # pressed twice: no word of a link for somebody else
    await scene.message(ira.chat, "Hello, Ira!", after=welcome)

    assert (welcome.reply_markup or {})["keyboard"][0][1]["text"] == "Sales"
    assert told.message_id > screen.message_id
    await is_offered(scene, ira, ALL)
    assert offered(scene, late) == []
    assert not await StaffMember.exists(telegram_id=7002)
    await scene.new_order(("A", 2))
    await scene.message(ira.chat, "1234", button="Confirm")
    assert late.chat.messages[-1] is refusal
    screen = await open_staff(scene)
    assert "Ira · Продавець" in screen.text
    assert "Олена (ви) · Власник" in screen.text
    await scene.tap(scene.owner, screen, "Назад")
    await scene.tap(scene.owner, screen, "Журнал змін")
    await says(scene, screen, "Олена: нове запрошення: Продавець")
    first, second = screen.text.splitlines()[2:4]
    assert first.endswith("Ira: вхід за запрошенням: Продавець")
    assert second.endswith("Олена: нове запрошення: Продавець")


async def test_a_revoked_link_lets_nobody_in_and_guessing_ends(scene: Scene) -> None:
    guesser = scene.telegram.add_user(id=7003, first_name="Guess", language_code="en")
    link = await invited(scene, "Пакувальник")
    screen = await scene.message(scene.owner.chat, "t.me", button="Скопіювати посилання")
    await scene.tap(scene.owner, screen, "Назад")
    await scene.tap(scene.owner, screen, "Чинні запрошення 1")
    await says(scene, screen, "• Пакувальник · до ")
    await scene.tap(scene.owner, screen, "Відкликати · Пакувальник")
    await says(scene, screen, "Чинних запрошень немає.")

    await guesser.open_deep_link(link)
    for number in range(8):
        await guesser.open_deep_link(f"inv_{number}")
    await guesser.send("hello")
    await scene.message(guesser.chat, "ask the owner")  # the last of what was said

    told = [each for each in guesser.chat.messages if each.sender is scene.telegram.bot]
    assert [each.text for each in told[:-1]] == [
        "This link no longer works. Ask for a new one."
    ] * 5
    assert not await StaffMember.exists(telegram_id=7003)


async def test_a_new_role_holds_at_once_on_cards_in_menus_and_for_old_buttons(
    scene: Scene,
) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Confirm")
    await scene.tap(scene.seller, card, "Confirm")
    window = await scene.message(scene.seller.chat, button="Add sale")
    await is_offered(scene, scene.seller, ALL)
    screen = await open_staff(scene)

    await scene.tap(scene.owner, screen, "Oleh · Продавець")
    await says(scene, screen, "Яка роль?")
    await scene.tap(scene.owner, screen, "Пакувальник")

    told = await scene.message(scene.seller.chat, "Your role is now: Packer.")
    assert (told.reply_markup or {})["keyboard"] == [[{"text": "Orders"}], [{"text": "Settings"}]]
    await is_offered(scene, scene.seller, PACKERS)
    await scene.telegram.wait_for(lambda: "✅ Confirm" not in labels(card), timeout=PATIENCE_S)
    assert "✖️ Reject" not in labels(card)
    assert "🏷 Change status" in labels(card)
    answer = await scene.tap(scene.seller, window, "Add sale")
    assert "Your role does not include this" in answer.text
    assert not await SaleDraft.exists()
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    await scene.tap(scene.seller, card, "Change status")
    await scene.message(scene.seller.chat, "Which status?", button="New status")
    assert not any(word in "".join(labels(card)) for word in ("Completed", "Refused"))
    assert "✓ Пакувальник" in labels(screen)


async def test_who_is_removed_is_out_and_hears_of_it(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, button="Change status")
    await scene.tap(scene.seller, card, "Change status")
    question = await scene.message(scene.seller.chat, "Which status?", button="New status")
    await scene.tap(scene.seller, question, "New status")
    await says(scene, card, "Type the new status")
    await is_offered(scene, scene.seller, ALL)
    screen = await open_staff(scene)

    await scene.tap(scene.owner, screen, "Oleh · Продавець")
    await scene.tap(scene.owner, screen, "Прибрати")
    await says(scene, screen, "Oleh: забрати доступ?")
    await scene.tap(scene.owner, screen, "Прибрати")

    goodbye = await scene.message(scene.seller.chat, "Your access to this bot has ended.")
    assert (goodbye.reply_markup or {})["remove_keyboard"]
    await is_offered(scene, scene.seller, [])
    await says(scene, screen, "Олена (ви)")
    assert "Oleh" not in screen.text
    await scene.seller.send("CALL BACK")  # what was asked is asked no more
    await scene.message(scene.seller.chat, "ask the owner", after=goodbye)
    _, token = await invites.create(Role.SELLER, by=await scene.member(scene.owner))
    await scene.owner.send(f"/start inv_{token}")
    await scene.message(scene.owner.chat, "Ви вже маєте доступ")
    assert (await scene.member(scene.seller)).is_active is False


async def test_a_packer_is_refused_aloud_on_the_cards_of_a_group(scene: Scene) -> None:
    group = scene.telegram.add_group(
        id=-1_000_000_000_902, title="Склад", members=[scene.owner, scene.seller]
    )
    await scene.owner.send("/here", in_chat=group)
    await scene.message(group, "Нові замовлення")
    order = await scene.new_order(("A", 2))
    card = await scene.message(group, "1234", button="Підтвердити")
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.PACKER)

    for label in ("Підтвердити", "Відхилити"):
        answer = await scene.tap(scene.seller, card, label)
        assert "Ваша роль цього не дозволяє" in answer.text
        assert answer.show_alert
        assert answer.url is None
    await orders.refuse(order.id, by=await scene.member(scene.owner))
    await scene.message(group, "1234", button="Відновити")
    answer = await scene.tap(scene.seller, card, "Відновити")
    assert "Ваша роль цього не дозволяє" in answer.text
    assert (await Order.get(id=order.id)).phase is Phase.REFUSED


async def test_commands_are_set_for_each_person_and_survive_a_refusal(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = scene.telegram.add_user(id=666, first_name="Mallory", language_code="uk")
    await StaffMember.create(telegram_id=9, role=Role.SELLER, name="Never started")
    await StaffMember.filter(telegram_id=scene.seller.id).update(language="uk", role=Role.PACKER)

    await commands.set_commands(scene.bot, TRANSLATORS)

    assert offered(scene, stranger) == []
    assert offered(scene, scene.seller) == PACKERS
    seen = commands_for(scene.telegram.world, scene.seller.chat, scene.seller)
    assert seen[0]["description"] == "Замовлення"  # chosen, though Telegram speaks English

    async def no_network(self: Bot, *_: object, **__: object) -> None:
        raise TelegramNetworkError(SetMyCommands(commands=[]), "no network")

    monkeypatch.setattr(Bot, "set_my_commands", no_network)
    monkeypatch.setattr(Bot, "delete_my_commands", no_network)
    (member,) = [each for each in await staff.active() if each.telegram_id == 9]
    await commands.offer(scene.bot, TRANSLATORS, member)
    await commands.withdraw(scene.bot, member)
    with pytest.raises(TelegramNetworkError):  # at start it is tried again
        await commands.set_commands(scene.bot, TRANSLATORS)
