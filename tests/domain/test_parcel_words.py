"""Words for a parcel's content that carriers take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.parcel_words import LONGEST_DESCRIPTION, description


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Чохол «Синій»", 'Чохол "Синій"'),
        ("  Сукня |\n літо_2026 ", "Сукня літо 2026"),
        ("Мар'яна, №5 (XL) 1/2 + 3-й.", "Мар'яна, №5 (XL) 1/2 + 3-й."),
        ("|©|", ""),
        ("", ""),
        ("а" * 60, "а" * 50),
        (f"{'а' * 45} (синій)", "а" * 45),
        (f"{'а' * 44} синій", f"{'а' * 44} синій"),
        (f"{'а' * 44} синього", "а" * 44),
    ],
)
def test_a_description_keeps_what_carriers_take(text: str, expected: str) -> None:
    assert description(text) == expected


@given(st.text(max_size=120))
def test_a_description_fits_and_is_one_already(text: str) -> None:
    found = description(text)

    assert len(found) <= LONGEST_DESCRIPTION
    assert description(found) == found
