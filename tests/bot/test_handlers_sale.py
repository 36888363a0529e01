"""The sale window: its choices, its second tap for a shortage, and windows left behind."""

import asyncio

from domain.orders import Phase, RejectReason
from models.drafts import SaleDraft
from models.orders import Order
from models.sales import Sale
from models.staff import StaffMember
from sandbox.telegram import Message, User
from services import drafts, orders
from tests.bot.conftest import Scene
from tests.factories import incoming, line, numbers


async def open_window(scene: Scene, who: User, confirm: str = "Confirm") -> Message:
    card = await scene.message(who.chat, button=confirm)
    await scene.tap(who, card, confirm)
    return await scene.message(who.chat, "1234", button="🛒")


async def test_choices_are_made_in_place(scene: Scene) -> None:
    order = await scene.new_order(("A", 1))
    window = await open_window(scene, scene.seller)

    await scene.tap(scene.seller, window, "Receipt of money")
    await scene.message(scene.seller.chat, "Where does the money go?")
    await scene.tap(scene.seller, window, "Cash")
    await scene.message(scene.seller.chat, "Receipt of money: Cash", button="Sales channel")
    await scene.tap(scene.seller, window, "Sales channel")
    await scene.message(scene.seller.chat, "Which sales channel?")
    await scene.tap(scene.seller, window, "My Shop")
    await scene.message(scene.seller.chat, "Sales channel: My Shop", button="Add sale")
    await scene.tap(scene.seller, window, "Receipt of money")
    await scene.message(scene.seller.chat, "Where does the money go?")
    await scene.tap(scene.seller, window, "Back")
    await scene.tap(scene.seller, window, "Add sale")

    await scene.message(scene.seller.chat, "Receipt of money: Cash", button="Undo")
    sale = await Sale.get(order_id=order.id).select_related("money_account")
    assert sale.money_account.name == "Cash"


async def test_back_drops_the_window_and_leaves_the_order(scene: Scene) -> None:
    order = await scene.new_order(("A", 1))
    window = await open_window(scene, scene.seller)

    await scene.tap(scene.seller, window, "Back")

    await scene.telegram.wait_for(lambda: window.deleted)
    assert not await SaleDraft.exists()
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    assert await numbers("A") == ("5", "1")


