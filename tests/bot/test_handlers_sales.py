"""Sales in the private chat: the day's list, those awaiting money, a receipt, and settling."""

import asyncio
from datetime import timedelta
from decimal import Decimal

from tortoise.timezone import now

from domain.payments import AccountKind
from domain.rights import Role
from models.money import MoneyAccount, MoneyEntry
from models.orders import EventKind, Order, OrderEvent
from models.sales import Sale
from models.staff import StaffMember
from sandbox.telegram import Message, User
from services import check, money, undo
from tests.bot.conftest import Scene
from tests.factories import incoming, line, numbers, sell


async def sold(scene: Scene, number: str = "1234", *, pieces: int = 1, by: User) -> Sale:
    """A sale of so many pieces of A, at 10 each, added now; its money is awaited."""
    order = await scene.new_order(("A", pieces), number=number)
    await sell(order, await scene.member(by))
    return await Sale.get(standing_for=order.id)


async def open_sales(scene: Scene, who: User, command: str = "/sales", title: str = "") -> Message:
    """The newest list of the day."""
    before = len(who.chat.messages)
    await who.send(command)
    title = title or ("Sales · today" if who is scene.seller else "Продажі · сьогодні")

    def newest() -> Message | None:
        found = [each for each in who.chat.messages[before:] if title in each.text]
        return found[-1] if found else None

    message: Message = await scene.telegram.wait_for(newest, timeout=15)
    return message


async def shows(scene: Scene, message: Message, *parts: str) -> None:
    """Wait until the message says all this."""
    await scene.telegram.wait_for(lambda: all(part in message.text for part in parts), timeout=15)


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def open_receipt(scene: Scene, who: User, number: str = "1234") -> Message:
    screen = await open_sales(scene, who)
    await scene.tap(who, screen, number)
    await shows(scene, screen, number, "Added by" if who is scene.seller else "Хто додав")
    return screen


async def account(kind: AccountKind) -> MoneyAccount:
    return await MoneyAccount.get(kind=kind)


# --- lists ----------------------------------------------------------------------------------------


async def test_today_is_listed_with_its_sums(scene: Scene) -> None:
    await sold(scene, "7001", pieces=1, by=scene.seller)
    await sold(scene, "7002", pieces=2, by=scene.owner)

    screen = await open_sales(scene, scene.seller)

    assert "2 sales, ₴30.00\nProfit: −₴150.00" in screen.text  # a piece costs 60
    assert screen.buttons == [
        ["⏳ 7002 · Олена Коваль · ₴20.00"],
        ["⏳ 7001 · Олена Коваль · ₴10.00"],
        ["⏳ Awaiting money 2"],
    ]


async def test_the_menu_opens_it_in_both_languages(scene: Scene) -> None:
    await sold(scene, by=scene.seller)

    english = await open_sales(scene, scene.seller, "Sales")
    ukrainian = await open_sales(scene, scene.owner, "Продажі")

    assert "1 sale, " in english.text
    assert "1 продаж, 10,00\N{NO-BREAK SPACE}₴\nПрибуток: " in ukrainian.text
    assert "⏳ Очікуємо гроші 1" in labels(ukrainian)


async def test_a_day_without_sales_says_so(scene: Scene) -> None:
    screen = await open_sales(scene, scene.seller)

    assert "No sales on this day." in screen.text
    assert screen.buttons == []


