"""Settings, Chats and My chat by tapping; live boards and their pins in real chats."""

from domain.rights import Role
from models.staff import StaffMember
from models.telegram import Chat, ChatState
from sandbox.telegram import Chat as TelegramChat
from sandbox.telegram import Group, Message
from services import chat_settings
from tests.bot.conftest import Scene
from tests.bot.test_handlers_chats import staff_group


async def open_chats(scene: Scene, group: Group) -> Message:
    """The seller, a manager now, has the group's screen open."""
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.MANAGER)
    await scene.seller.send("/settings")
    screen = await scene.message(scene.seller.chat, "⚙️ Settings", button="Chats")
    await scene.tap(scene.seller, screen, "Chats")
    await scene.tap(scene.seller, screen, group.title)
    await says(scene, screen, "Cards come here.")
    return screen


async def says(scene: Scene, message: Message, text: str) -> None:
    await scene.telegram.wait_for(lambda: text in message.text)


async def board_of(scene: Scene, chat: TelegramChat) -> Message:
    """Its pinned board, once Telegram's notice of the pin is gone."""
    await scene.telegram.wait_for(lambda: chat.pinned)
    notice = next(
        message for message in chat.history.values() if message.service.get("pinned_message")
    )
    await scene.telegram.wait_for(lambda: notice.deleted)
    board = chat.message(chat.pinned[0])
    assert board is not None
    return board


async def test_a_manager_decides_when_a_group_is_quiet_and_which_shops_come(scene: Scene) -> None:
    group = await staff_group(scene)
    screen = await open_chats(scene, group)
    await scene.tap(scene.seller, screen, "Quiet hours")
    await scene.tap(scene.seller, screen, "22:00–8:00")
    await says(scene, screen, "Quiet hours: 22:00–8:00")
    await scene.tap(scene.seller, screen, "Other hours")
    await says(scene, screen, "Type the quiet hours")
    await scene.seller.send("late")
    await says(scene, screen, "“late” does not read as quiet hours")
    await scene.seller.send("23-7")
    await says(scene, screen, "Quiet hours: 23:00–7:00")
    await scene.tap(scene.seller, screen, "Back")
    await scene.tap(scene.seller, screen, "🏪 Shops")
    await scene.tap(scene.seller, screen, "My Shop")
    await scene.tap(scene.seller, screen, "✓ My Shop")
    await scene.tap(scene.seller, screen, "✓ All shops")
    await scene.tap(scene.seller, screen, "My Shop")
    await scene.tap(scene.seller, screen, "Back")
    await says(scene, screen, "Shops: My Shop")

    chat = await Chat.get(telegram_id=group.id)
    assert (chat.quiet_from, chat.quiet_until) == (23 * 60, 7 * 60)
    assert [shop.name for shop in (await chat_settings.view(chat.id)).chosen] == ["My Shop"]
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.SELLER)
    answer = await scene.tap(scene.seller, screen, "Stop cards")
    assert "Your role does not include this" in answer.text


async def test_a_live_board_comes_is_pinned_and_goes_with_the_cards(scene: Scene) -> None:
    group = await staff_group(scene)
    group.promote_bot()
    screen = await open_chats(scene, group)

    answer = await scene.tap(scene.seller, screen, "Show live board")
    board = await board_of(scene, group)
    assert answer.text == ""
    assert "🆕 Нове 0" in board.text
    await scene.tap(scene.seller, screen, "English")
    await says(scene, board, "🆕 New 0")
    await scene.tap(scene.seller, screen, "Stop cards")
    await scene.telegram.wait_for(lambda: board.deleted)
    await says(scene, screen, "No cards come here.")
    assert await Chat.exists(telegram_id=group.id, state=ChatState.UNSUBSCRIBED)
    await scene.tap(scene.seller, screen, "Resume cards")

    again = await scene.message(group, "🆕 New 0", after=board)
    await scene.new_order(("A", 1))
    await scene.message(group, "1234", button="Confirm")
    await scene.telegram.wait_for(lambda: group.pinned == [again.message_id])


async def test_where_the_bot_may_not_pin_that_is_said_once(scene: Scene) -> None:
    group = await staff_group(scene)
    screen = await open_chats(scene, group)

    answer = await scene.tap(scene.seller, screen, "Show live board")

    assert "the bot may not pin it there" in answer.text
    assert answer.show_alert
    board = await scene.message(group, "🆕 Нове 0")
    assert group.pinned == []
    group.promote_bot(by=scene.owner)
    assert await board_of(scene, group) is board


async def test_everybody_decides_when_their_own_chat_is_quiet(scene: Scene) -> None:
    await scene.seller.send("/settings")
    screen = await scene.message(scene.seller.chat, "⚙️ Settings", button="My chat")
    await scene.tap(scene.seller, screen, "My chat")
    await scene.tap(scene.seller, screen, "21:00–9:00")
    await says(scene, screen, "Quiet hours: 21:00–9:00")
    await scene.tap(scene.seller, screen, "Other hours")
    await says(scene, screen, "Type the quiet hours")
    await scene.seller.send("22:30-6")
    await says(scene, screen, "Quiet hours: 22:30–6:00")

    chat = await Chat.get(telegram_id=scene.seller.id)
    assert (chat.quiet_from, chat.quiet_until) == (22 * 60 + 30, 6 * 60)
    await scene.tap(scene.seller, screen, "Off")
    await says(scene, screen, "Quiet hours: off")


async def test_a_pin_in_a_private_chat_is_no_message_of_a_stranger(scene: Scene) -> None:
    chat = await Chat.get(telegram_id=scene.seller.id)
    owner = await scene.member(scene.owner)
    before = len(scene.seller.chat.messages)

    await chat_settings.set_board(chat.id, is_wanted=True, by=owner)
    board = await board_of(scene, scene.seller.chat)
    await scene.settled()

    assert scene.seller.chat.messages[before:] == [board]
