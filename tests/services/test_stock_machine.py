"""Whatever happens to two stores of one warehouse, in the end both say what there is.

Hypothesis invents days: orders, edits, cancellations, sales, returns, counts, and a post that
loses, repeats and reorders, with answers that get lost. When all has come to rest, nothing differs.
``MACHINE_EXAMPLES`` in the environment asks for more days.
"""

import asyncio
import os
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Phase_
from hypothesis import strategies as st

from domain.errors import RejectedError
from domain.orders import RejectReason
from domain.rights import Role
from models.orders import Order
from models.sales import Sale, SaleState
from models.staff import StaffMember
from services import check, orders, returns, undo
from services.stock_telling import BURST
from tests.factories import make_staff, sell, stock_up
from tests.services.emptied import empty
from tests.stock_town import Town, open_town, sellable

SKUS = ("A", "B")
stores = st.integers(0, 1)
skus = st.sampled_from(SKUS)
some = st.integers(1, 3)
any_one = st.integers(0, 9)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens: its name, in which store, with what, how many, which one."""

    what: str
    store: int
    sku: str
    number: int
    which: int


WHAT = (
    *("order", "order", "order", "edit", "cancel", "type a number in"),
    *("post", "post", "lose", "repeat", "turn round"),
    *("sell", "sell", "undo", "reject", "return", "count"),
    *("tell", "tell", "lose an answer", "refuse"),
)
days = st.lists(
    st.builds(Act, st.sampled_from(WHAT), stores, skus, some, any_one), min_size=4, max_size=16
)


class Day:
    """A town on one invented day."""

    def __init__(self, town: Town, owner: StaffMember) -> None:
        self.town = town
        self.owner = owner

    async def happens(self, act: Act) -> None:
        town, store = self.town, self.town.stores[act.store]
        orders_there = sorted(store.orders)
        picked = orders_there[act.which % len(orders_there)] if orders_there else 0
        match act.what:
            case "order":
                await store.place_order(lines=[(act.sku, act.number)])
            case "edit" if picked:
                await store.edit_order(picked, lines=[(act.sku, act.number)])
            case "cancel" if picked:
                await store.cancel(picked)
            case "type a number in":
                await store.update_product(act.sku, stock=act.which)
            case "post":
                await town.deliver(town.take())
            case "lose":
                town.take()
            case "repeat":
                await town.deliver(list(town.letters))
            case "turn round":
                await town.deliver(reversed(town.take()))
            case "count":
                await stock_up({act.sku: act.which})
            case "tell":
                await town.round(BURST * act.number)
            case "lose an answer":
                store.lose_answers(times=1, method="POST")
            case "refuse":
                store.answer_with(503, times=act.number, method="POST")
            case "sell" | "undo" | "reject" | "return":
                await self.staff(act)
            case _:
                pass  # there is no order yet

    async def staff(self, act: Act) -> None:
        known = await Order.all().order_by("id")
        if not known:
            return
        order = known[act.which % len(known)]
        try:
            match act.what:
                case "sell":
                    await sell(order, self.owner, accept_shortage=True)
                case "undo":
                    await undo.undo(order.id, by=self.owner)
                case "reject":
                    await orders.reject(order.id, RejectReason.OTHER, by=self.owner, text="x")
                case _:
                    await self.goods_come_back(order)
        except RejectedError:
            pass  # not in this state

    async def goods_come_back(self, order: Order) -> None:
        sale = await Sale.get_or_none(standing_for=order.id, state=SaleState.STANDING)
        if sale is not None:
            return_id = await returns.open_return(sale.id, by=self.owner)
            await returns.complete(return_id, by=self.owner)


async def live(acts: list[Act]) -> None:
    """Live through a day, and check what it comes to."""
    await empty()
    async with open_town() as town:
        await stock_up({"A": 5, "B": 2})
        for _ in range(2):
            await town.open({"A": 5, "B": 2})
        day = Day(town, await make_staff("Олена", 4001, Role.OWNER))
        for act in acts:
            await day.happens(act)
            assert await check.differences() == []

        await town.settle()

        assert town.shown(0) == town.shown(1) == await sellable()
        assert await check.differences() == []


def test_in_the_end_every_store_says_what_there_is(runner: asyncio.Runner) -> None:
    @settings(
        max_examples=int(os.environ.get("MACHINE_EXAMPLES", "12")),
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        phases=(Phase_.explicit, Phase_.generate, Phase_.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(days)
    def any_day(acts: list[Act]) -> None:
        runner.run(live(acts))

    any_day()
