import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.phones import international, is_ukrainian, is_ukrainian_mobile, phone_key


@pytest.mark.parametrize(
    "text",
    [
        "0671234567",
        "067 123 45 67",
        "067-123-45-67",
        "(067) 123-45-67",
        "+380671234567",
        "+38 (067) 123-45-67",
        "380671234567",
        "00380671234567",
        "8 (067) 123-45-67",
        "80671234567",
        " +38\u00a0067\u00a01234567 ",
    ],
)
def test_usual_ways_of_writing_one_number(text: str) -> None:
    assert international(text) == "+380671234567"
    assert phone_key(text) == "765432176083"


@pytest.mark.parametrize(
    ("text", "number"),
    [("+48 601 234 567", "+48601234567"), ("+1 (415) 555-2671", "+14155552671")],
)
def test_numbers_from_abroad(text: str, number: str) -> None:
    assert international(text) == number


@pytest.mark.parametrize("text", ["", "немає", "12", "+", "дзвоніть Івану", "0" * 300])
def test_what_cannot_be_understood_is_kept(text: str) -> None:
    assert international(f" {text} ") == text
    assert phone_key(text) == ""


@given(st.text())
def test_any_text_gives_a_number_or_itself(text: str) -> None:
    result = international(text)

    assert result == text.strip() or result.startswith("+")
    assert international(result) == result
    assert phone_key(result) == phone_key(text)
    assert len(phone_key(text)) <= 20  # as the column


@pytest.mark.parametrize(
    ("phone", "is_of_ukraine", "is_mobile"),
    [
        ("+380671234567", True, True),
        ("+380391234567", True, True),
        ("+380771234567", True, True),
        ("+380441234567", True, False),
        ("+380901234567", False, False),  # not given to anybody
        ("+38067123456", False, False),
        ("+48501234567", False, False),
        ("0671234567", False, False),  # not in international form
        ("без телефону", False, False),
        ("+", False, False),
        ("", False, False),
    ],
)
def test_numbers_of_ukraine_are_told_from_others(
    phone: str, is_of_ukraine: bool, is_mobile: bool
) -> None:
    assert is_ukrainian(phone) is is_of_ukraine
    assert is_ukrainian_mobile(phone) is is_mobile
