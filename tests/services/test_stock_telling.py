"""What shops are owed of stock: by whom, to whom, and when."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.errors import NotAllowedError, NotFoundError
from domain.orders import OrderGone, PlatformState, RejectReason
from domain.rights import Role
from domain.shops import StockKeeping
from models.audit import AuditEntry, AuditKind
from models.sales import Sale
from models.shops import Listing, Shop, ShopEffect
from models.staff import StaffMember
from services import (
    check,
    orders,
    shops,
    status_edits,
    statuses,
    stock_levels,
    stock_switch,
    stock_telling,
    undo,
)
from services.shops import SiteFacts
from services.stock_levels import Telling
from services.stock_telling import BURST, IN_FLIGHT
from services.transactions import transaction
from tests.factories import (
    BOX,
    Intake,
    incoming,
    line,
    make_shop,
    make_staff,
    sell,
    stock_up,
    the_order,
)
from tests.services.sale_stage import come_back
from tests.services.stock_shops import list_product, make_due, owed, pauses, tell

D = Decimal


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    return await make_staff("Олена", 4001, Role.OWNER)


# --- who owes ------------------------------------------------------------------------------------


class Day:
    """A shop that lists A and B and is told of stock; an order for two of A."""

    def __init__(self, take_in: Intake, by: StaffMember) -> None:
        self.take_in = take_in
        self.by = by

    async def order(self) -> int:
        return (await the_order()).id

    async def arrives(self) -> None:
        await self.take_in(incoming("2", line("A", 1)))

    async def is_edited(self) -> None:
        await self.take_in(incoming("1", line("A", 3), minute=1))

    async def is_canceled_there(self) -> None:
        canceled = incoming("1", line("A", 2), state=PlatformState.CANCELED, minute=1)
        await self.take_in(canceled)

    async def is_deleted_there(self) -> None:
        await self.take_in(OrderGone("1"))

    async def reject(self) -> None:
        await orders.reject(await self.order(), RejectReason.OTHER, by=self.by, text="x")

    async def refuse(self) -> None:
        await orders.refuse(await self.order(), by=self.by)

    async def reopen(self) -> None:
        await orders.reopen(await self.order(), by=self.by)

    async def sell(self) -> None:
        await sell(await the_order(), self.by)

    async def undo(self) -> None:
        await undo.undo(await self.order(), by=self.by)

    async def come_back(self) -> None:
        await come_back(await Sale.get(), self.by, a=1, b=0)

    async def write_off(self) -> None:
        await come_back(await Sale.get(), self.by, a=1, b=0, lost=True)

    async def rest(self) -> None:
        """Its status gives the goods back."""
        manager = await make_staff("Марія", 5009, Role.MANAGER)
        label = await statuses.create("LATER")
        await orders.change_status(await self.order(), label.id, by=self.by)
        await self.nothing_is_owed()
        await status_edits.set_holding(label.id, False, by=manager)

    async def count(self) -> None:
        await stock_up({"A": 7, "B": 9})

    async def nothing_is_owed(self) -> None:
        await ShopEffect.all().delete()


STEPS: dict[str, tuple[Callable[[Day], Awaitable[None]], ...]] = {
    "a new order": (Day.arrives,),
    "an order edited there": (Day.is_edited,),
    "an order canceled there": (Day.is_canceled_there,),
    "an order deleted there": (Day.is_deleted_there,),
    "reject": (Day.reject,),
    "refuse": (Day.refuse,),
    "undo of a rejection": (Day.reject, Day.undo),
    "reopen": (Day.reject, Day.reopen),
    "a sale": (Day.sell,),
    "undo of a sale": (Day.sell, Day.undo),
    "goods that come back": (Day.sell, Day.come_back),
    "undo of a return": (Day.sell, Day.come_back, Day.undo),
    "goods written off": (Day.sell, Day.write_off),
    "a status that holds nothing": (Day.rest,),
    "a count": (Day.count,),
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
async def test_every_movement_is_owed_to_the_shops_that_list_the_product(
    take_in: Intake, owner: StaffMember, steps: tuple[Callable[[Day], Awaitable[None]], ...]
) -> None:
    await stock_up({"A": 9, "B": 9})
    await list_product(take_in.shop_id, "A")
    await list_product(take_in.shop_id, "B", told_stock=D(9))
    await tell(take_in.shop_id)
    await take_in(incoming("1", line("A", 2)))
    day = Day(take_in, owner)
    for step in steps[:-1]:
        await step(day)
    await day.nothing_is_owed()

    await steps[-1](day)

    assert await owed() == {(take_in.shop_id, "A")}
    assert set(await pauses()) == {BURST}
    assert await check.differences() == []
    await day.nothing_is_owed()
    assert len(await check.differences()) == 1  # the books say so when it is forgotten


# --- to whom -------------------------------------------------------------------------------------


async def test_only_shops_that_are_told_and_count_the_product_are_owed_it(
    take_in: Intake, db: str
) -> None:
    del db
    await stock_up({"A": 9, "B": 9, "C": 9})
    told = [(await make_shop(name)).id for name in ("one", "two")]
    silent = await make_shop("silent")
    read_only = await make_shop("read only")
    removed = await make_shop("removed")
    for shop_id in (*told, read_only.id, removed.id):
        await tell(shop_id)
    for shop_id in (*told, silent.id, read_only.id, removed.id):
        await list_product(shop_id, "A")
    await Shop.filter(id=read_only.id).update(can_stock=False)
    await shops.remove(removed.id)
    await list_product(told[0], "A", external_id="once more")
    await list_product(told[0], "B", is_gone=True)
    await list_product(told[1], "B", is_ignored=True)
    await list_product(told[0], "C", keeping=StockKeeping.PARENT)
    await list_product(told[1], "C", keeping=StockKeeping.NONE)

    await take_in(incoming("1", line("A", 1), line("B", 1), line("C", 1)))

    assert await owed() == {(shop_id, "A") for shop_id in told}
    assert await ShopEffect.filter(kind="tell_stock").count() == len(told)


async def test_a_shop_that_says_less_has_its_time_and_one_that_says_more_has_not(
    take_in: Intake,
) -> None:
    await stock_up({"A": "9.5"})
    await tell(take_in.shop_id)
    elsewhere = (await make_shop("elsewhere")).id
    await tell(elsewhere)
    await list_product(elsewhere, "A")

    async def says(number: object) -> list[timedelta]:
        await ShopEffect.all().delete()
        listing = await Listing.get(shop_id=take_in.shop_id)
        listing.stock = None if number is None else D(str(number))
        async with transaction():
            await stock_telling.heard(listing)
        return await pauses()

    await list_product(take_in.shop_id, "A", stock=D(9), told_stock=D(9))
    assert await says(9) == []
    assert await says(None) == []
    assert await says(8) == [IN_FLIGHT]
    assert await says("9.5") == [BURST]
    assert await says(40) == [BURST]
    assert await owed() == {(take_in.shop_id, "A")}


# --- what they are told --------------------------------------------------------------------------


async def telling(shop_id: int) -> Telling:
    found = await stock_levels.due(shop_id)
    assert found is not None
    return found


def numbers_of(found: Telling) -> dict[str, Decimal]:
    return {each.external_id: each.quantity for each in found.levels}


async def test_numbers_are_whole_and_never_negative_and_each_listing_has_the_full_one(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": "2.5", "B": 1, "C": 4})
    for sku in "ABC":
        await list_product(take_in.shop_id, sku, stock=D(50))
    await list_product(take_in.shop_id, "A", external_id="v", parent_external_id="p")
    await tell(take_in.shop_id)
    await take_in(incoming("1", line("B", 3)))
    await sell(await the_order(), seller, accept_shortage=True)
    await take_in(incoming("2", line("A", "0.5"), line("A", "0.6", "again")))
    await make_due()
    found = await telling(take_in.shop_id)

    assert numbers_of(found) == {"x-A": 1, "v": 1, "x-B": 0}
    await stock_levels.record(found, {"x-B": "no such product"})
    assert await owed() == set()
    rows = await Listing.all().order_by("id").values_list("external_id", "stock", "told_stock")
    assert rows == [("x-A", 1, 1), ("x-B", 50, None), ("x-C", 50, None), ("v", 1, 1)]
    assert (await Listing.get(external_id="x-B")).problem == "no such product"


async def test_what_moves_or_is_heard_while_the_shop_is_told_stays_owed(take_in: Intake) -> None:
    await stock_up({"A": 9})
    listing = await list_product(take_in.shop_id, "A", stock=D(9), told_stock=D(9))
    await tell(take_in.shop_id)
    await take_in(incoming("1", line("A", 2)))
    await make_due()
    found = await telling(take_in.shop_id)

    await take_in(incoming("2", line("A", 1)))
    await Listing.filter(id=listing.id).update(stock=D(5))
    await stock_levels.record(found, {})

    assert await owed() == {(take_in.shop_id, "A")}
    stored = await Listing.get(id=listing.id)
    assert (stored.told_stock, stored.stock) == (D(7), D(5))
    assert await check.differences() == []
    await make_due()
    assert numbers_of(await telling(take_in.shop_id)) == {"x-A": 6}


@pytest.mark.parametrize(
    ("told", "says", "is_told"),
    [(None, 7, True), (9, 9, True), (9, 7, False), (7, 7, False), (5, 7, True), (7, None, True)],
)
async def test_a_shop_that_says_so_by_itself_is_not_told(
    take_in: Intake, told: int | None, says: int | None, is_told: bool
) -> None:
    await stock_up({"A": 9})
    numbers = {"told_stock": told, "stock": says}
    given = {name: None if number is None else D(number) for name, number in numbers.items()}
    listing = await list_product(take_in.shop_id, "A", problem="once", **given)
    await tell(take_in.shop_id)
    await take_in(incoming("1", line("A", 2)))
    await make_due()

    found = await telling(take_in.shop_id)

    assert numbers_of(found) == ({"x-A": D(7)} if is_told else {})
    await stock_levels.record(found, {})
    stored = await Listing.get(id=listing.id)
    assert (stored.told_stock, stored.stock, stored.problem) == (D(7), D(7), "")
    assert await owed() == set()


async def test_many_products_are_told_in_parts_with_those_of_one_parent_together(
    take_in: Intake, owner: StaffMember
) -> None:
    await stock_up({f"{number:03}": number for number in range(150)})
    for number in range(150):
        sku = f"{number:03}"
        parent = f"p{number % 2}"
        await list_product(take_in.shop_id, sku, parent_external_id=parent, stock=D(number))
    await tell(take_in.shop_id)
    await Shop.all().update(tells_stock=False)

    assert await stock_switch.turn_on(take_in.shop_id, by=owner)

    first = await telling(take_in.shop_id)
    assert len(first.levels) == stock_levels.PRODUCTS_AT_ONCE
    assert {each.parent_external_id for each in first.levels[:75]} == {"p0"}
    await stock_levels.record(first, {})
    rest = await telling(take_in.shop_id)
    assert len(rest.levels) == 50
    await stock_levels.record(rest, {})
    assert await stock_levels.due(take_in.shop_id) is None
    assert await check.differences() == []


# --- the switch ----------------------------------------------------------------------------------


async def test_the_switch_owes_all_once_and_forgets_it(
    take_in: Intake, owner: StaffMember, seller: StaffMember
) -> None:
    shop_id = take_in.shop_id
    await stock_up({"A": 9, "B": 5, "C": 1})
    await list_product(shop_id, "A", stock=D(9), told_stock=D(9))
    await list_product(shop_id, "B", stock=D(9))
    await list_product(shop_id, "C", keeping=StockKeeping.NONE)

    assert not await stock_switch.turn_on(shop_id, by=owner)  # not imported yet
    await Shop.filter(id=shop_id).update(imported_at=(await Shop.get()).created_at, can_stock=False)
    assert not await stock_switch.turn_on(shop_id, by=owner)
    await Shop.filter(id=shop_id).update(can_stock=True)
    facts = await stock_switch.facts(shop_id, by=owner)
    assert (facts.is_on, facts.listed, facts.differing, facts.uncounted) == (False, 2, 1, 1)
    assert await stock_switch.turn_on(shop_id, by=owner)
    assert not await stock_switch.turn_on(shop_id, by=owner)

    assert await owed() == {(shop_id, "A"), (shop_id, "B")}
    assert (await stock_switch.facts(shop_id, by=owner)).waiting == 2
    found = await telling(shop_id)
    assert numbers_of(found) == {"x-A": 9, "x-B": 5}
    await stock_levels.record(found, {"x-B": "no"})
    await stock_switch.send_again(shop_id, by=owner)
    assert numbers_of(await telling(shop_id)) == {"x-A": 9, "x-B": 5}
    assert await stock_switch.turn_off(shop_id, by=owner)
    assert not await stock_switch.turn_off(shop_id, by=owner)
    assert await owed() == set()
    rows = await AuditEntry.filter(kind=AuditKind.SHOP_CHANGED).order_by("id")
    assert [row.data["value"] for row in rows] == [True, False]
    with pytest.raises(NotAllowedError):
        await stock_switch.turn_on(shop_id, by=seller)
    with pytest.raises(NotAllowedError):
        await stock_switch.facts(shop_id, by=seller)
    await shops.remove(shop_id)
    with pytest.raises(NotFoundError):
        await stock_switch.turn_on(shop_id, by=owner)


async def test_what_was_owed_before_it_was_turned_off_is_dropped(take_in: Intake) -> None:
    await stock_up({"A": 9})
    await list_product(take_in.shop_id, "A")
    await tell(take_in.shop_id)
    await take_in(incoming("1", line("A", 2)))
    await make_due()
    await Shop.all().update(tells_stock=False)

    assert await stock_levels.due(take_in.shop_id) is None
    assert await owed() == set()


async def test_keys_that_may_write_again_owe_what_was_not_told(take_in: Intake) -> None:
    shop_id = take_in.shop_id
    await stock_up({"A": 9})
    await list_product(shop_id, "A", stock=D(9), told_stock=D(9))
    await tell(shop_id)
    facts = SiteFacts(name="x", currency="UAH", version="11.0.1", can_write=False, can_stock=False)
    await shops.learn(shop_id, "https://shop.example", facts)
    await stock_up({"A": 7})
    assert await owed() == set()

    writing = replace(facts, can_write=True, can_stock=True)
    await shops.learn(shop_id, "https://shop.example", writing)
    assert await owed() == {(shop_id, "A")}
    await ShopEffect.all().delete()
    await shops.learn(shop_id, "https://shop.example", writing)  # once
    assert await owed() == set()
    await shops.learn(shop_id, "https://shop.example", facts)
    await shops.rekey(shop_id, "https://shop.example", {}, writing, box=BOX)
    assert await owed() == {(shop_id, "A")}
