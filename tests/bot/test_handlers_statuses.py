"""Settings, Statuses: what a manager makes of the shop's own labels."""

from domain.rights import Role
from models.orders import Order
from models.staff import StaffMember
from sandbox.telegram import Message
from services import orders, statuses
from tests.bot.conftest import Scene
from tests.factories import numbers


async def open_statuses(scene: Scene) -> Message:
    """The list, in the seller's chat, who is a manager now."""
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.MANAGER)
    await scene.seller.send("/settings")
    screen = await scene.message(scene.seller.chat, "⚙️ Settings", button="Statuses")
    await scene.tap(scene.seller, screen, "Statuses")
    await scene.telegram.wait_for(lambda: "New status" in labels(screen))
    return screen


def labels(message: Message) -> str:
    return " | ".join(label for row in message.buttons for label in row)


async def shows(scene: Scene, screen: Message, text: str) -> None:
    await scene.telegram.wait_for(lambda: text in f"{screen.text} | {labels(screen)}")


async def test_a_status_is_made_named_marked_and_put_in_order(scene: Scene) -> None:
    await statuses.create("LATER")
    screen = await open_statuses(scene)

    await scene.tap(scene.seller, screen, "New status")
    await shows(scene, screen, "Type the label of the new status.")
    await scene.seller.send("later")
    await shows(scene, screen, "⚠ There is such a status already")
    await scene.seller.send("CALL  <b>")
    await shows(scene, screen, "Place in the list: 2 of 2")
    await scene.tap(scene.seller, screen, "Rename")
    await shows(scene, screen, "Type a new label for “CALL <b>”.")
    await scene.seller.send("CALL BACK")
    await shows(scene, screen, "📌 CALL BACK")
    await scene.tap(scene.seller, screen, "Emoji")
    await shows(scene, screen, "Which emoji stands for “CALL BACK”?")
    await scene.seller.send("phone")
    await shows(scene, screen, "⚠ That is not one emoji.")
    await scene.seller.send("🐞")
    await shows(scene, screen, "🐞 CALL BACK")
    await scene.tap(scene.seller, screen, "⬆️")
    await shows(scene, screen, "Place in the list: 1 of 2")
    await scene.tap(scene.seller, screen, "Goods stay reserved: yes")
    await shows(scene, screen, "Goods stay reserved: no")
    await scene.tap(scene.seller, screen, "Back")

    await shows(scene, screen, "🐞 CALL BACK 0 💤 | 📌 LATER 0")
    made, _ = await statuses.own()
    assert (made.label, made.emoji, made.holds_goods) == ("CALL BACK", "🐞", False)
    await scene.tap(scene.seller, screen, "LATER")
    await scene.tap(scene.seller, screen, "Emoji")
    await scene.tap(scene.seller, screen, "⏰")
    await shows(scene, screen, "⏰ LATER")
    await scene.tap(scene.seller, screen, "Delete")
    await shows(scene, screen, "No order is in it.")
    answer = await scene.tap(scene.seller, screen, "Delete")
    assert answer.text == "The status is deleted."
    assert [status.id for status in await statuses.own()] == [made.id]


async def test_orders_of_a_deleted_status_move_and_its_old_button_is_explained(
    scene: Scene,
) -> None:
    order = await scene.new_order(("A", 2))
    card = await scene.message(scene.seller.chat, "1234", button="Change status")
    await scene.new_order(("A", 1), number="1235")
    other = await scene.message(scene.seller.chat, "1235", button="Change status")
    await statuses.create("LATER")
    old = await orders.change_to_new_status(order.id, "OLD", by=await scene.member(scene.owner))
    await scene.tap(scene.seller, other, "Change status")
    await shows(scene, other, "📌 OLD")
    screen = await open_statuses(scene)

    await scene.tap(scene.seller, screen, "OLD 1")
    await scene.tap(scene.seller, screen, "Goods stay reserved: yes")
    await shows(scene, screen, "Release the goods of “OLD”?")
    await scene.tap(scene.seller, screen, "Release the goods")
    await shows(scene, screen, "Goods stay reserved: no")
    assert await numbers("A") == ("5", "1")
    await scene.tap(scene.seller, screen, "Delete")
    await shows(scene, screen, "Choose where to move them")
    answer = await scene.tap(scene.seller, screen, "LATER")

    assert answer.text == "The status is deleted, 1 order moved."
    await shows(scene, screen, "📌 LATER 1")
    assert await numbers("A") == ("5", "3")
    assert (await Order.get(id=order.id)).status_id != old.id
    await shows(scene, card, "OLD → LATER")
    gone = await scene.tap(scene.seller, other, "📌 OLD")
    assert gone.text == "This status is not there any more. Choose another one."
