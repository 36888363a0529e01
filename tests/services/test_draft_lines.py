"""The products of an open window: quantities, prices, discounts, and what is held meanwhile."""

from dataclasses import replace

import pytest

from domain.errors import InvalidTransitionError, NotFoundError, TooMuchError
from domain.sums import Discount
from models.drafts import SaleDraftLine
from models.orders import Order
from models.staff import StaffMember
from models.stock import StockMovement
from services import check, draft_lines, drafts, products
from tests.factories import Intake, incoming, line, numbers, stock_up
from tests.services.sale_stage import D, items, key_of, product, take_order

HEADER = "sku,name,price,cost,on_hand,unit\n"


@pytest.fixture
async def order(take_in: Intake, seller: StaffMember) -> Order:
    """Two pieces of A for ten each, of which there are five; its window is open."""
    await stock_up({"A": 5, "B": 5})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    return order


async def shown(order: Order) -> list[tuple[str, str, str, str]]:
    """Name, quantity, unit price and amount of each line."""
    return [
        (item.name, f"{item.quantity}", f"{item.unit_price}", f"{item.sum.amount}")
        for item in await items(order)
    ]


# --- quantities of ordered lines -----------------------------------------------------------------


async def test_more_than_ordered_is_held_at_once(order: Order, seller: StaffMember) -> None:
    key = await key_of(order)

    await draft_lines.set_quantity(order.id, key, D(4), by=seller)

    assert await numbers("A") == ("5", "4")
    assert await shown(order) == [("Product A", "4", "10.00", "40.00")]
    (item,) = await items(order)
    assert (item.reserved, item.missing) == (D(4), D(0))
    assert (await Order.get(id=order.id)).revision > order.revision
    (line_,) = await order.lines.all()
    assert (line_.quantity, line_.reserved) == (D(2), D(2))
    last = await StockMovement.all().order_by("-id").first()
    assert last is not None
    assert (last.staff_id, last.order_id, last.reserved_change) == (seller.id, order.id, D(2))


async def test_more_than_there_is_is_short(order: Order, seller: StaffMember) -> None:
    await draft_lines.set_quantity(order.id, await key_of(order), D(9), by=seller)

    assert await numbers("A") == ("5", "5")
    (item,) = await items(order)
    assert (item.reserved, item.missing) == (D(5), D(4))
    await draft_lines.set_quantity(order.id, await key_of(order), D(3), by=seller)
    assert await numbers("A") == ("5", "3")
    assert await check.differences() == []


async def test_less_than_ordered_keeps_the_orders_goods_until_the_sale(
    order: Order, seller: StaffMember
) -> None:
    await draft_lines.set_quantity(order.id, await key_of(order), D(1), by=seller)

    assert await numbers("A") == ("5", "2")
    assert await shown(order) == [("Product A", "1", "10.00", "10.00")]
    assert (await items(order))[0].missing == 0


async def test_steps(order: Order, seller: StaffMember) -> None:
    key = await key_of(order)

    assert await draft_lines.step_quantity(order.id, key, 1, by=seller) == 3
    assert await numbers("A") == ("5", "3")
    assert await draft_lines.step_quantity(order.id, key, -1, by=seller) == 2
    assert await draft_lines.step_quantity(order.id, key, -1, by=seller) == 1
    assert await draft_lines.step_quantity(order.id, key, -1, by=seller) == 1
    assert await numbers("A") == ("5", "2")
    await draft_lines.set_quantity(order.id, key, D("1.5"), by=seller)
    assert await draft_lines.step_quantity(order.id, key, -1, by=seller) == D("0.5")
    assert await draft_lines.step_quantity(order.id, key, -1, by=seller) == D("0.5")
    await draft_lines.set_quantity(order.id, key, D(0), by=seller)
    assert await draft_lines.step_quantity(order.id, key, -1, by=seller) == 0
    assert await draft_lines.step_quantity(order.id, key, 1, by=seller) == 1


async def test_a_step_that_changes_nothing_still_follows_the_order(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in, quantity=1)
    await drafts.open_window(order.id, by=seller)

    await draft_lines.step_quantity(order.id, await key_of(order), -1, by=seller)

    await take_in(incoming("1", line("A", 3), minute=1))
    assert [item.quantity for item in await items(order)] == [3]


@pytest.mark.parametrize("sold", ["ordered", "added"])
async def test_fractions(take_in: Intake, seller: StaffMember, sold: str) -> None:
    await products.import_csv(HEADER + 'A,Тканина,33.33,20,"2,5",м')
    order = await take_order(take_in, quantity="0.5")
    await drafts.open_window(order.id, by=seller)
    key = (await items(order))[0].key
    if sold == "added":
        key = await draft_lines.add_product(order.id, (await product("A")).id, by=seller)
    await draft_lines.set_price(order.id, key, D("33.33"), by=seller)

    await draft_lines.set_quantity(order.id, key, D("1.505"), by=seller)

    item = next(item for item in await items(order) if item.key == key)
    assert (item.quantity, item.reserved) == (D("1.505"), D("1.505"))
    assert item.sum.amount == D("50.16")  # 50.16165
    assert await numbers("A") == ("2.5", {"ordered": "1.505", "added": "2.005"}[sold])