async def test_a_packer_sees_no_profit(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    await StaffMember.filter(telegram_id=scene.seller.id).update(role=Role.PACKER)

    screen = await open_sales(scene, scene.seller)
    assert "1 sale, ₴10.00" in screen.text
    assert "rofit" not in screen.text
    await scene.tap(scene.seller, screen, "1234")

    await shows(scene, screen, "Added by")
    assert "rofit" not in screen.text


async def test_pages_turn_and_back_leads_to_the_same_page(scene: Scene) -> None:
    await scene.settled()
    for number in range(8001, 8019):
        order = await scene.new_order(("B", 1), number=str(number))
        await sell(order, await scene.member(scene.seller), accept_shortage=True)
    screen = await open_sales(scene, scene.seller)

    def numbers_shown() -> list[str]:
        return [label.split()[1] for label in labels(screen) if label.startswith("⏳ 80")]

    assert "18 sales, ₴180.00" in screen.text
    assert numbers_shown() == [str(number) for number in range(8018, 8010, -1)]
    assert "‹" not in labels(screen)
    await scene.tap(scene.seller, screen, "›")
    await scene.telegram.wait_for(lambda: "‹" in labels(screen))
    assert numbers_shown() == [str(number) for number in range(8010, 8002, -1)]
    await scene.tap(scene.seller, screen, "8005")
    await shows(scene, screen, "Sale for order 8005")
    await scene.tap(scene.seller, screen, "Back")

    await shows(scene, screen, "18 sales, ₴180.00")
    assert numbers_shown() == [str(number) for number in range(8010, 8002, -1)]
    await scene.tap(scene.seller, screen, "›")
    await scene.telegram.wait_for(lambda: "›" not in labels(screen))
    assert numbers_shown() == ["8002", "8001"]
    await scene.tap(scene.seller, screen, "‹")
    await scene.telegram.wait_for(lambda: "›" in labels(screen))
    await scene.tap(scene.seller, screen, "‹")
    await scene.telegram.wait_for(lambda: "‹" not in labels(screen))
    assert numbers_shown() == [str(number) for number in range(8018, 8010, -1)]


async def test_days_turn(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    await Sale.filter(id=sale.id).update(at=now() - timedelta(days=1))
    screen = await open_sales(scene, scene.seller)
    assert "No sales on this day." in screen.text
    assert not any("▶" in label for label in labels(screen))

    await scene.tap(scene.seller, screen, "◀")

    await shows(scene, screen, "1 sale, ₴10.00")
    assert not any("◀" in label for label in labels(screen))
    await scene.tap(scene.seller, screen, "1234")
    await shows(scene, screen, "Added by")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "1 sale, ₴10.00")
    await scene.tap(scene.seller, screen, "▶")
    await shows(scene, screen, "No sales on this day.", "today")


async def test_awaited_money_is_listed_oldest_first_whatever_the_day(scene: Scene) -> None:
    old = await sold(scene, "7001", pieces=2, by=scene.seller)
    await Sale.filter(id=old.id).update(at=now() - timedelta(days=40))
    await sold(scene, "7002", by=scene.seller)
    paid = await sold(scene, "7003", by=scene.seller)
    await money.settle(
        paid.id,
        (await account(AccountKind.CARD)).id,
        by=await scene.member(scene.seller),
        expected=Decimal(10),
    )
    screen = await open_sales(scene, scene.seller)

    await scene.tap(scene.seller, screen, "Awaiting money 2")

    await shows(scene, screen, "Awaiting money", "2 sales, ₴30.00")
    assert [label[:6] for label in labels(screen)] == ["⏳ 7001", "⏳ 7002", "⬅️ Bac"]
    await scene.tap(scene.seller, screen, "7001")
    await shows(scene, screen, "Sale for order 7001")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "2 sales, ₴30.00")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "Sales · today")


async def test_nothing_is_said_in_a_group(scene: Scene) -> None:
    group = scene.telegram.add_group(id=-77, title="Shop", members=[scene.owner])
    await scene.owner.send("/here", in_chat=group)
    await scene.message(group, "Нові замовлення")

    await scene.owner.send("/sales@kramar_demo_bot", in_chat=group)
    await open_sales(scene, scene.owner)

    assert not any("Продажі" in message.text for message in group.messages)


# --- a receipt ------------------------------------------------------------------------------------


