from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import when
from domain.errors import TypedError, TypedProblem
from domain.moments import days_later

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=KYIV)  # a Monday


def at(text: str, now: datetime = NOW, zone: ZoneInfo = KYIV) -> str:
    """When that is, in the zone."""
    read = when.read(text, now=now, zone=zone)
    assert read.tzinfo is UTC
    return f"{read.astimezone(zone):%d.%m.%y %H:%M}"


def problem_of(text: str, now: datetime = NOW) -> TypedProblem:
    with pytest.raises(TypedError) as refused:
        when.read(text, now=now, zone=KYIV)
    assert refused.value.text == text
    return refused.value.problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("завтра о 10", "24.11.26 10:00"),
        ("Завтра 10:30", "24.11.26 10:30"),
        ("завтра о 10.30", "24.11.26 10:30"),
        ("завтра 9.10", "24.11.26 09:10"),
        ("завтра 9", "24.11.26 09:00"),
        ("завтра", "24.11.26 10:00"),
        ("завтра зранку", "24.11.26 09:00"),
        ("завтра ввечері", "24.11.26 19:00"),
        ("завтра о десятій", "24.11.26 10:00"),
        ("завтра о пів на десяту", "24.11.26 09:30"),
        ("о 10 завтра", "24.11.26 10:00"),
        ("сьогодні о 18", "23.11.26 18:00"),
        ("сьогодні о 7 вечора", "23.11.26 19:00"),
        ("завтра о 9 ранку", "24.11.26 09:00"),
        ("завтра о 2 дня", "24.11.26 14:00"),
        ("о 12 ночі", "24.11.26 00:00"),
        ("об 11", "24.11.26 11:00"),
        ("післязавтра", "25.11.26 10:00"),
        ("через 2 години", "23.11.26 14:00"),
        ("через дві години", "23.11.26 14:00"),
        ("через пів години", "23.11.26 12:30"),
        ("через півгодини", "23.11.26 12:30"),
        ("через півтори години", "23.11.26 13:30"),
        ("через 1,5 години", "23.11.26 13:30"),
        ("через 15 хв.", "23.11.26 12:15"),
        ("через 1 год 20 хв", "23.11.26 13:20"),
        ("за годину", "23.11.26 13:00"),
        ("15 хвилин", "23.11.26 12:15"),
        ("через тиждень", "30.11.26 12:00"),
        ("через 2 тижні о 9", "07.12.26 09:00"),
        ("через 3 дні", "26.11.26 12:00"),
        ("через 3 дні о 10:15", "26.11.26 10:15"),
        ("через місяць", "23.12.26 12:00"),
        ("наступного тижня", "30.11.26 12:00"),
        ("у понеділок о 9", "30.11.26 09:00"),
        ("у понеділок о 13", "23.11.26 13:00"),
        ("наступного понеділка о 13", "30.11.26 13:00"),
        ("в п'ятницю", "27.11.26 10:00"),
        ("П’ятниця, 16:00", "27.11.26 16:00"),
        ("сб 11:00", "28.11.26 11:00"),
        ("25.12 9:00", "25.12.26 09:00"),
        ("25.12. о 9", "25.12.26 09:00"),
        ("25.12.2026 9:00", "25.12.26 09:00"),
        ("25.12.26 9:00", "25.12.26 09:00"),
        ("25/12 9:00", "25.12.26 09:00"),
        ("2026-12-25 9:00", "25.12.26 09:00"),
        ("25 грудня о 9", "25.12.26 09:00"),
        ("25 грудня 2026 року, 9:00", "25.12.26 09:00"),
        ("на 25.12 о 9", "25.12.26 09:00"),
        ("1 січня", "01.01.27 10:00"),
        ("22.11 9:00", "22.11.27 09:00"),
        ("9:00", "24.11.26 09:00"),
        ("9.30", "24.11.26 09:30"),
        ("18:30", "23.11.26 18:30"),
        ("18-30", "23.11.26 18:30"),
        ("о 18", "23.11.26 18:00"),
        ("на 18", "23.11.26 18:00"),
        ("опівдні", "24.11.26 12:00"),
        ("в обід", "23.11.26 13:00"),
        ("нагадай мені завтра о 10", "24.11.26 10:00"),
        ("tomorrow 10:00", "24.11.26 10:00"),
        ("tomorrow at 10", "24.11.26 10:00"),
        ("tomorrow morning", "24.11.26 09:00"),
        ("10 am tomorrow", "24.11.26 10:00"),
        ("the day after tomorrow 6 p.m.", "25.11.26 18:00"),
        ("in 2 hours", "23.11.26 14:00"),
        ("in two hours", "23.11.26 14:00"),
        ("in half an hour", "23.11.26 12:30"),
        ("in an hour", "23.11.26 13:00"),
        ("in an hour and a half", "23.11.26 13:30"),
        ("in 1 hour and 5 minutes", "23.11.26 13:05"),
        ("2h 15m", "23.11.26 14:15"),
        ("in 3 days", "26.11.26 12:00"),
        ("in a week at 9am", "30.11.26 09:00"),
        ("next week", "30.11.26 12:00"),
        ("monday 9am", "30.11.26 09:00"),
        ("next friday at half past 9", "27.11.26 09:30"),
        ("25 Dec 9:00", "25.12.26 09:00"),
        ("Dec 25, 9:00", "25.12.26 09:00"),
        ("December 25th, 2026", "25.12.26 10:00"),
        ("noon", "24.11.26 12:00"),
        ("tonight", "23.11.26 19:00"),
        ("tonight at 8", "23.11.26 20:00"),
        ("12 am", "24.11.26 00:00"),
        ("12pm tomorrow", "24.11.26 12:00"),
    ],
)
def test_times_as_people_type_them(text: str, expected: str) -> None:
    assert at(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        *(
            (text, TypedProblem.NOT_A_TIME)
            for text in (
                "",
                "  ",
                "коли-небудь",
                "о",
                "10",
                "сьогодні",
                "завтра завтра",
                "завтра о 25",
                "завтра 10:60",
                "32.12 9:00",
                "30.02",
                "25.13.2026",
                "завтра о 10 о 11",
                "через 2,5 дні",
                "через 2 години о 10",
                "через тиждень у понеділок",
                "tomorrow am",
                "1e5",
                "через " + "9" * 90 + " год",
                "завтра " * 20,
            )
        ),
        *(
            (text, TypedProblem.IN_THE_PAST)
            for text in (
                "сьогодні о 9",
                "23.11 9:00",
                "01.01.2020",
                "1.1.0001",
                "12:00 сьогодні",
                "in 0 minutes",
            )
        ),
        *(
            (text, TypedProblem.TOO_FAR_AHEAD)
            for text in (
                "25.12.2027",
                "31.12.9999 10:00",
                "29.02",
                "через 53 тижні",
                "in 13 months",
                "in 9999 hours",
            )
        ),
    ],
)
def test_what_cannot_be_used_is_told_apart(text: str, problem: TypedProblem) -> None:
    assert problem_of(text) is problem


