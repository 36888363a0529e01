"""Foreign text made safe for Telegram: cleaned, cut, escaped; and how long HTML is when shown."""

import html
import re
import unicodedata
from dataclasses import dataclass

MESSAGE_LIMIT = 4096  # code points after parsing; https://core.telegram.org/bots/api#sendmessage
BUTTONS_LIMIT = 100
CALLBACK_ANSWER_LIMIT = 200

ELLIPSIS = "…"
_TAG = re.compile(r"<[^>]*>")
_REFERENCE_START = re.compile(r"&(?=#|(?:lt|gt|amp|quot)\b)")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
# Embeddings, overrides and isolates: they could turn around what stands after them.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_DROPPED_CATEGORIES = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of HTML and its length when shown, in code points."""

    html: str
    length: int


def plain(text: str, longest: int) -> str:
    """Foreign text as one clean line of at most ``longest`` code points, for a button or an alert.

    Control characters and those that change the direction of what follows are dropped.
    """
    spaced = " ".join(text.split())
    kept = "".join(
        char
        for char in spaced
        if char not in _BIDI_CONTROLS and unicodedata.category(char) not in _DROPPED_CATEGORIES
    ).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + ELLIPSIS


def quoted(text: str, longest: int) -> str:
    """Foreign text as ``plain`` gives it, ready for HTML.

    Text with right-to-left letters is isolated: it cannot reorder the rest of its line.
    """
    return _isolated(html.escape(plain(text, longest), quote=False))


def harmless(text: str, longest: int) -> str:
    """Foreign text as ``plain`` gives it, isolated, that reads the same in an alert and in HTML."""
    cleaned = plain(text, longest).replace("<", "‹").replace(">", "›")
    return _isolated(_REFERENCE_START.sub("\N{FULLWIDTH AMPERSAND}", cleaned))


def _isolated(text: str) -> str:
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def visible_length(source: str) -> int:
    """How many code points Telegram counts in our HTML: tags gone, entities resolved."""
    return len(html.unescape(_TAG.sub("", source)))


def piece(source: str) -> Piece:
    """Our HTML with its shown length."""
    return Piece(source, visible_length(source))
