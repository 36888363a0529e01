"""Saying by hand which product a listing or a line is, and what its orders do then."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import (
    AlreadyLinkedError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
)
from domain.orders import IncomingLine, Phase, RejectReason
from domain.rights import Role
from models.drafts import SaleDraftLine
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.outbox import OutboxEffect
from models.shops import Listing
from models.staff import StaffMember
from models.stock import Product
from models.telegram import Card
from services import (
    check,
    draft_lines,
    drafts,
    linking,
    orders,
    status_edits,
    statuses,
    suggestions,
    undo,
    unmatched,
)
from services.unmatched import Why
from tests.factories import (
    Intake,
    cards_were_sent,
    incoming,
    line,
    lines_of,
    make_order,
    make_shop,
    make_staff,
    numbers,
    sell,
    stock_up,
    the_order,
)
from tests.services.together import read_together


def of_listing(external_id: str, quantity: object = 1, *, sku: str = "") -> IncomingLine:
    """A line ordered from a listing whose SKU, if any, nobody here knows."""
    told = line(sku, quantity, external_id=f"line of {external_id}")
    return replace(told, product_external_id=external_id, name=f"Thing {external_id}")


async def listing(take_in: Intake, external_id: str = "77", **values: Any) -> Listing:
    content: dict[str, Any] = {"name": f"Thing {external_id}", **values}
    return await Listing.create(shop_id=take_in.shop_id, external_id=external_id, **content)


async def product_id(sku: str = "A") -> int:
    return (await Product.get(sku=sku)).id


async def held(external_id: str) -> list[tuple[bool, str]]:
    """Of each line of an order: whether it is linked, and what it reserves."""
    found = await lines_of(await the_order(external_id))
    return [(each.product_id is not None, f"{each.reserved}") for each in found]


async def test_listing_links_open_orders_of_its_shop_oldest_first(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 3})
    thing = await listing(take_in)
    other_shop = Intake((await make_shop("Other")).id)
    later = await statuses.create("SEND IN A MONTH")
    manager = await make_staff("Марія", 5009, Role.MANAGER)
    await status_edits.set_holding(later.id, False, by=manager)
    for number in ("1", "2", "3", "4"):
        await take_in(incoming(number, of_listing("77", 2)))
    await other_shop(incoming("5", of_listing("77", 2)))
    await orders.change_status((await the_order("1")).id, later.id, by=seller)
    await orders.reject((await the_order("4")).id, RejectReason.OTHER, by=seller)
    await cards_were_sent()
    await Card.filter(order_id=(await the_order("3")).id).delete()  # it came in silently

    linked = await linking.link_listing(thing.id, await product_id(), by=seller)
    assert (linked.product.sku, linked.orders) == ("A", 3)

    assert [await held(number) for number in "12345"] == [
        [(True, "0")],  # its status holds nothing
        [(True, "2")],
        [(True, "1")],
        [(False, "0")],
        [(False, "0")],
    ]
    ids = [(await the_order(number)).id for number in "123"]
    events = await OrderEvent.filter(kind=EventKind.LINKED).order_by("order_id")
    assert [event.order_id for event in events] == ids
    assert events[0].data == {"name": "Thing 77", "product": "Product A"}
    assert events[0].staff_id == seller.id
    owed = await OutboxEffect.all().order_by("subject_id")
    assert [effect.subject_id for effect in owed] == ids[:2]
    assert await check.differences() == []

    await take_in(incoming("6", of_listing("77")))
    assert await held("6") == [(True, "0")]
    await stock_up({"A": 30})
    await orders.reopen((await the_order("4")).id, by=seller)
    assert await held("4") == [(True, "2")]  # opened again, it is linked like the others
    assert await check.differences() == []


@pytest.mark.parametrize("is_sold", [False, True])
async def test_what_is_undone_comes_back_linked(
    is_sold: bool, take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 3})
    thing = await listing(take_in)
    order = await make_order(take_in, [of_listing("77", 2)])
    if is_sold:
        await sell(order, seller)
    else:
        await orders.reject(order.id, RejectReason.OTHER, by=seller)
    await linking.link_listing(thing.id, await product_id(), by=seller)

    await undo.undo(order.id, by=seller)

    assert await held("1") == [(True, "2")]
    assert await numbers("A") == ("3", "2")


async def test_line_links_its_listing_that_nobody_told_of(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    for number in ("1", "2"):
        await take_in(incoming(number, of_listing("77", 2, sku="UNKNOWN")))
    (first,) = await lines_of(await the_order("1"))

    assert (await linking.link_line(first.id, await product_id(), by=seller)).orders == 2

    made = await Listing.get()
    assert (made.shop_id, made.external_id) == (take_in.shop_id, "77")
    assert (made.sku, made.name, made.product_id) == ("UNKNOWN", "Thing 77", await product_id())
    assert [await held(number) for number in "12"] == [[(True, "2")]] * 2
    assert await numbers("A") == ("5", "4")


async def test_line_of_no_listing_is_linked_alone_and_stays_so(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    by_phone = replace(line("", 1, external_id="9"), name="By phone")
    for number in ("1", "2"):
        await take_in(incoming(number, by_phone))
    (first,) = await lines_of(await the_order("1"))

    await linking.link_line(first.id, await product_id(), by=seller)

    assert [await held(number) for number in "12"] == [[(True, "1")], [(False, "0")]]
    assert await Listing.all().count() == 0
    await take_in(incoming("1", replace(by_phone, quantity=Decimal(3)), minute=5))
    assert await held("1") == [(True, "3")]
    another = replace(by_phone, sku="SOMETHING ELSE")
    await take_in(incoming("1", another, minute=6))
    assert await held("1") == [(False, "0")]
    assert await numbers("A") == ("5", "0")


async def test_wrong_link_is_mended_with_the_goods(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 5, "B": 1})
    thing = await listing(take_in)
    order = await make_order(take_in, [of_listing("77", 2)])
    wrong, right = await product_id("A"), await product_id("B")
    await linking.link_listing(thing.id, wrong, by=seller)

    with pytest.raises(AlreadyLinkedError, match="linked"):
        await linking.link_listing(thing.id, right, by=seller)
    assert await numbers("A") == ("5", "2")
    await linking.link_listing(thing.id, right, by=seller, instead_of=wrong)

    assert await numbers("A") == ("5", "0")
    assert await numbers("B") == ("1", "1")
    assert await held("1") == [(True, "1")]
    events = OrderEvent.filter(order_id=order.id, kind=EventKind.LINKED)
    assert [event.data["product"] for event in await events.order_by("id")] == [
        "Product A",
        "Product B",
    ]
    assert await check.differences() == []


async def test_sale_window_follows_the_link(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 9})
    thing = await listing(take_in)
    order = await make_order(take_in, [of_listing("77", 2)])
    (row,) = await lines_of(order)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, f"o{row.id}", Decimal(5), by=seller)

    await linking.link_listing(thing.id, await product_id(), by=seller)

    assert await held("1") == [(True, "2")]
    edit = await SaleDraftLine.get()
    assert (edit.product_id, f"{edit.reserved}") == (await product_id(), "3")
    assert await numbers("A") == ("9", "5")
    assert await check.differences() == []


async def test_refusals_change_nothing(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 5})
    thing = await listing(take_in)
    order = await make_order(take_in, [of_listing("77"), line("A")])
    unlinked, linked = await lines_of(order)
    a = await product_id()
    packer = await make_staff("Пакувальник", 5010, Role.PACKER)
    await OutboxEffect.all().delete()

    for refusal, link in (
        (NotAllowedError, linking.link_listing(thing.id, a, by=packer)),
        (NotAllowedError, linking.link_line(unlinked.id, a, by=packer)),
        (NotAllowedError, linking.ignore(thing.id, by=packer)),
        (NotFoundError, linking.link_listing(thing.id, 999, by=seller)),
        (NotFoundError, linking.link_listing(999, a, by=seller)),
        (NotFoundError, linking.link_line(unlinked.id, 999, by=seller)),
        (NotFoundError, linking.link_line(999, a, by=seller)),
        (AlreadyLinkedError, linking.link_line(linked.id, a, by=seller)),
    ):
        with pytest.raises(refusal):
            await link
    await orders.reject(order.id, RejectReason.OTHER, by=seller)
    with pytest.raises(InvalidTransitionError):
        await linking.link_line(unlinked.id, a, by=seller)

    assert await OrderEvent.filter(kind=EventKind.LINKED).count() == 0
    assert (await Listing.get(id=thing.id)).product_id is None
    assert await held("1") == [(False, "0"), (True, "0")]


async def two_links(take_in: Intake, seller: StaffMember, other: StaffMember) -> list[object]:
    """Two people say at once which product a listing is, and disagree."""
    await stock_up({"A": 5, "B": 5})
    thing = await listing(take_in)
    a, b = await product_id("A"), await product_id("B")
    links = (
        linking.link_listing(thing.id, a, by=seller),
        linking.link_listing(thing.id, b, by=other),
    )
    return list(await asyncio.gather(*links, return_exceptions=True))


async def test_of_two_who_link_a_listing_one_wins_and_the_other_sees_what_is_so(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await take_in(incoming("1", of_listing("77", 2)))
    results = await two_links(take_in, seller, colleague)

    (lost,) = [result for result in results if isinstance(result, AlreadyLinkedError)]
    assert [won.orders for won in results if isinstance(won, linking.Linked)] == [1]
    linked = await Product.get(id=(await Listing.get()).product_id)
    assert lost.name == linked.name
    assert await held("1") == [(True, "2")]
    assert await check.differences() == []


async def test_control_without_the_lock_both_win(
    postgres_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = Intake((await make_shop()).id)

    async def read(listing_id: int) -> Listing:
        return await Listing.get(id=listing_id)

    together = read_together(read)
    monkeypatch.setattr(linking, "_locked", lambda found: together(found.id))

    results = await two_links(take_in, await make_staff(), await make_staff("Ірина", 5002))

    assert [won.orders for won in results if isinstance(won, linking.Linked)] == [0, 0]


async def test_order_closed_meanwhile_keeps_no_goods(
    take_in: Intake, seller: StaffMember, colleague: StaffMember
) -> None:
    await stock_up({"A": 100})
    thing = await product_id()
    for number in range(8):
        told = of_listing(f"{number}", 2)
        first, second = [await make_order(take_in, [told], f"{number}.{at}") for at in (1, 2)]
        (row,) = await lines_of(first)
        results = await asyncio.gather(
            orders.reject(second.id, RejectReason.OTHER, by=colleague),
            linking.link_line(row.id, thing, by=seller),
            orders.reject(first.id, RejectReason.OTHER, by=colleague),
            linking.link_line(row.id, thing, by=colleague),
            return_exceptions=True,
        )
        assert all(r is None or isinstance(r, linking.Linked | RejectedError) for r in results)
    assert await Order.filter(phase=Phase.OPEN).count() == 0
    assert await OrderLine.filter(reserved__gt=0).count() == 0
    assert await numbers("A") == ("100", "0")
    assert await check.differences() == []


# --- what could not be matched -------------------------------------------------------------------


async def test_unmatched_listings_are_paged_those_that_orders_wait_for_first(
    take_in: Intake, seller: StaffMember
) -> None:
    for at in range(9):
        await listing(take_in, f"{at}", name=f"Name {at}", sku=f"S{at}")
    await listing(take_in, "twin 1", name="Twin 1", sku="TWIN")
    await listing(take_in, "twin 2", name="Twin 2", sku="TWIN")
    await listing(take_in, "nothing", name="No SKU")
    await listing(take_in, "gone", name="Gone", is_gone=True)
    wrap = await listing(take_in, "wrap", name="Wrap")
    await stock_up({"A": 5})
    await listing(take_in, "linked", name="Linked", product_id=await product_id())
    for number, wanted in (("1", "twin 2"), ("2", "twin 2"), ("3", "5"), ("4", "linked")):
        await take_in(incoming(number, of_listing(wanted)))
    done = await make_order(take_in, [of_listing("8")], "5")
    await orders.reject(done.id, RejectReason.OTHER, by=seller)
    await linking.ignore(wrap.id, by=seller)

    first = await unmatched.listed(take_in.shop_id, 0, by=seller)
    second = await unmatched.listed(take_in.shop_id, 99, by=seller)

    shown = [(row.listing.external_id, row.why, row.waiting) for row in first.rows]
    assert shown[:3] == [
        ("twin 2", Why.REPEATED, 2),
        ("5", Why.UNKNOWN, 1),
        ("0", Why.UNKNOWN, 0),
    ]
    assert [row.listing.external_id for row in second.rows] == ["7", "8", "nothing", "twin 1"]
    together = [row.listing.external_id for row in (*first.rows, *second.rows)]
    assert sorted(together) == sorted({*together})
    assert len(together) == first.count == 12
    assert {row.listing.external_id: row.why for row in second.rows}["nothing"] is Why.NO_SKU
    assert (first.pages, second.page, first.ignored) == (2, 1, 1)
    ignored = await unmatched.listed(take_in.shop_id, 0, by=seller, is_ignored=True)
    assert [(row.listing.id, row.why) for row in ignored.rows] == [(wrap.id, None)]

    await linking.ignore(wrap.id, by=seller, is_ignored=False)
    assert (await unmatched.listed(take_in.shop_id, 0, by=seller)).count == 13
    hits = await unmatched.find(take_in.shop_id, "LINKED", by=seller)
    assert [hit.product and hit.product.sku for hit in hits] == ["A"]
    assert await unmatched.find(take_in.shop_id, "  ", by=seller) == []
    packer = await make_staff("Пакувальник", 5010, Role.PACKER)
    with pytest.raises(NotAllowedError):
        await unmatched.listed(take_in.shop_id, 0, by=packer)


@pytest.mark.usefixtures("db")
async def test_suggestions_are_alike_by_sku_then_by_words() -> None:
    await Product.bulk_create(
        Product(sku=sku, name=name, search_text=f"{sku} {name}".casefold())
        for sku, name in (
            ("case-12-blue", "Чохол силіконовий синій"),
            ("glass-12", "Скло захисне"),
            ("cable", "Кабель синій"),
            ("100%", "Бавовна"),
            ("box", "Коробка"),
        )
    )

    async def skus(name: str, sku: str = "") -> list[str]:
        return [each.sku for each in await suggestions.suggest(name, sku)]

    assert await skus("Силіконові чохли, синя") == ["case-12-blue"]
    assert await skus("Синій чохол") == ["case-12-blue", "cable"]
    assert await skus("Зовсім інше", "CASE-12-BLUE") == ["case-12-blue"]
    assert (await skus("Скло", "CASE-12"))[0] == "case-12-blue"
    assert await skus("x", "%") == []
    assert await skus("", "") == []
    assert await skus("👩‍👩‍👧‍👦 שלום <b>") == []
