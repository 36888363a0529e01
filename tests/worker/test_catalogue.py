"""A catalogue is read from a store over HTTP, part by part, and stored as somebody decided."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from domain.errors import CredentialsError, UnavailableError
from domain.rights import Role
from domain.shops import ImportState
from models.audit import AuditEntry, AuditKind
from models.connecting import CatalogueImport
from models.orders import OrderLine
from models.shops import Listing, Shop
from models.staff import StaffMember
from models.stock import Product
from sandbox.woocommerce.store import WooCommerceStore
from services import catalogue, catalogue_parts, check, shops
from services.shops import ConnectedShop
from sync.catalogue import read_catalogue
from sync.office import ShopOffice
from tests.factories import BOX, Intake, incoming, make_staff, numbers, stock_up
from tests.offices import open_office
from tests.services.test_new_products import of_listing


@dataclass(slots=True)
class Town:
    """A store with a catalogue, and the shop that is to read it."""

    store: WooCommerceStore
    office: ShopOffice
    shop: ConnectedShop
    owner: StaffMember

    async def begin(self) -> int:
        return await catalogue.begin(self.shop.id, by=self.owner, chat_id=1, message_id=1)

    async def work(self) -> None:
        """Until nothing is left to be done."""
        while await read_catalogue(self.office, self.shop):
            pass

    async def read(self) -> catalogue.ImportView:
        import_id = await self.begin()
        await self.work()
        return await catalogue.one(import_id)

    async def store_all(self, import_id: int) -> catalogue.ImportView:
        assert await catalogue.decide(import_id, makes=True, by=self.owner)
        await self.work()
        return await catalogue.one(import_id)


@pytest.fixture
async def town(db: str) -> AsyncIterator[Town]:
    """Products of every kind: a simple one, variations, one nobody counts, one without a SKU."""
    del db
    async with WooCommerceStore() as store, open_office() as office:
        credentials = {"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"}
        shop = await shops.add(
            "woocommerce", "My Shop", box=BOX, base_url=store.url, credentials=credentials
        )
        await Shop.filter(id=shop.id).update(currency="UAH")
        owner = await make_staff("Олена", 4001, Role.OWNER)
        store.add_product(sku="MUG", name="Mug &amp; <b>lid</b>", price=Decimal("259"), stock=7)
        store.add_product(sku="ENDLESS", name="E-book", price=Decimal(10), stock=None)
        store.add_product(sku="", name="No SKU", price=Decimal(5), stock=3)
        shirt = store.add_variable_product(
            sku="SHIRT", name="Shirt", options={"Size": ("S", "M", "L")}, stock=9
        )
        for size, sku, stock in (("S", "SHIRT-S", 2), ("M", "SHIRT-M", None), ("L", "", 4)):
            store.add_variation(
                shirt, chosen={"Size": size}, price=Decimal(400), stock=stock, sku=sku
            )
        yield Town(store, office, shop, owner)


async def test_all_that_is_sold_is_read_and_becomes_products(town: Town) -> None:
    view = await town.read()

    counts = view.counts
    assert (view.state, view.found, counts.products, view.total) == (ImportState.READ, 6, 4, 4)
    assert (counts.matched, counts.new, counts.uncounted, counts.unmatched) == (0, 4, 2, 2)
    assert not await Product.exists()

    done = await town.store_all(view.id)

    assert (done.state, done.counts.made, done.counts.linked) == (ImportState.DONE, 4, 0)
    assert await numbers("MUG") == ("7", "0")
    assert await numbers("SHIRT-S") == ("2", "0")
    assert await numbers("SHIRT-M") == ("0", "0")  # counted with its siblings there
    assert await numbers("ENDLESS") == ("0", "0")
    mug = await Product.get(sku="MUG")
    assert (mug.name, mug.price) == ("Mug & lid", Decimal(259))
    assert await Listing.filter(product_id__isnull=True).count() == 2
    assert (await Shop.get(id=town.shop.id)).imported_at is not None
    audited = await AuditEntry.get(kind=AuditKind.CATALOGUE_IMPORTED)
    assert audited.data == {"name": "My Shop", "created": 4, "linked": 0}
    assert await check.differences() == []


async def test_what_is_known_by_sku_is_linked_and_keeps_its_numbers(town: Town) -> None:
    await stock_up({"MUG": 50})
    second = town.store.add_product(sku="X", name="First", price=Decimal(1), stock=1)
    town.store.add_product(sku="X2", name="Second", price=Decimal(1), stock=1).sku = "X"
    take_in = Intake(town.shop.id)
    await take_in(incoming("1", of_listing(str(second.id))))
    await stock_up({"X": 5})
    mug = next(one for one in town.store.products.values() if one.sku == "MUG")
    await take_in(incoming("2", of_listing(str(mug.id), 3)))

    view = await town.read()
    assert (view.counts.matched, view.counts.unmatched) == (1, 4)
    assert await catalogue.decide(view.id, makes=False, by=town.owner)
    assert not await catalogue.decide(view.id, makes=True, by=town.owner)  # a second tap
    await town.work()

    done = await catalogue.one(view.id)
    assert (done.state, done.counts.made, done.counts.linked) == (ImportState.DONE, 0, 1)
    assert await numbers("MUG") == ("50", "3")  # the order that waited for it holds its goods
    assert await numbers("X") == ("5", "0")  # two listings have this SKU: which one is meant?
    assert (await OrderLine.get(order__external_id="1")).product_id is None
    assert {product.sku for product in await Product.all()} == {"MUG", "X"}


async def test_what_is_not_there_any_more_is_gone_and_comes_back(town: Town) -> None:
    await town.store_all((await town.read()).id)
    mug = next(one for one in town.store.products.values() if one.sku == "MUG")
    await town.store.delete_product("MUG")  # for good: nobody hears of it

    again = await town.read()

    assert (again.counts.gone, again.counts.matched, again.counts.new) == (1, 3, 0)
    listing = await Listing.get(sku="MUG")
    assert listing.is_gone
    assert listing.product_id is not None
    assert await numbers("MUG") == ("7", "0")
    await catalogue.stop(again.id, by=town.owner)
    town.store.products[mug.id] = mug
    assert (await town.read()).counts.gone == 0
    assert not (await Listing.get(sku="MUG")).is_gone


async def test_reading_goes_on_where_it_was(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(150):
        town.store.add_product(sku=f"P{number}", name="P", price=Decimal(1), stock=number)
    monkeypatch.setattr(catalogue_parts, "PART", 40)
    import_id = await town.begin()
    assert import_id == await town.begin()  # one at a time, however often it is begun
    await read_catalogue(town.office, town.shop)
    first = await CatalogueImport.get(id=import_id)
    assert first.cursor
    assert 0 < first.found < 156

    await town.store.down()
    with pytest.raises(UnavailableError):
        await read_catalogue(town.office, town.shop)
    paused = await catalogue.one(import_id)
    assert (paused.state, paused.counts.trouble) == (ImportState.READING, "unavailable")
    await town.store.up()
    await read_catalogue(town.office, town.shop)
    late = catalogue_parts.Part(import_id, "")  # the first part once more, from a slow colleague
    await catalogue_parts.keep(late, [], "", 0)
    await town.work()

    view = await catalogue.one(import_id)
    assert (view.state, view.found, view.counts.trouble) == (ImportState.READ, 156, "")
    await catalogue.decide(import_id, makes=True, by=town.owner)
    await read_catalogue(town.office, town.shop)
    stored = await catalogue.one(import_id)
    assert (stored.state, 0 < stored.counts.made < 154) == (ImportState.STORING, True)
    await town.work()
    done = await catalogue.one(import_id)
    assert (done.state, done.counts.made) == (ImportState.DONE, 154)
    assert await Product.all().count() == 154
    assert await check.differences() == []


async def test_refused_keys_end_it_and_stopping_keeps_what_is_there(town: Town) -> None:
    import_id = await town.begin()
    town.store.keys.revoke("ck_sandbox")

    with pytest.raises(CredentialsError):
        await read_catalogue(town.office, town.shop)

    view = await catalogue.one(import_id)
    assert (view.state, view.counts.trouble) == (ImportState.STOPPED, "credentials")
    assert not await read_catalogue(town.office, town.shop)
    assert not await Listing.exists()
    assert not await catalogue.stop(import_id, by=town.owner)


async def test_a_store_that_tells_of_nothing_is_not_believed(town: Town) -> None:
    await town.store_all((await town.read()).id)
    town.store.products.clear()

    view = await town.read()

    assert (view.state, view.found, view.counts.gone) == (ImportState.READ, 0, 0)
    assert not await Listing.filter(is_gone=True).exists()


async def test_prices_of_another_currency_are_not_ours(town: Town) -> None:
    await Shop.filter(id=town.shop.id).update(currency="EUR")

    await town.store_all((await town.read()).id)

    assert (await Product.get(sku="MUG")).price == 0
    assert (await Listing.get(sku="MUG")).price == 259
