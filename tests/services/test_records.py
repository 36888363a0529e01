"""Shops, chats, dumps and the check of the books."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tortoise.timezone import now

from domain.errors import NotFoundError
from models.orders import Order, OrderLine
from models.outbox import EffectKind, OutboxEffect
from models.sales import Sale, SalesChannel
from models.shops import Shop
from models.staff import StaffMember
from models.stock import Product
from models.telegram import Card, Chat, ChatState
from services import chats, check, dump, health, outbox, shops, undo
from services.secrets import SecretBox, WrongSecretKeyError
from services.statuses import CANCELED_ID
from services.transactions import transaction
from tests.factories import (
    BOX,
    WEBHOOK_SECRET,
    Intake,
    incoming,
    line,
    make_order,
    make_shop,
    sell,
    stock_up,
)

# --- shops ---------------------------------------------------------------------------------------


async def test_a_shop_comes_with_its_channel_and_a_secret(db: str) -> None:
    shop = await shops.add("woocommerce", "Крамниця", box=BOX, credentials={"key": "ck_1"})

    channel = await SalesChannel.get(shop_id=shop.id)
    assert channel.name == "Крамниця"
    assert shop.webhook_secret.isalnum()
    assert shop.webhook_path.startswith("/webhooks/woocommerce/")
    assert await shops.active(BOX) == [shop]
    assert await shops.find("woocommerce", shop.webhook_path.rpartition("/")[2], BOX) == shop
    assert await shops.find("prom", shop.webhook_path.rpartition("/")[2], BOX) is None


async def test_a_shops_secrets_are_neither_stored_plainly_nor_shown(db: str) -> None:
    shop = await make_shop()

    stored = await Shop.get()
    for secret in ("ck_1", "cs_1", WEBHOOK_SECRET):
        assert secret not in stored.secrets
        assert secret not in repr(shop)
    with pytest.raises(WrongSecretKeyError):
        await shops.active(SecretBox("another key"))


async def test_a_removed_shop_keeps_its_orders_and_loses_its_keys(take_in: Intake) -> None:
    await take_in(incoming("1"))

    await shops.remove(take_in.shop_id)

    assert await shops.active(BOX) == []
    assert (await Shop.get()).secrets == ""
    assert await Order.all().count() == 1
    for shop_id in (take_in.shop_id, 999):
        with pytest.raises(NotFoundError):
            await shops.remove(shop_id)


# --- chats ---------------------------------------------------------------------------------------


async def owed_chats() -> list[int]:
    effects = await OutboxEffect.all().select_related("chat").order_by("chat_id")
    return [effect.chat.telegram_id for effect in effects]


async def test_subscribed_and_blocked_chats_are_owed_cards_and_no_others(take_in: Intake) -> None:
    await chats.subscribe(1)
    await chats.subscribe(2)
    await chats.subscribe(3)
    assert await chats.block(2) is True
    assert await chats.block(2) is False
    await chats.unsubscribe(3)
    await chats.unsubscribe(999)

    await take_in(incoming("1"))

    assert await owed_chats() == [4001, 1, 2]


async def test_leaving_drops_what_was_owed_and_coming_back_starts_anew(take_in: Intake) -> None:
    chat = await chats.subscribe(1, title="Склад")
    await take_in(incoming("1"))

    await chats.unsubscribe(1)
    assert await owed_chats() == [4001]
    again = await chats.subscribe(1)

    assert (again.id, again.title, again.state) == (chat.id, "Склад", ChatState.SUBSCRIBED)
    await take_in(incoming("2"))
    assert await owed_chats() == [4001, 4001, 1]


async def owe_by_a_transaction_that_still_saw_it_subscribed(chat: Chat) -> None:
    await OutboxEffect.create(kind=EffectKind.SHOW_CARD, chat_id=chat.id, subject_id=1)


async def test_what_an_unsubscribed_chat_is_owed_is_dropped(take_in: Intake) -> None:
    left, blocked = await chats.subscribe(1), await chats.subscribe(2)
    await chats.block(2)
    await chats.unsubscribe(1)
    for chat in (left, blocked):
        await owe_by_a_transaction_that_still_saw_it_subscribed(chat)

    assert await chats.drop_unwanted() == 1

    assert await owed_chats() == [2]


async def test_a_chat_that_refuses_us_is_owed_each_card_once(take_in: Intake) -> None:
    for telegram_id in (1, 2):
        await chats.subscribe(telegram_id)
    await chats.block(2)
    for number in ("1", "2"):
        await take_in(incoming(number))
    first = await Order.get(external_id="1")
    for minutes in (0, 0, 5):
        async with transaction():
            await outbox.owe_cards([first.id], due_at=now() + timedelta(minutes=minutes))
    before = await OutboxEffect.filter(chat__telegram_id=1).count()

    assert await chats.fold_repeats() == 2

    kept = OutboxEffect.filter(chat__telegram_id=2).order_by("id")
    assert [(row.subject_id, row.due_at > now()) for row in await kept] == [
        (first.id + 1, False),
        (first.id, False),
        (first.id, True),
    ]
    assert await OutboxEffect.filter(chat__telegram_id=1).count() == before
    assert await chats.fold_repeats() == 0


async def test_coming_back_brings_nothing_from_before(take_in: Intake) -> None:
    chat = await chats.subscribe(1)
    await chats.unsubscribe(1)
    await owe_by_a_transaction_that_still_saw_it_subscribed(chat)

    await chats.subscribe(1)

    assert await owed_chats() == []


async def test_a_blocked_chat_is_owed_what_waited_when_it_comes_back(take_in: Intake) -> None:
    await chats.subscribe(1)
    await chats.block(1)
    await take_in(incoming("1"))

    await chats.unblock(1)

    assert (await Chat.get(telegram_id=1)).state is ChatState.SUBSCRIBED
    assert await owed_chats() == [4001, 1]


async def test_topics_of_a_group_are_chats_of_their_own(take_in: Intake) -> None:
    await chats.subscribe(-100, topic_id=7, is_group=True)
    await chats.subscribe(-100, topic_id=8, is_group=True)
    await chats.unsubscribe(-100, topic_id=7)

    await take_in(incoming("1"))

    assert await owed_chats() == [4001, -100]


async def test_a_group_that_migrates_stays_the_same_chat_with_new_messages(
    take_in: Intake,
) -> None:
    group = await chats.subscribe(-1, is_group=True)
    order = await make_order(take_in, [])
    card = await Card.create(order_id=order.id, chat_id=group.id, message_id=5, shown="x")

    await chats.migrate(-1, -1001)

    await group.refresh_from_db()
    await card.refresh_from_db()
    assert (group.telegram_id, group.state) == (-1001, ChatState.SUBSCRIBED)
    assert (card.message_id, card.shown) == (None, "")
    assert await owed_chats() == [4001, -1001]


async def test_a_group_that_migrates_into_a_known_one_is_given_up(take_in: Intake) -> None:
    await chats.subscribe(-1, is_group=True)
    await chats.subscribe(-1001, is_group=True)
    await take_in(incoming("1"))

    await chats.migrate(-1, -1001)

    assert (await Chat.get(telegram_id=-1)).state is ChatState.UNSUBSCRIBED
    assert await owed_chats() == [4001, -1001, -1001]  # the same card: one message settles both


# --- dumps ---------------------------------------------------------------------------------------


async def rows(what: str) -> list[dump.Row]:
    return [row async for row in dump.DUMPS[what]()]


async def test_dumps_show_everything_with_exact_numbers(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": "2.5", "B": 100})
    order = await make_order(take_in, [line("A", "3.5"), line("X", 1)], "77")
    await sell(await make_order(take_in, [line("B", 10)], "78"), seller)

    first, second = await rows("orders")
    assert first["lines"] == [
        {
            "sku": "A",
            "name": "Product A",
            "quantity": "3.5",
            "reserved": "2.5",
            "amount": "35.00",
            "linked": True,
        },
        {
            "sku": "X",
            "name": "Product X",
            "quantity": "1",
            "reserved": "0",
            "amount": "10.00",
            "linked": False,
        },
    ]
    assert (first["id"], first["external_id"], first["shop"]) == (order.id, "77", "My Shop")
    assert (first["phase"], first["status"], first["total"]) == ("open", "New", "45.00")
    assert (second["phase"], second["status"]) == ("completed", "Completed")
    assert [
        (row["sku"], row["on_hand"], row["reserved"], row["available"])
        for row in await rows("products")
    ] == [("A", "2.5", "2.5", "0"), ("B", "90", "0", "90")]
    (sale,) = await rows("sales")
    assert (sale["order_number"], sale["total"], sale["undone"]) == ("78", "100.00", False)
    assert sale["staff"] == "Олег"
    (sold,) = sale["lines"]
    assert (sold["name"], sold["quantity"], sold["amount"]) == ("Product B", "10", "100.00")
    assert sold["unit_cost"] == "60.00"
    assert [
        (row["sku"], row["kind"], row["on_hand_change"], row["reserved_change"])
        for row in await rows("movements")
    ] == [
        ("A", "count", "2.5", "0"),
        ("B", "count", "100", "0"),
        ("A", "reserve", "0", "2.5"),
        ("B", "reserve", "0", "10"),
        ("B", "sell", "-10", "-10"),
    ]


async def test_dumps_go_on_over_pages(take_in: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "PAGE", 2)
    await stock_up({"A": 50})
    await take_in(*(incoming(str(number), line("A")) for number in range(5)))

    assert [row["external_id"] for row in await rows("orders")] == ["0", "1", "2", "3", "4"]
    assert len(await rows("movements")) == 6


async def test_an_undone_sale_stays_and_is_marked(take_in: Intake, seller: StaffMember) -> None:
    order = await make_order(take_in, [])
    await sell(order, seller)
    await undo.undo(order.id, by=seller)
    await sell(order, seller)

    assert [row["undone"] for row in await rows("sales")] == [True, False]


# --- the check -----------------------------------------------------------------------------------


async def test_every_kind_of_wrong_book_is_found(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 5, "B": 5})
    order = await make_order(take_in, [line("A", 2)])
    canceled = await make_order(take_in, [line("B", 2)], "2")
    sold = await make_order(take_in, [], "3")
    await sell(sold, seller)
    assert await check.differences() == []

    await Product.filter(sku="A").update(on_hand=Decimal("6.5"), reserved=Decimal(3))
    await Order.filter(id=canceled.id).update(phase="canceled", status_id=CANCELED_ID)
    await Sale.all().update(standing_for=None)

    assert await check.differences() == [
        "product A: on_hand is 6.5, but the sum of its movements is 5",
        "product A: reserved is 3, but the sum of its movements is 2",
        "product A: reserved is 3, but what open orders hold is 2",
        "product B: reserved is 2, but what open orders hold is 0",
        f"order {canceled.id} is canceled, yet holds goods",
        f"order {sold.id} is completed; its sale says otherwise",
    ]
    assert (await OrderLine.get(order_id=order.id)).reserved == 2


async def test_health_sees_the_database_and_its_migrations(db: str) -> None:
    assert await health.database_parts() == {"database": True, "migrations": True}


async def test_what_cannot_be_performed_is_not_overdue(take_in: Intake) -> None:
    blocked = await chats.subscribe(2)
    await chats.block(2)
    await take_in(incoming("1"))
    oldest = health._outbox_oldest._value

    await health.measure()
    assert oldest.get() > 0

    await OutboxEffect.exclude(chat_id=blocked.id).update(problem="refused")
    await health.measure()
    assert oldest.get() == 0
