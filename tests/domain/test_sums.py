from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import KOPIYKA, ZERO, from_kopiykas, from_thousandths
from domain.sums import Discount, SaleSums, line_sum, part_of, spread

D = Decimal
amounts = st.integers(0, 10**10).map(from_kopiykas)
quantities = st.integers(1, 10**9).map(from_thousandths)
percentages = st.integers(0, 10_000).map(lambda hundredths: Discount(D(hundredths) / 100, True))
discounts = amounts.map(Discount) | percentages


@pytest.mark.parametrize(
    ("price", "quantity", "base"),
    [
        ("350", "2", "700"),
        ("0.01", "0.5", "0.01"),  # half a kopiyka is rounded up
        ("0.01", "0.499", "0.00"),
        ("33.33", "1.5", "50.00"),
        ("10.333333", "3", "31.00"),
    ],
)
def test_a_line_is_price_times_quantity_rounded_once(price: str, quantity: str, base: str) -> None:
    assert line_sum(D(price), D(quantity)).amount == D(base)


@pytest.mark.parametrize(
    ("discount", "base", "taken"),
    [
        (Discount(D(50)), "700", "50"),
        (Discount(D(50)), "30", "30"),
        (Discount(D(50)), "0", "0"),
        (Discount(D(50)), "-5", "0"),
        (Discount(D(10), is_percent=True), "700", "70"),
        (Discount(D(100), is_percent=True), "700.01", "700.01"),
        (Discount(D(5), is_percent=True), "0.10", "0.01"),
        (Discount(D("33.33"), is_percent=True), "100", "33.33"),
    ],
)
def test_discounts(discount: Discount, base: str, taken: str) -> None:
    assert discount.of(D(base)) == D(taken)


@given(discounts, amounts)
def test_no_discount_exceeds_what_it_is_taken_from(discount: Discount, base: Decimal) -> None:
    taken = discount.of(base)

    assert ZERO <= taken <= base
    assert taken % KOPIYKA == 0


@given(amounts, quantities, discounts)
def test_a_line_adds_up(price: Decimal, quantity: Decimal, discount: Discount) -> None:
    sums = line_sum(price, quantity, discount)

    assert sums.amount == sums.base - sums.discount
    assert ZERO <= sums.amount <= sums.base
    assert abs(sums.base - price * quantity) <= KOPIYKA / 2


def test_a_sale_adds_up() -> None:
    sums = SaleSums(
        goods=D(850), discount=D(50), delivery_cost=D(70), fees=D("1.5"), refunded=D(100)
    )

    assert (sums.total, sums.due) == (D("871.50"), D("771.50"))


@given(amounts, quantities, st.lists(quantities, max_size=5))
def test_parts_of_a_line_add_up_to_it(amount: Decimal, rest: Decimal, parts: list[Decimal]) -> None:
    """As returns make them: each is what the sum so far has grown by."""
    whole, so_far, taken = sum(parts, rest), ZERO, []
    for part in [*parts, rest]:
        taken.append(part_of(amount, so_far + part, whole) - part_of(amount, so_far, whole))
        so_far += part

    assert sum(taken, ZERO) == amount
    assert all(each >= 0 for each in taken)


@given(amounts, st.lists(amounts, min_size=1, max_size=20))
def test_shares_add_up_and_are_fair_to_a_kopiyka(total: Decimal, weights: list[Decimal]) -> None:
    shares = spread(total, weights)

    assert sum(shares, ZERO) == total
    assert all(share % KOPIYKA == 0 for share in shares)
    if whole := sum(weights, ZERO):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - total * weight / whole) < KOPIYKA
            assert weight or not share


@given(st.lists(amounts, min_size=1, max_size=20), st.data())
def test_no_line_gets_more_discount_than_it_costs(
    weights: list[Decimal], data: st.DataObject
) -> None:
    goods = sum(weights, ZERO)
    total = data.draw(st.integers(0, int(goods * 100)).map(from_kopiykas))

    shares = spread(total, weights)

    assert all(ZERO <= share <= weight for share, weight in zip(shares, weights, strict=True))


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("0.02", ["1", "1", "1"], ["0.01", "0.01", "0"]),  # equals: the first come first
        ("100", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        ("0.01", ["1", "5"], ["0", "0.01"]),
        ("50", ["0", "10"], ["0", "50"]),
        ("50", ["-10", "10"], ["0", "50"]),
        ("5", ["0", "0"], ["5", "0"]),
        ("0", [], []),
    ],
)
def test_what_is_left_goes_to_those_that_lost_most(
    total: str, weights: list[str], shares: list[str]
) -> None:
    assert spread(D(total), [D(weight) for weight in weights]) == [D(share) for share in shares]