async def test_receipt_tells_all_of_a_sale(scene: Scene) -> None:
    await scene.intake(
        incoming(
            "1234",
            line("A", 2),
            phone="+380671234567",
            email="olena@example.com",
            delivery_method="Nova Poshta",
            delivery_city="Київ",
            delivery_cost=Decimal(70),
            discount=Decimal(5),
            total=Decimal(85),
        )
    )
    await sell(await Order.get(external_id="1234"), await scene.member(scene.seller))

    screen = await open_receipt(scene, scene.seller)

    assert screen.text.split("\n")[2:] == [
        "👤 Олена Коваль",
        "📞 +380671234567",
        "✉️ olena@example.com",
        "🚚 Nova Poshta · Київ",
        "1. Product A × 2 — ₴20.00",
        "Delivery ₴70.00 · Discount −₴5.00",
        "Total ₴85.00",
        "",
        "Sales channel: My Shop",
        "Receipt of money: Unpaid ₴85.00",
        "Profit: −₴105.00",
        "Waybill: none",
    ]
    assert screen.buttons == [
        ["↩️ Undo"],
        ["📥 Return", "💵 Settle"],
        ["📄 Waybill"],
        ["🕘 History", "🗂 Order"],
        ["⬅️ Back"],
    ]


async def test_history_of_the_order_and_back(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)

    await scene.tap(scene.seller, screen, "History")

    await shows(scene, screen, "History of order 1234", "Oleh: New → Completed")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "Added by Oleh")
    assert "⬅️ Back" in labels(screen)


async def test_the_orders_card_opens_here(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)
    await scene.settled()

    await scene.tap(scene.seller, screen, "Order")

    await scene.message(scene.seller.chat, "Order 1234", "Completed", button="History")
    assert "Added by Oleh" in screen.text


async def test_undo_from_the_list_brings_the_window_back(scene: Scene) -> None:
    sale = await sold(scene, pieces=2, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)

    await scene.tap(scene.seller, screen, "Undo")

    await scene.telegram.wait_for(lambda: "✅ Add sale" in labels(screen), timeout=15)
    assert (await Sale.get(id=sale.id)).is_undone
    assert await numbers("A") == ("5", "2")
    assert await check.differences() == []


