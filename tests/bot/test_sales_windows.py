"""What lists of sales and settling say, whatever people have written."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot import receipts, sales_windows
from bot.i18n import Translator
from bot.keyboards.sales_taps import NOWHERE, Origin, packed_sum, read_sum
from domain.payments import AccountKind
from domain.rights import Role
from models.money import MoneyAccount
from models.sales import Sale, SaleLine, SaleState
from services.sale_lists import (
    AwaitedSums,
    AwaitingSales,
    CurrencySums,
    ReturnedLine,
    ReturnView,
    SalesDay,
    SalesPage,
)
from tests.bot.views import (
    ACTED,
    COMPLETED,
    EN,
    HOSTILE,
    LARGEST_ID,
    NOW,
    UK,
    card_view,
    labels,
    listed_sale,
    receipt_view,
    shown,
    tap_of,
)

SPACE = "\N{NO-BREAK SPACE}"
TODAY = date(2026, 11, 22)
CARD = MoneyAccount(id=2, kind=AccountKind.CARD, name="Card")
LONGEST_ORIGIN = Origin(date.max, start=LARGEST_ID)
LARGEST_SUM = Decimal(10) ** 13 - Decimal("0.01")


def day(*sales: Sale, awaiting: int = 0, has_earlier: bool = False, **page: int) -> SalesDay:
    sums = (CurrencySums("UAH", len(sales), Decimal("1234.5"), Decimal("-20")),) if sales else ()
    return SalesDay(
        page=SalesPage(sales, **page), sums=sums, has_earlier=has_earlier, awaiting=awaiting
    )


# --- lists ----------------------------------------------------------------------------------------


def test_day_with_all_marks() -> None:
    view = day(
        listed_sale(id=4, outstanding=Decimal(1)),
        listed_sale(id=3, number="7", returned=Decimal(70)),
        listed_sale(id=2, number="8", returned=Decimal(870), state=SaleState.RETURNED),
        listed_sale(id=1, number="9", refunded=Decimal(100)),
        awaiting=100,
        has_earlier=True,
        before=0,
        after=99,
    )

    rendered = sales_windows.sales_day(
        view, Origin(TODAY, start=4), EN, role=Role.SELLER, today=TODAY
    )

    assert shown(rendered) == (
        "💵 Sales · today, 22 November\n"
        "4 sales, ₴1,234.50\n"
        "Profit: −₴20.00\n"
        "\n"
        "⏳ awaiting money · ◐ returned in part · ↩️ returned"
    )
    assert labels(rendered.keyboard) == [
        ["⏳ 1234 · Олена Коваль · ₴870.00"],
        ["◐ 7 · Олена Коваль · ₴800.00"],
        ["↩️ 8 · Олена Коваль · ₴0.00"],
        ["9 · Олена Коваль · ₴770.00"],
        ["‹", "›"],
        ["◀ 21 Nov"],
        ["⏳ Awaiting money 99+"],
    ]
    here = f"d{TODAY.toordinal()}"
    assert tap_of(rendered.keyboard, "₴870.00") == f"sr:sh:4:{here}.4"
    assert tap_of(rendered.keyboard, "‹") == f"sl:{here}.0"
    assert tap_of(rendered.keyboard, "›") == f"sl:{here}.2r"
    assert tap_of(rendered.keyboard, "◀ 21 Nov") == f"sl:d{TODAY.toordinal() - 1}.0"


@pytest.mark.parametrize(
    ("shown_day", "t", "title"),
    [
        (TODAY, UK, "💵 Продажі · сьогодні, 22 листопада"),
        (date(2026, 11, 21), UK, "💵 Продажі · субота, 21 листопада"),
        (date(2026, 11, 21), EN, "💵 Sales · Saturday, 21 November"),
        (date(2025, 12, 31), UK, "💵 Продажі · середа, 31 грудня 2025 р."),
        (date(2025, 12, 31), EN, "💵 Sales · Wednesday, 31 December 2025"),
    ],
)
def test_days_are_named(shown_day: date, t: Translator, title: str) -> None:
    rendered = sales_windows.sales_day(day(), Origin(shown_day), t, role=Role.OWNER, today=TODAY)

    assert shown(rendered).split("\n")[0] == title


def test_a_past_day_leads_to_the_next_and_a_packer_sees_no_profit() -> None:
    yesterday = TODAY - timedelta(days=1)

    rendered = sales_windows.sales_day(
        day(listed_sale()), Origin(yesterday), UK, role=Role.PACKER, today=TODAY
    )

    assert shown(rendered).split("\n")[1:] == [f"1 продаж, 1{SPACE}234,50{SPACE}₴"]
    assert labels(rendered.keyboard)[1:] == [["22 лист. ▶"]]


def test_sums_of_several_currencies_stand_apart() -> None:
    view = replace(
        day(listed_sale()),
        sums=(
            CurrencySums("PLN", 1, Decimal(5), Decimal(1)),
            CurrencySums("UAH", 5, Decimal(7), Decimal(2)),
        ),
    )

    rendered = sales_windows.sales_day(view, Origin(TODAY), UK, role=Role.OWNER, today=TODAY)

    assert shown(rendered).split("\n")[1:] == [
        f"1 продаж, 5,00{SPACE}PLN",
        f"Прибуток: 1,00{SPACE}PLN",
        f"5 продажів, 7,00{SPACE}₴",
        f"Прибуток: 2,00{SPACE}₴",
    ]


def test_awaiting_names_what_is_missing_and_since_when() -> None:
    view = AwaitingSales(
        SalesPage((listed_sale(outstanding=Decimal("12.5")),), before=None, after=5),
        (AwaitedSums("UAH", 21, Decimal(300)),),
    )

    rendered = sales_windows.awaiting(view, Origin(is_awaiting=True), EN, today=TODAY)

    assert shown(rendered) == "⏳ Awaiting money\n21 sales, ₴300.00"
    assert labels(rendered.keyboard) == [
        ["⏳ 1234 · Олена Коваль · ₴12.50 · 22 Nov"],
        ["›"],
        ["⬅️ Back"],
    ]
    assert tap_of(rendered.keyboard, "›") == "sl:w.5"
    nobody = sales_windows.awaiting(
        AwaitingSales(SalesPage(()), ()), Origin(is_awaiting=True), EN, today=TODAY
    )
    assert shown(nobody) == "⏳ Awaiting money\nNo money is awaited."


@pytest.mark.parametrize("t", [EN, UK])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_make_receipts_and_lists_that_telegram_takes(
    t: Translator, hostile: str
) -> None:
    own = MoneyAccount(id=LARGEST_ID, kind=AccountKind.OWN, name=f"A{hostile}")
    contact = ("customer_name", "phone", "email", "waybill_number", "note")
    delivery = ("delivery_method", "delivery_city", "delivery_address")
    view = receipt_view(
        card_view(COMPLETED, number=hostile, undo_until=ACTED + timedelta(seconds=60)),
        id=LARGEST_ID,
        returned=Decimal(1),
        outstanding=LARGEST_SUM,
        refunded=Decimal(1),
        fees=Decimal(1),
        **dict.fromkeys((*contact, *delivery), hostile),
    )
    goods = [ReturnedLine(hostile, Decimal("0.001"), is_written_off=True)] * 200
    told = [ReturnView(ACTED, hostile, Decimal(1), tuple(goods))] * 9
    lines = [
        SaleLine(name=hostile, quantity=Decimal("0.001"), amount=LARGEST_SUM, discount=LARGEST_SUM)
    ] * 200
    view = replace(view, lines=tuple(lines), money=((own, LARGEST_SUM),) * 9, seller=hostile)

    shown(receipts.receipt(view, t, now=NOW, returns=told, role=Role.OWNER, origin=LONGEST_ORIGIN))
    for amount in (None, LARGEST_SUM):
        shown(sales_windows.settle(view, [own] * 120, t, amount=amount, origin=LONGEST_ORIGIN))
    shown(sales_windows.ask_settled(view, t, origin=LONGEST_ORIGIN, problem="?" * 200))
    listed = [
        listed_sale(
            id=LARGEST_ID,
            number=hostile,
            customer_name=hostile,
            outstanding=LARGEST_SUM,
            returned=Decimal(1),
            total=LARGEST_SUM,
        )
    ] * 8
    page = SalesPage(tuple(listed), LARGEST_ID, LARGEST_ID)
    listing = replace(day(*listed, awaiting=100, has_earlier=True), page=page)
    shown(sales_windows.sales_day(listing, Origin(TODAY), t, role=Role.OWNER, today=TODAY))
    sums = (AwaitedSums("UAH", 8, LARGEST_SUM),)
    waiting = Origin(is_awaiting=True, start=LARGEST_ID)
    shown(sales_windows.awaiting(AwaitingSales(page, sums), waiting, t, today=TODAY))


# --- settling -------------------------------------------------------------------------------------


def test_settling_carries_what_was_outstanding_and_the_part() -> None:
    view = receipt_view(outstanding=Decimal("870.5"))

    whole = sales_windows.settle(view, [CARD], EN, origin=Origin(TODAY))
    part = sales_windows.settle(view, [CARD], EN, amount=Decimal("0.36"), origin=NOWHERE)

    assert shown(whole).split("\n")[-4:] == [
        "Awaiting money: COD ₴870.00",
        "",
        "All ₴870.50",
        "Which account received the money?",
    ]
    assert "₴0.36 of ₴870.50" in shown(part)
    assert labels(whole.keyboard) == [["Card"], ["✏️ Other sum"], ["⬅️ Back"]]
    expected = packed_sum(Decimal("870.5"))
    assert tap_of(whole.keyboard, "Card") == f"ss:1:2:{expected}::d{TODAY.toordinal()}.0"
    assert tap_of(part.keyboard, "Card") == f"ss:1:2:{expected}:10:"


@pytest.mark.parametrize("amount", ["0", "0.01", "0.36", "1234.56", str(LARGEST_SUM)])
def test_sums_come_back_from_buttons_as_they_were(amount: str) -> None:
    assert read_sum(packed_sum(Decimal(amount))) == Decimal(amount)


@pytest.mark.parametrize(
    "origin",
    [NOWHERE, Origin(TODAY), LONGEST_ORIGIN, Origin(is_awaiting=True, start=LARGEST_ID)],
)
def test_origins_come_back_as_they_were(origin: Origin) -> None:
    assert Origin.read(origin.pack()) == origin
    assert len(origin.pack()) <= 15


@pytest.mark.parametrize("packed", ["", "x", "d", "d0.0", "d1", "d99999999999.0", "w.", "w.-", "%"])
def test_what_is_no_origin_leads_nowhere(packed: str) -> None:
    assert Origin.read(packed) == NOWHERE
