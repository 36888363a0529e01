"""What is believed of a carrier's word, when it is asked again, and when staff are told."""

from datetime import date, datetime, timedelta

import pytest

from domain.carriers import ParcelState
from domain.parcels import KYIV, days_to_tell, is_believed, next_look

UNKNOWN, CREATED, MOVING, ARRIVED, RECEIVED, RETURNING, DELETED = ParcelState
BELIEVED = {
    UNKNOWN: {*ParcelState},
    CREATED: {*ParcelState} - {UNKNOWN},
    MOVING: {MOVING, ARRIVED, RECEIVED, RETURNING},
    ARRIVED: {MOVING, ARRIVED, RECEIVED, RETURNING},  # sent on elsewhere
    RETURNING: {MOVING, ARRIVED, RECEIVED, RETURNING},  # the customer thought better
    RECEIVED: {RECEIVED},
    DELETED: {DELETED},
}


@pytest.mark.parametrize("known", ParcelState)
def test_what_can_follow_a_state(known: ParcelState) -> None:
    assert {said for said in ParcelState if is_believed(known, said)} == BELIEVED[known]


@pytest.mark.parametrize(
    ("state", "days", "minutes"),
    [
        (UNKNOWN, 0, 60),
        (UNKNOWN, 2.9, 60),
        (UNKNOWN, 3, 1440),
        (UNKNOWN, 29.9, 1440),
        (UNKNOWN, 30, None),
        (CREATED, 0, 20),
        (CREATED, 1, 60),
        (CREATED, 14, 1440),
        (CREATED, 60, None),
        (MOVING, 13.9, 20),
        (MOVING, 14, 1440),
        (MOVING, 60, None),
        (ARRIVED, 13.9, 20),
        (ARRIVED, 60, None),
        (RETURNING, 0, 1440),
        (RETURNING, 14, None),
        (RECEIVED, 0, None),
        (DELETED, 0, None),
    ],
)
def test_what_may_change_soon_is_asked_for_soon(
    state: ParcelState, days: float, minutes: int | None
) -> None:
    pause = timedelta(minutes=minutes) if minutes is not None else None
    assert next_look(state, timedelta(days=days), timedelta(minutes=20)) == pause


@pytest.mark.parametrize(
    ("day", "hour", "told", "days"),
    [
        (22, 12, 0, 0),
        (23, 12, 0, 3),
        (23, 9, 0, 3),
        (23, 8, 0, 0),
        (23, 19, 0, 3),
        (23, 20, 0, 0),
        (24, 10, 3, 0),
        (24, 10, 0, 4),  # yesterday nobody could be asked
        (26, 10, 4, 6),
        (27, 10, 6, 0),
        (30, 10, 6, 0),
    ],
)
def test_staff_are_told_on_the_third_and_sixth_day_in_working_hours(
    day: int, hour: int, told: int, days: int
) -> None:
    at = datetime(2026, 11, day, hour, 30, tzinfo=KYIV)
    assert days_to_tell(date(2026, 11, 20), told, at) == days
