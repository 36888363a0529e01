"""What a site would not hear, on the card; and the screen of what it is told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
from aiogram.types import InlineKeyboardMarkup
from tortoise.timezone import now

from bot.keyboards.buttons import button
from bot.keyboards.shops import ShopAction, ShopTap
from models.audit import AuditEntry, AuditKind
from models.orders import Order
from models.shops import Shop, ShopEffect, StatusMapping
from models.staff import StaffMember
from sandbox.telegram import Message
from sandbox.woocommerce import WooCommerceStore
from services import orders, shops, statuses
from services.shops import ConnectedShop
from sync.telling import tell_statuses
from tests.bot.conftest import Scene
from tests.factories import BOX

REFUSAL = '{"code":"no","message":"<b>Not</b> this one &amp; not now","data":{"status":400}}'
JSON = {"Content-Type": "application/json; charset=UTF-8"}


@pytest.fixture
async def store(scene: Scene) -> AsyncIterator[WooCommerceStore]:
    """The scene's shop is this store."""
    async with WooCommerceStore(delivers_at_once=False) as store:
        store.add_product(sku="A", name="Чашка", price=Decimal(100), stock=9)
        keys = {"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"}
        secrets = BOX.encrypt({**keys, "webhook_secret": "w"})
        shop = Shop.filter(id=scene.intake.shop_id)
        await shop.update(base_url=store.url, secrets=secrets)
        yield store


async def the_shop(scene: Scene) -> ConnectedShop:
    return await shops.one(scene.intake.shop_id, BOX)


async def tell(scene: Scene) -> None:
    """The minute has passed."""
    await ShopEffect.all().update(due_at=now() - timedelta(seconds=1))
    while await tell_statuses(scene.office, await the_shop(scene)):
        pass


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def says(scene: Scene, message: Message, text: str) -> None:
    await scene.telegram.wait_for(lambda: text in message.text)


async def test_a_refusal_stands_on_the_card_until_it_is_told_again(
    scene: Scene, store: WooCommerceStore
) -> None:
    placed = await store.place_order(lines=[("A", 1)])
    order = await scene.new_order(("A", 1), number=str(placed.id))
    card = await scene.message(scene.seller.chat, f"Order {placed.id}", button="Confirm")
    assert "Not told to the site" not in card.text
    await orders.refuse(order.id, by=await scene.member(scene.seller))
    store.answer_with(400, REFUSAL, JSON, method="PUT", times=1)

    await tell(scene)
    await says(scene, card, "⚠ Not told to the site: Not this one &amp; not now")
    assert "🔁 Tell again" in labels(card)

    answer = await scene.tap(scene.seller, card, "Tell again")
    assert answer.text == "The site is being told."
    await scene.telegram.wait_for(lambda: "Not told to the site" not in card.text)
    assert "🔁 Tell again" not in labels(card)
    await tell(scene)
    assert store.orders[placed.id].status == "cancelled"
    await scene.settled()
    assert "Not told to the site" not in card.text


async def test_a_retry_for_a_shop_that_is_gone_says_so(
    scene: Scene, store: WooCommerceStore
) -> None:
    order = await scene.new_order(("A", 1), number="77")
    card = await scene.message(scene.seller.chat, "Order 77", button="Confirm")
    await orders.refuse(order.id, by=await scene.member(scene.seller))
    await tell(scene)  # there is no such order
    await says(scene, card, "Not told to the site")
    await Shop.filter(id=scene.intake.shop_id).update(is_active=False)

    answer = await scene.tap(scene.seller, card, "Tell again")

    assert answer.show_alert
    assert "This shop is disconnected." in answer.text
    assert (await Order.get(id=order.id)).tell_problem
    assert not await ShopEffect.exists()


async def open_map(scene: Scene) -> Message:
    tap = ShopTap(action=ShopAction.STATUSES, id=scene.intake.shop_id)
    markup = InlineKeyboardMarkup(inline_keyboard=[[button("Statuses", tap)]])
    await scene.bot.send_message(scene.seller.id, "A shop", reply_markup=markup)
    screen = await scene.message(scene.seller.chat, "A shop")
    await scene.tap(scene.seller, screen, "Statuses")
    return screen