async def test_undo_is_for_whoever_sold(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await open_receipt(scene, scene.owner)

    answer = await scene.tap(scene.owner, screen, "Відмінити дію")

    assert answer.show_alert
    assert not (await Sale.get(id=sale.id)).is_undone


async def test_receipt_of_a_sale_undone_elsewhere_says_so(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await open_receipt(scene, scene.owner)
    await undo.undo(sale.order_id, by=await scene.member(scene.seller))

    answer = await scene.tap(scene.owner, screen, "Повернення")

    assert answer.show_alert
    assert "уже не діє" in answer.text
    await shows(scene, screen, "Цей продаж відмінено.")
    assert labels(screen) == ["🕘 Історія", "🗂 Замовлення", "⬅️ Назад"]
    await scene.tap(scene.owner, screen, "Назад")
    await shows(scene, screen, "Цього дня продажів немає.")


# --- settling -------------------------------------------------------------------------------------


async def test_all_of_the_money_is_settled(scene: Scene) -> None:
    sale = await sold(scene, pieces=2, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)

    await scene.tap(scene.seller, screen, "Settle")
    await shows(scene, screen, "All ₴20.00", "Which account received the money?")
    assert screen.buttons == [["Cash", "Card"], ["IBAN"], ["✏️ Other sum"], ["⬅️ Back"]]
    answer = await scene.tap(scene.seller, screen, "Card")

    assert answer.text == "Received: ₴20.00"
    await shows(scene, screen, "Receipt of money: Card ₴20.00")
    assert "💵 Settle" not in labels(screen)
    assert (await Sale.get(id=sale.id)).outstanding == 0
    assert await money.balance((await account(AccountKind.CARD)).id, "UAH") == 20
    assert await money.balance((await account(AccountKind.UNPAID)).id, "UAH") == 0
    assert await check.differences() == []


async def test_a_part_of_the_money_is_settled_by_typing(scene: Scene) -> None:
    sale = await sold(scene, pieces=2, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Settle")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that was received.")

    for typed, problem in (
        ("скільки?", "is not a sum"),
        ("0", "Type a sum above zero."),
        ("-5", "cannot be negative"),
        ("20.01", "at most ₴20.00"),
        ("7.505", "more than two digits"),
    ):
        await scene.seller.send(typed)
        await shows(scene, screen, "Type the sum that was received.", problem)
    await scene.seller.send_file("note.txt", b"x")
    await shows(scene, screen, "Please answer with a text")
    await scene.seller.send("7,50 грн")
    await shows(scene, screen, "₴7.50 of ₴20.00")
    await scene.tap(scene.seller, screen, "Cash")

    await shows(scene, screen, "Receipt of money: Cash ₴7.50 · Unpaid ₴12.50")
    assert "💵 Settle" in labels(screen)
    assert (await Sale.get(id=sale.id)).outstanding == Decimal("12.50")
    written = [each.text for each in scene.seller.chat.messages if each.sender is scene.seller]
    assert written == ["/start", "/sales", ""]  # what was typed is gone, the file is not
    assert await check.differences() == []


async def test_of_two_who_settle_at_once_one_wins(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    mine = await open_receipt(scene, scene.seller)
    theirs = await open_receipt(scene, scene.owner)
    await scene.tap(scene.seller, mine, "Settle")
    await scene.tap(scene.owner, theirs, "Гроші отримано")

    answers = await asyncio.gather(
        scene.tap(scene.seller, mine, "Cash"), scene.tap(scene.owner, theirs, "Картка")
    )

    assert sorted(bool(answer.show_alert) for answer in answers) == [False, True]
    assert await OrderEvent.filter(order_id=sale.order_id, kind=EventKind.SETTLED).count() == 1
    assert (await Sale.get(id=sale.id)).outstanding == 0
    held = {entry.account_id: entry.amount for entry in await MoneyEntry.filter(kind="settle")}
    assert sorted(held.values()) == [-10, 10]
    # The loser sees the receipt as it is now, too.
    await shows(scene, mine, "Receipt of money: C", "₴10.00")
    await shows(scene, theirs, "Надходження грошей: ", "Хто додав")
    for screen in (mine, theirs):
        assert not any("💵" in label for label in labels(screen))


async def test_open_question_survives_a_restart(scene: Scene) -> None:
    await sold(scene, pieces=2, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Settle")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that was received.")

    await scene.restart()
    await scene.seller.send("5")

    await shows(scene, screen, "₴5.00 of ₴20.00")


async def test_cancel_leaves_the_money_awaited(scene: Scene) -> None:
    sale = await sold(scene, pieces=2, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Settle")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum")

    await scene.seller.send("/cancel")

    await scene.message(scene.seller.chat, "Left as it was.")
    await shows(scene, screen, "All ₴20.00")
    assert (await Sale.get(id=sale.id)).outstanding == 20


async def test_receipt_right_after_the_sale_shows_the_profit(scene: Scene) -> None:
    await scene.new_order(("A", 1))
    card = await scene.message(scene.seller.chat, button="Confirm")
    await scene.tap(scene.seller, card, "Confirm")
    window = await scene.message(scene.seller.chat, "1234", button="Add sale")

    await scene.tap(scene.seller, window, "Add sale")

    await shows(scene, window, "Added by Oleh", "Profit: −₴50.00")
    assert "↩️ Undo" in labels(window)


async def test_a_tap_on_the_screen_drops_its_question(scene: Scene) -> None:
    sale = await sold(scene, pieces=2, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Settle")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "All ₴20.00")

    await scene.seller.send("5")

    await scene.message(scene.seller.chat, "Nothing found.")
    assert "All ₴20.00" in screen.text
    assert (await Sale.get(id=sale.id)).outstanding == 20


async def test_answer_to_a_question_that_became_pointless(scene: Scene) -> None:
    sale = await sold(scene, pieces=2, by=scene.seller)
    screen = await open_receipt(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Settle")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum")
    card = await account(AccountKind.CARD)
    owner = await scene.member(scene.owner)
    await money.settle(sale.id, card.id, by=owner, expected=Decimal(20))

    await scene.seller.send("5")

    await scene.message(scene.seller.chat, "This money was received already")
    await shows(scene, screen, "Receipt of money: Card ₴20.00")
