"""Statuses in Settings: what the screens say, and that Telegram takes them whatever labels hold."""

import pytest

from bot.cards import Rendered
from bot.i18n import Translator
from bot.settings_screens import statuses as screens
from models.statuses import OrderStatus
from services.status_views import StatusesPage, StatusView
from services.statuses import Tab
from tests.bot.views import CALL_BACK, EN, HOSTILE, LARGEST_ID, UK, labels, shown, tap_of

LATER = OrderStatus(id=102, label="LATER", emoji="⏰", holds_goods=False)


def view(status: OrderStatus = CALL_BACK, count: int = 2) -> StatusView:
    return StatusView(status, count, place=2, places=3)


def test_list_shows_counts_and_what_holds_nothing() -> None:
    page = StatusesPage((Tab(CALL_BACK, 2), Tab(LATER, 1000)), page=1, has_more=True)

    rendered = screens.statuses(page, UK)

    assert shown(rendered).endswith("💤 товар не резервується")
    assert labels(rendered.keyboard) == [
        ["📌 CALL BACK 2", "⏰ LATER 999+ 💤"],
        ["‹", "›"],
        ["➕ Новий статус"],
        ["⬅️ Назад"],
    ]
    assert tap_of(rendered.keyboard, "‹") == "ge:pg:0:0"


def test_one_status_and_its_buttons() -> None:
    rendered = screens.status(view(), EN)

    assert shown(rendered) == (
        "📌 CALL BACK\n\n"
        "Orders in it: 2\n"
        "Place in the list: 2 of 3\n"
        "The goods of these orders are kept for them."
    )
    assert labels(rendered.keyboard) == [
        ["✏️ Rename", "📌 Emoji"],
        ["⏫", "⬆️", "⬇️"],
        ["📦 Goods stay reserved: yes"],
        ["🗑 Delete"],
        ["⬅️ Back"],
    ]
    first = screens.status(StatusView(LATER, 0, place=1, places=1), EN)
    assert labels(first.keyboard)[1] == ["💤 Goods stay reserved: no"]


def test_all_of_many_statuses_can_take_the_orders() -> None:
    others = [OrderStatus(id=201 + at, label=f"label {at}") for at in range(70)]

    pages = [screens.ask_target(view(), others, page, EN) for page in range(3)]

    found = [text for each in pages for row in labels(each.keyboard) for text in row]
    assert [text for text in found if "label" in text] == [f"📌 label {at}" for at in range(70)]
    assert [labels(each.keyboard)[0] for each in pages] == [["🆕 New"]] * 3
    assert tap_of(pages[0].keyboard, "›") == "ge:ad:101:1"


@pytest.mark.parametrize("t", [EN, UK])
@pytest.mark.parametrize("label", [each for each in HOSTILE if each.strip()])
def test_no_label_breaks_a_screen(label: str, t: Translator) -> None:
    row = OrderStatus(id=LARGEST_ID, label=label, emoji="🧑🏻‍❤️‍🧑🏿")
    each = view(row, count=1000)
    drawn: list[Rendered] = [
        screens.statuses(StatusesPage((Tab(row, 7),) * 20, 0, has_more=False), t),
        screens.status(each, t),
        screens.ask_label(7, t, problem="x"),
        screens.ask_other_label(row, t, problem="x"),
        screens.ask_emoji(row, t),
        screens.ask_free(each, t),
        screens.ask_delete(each, t),
        screens.ask_target(each, [row] * 31, 0, t),
    ]

    for rendered in drawn:
        assert shown(rendered)