async def test_window_too_old_to_be_deleted_says_that_it_is_closed(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    window = await open_window(scene, scene.seller)
    scene.telegram.faults.add(
        "deleteMessage", status=400, description="Bad Request: message can't be deleted"
    )

    await scene.tap(scene.seller, window, "Back")

    await scene.message(scene.seller.chat, "This sale window is closed")
    assert window.inline_keyboard == []


async def test_confirm_again_resumes_the_window_with_its_choices(scene: Scene) -> None:
    order = await scene.new_order(("A", 1))
    first = await open_window(scene, scene.seller)
    await drafts.choose_account(order.id, 1, by=await scene.member(scene.seller))

    await scene.tap(
        scene.seller, await scene.message(scene.seller.chat, button="Confirm"), "Confirm"
    )

    await scene.message(scene.seller.chat, "Receipt of money: Cash", button="Add sale")
    await scene.telegram.wait_for(lambda: first.deleted)
    assert await SaleDraft.all().count() == 1


async def test_shortage_takes_a_second_explicit_tap(scene: Scene) -> None:
    order = await scene.new_order(("B", 3))
    window = await open_window(scene, scene.seller)

    first = await scene.tap(scene.seller, window, "Add sale")
    await scene.message(scene.seller.chat, "short by 2", "Tap once more", button="Add sale")
    assert "Not enough goods" in first.text
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    assert await numbers("B") == ("1", "1")
    await scene.tap(scene.seller, window, "⚠️ Add sale")

    await scene.message(scene.seller.chat, "Sale for order", button="Undo")
    assert await numbers("B") == ("-2", "0")


async def test_undo_on_the_receipt_takes_the_sale_back_and_opens_the_window(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    window = await open_window(scene, scene.seller)
    await scene.tap(scene.seller, window, "Receipt of money")
    await scene.tap(scene.seller, window, "Cash")
    await scene.tap(scene.seller, window, "Add sale")

    await scene.tap(scene.seller, window, "Undo")

    await scene.message(scene.seller.chat, "Receipt of money: Cash", button="Add sale")
    await scene.message(scene.seller.chat, "Order 1234", button="Confirm")
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    assert await numbers("A") == ("5", "2")
    assert await Sale.filter(order_id=order.id, standing_for=None).count() == 1


async def test_two_phones_that_add_the_same_sale_make_one(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    window = await open_window(scene, scene.seller)

    answers = await asyncio.gather(
        scene.tap(scene.seller, window, "Add sale"), scene.tap(scene.seller, window, "Add sale")
    )

    alerts = [answer.text for answer in answers if answer.show_alert]
    assert len(alerts) == 1
    assert "Oleh already added the sale" in alerts[0]
    assert await Sale.filter(order_id=order.id).count() == 1
    assert await numbers("A") == ("3", "0")
    await scene.message(scene.seller.chat, "1234", "Oleh", button="Undo")


async def test_a_colleagues_window_can_be_taken_over_and_back(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    mine = await open_window(scene, scene.seller)
    await scene.tap(scene.seller, mine, "Receipt of money")
    await scene.tap(scene.seller, mine, "Cash")
    card = await scene.message(scene.owner.chat, button="Підтвердити")
    await scene.tap(scene.owner, card, "Підтвердити")
    theirs = await scene.message(
        scene.owner.chat, "Цей продаж уже оформлює Oleh", button="Перебрати на себе"
    )

    await scene.tap(scene.owner, theirs, "Перебрати на себе")

    await scene.message(scene.owner.chat, "Готівка", button="Додати продаж")
    await scene.message(scene.seller.chat, "Олена has taken this sale over", button="Take over")
    await scene.tap(scene.seller, mine, "Take over")
    await scene.message(scene.seller.chat, "Receipt of money: Cash", button="Add sale")
    answer = await scene.tap(scene.owner, theirs, "Перебрати на себе")
    assert not answer.show_alert
    await scene.tap(scene.owner, theirs, "Додати продаж")
    await scene.message(scene.owner.chat, "1234", button="Відмінити")
    assert (await Sale.get(order_id=order.id)).staff_id == (await scene.member(scene.owner)).id


async def test_who_lost_the_window_is_told_at_the_next_tap(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    window = await open_window(scene, scene.seller)
    owner = await scene.member(scene.owner)
    await drafts.open_window(order.id, by=owner, take_over=True)  # their phone had no network

    answer = await scene.tap(scene.seller, window, "Add sale")

    assert answer.show_alert
    assert "Олена is in this sale window" in answer.text
    assert not await Sale.exists()
    await scene.message(scene.seller.chat, "Олена is in this sale window", button="Take over")


async def test_who_does_not_take_over_leaves_the_window_alone(scene: Scene) -> None:
    await scene.new_order(("A", 2))
    await open_window(scene, scene.seller)
    card = await scene.message(scene.owner.chat, button="Підтвердити")
    await scene.tap(scene.owner, card, "Підтвердити")
    question = await scene.message(scene.owner.chat, "Oleh", button="Перебрати на себе")

    await scene.tap(scene.owner, question, "Назад")

    await scene.telegram.wait_for(lambda: question.deleted)
    assert (await SaleDraft.get()).staff_id == (await scene.member(scene.seller)).id


async def test_window_whose_order_was_rejected_says_so(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    window = await open_window(scene, scene.seller)
    await orders.reject(order.id, RejectReason.DUPLICATE, by=await scene.member(scene.owner))

    answer = await scene.tap(scene.seller, window, "Add sale")

    assert answer.show_alert
    assert "Олена already rejected it" in answer.text
    await scene.message(scene.seller.chat, "This sale window is closed")
    assert not await Sale.exists()
    assert await numbers("A") == ("5", "0")


async def test_window_that_was_closed_elsewhere_says_so(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    window = await open_window(scene, scene.seller)
    await drafts.close_window(order.id, by=await scene.member(scene.seller))

    answer = await scene.tap(scene.seller, window, "Receipt of money")

    assert answer.show_alert
    assert "This sale window is closed" in answer.text
    await scene.telegram.wait_for(lambda: window.inline_keyboard == [])


async def test_window_survives_a_restart(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    window = await open_window(scene, scene.seller)
    await scene.restart()

    await scene.tap(scene.seller, window, "Add sale")

    await scene.message(scene.seller.chat, "Sale for order", button="Undo")
    assert (await Order.get(id=order.id)).phase is Phase.COMPLETED


async def test_nobody_sells_what_the_window_did_not_show(scene: Scene) -> None:
    order = await scene.new_order(("A", 2))
    window = await open_window(scene, scene.seller)
    await scene.intake(incoming("1234", line("A", 3), minute=5))

    answer = await scene.tap(scene.seller, window, "Add sale")

    assert answer.show_alert
    assert "The order has changed" in answer.text
    await scene.message(scene.seller.chat, "× 3", button="Add sale")
    assert not await Sale.exists(order_id=order.id)
    await scene.tap(scene.seller, window, "Add sale")
    await scene.message(scene.seller.chat, "Sale for order", button="Undo")
    assert await numbers("A") == ("2", "0")


async def test_a_reopened_order_gets_a_fresh_window(scene: Scene) -> None:
    order = await scene.new_order(("A", 1))
    await open_window(scene, scene.seller)
    member = await StaffMember.get(telegram_id=scene.seller.id)

    await orders.reject(order.id, RejectReason.DUPLICATE, by=member)

    assert not await SaleDraft.exists(order_id=order.id)
