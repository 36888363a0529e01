"""Products come from a spreadsheet, whole or not at all."""

from decimal import Decimal

import pytest

from domain.errors import ImportRefusedError
from domain.stock import MovementKind
from models.orders import OrderLine
from models.outbox import OutboxEffect
from models.stock import Product, StockMovement
from services import check, products
from services.products import ImportResult, import_csv
from tests.factories import Intake, cards_were_sent, incoming, line, numbers

HEADER = "sku,name,price,cost,on_hand\n"


async def stored() -> dict[str, tuple[str, str, str, str]]:
    return {
        product.sku: (
            product.name,
            f"{product.price:.2f}",
            f"{product.cost:.2f}",
            f"{product.on_hand}",
        )
        for product in await Product.all()
    }


@pytest.mark.parametrize(
    ("text", "product"),
    [
        (HEADER + "A,Name,10,5,3", ("Name", "10.00", "5.00", "3")),
        ("\ufeff" + HEADER + "A,Name,10,5,3", ("Name", "10.00", "5.00", "3")),
        ("sku;name;price;cost;on_hand\nA;Name;10,50;5,05;1,5", ("Name", "10.50", "5.05", "1.5")),
        (HEADER + 'A,Name,"1 234,50",5,3', ("Name", "1234.50", "5.00", "3")),
        (HEADER + 'A,"Two\nl, ""q""",10,5,3', ('Two\nl, "q"', "10.00", "5.00", "3")),
        ("ON_HAND , Cost,price,NAME,Sku\r\n3,5,10,Name,A\r\n", ("Name", "10.00", "5.00", "3")),
        ("sku,name,price,cost,on_hand,note\nA,Name,10,5,3,x", ("Name", "10.00", "5.00", "3")),
        (HEADER + "A,,, ,0", ("A", "0.00", "0.00", "0")),
        (HEADER + "\n\nA,Name,10,5,0.125\n,,,,\n", ("Name", "10.00", "5.00", "0.125")),
        (HEADER + f"A,N,{'9' * 13},0,{'9' * 13}", ("N", "9" * 13 + ".00", "0.00", "9" * 13)),
        (HEADER + f"A,{'н' * 600},1,1,1", ("н" * 500, "1.00", "1.00", "1")),
    ],
)
async def test_a_file_as_programs_write_it_is_read(
    db: str, text: str, product: tuple[str, str, str, str]
) -> None:
    assert await import_csv(text) == ImportResult(created=1, updated=0)

    assert await stored() == {"A": product}
    assert await check.differences() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the first line must name the columns sku, name, price, cost, on_hand; missing: sku"),
        ("sku,name\nA,B", "missing: price, cost, on_hand"),
        (HEADER + ",Name,1,1,1", "line 2: the sku is missing"),
        (HEADER + f"{'x' * 191},Name,1,1,1", "line 2: the sku is missing or longer"),
        (HEADER + "A,N,1,1,1\nA,N,1,1,1", "line 3: sku A is on line 2 already"),
        (HEADER + "A,N,-1,1,1", "line 2: price: -1 is negative"),
        (HEADER + "A,N,1,1,-0.5", "line 2: on_hand: -0.5 is negative"),
        (HEADER + "A,N,1.005,1,1", "line 2: price: 1.005 has too many digits"),
        (HEADER + "A,N,1,1,0.0001", "line 2: on_hand: 0.0001 has too many digits"),
        (HEADER + "A,N,x,1,1", "line 2: price: 'x' is not a number"),
        (HEADER + "A,N,1,NaN,1", "line 2: cost: 'NaN' is not a number"),
        (HEADER + "A,N,1,1,1e99", "line 2: on_hand: '1e99' is not a number"),
        (HEADER + "A,N,1,1,", "line 2: on_hand is missing; write 0 when there is none"),
        (HEADER + 'A,"N,1,1,1', "unexpected end of data"),
        (HEADER + "A,N,10,50,5,00,3", "line 2: 7 values under 5 columns"),
        (HEADER + "A,N,10", "line 2: 3 values under 5 columns"),
        (HEADER + "A\x00,N,1,1,1", "line 2: a character that cannot be stored"),
    ],
)
async def test_a_file_with_a_mistake_is_refused_whole(db: str, text: str, problem: str) -> None:
    good = HEADER + "GOOD,Name,1,1,1"
    await import_csv(good)

    with pytest.raises(ImportRefusedError) as refused:
        await import_csv(text + "\nGOOD,Other,2,2,2" if "\n" in text and '"' not in text else text)

    assert any(problem in each for each in refused.value.problems), refused.value.problems
    assert await stored() == {"GOOD": ("Name", "1.00", "1.00", "1")}


