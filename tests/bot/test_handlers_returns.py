"""Return in the private chat: which goods, in what state, how much money, and its undo."""

import asyncio
from decimal import Decimal

from domain.orders import Phase
from domain.payments import AccountKind
from models.money import MoneyAccount
from models.orders import Order
from models.sales import Sale, SaleReturn, SaleState
from sandbox.telegram import Message, User
from services import check, drafts, money, returns, sales
from tests.bot.conftest import Scene
from tests.factories import incoming, line, numbers, sell, stock_up


async def sold(scene: Scene, *, by: User) -> Sale:
    """Three of A and one of B at 10 each, less 4, and 70 for the delivery: 106, in cash."""
    await scene.intake(
        incoming(
            "1234",
            line("A", 3),
            line("B", 1),
            discount=Decimal(4),
            delivery_cost=Decimal(70),
            total=Decimal(106),
        )
    )
    order = await Order.get(external_id="1234")
    member = await scene.member(by)
    await drafts.open_window(order.id, by=member)
    cash = await MoneyAccount.get(kind=AccountKind.CASH)
    await drafts.choose_account(order.id, cash.id, by=member)
    return await sales.add_sale(order.id, by=member)


async def shows(scene: Scene, message: Message, *parts: str, button: str = "") -> None:
    """Wait until the message says all this, and has such a button."""

    def is_so() -> bool:
        return all(part in message.text for part in parts) and any(
            button in label for label in labels(message)
        )

    await scene.telegram.wait_for(is_so, timeout=15)


def labels(message: Message) -> list[str]:
    return [label for row in message.buttons for label in row]


async def begin(scene: Scene, who: User) -> Message:
    """The return's screen, opened from the order's card."""
    label = "Return" if who is scene.seller else "Повернення"
    card = await scene.message(who.chat, button=label)
    await scene.tap(who, card, label)
    return await scene.message(who.chat, "1234", button="✏️")


async def test_card_offers_it_only_for_what_was_sold(scene: Scene) -> None:
    order = await scene.new_order(("A", 1), number="1234")
    card = await scene.message(scene.seller.chat, "Order 1234", button="Confirm")
    assert not any("Return" in label for label in labels(card))

    await sell(order, await scene.member(scene.seller))

    card = await scene.message(scene.seller.chat, "Order 1234", button="Return")
    assert card.buttons == [["🕘 History", "📥 Return"], ["↩️ Undo"]]


async def test_all_comes_back_by_default(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)

    screen = await begin(scene, scene.seller)
    assert screen.text.split("\n") == [
        "📥 Return for order 1234",
        "👤 Олена Коваль",
        "What comes back:",
        "1. Product A × 3 — ₴27.00",
        "2. Product B × 1 — ₴9.00",
        "Goods, less the sale's discount, ₴36.00",
        "Delivery, fees and earlier refunds ₴70.00",
        "Money back ₴106.00",
        "From the account: As it was paid",
    ]
    assert screen.buttons == [
        ["📦 Product A × 3"],
        ["📦 Product B × 1"],
        ["✏️ Other sum", "💰 Account"],
        ["📥 Return goods"],
        ["⬅️ Back"],
    ]
    await scene.tap(scene.seller, screen, "Return goods")

    await shows(
        scene,
        screen,
        "All of it was returned.",
        "Total ₴106.00\n📥 Returned −₴106.00",
        " · Oleh\n\N{EM SPACE}Product A × 3\n\N{EM SPACE}Product B × 1\nLeft ₴0.00",
        "Receipt of money: Cash ₴0.00",
        "Profit: ₴0.00",
        button="Undo",
    )
    assert not any("Return" in label for label in labels(screen))
    assert (await Sale.get(id=sale.id)).state is SaleState.RETURNED
    assert (await Order.get(id=sale.order_id)).phase is Phase.REFUSED
    assert await numbers("A") == ("5", "0")
    assert await check.differences() == []


