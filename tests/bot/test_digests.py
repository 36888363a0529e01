"""Digests of many orders, and notices to staff and owners."""

from decimal import Decimal
from typing import Any

import pytest

from bot.cards import (
    DIGEST_LIMIT,
    DigestLine,
    digest,
    event_notice,
    set_aside_notice,
)
from domain.orders import PlatformState
from models.orders import EventKind
from tests.bot.views import (
    CALL_BACK,
    COMPLETED,
    EN,
    HOSTILE,
    NEW,
    UK,
    card_view,
    event,
    labels,
    shown,
    shown_text,
)


def digest_line(order_id: int, **values: Any) -> DigestLine:
    usual: dict[str, Any] = {
        "number": str(order_id),
        "customer_name": "Олена Коваль",
        "total": Decimal(870),
        "currency": "UAH",
        "status": NEW,
        "is_short": False,
    }
    return DigestLine(order_id=order_id, **{**usual, **values})


def test_digest_has_a_line_and_a_button_for_each_order() -> None:
    rendered = digest(
        [digest_line(1234), digest_line(1235, is_short=True), digest_line(1236, status=CALL_BACK)],
        EN,
    )

    assert shown(rendered) == (
        "🗂 3 new orders\n"
        "1234 · Олена Коваль · ₴870.00\n"
        "1235 · Олена Коваль · ₴870.00 · ⚠ short\n"
        "1236 · Олена Коваль · ₴870.00 · CALL BACK"
    )
    assert labels(rendered.keyboard) == [["#1234", "#1235", "#1236"]]


@pytest.mark.parametrize(
    ("count", "heading"),
    [(1, "1 нове замовлення"), (3, "3 нові замовлення"), (12, "12 нових замовлень")],
)
def test_digest_counts_as_ukrainian_does(count: int, heading: str) -> None:
    text = shown(digest([digest_line(number) for number in range(count)], UK))

    assert text.splitlines()[0] == f"🗂 {heading}"


@pytest.mark.parametrize("text", HOSTILE)
def test_full_digest_of_hostile_orders_still_names_each(text: str) -> None:
    lines = [
        digest_line(
            2**31 - 1 - at, number=f"#{at}{text}", customer_name=text, total=Decimal(10) ** 12
        )
        for at in range(DIGEST_LIMIT)
    ]

    rendered = digest(lines, UK)

    assert len(shown(rendered).splitlines()) == 1 + DIGEST_LIMIT
    assert [len(row) for row in labels(rendered.keyboard)] == [4] * 15


def test_notice_says_what_the_site_did_and_that_staff_decide() -> None:
    notice = event(EventKind.PLATFORM_NOTICE, actor="", data={"state": "canceled"})

    assert shown_text(event_notice(card_view(COMPLETED, shop_name="A&B"), notice, EN)) == (
        "⚠ A&B says of order 1234: canceled.\n"
        "Here it is Completed, and nothing was changed. Decide what to do with it."
    )


@pytest.mark.parametrize(
    ("said", "now", "told"),
    [
        ("canceled", PlatformState.CANCELED, ["💬 Передумав <усе> (buyer)"]),
        ("failed", PlatformState.CANCELED, []),
        ("canceled", PlatformState.ACTIVE, []),  # restored meanwhile
    ],
)
def test_notice_says_why_the_site_canceled(said: str, now: PlatformState, told: list[str]) -> None:
    notice = event(EventKind.PLATFORM_NOTICE, actor="", data={"state": said})
    view = card_view(COMPLETED, cancellation="Передумав <усе> (buyer)", platform_state=now)

    assert shown_text(event_notice(view, notice, EN)).splitlines()[1:-1] == told


def test_set_aside_request_is_explained_to_the_owner() -> None:
    text = shown_text(set_aside_notice(2, ["My <Shop>"], ["line_items: not a list"], EN))

    assert text.splitlines()[:2] == [
        "⚠ 2 requests from My <Shop> could not be read as orders.",
        "• line_items: not a list",
    ]
    assert "Nothing is lost" in text


def test_set_aside_notice_stays_short_whatever_the_problems() -> None:
    text = set_aside_notice(500, ["я" * 100] * 50, ["<" * 9000] * 50, UK)

    assert len(shown_text(text)) < 2000
