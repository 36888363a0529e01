"""Products made of listings: what they hold, what they are linked to, who gets their goods."""

from decimal import Decimal

from domain.orders import IncomingLine, PlatformState
from domain.rights import Role
from domain.shops import StockKeeping
from models.orders import Order
from models.shops import Listing, Shop
from models.stock import Product, StockMovement
from services import check, linking, new_products
from services.transactions import transaction
from tests.factories import Intake, incoming, lines_of, make_shop, make_staff, numbers


async def listing(shop_id: int, external_id: str, sku: str = "", **more: object) -> Listing:
    values: dict[str, object] = {"name": f"Listing {external_id}", "stock": Decimal(4)}
    row = Listing(shop_id=shop_id, external_id=external_id, sku=sku, **{**values, **more})
    await row.save()
    return row


def of_listing(external_id: str, quantity: int = 1, sku: str = "") -> IncomingLine:
    return IncomingLine(
        external_id=f"line {external_id}",
        product_external_id=external_id,
        sku=sku,
        name="As ordered",
        quantity=Decimal(quantity),
        amount=Decimal(10),
    )


async def make(*listed: Listing) -> int:
    owner = await make_staff("Олена", 4001, Role.OWNER)
    async with transaction():
        return await new_products.make(listed, by=owner, currency="UAH")


async def test_as_much_is_available_here_as_there(take_in: Intake) -> None:
    await take_in(
        incoming("1", of_listing("15", 2)),  # the store has taken these off
        incoming("2", of_listing("15", 1), state=PlatformState.PENDING),  # not these
        incoming("3", of_listing("15", 5), state=PlatformState.CANCELED),
    )
    other = Intake((await make_shop("Second")).id)
    await other(incoming("1", of_listing("99", 3, sku="A")))
    row = await listing(take_in.shop_id, "15", "A", price=Decimal("9.90"), image_url="https://a/b")

    assert await make(row) == 1

    product = await Product.get(sku="A")
    assert (product.name, product.price, product.image_url, product.unit) == (
        "Listing 15",
        Decimal("9.90"),
        "https://a/b",
        "",
    )
    # 4 there and 2 held back; 2 + 1 + 3 are wanted here, so the first come are served.
    assert await numbers("A") == ("6", "6")
    await row.refresh_from_db()
    assert row.product_id == product.id
    first, pending, canceled, elsewhere = [
        (await lines_of(order))[0] for order in await Order.all().order_by("id")
    ]
    assert [line.reserved for line in (first, pending, elsewhere)] == [2, 1, 3]
    assert canceled.product_id is None  # until it is reopened
    assert await check.differences() == []


async def test_by_hand_too_no_price_is_taken_from_another_currency(take_in: Intake) -> None:
    seller = await make_staff()
    row = await listing(take_in.shop_id, "15", "A", price=Decimal("9.90"))
    await Shop.filter(id=take_in.shop_id).update(currency="EUR")

    made = await linking.make_product(row.id, by=seller, currency="UAH")

    assert made.product.price == 0


async def test_a_listing_without_a_sku_of_its_own_gets_one(take_in: Intake) -> None:
    shop_id = take_in.shop_id
    rows = [
        await listing(shop_id, "1"),
        await listing(shop_id, "2", "TWICE"),
        await listing(shop_id, "3", "TWICE"),
        await listing(shop_id, "4", "ONCE"),
        await listing(shop_id, "5", "ONCE", is_gone=True),
    ]

    assert await make(*rows[:4]) == 4

    skus = {product.sku for product in await Product.all()}
    assert skus == {f"S{shop_id}-1", f"S{shop_id}-2", f"S{shop_id}-3", "ONCE"}
    gone = await Listing.get(id=rows[4].id)
    assert gone.product_id is None


async def test_what_is_known_stays_and_what_is_not_counted_is_zero(take_in: Intake) -> None:
    known = await Product.create(sku="KNOWN", name="Mine", on_hand=Decimal(0))
    rows = [
        await listing(take_in.shop_id, "1", "KNOWN", image_url="https://a/b"),
        await listing(take_in.shop_id, "2", "SHARED", keeping=StockKeeping.PARENT.value),
        await listing(take_in.shop_id, "3", "ENDLESS", keeping=StockKeeping.NONE.value, stock=None),
        await listing(take_in.shop_id, "4", "OVERSOLD", stock=Decimal(-3)),
    ]

    assert await make(*rows) == 3
    async with transaction():  # again: nothing is left to be made
        assert await new_products.make(rows, by=None, currency="UAH") == 0

    await known.refresh_from_db()
    assert (known.name, known.on_hand, known.image_url) == (
        "Mine",
        Decimal(0),
        "https://a/b",
    )
    for sku in ("KNOWN", "SHARED", "ENDLESS", "OVERSOLD"):
        assert await numbers(sku) == ("0", "0")
    assert not await StockMovement.exists()
    assert await Listing.filter(product_id__isnull=True).count() == 0
