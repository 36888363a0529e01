"""Status labels that staff make on the spot."""

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
