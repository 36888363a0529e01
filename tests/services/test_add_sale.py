"""Add sale, the exact end of the story; and Undo, as if it had never been."""

from typing import Any

import pytest

from domain.errors import NotFoundError, NothingLeftError, OutOfStockError
from domain.orders import Phase
from domain.payments import AccountKind
from domain.stock import MovementKind
from domain.sums import Discount
from models.customers import Customer
from models.money import EntryKind, MoneyEntry
from models.orders import EventKind, OrderEvent, OrderLine
from models.sales import Sale, SaleLine
from models.staff import StaffMember
from models.stock import StockMovement
from services import check, draft_lines, drafts, sales, undo
from tests.factories import Intake, incoming, line, numbers, sell, stock_up, the_order
from tests.services.sale_stage import (
    TEXT_FIELDS,
    TOLD,
    D,
    account,
    content_of,
    items,
    key_of,
    product,
    take_order,
    window,
)


async def booked(sale: Sale) -> list[tuple[AccountKind, EntryKind, Any]]:
    entries = await MoneyEntry.filter(sale_id=sale.id).order_by("id").select_related("account")
    return [(entry.account.kind, entry.kind, entry.amount) for entry in entries]


# --- what is recorded ----------------------------------------------------------------------------


async def test_a_plain_sale_says_what_the_order_says(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 5})
    order = await take_order(
        take_in,
        delivery_cost=D(70),
        discount=D(5),
        fees=D(1),
        refunded=D(10),
        total=D(87),
        payment_method="cod",
    )
    await drafts.open_window(order.id, by=seller)

    sale = await sales.add_sale(order.id, by=seller)

    stored = await Sale.get(id=sale.id).select_related("sales_channel", "money_account")
    assert (stored.order_id, stored.staff_id, stored.standing_for) == (
        order.id,
        seller.id,
        order.id,
    )
    assert (stored.sales_channel.name, stored.money_account.kind) == ("My Shop", AccountKind.COD)
    assert (stored.goods, stored.discount, stored.delivery_cost, stored.fees) == (
        D(20),
        D(5),
        D(70),
        D(2),
    )
    assert (stored.total, stored.refunded, stored.due) == (D(87), D(10), D(77))
    assert (stored.cost, stored.outstanding) == (D(120), D(77))
    assert stored.profit == 77 - 70 - 120
    (sold,) = await SaleLine.all()
    assert (sold.name, sold.quantity, sold.held, sold.held_extra) == ("Product A", D(2), D(2), D(0))
    assert (sold.amount, sold.discount, sold.discount_share, sold.unit_cost) == (
        D(20),
        D(0),
        D(5),
        D(60),
    )
    assert await booked(sale) == [(AccountKind.COD, EntryKind.RECEIPT, 77)]
    assert await numbers("A") == ("3", "0")
    moved = await StockMovement.filter(kind=MovementKind.SELL).get()
    assert (moved.on_hand_change, moved.reserved_change, moved.staff_id) == (
        -D(2),
        -D(2),
        seller.id,
    )
    event = await OrderEvent.filter(kind=EventKind.COMPLETED).get()
    assert (event.staff_id, event.data) == (seller.id, {"sale_id": sale.id})
    assert (await the_order()).phase is Phase.COMPLETED
    assert await check.differences() == []


async def test_a_sale_keeps_who_bought_and_where_it_goes(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})

    await sell(await take_order(take_in, **TOLD), seller)

    sale = await Sale.get()
    assert {field: getattr(sale, field) for field in TEXT_FIELDS} == {
        field: TOLD[field] for field in TEXT_FIELDS
    }


