"""Orders are found by whatever somebody types, whichever way they write it."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from tortoise.connection import get_connection

from domain.orders import IncomingLine
from models.orders import Order
from models.search import KeyKind, SearchKey, WordEnding
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from services import (
    drafts,
    products,
    sales,
    search,
    search_terms,
    statements,
    statuses,
    undo,
    window_fields,
)
from services.transactions import transaction
from services.window_fields import Field
from tests.factories import Intake, incoming, line, make_order, sell, stock_up, the_order
from tests.services.sale_stage import take_order

GOODS = "sku,name,price,cost,on_hand\nAb-1,Чохол «Синій» M8,100,60,9\nGl-2,Скло захисне,50,20,9\n"


async def found(query: str) -> list[str]:
    """The numbers of the orders found, in their order."""
    return [order.number for order in await search.load(await search.find(query))]


def unlinked(sku: str, name: str) -> IncomingLine:
    return IncomingLine(
        external_id=(sku or name)[:64],
        product_external_id="",
        sku=sku,
        name=name,
        quantity=line("A").quantity,
        amount=line("A").amount,
    )


@pytest.fixture
async def shop(take_in: Intake) -> Intake:
    """Orders of all kinds, the first the oldest."""
    await products.import_csv(GOODS)
    orders: Sequence[tuple[str, str, str, IncomingLine]] = (
        ("45211", "Дем'яненко Ґалина", "050 111 22 33", line("Ab-1")),
        ("45210", "Олена Коваль", "+380671234567", line("Gl-2")),
        ("4521", "ОЛЕНА КОВАЛЕНКО-Дяк", "8 (067) 123-45-67", line("Ab-1")),
        ("WB-77", "Alyona Smith", "+48 512 345 678", unlinked("Zz/9-K", "Килимок йога 10мм")),
        ("7001", "Петро Коваль", "0631114521", line("Gl-2")),
        ("7002", "<b>🎁</b> شیرین", "дзвоніть дружині", unlinked("", "😀")),
        ("7003", "", "", line("Ab-1")),
    )
    for number, name, phone, bought in orders:
        await take_in(incoming(number, bought, customer_name=name, phone=phone))
    return take_in


SOUGHT: Sequence[tuple[str, list[str]]] = (
    # The number, then numbers that begin so, then phones that end so; the newest first.
    ("4521", ["4521", "45210", "45211", "7001"]),
    ("# 4521", ["4521", "45210", "45211", "7001"]),
    ("№4521", ["4521", "45210", "45211", "7001"]),
    ("wb-7", ["WB-77"]),
    ("Wb-77", ["WB-77"]),
    ("3", ["4521"]),  # our own id
    # A phone, however it is written, and what it ends with.
    ("+38 067 123 45 67", ["4521", "45210"]),
    ("0671234567", ["4521", "45210"]),
    ("8 067 123-45-67", ["4521", "45210"]),
    ("4567", ["4521", "45210"]),
    ("45-67", ["4521", "45210"]),
    ("567", []),  # three digits are too few
    ("512345678", ["WB-77"]),
    # Names: any case, parts, any order, apostrophes and letters that not all keyboards have.
    ("коваль", ["7001", "45210"]),
    ("КОВАЛ", ["7001", "4521", "45210"]),
    ("ален", ["4521"]),
    ("коваль олена", ["45210"]),
    ("олена кова", ["4521", "45210"]),
    ("олен вал", ["4521", "45210"]),
    ("коваленко-дяк", ["4521"]),
    ("дем’яненко", ["45211"]),
    ("демʼяненко галина", ["45211"]),
    ("емяне", ["45211"]),
    ("ко", []),  # too short for a part
    ("олена смит", []),
    ("олена 4567", ["4521", "45210"]),
    ("коваль 7001", ["7001"]),
    ("петро 4567", []),
    # Goods, in the stock or not.
    ("ab-1", ["7003", "4521", "45211"]),
    ("zz/9-k", ["WB-77"]),
    ("чохол", ["7003", "4521", "45211"]),
    ("синій чох", ["7003", "4521", "45211"]),
    ("m8", ["7003", "4521", "45211"]),
    ("чохол скло", []),
    ("коваль скло", ["7001", "45210"]),
    ("ЙОГА килим", ["WB-77"]),
    ("лимо", ["WB-77"]),
    # What people paste.
    ("شیرین", ["7002"]),
    ("<b>", ["7002"]),
    ("🎁", []),
    ("  ", []),
    ("%", []),
    ("о_ена", []),
    ("' OR 1=1 --", []),
    ("\N{NULL}1\N{NULL}", ["45211"]),
    ("9" * 100, []),
    ("я" * 5000, []),
)


async def test_orders_are_found_by_what_people_type(shop: Intake) -> None:
    assert {query: await found(query.replace("\0", "")) for query, _ in SOUGHT} == dict(SOUGHT)


async def test_the_most_exact_comes_first_then_the_newest_and_pages_have_an_end(
    take_in: Intake,
) -> None:
    orders = [incoming(str(100 + each), customer_name="Олена") for each in range(43)]
    await take_in(*orders[:20], incoming("1", customer_name="Олена"), *orders[20:])

    first = await search.find_page(" олена ")
    last = await search.find_page("олена", 99)
    both = await search.find_page("1")

    assert (first.query, first.number, first.count, first.is_cut) == ("олена", 0, 40, True)
    assert [order.number for order in first.orders] == [str(each) for each in range(142, 134, -1)]
    assert (last.number, last.has_more, len(last.orders)) == (4, False, 8)
    assert [order.number for order in both.orders][:3] == ["1", "100", "142"]  # "100" has id 1
    assert (await search.find_page("ніхто", 3)).orders == ()


async def test_a_sale_adds_what_it_says_otherwise_and_its_waybill(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 9})
    order = await take_order(take_in, phone="0671234567", customer_name="Олена Коваль")
    await drafts.open_window(order.id, by=seller)
    for field, text in (
        (Field.WAYBILL, "20 4501 2345 6789"),
        (Field.NAME, "Ганна Мельник"),
        (Field.PHONE, "0509998877"),
    ):
        await window_fields.fill(order.id, field, text, by=seller)
    assert await found("мельник") == []

    await sales.add_sale(order.id, by=seller)

    for query in (
        "20450123456789",
        "6789",
        "мельник",
        "коваль",
        "8877",
        "0671234567",
        "ганна 6789",
    ):
        assert await found(query) == ["1"], query
    assert await found("ганна 1111") == []
    await undo.undo(order.id, by=seller)
    assert await found("6789") == ["1"]  # what an order was once known by keeps finding it


async def test_a_change_of_the_platform_is_found_too(take_in: Intake) -> None:
    await make_order(take_in, [unlinked("Z1", "Килимок")])
    changed = [unlinked("Z1", "Килимок"), unlinked("Z2", "Гантелі")]

    await take_in(incoming("1", *changed, minute=1, customer_name="Ірина", phone="0501112233"))

    for query in ("гантел", "z2", "ірина", "2233"):
        assert await found(query) == ["1"], query


async def test_an_order_is_found_by_whoever_gets_the_parcel_and_by_the_parcel(
    take_in: Intake,
) -> None:
    who: dict[str, Any] = {"customer_name": "Ірина Дорошенко", "phone": "+380931110044"}
    gift = {**who, "recipient_name": "Олег Гнатюк", "recipient_phone": "+380631110055"}
    await take_in(incoming("1", line("A"), **gift))
    await take_in(incoming("2", line("A"), **who))

    by_recipient = ("гнатюк", "олег", "0631110055", "0055", "дорошенко 0055", "олег 0044")
    for query in by_recipient:
        assert await found(query) == ["1"], query
    assert await found("ірина") == ["2", "1"]

    for minute, (column, text) in enumerate(
        (
            ("recipient_name", "Марія Лисенко"),
            ("recipient_phone", "+380507770011"),
            ("waybill_number", "20 4516 0001 2352"),
        ),
        start=1,
    ):
        gift[column] = text
        await take_in(incoming("1", line("A"), minute=minute, **gift))

    for query in ("лисенко", "0507770011", "0011", "20451600012352", "2352", "марія 2352", "0055"):
        assert await found(query) == ["1"], query  # and by what it was once known by


async def test_a_parcel_that_the_platform_names_after_the_sale_is_found(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 9})
    order = await take_order(take_in)
    await sell(order, seller)

    await take_in(incoming("1", line("A", 2), minute=1, waybill_number="20451600012352"))

    assert await found("2352") == ["1"]


async def test_words_are_learned_once_and_keys_fit_their_columns(take_in: Intake) -> None:
    for number in "123":
        await take_in(incoming(number, customer_name="Олена " + "ж" * 190))
    before = await WordEnding.all().count()
    await take_in(incoming("4", unlinked("", " ".join(f"с{n}" for n in range(99)))))

    known = await WordEnding.filter(word="олена")
    assert {each.ending for each in known} == {".олена", "лена", "ена"}
    assert before == 3 + 61
    assert await SearchKey.filter(order_id=4, kind=KeyKind.WORD).count() == 60
    assert await found("ж" * 63) == ["3", "2", "1"]


async def test_parts_that_very_many_words_hold_find_the_newest(
    take_in: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{chr(ord('а') + at // 8)}{chr(ord('а') + at % 8)}кова" for at in range(64)]
    await take_in(*(incoming(str(at), customer_name=name) for at, name in enumerate(names)))

    assert (await found("кова"))[:3] == ["63", "62", "61"]
    assert await found("кова " + names[5]) == ["5"]
    await products.import_csv(
        "sku,name,price,cost,on_hand\n" + "".join(f"P{at},Чохол {at},1,1,9\n" for at in range(60))
    )
    await take_in(incoming("old", line("P1"), customer_name="Яна"))
    monkeypatch.setattr(search_terms, "_COUNTED_TO", 1)
    assert await found("чохол") == ["old"]
    assert await found("чохол яна") == ["old"]


TABLES = "order|order_line|search_key|word_ending"
PLANNED = ("4521", "0671234567", "коваль", "олена кова", "чохол", "чохол олена", "олена 4567")


async def test_every_look_up_has_its_index(shop: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[str] = []
    read = statements.rows

    async def explained(statement: str, values: Sequence[object] = ()) -> list[statements.Row]:
        how = "EXPLAIN QUERY PLAN " if statements.is_sqlite() else "EXPLAIN (COSTS OFF) "
        plan = await read(how + statement, values)
        plans.append("\n".join(str(row.get("detail") or row.get("QUERY PLAN")) for row in plan))
        return await read(statement, values)

    monkeypatch.setattr(statements, "rows", explained)
    async with transaction():
        if not statements.is_sqlite():  # so few rows are read whole, were it not forbidden
            await get_connection("default").execute_query("SET LOCAL enable_seqscan = off")
            await get_connection("default").execute_query("SET LOCAL enable_bitmapscan = off")
        for query in PLANNED:
            await search.find(query)
        await search.newest_open(20)

    whole = re.compile(rf'SCAN "?({TABLES})"?$|SCAN [kol]$|Seq Scan on "?({TABLES})"?\b')
    for plan in plans:
        assert not [row for row in plan.splitlines() if whole.search(row)], plan
        # PostgreSQL: an index is looked into, not read from end to end.
        assert not re.search(rf'Index.* Scan.* on "?({TABLES})"?( \w)?\n(?! *Index Cond)', plan), (
            plan
        )


async def test_the_newest_open_orders_are_offered(take_in: Intake) -> None:
    await take_in(*(incoming(str(number)) for number in range(1, 6)))
    await Order.filter(number="4").update(phase="completed", status_id=2)
    await OrderStatus.bulk_create(
        OrderStatus(label="OLD", key=f" {number}", kind=StatusKind.DELETED) for number in range(250)
    )
    later = await statuses.create("LATER")
    await Order.filter(number="5").update(status_id=later.id)

    orders = await search.load(await search.newest_open(3))

    assert [order.number for order in orders] == ["5", "3", "2"]
    assert (await the_order("3")).status_id == 1
