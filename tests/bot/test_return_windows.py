"""What a return that is being put together says, whatever people have written."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot import return_windows
from bot.i18n import Translator
from bot.keyboards.sales_taps import NOWHERE, Origin
from domain.errors import NotFoundError
from domain.payments import AccountKind
from models.money import MoneyAccount
from models.sales import SaleLine, SaleReturn
from services.returns import ReturnContent, ReturnItem
from services.sale_lists import (
    OpenReturn,
)
from tests.bot.views import (
    EN,
    HOSTILE,
    LARGEST_ID,
    UK,
    buttons,
    labels,
    listed_sale,
    shown,
    tap_of,
)

SPACE = "\N{NO-BREAK SPACE}"
TODAY = date(2026, 11, 22)
CARD = MoneyAccount(id=2, kind=AccountKind.CARD, name="Card")
LONGEST_ORIGIN = Origin(date.max, start=LARGEST_ID)
LARGEST_SUM = Decimal(10) ** 13 - Decimal("0.01")


def item(line_id: int = 1, name: str = "Чохол", comes: str = "2", **values: Any) -> ReturnItem:
    """Two sold for 100 each, of which so many come back."""
    usual: dict[str, Any] = {
        "id": line_id,
        "name": name,
        "quantity": Decimal(2),
        "amount": Decimal(200),
        "discount_share": Decimal(0),
        "returned": Decimal(0),
    }
    is_written_off = values.pop("is_written_off", False)
    return ReturnItem(SaleLine(**{**usual, **values}), Decimal(comes), is_written_off)


def open_return(
    *items: ReturnItem, most: str = "470", account: MoneyAccount | None = None, **draft: Any
) -> OpenReturn:
    row = SaleReturn(**{"id": 5, "revision": 3, **draft})
    row.money_account_id = account.id if account else None
    return OpenReturn(
        ReturnContent(listed_sale(id=9), row, items, Decimal(most)), number="1234", account=account
    )


def test_return_of_a_part_in_ukrainian() -> None:
    view = open_return(
        item(1, comes="1", is_written_off=True), item(2, "Скло", "0"), item(3, "Кабель")
    )

    rendered = return_windows.goods(view, UK, origin=Origin(TODAY))

    assert shown(rendered).split("\n") == [
        "📥 Повернення за замовленням 1234",
        "👤 Олена Коваль",
        "Що повертається:",
        f"1. Чохол × 1 — 100,00{SPACE}₴",
        "\N{EM SPACE}із 2 · 🗑 буде списано",
        f"2. Скло × 0 — 0,00{SPACE}₴",
        "\N{EM SPACE}✖️ не повернуто",
        f"3. Кабель × 2 — 200,00{SPACE}₴",
        f"Товари 300,00{SPACE}₴",
        f"Повернути грошей 300,00{SPACE}₴",
        "З рахунку: Як було оплачено",
    ]
    assert labels(rendered.keyboard) == [
        ["🗑 Чохол × 1"],
        ["✖️ Скло"],
        ["📦 Кабель × 2"],
        ["✏️ Інша сума", "💰 Рахунок"],
        ["📥 Повернути товари"],
        ["⬅️ Назад"],
    ]
    here = f"d{TODAY.toordinal()}.0"
    assert tap_of(rendered.keyboard, "Повернути товари") == f"rt:co:9:5:3:{here}"
    (deed,) = (each for each in buttons(rendered.keyboard) if each.text == "📥 Повернути товари")
    assert deed.style == "danger"


def test_return_of_all_gives_everything_and_a_typed_sum_says_so() -> None:
    all_of_it = shown(return_windows.goods(open_return(item()), EN, origin=NOWHERE))
    typed = open_return(item(), amount=Decimal(33), account=CARD)

    assert all_of_it.split("\n")[-4:] == [
        "Goods ₴200.00",
        "Delivery, fees and earlier refunds ₴270.00",
        "Money back ₴470.00",
        "From the account: As it was paid",
    ]
    assert shown(return_windows.goods(typed, EN, origin=NOWHERE)).split("\n")[-3:] == [
        "Goods ₴200.00",
        "Money back ₴33.00 · typed",
        "From the account: Card",
    ]
    asked = return_windows.ask_amount(typed, EN, origin=NOWHERE)
    assert labels(asked.keyboard) == [["🔄 As the goods cost"], ["⬅️ Back"]]
    usual = return_windows.ask_amount(open_return(item()), EN, origin=NOWHERE)
    assert labels(usual.keyboard) == [["⬅️ Back"]]


def test_lines_of_a_long_return_turn_and_lead_back_to_their_page() -> None:
    view = open_return(*(item(at, f"P{at}") for at in range(1, 20)))

    last = return_windows.goods(view, EN, page=99, origin=NOWHERE)
    middle = return_windows.goods(view, EN, page=1, origin=NOWHERE)
    line = return_windows.line(view.content, 17, EN, origin=NOWHERE)

    assert labels(last.keyboard)[:4] == [["📦 P17 × 2"], ["📦 P18 × 2"], ["📦 P19 × 2"], ["‹"]]
    assert labels(middle.keyboard)[8] == ["‹", "›"]
    assert tap_of(line.keyboard, "Back") == "rt:sh:9:5:2:"


def test_one_line_of_a_return() -> None:
    view = open_return(item(comes="1", returned=Decimal(1), is_written_off=True))

    line = return_windows.line(view.content, 1, EN, origin=NOWHERE)

    assert shown(line) == (
        "📥 Чохол\nSold 2 · returned before 1\nComes back 1, ₴100.00\n🗑 to be written off"
    )
    assert labels(line.keyboard) == [
        ["➖", "1", "➕"],
        ["📦 To stock", "✓ 🗑 Write off"],
        ["✖️ Not returned"],
        ["⬅️ Back"],
    ]
    nothing = return_windows.line(open_return(item(comes="0")).content, 1, EN, origin=NOWHERE)
    assert labels(nothing.keyboard) == [["➖", "0", "➕"], ["⬅️ Back"]]
    with pytest.raises(NotFoundError):
        return_windows.line(view.content, 2, EN, origin=NOWHERE)


@pytest.mark.parametrize("t", [EN, UK])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_make_returns_that_telegram_takes(t: Translator, hostile: str) -> None:
    own = MoneyAccount(id=LARGEST_ID, kind=AccountKind.OWN, name=f"A{hostile}")
    items = [
        item(LARGEST_ID - at, hostile, comes="0.001", amount=LARGEST_SUM, is_written_off=True)
        for at in range(200)
    ]
    view = open_return(*items, account=own, id=LARGEST_ID, revision=LARGEST_ID)
    content = view.content
    content.sale.id = LARGEST_ID
    content.sale.customer_name = content.sale.phone = hostile
    view = replace(view, number=hostile)

    for page in (0, 24):
        shown(return_windows.goods(view, t, page=page, origin=LONGEST_ORIGIN))
    shown(return_windows.ask_amount(view, t, origin=LONGEST_ORIGIN, problem="?" * 200))
    shown(return_windows.ask_account(view, [own] * 120, t, origin=LONGEST_ORIGIN))
    shown(return_windows.line(content, LARGEST_ID, t, origin=LONGEST_ORIGIN))
    shown(
        return_windows.ask_quantity(
            content,
            LARGEST_ID,
            t,
            takes_fractions=True,
            origin=LONGEST_ORIGIN,
            problem="?" * 200,
        )
    )
