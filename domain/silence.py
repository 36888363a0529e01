"""Whether a shop has been silent for too long to be chance."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# If orders came independently of each other, that none comes where eight are usual has a chance of
# e^-8, one in three thousand. Sales and holidays make them less regular than that.
TOO_MANY_MISSING = 8
WHOLE_HISTORY = timedelta(days=28)  # every hour of the week four times
SHORTEST_HISTORY = timedelta(days=14)

HourOfWeek = tuple[int, int]  # weekday (Monday is 0) and hour, in the shop's zone
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How many orders a shop got in each hour of the week, all within a time (aware), up to the
    last of them.
    """

    orders: Mapping[HourOfWeek, int]
    start: datetime
    end: datetime

    @property
    def tells(self) -> bool:
        """Whether it is long enough to know what is usual."""
        return self.end - self.start >= SHORTEST_HISTORY


def hour_of_week(at: datetime, zone: ZoneInfo) -> HourOfWeek:
    """The hour of an aware moment."""
    local = at.astimezone(zone)
    return local.weekday(), local.hour


def expected_orders(habit: Habit, since: datetime, until: datetime, zone: ZoneInfo) -> float:
    """How many orders usually come in this time; nights and days off bring none by themselves."""
    known: Counter[HourOfWeek] = Counter()
    for hour, share in _hours(habit.start, habit.end, zone):
        known[hour] += share  # type: ignore[assignment]  # parts of hours count as parts
    total = 0.0
    for hour, share in _hours(since, until, zone):
        if known[hour]:
            total += share * habit.orders.get(hour, 0) / known[hour]
    return total


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[HourOfWeek, float]]:
    """The hours between two moments, the first and the last one in part."""
    at = start.astimezone(UTC)
    while at < end:
        following = min(at.replace(minute=0, second=0, microsecond=0) + _HOUR, end)
        yield hour_of_week(at, zone), (following - at) / _HOUR
        at = following
