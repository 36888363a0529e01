"""Money and quantities are exact on both engines, through every way in and out."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.expressions import F
from tortoise.functions import Sum

from domain.money import LARGEST, to_kopiykas, to_thousandths
from models.stock import Product

money = st.decimals(-LARGEST, LARGEST, places=2)
quantities = st.decimals(-LARGEST, LARGEST, places=3)
on_a_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def a_product(**values: Any) -> Product:
    return await Product.create(sku=str(await Product.all().count()), name="", **values)


@on_a_database
@given(price=money, on_hand=quantities)
async def test_what_goes_in_comes_out(db: str, price: Decimal, on_hand: Decimal) -> None:
    made = await a_product(price=price, on_hand=on_hand)

    found = await Product.get(id=made.id)

    assert (found.price, found.on_hand) == (price, on_hand)
    assert isinstance(found.price, Decimal)
    assert await Product.filter(id=made.id, price=price, on_hand=on_hand).count() == 1
    assert await Product.filter(id=made.id).values_list("price", "on_hand") == [(price, on_hand)]


@on_a_database
@given(prices=st.lists(money, min_size=1, max_size=8))
async def test_filters_and_order_are_those_of_numbers(db: str, prices: list[Decimal]) -> None:
    await Product.all().delete()
    for price in prices:
        await a_product(price=price)

    found = await Product.all().order_by("price").values_list("price", flat=True)
    at_least = await Product.filter(price__gte=prices[0]).count()
    listed = await Product.filter(price__in=prices[:2]).count()

    assert found == sorted(prices)
    assert at_least == sum(price >= prices[0] for price in prices)
    assert listed == sum(price in prices[:2] for price in prices)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("1.005", "1.01"), ("-1.005", "-1.01"), ("0.004", "0"), ("2.675", "2.68")],
)
async def test_a_fraction_of_a_kopiyka_is_rounded_half_up(
    db: str, written: str, stored: str
) -> None:
    made = await a_product(price=Decimal(written))

    assert (await Product.get(id=made.id)).price == Decimal(stored)


async def test_ten_times_ten_kopiykas_are_one_hryvnia(db: str) -> None:
    made = await a_product()
    for _ in range(10):
        product = await Product.get(id=made.id)
        product.price += Decimal("0.10")
        await product.save(update_fields=["price"])

    assert (await Product.get(id=made.id)).price == Decimal(1)


async def test_arithmetic_in_sql_counts_the_smallest_units(db: str) -> None:
    made = await a_product(on_hand=Decimal("1.5"), price=Decimal("19.99"))

    await Product.filter(id=made.id).update(
        on_hand=F("on_hand") - to_thousandths(Decimal("0.125")),
        price=F("price") + to_kopiykas(Decimal("0.01")),
    )

    found = await Product.get(id=made.id)
    assert (found.on_hand, found.price) == (Decimal("1.375"), Decimal(20))


async def test_sums_in_sql_are_exact(db: str) -> None:
    for _ in range(3):
        await a_product(price=Decimal("0.10"))

    (row,) = await Product.all().annotate(total=Sum("price")).values("total")

    assert row["total"] in (Decimal("0.30"), 30)


async def test_updates_take_decimals(db: str) -> None:
    made = await a_product()

    await Product.filter(id=made.id).update(price=Decimal("12.34"), on_hand=Decimal("0.001"))
    made.reserved = Decimal("0.5")
    await Product.bulk_update([made], fields=["reserved"])

    found = await Product.get(id=made.id)
    assert (found.price, found.on_hand) == (Decimal("12.34"), Decimal("0.001"))
    assert found.reserved == Decimal("0.5")


async def test_a_float_is_refused(db: str) -> None:
    with pytest.raises(TypeError, match="never float"):
        await a_product(price=0.1)
    made = await a_product()
    with pytest.raises(TypeError, match="never float"):
        await Product.filter(id=made.id).update(price=0.1)

    assert await Product.all().values_list("price", flat=True) == [Decimal(0)]


async def test_available_is_what_can_still_be_promised(db: str) -> None:
    made = await a_product(on_hand=Decimal("2.5"), reserved=Decimal(3))

    assert (await Product.get(id=made.id)).available == Decimal("-0.5")