async def test_a_part_comes_back_written_off_for_another_sum_from_another_account(
    scene: Scene,
) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)

    await scene.tap(scene.seller, screen, "Product A")
    await shows(scene, screen, "Product A\nSold 3\nComes back 3, ₴27.00\n📦 goes to stock")
    await scene.tap(scene.seller, screen, "➖")
    await shows(scene, screen, "Comes back 2, ₴18.00")
    await scene.tap(scene.seller, screen, "Write off")
    await shows(scene, screen, "🗑 to be written off", button="✓ 🗑 Write off")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "of 3 · 🗑 to be written off", "Money back ₴27.00")
    await scene.tap(scene.seller, screen, "Product B")
    await scene.tap(scene.seller, screen, "Not returned")
    await shows(scene, screen, "Comes back 0, ₴0.00")
    await scene.tap(scene.seller, screen, "Back")
    await shows(scene, screen, "not returned", "Money back ₴18.00", button="✖️ Product B")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that goes back")
    await scene.seller.send("15,50")
    await shows(scene, screen, "Money back ₴15.50 · typed")
    await scene.tap(scene.seller, screen, "Account")
    await shows(scene, screen, "Which account does the money go back from?", button="✓ As it")
    assert not any("COD" in label or "Unpaid" in label for label in labels(screen))
    await scene.tap(scene.seller, screen, "Card")
    await shows(scene, screen, "From the account: Card", button="Return goods")
    await scene.tap(scene.seller, screen, "Return goods")

    await shows(
        scene,
        screen,
        "Total ₴106.00\n📥 Returned −₴15.50",
        "Product A × 2 · 🗑 written off\nLeft ₴90.50",
        "Receipt of money: Cash ₴106.00 · Card −₴15.50",
        button="Return",
    )
    assert (await Order.get(id=sale.order_id)).phase is Phase.COMPLETED
    assert await numbers("A") == ("2", "0")
    assert (await Sale.get(id=sale.id)).returned == Decimal("15.50")
    assert await check.differences() == []


