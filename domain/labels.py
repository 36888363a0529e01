"""Status labels and emoji that staff make on the spot."""

import re
import unicodedata

from domain.errors import LabelError, LabelProblem

LONGEST_LABEL = 30


def clean_label(text: str) -> str:
    """The label as shown: surrounding and repeated spaces removed.

    Raises:
        LabelError: it is empty or longer than 30 characters.
    """
    label = " ".join(unicodedata.normalize("NFC", text).split())
    visible = [char for char in label if unicodedata.category(char)[0] not in "CZ"]
    if not visible:
        raise LabelError(LabelProblem.EMPTY)
    if len(label) > LONGEST_LABEL:
        raise LabelError(LabelProblem.TOO_LONG)
    return label


def label_key(label: str) -> str:
    """What makes a label unique: case, spaces and invisible characters do not count."""
    compatible = unicodedata.normalize("NFKC", label).casefold()
    return " ".join(
        "".join(char for char in compatible if unicodedata.category(char) != "Cf").split()
    )


# One emoji as people see it: a flag, a keycap, or a picture with its variation, skin and what is
# joined to it (https://unicode.org/reports/tr51/#EBNF_and_Regex, but for the list of pictures).
_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_PART = f"{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]?\u20e3?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
_EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PART}(?:\u200d{_PART})*")
_LONGEST_EMOJI = 16  # code points; a family of four has eleven


def clean_emoji(text: str) -> str:
    """The one emoji that was typed, without spaces around it.

    Raises:
        LabelError: it is not exactly one emoji.
    """
    emoji = text.strip()
    if len(emoji) > _LONGEST_EMOJI or not _EMOJI.fullmatch(emoji):
        raise LabelError(LabelProblem.NO_EMOJI)
    return emoji