async def test_a_part_of_a_line_costs_its_part_of_the_amount(
    take_in: Intake, seller: StaffMember
) -> None:
    """100 for three: no unit price in kopiykas gives that."""
    await take_in(incoming("1", replace(line("A", 3), amount=D(100))))
    order = await Order.get(external_id="1")
    await drafts.open_window(order.id, by=seller)

    assert await shown(order) == [("Product A", "3", "33.33", "100.00")]
    for quantity, amount in (("2", "66.67"), ("1", "33.33"), ("4", "133.33"), ("3", "100.00")):
        await draft_lines.set_quantity(order.id, await key_of(order), D(quantity), by=seller)
        assert await shown(order) == [("Product A", quantity, "33.33", amount)]


async def test_too_much_is_refused(order: Order, seller: StaffMember) -> None:
    key = await key_of(order)

    with pytest.raises(TooMuchError):
        await draft_lines.set_quantity(order.id, key, D(1_000_000), by=seller)
    await draft_lines.set_quantity(order.id, key, D(999_999), by=seller)
    with pytest.raises(TooMuchError):
        await draft_lines.step_quantity(order.id, key, 1, by=seller)

    assert [item.quantity for item in await items(order)] == [999_999]


# --- taken out, restored -------------------------------------------------------------------------


async def test_a_line_taken_out_costs_nothing_and_can_come_back(
    order: Order, seller: StaffMember
) -> None:
    key = await key_of(order)
    await draft_lines.set_quantity(order.id, key, D(4), by=seller)
    await draft_lines.set_price(order.id, key, D(8), by=seller)
    await draft_lines.set_discount(order.id, key, Discount(D(2)), by=seller)

    await draft_lines.set_quantity(order.id, key, D(0), by=seller)

    (item,) = await items(order)
    assert (item.is_taken_out, item.missing, item.sum.amount) == (True, D(0), D(0))
    assert await numbers("A") == ("5", "2")
    await draft_lines.restore(order.id, key, by=seller)
    assert await shown(order) == [("Product A", "2", "10.00", "20.00")]
    assert await SaleDraftLine.all().count() == 0
    assert await numbers("A") == ("5", "2")


async def test_restoring_gives_the_extra_back(order: Order, seller: StaffMember) -> None:
    key = await key_of(order)
    await draft_lines.set_quantity(order.id, key, D(5), by=seller)

    await draft_lines.restore(order.id, key, by=seller)

    assert await numbers("A") == ("5", "2")
    await draft_lines.restore(order.id, key, by=seller)  # a second tap
    assert await shown(order) == [("Product A", "2", "10.00", "20.00")]
    assert await check.differences() == []


# --- added products ------------------------------------------------------------------------------


async def test_an_added_product_is_held_at_once_at_its_price(
    order: Order, seller: StaffMember
) -> None:
    key = await draft_lines.add_product(order.id, (await product("B")).id, by=seller)

    assert await shown(order) == [
        ("Product A", "2", "10.00", "20.00"),
        ("Product B", "1", "100.00", "100.00"),
    ]
    assert await numbers("B") == ("5", "1")
    assert await draft_lines.add_product(order.id, (await product("B")).id, by=seller) == key
    assert (await shown(order))[1:] == [("Product B", "2", "100.00", "200.00")]
    assert await numbers("B") == ("5", "2")
    assert await SaleDraftLine.all().count() == 1
    assert await check.differences() == []


async def test_a_product_that_was_ordered_too_is_added_as_a_line_of_its_own(
    order: Order, seller: StaffMember
) -> None:
    await draft_lines.add_product(order.id, (await product("A")).id, by=seller)

    assert await shown(order) == [
        ("Product A", "2", "10.00", "20.00"),
        ("Product A", "1", "100.00", "100.00"),
    ]
    assert await numbers("A") == ("5", "3")


async def test_an_added_product_is_removed(order: Order, seller: StaffMember) -> None:
    key = await draft_lines.add_product(order.id, (await product("B")).id, by=seller)

    await draft_lines.set_quantity(order.id, key, D(0), by=seller)

    assert await numbers("B") == ("5", "0")
    assert await SaleDraftLine.all().count() == 0
    for edit in (
        draft_lines.set_quantity(order.id, key, D(1), by=seller),
        draft_lines.set_price(order.id, key, D(1), by=seller),
        draft_lines.restore(order.id, key, by=seller),
    ):
        with pytest.raises(NotFoundError):
            await edit
    assert await check.differences() == []


