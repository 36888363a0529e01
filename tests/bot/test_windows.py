"""What the sale window, its receipt, the questions and the lists say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import windows
from bot.i18n import Translator
from domain.rights import Role
from models.orders import EventKind
from services.order_views import OrdersPage
from services.statuses import Tab
from tests.bot.views import (
    ACTED,
    CALL_BACK,
    CANCELED,
    COMPLETED,
    EN,
    NEW,
    NOW,
    REFUSED,
    UK,
    card_view,
    event,
    labels,
    order,
    shown,
    shown_text,
    tap_of,
    with_lines,
)

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("lines", [2, 200])
def test_questions_stand_below_the_card(lines: int) -> None:
    view = with_lines(card_view(note="я" * 9000), lines)

    why = windows.reject_reasons(view, EN, now=NOW)
    which = windows.statuses(view, [CALL_BACK], EN, now=NOW)

    assert shown(why).endswith("Total ₴870.00\n\nWhy?")
    assert labels(why.keyboard)[0] == ["Out of stock"]
    assert shown(which).endswith("Total ₴870.00\n\nWhich status?")
    assert labels(which.keyboard)[1] == ["📌 CALL BACK"]


def test_history_reads_downwards() -> None:
    created = event(EventKind.CREATED, actor="", from_status=None, at=ACTED - timedelta(minutes=4))
    moved = event(EventKind.STATUS, to_status=CALL_BACK)

    text = shown_text(windows.history(card_view(), [moved, created], EN, now=NOW))

    assert text == (
        "🕘 History of order 1234\n"
        "22 Nov, 14:05 · My Shop: order received\n"
        "22 Nov, 14:09 · Олег: New → CALL BACK"
    )


def test_long_history_keeps_the_newest() -> None:
    data = {"reason": "other", "text": "<" * 500}
    old = [event(EventKind.REJECTED, actor="О" * 200, data=data)] * 100
    newest = event(EventKind.STATUS, to_status=CALL_BACK)

    text = shown_text(windows.history(card_view(), [newest, *old], EN, now=NOW))

    assert text.endswith("Олег: New → CALL BACK")
    assert len(text) > 3000
    first, *others = windows.history_pages(card_view(), [newest, *old], EN, now=NOW)
    assert shown_text(first) == text
    assert all(3000 < len(shown_text(each)) <= 4096 for each in others[:-1])
    assert sum(each.count("О" * 99) for each in (first, *others)) == 100


def test_history_says_from_which_state_to_which() -> None:
    moves = [
        (event(EventKind.PLATFORM_CANCELED, actor="", to_status=CANCELED), "New → Canceled"),
        (
            event(EventKind.PLATFORM_CANCELED, actor="", to_status=CANCELED, data={"why": "Буває"}),
            "canceled on the site: New → Canceled · Буває",
        ),
        (event(EventKind.REOPENED, from_status=CANCELED, to_status=NEW), "Canceled → New"),
        (event(EventKind.PLATFORM_REOPENED, from_status=CANCELED), "Canceled → New"),
        (
            event(
                EventKind.RETURNED,
                from_status=COMPLETED,
                to_status=REFUSED,
                data={"amount": "9"},
            ),
            "Completed → Refused",
        ),
    ]
    for moved, step in moves:
        assert windows.history(card_view(), [moved], EN, now=NOW).endswith(step)


def test_history_has_all_of_a_comment() -> None:
    said = event(EventKind.COMMENTED, data={"text": "я" * 500})

    assert shown_text(windows.history(card_view(), [said], EN, now=NOW)).endswith("💬 " + "я" * 500)


def test_tabs() -> None:
    rendered = windows.tabs([Tab(NEW, 0), Tab(CALL_BACK, 2)], UK)

    assert shown(rendered) == "🗂 Замовлення"
    assert labels(rendered.keyboard) == [["🆕 Нове 0", "📌 CALL BACK 2"]]


def page(**values: Any) -> OrdersPage:
    orders = tuple(order(id=at, number=str(at)) for at in range(20, 12, -1))
    return replace(OrdersPage(NEW, orders, has_newer=False, has_older=False), **values)


def test_page_of_orders_opens_and_turns() -> None:
    rendered = windows.orders_page(page(has_newer=True, has_older=True), EN)

    assert shown(rendered) == "🆕 New"
    assert labels(rendered.keyboard) == [
        *([f"{number} · Олена Коваль · ₴870.00"] for number in range(20, 12, -1)),
        ["‹", "›"],
        ["⬅️ Back"],
    ]
    assert tap_of(rendered.keyboard, "‹") == "t1:1:0:20"
    assert tap_of(rendered.keyboard, "›") == "t1:1:13:0"
    assert tap_of(rendered.keyboard, "20 · Олена Коваль · ₴870.00") == "o1:cd:20"
    assert tap_of(rendered.keyboard, "Back") == "t1:0:0:0"


def test_only_page_has_nowhere_to_turn() -> None:
    assert labels(windows.orders_page(page(), EN).keyboard)[-1] == ["⬅️ Back"]
    assert len(labels(windows.orders_page(page(), EN).keyboard)) == 9


def test_empty_page_says_so() -> None:
    rendered = windows.orders_page(page(orders=(), has_newer=True), EN)

    assert shown(rendered) == "🆕 New\nNo orders here."
    assert labels(rendered.keyboard) == [["⬅️ Back"]]


def test_hostile_orders_make_a_page_that_telegram_takes() -> None:
    hostile = order(id=1, number="\u202e" + "я" * 64, customer_name="<\x00>" * 60, currency="<b>")

    (label,), *_ = labels(windows.orders_page(page(orders=(hostile,)), UK).keyboard)

    assert len(label) <= 60


@pytest.mark.parametrize("t", [EN, UK])
def test_words_to_people_are_valid(t: Translator) -> None:
    assert "<Оле>" in shown_text(windows.welcome(t, "<Оле>", Role.SELLER))
    assert "/orders" in shown_text(windows.help(t, Role.OWNER))
    assert len(windows.not_staff(t)) <= 200  # it also answers taps


def test_menu_shows_only_what_works() -> None:
    assert [[key.text for key in row] for row in windows.menu(EN, Role.SELLER).keyboard] == [
        ["Orders", "Sales"],
        ["Settings"],
    ]
    assert [[key.text for key in row] for row in windows.menu(UK, Role.OWNER).keyboard] == [
        ["Замовлення", "Продажі"],
        ["Налаштування"],
    ]
    packers = windows.menu(EN, Role.PACKER).keyboard
    assert [[key.text for key in row] for row in packers] == [["Orders"], ["Settings"]]


def test_help_and_welcome_tell_of_what_a_role_may_do() -> None:
    packer, seller = windows.help(EN, Role.PACKER), windows.help(EN, Role.SELLER)
    welcome = windows.welcome(EN, "Ira", Role.PACKER)

    for word in ("Confirm", "Reject", "Return", "Settle", "/here"):
        assert word not in packer + welcome
    assert all(word in seller for word in ("Confirm", "Reject", "Return", "Settle"))
    assert "Change status" in packer
    assert "Change status" in welcome
