"""How heavy a parcel is, and how large, as people type it."""

from decimal import Decimal

import pytest

from domain.boxes import Box, box_cm, weight_and_box, weight_kg
from domain.errors import TypedError, TypedProblem


@pytest.mark.parametrize(
    ("text", "kg"),
    [
        ("0.5", "0.5"),
        (" 0,5 кг ", "0.5"),
        ("2", "2"),
        ("1.25KG", "1.25"),
        ("500 г", "0.5"),
        ("50гр.", "0.05"),
        ("0,0001", "0.001"),
        ("1000", "1000"),
    ],
)
def test_a_weight_is_read(text: str, kg: str) -> None:
    assert weight_kg(text) == Decimal(kg)


@pytest.mark.parametrize(
    "text", ["", "0", "0 кг", "-1", "1000.1", "важко", "1 2", "1e3", "½", "5 м"]
)
def test_what_is_no_weight_is_refused(text: str) -> None:
    with pytest.raises(TypedError) as refused:
        weight_kg(text)
    assert refused.value.problem is TypedProblem.NOT_A_WEIGHT


@pytest.mark.parametrize(
    "text",
    [
        "30x20x10",
        "30х20х10",
        "30Х20X10",
        "30×20×10",
        "30*20*10",
        "30 20 10",
        " 30 x 20 х 10 ",
        "30/20/10",
        "30 на 20 на 10",
        "30 см х 20 см х 10см.",
        "29,5x19.1x9,01",
    ],
)
def test_a_box_is_read_however_it_is_written(text: str) -> None:
    assert box_cm(text) == Box(length_cm=30, width_cm=20, height_cm=10)


@pytest.mark.parametrize(
    "text", ["", "30x20", "30x20x10x5", "0x20x10", "301x20x10", "-3x2x1", "коробка"]
)
def test_what_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(TypedError) as refused:
        box_cm(text)
    assert refused.value.problem is TypedProblem.NOT_A_BOX


@pytest.mark.parametrize(
    ("text", "kg", "is_box"),
    [
        ("1,5", "1.5", False),
        ("500 г", "0.5", False),
        ("30x20x10", None, True),
        ("30 см х 20 см х 10 см", None, True),
        ("30 20 10", None, True),
        (" 2,5 кг, 30x20x10 ", "2.5", True),
        ("2.5 30 х 20 х 10 см", "2.5", True),
        ("2; 30/20/10", "2", True),
    ],
)
def test_a_weight_and_a_box_are_read_out_of_one_line(
    text: str, kg: str | None, is_box: bool
) -> None:
    weight = Decimal(kg) if kg else None
    assert weight_and_box(text) == (weight, Box(30, 20, 10) if is_box else None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", TypedProblem.NOT_A_WEIGHT),
        ("багато 30x20x10", TypedProblem.NOT_A_WEIGHT),
        ("30x20", TypedProblem.NOT_A_BOX),
        ("2 кг 30x20", TypedProblem.NOT_A_BOX),
        ("1 кг 30 20 10", TypedProblem.NOT_A_BOX),  # which of the four is which?
    ],
)
def test_a_line_of_which_a_part_is_neither_is_refused(text: str, problem: TypedProblem) -> None:
    with pytest.raises(TypedError) as refused:
        weight_and_box(text)
    assert refused.value.problem is problem
