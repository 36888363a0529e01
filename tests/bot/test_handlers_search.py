"""Finding orders by just typing, and from any chat in inline mode."""

from typing import Any

from domain.orders import RejectReason
from models.orders import Order
from services import orders
from tests.bot.conftest import Scene
from tests.factories import incoming, line


async def an_order(scene: Scene, number: str, **content: Any) -> Order:
    await scene.intake(incoming(number, line("A", 1), **content))
    return await Order.get(number=number)


async def test_typing_finds_orders_and_a_result_opens_its_card(scene: Scene) -> None:
    for number in range(101, 111):
        await an_order(scene, str(number), phone="0671234521")
    await an_order(scene, "4521", customer_name="Дем'ян <b>&")
    await scene.message(scene.seller.chat, "4521", button="Confirm")
    await scene.settled()

    await scene.seller.send("4521")
    found = await scene.message(scene.seller.chat, "🔎 4521\n11 orders", button="🆕 110 · Олена")
    assert found.buttons[0] == ["🆕 4521 · Дем'ян <b>& · ₴10.00"]
    assert [row[0][:5] for row in found.buttons[1:8]] == [f"🆕 {n}" for n in range(110, 103, -1)]
    assert found.buttons[8:] == [["›"]]
    await scene.tap(scene.seller, found, "›")
    await scene.message(scene.seller.chat, "4521", button="🆕 101 ·")
    assert found.buttons[3:] == [["‹"]]
    await scene.tap(scene.seller, found, "‹")
    await scene.tap(scene.seller, found, "🆕 4521")
    card = await scene.message(scene.seller.chat, "Order 4521", button="Confirm", after=found)

    await scene.seller.send("дем’ян")
    await scene.message(scene.seller.chat, "1 order", button="4521", after=card)
    await scene.owner.send("нема такого <i>")
    nothing = await scene.message(scene.owner.chat, "🔎 нема такого <i>", "Нічого не знайдено")
    await scene.owner.press("Замовлення")
    await scene.message(scene.owner.chat, "Замовлення", button="Нове 11", after=nothing)


async def test_what_answers_a_question_or_is_said_in_a_group_is_not_sought(scene: Scene) -> None:
    group = scene.telegram.add_group(id=-77, title="Shop", members=[scene.owner])
    await scene.owner.send("/here", in_chat=group)
    await scene.message(group, "з’являтимуться")
    order = await an_order(scene, "4521")
    card = await scene.message(scene.seller.chat, "4521", button="Reject")
    await scene.message(group, "4521", button="Відхилити")
    await scene.settled()
    group.bot_status = "administrator"  # it hears everything
    count = len(group.messages)

    await scene.owner.send("4521", in_chat=group)
    await scene.tap(scene.seller, card, "Reject")
    await scene.tap(scene.seller, card, "Other")
    await scene.message(scene.seller.chat, "4521", button="Back")
    await scene.telegram.wait_for(lambda: "Reject" not in str(card.buttons))
    await scene.seller.send("4521")

    await scene.telegram.wait_for(lambda: "Canceled" in card.text)
    assert (await Order.get(id=order.id)).phase.value == "canceled"
    assert len(group.messages) == count + 1
    assert not any(message.text.startswith("🔎") for message in scene.seller.chat.messages)


async def test_inline_mode_offers_orders_to_staff_and_a_harmless_summary(scene: Scene) -> None:
    done = await an_order(scene, "1200")
    await orders.reject(done.id, RejectReason.DUPLICATE, by=await scene.member(scene.owner))
    await an_order(
        scene,
        "1234",
        phone="+380671234567",
        delivery_city="Київ",
        delivery_address="Відділення №12",
        recipient_name="Ганна",
        waybill_number="20451600012352",
    )
    stranger = scene.telegram.add_user(id=666, first_name="Mallory", language_code="en")

    newest = await scene.seller.type_inline("")
    assert [result.title for result in newest.results] == ["🆕 1234 · Олена Коваль · ₴10.00"]
    found = await scene.seller.type_inline("12")
    assert (found.cache_time_s, found.is_personal) == (0, True)
    assert [result.title.split(" · ")[0] for result in found.results] == ["🆕 1234", "✖️ 1200"]
    result = found.result("1234")
    assert result.description.startswith("New · 📞 …4567 · ")
    assert result.content.text == (
        "🆕 Order 1234 · New\n1. Product A × 1 — ₴10.00\nTotal ₴10.00\n🚚 Київ, Відділення №12\n"
        "📦 Waybill: 20451600012352"
    )
    assert (await stranger.type_inline("12")).results == ()

    await scene.message(scene.seller.chat, "1234", button="Confirm")
    await scene.settled()
    chosen = await scene.seller.choose(result)
    await scene.seller.send("4567")
    answer = await scene.message(scene.seller.chat, "🔎 4567", button="1234")
    later = [m for m in scene.seller.chat.messages if m.message_id > chosen.message_id]
    assert [m for m in later if m.sender is scene.telegram.bot] == [answer]
