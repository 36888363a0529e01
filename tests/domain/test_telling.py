"""What a platform is told of an order: the table of the design, and its exceptions."""

import pytest

from domain.orders import Phase, PlatformState
from domain.shops import Step, label_step
from domain.telling import (
    Standing,
    called,
    is_left_ended,
    is_news,
    is_parcel_news,
    is_same_parcel,
)

NAMES = {
    Step.COMPLETED: "completed",
    Step.SHIPPED: "processing",
    Step.RECEIVED: "completed",
    Step.CANCELED: "cancelled",
    Step.REFUSED: "cancelled",
    Step.REOPENED: "processing",
    label_step(7): "on-hold",
    label_step(8): "",
}
STATES = {
    "processing": PlatformState.ACTIVE,
    "on-hold": PlatformState.ACTIVE,
    "completed": PlatformState.COMPLETED,
    "cancelled": PlatformState.CANCELED,
    "refunded": PlatformState.CANCELED,
    "": PlatformState.CANCELED,  # unknown
}


def standing(
    phase: Phase,
    status: str = "on-hold",
    told: str = "",
    *,
    label_id: int | None = None,
    has_waybill: bool = False,
    is_received: bool = False,
    is_left_to_staff: bool = False,
) -> Standing:
    return Standing(
        phase=phase,
        label_id=label_id,
        has_waybill=has_waybill or is_received,
        is_received=is_received,
        is_left_to_staff=is_left_to_staff,
        state=STATES[status],
        status=status,
        told=told,
    )


@pytest.mark.parametrize(
    ("_case", "is_there", "name"),
    [
        ("sold", standing(Phase.COMPLETED), "completed"),
        ("sent", standing(Phase.COMPLETED, has_waybill=True), "processing"),
        ("sent, completed there", standing(Phase.COMPLETED, "completed", has_waybill=True), ""),
        ("received", standing(Phase.COMPLETED, "processing", is_received=True), "completed"),
        ("received, given back", standing(Phase.REFUSED, is_received=True), "cancelled"),
        ("received, open again", standing(Phase.OPEN, is_received=True), ""),
        (
            "received, canceled there",
            standing(Phase.COMPLETED, is_received=True, is_left_to_staff=True),
            "",
        ),
        ("sold again", standing(Phase.COMPLETED, "cancelled", "cancelled"), "completed"),
        ("rejected", standing(Phase.CANCELED), "cancelled"),
        ("refused after a sale", standing(Phase.REFUSED, "completed", "completed"), "cancelled"),
        ("refunded there", standing(Phase.REFUSED, "refunded"), ""),
        ("refunded after our word", standing(Phase.CANCELED, "refunded", ""), ""),
        ("canceled there", standing(Phase.CANCELED, "cancelled", is_left_to_staff=True), ""),
        ("new", standing(Phase.OPEN), ""),
        ("canceled there, open here", standing(Phase.OPEN, "cancelled"), ""),
        (
            "canceled by us, open again",
            standing(Phase.OPEN, "cancelled", "cancelled"),
            "processing",
        ),
        ("sold by us, open again", standing(Phase.OPEN, "completed", "completed"), "processing"),
        ("perhaps canceled, open again", standing(Phase.OPEN, told="cancelled"), "on-hold"),
        ("perhaps not", standing(Phase.OPEN, "completed", "cancelled"), "processing"),
        ("in the trash there", standing(Phase.OPEN, "", ""), ""),
        ("label", standing(Phase.OPEN, "processing", label_id=7), "on-hold"),
        (
            "label of a canceled one",
            standing(Phase.OPEN, "cancelled", "cancelled", label_id=7),
            "on-hold",
        ),
        ("label after their end", standing(Phase.OPEN, "completed", label_id=7), ""),
        ("label without a name", standing(Phase.OPEN, "processing", label_id=8), ""),
        (
            "label unknown, open again",
            standing(Phase.OPEN, "cancelled", "cancelled", label_id=9),
            "processing",
        ),
    ],
)
def test_what_it_is_called_there(_case: str, is_there: Standing, name: str) -> None:
    assert called(is_there, NAMES) == name


@pytest.mark.parametrize(("status", "name"), [("on-hold", "processing"), ("completed", "")])
def test_a_received_parcel_that_nothing_is_told_of_is_on_its_way(status: str, name: str) -> None:
    silent = {**NAMES, Step.RECEIVED: ""}
    assert called(standing(Phase.COMPLETED, status, is_received=True), silent) == name


def test_only_what_is_not_known_there_is_news() -> None:
    same = standing(Phase.COMPLETED, "completed")
    assert not is_news(same, "completed")
    assert not is_news(same, "")
    assert is_news(same, "processing")
    in_doubt = standing(Phase.COMPLETED, "completed", "cancelled")
    assert is_news(in_doubt, "completed")


def test_only_an_end_of_ours_that_cannot_be_taken_back_is_left_to_the_platform() -> None:
    ours = standing(Phase.OPEN, "cancelled", "cancelled")
    assert is_left_ended(ours, "")
    assert not is_left_ended(ours, "processing")
    assert not is_left_ended(standing(Phase.OPEN, "cancelled"), "")
    assert not is_left_ended(standing(Phase.OPEN, "on-hold", "on-hold"), "")
    assert not is_left_ended(standing(Phase.OPEN, "refunded", "cancelled"), "")
    assert not is_left_ended(standing(Phase.REFUSED, "cancelled", "cancelled"), "")


@pytest.mark.parametrize(
    ("number", "known", "told", "is_news_there"),
    [
        ("", "", "", False),
        ("", "20450000000002", "", False),
        ("20450000000001", "", "", True),
        ("20450000000001", "20450000000001", "", False),
        ("20450000000001", "20450000000002", "20450000000002", True),
        ("20450000000001", "20 4500 0000 0001", "20450000000001", False),
        ("PRM123", "prm-123", "", False),
        # Whether the other number was heard nobody knows: it must not be the last word.
        ("20450000000001", "20450000000001", "20450000000002", True),
        ("20450000000001", "", "20450000000001", True),
    ],
)
def test_only_a_parcel_that_is_not_known_there_is_news(
    number: str, known: str, told: str, is_news_there: bool
) -> None:
    assert is_parcel_news(number, known, told) is is_news_there


def test_nothing_is_no_parcel() -> None:
    assert not is_same_parcel("", "")
    assert not is_same_parcel("-", " ")
