"""What is said of a parcel's content: words that carriers take."""

import re

LONGEST_DESCRIPTION = 50  # carriers differ; none takes less
_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟＂", '"'))
_REFUSED = re.compile(r"[^\w\s.,()/№'’\"+-]|_")


def description(text: str) -> str:
    """The text without the signs that carriers refuse, cut between words where it is too long."""
    words = _REFUSED.sub(" ", text.translate(_QUOTES)).split()
    line = " ".join(words)
    if len(line) <= LONGEST_DESCRIPTION:
        return line
    cut = line[: LONGEST_DESCRIPTION + 1].rsplit(" ", 1)[0]
    return cut[:LONGEST_DESCRIPTION].rstrip(" ,.(/+-")
