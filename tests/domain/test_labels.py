import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LabelError, LabelProblem
from domain.labels import LONGEST_LABEL, clean_label, label_key


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("ПЕРЕДЗВОНИТИ", "ПЕРЕДЗВОНИТИ"),
        ("  call \t back\n", "call back"),
        ("a\u00a0b", "a b"),
        ("и\u0306", "й"),  # a letter and its mark become one character
        ("🎁", "🎁"),
        ("x" * 30, "x" * 30),
    ],
)
def test_a_label_as_shown(text: str, label: str) -> None:
    assert clean_label(text) == label


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "\u200b\u200d \ufeff"])
def test_nothing_visible_is_no_label(text: str) -> None:
    with pytest.raises(LabelError) as caught:
        clean_label(text)

    assert caught.value.problem is LabelProblem.EMPTY


def test_a_label_has_thirty_characters_at_most() -> None:
    with pytest.raises(LabelError) as caught:
        clean_label("x" * (LONGEST_LABEL + 1))

    assert caught.value.problem is LabelProblem.TOO_LONG


@pytest.mark.parametrize(
    "other", ["CALL BACK", "call  back", " Call Back ", "call\u00a0back", "ＣＡＬＬ ＢＡＣＫ"]
)
def test_case_and_spaces_do_not_make_another_label(other: str) -> None:
    assert label_key(other) == label_key("Call back")


def test_different_words_are_different_labels() -> None:
    assert label_key("Call back") != label_key("Callback")
    assert label_key("Їжак") != label_key("Іжак")


@given(st.text(max_size=60))
def test_any_text_is_a_label_or_refused(text: str) -> None:
    try:
        label = clean_label(text)
    except LabelError:
        return
    assert 1 <= len(label) <= LONGEST_LABEL
    assert clean_label(label) == label
    assert label_key(label) == label_key(text)
