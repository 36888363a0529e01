from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.stock import Wanted, allocate

D = Decimal


def wanted(line_id: int, quantity: str, held: str = "0", product_id: int = 1) -> Wanted:
    return Wanted(line_id, product_id, D(quantity), D(held))


@pytest.mark.parametrize(
    ("lines", "available", "expected"),
    [
        ([wanted(1, "2")], "5", ["2"]),
        ([wanted(1, "2")], "1", ["1"]),
        ([wanted(1, "2")], "0", ["0"]),
        ([wanted(1, "2")], "-3", ["0"]),
        ([wanted(1, "2"), wanted(2, "2")], "3", ["2", "1"]),  # first come, first served
        ([wanted(1, "5", "2")], "1", ["3"]),
        ([wanted(1, "5", "2")], "-1", ["2"]),  # what is held stays held
        ([wanted(1, "1", "3")], "0", ["1"]),
        ([wanted(1, "0", "3")], "0", ["0"]),
        ([wanted(1, "3", "0"), wanted(2, "0", "3")], "0", ["3", "0"]),  # moved between lines
        ([wanted(1, "3", "0"), wanted(2, "0", "3")], "-2", ["1", "0"]),  # the debt comes first
        ([wanted(1, "1.5"), wanted(2, "0.75")], "2", ["1.5", "0.5"]),
        ([], "5", []),
    ],
)
def test_who_gets_how_much(lines: list[Wanted], available: str, expected: list[str]) -> None:
    holds = allocate(lines, {1: D(available)})

    assert [holds[line.line_id] for line in lines] == [D(text) for text in expected]


def test_products_do_not_share() -> None:
    lines = [wanted(1, "2"), wanted(2, "2", product_id=2), wanted(3, "1", product_id=3)]

    assert allocate(lines, {1: D(2), 2: D(1)}) == {1: D(2), 2: D(1), 3: D(0)}


QUANTITIES = st.integers(0, 5000).map(lambda thousandths: D(thousandths) / 1000)
LINES = st.lists(st.tuples(st.integers(1, 3), QUANTITIES, QUANTITIES), max_size=8).map(
    lambda rows: [
        Wanted(line_id, product_id, quantity, held)
        for line_id, (product_id, quantity, held) in enumerate(rows)
    ]
)
AVAILABLE = st.dictionaries(
    st.integers(1, 3), st.integers(-5000, 9000).map(lambda thousandths: D(thousandths) / 1000)
)


@given(LINES, AVAILABLE)
def test_the_rules_of_sharing(lines: list[Wanted], available: dict[int, Decimal]) -> None:
    before = dict(available)
    holds = allocate(lines, available)

    assert available == before
    for line in lines:
        assert min(line.held, line.quantity) <= holds[line.line_id] <= line.quantity
    for product_id in (1, 2, 3):
        of_product = [line for line in lines if line.product_id == product_id]
        free = available.get(product_id, D(0))
        given_back = sum((line.held - holds[line.line_id] for line in of_product), D(0))
        is_short = any(holds[line.line_id] < line.quantity for line in of_product)
        # Never more than there is, and nothing is left lying while somebody is short.
        assert free + given_back >= min(free, D(0))
        if is_short:
            assert free + given_back <= 0


@given(LINES, AVAILABLE)
def test_sharing_twice_changes_nothing(lines: list[Wanted], available: dict[int, Decimal]) -> None:
    holds = allocate(lines, available)
    left = dict(available)
    for line in lines:
        left[line.product_id] = left.get(line.product_id, D(0)) + line.held - holds[line.line_id]
    again = [
        Wanted(line.line_id, line.product_id, line.quantity, holds[line.line_id]) for line in lines
    ]

    assert allocate(again, left) == holds
