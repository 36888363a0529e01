from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    LARGEST,
    from_kopiykas,
    from_thousandths,
    parse_decimal,
    plain,
    rounded,
    to_kopiykas,
    to_thousandths,
)

UNITS = st.integers(-(10**15), 10**15)
AMOUNTS = st.decimals(-LARGEST, LARGEST, allow_nan=False, allow_infinity=False, places=6)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0.005", "0.01"),
        ("0.0049999", "0.00"),
        ("-0.005", "-0.01"),
        ("2.675", "2.68"),
        ("1", "1.00"),
        ("1E+3", "1000.00"),
    ],
)
def test_half_a_kopiyka_is_rounded_away_from_zero(amount: str, expected: str) -> None:
    assert str(rounded(Decimal(amount))) == expected


@given(UNITS)
def test_kopiykas_come_back_exactly(kopiykas: int) -> None:
    assert to_kopiykas(from_kopiykas(kopiykas)) == kopiykas


@given(UNITS)
def test_thousandths_come_back_exactly(thousandths: int) -> None:
    assert to_thousandths(from_thousandths(thousandths)) == thousandths


@given(AMOUNTS)
def test_rounding_moves_an_amount_by_half_a_kopiyka_at_most(amount: Decimal) -> None:
    assert abs(rounded(amount) - amount) <= Decimal("0.005")
    assert rounded(rounded(amount)) == rounded(amount)
    assert rounded(-amount) == -rounded(amount)


@pytest.mark.parametrize(
    ("thousandths", "text"),
    [(1500, "1.5"), (1000, "1"), (100_000, "100"), (1, "0.001"), (0, "0"), (-2250, "-2.25")],
)
def test_quantities_carry_no_trailing_zeros(thousandths: int, text: str) -> None:
    assert str(from_thousandths(thousandths)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.50", "1.5"), ("100", "100"), ("100.00", "100"), ("1E+2", "100"), ("0.000", "0")],
)
def test_plain_digits(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@given(AMOUNTS)
def test_plain_digits_say_the_same_number(amount: Decimal) -> None:
    assert Decimal(plain(amount)) == amount
    assert "E" not in plain(amount)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,50", "1234.50"),
        ("1\u00a0234.5", "1234.5"),
        (" 70.5 ", "70.5"),
        ("-3", "-3"),
        ("9999999999999", "9999999999999"),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", " ", "-", "12 грн", "1,234.50", "NaN", "Infinity", "1e13", "10000000000000"]
)
def test_what_is_no_number(text: str) -> None:
    assert parse_decimal(text) is None


@given(st.text())
def test_any_text_is_a_usable_number_or_none(text: str) -> None:
    value = parse_decimal(text)

    assert value is None or abs(value) < LARGEST