async def test_an_edited_sale_says_what_was_edited(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 9, "B": 9, "C": 9})
    await take_in(incoming("1", line("A", 2), line("C", 2), line("X", 1)))
    order = await the_order()
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(3), by=seller)
    await draft_lines.set_discount(order.id, await key_of(order), Discount(D(3)), by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order, "Product C"), D(0), by=seller)
    added = await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
    await draft_lines.set_price(order.id, added, D("33.33"), by=seller)
    await drafts.set_discount(order.id, Discount(D(10), is_percent=True), by=seller)
    await drafts.set_delivery_cost(order.id, D(60), by=seller)
    for field in ("customer_name", "delivery_city", "note", "waybill_number"):
        await drafts.set_text(order.id, field, f"моє {field}", by=seller)
    cash, card = await account(AccountKind.CASH), await account(AccountKind.CARD)
    await drafts.choose_account(order.id, card.id, by=seller)
    await drafts.split(order.id, cash.id, D(50), by=seller)
    shown = await content_of(order)

    sale = await sales.add_sale(order.id, by=seller)

    # 27 + 33.33 + 10 = 70.33, less 7.03, and 60 for the delivery
    assert (sale.goods, sale.discount, sale.delivery_cost, sale.fees) == (
        D("70.33"),
        D("7.03"),
        D(60),
        D(0),
    )
    assert (sale.total, sale.due) == (D("123.30"), D("123.30"))
    assert shown.sums.total == sale.total
    assert sale.cost == 4 * 60
    assert [
        (one.name, one.quantity, one.amount, one.discount, one.discount_share, one.unit_cost)
        for one in await SaleLine.all().order_by("id")
    ] == [
        ("Product A", D(3), D(27), D(3), D("2.70"), D(60)),
        ("Product X", D(1), D(10), D(0), D("1.00"), D(0)),
        ("Product B", D(1), D("33.33"), D(0), D("3.33"), D(60)),
    ]
    assert await booked(sale) == [
        (AccountKind.CARD, EntryKind.RECEIPT, D("73.30")),
        (AccountKind.CASH, EntryKind.RECEIPT, D("50.00")),
    ]
    assert (sale.customer_name, sale.delivery_city) == ("моє customer_name", "моє delivery_city")
    assert (sale.note, sale.waybill_number) == ("моє note", "моє waybill_number")
    assert [await numbers(sku) for sku in "ABC"] == [("6", "0"), ("8", "0"), ("9", "0")]
    ordered = await OrderLine.filter(order_id=order.id).order_by("position")
    assert [one.quantity for one in ordered] == [2, 2, 1]  # it stays as it was ordered
    assert await check.differences() == []


async def test_a_down_payment_of_more_than_the_sum_leaves_nothing_for_the_rest(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await drafts.split(order.id, (await account(AccountKind.CASH)).id, D(500), by=seller)

    sale = await sales.add_sale(order.id, by=seller)

    assert await booked(sale) == [(AccountKind.CASH, EntryKind.RECEIPT, 20)]
    assert sale.outstanding == 0


@pytest.mark.parametrize(("total", "fees"), [("25.55", "5.55"), ("18", "-2")])
async def test_a_total_its_parts_do_not_explain_is_kept_with_a_fee(
    take_in: Intake, seller: StaffMember, total: str, fees: str
) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in, total=D(total))

    await sell(order, seller)

    sale = await Sale.get()
    assert (sale.goods, sale.fees, sale.total) == (D(20), D(fees), D(total))
    assert await check.differences() == []


async def test_an_order_without_lines_is_sold_for_its_total(
    take_in: Intake, seller: StaffMember
) -> None:
    await take_in(incoming("1", total=D(150)))
    order = await the_order()

    await sell(order, seller)

    sale = await Sale.get()
    assert (sale.goods, sale.fees, sale.total, sale.cost) == (D(0), D(150), D(150), D(0))
    assert await check.differences() == []


async def test_a_sale_of_nothing_is_refused(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 5})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(0), by=seller)
    revision = (await the_order()).revision

    with pytest.raises(NothingLeftError):
        await sales.add_sale(order.id, by=seller)

    assert await Sale.all().count() == 0
    assert await numbers("A") == ("5", "2")
    assert (await the_order()).revision == revision


async def test_without_its_window_nothing_is_sold(take_in: Intake, seller: StaffMember) -> None:
    order = await take_order(take_in)

    with pytest.raises(NotFoundError):
        await sales.add_sale(order.id, by=seller)


# --- shortage ------------------------------------------------------------------------------------


async def test_a_shortage_changes_nothing_until_it_is_accepted(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 5, "B": 1})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(7), by=seller)
    added = await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
    await draft_lines.set_quantity(order.id, added, D(4), by=seller)
    revision = (await the_order()).revision
    events = await OrderEvent.all().count()

    with pytest.raises(OutOfStockError) as refused:
        await sales.add_sale(order.id, by=seller)

    assert [(each.name, each.missing) for each in refused.value.shortages] == [
        ("Product A", D(2)),
        ("Product B", D(3)),
    ]
    assert (await the_order()).revision == revision
    assert await OrderEvent.all().count() == events
    assert [await table.all().count() for table in (Sale, SaleLine, MoneyEntry, Customer)] == [
        0,
        0,
        0,
        0,
    ]
    assert (await numbers("A"), await numbers("B")) == (("5", "5"), ("1", "1"))
    await sales.add_sale(order.id, by=seller, revision=revision, accept_shortage=True)
    assert (await numbers("A"), await numbers("B")) == (("-2", "0"), ("-3", "0"))
    assert await check.differences() == []


