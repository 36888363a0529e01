"""What the sale window and its receipt say."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot import receipts, sale_windows
from bot.i18n import Translator
from domain.errors import OutOfStockError, Shortage
from domain.payments import AccountKind
from models.money import MoneyAccount
from models.sales import SalesChannel
from tests.bot.views import (
    COMPLETED,
    EN,
    NEW,
    NOW,
    UK,
    card_view,
    labels,
    line,
    receipt_view,
    shown,
    tap_of,
    window_view,
    with_lines,
)

SPACE = "\N{NO-BREAK SPACE}"


def test_sale_window_in_ukrainian() -> None:
    assert shown(sale_windows.sale_window(window_view(), UK, now=NOW)) == (
        "🧾 Продаж за замовленням 1234\n"
        "22 лист., 14:05 · Оплачено онлайн\n"
        "👤 Олена Коваль\n"
        "📞 +380671234567\n"
        "🚚 Nova Poshta · Київ, Відділення №12\n"
        '💬 "Дзвоніть після 18:00"\n'
        f"1. Чохол «Синій» × 2 — 700,00{SPACE}₴\n"
        f"2. Скло захисне × 1 — 150,00{SPACE}₴\n"
        "\N{EM SPACE}⚠ бракує 1\n"
        f"Доставка 70,00{SPACE}₴ · Знижка −50,00{SPACE}₴\n"
        f"Разом 870,00{SPACE}₴\n"
        "\n"
        "Канал продажу: My Shop\n"
        "Надходження грошей: Накладений платіж\n"
        "ТТН: немає"
    )


def test_sale_window_in_english_with_waybill_and_note() -> None:
    view = window_view(waybill_number="20450000000000", note="Fragile")

    text = shown(sale_windows.sale_window(view, EN, now=NOW))

    assert text.startswith("🧾 Sale for order 1234\n")
    assert text.endswith(
        "\nSales channel: My Shop\nReceipt of money: COD\nWaybill: 20450000000000\nNote: Fragile"
    )


def test_window_and_receipt_say_who_gets_the_parcel() -> None:
    view = card_view(
        COMPLETED, recipient_name="Олег <b>", recipient_phone="+380631110055", email="o@ukr.net"
    )
    receipt = receipt_view(view, delivery_city="Київ", email="o@ukr.net")
    told = "\n✉️ o@ukr.net\n🎁 Recipient: Олег <b>, +380631110055\n🚚 "

    assert told in shown(sale_windows.sale_window(window_view(view), EN, now=NOW))
    assert told in shown(receipts.receipt(receipt, EN, now=NOW))


def test_shortage_is_listed_and_asks_for_a_second_tap() -> None:
    shortages = [Shortage("Скло <b>", Decimal("1.5")), Shortage("Чохол", Decimal(2))]

    rendered = sale_windows.shortage_question(
        window_view(), OutOfStockError(shortages), EN, now=NOW
    )

    assert shown(rendered).splitlines()[-3:] == [
        "⚠ Скло <b>: short by 1.5",
        "⚠ Чохол: short by 2",
        "Tap once more to sell anyway; stock will go below zero.",
    ]
    assert (
        tap_of(rendered.keyboard, "⚠️ Add sale")
        == f"wa:7:1:{OutOfStockError(shortages).fingerprint}"
    )


def test_many_shortages_are_cut_short() -> None:
    rendered = sale_windows.shortage_question(
        window_view(with_lines(card_view(note="я" * 9000), 200)),
        OutOfStockError([Shortage("й" * 500, Decimal(1))] * 200),
        UK,
        now=NOW,
    )

    assert "\nі ще 194\n" in shown(rendered)


def test_questions_of_the_window_keep_it_in_sight() -> None:
    channels = sale_windows.channels(window_view(), [SalesChannel(id=1, name="A")], EN, now=NOW)
    account = MoneyAccount(id=1, kind=AccountKind.CASH, name="Cash")
    accounts = sale_windows.accounts(window_view(), [account], EN, now=NOW)

    window = shown(sale_windows.sale_window(window_view(), EN, now=NOW))
    assert shown(channels) == f"{window}\n\nWhich sales channel?"
    assert labels(channels.keyboard) == [["✓ A"], ["➕ New channel"], ["⬅️ Back"]]
    assert shown(accounts) == f"{window}\n\nWhere does the money go?"
    assert labels(accounts.keyboard) == [
        ["Cash"],
        ["➗ Down payment", "➕ New account"],
        ["⬅️ Back"],
    ]


@pytest.mark.parametrize("t", [EN, UK])
def test_longest_window_and_receipt_fit(t: Translator) -> None:
    long = "<" * 9000
    texts = ("number", "customer_name", "delivery_address", "note", "phone")
    told: dict[str, Any] = dict.fromkeys((*texts, "recipient_name", "recipient_phone"), long)
    view = card_view(NEW, **told)
    view = replace(view, lines=(line(long, reserved="0"),) * 300)
    window = window_view(view, note=long, waybill_number=long)
    receipt = receipt_view(view, note=long, waybill_number=long)

    question = sale_windows.shortage_question(
        window, OutOfStockError([Shortage(long, Decimal(1))] * 300), t, now=NOW
    )

    assert "1. " in shown(sale_windows.sale_window(window, t, now=NOW))
    assert "300. " in shown(question)
    assert "1. " in shown(receipts.receipt(receipt, t, now=NOW))
