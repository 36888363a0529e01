"""Quiet hours: the part of the day in which a chat is not to be disturbed."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import TypedError, TypedProblem

_MINUTES_OF_DAY = 24 * 60
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_TYPED = re.compile(
    rf"(?:from|з|із|від)?\s*{_TIME}\s*(?:-|–|—|to|till|until|до|по)\s*{_TIME}", re.IGNORECASE
)
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one minute of the day to another (exclusive), in the shop's zone.

    When ``until`` is the earlier one they span midnight. The two are never equal.
    """

    start: int
    until: int

    def ending(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours that hold this aware moment end (UTC, later); None: it is not quiet.

        A time of day that clocks show twice that day, or skip, is understood so that they last
        longer.
        """
        today = at.astimezone(zone).date()
        for day in (today - _DAY, today):
            start = min(_instants(day, self.start, zone))
            last_day = day if self.start < self.until else day + _DAY
            end = max(_instants(last_day, self.until, zone))
            if start <= at < end:
                return end
        return None

    def end_at(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether they end at exactly this aware moment."""
        return self.ending(at - _INSTANT, zone) == at

    def __str__(self) -> str:
        """As people write them: "22:00–8:00"."""
        return f"{_clock(self.start)}–{_clock(self.until)}"


def quiet_hours(start: int | None, until: int | None) -> QuietHours | None:
    """What two columns of a chat mean; None: there are no quiet hours."""
    return None if start is None or until is None else QuietHours(start, until)


def typed_quiet_hours(text: str) -> QuietHours:
    """What somebody typed: "23-7", "22:00–8:30", "з 22 до 8".

    Raises:
        TypedError: it is no such thing.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise TypedError(TypedProblem.NOT_QUIET_HOURS, text)
    start, until = _minute(found[1], found[2]), _minute(found[3], found[4])
    if start is None or until is None or start == until:
        raise TypedError(TypedProblem.NOT_QUIET_HOURS, text)
    return QuietHours(start, until)


def _minute(hours: str, minutes: str | None) -> int | None:
    """A minute of the day; "24:00" is midnight. None: there is no such time."""
    minute = int(hours) * 60 + int(minutes or 0)
    is_time = int(minutes or 0) < 60 and minute <= _MINUTES_OF_DAY
    return minute % _MINUTES_OF_DAY if is_time else None


def _instants(day: date, minute: int, zone: ZoneInfo) -> list[datetime]:
    """When clocks show this (UTC): the two differ only while they are being changed."""
    local = datetime.combine(day, time(*divmod(minute, 60)), zone)
    return [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute, 60)
    return f"{hours}:{minutes:02}"