async def test_what_came_in_meanwhile_is_taken_by_the_sale(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 2, "B": 0})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(4), by=seller)
    await draft_lines.add_product(order.id, (await product("B")).id, by=seller)
    await stock_up({"A": 4, "B": 1})

    await sales.add_sale(order.id, by=seller)

    assert (await numbers("A"), await numbers("B")) == (("0", "0"), ("0", "0"))
    assert await check.differences() == []


async def test_a_short_line_takes_what_another_gives_back(
    take_in: Intake, seller: StaffMember
) -> None:
    """Two lines of one product: what the one is not sold of covers the other."""
    await stock_up({"A": 4})
    await take_in(incoming("1", line("A", 3, "l1"), line("A", 3, "l2")))
    order = await the_order()
    await drafts.open_window(order.id, by=seller)
    first, _ = await items(order)
    await draft_lines.set_quantity(order.id, first.key, D(1), by=seller)

    await sales.add_sale(order.id, by=seller)

    assert await numbers("A") == ("0", "0")
    assert await check.differences() == []


async def test_what_is_not_sold_is_free_for_others(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 2})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(1), by=seller)

    await sales.add_sale(order.id, by=seller)

    assert await numbers("A") == ("1", "0")
    other = await take_order(take_in, "2", 1)
    assert [one.reserved for one in await other.lines.all()] == [1]


# --- customers -----------------------------------------------------------------------------------


async def test_a_customer_is_recognised_the_next_time(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 50})
    phone = "+380671234567"
    first = await take_order(take_in, phone=phone, customer_name="Олена")
    await drafts.open_window(first.id, by=seller)
    assert (await window(first, seller)).acquaintance is None
    for field, text in {
        "email": "o@ukr.net",
        "delivery_method": "Нова Пошта",
        "delivery_city": "Київ",
        "delivery_address": "№12",
    }.items():
        await drafts.set_text(first.id, field, text, by=seller)
    await sales.add_sale(first.id, by=seller)

    second = await take_order(
        take_in, "2", phone=phone, customer_name="", delivery_method="Самовивіз"
    )
    await drafts.open_window(second.id, by=seller)

    view = await window(second, seller)
    assert view.acquaintance is not None
    assert (view.acquaintance.sales, view.acquaintance.sums) == (1, (("UAH", D(20)),))
    known = view.content.recipient
    assert (known.name, known.email) == ("Олена", "o@ukr.net")
    assert (known.delivery_method, known.delivery_city, known.delivery_address) == (
        "Самовивіз",
        "",  # a branch of another carrier would send the parcel astray
        "",
    )
    await sales.add_sale(second.id, by=seller)
    assert await Customer.all().count() == 1
    customer = await Customer.get()
    assert (customer.phone, customer.name, customer.delivery_method) == (
        phone,
        "Олена",
        "Нова Пошта",
    )
    assert {sale.customer_id for sale in await Sale.all()} == {customer.id}


async def test_a_known_address_is_not_mixed_with_a_new_one(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 50})
    phone = "+380671234567"
    place = {"delivery_method": "Нова Пошта", "delivery_city": "Київ", "delivery_address": "№12"}
    await sell(await take_order(take_in, phone=phone, **place), seller)
    order = await take_order(take_in, "2", phone=phone, delivery_city="Львів")
    await drafts.open_window(order.id, by=seller)

    known = (await content_of(order)).recipient

    assert (known.delivery_method, known.delivery_city, known.delivery_address) == ("", "Львів", "")


async def test_a_customer_typed_in_the_window_is_recognised_by_the_typed_phone(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 50})
    await sell(await take_order(take_in, phone="+380671234567", customer_name="Олена"), seller)
    order = await take_order(take_in, "2", phone="", customer_name="")
    await drafts.open_window(order.id, by=seller)
    assert (await content_of(order)).recipient.name == ""

    await drafts.set_text(order.id, "phone", "+380671234567", by=seller)

    assert (await content_of(order)).recipient.name == "Олена"


@pytest.mark.parametrize("phone", ["", "дзвоніть Івану"])
async def test_without_a_usable_phone_nobody_is_remembered(
    take_in: Intake, seller: StaffMember, phone: str
) -> None:
    await stock_up({"A": 50})

    await sell(await take_order(take_in, phone=phone), seller)

    assert await Customer.all().count() == 0
    assert (await Sale.get()).customer_id is None


async def test_undone_sales_make_no_acquaintance(take_in: Intake, seller: StaffMember) -> None:
    await stock_up({"A": 50})
    order = await take_order(take_in, phone="+380671234567")
    await sell(order, seller)

    await undo.undo(order.id, by=seller)

    assert (await window(order, seller)).acquaintance is None
