"""Settings in the private chat: what each role sees, typed questions, and its first screens."""

from domain.rights import Role
from models.sales import SalesChannel
from models.staff import StaffMember
from models.telegram import Card
from models.telegram import Chat as StoredChat
from sandbox.telegram import Message
from services import chats
from tests.bot.conftest import Scene

SELLERS = ["🌙 My chat", "🌐 Language"]
MANAGERS = [
    *("🏪 Shops", "🏷 Statuses", "🛒 Sales channels", "💰 Money accounts", "💬 Chats"),
    *("🌙 My chat", "⏰ Waiting orders", "🌐 Language"),
]
OWNERS = [
    *("🏪 Магазини", "🚚 Доставка", "🏷 Статуси", "🛒 Канали продажу", "💰 Рахунки", "👥 Команда"),
    *("💬 Чати", "🌙 Мій чат", "⏰ Забуті замовлення", "🌐 Мова", "📜 Журнал змін"),
]


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def make(scene: Scene, role: Role) -> None:
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=role)


async def open_settings(scene: Scene, after: Message | None = None) -> Message:
    await scene.seller.send("/settings")
    return await scene.message(scene.seller.chat, "⚙️ Settings", button="Language", after=after)


async def open_channels(scene: Scene) -> Message:
    """Settings, Sales channels, asking for a new one."""
    screen = await open_settings(scene)
    await scene.tap(scene.seller, screen, "Sales channels")
    await scene.tap(scene.seller, screen, "New channel")
    await says(scene, screen, "Type the name of the sales channel.")
    return screen


async def says(scene: Scene, message: Message, text: str) -> None:
    await scene.telegram.wait_for(lambda: text in message.text)


async def test_each_role_opens_what_it_may_set_and_nothing_else(scene: Scene) -> None:
    await scene.owner.press("Налаштування")
    owners = await scene.message(scene.owner.chat, "⚙️ Налаштування", button="Мова")
    sellers = await open_settings(scene)
    await make(scene, Role.MANAGER)
    await scene.seller.press("Settings")
    managers = await scene.message(scene.seller.chat, "⚙️ Settings", after=sellers)

    assert labels(owners) == OWNERS
    assert labels(sellers) == SELLERS
    assert labels(managers) == MANAGERS
    await make(scene, Role.PACKER)
    for label in ("Shops", "Sales channels", "Money accounts"):
        answer = await scene.tap(scene.seller, managers, label)
        assert "Your role does not include this" in answer.text
    assert labels(managers) == MANAGERS


async def test_a_group_gets_no_settings(scene: Scene) -> None:
    group = scene.telegram.add_group(
        id=-1_000_000_000_901, title="Склад", members=[scene.owner, scene.seller]
    )
    await scene.owner.send("/here", in_chat=group)
    told = await scene.message(group, "Нові замовлення")

    await scene.owner.send("/settings", in_chat=group)
    await scene.owner.send("Налаштування", in_chat=group)
    await scene.owner.send("/help", in_chat=group)  # what comes after them is answered

    answer = await scene.message(group, "/cancel", after=told)
    between = [each for each in group.messages if told.message_id < each.message_id]
    assert [each for each in between if each.sender is scene.telegram.bot] == [answer]


async def test_a_typed_name_survives_a_restart_and_a_wrong_one_is_asked_again(
    scene: Scene,
) -> None:
    await make(scene, Role.MANAGER)
    screen = await open_channels(scene)
    assert labels(screen) == ["⬅️ Back"]

    await scene.restart()
    await scene.seller.send("my  SHOP")
    await says(scene, screen, "There is such a name already")
    await scene.seller.send("  Базар <на Подолі> ")
    await says(scene, screen, "• Базар <на Подолі>\n")

    assert "• My Shop · a shop of yours" in screen.text
    assert labels(screen) == ["✏️ Базар <на Подолі>", "➕ New channel", "⬅️ Back"]
    await scene.tap(scene.seller, screen, "✏️ Базар")
    await says(scene, screen, "Type a new name for “Базар <на Подолі>”.")
    await scene.seller.send("Instagram")
    await says(scene, screen, "• Instagram\n")
    assert [each.name for each in await SalesChannel.all().order_by("id")] == [
        "My Shop",
        "Instagram",
    ]
    await scene.telegram.wait_for(lambda: not shown(scene) & {"my  SHOP", "Instagram"})


