"""Languages: messages, amounts, quantities and times as staff read them.

The English text is the message id. Ukrainian comes from ``locales/uk/LC_MESSAGES/kramar.po``, read
at start; ``python -m bot.i18n_check`` proves that nothing is missing there.
"""

import gettext
import string
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from domain.money import rounded

LOCALES = Path(__file__).resolve().parent.parent / "locales"
DOMAIN = "kramar"

ENGLISH = "en"
UKRAINIAN = "uk"

_HRYVNIA = "UAH"
_HRYVNIA_SHOWN = {ENGLISH: "₴{amount}", UKRAINIAN: "{amount}\N{NO-BREAK SPACE}₴"}
_MINUS = "\N{MINUS SIGN}"
_LONGEST_CODE = 8
_CODE_CHARACTERS = frozenset(string.ascii_letters + string.digits)
_DATES = {
    ENGLISH: ("d MMM, HH:mm", "d MMM y, HH:mm"),
    UKRAINIAN: ("d MMM, HH:mm", "d MMM y 'р.', HH:mm"),
}
_DAYS = {ENGLISH: "d MMMM y", UKRAINIAN: "d MMMM y 'р.'"}


@dataclass(frozen=True, slots=True)
class Translator:
    """One language and the shop's time zone. Call it with the English text of a message.

    Messages hold no markup, and values are put in as they are: escape the foreign ones first, if
    the result becomes HTML.
    """

    language: str
    zone: ZoneInfo

    def __call__(self, message: str, **values: object) -> str:
        """The message in this language, its ``{name}`` placeholders filled."""
        return _catalogue(self.language).gettext(message).format(**values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """The form of the message that goes with ``count``, which fills ``{count}``."""
        message = _catalogue(self.language).ngettext(one, many, count)
        return message.format(count=count, **values)

    def money(self, amount: Decimal, currency: str) -> str:
        """The amount with its currency (an ISO code), no-break: "1 234,50 ₴", "₴1,234.50".

        The result is safe in HTML whatever the code is.
        """
        amount = rounded(amount)
        sign = _MINUS if amount < 0 else ""
        return sign + self._unsigned(abs(amount), currency)

    def _unsigned(self, amount: Decimal, currency: str) -> str:
        if currency == _HRYVNIA:
            number = format_decimal(amount, format="#,##0.00", locale=self.language)
            return _HRYVNIA_SHOWN[self.language].format(amount=number)
        code = "".join(char for char in currency if char in _CODE_CHARACTERS)[:_LONGEST_CODE]
        return format_currency(amount, code, locale=self.language, currency_digits=False).strip()

    def quantity(self, quantity: Decimal) -> str:
        """The quantity without needless zeros: "1,5" in Ukrainian, "1.5" in English."""
        sign = _MINUS if quantity < 0 else ""
        return sign + format_decimal(abs(quantity), format="#,##0.###", locale=self.language)

    def date_time(self, at: datetime, *, now: datetime) -> str:
        """Day and time in the shop's zone, "22 Nov, 14:05"; with the year when it is not this one.

        Both are aware.
        """
        local = at.astimezone(self.zone)
        this_year, any_year = _DATES[self.language]
        pattern = this_year if local.year == now.astimezone(self.zone).year else any_year
        return format_datetime(local, pattern, locale=self.language)

    def local_day(self, at: datetime) -> date:
        """Which day an aware moment is of, in the shop's zone."""
        return at.astimezone(self.zone).date()

    def day(self, day: date) -> str:
        """A day with its year: "22 November 2026", "22 листопада 2026 р."."""
        return format_date(day, _DAYS[self.language], locale=self.language)

    def time(self, at: datetime) -> str:
        """The time of an aware moment in the shop's zone: "14:05"."""
        return f"{at.astimezone(self.zone):%H:%M}"


@dataclass(frozen=True, slots=True)
class Translators:
    """Makes translators for a shop, whose time zone they show."""

    zone: ZoneInfo

    def __call__(self, language: str | None) -> Translator:
        """The translator for a language code of Telegram or of a staff member's choice."""
        is_ukrainian = (language or "").lower().partition("-")[0] == UKRAINIAN
        return Translator(UKRAINIAN if is_ukrainian else ENGLISH, self.zone)


def catalogue_path(language: str, locales: Path = LOCALES) -> Path:
    """Where the translations into a language are."""
    return locales / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    with catalogue_path(language).open("rb") as source:
        messages = read_po(source, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
