"""Searching as people type: any case, parts of words, in any order."""

import unicodedata


def folded(text: str) -> str:
    """The text as it is compared: compatible characters and letter case do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words(query: str) -> list[str]:
    """What must all be found in a text, at most eight words."""
    return folded(query).split()[:8]
