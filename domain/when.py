"""When somebody wants to be reminded, as people type it in Ukrainian and in English.

Read by hand, because the library ``dateparser`` takes "сьогодні о 18" for this very minute and does
not know "за годину", "через тиждень", "у понеділок о 9" and "in half an hour".

The two languages share no words, so both are always understood. What the pieces of a text mean
together is ``domain/moments.py``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import partial
from zoneinfo import ZoneInfo

from domain.errors import TypedError, TypedProblem
from domain.moments import (
    NotATimeError,
    Part,
    Said,
    checked,
    in_days,
    on_date,
    on_weekday,
)

LONGEST = 100  # characters
_FURTHEST_DAY = timedelta(days=2 * 366)

Action = Callable[[Said, re.Match[str]], None]


def read(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that was typed (aware UTC), after ``now`` (aware) by at most a year.

    Raises:
        TypedError: it is no time, or in the past, or too far ahead.
    """
    try:
        moment = _said(_plain(text)).moment(now, zone)
    except (NotATimeError, OverflowError) as error:
        raise TypedError(TypedProblem.NOT_A_TIME, text) from error
    return checked(moment, text, now=now)


def read_day(text: str, *, now: datetime, zone: ZoneInfo) -> date:
    """The day that was typed, in the zone: today, or later by at most two years.

    Raises:
        TypedError: it is no day, or over, or too far ahead.
    """
    today = now.astimezone(zone).date()
    try:
        day = _said(_plain(text)).moment(now, zone).astimezone(zone).date()
    except (NotATimeError, OverflowError) as error:
        raise TypedError(TypedProblem.NOT_A_DAY, text) from error
    if day < today:
        raise TypedError(TypedProblem.DAY_OVER, text)
    if day > today + _FURTHEST_DAY:
        raise TypedError(TypedProblem.DAY_TOO_FAR, text)
    return day


def _plain(text: str) -> str:
    """Small letters, single spaces; no apostrophes, and no points and commas but in numbers."""
    if len(text) > LONGEST:
        raise NotATimeError
    small = unicodedata.normalize("NFKC", text).casefold()
    small = re.sub(r"['’ʼ`´]", "", small)
    small = re.sub(r"(?<!\w)([ap])\.\s?m\.?", r"\1m", re.sub(r"(\d)([ap]\.)", r"\1 \2", small))
    small = re.sub(r"(?<!\d)[.,]|[.,](?!\d)|[;!?()\"«»„“”]", " ", small)
    return " ".join(small.split())


def _said(text: str) -> Said:
    said, at = Said(), 0
    while at < len(text):
        for pattern, action in _PIECES:
            if (match := pattern.match(text, at)) is not None:
                action(said, match)
                at = match.end()
                break
        else:
            raise NotATimeError
        while at < len(text) and text[at] == " ":
            at += 1
    return said


# --- words ---------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    return text.split()


def _each(*words: str) -> dict[str, int]:
    """Words by their place; several for one place are separated by spaces."""
    return {word: at for at, group in enumerate(words) for word in group.split()}


