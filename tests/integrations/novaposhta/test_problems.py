"""What the codes mean, and that each is told of as a person can mend it."""

import json
from pathlib import Path

import pytest

from domain.carriers import CarrierProblem
from domain.errors import CarrierRefusedError, KeyRefusedError, UnavailableError
from integrations.novaposhta import problems
from integrations.novaposhta.problems import error_of

FIXTURES = Path(__file__).parent / "fixtures"
REFUSALS = {
    case["why"]: case["response"]["body"]
    for case in json.loads((FIXTURES / "internet_document_save.errors.json").read_text())["cases"]
}


def refused(*told: tuple[str, str]) -> CarrierRefusedError:
    error = error_of(told)
    assert isinstance(error, CarrierRefusedError)
    return error


@pytest.mark.parametrize(
    ("why", "problem", "detail"),
    [
        ("date in the past (Kyiv time)", CarrierProblem.DATE, ""),
        ("no recipient", CarrierProblem.OTHER, ""),
        ("phone", CarrierProblem.RECIPIENT_PHONE, ""),
        ("too heavy for the branch", CarrierProblem.PLACE_WEIGHT, "30"),
        ("too heavy for the locker", CarrierProblem.PLACE_WEIGHT, ""),
        ("payment control impossible in a locker", CarrierProblem.COD_PLACE, ""),
        ("payment control above declared value", CarrierProblem.COD_AMOUNT, ""),
        ("money transfer not available for this key", CarrierProblem.COD_KIND, ""),
        ("card in money transfer", CarrierProblem.COD, ""),
        ("several at once", CarrierProblem.RECIPIENT_PHONE, ""),
    ],
)
def test_the_refusals_of_the_samples(why: str, problem: CarrierProblem, detail: str) -> None:
    body = REFUSALS[why]

    error = refused(*zip(body["errorCodes"], body["errors"], strict=True))

    assert (error.reason, error.detail) == (problem, detail)
    assert (error.code, error.words) == (body["errorCodes"][0], body["errors"][0])


def test_all_refusals_of_the_samples_are_tried() -> None:
    assert len(REFUSALS) == 10


@pytest.mark.parametrize(
    ("code", "text", "kg"),
    [
        ("20000201162", "Warehouse place max allowed weight: 30", "30"),
        ("20000201162", "Максимальна вага 1 місця на відділенні: 2,5", "2.5"),
        ("20000201162", "", ""),
        ("20000201502", "Warehouse max allowed weight: 10", "10"),
        ("20000201505", "Максимальна вага на відділенні: 10", "5"),  # as it is really worded
        ("20000200375", "Weight is too high: 1000", ""),
    ],
)
def test_how_much_a_place_takes(code: str, text: str, kg: str) -> None:
    assert refused((code, text)).detail == kg


def test_an_unknown_code_is_told_in_their_words() -> None:
    error = refused(("ERR_0001", "Реєстр не знайдений"), ("", "Щось іще"))

    assert error.reason is CarrierProblem.OTHER
    assert (error.code, error.words) == ("ERR_0001", "Реєстр не знайдений; Щось іще")


def test_what_a_person_can_mend_goes_before_what_nobody_knows() -> None:
    error = refused(("20000100002", "General error"), ("20000200151", "Description is not valid"))

    assert error.reason is CarrierProblem.DESCRIPTION


def test_a_refusal_without_a_reason_is_one() -> None:
    assert refused().reason is CarrierProblem.OTHER
    assert refused(("", "")).words == "no reason was given"


def test_the_key_and_the_pace_go_before_all_else() -> None:
    description = ("20000200151", "Description is not valid")

    key = error_of([description, ("20000201204", "API key expired")])
    pace = error_of([description, ("20000401501", "To many requests")])

    assert isinstance(key, KeyRefusedError)
    assert key.reason is CarrierProblem.KEY_EXPIRED
    assert isinstance(pace, UnavailableError)


def test_a_code_has_one_meaning() -> None:
    listed = [code for codes in problems.CODES.values() for code in codes.split()]

    assert len(listed) == len(set(listed))
    assert not {*listed} & {*problems.KEYS, *problems.LATER}
    assert all(len(code) == 11 and code.isdecimal() for code in listed)
