"""Days and times in Nova Poshta's answers: four forms of them in one row, all by Kyiv's clocks.

"06-04-2023 08:20:34", "07.04.2023 13:35:58", "2023-04-06 18:47:40", "15:36 07.04.2023"; days alone
as well, and "" or "0000-00-00 00:00:00" for none. Pure.
"""

import re
from datetime import UTC, date, datetime, time

from domain.parcels import KYIV
from integrations.fields import FIRST_YEAR, LAST_YEAR
from integrations.novaposhta.calls import Row

_YEAR_LAST = re.compile(r"\b(\d\d)[.-](\d\d)[.-](\d{4})\b", re.ASCII)
_YEAR_FIRST = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b", re.ASCII)
_TIME = re.compile(r"\b(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)


def day(row: Row, name: str) -> date | None:
    """The day in Kyiv; None for none."""
    text = str(row.get(name) or "")
    if match := _YEAR_FIRST.search(text):
        year, month, number = match.groups()
    elif match := _YEAR_LAST.search(text):
        number, month, year = match.groups()
    else:
        return None
    if not FIRST_YEAR <= int(year) < LAST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return None


def moment(row: Row, name: str) -> datetime | None:
    """The time as aware UTC; None for none, or for a day without one."""
    when, match = day(row, name), _TIME.search(str(row.get(name) or ""))
    if when is None or match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        clock = time(hour, minute, second, tzinfo=KYIV)
    except ValueError:
        return None
    return datetime.combine(when, clock).astimezone(UTC)