_WEEKDAYS = _each(
    "понеділок понеділка понеділку пн monday mon",
    "вівторок вівторка вівторку вт tuesday tues tue",
    "середа середу середи ср wednesday wed",
    "четвер четверга четвергу чт thursday thurs thur thu",
    "пятниця пятницю пятниці пт friday fri",
    "субота суботу суботи сб saturday sat",
    "неділя неділю неділі нд sunday sun",
)
_MONTHS = _each(
    "",
    "січень січня січ january jan",
    "лютий лютого лют february feb",
    "березень березня бер march mar",
    "квітень квітня квіт кві april apr",
    "травень травня трав тра may",
    "червень червня черв june jun",
    "липень липня лип july jul",
    "серпень серпня серп august aug",
    "вересень вересня вер september sept sep",
    "жовтень жовтня жовт жов october oct",
    "листопад листопада лист november nov",
    "грудень грудня груд гру december dec",
)
_NUMBERS = {
    **_each(
        "",
        "a an one один одну одна",
        "two два дві пару",
        "three три",
        "four чотири",
        "five пять",
        "six шість",
        "seven сім",
        "eight вісім",
        "nine девять",
        "ten десять",
        "eleven одинадцять",
        "twelve дванадцять",
    ),
    "пятнадцять": 15,
    "fifteen": 15,
    "двадцять": 20,
    "twenty": 20,
    "тридцять": 30,
    "thirty": 30,
    "сорок": 40,
    "forty": 40,
}
_HOURS = _each(  # "о десятій", "at ten", and the hour that "пів на десяту" is half of
    "",
    "першій першу one",
    "другій другу two",
    "третій третю three",
    "четвертій четверту four",
    "пятій пяту five",
    "шостій шосту six",
    "сьомій сьому seven",
    "восьмій восьму eight",
    "девятій девяту nine",
    "десятій десяту ten",
    "одинадцятій одинадцяту eleven",
    "дванадцятій дванадцяту twelve",
)
_MINUTES = "хвилин хвилини хвилину хвилинку хв мін minutes minute mins min m"
_HOUR_UNITS = "годин години годину годинку год г hours hour hrs hr h"
_DAYS = "днів дні дня день діб доби добу days day d"
_WEEKS = "тижнів тижні тижня тиждень тижд weeks week wk w"
_MONTH_UNITS = "місяців місяці місяця місяць міс months month"
_MINUTES_IN = {
    **dict.fromkeys(_MINUTES.split(), 1),
    **dict.fromkeys(_HOUR_UNITS.split(), 60),
}
_DAYS_IN = {**dict.fromkeys(_DAYS.split(), 1), **dict.fromkeys(_WEEKS.split(), 7)}
_UNITS = (*_MINUTES_IN, *_DAYS_IN, *_MONTH_UNITS.split())

_NEVER = range(0)
_AM, _PM = Part(None, _NEVER, is_early=True), Part(None, range(1, 12))
_EVENING = Part(time(19), range(1, 12))
_PARTS: Mapping[str, Part] = {
    "am": _AM,
    "pm": _PM,
    **dict.fromkeys(
        _words("вранці уранці зранку ранком ранку ранок morning"), Part(time(9), _NEVER)
    ),
    **dict.fromkeys(_words("обід обідом lunch lunchtime"), Part(time(13), range(1, 5))),
    **dict.fromkeys(_words("вдень удень дня afternoon"), Part(time(14), range(1, 8))),
    **dict.fromkeys(_words("ввечері увечері вечором вечора вечір evening"), _EVENING),
    **dict.fromkeys(_words("вночі уночі ночі night"), Part(time(23), range(6, 12), is_early=True)),
}
_NOONS = {"noon": 12, "midday": 12, "опівдні": 12, "midnight": 0, "опівночі": 0}
_DAY_WORDS = {
    "завтра": 1,
    "tomorrow": 1,
    "tmrw": 1,
    "післязавтра": 2,
    "позавтра": 2,
    "day after tomorrow": 2,
}
_FILLERS = _words(
    "о об в у на до к at on by in the and of for this і й та цього цю цей цієї року рік р числа "
    "нагадай нагадати нагадайте мені remind me please about around десь приблизно"
)


# --- what a piece means --------------------------------------------------------------------------


def _add_span(said: Said, match: re.Match[str]) -> None:
    """A number, or one, of a unit of time: "через 2 години", "in a week"."""
    count = _count(match.groupdict().get("count"))
    unit = match["unit"]
    if unit in _MINUTES_IN:
        said.add(elapsed=timedelta(seconds=int(count * 60 * _MINUTES_IN[unit])))
        return
    if count.denominator != 1:
        raise NotATimeError
    if unit in _DAYS_IN:
        said.add(days=count.numerator * _DAYS_IN[unit])
    else:
        said.add(months=count.numerator)


