"""Searching as people type: any case, parts of words, in any order."""

import re
import unicodedata

SHORTEST_PART = 3  # characters; a shorter word is found as a whole only
MOST_WORDS = 8
# An apostrophe is typed in many ways and often left out; other keyboards have neither ґ nor ё.
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʹ`´′"), "")
_ALIKE = _APOSTROPHES | {ord("ґ"): "г", ord("ё"): "е"}
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = frozenset({"Mn", "Cf"})  # stress marks; characters that join or turn text


def folded(text: str) -> str:
    """The text as it is compared: compatible characters, letter case, apostrophes do not count."""
    compatible = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES))
    return " ".join(compatible.casefold().translate(_ALIKE).split())


def words(query: str) -> list[str]:
    """What must all be found in a text, at most eight words."""
    return folded(query).split()[:MOST_WORDS]


def plain_words(text: str) -> list[str]:
    """The folded words of a text without anything that is no letter or digit, each once."""
    kept = folded(text)
    if not kept.isascii():
        kept = "".join(char for char in kept if unicodedata.category(char) not in _INVISIBLE)
    return list(dict.fromkeys(_WORD.findall(kept)))


def endings(word: str) -> list[str]:
    """The endings of a word that are long enough to be sought, without the word itself."""
    return [word[at:] for at in range(1, len(word) - SHORTEST_PART + 1)]