async def test_all_mistakes_are_named_but_no_more_than_twenty(db: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        await import_csv(HEADER + "\n".join(f"A{n},N,x,1,1" for n in range(30)))

    assert len(refused.value.problems) == 20
    assert refused.value.problems[4] == "line 6: price: 'x' is not a number"


async def test_a_count_is_recorded_as_a_change_and_only_when_there_is_one(db: str) -> None:
    for on_hand in ("5", "5", "2", "0", "7.5"):
        await import_csv(f"{HEADER}A,N,1,1,{on_hand}")

    movements = await StockMovement.all().order_by("id")
    assert [(one.kind, f"{one.on_hand_change}") for one in movements] == [
        (MovementKind.COUNT, "5"),
        (MovementKind.COUNT, "-3"),
        (MovementKind.COUNT, "-2"),
        (MovementKind.COUNT, "7.5"),
    ]
    assert await check.differences() == []


async def test_a_count_below_what_is_reserved_is_believed(take_in: Intake) -> None:
    await import_csv(HEADER + "A,N,1,1,5")
    await take_in(incoming("1", line("A", 4)))

    await import_csv(HEADER + "A,N,1,1,1")

    assert await numbers("A") == ("1", "4")
    assert (await Product.get()).available == -3
    assert await check.differences() == []


async def test_five_thousand_rows_at_once(db: str) -> None:
    rows = "\n".join(f"S{n},Name {n},{n}.50,1,{n}" for n in range(5000))

    assert await import_csv(HEADER + rows) == ImportResult(created=5000, updated=0)
    again = rows.replace(".50", ".60")
    assert await import_csv(HEADER + again + "\nNEW,N,1,1,1") == ImportResult(1, 5000)

    assert await Product.all().count() == 5001
    assert f"{(await Product.get(sku='S4999')).price}" == "4999.60"
    assert await check.differences() == []


async def test_thousands_of_waiting_lines_are_served(take_in: Intake) -> None:
    """More than a database takes values in one statement."""
    count = 12_000
    await take_in(incoming("1"))
    one = Decimal(1)
    await OrderLine.bulk_create(
        OrderLine(
            order_id=1, external_id=n, position=n, sku="A", name="N", quantity=one, amount=one
        )
        for n in range(count)
    )
    await cards_were_sent()

    await import_csv(f"{HEADER}A,N,1,1,{count}")

    assert await numbers("A") == (str(count), str(count))
    assert await OutboxEffect.all().count() == 1
    assert await check.differences() == []


def test_rows_are_read_without_a_database() -> None:
    (row,) = products.read_rows(HEADER + "A,N,1,2,3")

    assert row == products.ProductRow("A", "N", Decimal(1), Decimal(2), Decimal(3))


# --- the columns a file may leave out ------------------------------------------------------------

MORE = "sku,name,price,cost,on_hand,unit,image\n"
PICTURE = "https://shop.example/льон.jpg?size=2"


async def described(sku: str = "A") -> tuple[str, str, str]:
    product = await Product.get(sku=sku)
    return product.unit, product.image_url, product.search_text


@pytest.mark.parametrize(
    ("text", "unit", "image_url"),
    [
        (MORE + f"A,Льон,10,5,3,м,{PICTURE}", "м", PICTURE),
        (MORE + f"A,Льон,10,5,3, kg ,  {PICTURE}  ", "kg", PICTURE),
        (MORE + "A,Льон,10,5,3,,", "", ""),
        (HEADER + "A,Льон,10,5,3", "", ""),
        ("Unit;IMAGE;sku;name;price;cost;on_hand\nм;;A;Льон;10;5;3", "м", ""),
        (
            HEADER.strip() + ",image\nA,Льон,10,5,3,http://127.0.0.1:81/a.png",
            "",
            "http://127.0.0.1:81/a.png",
        ),
        (MORE + f"A,Льон,10,5,3,{'м' * 16},", "м" * 16, ""),
    ],
)
async def test_unit_and_image_are_read(db: str, text: str, unit: str, image_url: str) -> None:
    await import_csv(text)

    assert await described() == (unit, image_url, "a льон")


async def test_a_file_without_these_columns_leaves_them_as_they_were(db: str) -> None:
    await import_csv(MORE + f"A,Льон,10,5,3,м,{PICTURE}")

    await import_csv(HEADER + "A,Льон БІЛИЙ,11,5,3\nB,Чашка,1,1,1")
    assert await described() == ("м", PICTURE, "a льон білий")
    assert await described("B") == ("", "", "b чашка")

    await import_csv(HEADER.strip() + ",unit\nA,Льон,11,5,3,см")
    assert await described() == ("см", PICTURE, "a льон")


async def test_an_empty_cell_takes_unit_and_image_away(db: str) -> None:
    await import_csv(MORE + f"A,Льон,10,5,3,м,{PICTURE}")

    await import_csv(MORE + "A,Льон,10,5,3,,")

    assert await described() == ("", "", "a льон")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (f"{'м' * 17},", "line 2: the unit is longer than 16 characters"),
        (",javascript:alert(1)//.jpg", "line 2: image is not an address such as https://"),
        (",JAVASCRIPT:alert(1).jpg", "line 2: image is not an address such as https://"),
        (",data:image/png;base64.AAAA", "line 2: image is not an address such as https://"),
        (",file:///etc/a.jpg", "line 2: image is not an address such as https://"),
        (",shop.example/a.jpg", "line 2: image is not an address such as https://"),
        (",//shop.example/a.jpg", "line 2: image is not an address such as https://"),
        (",https://", "line 2: image is not an address such as https://"),
        (",https://shop/a.jpg", "line 2: image is not an address such as https://"),
        (",https://shop.example/a b.jpg", "line 2: image is not an address such as https://"),
        (f",https://shop.example/{'a' * 1000}", "line 2: image is not an address such as"),
        (f",https://{'a' * 1000}.example/a.jpg", "line 2: image is not an address such as"),
        ("м", "line 2: 6 values under 7 columns"),
    ],
)
async def test_a_wrong_unit_or_image_is_refused(db: str, cells: str, problem: str) -> None:
    await import_csv(MORE + f"A,Льон,10,5,3,м,{PICTURE}")

    with pytest.raises(ImportRefusedError) as refused:
        await import_csv(MORE + f"A,Інше,1,1,1,{cells}")

    assert any(problem in each for each in refused.value.problems), refused.value.problems
    assert await described() == ("м", PICTURE, "a льон")


async def test_search_text_is_folded_and_has_an_end(db: str) -> None:
    await import_csv(HEADER + f"Ab-1,  ЧОХОЛ   Ｗide {'н' * 600},10,5,3")

    _, _, search_text = await described("Ab-1")
    kept = 500 - len("ЧОХОЛ   Ｗide ")  # of the name
    assert search_text == "ab-1 чохол wide " + "н" * kept
    assert products.search_text("S" * 190, "я" * 600) == "s" * 190 + " " + "я" * 509