def _count(text: str | None) -> Fraction:
    if text is None:
        return Fraction(1)
    return Fraction(_NUMBERS[text] if text in _NUMBERS else text.replace(",", "."))


def _add_minutes(minutes: int, said: Said, _: re.Match[str]) -> None:
    said.add(elapsed=timedelta(minutes=minutes))


def _add_week(said: Said, _: re.Match[str]) -> None:
    said.add(days=7)


def _name_time(said: Said, match: re.Match[str]) -> None:
    said.name_hour(int(match["hour"]), int(match["minute"] or 0))


def _name_hour_word(said: Said, match: re.Match[str]) -> None:
    said.name_hour(_HOURS[match["word"]])


def _name_half_before(said: Said, match: re.Match[str]) -> None:
    said.name_hour((_HOURS[match["word"]] - 1) or 12, 30)


def _name_half_past(said: Said, match: re.Match[str]) -> None:
    word = match["word"]
    said.name_hour(_HOURS[word] if word in _HOURS else int(word), 30)


def _name_noon(said: Said, match: re.Match[str]) -> None:
    said.name_hour(_NOONS[match["word"]])


def _name_bare_hour(said: Said, match: re.Match[str]) -> None:
    said.name_hour(int(match["hour"]), is_bare=True)


def _name_part(said: Said, match: re.Match[str]) -> None:
    said.name_part(_PARTS[match["word"]])


def _name_hour_of_day(said: Said, match: re.Match[str]) -> None:
    """Not two days: "2 дня"."""
    _name_bare_hour(said, match)
    said.name_part(_PARTS["дня"])


def _name_date(said: Said, match: re.Match[str]) -> None:
    _on_date(said, int(match["day"]), int(match["month"]), match["year"])


def _name_month(said: Said, match: re.Match[str]) -> None:
    _on_date(said, int(match["day"]), _MONTHS[match["word"]], match["year"])


def _on_date(said: Said, day: int, month: int, year: str | None) -> None:
    century = 2000 if year is not None and len(year) == 2 else 0
    said.name_day(on_date(day, month, century + int(year) if year is not None else None))


def _name_date_or_time(said: Said, match: re.Match[str]) -> None:
    """A date like "25.12", a time like "9.30", and so is "9.10" after a day."""
    first, second = int(match["day"]), int(match["month"])
    is_time = match["mark"] == "." and len(match["month"]) == 2 and first < 24 and second < 60
    if is_time and (said.day is not None or not 1 <= second <= 12 or first == 0):
        said.name_hour(first, second)
    else:
        _on_date(said, first, second, None)


def _name_today(said: Said, _: re.Match[str]) -> None:
    said.name_day(in_days(0), is_time_needed=True)


def _name_tonight(said: Said, match: re.Match[str]) -> None:
    _name_today(said, match)
    said.name_part(_EVENING)


def _name_day_word(said: Said, match: re.Match[str]) -> None:
    said.name_day(in_days(_DAY_WORDS[match["word"]]))


def _name_weekday(said: Said, match: re.Match[str]) -> None:
    is_next = match["next"] is not None
    said.name_day(on_weekday(_WEEKDAYS[match["word"]], is_next=is_next), next_day=in_days(7))


def _skip(_said: Said, _: re.Match[str]) -> None:
    """A word that adds nothing."""


# --- how a piece looks ---------------------------------------------------------------------------


def _any(words: Iterable[str], name: str = "word") -> str:
    """One of these whole words, the longest first."""
    choices = "|".join(sorted(words, key=len, reverse=True))
    return rf"(?P<{name}>{choices})(?!\w)"


