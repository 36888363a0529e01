"""What reminders and nudges say, whatever the names are."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot import reminder_windows
from bot.cards import order_card
from bot.i18n import Translator
from bot.keyboards.nudges import CHOICES, Nudged
from bot.settings_screens import nudges as screens
from services.order_views import BriefView
from services.preferences import USUAL
from services.reminders import DueReminder
from tests.bot.views import (
    CALL_BACK,
    EN,
    HOSTILE,
    NEW,
    NOW,
    PLACED,
    UK,
    card_view,
    labels,
    order,
    shown,
    with_lines,
)


def test_card_tells_calls_in_vain_and_the_next_reminder() -> None:
    waiting = replace(
        card_view(CALL_BACK, call_attempts=2), remind_at=NOW + timedelta(hours=21, minutes=50)
    )

    assert "📵 no answer 2 · ⏰ 23 Nov, 11:59\n" in shown(order_card(waiting, EN, now=NOW))
    assert "📵 недодзвін 2 · ⏰ 23 лист." in shown(order_card(waiting, UK, now=NOW))


def test_reminder_names_the_order_its_status_and_whom_to_call() -> None:
    due = DueReminder(card_view(CALL_BACK, call_attempts=2), "Олег")

    reminder = reminder_windows.reminder(due, EN, now=NOW)

    assert shown(reminder).splitlines() == [
        "⏰ Reminder: order 1234",
        "📌 CALL BACK",
        "📵 no answer 2",
        "👤 Олена Коваль",
        "📞 +380671234567",
        "Set by Олег",
    ]
    assert labels(reminder.keyboard)[0] == ["✅ Confirm", "✖️ Reject"]


def test_nudge_names_ten_orders_and_since_when_they_wait() -> None:
    views = [
        BriefView(order(id=number, number=str(number), created_at=PLACED), NEW, is_short=False)
        for number in range(1, 13)
    ]

    nudge = reminder_windows.nudge(views, EN, now=NOW)

    lines = shown(nudge).splitlines()
    assert lines[:2] == [
        "⏳ 12 new orders are waiting for somebody",
        "1 · Олена Коваль · ₴870.00 · since 14:05",
    ]
    assert lines[10:] == ["10 · Олена Коваль · ₴870.00 · since 14:05", "and 2 more"]
    assert [len(row) for row in labels(nudge.keyboard)] == [3, 3, 3, 1]
    later = reminder_windows.nudge(views[:1], EN, now=NOW + timedelta(hours=12))
    assert shown(later).splitlines() == [
        "⏳ 1 new order is waiting for somebody",
        "1 · Олена Коваль · ₴870.00 · since 22 Nov, 14:05",
    ]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("t", [EN, UK])
def test_foreign_text_cannot_break_reminders(text: str, t: Translator) -> None:
    view = card_view(CALL_BACK, number=text, customer_name=text, phone=text, call_attempts=3)
    brief = BriefView(
        order(number=text, customer_name=text, created_at=PLACED, total=Decimal(10) ** 12),
        NEW,
        is_short=False,
    )

    shown(reminder_windows.reminder(DueReminder(view, text), t, now=NOW))
    shown(reminder_windows.nudge([brief] * 12, t, now=NOW))
    question = reminder_windows.choices(
        with_lines(view, 200), t, now=NOW, is_pending=True, is_offer=True
    )
    assert len(shown(question)) <= 4096


@pytest.mark.parametrize("t", [EN, UK])
def test_prompts_and_answers_are_short_enough(t: Translator) -> None:
    assert len(reminder_windows.ask_when(t)) <= 98  # below a card that fills its message
    assert 1 <= len(reminder_windows.when_placeholder(t)) <= 64
    answers = (
        reminder_windows.planned(NOW, t, now=NOW - timedelta(days=400)),
        reminder_windows.deleted(t),
        reminder_windows.no_answer(99, t),
    )
    assert all(len(answer) <= 200 for answer in answers)


@pytest.mark.parametrize("minutes", [*CHOICES, 50])
@pytest.mark.parametrize("t", [EN, UK])
def test_settings_say_what_is_set(minutes: int, t: Translator) -> None:
    first = screens.nudges(dict.fromkeys(Nudged, minutes), t)
    said = labels(first.keyboard)[0][0].rpartition(": ")[2]

    choices = screens.choose(Nudged.OWNERS, minutes, t)

    shown(first)
    marked = [label for row in labels(choices.keyboard) for label in row if "✓" in label]
    assert marked == ([f"✓ {said}"] if minutes in CHOICES else [])


def test_what_is_usual_can_be_chosen_again() -> None:
    assert set(USUAL.values()) <= set(CHOICES)
