"""Quiet hours: what people type for them, and when they end, across clock changes too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.errors import TypedError, TypedProblem
from domain.quiet_hours import QuietHours, quiet_hours, typed_quiet_hours

KYIV = ZoneInfo("Europe/Kyiv")
NIGHT = QuietHours(22 * 60, 8 * 60)
LUNCH = QuietHours(13 * 60, 14 * 60 + 30)
SMALL_HOURS = QuietHours(2 * 60, 3 * 60 + 30)


def kyiv(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KYIV)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        (NIGHT, "2026-11-22 21:59:59", None),
        (NIGHT, "2026-11-22 22:00", "2026-11-23 08:00"),
        (NIGHT, "2026-11-23 00:00", "2026-11-23 08:00"),
        (NIGHT, "2026-11-23 07:59:59", "2026-11-23 08:00"),
        (NIGHT, "2026-11-23 08:00", None),
        (LUNCH, "2026-11-23 12:59", None),
        (LUNCH, "2026-11-23 13:00", "2026-11-23 14:30"),
        (LUNCH, "2026-11-23 14:30", None),
        (LUNCH, "2026-11-23 23:00", None),
        (NIGHT, "2026-10-24 23:00", "2026-10-25 08:00"),  # the clock goes back that night
        (NIGHT, "2026-03-28 23:00", "2026-03-29 08:00"),  # and forward that one
    ],
)
def test_they_end_at_their_time_of_day(hours: QuietHours, at: str, ends: str | None) -> None:
    expected = kyiv(ends).astimezone(UTC) if ends else None

    assert hours.ending(kyiv(at), KYIV) == expected


def test_an_end_that_comes_twice_is_the_second_one() -> None:
    first_half_past_two = utc("2026-10-24 23:30")
    second_ten_past_three = utc("2026-10-25 01:10")

    for at in (first_half_past_two, second_ten_past_three):
        assert SMALL_HOURS.ending(at, KYIV) == utc("2026-10-25 01:30")


def test_an_end_that_is_skipped_comes_as_much_later() -> None:
    assert SMALL_HOURS.ending(utc("2026-03-29 00:45"), KYIV) == utc("2026-03-29 01:30")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-11-23"])
@pytest.mark.parametrize("hours", [NIGHT, LUNCH, SMALL_HOURS, QuietHours(0, 3 * 60)])
def test_the_end_lies_ahead_and_is_known_as_one(day: str, hours: QuietHours) -> None:
    midnight = utc(f"{day} 00:00").timestamp() - 4 * 3600

    for minute in range(30 * 60):
        at = datetime.fromtimestamp(midnight + minute * 60, UTC)
        end = hours.ending(at, KYIV)
        if end is not None:
            assert at < end
            assert (end - at).total_seconds() <= 11.5 * 3600
            assert hours.end_at(end, KYIV)
            assert hours.ending(end, KYIV) is None
        assert hours.end_at(at, KYIV) <= (hours.ending(at, KYIV) is None)


@pytest.mark.parametrize(
    ("text", "start", "until"),
    [
        ("23-7", "23:00", "7:00"),
        ("22:00-8:30", "22:00", "8:30"),
        (" 22.00 – 08.30 ", "22:00", "8:30"),
        ("22 — 8", "22:00", "8:00"),
        ("з 22 до 8", "22:00", "8:00"),
        ("від 22:00 до 08:00", "22:00", "8:00"),
        ("from 22 to 8", "22:00", "8:00"),
        ("13-14:30", "13:00", "14:30"),
        ("24-6", "0:00", "6:00"),
        ("20-24:00", "20:00", "0:00"),
    ],
)
def test_typed_hours_are_understood(text: str, start: str, until: str) -> None:
    assert str(typed_quiet_hours(text)) == f"{start}–{until}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22",
        "22-",
        "25-7",
        "22:60-8",
        "24:01-8",
        "8-8",
        "24-0",
        "-22-8",
        "22-8-9",
        "ніч",
        "2.2-8",
    ],
)
def test_what_is_no_quiet_hours_is_refused(text: str) -> None:
    with pytest.raises(TypedError) as caught:
        typed_quiet_hours(text)

    assert caught.value.problem is TypedProblem.NOT_QUIET_HOURS


def test_a_chat_without_both_ends_has_none() -> None:
    assert quiet_hours(None, 480) is None
    assert quiet_hours(0, 480) == QuietHours(0, 480)