_FROM_NOW = r"(?:через|за|in|after)\s+"
_COUNT = rf"(?P<count>\d{{1,4}}(?:[.,]\d{{1,2}})?|(?:{'|'.join(_NUMBERS)})(?!\w))\s*"
_UNIT = _any(_UNITS, "unit")
_AND = r"(?:(?:and|і|та)\s+)?"
_HOUR = r"(?P<hour>[01]?\d|2[0-3])"
_MINUTE = r"(?P<minute>[0-5]\d)"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_TO_HOUR = r"(?:\s*(?:годині|годину|годин|година|год|г|oclock)(?!\w))?"
_TH = r"(?:-?го|st|nd|rd|th)?"
_NO_MORE = r"(?![\d]|[.:/\-]\d)"

_PIECES: list[tuple[re.Pattern[str], Action]] = [
    (re.compile(pattern), action)
    for pattern, action in (
        (
            rf"(?:{_FROM_NOW})?(?:пів\s?-?(?:годин[аиу]|год)|half[\s-](?:an\s)?hour)(?!\w)",
            partial(_add_minutes, 30),
        ),
        (
            rf"(?:{_FROM_NOW})?(?:півтор[аи]\s(?:години|год)|an hour and a half)(?!\w)",
            partial(_add_minutes, 90),
        ),
        (rf"{_FROM_NOW}(?:{_COUNT})?{_UNIT}", _add_span),
        (r"(?:наступного тижня|next week)(?!\w)", _add_week),
        (rf"(?:о|об|в|у|at|@)\s*{_HOUR}(?:[:.\-]{_MINUTE})?{_NO_MORE}{_TO_HOUR}", _name_time),
        (rf"(?:на|by)\s+{_HOUR}(?::{_MINUTE})?{_NO_MORE}{_TO_HOUR}", _name_time),
        (rf"(?:о|об|at)\s+{_any(_HOURS.keys())}(?:\sгодині)?", _name_hour_word),
        (rf"(?:о\s)?пів на {_any(_HOURS.keys())}", _name_half_before),
        (rf"(?:at\s)?half past (?:{_any([*_HOURS.keys(), '1[0-2]', '[1-9]'])})", _name_half_past),
        (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)", _name_date),
        (
            rf"(?P<day>\d{{1,2}})(?P<mark>[./\-])(?P<month>\d{{1,2}})(?P=mark){_YEAR}(?!\d)",
            _name_date,
        ),
        (rf"{_HOUR}[:\-]{_MINUTE}(?::\d\d)?{_NO_MORE}", _name_time),
        (
            rf"(?P<day>\d{{1,2}})(?P<mark>[./])(?P<month>\d{{1,2}}){_NO_MORE}",
            _name_date_or_time,
        ),
        (
            rf"(?P<day>\d{{1,2}}){_TH}\s*(?:of\s)?{_any(_MONTHS.keys())}"
            r"(?:\s(?P<year>\d{4})(?!\d))?",
            _name_month,
        ),
        (
            rf"{_any(_MONTHS.keys())}\s(?P<day>\d{{1,2}}){_TH}(?!\w|[.:]\d)"
            r"(?:\s(?P<year>\d{4})(?!\d))?",
            _name_month,
        ),
        (r"(?P<hour>\d{1,2})\sдня(?!\w)", _name_hour_of_day),
        (rf"{_AND}{_COUNT}{_UNIT}", _add_span),
        (r"(?:сьогодні|today)(?!\w)", _name_today),
        (r"tonight(?!\w)", _name_tonight),
        (_any(_DAY_WORDS), _name_day_word),
        (rf"(?P<next>(?:наступн(?:ого|ої|ий|у)|next)\s)?{_any(_WEEKDAYS)}", _name_weekday),
        (_any(_NOONS), _name_noon),
        (_any(_PARTS), _name_part),
        (r"(?P<hour>[01]?\d|2[0-3])(?!\d|[.,:/\-]\d)", _name_bare_hour),
        (rf"(?:{'|'.join(_FILLERS)})(?!\w)", _skip),
    )
]