async def test_an_owner_decides_what_each_step_is_called_there(
    scene: Scene, store: WooCommerceStore
) -> None:
    long_code = "a-status-of-a-plugin-with-a-long-name"
    store.plugin_statuses = {long_code: "Чекає <посилку>"}
    await statuses.create("CALL BACK")
    await StaffMember.filter(telegram_id=scene.seller.id).update(role="owner")
    screen = await open_map(scene)
    await says(scene, screen, "• Completed with a waybill → Processing")
    assert "longer be undone. A note there says who did it." in screen.text
    assert "• CALL BACK → nothing" in screen.text.replace("📌 ", "")
    assert [labels(screen)[0], labels(screen)[-1]] == ["⚪ Turn off", "⬅️ Back"]

    await scene.tap(scene.seller, screen, "CALL BACK")
    await says(scene, screen, "Here: “📌 CALL BACK”. What does the order become on the site?")
    assert "✓ As usual: nothing" in labels(screen)
    await scene.tap(scene.seller, screen, "Чекає")
    await says(scene, screen, "📌 CALL BACK → Чекає <посилку>")
    await scene.tap(scene.seller, screen, "Canceled")
    await says(scene, screen, "Here: “Canceled”.")
    await scene.tap(scene.seller, screen, "Tell nothing")
    await says(scene, screen, "• Canceled → nothing")

    chosen = {row.step: row.status for row in await StatusMapping.all().order_by("id")}
    assert sorted(chosen.values()) == ["", long_code]
    assert chosen["canceled"] == ""
    assert await AuditEntry.filter(kind=AuditKind.SHOP_CHANGED).count() == 2

    await store.down()
    await scene.tap(scene.seller, screen, "Completed")
    await says(scene, screen, "⚠ The site does not answer now")
    await scene.tap(scene.seller, screen, "cancelled")
    await says(scene, screen, "• Completed → cancelled")
    await scene.tap(scene.seller, screen, "Turn off")
    await says(scene, screen, "⚪ Off: the site is told nothing.")
    assert not (await Shop.get(id=scene.intake.shop_id)).tells_status
    await scene.tap(scene.seller, screen, "Turn on")
    await says(scene, screen, "🟢 On.")
    assert "🔑 Other keys" not in labels(screen)

    await Shop.all().update(can_write=False)
    await scene.tap(scene.seller, screen, "Canceled")
    await scene.tap(scene.seller, screen, "Back")
    await says(scene, screen, "⚠ The keys may only read: orders come, but")
    assert "🔑 Other keys" in labels(screen)


async def test_a_cabinet_where_no_end_is_taken_back_is_told_of_none(scene: Scene) -> None:
    """Prom.ua, which does not answer here: what it is told is known all the same."""
    keys = BOX.encrypt({"token": "t" * 40, "webhook_secret": "w"})
    await Shop.filter(id=scene.intake.shop_id).update(platform="prom", secrets=keys)
    await StaffMember.filter(telegram_id=scene.seller.id).update(role="owner")
    screen = await open_map(scene)
    await says(scene, screen, "• Completed with a waybill → received")
    assert "• Reopened → nothing" in screen.text
    assert "The waybill's number is told as well." in screen.text
    assert "A note there" not in screen.text

    await scene.tap(scene.seller, screen, "Reopened")

    await says(scene, screen, "Here: “Reopened”.")
    assert "✓ As usual: nothing" in labels(screen)


async def test_others_than_owners_change_nothing_of_it(
    scene: Scene, store: WooCommerceStore
) -> None:
    del store
    await StaffMember.filter(telegram_id=scene.seller.id).update(role="manager")
    tap = ShopTap(action=ShopAction.STATUSES, id=scene.intake.shop_id)
    markup = InlineKeyboardMarkup(inline_keyboard=[[button("Statuses", tap)]])
    await scene.bot.send_message(scene.seller.id, "A shop", reply_markup=markup)
    screen = await scene.message(scene.seller.chat, "A shop")
    answer = await scene.tap(scene.seller, screen, "Statuses")
    assert answer.show_alert
    assert "Your role does not include this." in answer.text
