"""The sale window follows the order in everything that staff did not edit."""

from typing import Any

import pytest

from domain.errors import (
    NotFoundError,
)
from domain.sums import Discount
from models.drafts import SaleDraftLine
from models.orders import Order
from models.staff import StaffMember
from services import check, draft_lines, drafts, sales
from tests.factories import Intake, incoming, line, numbers, stock_up
from tests.services.sale_stage import (
    TEXT_FIELDS,
    TOLD,
    D,
    content_of,
    items,
    key_of,
    take_order,
    texts_of,
)

TOLD_LATER: dict[str, Any] = {
    "customer_name": "Ольга Коваль",
    "phone": "+380501112233",
    "email": "olha@ukr.net",
    "delivery_method": "Укрпошта",
    "delivery_city": "Львів",
    "delivery_address": "79000",
    "delivery_cost": D(50),
    "discount": D(2),
    "total": D(68),
}


@pytest.fixture
async def order(take_in: Intake) -> Order:
    """Two pieces of A, of which there are five; B lies beside them."""
    await stock_up({"A": 5, "B": 5})
    return await take_order(take_in, **TOLD)


# --- what it follows -----------------------------------------------------------------------------


@pytest.mark.parametrize("field", TEXT_FIELDS)
async def test_a_text_follows_the_order_until_it_is_edited(
    take_in: Intake, order: Order, seller: StaffMember, field: str
) -> None:
    await drafts.open_window(order.id, by=seller)
    await drafts.set_text(order.id, field, "моє", by=seller)

    await take_in(incoming("1", line("A", 2), minute=1, **TOLD_LATER))

    assert texts_of(await content_of(order)) == {
        name: "моє" if name == field else TOLD_LATER[name] for name in TEXT_FIELDS
    }


@pytest.mark.parametrize("field", TEXT_FIELDS)
async def test_an_emptied_text_stays_empty(
    take_in: Intake, order: Order, seller: StaffMember, field: str
) -> None:
    await drafts.open_window(order.id, by=seller)
    await drafts.set_text(order.id, field, "", by=seller)

    await take_in(incoming("1", line("A", 2), minute=1, **TOLD_LATER))

    assert texts_of(await content_of(order))[field] == ""


async def test_sums_follow_the_order_until_they_are_edited(
    take_in: Intake, order: Order, seller: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    await drafts.set_discount(order.id, Discount(D(10), is_percent=True), by=seller)

    await take_in(incoming("1", line("A", 4), minute=1, **{**TOLD_LATER, "total": D(88)}))
    sums = (await content_of(order)).sums
    assert (sums.goods, sums.discount, sums.delivery_cost, sums.total) == (
        D(40),
        D(4),
        D(50),
        D(86),
    )

    await drafts.set_delivery_cost(order.id, D(0), by=seller)
    await drafts.set_discount(order.id, Discount(D(0)), by=seller)
    await take_in(incoming("1", line("A", 4), minute=2, **{**TOLD, "total": D(105)}))
    sums = (await content_of(order)).sums
    assert (sums.goods, sums.discount, sums.delivery_cost, sums.total) == (D(40), D(0), D(0), D(40))


async def test_what_the_total_has_beyond_its_parts_is_a_fee(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in, total=D("22.50"), fees=D(1))
    await drafts.open_window(order.id, by=seller)

    sums = (await content_of(order)).sums

    assert (sums.goods, sums.fees, sums.total) == (D(20), D("2.50"), D("22.50"))


async def test_what_a_gift_card_paid_never_makes_a_sale_negative(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in, total=D(2), refunded=D(1))
    await drafts.open_window(order.id, by=seller)
    assert (await content_of(order)).sums.total == 2

    await draft_lines.set_price(order.id, await key_of(order), D(5), by=seller)

    sums = (await content_of(order)).sums
    assert (sums.goods, sums.fees, sums.total, sums.due) == (D(10), -D(10), D(0), D(0))
    await sales.add_sale(order.id, by=seller, accept_shortage=True)
    assert await check.differences() == []


async def test_unknown_fields_are_a_bug(order: Order, seller: StaffMember) -> None:
    await drafts.open_window(order.id, by=seller)

    with pytest.raises(ValueError, match="chat_id"):
        await drafts.set_text(order.id, "chat_id", "5", by=seller)


# --- lines the platform changes meanwhile --------------------------------------------------------


async def test_edited_lines_stay_and_others_follow(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 9, "B": 9})
    await take_in(incoming("1", line("A", 2), line("B", 1)))
    order = await Order.get(external_id="1")
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(4), by=seller)
    assert await numbers("A") == ("9", "4")

    await take_in(incoming("1", line("A", 3), line("B", 2), minute=1))

    assert [(i.name, i.quantity, i.reserved) for i in await items(order)] == [
        ("Product A", D(4), D(4)),
        ("Product B", D(2), D(2)),
    ]
    assert (await numbers("A"), await numbers("B")) == (("9", "4"), ("9", "2"))
    assert [(e.wanted, e.reserved) for e in await SaleDraftLine.all()] == [(D(1), D(1))]
    await take_in(incoming("1", line("A", 1), line("B", 2), minute=2))
    assert [(e.wanted, e.reserved) for e in await SaleDraftLine.all()] == [(D(3), D(3))]
    assert await numbers("A") == ("9", "4")
    await take_in(incoming("1", line("A", 6), line("B", 2), minute=3))
    assert [(e.wanted, e.reserved) for e in await SaleDraftLine.all()] == [(D(0), D(0))]
    assert await numbers("A") == ("9", "6")
    assert await check.differences() == []