def shown(scene: Scene) -> set[str]:
    """What the seller has written and is still there."""
    messages = scene.seller.chat.messages
    return {each.text for each in messages if each.sender is scene.seller and not each.deleted}


async def test_a_question_is_left_by_back_by_cancel_and_by_losing_the_right(
    scene: Scene,
) -> None:
    await make(scene, Role.MANAGER)
    screen = await open_channels(scene)
    await scene.tap(scene.seller, screen, "Back")
    await says(scene, screen, "a shop of yours")
    await scene.seller.send("nobody asked")
    hint = await scene.message(scene.seller.chat, "/help")

    await scene.tap(scene.seller, screen, "New channel")
    await says(scene, screen, "Type the name")
    await scene.seller.send_file("name.txt", b"Mono")
    insisted = await scene.message(scene.seller.chat, "answer with a text", after=hint)
    await scene.seller.send("/cancel")
    done = await scene.message(scene.seller.chat, after=insisted)
    await says(scene, screen, "⚙️ Settings")
    assert labels(screen) == MANAGERS

    await scene.tap(scene.seller, screen, "Sales channels")
    await scene.tap(scene.seller, screen, "New channel")
    await says(scene, screen, "Type the name")
    await make(scene, Role.SELLER)
    await scene.seller.send("Instagram")
    refused = await scene.message(scene.seller.chat, "Your role does not include", after=done)
    await scene.seller.send("Instagram")
    await scene.message(scene.seller.chat, "/help", after=refused)
    assert await SalesChannel.all().count() == 1


async def test_accounts_show_their_balances_and_shops_their_orders(scene: Scene) -> None:
    await make(scene, Role.MANAGER)
    order = await scene.new_order(("A", 2), payment_method="cod")
    card = await scene.message(scene.seller.chat, "1234", button="Confirm")
    await scene.tap(scene.seller, card, "Confirm")
    window = await scene.message(scene.seller.chat, "Sale for order", button="Add sale")
    await scene.tap(scene.seller, window, "Add sale")
    await says(scene, window, "Added by")
    screen = await open_settings(scene)

    await scene.tap(scene.seller, screen, "Money accounts")
    await says(scene, screen, "• Cash: 0")
    assert f"• COD (still to be received): ₴{order.total:.2f}" in screen.text
    await scene.tap(scene.seller, screen, "New account")
    await says(scene, screen, "Type the name of the account.")
    await scene.seller.send("Mono")
    await says(scene, screen, "• Mono: 0")
    await scene.tap(scene.seller, screen, "Back")
    await scene.tap(scene.seller, screen, "Shops")

    await says(scene, screen, "🟢 My Shop · WooCommerce\nhttps://shop.example\n1 order today")


async def test_a_chosen_language_is_spoken_at_once_and_kept(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    card = await scene.message(scene.seller.chat, "Order 1234", button="Confirm")
    group = await chats.subscribe(-100500, is_group=True, language="en")
    screen = await open_settings(scene)
    await scene.tap(scene.seller, screen, "Language")
    await says(scene, screen, "For you alone")
    assert labels(screen) == ["Українська", "English", "✓ As in Telegram", "⬅️ Back"]

    await scene.tap(scene.seller, screen, "Українська")

    told = await scene.message(scene.seller.chat, "Відтепер пишу вам українською.")
    await says(scene, screen, "Лише для вас")
    assert labels(screen) == ["✓ Українська", "English", "Як у Telegram", "⬅️ Назад"]
    await says(scene, card, "Замовлення 1234")
    await scene.seller.press("Замовлення")
    tabs = await scene.message(scene.seller.chat, button="Нове 1", after=told)
    assert (await StoredChat.get(id=group.id)).language == "en"

    await scene.tap(scene.seller, screen, "Як у Telegram")
    await scene.message(scene.seller.chat, "From now on I write to you in English.", after=tabs)
    await says(scene, card, "Order 1234")
    assert await Card.filter(message_id=card.message_id).count() == 1