async def test_lines_of_other_orders_and_products_that_are_not_there(
    take_in: Intake, order: Order, seller: StaffMember
) -> None:
    other = await take_order(take_in, "2")
    await drafts.open_window(other.id, by=seller)
    added = await draft_lines.add_product(other.id, (await product("B")).id, by=seller)

    for key in (added, await key_of(other), "o999", "a999"):
        with pytest.raises(NotFoundError):
            await draft_lines.set_quantity(order.id, key, D(1), by=seller)
    with pytest.raises(NotFoundError):
        await draft_lines.add_product(order.id, 999, by=seller)
    with pytest.raises(NotFoundError):
        await draft_lines.add_product(999, (await product("B")).id, by=seller)
    await drafts.close_window(order.id, by=seller)
    await drafts.open_window(order.id, by=seller)
    assert await shown(order) == [("Product A", "2", "10.00", "20.00")]


async def test_a_sale_has_so_many_lines_and_no_more(
    order: Order, seller: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_lines, "MOST_LINES", 1)
    await draft_lines.add_product(order.id, (await product("B")).id, by=seller)

    with pytest.raises(TooMuchError):
        await draft_lines.add_product(order.id, (await product("A")).id, by=seller)
    await draft_lines.add_product(order.id, (await product("B")).id, by=seller)

    assert (await numbers("A"), await numbers("B")) == (("5", "2"), ("5", "2"))


async def test_prices_and_discounts_of_lines(order: Order, seller: StaffMember) -> None:
    key = await key_of(order)

    await draft_lines.set_discount(order.id, key, Discount(D(10), is_percent=True), by=seller)
    assert await shown(order) == [("Product A", "2", "10.00", "18.00")]
    await draft_lines.set_price(order.id, key, D("9.99"), by=seller)
    assert await shown(order) == [("Product A", "2", "9.99", "17.98")]
    await draft_lines.set_discount(order.id, key, Discount(D(50)), by=seller)
    assert await shown(order) == [("Product A", "2", "9.99", "0.00")]
    await draft_lines.set_discount(order.id, key, Discount(D(0)), by=seller)
    await draft_lines.set_price(order.id, key, D(0), by=seller)
    assert await shown(order) == [("Product A", "2", "0.00", "0.00")]
    assert await numbers("A") == ("5", "2")


async def test_a_sold_order_is_not_edited(order: Order, seller: StaffMember) -> None:
    await Order.filter(id=order.id).update(phase="completed")

    with pytest.raises(InvalidTransitionError):
        await draft_lines.add_product(order.id, (await product("B")).id, by=seller)


# --- finding products ----------------------------------------------------------------------------


async def found(query: str) -> list[str]:
    return [hit.sku for hit in await draft_lines.find_products(query)]


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("чохол", ["Ч-1", "Ч-2"]),
        ("ЧОХОЛ", ["Ч-1", "Ч-2"]),
        ("Чох син", ["Ч-1"]),
        ("синій чохол", ["Ч-1"]),
        ("  їжак ", ["ЇЖ"]),
        ("ЇЖАК", ["ЇЖ"]),
        ("iPhone", ["Ч-1", "Ч-2"]),
        ("ч-2", ["Ч-2"]),
        ("їж", ["ЇЖ"]),
        ("50%", ["P50"]),
        ("%", ["P50"]),
        ("a_b", ["U_1"]),
        ("_", ["U_1"]),
        ("\\", ["B\\1"]),
        ("c\\d", ["B\\1"]),
        ("'; --", []),
        ("ＩＰＨＯＮＥ", ["Ч-1", "Ч-2"]),
        ("немає такого", []),
        ("", []),
        (" \n ", []),
    ],
)
async def test_products_are_found_by_parts_of_words_in_any_case(
    db: str, query: str, skus: list[str]
) -> None:
    await products.import_csv(
        "sku;name;price;cost;on_hand\n"
        "Ч-1;Чохол Синій iPhone;1;1;1\n"
        "Ч-2;Чохол червоний iPhone;1;1;1\n"
        "ЇЖ;Їжак плюшевий;1;1;1\n"
        "P50;Знижка 50% купон;1;1;1\n"
        "P500;Купон 500 грн;1;1;1\n"
        "U_1;Кабель a_b;1;1;1\n"
        "U11;Кабель acb;1;1;1\n"
        "B\\1;Лоток c\\d;1;1;1\n"
        "B/1;Лоток c/d;1;1;1"
    )

    assert await found(query) == skus


@pytest.mark.parametrize("query", ["ю1", "Ю1", " ю1 "])
async def test_the_sku_typed_in_full_comes_first(db: str, query: str) -> None:
    rows = [f"Ю1{number:03},А Товар ю1,1,1,1" for number in range(200)]
    more = [f"Ю1 {number},Б Товар,1,1,1" for number in range(20)]
    await products.import_csv(
        "\n".join(["sku,name,price,cost,on_hand", *rows, *more, "Ю1,Я останній,1,1,1"])
    )

    hits = await found(query)

    assert hits[0] == "Ю1"
    assert len(hits) == draft_lines.HITS
    assert len(set(hits)) == draft_lines.HITS


async def test_names_that_begin_so_come_before_others(db: str) -> None:
    await products.import_csv(
        "sku,name,price,cost,on_hand\nz1,Аркуш лампа,1,1,1\nлампа-2,Яскрава,1,1,1"
    )

    assert await found("лампа") == ["лампа-2", "z1"]
