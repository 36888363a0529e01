"""A building and a flat, as people type them."""

import pytest

from domain.doors import building_and_flat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", ("12", "")),
        ("12, 3", ("12", "3")),
        ("12,3", ("12", "3")),
        (" 12-А ,  кв. 3 ", ("12-А", "3")),
        ("12 кв 3", ("12", "3")),
        ("12, кв.3", ("12", "3")),
        ("12; Квартира №3а", ("12", "3а")),
        ("12, оф. 305", ("12", "305")),
        ("12 flat 3", ("12", "3")),
        ("12/3", ("12/3", "")),
        ("12 корпус 2", ("12 корпус 2", "")),
        ("12 корпус 2, кв. 3", ("12 корпус 2", "3")),
        ("", ("", "")),
        (",", ("", "")),
    ],
)
def test_building_and_flat(text: str, expected: tuple[str, str]) -> None:
    assert building_and_flat(text) == expected
