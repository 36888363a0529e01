"""Reading rows of Nova Poshta's answers, in which types are blurred. Pure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import structlog

from domain.errors import MalformedPayloadError
from domain.money import ZERO
from integrations.fields import LONGEST_TEXT, line, number, raw_text
from integrations.novaposhta.calls import Row

logger = structlog.get_logger(__name__)


def readable(rows: Iterable[Row], *names: str) -> Iterator[Row]:
    """The rows that have the first field, and where all of these are texts.

    One odd row must not cost all others.
    """
    for row in rows:
        try:
            texts = [raw_text(row, name) for name in names]
        except MalformedPayloadError as error:
            logger.warning("a row of Nova Poshta makes no sense", problem=error.problem)
            continue
        if texts[0]:
            yield row


def words(row: Row, name: str, longest: int = LONGEST_TEXT) -> str:
    """A text on one line, cut where it is too long; "" for none, or for what makes no sense."""
    try:
        return line(row, name, longest)
    except MalformedPayloadError:
        return ""


def flag(row: Row, name: str) -> bool | None:
    """Yes or no, sent as a boolean, "1" or 1; None when it is not said."""
    value = row.get(name)
    if value is None or value == "":
        return None
    return value is True or str(value) == "1" or str(value).casefold() == "true"


def amount(row: Row, name: str) -> Decimal:
    """A number or a text of one; zero for none, or for what makes no sense."""
    try:
        return number(row, name)
    except MalformedPayloadError:
        return ZERO
