"""How many orders usually come in a time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.silence import TOO_MANY_MISSING, WHOLE_HISTORY, Habit, expected_orders, hour_of_week

KYIV = ZoneInfo("Europe/Kyiv")
END = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, noon in Kyiv


def habit(hours: range, days: range = range(7), *, each: int = 3, weeks: int = 4) -> Habit:
    """So many orders in each of these hours of these weekdays, in Kyiv."""
    start = END - timedelta(weeks=weeks)
    moments = [start + timedelta(hours=n) for n in range(weeks * 7 * 24)]
    counted = Counter(hour_of_week(at, KYIV) for at in moments)
    orders = {
        (day, hour): each * times
        for (day, hour), times in counted.items()
        if hour in hours and day in days
    }
    return Habit(orders=orders, start=start, end=END)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=KYIV)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (local(24, 10, 5), local(24, 13, 5), 9),  # "nine orders by now; none since 10:05"
        (local(24, 10, 30), local(24, 10, 50), 1),
        (local(24, 17, 40), local(25, 9, 0), 1),  # the night
        (local(27, 17, 0), local(30, 9, 0), 3),  # Friday evening to Monday morning
        (local(24, 12), local(24, 11), 0),  # a platform's clock is ahead of ours
    ],
)
def test_nights_and_days_off_bring_none(since: datetime, until: datetime, expected: float) -> None:
    usual = habit(range(9, 18), range(5))

    assert expected_orders(usual, since, until, KYIV) == pytest.approx(expected)


def test_hours_of_the_week_count_as_often_as_they_were() -> None:
    """In two and a half weeks some hours were there three times, others twice."""
    usual = habit(range(24), each=2)
    short = Habit(orders={(0, 11): 6}, start=END - timedelta(days=17), end=END)

    assert expected_orders(usual, END, END + timedelta(days=1), KYIV) == pytest.approx(48)
    assert expected_orders(short, END - timedelta(hours=1), END, KYIV) == pytest.approx(2)


def test_two_weeks_are_the_least_that_tells() -> None:
    assert habit(range(24), weeks=2).tells
    assert not Habit(orders={}, start=END - timedelta(days=13, hours=23), end=END).tells
    assert timedelta(weeks=4) == WHOLE_HISTORY
    assert TOO_MANY_MISSING == 8