# --- the two nights ------------------------------------------------------------------------------

SPRING = datetime(2027, 3, 27, 12, 0, tzinfo=KYIV)  # at 3:00 of the 28th it becomes 4:00
AUTUMN = datetime(2026, 10, 24, 12, 0, tzinfo=KYIV)  # at 4:00 of the 25th it becomes 3:00


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        (SPRING, "завтра 3:30", "2027-03-28 01:30"),  # 4:30: there is no 3:30
        (SPRING, "завтра 2:59", "2027-03-28 00:59"),
        (SPRING, "завтра 10:00", "2027-03-28 07:00"),
        (SPRING, "через 24 години", "2027-03-28 10:00"),  # 13:00
        (SPRING, "через 1 день", "2027-03-28 09:00"),  # 12:00
        (SPRING, "in 14 hours", "2027-03-28 00:00"),
        (AUTUMN, "завтра 3:30", "2026-10-25 00:30"),  # the first of two
        (AUTUMN, "завтра 4:30", "2026-10-25 02:30"),
        (AUTUMN, "через 24 години", "2026-10-25 09:00"),  # 11:00
        (AUTUMN, "tomorrow 12:00", "2026-10-25 10:00"),
        (AUTUMN, "через тиждень", "2026-10-31 10:00"),  # 12:00
    ],
)
def test_clock_changes(now: datetime, text: str, expected: str) -> None:
    assert f"{when.read(text, now=now, zone=KYIV):%Y-%m-%d %H:%M}" == expected


def test_an_hour_that_comes_twice_is_not_over_between_the_two() -> None:
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 3:10 for the second time

    assert f"{when.read('3:30', now=second, zone=KYIV):%Y-%m-%d %H:%M}" == "2026-10-26 01:30"
    assert f"{when.read('in 1 hour', now=second, zone=KYIV):%H:%M}" == "02:10"


def test_days_later_keep_the_time_of_day_or_take_one() -> None:
    week, morning = days_later(7, now=AUTUMN, zone=KYIV), time(10)

    assert f"{week.astimezone(KYIV):%d.%m %H:%M}" == "31.10 12:00"
    tomorrow = days_later(1, now=SPRING, zone=KYIV, at=morning)
    assert f"{tomorrow.astimezone(KYIV):%d.%m %H:%M}" == "28.03 10:00"


# --- anything ------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *(
            "завтра",
            "о",
            "10",
            "10:30",
            "25.12",
            "25.12.2026",
            "9.30",
            "через",
            "2",
            "години",
            "хв",
        ),
        *(
            "тиждень",
            "у",
            "понеділок",
            "п'ятницю",
            "за",
            "15",
            "пів",
            "на",
            "десяту",
            "дня",
            "ночі",
        ),
        *("in", "half", "an", "hour", "tomorrow", "9am", "pm", "noon", "29.02", "31", "грудня"),
        *("may", "0", "00:00", "24:00", "99", "next", ".", ":", "-", "/"),
    ]
)
TEXTS = st.text() | st.lists(WORDS, max_size=8).map(" ".join) | st.from_regex(r"[\d.:/ \-]{1,20}")
MOMENTS = st.integers(0, 40_000_000).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from([KYIV, ZoneInfo("UTC"), ZoneInfo("Pacific/Apia"), ZoneInfo("America/Lima")])


@given(text=TEXTS, now=MOMENTS, zone=ZONES)
def test_any_text_is_a_time_within_a_year_or_refused(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    try:
        read = when.read(text, now=now, zone=zone)
    except TypedError:
        return

    assert now < read <= now + timedelta(days=366)
    assert read.tzinfo is UTC
