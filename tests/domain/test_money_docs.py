"""The worked example of docs/money.md is what the program really computes."""

from decimal import Decimal
from pathlib import Path

from domain.money import ZERO, rounded
from domain.sums import Discount, SaleSums, line_sum, part_of, spread

PAGE = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")


def d(text: str) -> Decimal:
    return Decimal(text)


def test_the_worked_example_adds_up() -> None:
    linen = line_sum(d("349.50"), d("1.5"), Discount(d("5"), is_percent=True))
    ribbon = line_sum(d("18.50"), d("2.3"))
    box = line_sum(d("89.00"), d("1"))
    lines = [linen, ribbon, box]
    goods = sum((line.amount for line in lines), ZERO)
    discount = Discount(d("10"), is_percent=True).of(goods)
    sums = SaleSums(goods=goods, discount=discount, delivery_cost=d("80.00"), fees=ZERO)
    shares = spread(discount, [line.amount for line in lines])
    cost = sum((rounded(d(c) * d(q)) for c, q in (("182", "1.5"), ("6.40", "2.3"), ("30", "1"))))
    back = part_of(linen.amount - shares[0], d("0.5"), d("1.5"))

    shown = (
        *(linen.base, linen.discount, linen.amount, ribbon.amount, goods, discount, sums.total),
        *shares,
        *(linen.amount - shares[0], cost, sums.total - d("80") - cost),
        *(back, sums.total - back, sums.total - back - d("80") - (cost - d("91.00"))),
    )
    assert sum(shares) == discount
    assert [f"{each:.2f}" for each in shown if f"{each:.2f}" not in PAGE] == []
