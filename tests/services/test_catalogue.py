"""Listings are kept in step with what shops tell of them, however often and in whatever order."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.errors import NotAllowedError, NotFoundError
from domain.orders import ListingChanged, ListingGone
from domain.rights import Role
from domain.shops import ImportState, StockKeeping
from models.connecting import CatalogueImport
from models.shops import Listing, Shop, ShopEffect
from models.staff import StaffMember
from models.stock import Product
from services import catalogue, catalogue_parts, check, listings, shops, unmatched
from services.catalogue_parts import Part
from services.transactions import transaction
from services.unmatched import Why
from tests.factories import (
    START,
    Intake,
    incoming,
    lines_of,
    make_staff,
    numbers,
    stock_up,
    the_order,
)
from tests.services.stock_shops import owed, tell
from tests.services.test_new_products import of_listing


def told(
    external_id: str, sku: str | None = "", *, minute: int = 0, **more: object
) -> ListingChanged:
    """A listing as it was changed in this minute."""
    values: dict[str, object] = {
        "name": f"Listing {external_id}",
        "price": Decimal(10),
        "keeping": StockKeeping.OWN,
        "stock": Decimal(5),
        "modified_at": START + timedelta(minutes=minute),
    }
    return ListingChanged(external_id=external_id, sku=sku, **{**values, **more})  # type: ignore[arg-type]


async def the_listing(external_id: str) -> Listing:
    return await Listing.get(external_id=external_id)


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    return await make_staff("Олена", 4001, Role.OWNER)


async def test_the_newest_word_on_a_listing_wins(take_in: Intake) -> None:
    await take_in(told("1", "A", minute=5, name="New", stock=Decimal(3)))
    await take_in(told("1", "A", minute=1, name="Old"))  # late
    assert (await the_listing("1")).name == "New"
    await take_in(told("1", "A", minute=5, name="Newest", image_url="https://a/b"))
    row = await the_listing("1")
    assert (row.name, row.stock, row.image_url) == ("Newest", Decimal(5), "https://a/b")

    await take_in(ListingGone("1"))
    assert (await the_listing("1")).is_gone
    await take_in(told("1", "A", minute=5))  # once more
    assert (await the_listing("1")).is_gone
    await take_in(told("1", "A", minute=6))  # restored
    assert not (await the_listing("1")).is_gone
    # All of it at once comes to the same.
    await take_in(told("1", minute=7), ListingGone("1"), told("1", minute=7), ListingGone("2"))
    assert (await the_listing("1")).is_gone
    assert await Listing.all().count() == 1


async def test_variations_go_with_their_product(take_in: Intake) -> None:
    await take_in(told("11", parent_external_id="1"), told("12", parent_external_id="1"))
    await take_in(told("2"))

    await take_in(ListingGone("1"))

    gone = {row.external_id for row in await Listing.filter(is_gone=True)}
    assert gone == {"11", "12"}


async def test_a_sku_that_is_not_told_stays_as_it_is_known(take_in: Intake) -> None:
    await stock_up({"A": 5})
    await take_in(told("11", "A-1"), told("12"))

    await take_in(told("11", None, minute=1), told("12", None, minute=1), told("13", None))

    rows = await Listing.all().order_by("external_id")
    assert [(row.sku, row.product_id) for row in rows] == [("A-1", None), ("", None), ("", None)]


async def test_a_sku_links_once_and_what_waited_follows(take_in: Intake) -> None:
    await stock_up({"A": 5, "B": 5})
    await take_in(incoming("1", of_listing("15", 2)), incoming("2", of_listing("16", 1)))
    first = await Listing.get_or_none(external_id="15")
    assert first is None

    # The listing is told of in one group with a new order of it.
    await take_in(told("15", "A", image_url="https://a/b"), incoming("3", of_listing("15", 1)))

    product = await Product.get(sku="A")
    row = await the_listing("15")
    assert (row.product_id, product.image_url) == (product.id, "https://a/b")
    assert await numbers("A") == ("5", "3")
    await take_in(told("15", "B", minute=1))  # somebody renames it there: the link stays
    row = await the_listing("15")
    assert (row.product_id, row.sku) == (product.id, "B")
    await take_in(told("16", "B", minute=1))  # now two have this SKU: which one is meant?
    assert (await the_listing("16")).product_id is None
    await take_in(ListingGone("15"), told("16", "B", minute=2))  # now it is its own
    assert await numbers("B") == ("5", "1")
    await Listing.filter(external_id="16").update(product_id=None, is_ignored=True)
    await take_in(told("16", "B", minute=3))
    assert (await the_listing("16")).product_id is None
    assert await check.differences() == []


async def test_the_shop_s_own_code_links_what_the_sku_does_not(
    take_in: Intake, owner: StaffMember
) -> None:
    await stock_up({"A": 5, "B": 5, "C": 5, "F": 5, "x": 5})
    await take_in(incoming("1", of_listing("2", 2)))
    await take_in(
        told("1", "A", alias="F"),  # the SKU says more
        told("2", "ours-not", alias="B"),
        told("3", alias="X"),  # a code is compared as a SKU is: by every letter
        told("4", alias="A"),  # another's SKU
        told("5", "TWICE", alias="C"),
        told("6", "TWICE", alias="D"),
        told("7", alias="E"),
        told("8", alias="E"),
    )

    skus = dict(await Product.all().values_list("id", "sku"))
    rows = await Listing.all().order_by("external_id")
    linked = {row.external_id: skus[row.product_id] for row in rows if row.product_id}
    assert linked == {"1": "A", "2": "B", "5": "C"}
    assert await numbers("B") == ("5", "2")  # the order that waited

    # The import comes to the same, and knows what else can be told apart.
    await Listing.all().update(product_id=None)
    import_id = await catalogue.begin(take_in.shop_id, by=owner, chat_id=1, message_id=1)
    again = [told(row.external_id, row.sku, alias=row.alias) for row in rows]
    await catalogue_parts.keep(Part(import_id, ""), again, "", 0)
    counts = (await catalogue.one(import_id)).counts
    assert (counts.matched, counts.new, counts.unmatched) == (3, 2, 3)
    why = [(await unmatched.one(row.id, by=owner)).why for row in rows[2:5:2] + rows[6:]]
    assert why == [Why.UNKNOWN, Why.UNKNOWN, Why.REPEATED, Why.REPEATED]
    await catalogue.decide(import_id, makes=True, by=owner)
    while await catalogue_parts.store_part(take_in.shop_id, currency="UAH"):
        pass

    skus = dict(await Product.all().values_list("id", "sku"))
    rows = await Listing.all().order_by("external_id")
    linked = {row.external_id: skus[row.product_id] for row in rows if row.product_id}
    assert linked == {"1": "A", "2": "B", "3": "X", "5": "C", "6": "D"}
    assert (await catalogue.one(import_id)).counts.linked == 3
    assert await check.differences() == []


async def test_a_code_follows_the_shop_and_news_that_come_late_link_nothing(
    take_in: Intake,
) -> None:
    await stock_up({"A": 5})
    await take_in(told("1", alias="B", minute=5))
    assert (await the_listing("1")).alias == "B"

    await take_in(told("1", alias="A", minute=1))  # late

    row = await the_listing("1")
    assert (row.alias, row.product_id) == ("B", None)
    await take_in(told("1", alias="A", minute=6))
    row = await the_listing("1")
    assert (row.alias, row.product_id) == ("A", (await Product.get(sku="A")).id)
    await stock_up({"B": 5})
    await take_in(told("2", "B"))
    await take_in(told("3", alias="B"))  # it came after whom that is
    assert (await the_listing("3")).product_id is None


async def test_told_stock_changes_no_goods_and_is_answered(take_in: Intake) -> None:
    await stock_up({"A": 5})
    await take_in(told("15", "A", stock=Decimal(5)))
    await tell(take_in.shop_id)
    await ShopEffect.all().delete()

    await take_in(told("15", "A", minute=1, stock=Decimal(5), name="Another name"))
    assert await owed() == set()
    await take_in(told("15", "A", minute=2, stock=Decimal(50)))

    assert await owed() == {(take_in.shop_id, "A")}
    assert await numbers("A") == ("5", "0")
    assert (await the_listing("15")).stock == 50


async def test_what_is_told_of_while_a_catalogue_is_read_is_not_gone(
    take_in: Intake, owner: StaffMember
) -> None:
    shop_id = take_in.shop_id
    await take_in(told("1"), told("2"))
    import_id = await catalogue.begin(shop_id, by=owner, chat_id=1, message_id=1)
    await catalogue_parts.keep(Part(import_id, ""), [told("1")], "more", 3)

    await take_in(told("3", minute=1))  # put on sale behind the reader's back
    await take_in(ListingGone("1"))
    await catalogue_parts.keep(Part(import_id, "more"), [told("4", minute=-1)], "", 3)

    gone = {row.external_id for row in await Listing.filter(is_gone=True)}
    assert gone == {"1", "2"}
    assert (await catalogue.one(import_id)).counts.gone == 1


async def test_an_import_has_one_owner_of_each_step(take_in: Intake, owner: StaffMember) -> None:
    seller = await make_staff("Олег", 5001)
    shop_id = take_in.shop_id
    for refused in (
        catalogue.begin(shop_id, by=seller, chat_id=1, message_id=1),
        catalogue.decide(1, makes=True, by=seller),
        catalogue.stop(1, by=seller),
        catalogue.view(shop_id, by=seller),
    ):
        with pytest.raises(NotAllowedError):
            await refused
    both = [catalogue.begin(shop_id, by=owner, chat_id=1, message_id=id_) for id_ in (7, 8)]
    assert len(set(await asyncio.gather(*both))) == 1
    import_id = (await CatalogueImport.get()).id
    assert not await catalogue.decide(import_id, makes=True, by=owner)  # nothing is read yet
    await catalogue_parts.keep(Part(import_id, ""), [told("1", "A"), told("2", "B")], "", 2)

    taps = [catalogue.decide(import_id, makes=makes, by=owner) for makes in (True, False, True)]
    assert sorted(await asyncio.gather(*taps)) == [False, False, True]
    assert await catalogue.stop(import_id, by=owner)
    assert not await catalogue_parts.store_part(shop_id, currency="UAH")
    assert not await Product.exists()
    assert (await Shop.get(id=shop_id)).imported_at is None
    await shops.remove(shop_id, by=owner)
    with pytest.raises(NotFoundError):
        await catalogue.begin(shop_id, by=owner, chat_id=1, message_id=1)


async def test_listings_and_orders_that_meet_take_their_locks_in_one_order(
    take_in: Intake, owner: StaffMember
) -> None:
    """The import links and makes while webhooks tell of the same listings, lines wait for them."""
    skus = {f"S{number}": 100 for number in range(8)}
    await stock_up(skus)
    shop_id = take_in.shop_id
    for number in range(8):
        lines = [of_listing(f"{(number + step) % 16}") for step in range(5)]
        await take_in(incoming(f"{number}", *lines))
    page = [told(f"{number}", f"S{number}") for number in range(16)]
    import_id = await catalogue.begin(shop_id, by=owner, chat_id=1, message_id=1)
    await catalogue_parts.keep(Part(import_id, ""), page, "", 16)
    await catalogue.decide(import_id, makes=True, by=owner)

    async def hear(changes: list[ListingChanged]) -> None:
        async with transaction():
            await listings.store(shop_id, *changes)

    await asyncio.gather(
        catalogue_parts.store_part(shop_id, currency="UAH"),
        hear(page),
        hear(page[::-1]),
        *(take_in(incoming(f"{n}", of_listing(f"{15 - n}"), minute=1)) for n in range(8)),
    )
    while await catalogue_parts.store_part(shop_id, currency="UAH"):
        pass

    assert (await catalogue.one(import_id)).state is ImportState.DONE
    assert not await Listing.filter(product_id__isnull=True).exists()
    for number in range(8):
        [line, *_] = [one for one in await lines_of(await the_order(f"{number}")) if one.quantity]
        # One that came in the instant its listing was linked may be left to a tap, and says so.
        assert line.reserved == (line.quantity if line.product_id else 0)
    assert await check.differences() == []
