"""Reading the JSON of platforms: every value is checked before it becomes one of ours.

PHP blurs types: an empty object arrives as ``[]``, an absent text as ``null`` or ``false``, a list
with gaps as an object, and plugins send numbers where WooCommerce itself sends strings. These
readers accept that and nothing else. Problems name the field, never its content.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from domain.errors import MalformedPayloadError
from domain.money import LARGEST, ZERO

Fields = Mapping[str, object]

# Lengths in characters of what the program keeps.
LONGEST_ID = 64
LONGEST_NAME = 500
LONGEST_SKU = 190
LONGEST_UNIT = 16
LONGEST_TEXT = 200
LONGEST_ADDRESS = 500
LONGEST_PHONE = 64
LONGEST_CODE = 100
LONGEST_CURRENCY = 8
LONGEST_URL = 1000

LARGEST_ID = 2**63 - 1
# A time outside of these years is a mistake; at the calendar's ends none can be shown locally.
FIRST_YEAR, LAST_YEAR = 2000, 2100

# PostgreSQL stores neither NUL nor half a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """An element of a list, read and byte for byte as the platform sent it."""

    data: Fields
    body: bytes

    @property
    def id(self) -> int:
        """0 for something that has none."""
        value = self.data.get("id")
        return value if isinstance(value, int) and not isinstance(value, bool) else 0


def load(body: bytes) -> Fields:
    """The JSON object in the body; numbers with a fraction become ``Decimal``, never float.

    Raises:
        MalformedPayloadError: it is not UTF-8, not JSON, or not an object.
    """
    try:
        data = json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise MalformedPayloadError("the body is not UTF-8") from None
    except (ValueError, InvalidOperation, RecursionError):
        raise MalformedPayloadError("the body is not JSON") from None
    if not isinstance(data, dict):
        raise MalformedPayloadError("the body is not a JSON object")
    return data


def _refuse_constant(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity are no JSON


def identifier(data: Fields, key: str) -> int:
    """A positive integer id.

    Raises:
        MalformedPayloadError: it is something else, as in the signed error objects.
    """
    value = data.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID:
        return value
    raise MalformedPayloadError(f"{key} is not an id")


def optional_identifier(data: Fields, key: str) -> str:
    """The id as text; "" for 0, null or nothing at all."""
    return str(identifier(data, key)) if data.get(key) not in (None, 0, "", "0") else ""


def section(data: Fields, key: str) -> Fields:
    """An object inside; empty when it is missing or PHP's empty array."""
    value = data.get(key)
    if isinstance(value, dict):
        return value
    if value in (None, [], "", False):
        return {}
    raise MalformedPayloadError(f"{key} is not an object")


def rows(data: Fields, key: str) -> list[Fields]:
    """A list of objects inside; empty when it is missing."""
    value = data.get(key)
    if isinstance(value, dict):  # a PHP array with gaps
        value = list(value.values())
    if value in (None, "", False):
        return []
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    raise MalformedPayloadError(f"{key} is not a list of objects")


def raw_text(data: Fields, key: str) -> str:
    """A text as the customer wrote it, trimmed, line breaks kept; "" when there is none."""
    value = data.get(key)
    if value is None or value is False:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise MalformedPayloadError(f"{key} is not a text")
    return storable(str(value)).strip()


def line(data: Fields, key: str, longest: int) -> str:
    """A text on one line, at most ``longest`` characters; "" when there is none."""
    return shortened(raw_text(data, key), longest)


def plain_line(data: Fields, key: str, longest: int) -> str:
    """A text that WooCommerce keeps as HTML (titles, names), as plain text on one line."""
    text = raw_text(data, key)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    if "&" in text:
        text = storable(html.unescape(text))
    return shortened(text, longest)


def storable(text: str) -> str:
    """The text without the characters that a database refuses."""
    return _UNSTORABLE.sub("", text)


def shortened(text: str, longest: int) -> str:
    """The text with repeated spaces removed, cut with an ellipsis when it is too long."""
    compact = " ".join(text.split())
    return compact if len(compact) <= longest else compact[: longest - 1].rstrip() + "…"


def web_address(data: Fields, key: str) -> str:
    """An address that a browser can open; "" when it is none, or too long to be kept."""
    url = raw_text(data, key)
    return url if url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL else ""


def number(data: Fields, key: str) -> Decimal:
    """A number sent as text or as a number; zero when it is missing or empty.

    Raises:
        MalformedPayloadError: it is no finite number, or absurdly large.
    """
    value = data.get(key)
    if value is None or value == "" or value is False:
        return ZERO
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise MalformedPayloadError(f"{key} is not a number")
    try:
        result = Decimal(value)
    except InvalidOperation:
        raise MalformedPayloadError(f"{key} is not a number") from None
    if not result.is_finite() or abs(result) >= LARGEST:
        raise MalformedPayloadError(f"{key} is not a number")
    return result


def utc_time(data: Fields, key: str) -> datetime | None:
    """A ``*_gmt`` time as aware UTC: they come without "Z". None when missing or no real time."""
    value = data.get(key)
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if FIRST_YEAR <= time.year < LAST_YEAR else None
