"""Orders under their tabs, and an order opened from a list."""

from domain.orders import RejectReason
from models.telegram import Card, Chat
from services import orders
from tests.bot.conftest import Scene


async def test_tabs_by_command_and_by_button_in_both_languages(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    await scene.message(scene.owner.chat, "1234")
    await scene.message(scene.seller.chat, "1234")

    await scene.seller.send("/orders@kramar_demo_bot")
    tabs = await scene.message(scene.seller.chat, "Orders", button="New 1")
    await scene.seller.press("Orders")
    await scene.owner.press("Замовлення")

    await scene.message(scene.seller.chat, "Orders", button="New 1", after=tabs)
    await scene.message(scene.owner.chat, "Замовлення", button="Нове 1")


async def test_tab_is_paged_newest_first_and_leads_back(scene: Scene) -> None:
    for number in range(101, 111):
        await scene.new_order(("A", 1), number=str(number))
    await scene.seller.send("/orders")
    tabs = await scene.message(scene.seller.chat, button="New 10")

    await scene.tap(scene.seller, tabs, "New 10")
    first = await scene.message(scene.seller.chat, button="110 ·")
    assert not any("102" in label for row in first.buttons for label in row)
    await scene.tap(scene.seller, tabs, "›")
    await scene.message(scene.seller.chat, button="101 ·")
    await scene.tap(scene.seller, tabs, "‹")
    await scene.message(scene.seller.chat, button="110 ·")
    await scene.tap(scene.seller, tabs, "Back")

    await scene.message(scene.seller.chat, button="New 10")


async def test_order_opened_from_a_tab_is_the_one_card_of_the_chat(scene: Scene) -> None:
    order = await scene.new_order(("A", 1))
    old = await scene.message(scene.seller.chat, "1234", button="Confirm")
    await scene.settled()
    await scene.seller.send("/orders")
    tabs = await scene.message(scene.seller.chat, button="New 1")
    await scene.tap(scene.seller, tabs, "New 1")

    await scene.tap(scene.seller, tabs, "1234 ·")

    await scene.telegram.wait_for(lambda: old.deleted)
    card = await scene.message(scene.seller.chat, "Order 1234", button="Confirm")
    await scene.settled()
    chat = await Chat.get(telegram_id=scene.seller.id)
    assert (await Card.get(order_id=order.id, chat_id=chat.id)).message_id == card.message_id
    assert card.message_id > tabs.message_id
    await orders.reject(order.id, RejectReason.DUPLICATE, by=await scene.member(scene.owner))
    await scene.telegram.wait_for(lambda: "Canceled" in card.text)


async def test_card_that_cannot_be_deleted_any_more_loses_its_buttons(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    old = await scene.message(scene.seller.chat, "1234", button="Confirm")
    await scene.settled()
    scene.telegram.faults.add(
        "deleteMessage", status=400, description="Bad Request: message can't be deleted"
    )

    await scene.seller.open_deep_link("order_1")

    await scene.telegram.wait_for(lambda: old.inline_keyboard == [])
    card = await scene.message(scene.seller.chat, "Order 1234", button="Confirm")
    await scene.settled()
    assert card is not old
    assert old.inline_keyboard == []


async def test_links_to_what_is_gone_are_explained(scene: Scene) -> None:
    await scene.seller.open_deep_link("sale_999")
    answer = await scene.message(scene.seller.chat, "This order is not here any more.")

    await scene.seller.open_deep_link("order_998")
    await scene.message(scene.seller.chat, "This order is not here any more.", after=answer)


async def test_link_to_the_sale_of_a_closed_order_says_who_closed_it(scene: Scene) -> None:
    order = await scene.new_order(("A", 1))
    await orders.reject(order.id, RejectReason.DUPLICATE, by=await scene.member(scene.owner))

    await scene.seller.open_deep_link(f"sale_{order.id}")

    await scene.message(scene.seller.chat, "Олена already rejected it")


async def test_odd_links_and_texts_get_a_hint(scene: Scene) -> None:
    greeting = await scene.message(scene.seller.chat, "Hello, Oleh!")
    await scene.seller.open_deep_link("sale_-1")
    await scene.message(scene.seller.chat, "Hello, Oleh!", after=greeting)

    await scene.seller.send("what is this")
    await scene.message(scene.seller.chat, "/help")
