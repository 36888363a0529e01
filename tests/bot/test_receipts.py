"""What the receipt of a sale says, and what can be done from it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bot import receipts
from bot.keyboards.sales_taps import NOWHERE, Origin
from domain.payments import AccountKind
from domain.rights import Role
from models.money import MoneyAccount
from models.orders import EventKind
from models.sales import SaleState
from services.sale_lists import (
    ReturnedLine,
    ReturnView,
)
from services.sale_views import ReceiptView
from tests.bot.views import (
    ACTED,
    CANCELED,
    COD,
    COMPLETED,
    EN,
    LARGEST_ID,
    NEW,
    NOW,
    REFUSED,
    UK,
    card_view,
    event,
    labels,
    receipt_view,
    shown,
    tap_of,
)

SPACE = "\N{NO-BREAK SPACE}"
TODAY = date(2026, 11, 22)
CARD = MoneyAccount(id=2, kind=AccountKind.CARD, name="Card")
LONGEST_ORIGIN = Origin(date.max, start=LARGEST_ID)
LARGEST_SUM = Decimal(10) ** 13 - Decimal("0.01")


def returned(amount: str = "10", *lines: ReturnedLine) -> ReturnView:
    goods = lines or (ReturnedLine("Чохол", Decimal(1), is_written_off=False),)
    return ReturnView(ACTED, "Олег", Decimal(amount), goods)


def test_receipt_adds_up_in_ukrainian() -> None:
    view = receipt_view(
        refunded=Decimal(20),
        returned=Decimal("300.50"),
        outstanding=Decimal(100),
        cost=Decimal(400),
        returned_cost=Decimal(100),
        fees=Decimal(5),
        total=Decimal(875),
        email="olena@example.com",
        delivery_method="Нова пошта",
        delivery_city="Київ",
        delivery_address="Відділення №12",
        waybill_number="20450000000000",
        note="Крихке",
    )
    first, second = view.lines
    first.discount = Decimal(14)
    view = replace(view, money=((CARD, Decimal("454.5")), (COD, Decimal(100))))
    back = returned(
        "300.5",
        ReturnedLine("Чохол «Синій»", Decimal(1), is_written_off=True),
        ReturnedLine("Скло захисне", Decimal("0.5"), is_written_off=False),
    )

    text = shown(
        receipts.receipt(view, UK, now=NOW, returns=[back], role=Role.OWNER, origin=Origin(TODAY))
    )

    assert text.split("\n") == [
        "✅ Продаж за замовленням 1234",
        "Хто додав: Олег, 22 лист., 14:09",
        "👤 Олена Коваль",
        "📞 +380671234567",
        "✉️ olena@example.com",
        "🚚 Нова пошта · Київ, Відділення №12",
        f"1. Чохол «Синій» × 2 — 700,00{SPACE}₴",
        f"\N{EM SPACE}знижка 14,00{SPACE}₴",
        f"2. Скло захисне × 1 — 150,00{SPACE}₴",
        f"Доставка 70,00{SPACE}₴ · Збори 5,00{SPACE}₴ · Знижка −50,00{SPACE}₴",
        f"Разом 875,00{SPACE}₴",
        f"Повернуто на сайті −20,00{SPACE}₴",
        f"📥 Повернуто −300,50{SPACE}₴ · 22 лист., 14:09 · Олег",
        "\N{EM SPACE}Чохол «Синій» × 1 · 🗑 списано",
        "\N{EM SPACE}Скло захисне × 0,5",
        f"Залишилось 554,50{SPACE}₴",
        "",
        "Канал продажу: My Shop",
        f"Надходження грошей: Картка 454,50{SPACE}₴ · Накладений платіж 100,00{SPACE}₴",
        f"Прибуток: 184,50{SPACE}₴",
        "ТТН: 20450000000000",
        "Примітка: Крихке",
    ]
    assert second.discount == 0


def test_packer_sees_no_profit_on_a_receipt() -> None:
    assert "Profit" in shown(receipts.receipt(receipt_view(), EN, now=NOW, role=Role.SELLER))
    assert "Profit" not in shown(receipts.receipt(receipt_view(), EN, now=NOW, role=Role.PACKER))


def test_older_returns_are_one_sum_and_long_ones_are_cut() -> None:
    many = [ReturnedLine(f"P{at}", Decimal(1), is_written_off=False) for at in range(6)]
    told = [returned("1"), returned("2"), returned("3"), returned("4"), returned("5", *many)]
    view = receipt_view(returned=Decimal(15))

    lines = shown(receipts.receipt(view, EN, now=NOW, returns=told)).split("\n")

    assert lines[lines.index("Total ₴870.00") + 1 :][:12] == [
        "📥 Returned earlier −₴3.00",
        "📥 Returned −₴3.00 · 22 Nov, 14:09 · Олег",
        "\N{EM SPACE}Чохол × 1",
        "📥 Returned −₴4.00 · 22 Nov, 14:09 · Олег",
        "\N{EM SPACE}Чохол × 1",
        "📥 Returned −₴5.00 · 22 Nov, 14:09 · Олег",
        "\N{EM SPACE}P0 × 1",
        "\N{EM SPACE}P1 × 1",
        "\N{EM SPACE}P2 × 1",
        "\N{EM SPACE}and 3 more",
        "Left ₴855.00",
        "",
    ]


def test_many_accounts_are_summed_up() -> None:
    own = [
        (MoneyAccount(id=200 + at, kind=AccountKind.OWN, name=f"A{at}"), Decimal(at))
        for at in range(1, 9)
    ]

    text = shown(receipts.receipt(replace(receipt_view(), money=tuple(own)), EN, now=NOW))

    assert "Receipt of money: A1 ₴1.00 · A2 ₴2.00" in text
    assert "A4 ₴4.00 · others ₴26.00\n" in text


def receipt_labels(view: ReceiptView, origin: Origin = NOWHERE) -> list[list[str]]:
    rendered = receipts.receipt(view, EN, now=NOW, role=Role.SELLER, origin=origin)
    return labels(rendered.keyboard)


def test_buttons_of_a_receipt_follow_its_state() -> None:
    undo_until = ACTED + timedelta(seconds=60)
    below = ["🕘 History", "🗂 Order"]
    awaited = receipt_view(outstanding=Decimal(1))
    assert receipt_labels(awaited, Origin(TODAY)) == [
        ["↩️ Undo"],
        ["📥 Return", "💵 Settle"],
        ["📄 Waybill"],
        below,
        ["⬅️ Back"],
    ]
    late = receipt_view(card_view(COMPLETED))
    assert receipt_labels(late) == [["📥 Return"], ["📄 Waybill"], below]
    undone = receipt_view(card_view(undo_until=undo_until), state=SaleState.UNDONE)
    assert receipt_labels(undone) == [below]
    came_back = card_view(
        REFUSED, last_event=event(EventKind.RETURNED, to_status=REFUSED), undo_until=undo_until
    )
    assert receipt_labels(receipt_view(came_back, state=SaleState.RETURNED)) == [
        ["↩️ Undo"],
        below,
    ]


def test_a_packer_is_offered_to_look_and_nothing_else() -> None:
    awaited = receipt_view(outstanding=Decimal(1))

    rendered = receipts.receipt(awaited, EN, now=NOW, role=Role.PACKER)

    assert labels(rendered.keyboard) == [["🕘 History", "🗂 Order"]]


def test_undo_of_a_later_sale_is_not_on_the_receipt_of_one_that_came_back() -> None:
    sold_anew = card_view(
        COMPLETED,
        last_event=event(EventKind.COMPLETED, to_status=COMPLETED),
        undo_until=ACTED + timedelta(seconds=60),
    )

    assert receipt_labels(receipt_view(sold_anew, state=SaleState.RETURNED)) == [
        ["🕘 History", "🗂 Order"]
    ]


def test_receipt_can_be_undone_for_a_minute() -> None:
    rendered = receipts.receipt(receipt_view(), EN, now=NOW, role=Role.SELLER)

    assert shown(rendered) == (
        "✅ Sale for order 1234\n"
        "Added by Олег, 22 Nov, 14:09\n"
        "👤 Олена Коваль\n"
        "📞 +380671234567\n"
        "1. Чохол «Синій» × 2 — ₴700.00\n"
        "2. Скло захисне × 1 — ₴150.00\n"
        "Delivery ₴70.00 · Discount −₴50.00\n"
        "Total ₴870.00\n"
        "\n"
        "Sales channel: My Shop\n"
        "Receipt of money: COD ₴870.00\n"
        "Profit: ₴800.00\n"
        "Waybill: none"
    )
    assert tap_of(rendered.keyboard, "Undo") == "sr:un:1:"
    late = receipts.receipt(receipt_view(), EN, now=ACTED + timedelta(seconds=60), role=Role.SELLER)
    assert "↩️ Undo" not in [each for row in labels(late.keyboard) for each in row]


def test_undone_sale_says_so() -> None:
    view = replace(receipt_view(card_view(NEW), state=SaleState.UNDONE), money=())

    lines = shown(receipts.receipt(view, EN, now=NOW, role=Role.OWNER)).splitlines()

    assert lines[2] == "This sale was undone."
    assert lines[-2:] == ["Receipt of money: COD", "Waybill: none"]


def test_old_receipt_of_an_order_whose_later_step_can_be_undone_offers_no_undo() -> None:
    rejected_since = card_view(CANCELED, undo_until=NOW + timedelta(seconds=30))

    rendered = receipts.receipt(receipt_view(rejected_since, state=SaleState.UNDONE), EN, now=NOW)

    assert labels(rendered.keyboard) == [["🕘 History", "🗂 Order"]]
