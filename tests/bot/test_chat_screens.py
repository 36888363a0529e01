"""What Settings says of chats, and what a live board says, whatever things are called."""

from datetime import UTC, datetime

import pytest

from bot.boards import live_board
from bot.i18n import Translator
from bot.keyboards.chats import PRESETS
from bot.settings_screens import chats as screens
from bot.settings_screens.shops import shops as all_shops
from domain.shops import Trouble
from models.statuses import OrderStatus
from models.telegram import Chat, ChatState
from services.boards import BoardView
from services.chat_settings import ChatsPage, ChatView, ShopChoice
from services.shop_views import ShopFacts
from services.statuses import Tab
from tests.bot.views import (
    CALL_BACK,
    COMPLETED,
    EN,
    HOSTILE,
    NEW,
    NOW,
    PLACED,
    REFUSED,
    UK,
    labels,
    shown,
)


def packing(**values: object) -> Chat:
    usual = {"id": 3, "telegram_id": -77, "is_group": True, "title": "Packing", "language": "uk"}
    return Chat(**{**usual, **values})


def view(*shops: ShopChoice, is_ours: bool = True, **values: object) -> ChatView:
    return ChatView(packing(**values), shops, is_ours)


def test_a_chat_says_what_is_decided_for_it() -> None:
    site, market = ShopChoice(1, "Site", is_chosen=True), ShopChoice(2, "Market", is_chosen=False)
    night = view(site, market, quiet_from=1320, quiet_until=480, has_board=True)

    assert shown(screens.chat(night, EN)).splitlines() == [
        "👥 Packing · group",
        "Cards come here.",
        "",
        "🏪 Shops: Site",
        "🌙 Quiet hours: 22:00–8:00",
        "📋 Live board: on",
        "🌐 Language: Українська",
    ]
    assert labels(screens.chat(night, EN).keyboard) == [
        ["🏪 Shops", "🌙 Quiet hours"],
        ["📋 Remove live board", "⏸ Stop cards"],
        ["✓ Українська", "English"],
        ["⬅️ Back"],
    ]
    assert labels(screens.shops(night, EN).keyboard) == [
        ["All shops"],
        ["✓ Site"],
        ["Market"],
        ["⬅️ Back"],
    ]
    assert labels(screens.quiet(night, EN).keyboard) == [
        ["Off"],
        ["✓ 22:00–8:00", "21:00–9:00"],
        ["✏️ Other hours"],
        ["⬅️ Back"],
    ]


@pytest.mark.parametrize("t", [EN, UK])
@pytest.mark.parametrize("state", ChatState)
@pytest.mark.parametrize("is_group", [True, False])
def test_any_chat_can_be_shown(t: Translator, state: ChatState, is_group: bool) -> None:
    names = [HOSTILE[number % len(HOSTILE)] for number in range(200)]
    shops = [ShopChoice(id_, name, is_chosen=id_ % 2 == 0) for id_, name in enumerate(names)]
    any_view = view(
        *shops, is_ours=False, title=HOSTILE[0], state=state, is_group=is_group, topic_id=5
    )
    page = ChatsPage(1, (any_view.chat,) * 10, has_more=True, unheard=tuple(names))

    for screen in (
        screens.chats(page, t),
        screens.chat(any_view, t),
        screens.shops(any_view, t),
        screens.quiet(any_view, t),
        screens.my_chat(any_view, t),
        screens.ask_hours(any_view, t, problem="no"),
    ):
        text = shown(screen)
        assert 0 < len(text) <= 4096
        rows = labels(screen.keyboard)
        assert sum(map(len, rows)) <= 100
        assert all(row and all(row) for row in rows)


def test_own_hours_are_marked_as_such() -> None:
    odd = view(quiet_from=1380, quiet_until=420)

    assert labels(screens.my_chat(odd, EN).keyboard)[2] == ["✓ Other hours"]
    assert [str(hours) for hours in PRESETS] == ["22:00–8:00", "21:00–9:00"]


def test_a_board_has_a_line_for_each_tab_in_work_and_one_for_the_closed() -> None:
    tabs = (Tab(NEW, 5), Tab(CALL_BACK, 2), Tab(COMPLETED, 1000), Tab(REFUSED, 1))
    board = BoardView(tabs, PLACED)

    assert shown(live_board(board, EN, now=NOW)).splitlines() == [
        "📋 Orders",
        "🆕 New 5 · oldest: 22 Nov, 14:05",
        "📌 CALL BACK 2",
        "✅ Completed 999+ · ↩️ Refused 1",
    ]
    next_day = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert live_board(board, EN, now=NOW) == live_board(board, EN, now=next_day)


@pytest.mark.parametrize("t", [EN, UK])
def test_a_board_fits_whatever_there_is(t: Translator) -> None:
    labels_ = (Tab(OrderStatus(id=100 + n, label="<b>" + "й" * 27), 999) for n in range(300))
    board = BoardView((Tab(NEW, 0), *labels_), None)

    text = shown(live_board(board, t, now=NOW))

    assert len(text) <= 4096
    assert "240" in text.splitlines()[-1]


@pytest.mark.parametrize("t", [EN, UK])
def test_any_number_of_shops_fits_into_a_message(t: Translator) -> None:
    shop = ShopFacts(
        id=2**31 - 1,
        platform="я" * 100,
        name="<я" * 90,
        base_url="https://" + "<" * 300,
        is_active=True,
        trouble=Trouble.CREDENTIALS,
        orders_today=10**9,
        last_order_at=NOW,
    )

    text = shown(all_shops([shop] * 60, t, now=NOW, is_owner=True))

    assert 3000 < len(text) <= 4096
    assert "45" in text.splitlines()[-1]
