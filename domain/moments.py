"""Moments that words mean: a day, an hour, a part of the day, a span from now, put together.

A clock time is meant in the shop's zone: one that the change to summer time skips is moved forward
by as much, of one that comes twice the first is meant. Hours and minutes from now are elapsed time,
days and weeks keep the time of day.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import TypedError, TypedProblem

USUAL_TIME = time(10)  # of a day named without a time
_FURTHEST = timedelta(days=366)
_YEARS_TO_LEAP = 8  # the 29th of February is never further away
_NOON = 12

Day = Callable[[date], date]
"""From today to the day that was named."""


class NotATimeError(Exception):
    """What was typed means no time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: when it is, and what it makes of an hour beside it ("о 7 вечора")."""

    usual: time | None
    afternoon: range  # hours that are after noon then
    is_early: bool = False  # 12 is midnight then

    def hour(self, hour: int) -> int:
        """The hour of the day."""
        if self.is_early and hour == _NOON:
            return 0
        return hour + _NOON if hour in self.afternoon else hour


@dataclass(slots=True)
class Said:
    """What was understood of a text, piece by piece. Each method raises NotATimeError.

    A method is called for each piece in the order in which it stands.
    """

    day: Day | None = None
    next_day: Day | None = None  # follows when the moment on that day is over
    is_time_needed: bool = False
    hour: int | None = None
    minute: int = 0
    is_bare: bool = False  # a number that is an hour only beside a day or a part of one
    part: Part | None = None
    is_relative: bool = False
    elapsed: timedelta = timedelta()
    days: int = 0
    months: int = 0

    def name_day(
        self, day: Day, *, next_day: Day | None = None, is_time_needed: bool = False
    ) -> None:
        """A day was named."""
        if self.day is not None:
            raise NotATimeError
        self.day, self.next_day, self.is_time_needed = day, next_day, is_time_needed

    def name_hour(self, hour: int, minute: int = 0, *, is_bare: bool = False) -> None:
        """An hour was named."""
        if self.hour is not None:
            raise NotATimeError
        self.hour, self.minute, self.is_bare = hour, minute, is_bare

    def name_part(self, part: Part) -> None:
        """A part of the day was named."""
        if self.part is not None:
            raise NotATimeError
        self.part = part

    def add(self, *, elapsed: timedelta = timedelta(), days: int = 0, months: int = 0) -> None:
        """A span from now was named; several add up."""
        self.is_relative = True
        self.elapsed += elapsed
        self.days += days
        self.months += months

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The moment that is meant, UTC. ``now`` is aware."""
        local, at = now.astimezone(zone), self._time()
        if self.is_relative:
            return self._relative(local, at, zone)
        if self.day is not None:
            return self._on_day(self.day, local, at, zone)
        if at is None or (self.is_bare and self.part is None):
            raise NotATimeError
        today = instant(local.date(), at, zone)
        return today if today > now else instant(local.date() + timedelta(days=1), at, zone)

    def _time(self) -> time | None:
        if self.hour is None:
            if self.part is not None and self.part.usual is None:
                raise NotATimeError
            return self.part.usual if self.part else None
        return time(self.part.hour(self.hour) if self.part else self.hour, self.minute)

    def _relative(self, local: datetime, at: time | None, zone: ZoneInfo) -> datetime:
        has_days = bool(self.days or self.months)
        if self.day is not None or (not has_days and at) or (has_days and self.elapsed):
            raise NotATimeError
        if not has_days:
            return local.astimezone(UTC) + self.elapsed
        day = _months_later(local.date(), self.months) + timedelta(days=self.days)
        return instant(day, at or local.time(), zone)

    def _on_day(self, day: Day, local: datetime, at: time | None, zone: ZoneInfo) -> datetime:
        if at is None and self.is_time_needed:
            raise NotATimeError
        named, at = day(local.date()), at or USUAL_TIME
        moment = instant(named, at, zone)
        if moment <= local and self.next_day is not None:
            return instant(self.next_day(named), at, zone)
        return moment


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A wall time as UTC. With ``fold=0`` the first of two, and one in a gap moved forward."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def days_later(days: int, *, now: datetime, zone: ZoneInfo, at: time | None = None) -> datetime:
    """So many days after ``now`` (aware), at that time in the zone, or the same as now. UTC."""
    local = now.astimezone(zone)
    return instant(local.date() + timedelta(days=days), at or local.time(), zone)


def checked(moment: datetime, text: str, *, now: datetime) -> datetime:
    """A moment that a reminder may have.

    Raises:
        TypedError: it is in the past, or more than a year ahead.
    """
    if moment <= now:
        raise TypedError(TypedProblem.IN_THE_PAST, text)
    if moment > now + _FURTHEST:
        raise TypedError(TypedProblem.TOO_FAR_AHEAD, text)
    return moment


def in_days(days: int) -> Day:
    """So many days from today."""
    return lambda today: today + timedelta(days=days)


def on_weekday(weekday: int, *, is_next: bool = False) -> Day:
    """The coming such day of the week (0: Monday), today included unless ``is_next``."""

    def day(today: date) -> date:
        ahead = (weekday - today.weekday()) % 7
        return today + timedelta(days=ahead or 7 * is_next)

    return day


def on_date(day: int, month: int, year: int | None) -> Day:
    """That date; without a year the next one, today included.

    Raises:
        NotATimeError: there is no such date.
    """
    if year is not None:
        return lambda _: _date(year, month, day)

    def next_one(today: date) -> date:
        for each in range(today.year, today.year + _YEARS_TO_LEAP + 1):
            if 1 <= month <= 12 and 1 <= day <= monthrange(each, month)[1]:
                found = date(each, month, day)
                if found >= today:
                    return found
        raise NotATimeError

    return next_one


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotATimeError from error


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return _date(year, month, min(day.day, monthrange(year, month)[1]))
