"""Names of people, taken apart for a parcel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.carriers import PersonName
from domain.person_names import is_ukrainian, read


def parts(name: PersonName | None) -> tuple[str, str, str] | None:
    return (name.last, name.first, name.middle) if name else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Коваль Олена", ("Коваль", "Олена", "")),
        ("Коваль Олена Іванівна", ("Коваль", "Олена", "Іванівна")),
        ("Олена Іванівна Коваль", ("Коваль", "Олена", "Іванівна")),
        ("Антонович Володимир Боніфатійович", ("Антонович", "Володимир", "Боніфатійович")),
        ("Антонович Олена Марія", ("Антонович", "Олена", "Марія")),
        ("Олена Коваленко", ("Коваленко", "Олена", "")),
        ("Ірина Левицька", ("Левицька", "Ірина", "")),
        ("Шевченко Ткачук", ("Шевченко", "Ткачук", "")),
        ("Франческа Романо", ("Франческа", "Романо", "")),
        ("  Дем\u2019янчук \n Мар\u02bcяна ", ("Дем'янчук", "Мар'яна", "")),
        ("Нечуй - Левицький Іван", ("Нечуй-Левицький", "Іван", "")),
        ("Ли\u0438\u0306 Со\u0444\u0456\u044f", ("Лий", "Софія", "")),
        ("О Тетяна", ("О", "Тетяна", "")),
        ("Koval Olena", ("Koval", "Olena", "")),
    ],
)
def test_who_fills_in_a_waybill_begins_with_the_surname(
    text: str, expected: tuple[str, str, str]
) -> None:
    assert parts(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Олена Коваль", ("Коваль", "Олена", "")),
        ("Олена Іванівна Коваль", ("Коваль", "Олена", "Іванівна")),
        ("Іван Петрович Антонович", ("Антонович", "Іван", "Петрович")),
        ("Коваль Олена Іванівна", ("Коваль", "Олена", "Іванівна")),
        ("Коваленко Олена", ("Коваленко", "Олена", "")),
        ("Анна Марія Коваль", ("Коваль", "Анна", "Марія")),
    ],
)
def test_shops_give_the_first_name_first(text: str, expected: tuple[str, str, str]) -> None:
    assert parts(read(text, is_first_name_first=True)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "Олена", "Олена Іванівна", "Іванівна Олена", "Коваль О", "Коваль О.", "Коваль 2"),
        *("Коваль Олена Іванівна Пані", "Коваль-", "- Олена", "Коваль (Олена)", "Коваль 🙂"),
    ],
)
def test_what_has_no_first_and_last_name_is_none(text: str) -> None:
    assert read(text) is None
    assert read(text, is_first_name_first=True) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Їжакевич Ґалаґан", True),
        ("Дем'янчук Мар’яна", True),
        ("Koval Олена", False),
        ("Кoваль Олена", False),  # with a Latin letter
        ("Семён Коваль", False),
    ],
)
def test_ukrainian_letters_are_told_from_others(text: str, expected: bool) -> None:
    name = read(text)
    assert name is not None
    assert is_ukrainian(name) is expected


WORDS = st.sampled_from(
    [
        "Олена",
        "Іван",
        "Коваль",
        "Коваленко",
        "Ткачук",
        "Іванович",
        "Антонович",
        "Іванівна",
        "Петрівна",
        "Левицька",
        "О",
        "Лі",
    ]
)


@given(st.lists(WORDS, min_size=2, max_size=3), st.booleans())
def test_what_was_understood_is_understood_so_again(words: list[str], is_first: bool) -> None:
    name = read(" ".join(words), is_first_name_first=is_first)

    assert name is None or read(name.full) == name
