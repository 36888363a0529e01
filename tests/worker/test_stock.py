"""Stores are told of stock over HTTP: in step, never more than there is, whatever goes wrong."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.errors import CredentialsError, IntegrationError, UnavailableError
from models.orders import OrderLine
from models.shops import Listing, ShopEffect
from services import check, stock_levels
from services.stock_telling import BURST, IN_FLIGHT
from sync.stock import tell_stock
from tests.factories import stock_up
from tests.services.stock_shops import make_due, owed, pauses
from tests.stock_town import Town, open_town, problems

SOON = BURST + timedelta(seconds=1)


@pytest.fixture
async def town(db: str) -> AsyncIterator[Town]:
    """A town whose stores are told of one warehouse."""
    del db
    async with open_town() as built:
        yield built


async def test_the_last_piece_is_sold_once_or_visibly_twice(town: Town) -> None:
    await stock_up({"A": 1, "B": 3})
    here = await town.open({"A": 1, "B": 3})
    there = await town.open({"A": 1, "B": 3})

    await here.place_order(lines=[("A", 1)])
    await town.deliver(town.take())
    await town.round(SOON)

    assert town.shown(0) == town.shown(1) == {"A": 0, "B": 3}
    assert await owed() == set()
    await town.deliver(town.take())  # the echo of what we told
    assert await owed() == set()
    # The store that sold it knew: it was not told.
    assert (town.batches(0), town.batches(1)) == (0, 1)

    # Two of three in each, at the same moment.
    await there.place_order(lines=[("B", 2)])
    await here.place_order(lines=[("B", 2)])
    await town.deliver(town.take())
    lines = await OrderLine.filter(sku="B").order_by("id")
    assert [line.reserved for line in lines] == [Decimal(2), Decimal(1)]  # the later one is short
    await town.round(SOON)
    assert town.shown(0) == town.shown(1) == {"A": 0, "B": 0}
    assert await check.differences() == []


async def test_while_an_order_is_on_its_way_a_store_is_told_of_less_and_never_of_more(
    town: Town,
) -> None:
    await stock_up({"A": 10})
    store = await town.open({"A": 10})
    await store.place_order(lines=[("A", 1)])

    await town.deliver(town.take("product.updated"))  # it overtook the order

    assert await pauses() == [IN_FLIGHT]
    await stock_up({"A": 11})  # something moves meanwhile
    await town.round(SOON)
    assert (town.shown(), town.batches()) == ({"A": 9}, 0)
    assert await pauses() == [IN_FLIGHT]  # then it holds
    await stock_up({"A": 5})
    await town.round(SOON)
    assert town.shown() == {"A": 5}  # at once: four may have gone elsewhere
    await stock_up({"A": 11})
    await town.deliver(town.take("order.updated", "order.created"))
    await town.round(IN_FLIGHT)
    assert town.shown() == {"A": 10}
    await town.deliver(town.take())
    await town.round(IN_FLIGHT)
    assert (await owed(), town.batches()) == (set(), 2)


async def test_a_number_typed_in_there_does_not_last(town: Town) -> None:
    await stock_up({"A": 10})
    store = await town.open({"A": 10})

    await store.update_product("A", stock=50)
    await town.deliver(town.take())
    await town.round(SOON)
    assert town.shown() == {"A": 10}  # more than there is: mended at once

    await town.deliver(town.take())
    await store.update_product("A", stock=2)
    await town.deliver(town.take())
    await town.round(SOON)
    assert town.shown() == {"A": 2}  # this may be an order on its way
    await town.round(IN_FLIGHT)
    assert town.shown() == {"A": 10}
    await town.deliver(town.take())
    assert await owed() == set()
    assert town.batches() == 2


async def test_a_store_that_is_down_is_told_the_newest_numbers_once_it_is_back(town: Town) -> None:
    skus = [f"{number:03}" for number in range(120)]
    await stock_up(dict.fromkeys(skus, 10))
    store = await town.open(dict.fromkeys(skus, 10))
    await town.open(dict.fromkeys(skus, 10))
    await store.down()
    for quantity in (9, 8, 7):
        await stock_up(dict.fromkeys(skus, quantity))
        await make_due()
        with pytest.raises(UnavailableError):
            await tell_stock(town.office, town.shops[0])
        while await tell_stock(town.office, town.shops[1]):  # the other one is not held up
            pass
    assert set(town.shown(1).values()) == {7}
    first = ShopEffect.filter(kind="tell_stock").order_by("id").first()
    assert (await first).attempts == 3  # type: ignore[union-attr]

    await store.up()
    await town.round()

    assert set(town.shown(0).values()) == {7}
    assert town.batches(0) == 3  # not nine, nor a call for each
    assert await owed() == set()
    assert await check.differences() == []


async def test_a_limit_is_kept_and_a_lost_answer_does_no_harm(town: Town) -> None:
    await stock_up({"A": 10})
    store = await town.open({"A": 10})
    await stock_up({"A": 8})
    store.answer_with(429, headers={"Retry-After": "600"}, times=1)
    await make_due()
    with pytest.raises(UnavailableError):
        await tell_stock(town.office, town.shops[0])
    assert await pauses() == [timedelta.max]

    store.lose_answers(times=1, method="POST")
    await make_due()
    with pytest.raises(IntegrationError):
        await tell_stock(town.office, town.shops[0])
    assert town.shown() == {"A": 8}
    await store.place_order(lines=[("A", 1)])
    await town.deliver(town.take())
    await town.round()

    assert town.shown() == {"A": 7}
    store.keys.revoke("ck_sandbox")
    await stock_up({"A": 1})
    await make_due()
    with pytest.raises(CredentialsError):
        await tell_stock(town.office, town.shops[0])
    assert len(await owed()) == 1


async def test_a_crash_before_it_is_recorded_tells_it_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stock_up({"A": 10})
    await town.open({"A": 10})
    await stock_up({"A": 8})
    await make_due()

    async def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(stock_levels, "record", die)
        with pytest.raises(KeyboardInterrupt):
            await tell_stock(town.office, town.shops[0])

    await town.round()
    assert (town.shown(), town.batches()) == ({"A": 8}, 2)
    assert await owed() == set()


async def test_a_refusal_is_its_listing_s_alone_and_goes_with_a_success(town: Town) -> None:
    await stock_up({"A": 10, "B": 10, "S": 4, "M": "2.5"})
    store = await town.open({"A": 10, "B": 10})
    shirt = store.add_variable_product(sku="SHIRT", name="Shirt", options={"Size": ("S", "M")})
    for size in ("S", "M"):
        chosen = {"Size": size}
        store.add_variation(shirt, chosen=chosen, price=Decimal(5), stock=4, sku=size)
    await town.read_catalogue(town.shops[0])
    store.product("A").manages_stock = False  # and nobody has told us yet
    await stock_up({"A": 5, "B": 5})

    await town.round()

    assert town.shown() == {"A": 10, "B": 5, "SHIRT": 0, "S": 4, "M": 2}
    assert len(await problems()) == 1
    assert (await Listing.get(sku="A")).told_stock == 10
    assert await owed() == set()
    assert await check.differences() == []
    store.product("A").manages_stock = True
    await stock_up({"A": 6})
    await town.round()
    assert town.shown()["A"] == 6
    assert await problems() == []