async def test_what_the_window_held_goes_to_the_line_that_grew(
    take_in: Intake, seller: StaffMember
) -> None:
    """All that there is is held: what the one gives back must not be lost to the other."""
    await stock_up({"A": 5})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(5), by=seller)

    await take_in(incoming("1", line("A", 4), minute=1))

    assert await numbers("A") == ("5", "5")
    (item,) = await items(order)
    assert (item.quantity, item.reserved, item.missing) == (D(5), D(5), D(0))
    assert await check.differences() == []


async def test_a_line_removed_on_the_platform_leaves_the_window_and_its_goods(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5, "B": 5})
    await take_in(incoming("1", line("A", 2), line("B", 1)))
    order = await Order.get(external_id="1")
    await drafts.open_window(order.id, by=seller)
    key = await key_of(order)
    await draft_lines.set_quantity(order.id, key, D(4), by=seller)

    await take_in(incoming("1", line("B", 1), minute=1))

    assert [item.name for item in await items(order)] == ["Product B"]
    assert await numbers("A") == ("5", "0")
    with pytest.raises(NotFoundError):
        await draft_lines.set_price(order.id, key, D(1), by=seller)
    await sales.add_sale(order.id, by=seller)
    assert (await numbers("A"), await numbers("B")) == (("5", "0"), ("4", "0"))
    assert await check.differences() == []


async def test_an_edited_line_that_means_another_product_holds_that_one(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5, "B": 5})
    await take_in(incoming("1", line("A", 2, "l1")))
    order = await Order.get(external_id="1")
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(4), by=seller)

    await take_in(incoming("1", line("B", 2, "l1"), minute=1))

    assert (await numbers("A"), await numbers("B")) == (("5", "0"), ("5", "4"))
    await sales.add_sale(order.id, by=seller)
    assert (await numbers("A"), await numbers("B")) == (("5", "0"), ("1", "0"))
    assert await check.differences() == []


async def test_a_line_that_is_linked_later_is_held_whole_at_once(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(4), by=seller)

    await stock_up({"A": 5})

    assert [item.reserved for item in await items(order)] == [4]
    await sales.add_sale(order.id, by=seller)
    assert await numbers("A") == ("1", "0")
    assert await check.differences() == []