async def test_typed_quantity_and_sum_are_explained_when_they_cannot_be(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Product A")
    await shows(scene, screen, "Comes back 3", button="➖")
    await scene.tap(scene.seller, screen, "3")
    await shows(scene, screen, "Type how many came back.")

    for typed, problem in (
        ("<b>two</b>", "is not a quantity"),
        ("0", "tap Not returned"),
        ("1.5", "counted in whole pieces"),
        ("4", "at most 3"),
    ):
        await scene.seller.send(typed)
        await shows(scene, screen, "Type how many came back.", problem)
    await scene.seller.send("/nonsense")
    await shows(scene, screen, "Please answer with a text")
    await scene.seller.send("2")
    await shows(scene, screen, "Comes back 2, ₴18.00", button="➖")
    await scene.tap(scene.seller, screen, "Back")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that goes back")
    for typed, problem in (("1000", "at most ₴106.00"), ("-1", "cannot be negative")):
        await scene.seller.send(typed)
        await shows(scene, screen, "Type the sum that goes back", problem)
    await scene.seller.send("0")

    await shows(scene, screen, "Money back ₴0.00 · typed", button="Return goods")
    await scene.tap(scene.seller, screen, "Other sum")
    await scene.tap(scene.seller, screen, "As the goods cost")
    await shows(scene, screen, "Money back ₴27.00", button="Return goods")
    assert "typed" not in screen.text


async def test_a_measured_line_takes_fractions(scene: Scene) -> None:
    await stock_up({"C": "9.5"})
    order = await scene.new_order(("C", "2.5"))
    await sell(order, await scene.member(scene.seller))
    screen = await begin(scene, scene.seller)

    await scene.tap(scene.seller, screen, "Product C")
    await shows(scene, screen, "Comes back 2.5", button="➖")
    await scene.tap(scene.seller, screen, "➖")
    await shows(scene, screen, "Comes back 1.5")
    await scene.tap(scene.seller, screen, "1.5")
    await shows(scene, screen, "Type how much came back, for example 1.5.")
    await scene.seller.send("0,75")

    await shows(scene, screen, "Comes back 0.75, ₴7.50")
    await scene.tap(scene.seller, screen, "➖")
    await shows(scene, screen, "Comes back 0, ₴0.00")
    await scene.tap(scene.seller, screen, "➕")
    await shows(scene, screen, "Comes back 1, ₴10.00")


async def test_nothing_chosen_is_no_return(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    for name in ("Product A", "Product B"):
        await scene.tap(scene.seller, screen, name)
        await scene.tap(scene.seller, screen, "Not returned")
        await scene.tap(scene.seller, screen, "Back")
        await shows(scene, screen, button=f"✖️ {name}")

    answer = await scene.tap(scene.seller, screen, "Return goods")

    assert answer.show_alert
    assert "nothing to return" in answer.text
    assert "What comes back:" in screen.text
    assert (await Sale.get(id=sale.id)).returned == 0
    assert await numbers("A") == ("2", "0")


async def test_nobody_returns_unseen(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    theirs = await begin(scene, scene.owner)
    assert await SaleReturn.all().count() == 1
    await scene.tap(scene.owner, theirs, "Product A")
    await scene.tap(scene.owner, theirs, "➖")
    await shows(scene, theirs, "Повертається 2")

    answer = await scene.tap(scene.seller, screen, "Return goods")

    assert answer.show_alert
    assert "The return has changed" in answer.text
    assert (await Sale.get(id=sale.id)).returned == 0
    await shows(scene, screen, "Money back ₴27.00")
    await scene.tap(scene.seller, screen, "Return goods")
    await shows(scene, screen, "Returned −₴27.00")
    assert await numbers("A") == ("4", "0")


async def test_of_two_who_return_at_once_one_does(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    mine = await begin(scene, scene.seller)
    theirs = await begin(scene, scene.owner)

    answers = await asyncio.gather(
        scene.tap(scene.seller, mine, "Return goods"),
        scene.tap(scene.owner, theirs, "Повернути товари"),
    )

    assert sorted(bool(answer.show_alert) for answer in answers) == [False, True]
    assert (await Sale.get(id=sale.id)).returned == 106
    assert await numbers("A") == ("5", "0")
    await shows(scene, mine, "All of it was returned.")
    await shows(scene, theirs, "Усе повернуто.")
    assert await check.differences() == []


async def test_back_drops_it(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)

    await scene.tap(scene.seller, screen, "Back")

    await shows(scene, screen, "Added by Oleh", button="Return")
    assert not await SaleReturn.exists()
    assert (await Sale.get(id=sale.id)).returned == 0


async def test_undo_takes_the_return_back(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Return goods")
    await shows(scene, screen, "All of it was returned.", button="Undo")

    await scene.tap(scene.seller, screen, "Undo")

    await shows(scene, screen, "Receipt of money: Cash ₴106.00", button="Return")
    assert "Returned" not in screen.text
    sale = await Sale.get(id=sale.id)
    assert (sale.state, sale.returned) == (SaleState.STANDING, Decimal(0))
    assert (await Order.get(id=sale.order_id)).phase is Phase.COMPLETED
    assert await numbers("A") == ("2", "0")
    assert await check.differences() == []


async def test_two_quick_taps_count_twice(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Product A")
    await shows(scene, screen, "Comes back 3", button="➖")

    await asyncio.gather(*(scene.tap(scene.seller, screen, "➖") for _ in range(2)))

    (draft,) = await SaleReturn.all()
    content = await returns.content(draft.id)
    assert content.items[0].quantity == 1


async def test_restart_in_the_middle_of_a_question(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that goes back")

    await scene.restart()
    await scene.seller.send("50")

    await shows(scene, screen, "Money back ₴50.00 · typed")


async def test_question_moves_below_cards_that_came_meanwhile(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that goes back")
    await scene.new_order(("A", 1), number="5555")
    await scene.message(scene.seller.chat, "Order 5555")

    await scene.seller.send("many")
    moved = await scene.message(scene.seller.chat, "is not a sum")
    await scene.seller.send("50")

    await shows(scene, moved, "Money back ₴50.00 · typed")
    assert moved is not screen
    assert screen.deleted


async def test_stale_buttons_show_the_receipt(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await returns.drop(
        (await SaleReturn.get(sale_id=sale.id)).id, by=await scene.member(scene.seller)
    )

    answer = await scene.tap(scene.seller, screen, "Return goods")

    assert answer.show_alert
    assert "This return is over" in answer.text
    await shows(scene, screen, "Added by Oleh", button="Return")
    assert (await Sale.get(id=sale.id)).returned == 0


async def test_answer_after_the_return_was_done_elsewhere(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that goes back")
    draft = await SaleReturn.get(sale_id=sale.id)
    await returns.complete(draft.id, by=await scene.member(scene.owner))

    await scene.seller.send("50")

    await scene.message(scene.seller.chat, "This return is over")
    await shows(scene, screen, "All of it was returned.")


async def test_stale_card_says_who_was_faster(scene: Scene) -> None:
    sale = await sold(scene, by=scene.seller)
    card = await scene.message(scene.seller.chat, "Order 1234", button="Return")
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Return goods")
    await shows(scene, screen, "All of it was returned.")
    await scene.settled()
    before = len(scene.seller.chat.messages)
    stale = next(
        button
        for revision in reversed(card.edits)
        for row in (revision.reply_markup or {}).get("inline_keyboard", [])
        for button in row
        if "Return" in button["text"]
    )

    answer = await scene.seller.tap_button(card, stale, timeout=15)

    assert answer.show_alert
    assert "already took the goods back" in answer.text
    assert len(scene.seller.chat.messages) == before
    assert (await Sale.get(id=sale.id)).returned == 106


async def test_group_leads_to_the_private_chat(scene: Scene) -> None:
    group = scene.telegram.add_group(id=-77, title="Shop", members=[scene.owner, scene.seller])
    await scene.owner.send("/here@kramar_demo_bot", in_chat=group)
    await scene.message(group, "Нові замовлення")
    sale = await sold(scene, by=scene.seller)
    card = await scene.message(group, "1234", button="Повернення")

    answer = await scene.tap(scene.seller, card, "Повернення")

    assert answer.url == f"https://t.me/kramar_demo_bot?start=return_{sale.order_id}"
    assert not await SaleReturn.exists()
    await scene.seller.follow(answer)
    await scene.message(scene.seller.chat, "Return for order 1234", button="Return goods")
    assert await SaleReturn.filter(sale_id=sale.id).count() == 1


async def test_cancel_leaves_the_question_and_the_return(scene: Scene) -> None:
    await sold(scene, by=scene.seller)
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Product A")
    await shows(scene, screen, "Comes back 3", button="➖")
    await scene.tap(scene.seller, screen, "3")
    await shows(scene, screen, "Type how many came back.")

    await scene.seller.send("/cancel")

    await scene.message(scene.seller.chat, "Left as it was.")
    await shows(scene, screen, "Comes back 3", button="➖")
    await scene.tap(scene.seller, screen, "Back")
    await scene.tap(scene.seller, screen, "Other sum")
    await shows(scene, screen, "Type the sum that goes back")
    await scene.seller.send("/cancel")
    await shows(scene, screen, "Money back ₴106.00", button="Return goods")


async def test_money_that_was_only_promised_goes_back_as_a_promise(scene: Scene) -> None:
    order = await scene.new_order(("A", 2), payment_method="cod")
    await sell(order, await scene.member(scene.seller))
    screen = await begin(scene, scene.seller)
    await scene.tap(scene.seller, screen, "Product A")
    await scene.tap(scene.seller, screen, "➖")
    await shows(scene, screen, "Comes back 1")
    await scene.tap(scene.seller, screen, "Back")
    await scene.tap(scene.seller, screen, "Return goods")

    await shows(scene, screen, "Left ₴10.00", "Receipt of money: COD ₴10.00", button="Settle")
    cod = await MoneyAccount.get(kind=AccountKind.COD)
    assert await money.balance(cod.id, "UAH") == 10
