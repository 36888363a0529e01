"""A cabinet of Prom.ua and a site sell one warehouse: read, linked and told of stock over HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from tortoise.timezone import now

from domain.errors import CredentialsError, IntegrationError, RequestRefusedError
from domain.shops import ConnectProblem, ImportState, Trouble
from models.connecting import CatalogueImport
from models.shops import Listing, Shop
from models.stock import Product
from sandbox.prom.model import Product as CabinetProduct
from sandbox.woocommerce import WooCommerceStore
from services import catalogue, check, stock_switch
from services.catalogue import ImportView
from services.shops import ConnectedShop
from services.stock_telling import BURST, IN_FLIGHT
from sync import polling
from sync.catalogue import read_catalogue
from sync.stock import tell_stock
from tests.factories import numbers, sell, stock_up
from tests.services.stock_shops import make_due, owed
from tests.worker.prom_stage import PromStage, prom_stage

SOON = BURST + timedelta(seconds=1)


@dataclass(slots=True)
class Warehouse:
    """What lies there is sold by a cabinet and by a site; both are told how much there is."""

    prom: PromStage
    site: WooCommerceStore
    site_shop: ConnectedShop

    @property
    def shops(self) -> list[ConnectedShop]:
        return [self.prom.shop, self.site_shop]

    def product(self, sku: str) -> CabinetProduct:
        return next(each for each in self.prom.cabinet.products.values() if each.sku == sku)

    def shown(self, sku: str) -> tuple[int | None, str, object]:
        """What buyers see: the cabinet's number and presence, the site's number."""
        there = self.product(sku)
        return there.stock, there.presence, self.site.product(sku).stock

    async def read(self, shop: ConnectedShop) -> ImportView:
        """Read a catalogue to its end, or until the shop refuses."""
        by = self.prom.seller
        import_id = await catalogue.begin(shop.id, by=by, chat_id=1, message_id=1)
        while await read_catalogue(self.prom.office, shop):
            pass
        return await catalogue.one(import_id)

    async def import_all(self, shop: ConnectedShop, *, makes: bool = False) -> None:
        view = await self.read(shop)
        assert await catalogue.decide(view.id, makes=makes, by=self.prom.seller)
        while await read_catalogue(self.prom.office, shop):
            pass

    async def tell(self, after: timedelta = SOON) -> None:
        """So much later both are told what is due."""
        await make_due(after)
        for shop in self.shops:
            while await tell_stock(self.prom.office, shop):
                pass

    async def hear(self) -> None:
        """Both are asked for changed orders and products."""
        for shop in self.shops:
            await polling.poll(self.prom.office, shop)
            await self.prom.work_inbox()
            await polling.poll_listings(self.prom.office, shop)

    def edits(self) -> int:
        return len(self.prom.calls("/products/edit"))


@pytest.fixture
async def here(db: str) -> AsyncIterator[Warehouse]:
    """Ten of A, of which both know, and have been told."""
    del db
    async with AsyncExitStack() as stack:
        prom = await stack.enter_async_context(prom_stage())
        site = await stack.enter_async_context(WooCommerceStore())
        await stock_up({"A": 10, "B": 10})
        for sku in ("A", "B"):
            site.add_product(sku=sku, name=sku, price=Decimal(10), stock=10)
        built = Warehouse(prom, site, await prom.lanes.connect(site))
        for shop in built.shops:
            await built.import_all(shop)
            assert await stock_switch.turn_on(shop.id, by=prom.seller)
        await built.tell()
        prom.cabinet.requests.clear()
        yield built


async def refusals(here: Warehouse) -> list[tuple[str, str]]:
    facts = await stock_switch.facts(here.prom.shop.id, by=here.prom.seller)
    return [(each.sku, each.problem) for each in facts.refusals]


async def test_what_is_sold_here_is_gone_there(here: Warehouse) -> None:
    assert here.shown("A") == here.shown("B") == (10, "available", 10)

    order = await here.prom.place(("A", 3))
    await here.tell()
    assert here.shown("A") == (7, "available", 7)
    await here.site.place_order(lines=[("A", 7)])
    await here.hear()
    await here.tell()
    assert here.shown("A") == (0, "not_available", 0)

    await sell(order, here.prom.seller)
    await stock_up({"A": 12})
    await here.tell()
    assert here.shown("A") == (5, "available", 5)
    await here.hear()
    await here.tell(IN_FLIGHT)
    assert (here.edits(), await owed()) == (3, set())  # their echo is no news
    assert here.shown("B") == (10, "available", 10)
    assert await check.differences() == []


async def test_the_last_piece_is_not_offered_any_more_whatever_comes_first(
    here: Warehouse,
) -> None:
    """The cabinet lowers its number by itself, and we see that before the order."""
    await stock_up({"A": 1})
    await here.tell()
    here.prom.cabinet.edit_product(here.product("A"), stock=0)
    await polling.poll_listings(here.prom.office, here.prom.shop)
    await here.prom.place(("A", 1))

    await here.tell()

    assert here.shown("A") == (0, "not_available", 0)


async def test_what_a_seller_types_in_there_does_not_last(here: Warehouse) -> None:
    cabinet, product = here.prom.cabinet, here.product("A")
    product.group_id = cabinet.add_group("Чашки").id
    cabinet.edit_product(product, stock=50)
    await here.hear()
    await here.tell()
    assert here.shown("A") == (10, "available", 10)

    await here.hear()
    cabinet.edit_product(product, presence="not_available")
    await here.hear()
    await here.tell()
    assert product.presence == "not_available"  # it might have been an order
    await here.tell(IN_FLIGHT)
    assert here.shown("A") == (10, "available", 10)
    await here.hear()
    assert await owed() == set()


async def test_a_refusal_is_its_listing_s_alone_and_goes_with_a_success(here: Warehouse) -> None:
    here.prom.cabinet.refusals[here.product("A").id] = "Товар на модерації"
    await stock_up({"A": 5, "B": 5})

    await here.tell()

    assert here.shown("A") == (10, "available", 5)
    assert here.shown("B") == (5, "available", 5)
    assert await refusals(here) == [("A", "Товар на модерації")]
    assert await owed() == set()
    assert await check.differences() == []
    here.prom.cabinet.refusals.clear()
    await stock_switch.send_again(here.prom.shop.id, by=here.prom.seller)
    await here.tell()
    assert here.shown("A") == (5, "available", 5)
    assert await refusals(here) == []


async def test_a_lost_answer_is_told_again_and_a_refused_list_stays_owed(here: Warehouse) -> None:
    cabinet = here.prom.cabinet
    await stock_up({"A": 0})
    cabinet.lose_answers(path="/products/edit")
    await make_due(SOON)
    with pytest.raises(IntegrationError):
        await tell_stock(here.prom.office, here.prom.shop)
    await stock_up({"A": 4})  # it was told of none meanwhile

    cabinet.answer_with(
        200, '{"error": "Технічні роботи"}', content_type="application/json", path="/products/edit"
    )
    await make_due()
    with pytest.raises(RequestRefusedError):
        await tell_stock(here.prom.office, here.prom.shop)
    assert here.product("A").presence == "not_available"
    await here.tell(timedelta(hours=1))

    assert here.shown("A") == (4, "available", 4)
    assert (await owed(), await refusals(here)) == (set(), [])


async def test_a_cabinet_is_read_through_all_its_groups_and_matched_by_either_code(
    here: Warehouse,
) -> None:
    cabinet, shop = here.prom.cabinet, here.prom.shop
    await stock_up({"OURS": 3})
    group = cabinet.add_group("Чашки").id
    how = {"name": "Чашка", "price": Decimal("99.90"), "group_id": group}
    cabinet.add_product(sku="", external_id="OURS", stock=1, **how)  # type: ignore[arg-type]
    cabinet.add_product(sku="", external_id="NEW-1", stock=6, **how)  # type: ignore[arg-type]
    cabinet.add_product(sku="", stock=1, **how)  # type: ignore[arg-type]

    counts = (await here.read(shop)).counts
    assert (counts.matched, counts.new, counts.unmatched, counts.gone) == (3, 1, 1, 0)
    await CatalogueImport.all().delete()
    await here.import_all(shop, makes=True)

    assert await numbers("OURS") == ("3", "0")
    assert await numbers("NEW-1") == ("6", "0")
    assert (await Product.get(sku="NEW-1")).price == Decimal("99.90")
    await here.tell()
    stock = {each.external_id: each.stock for each in cabinet.products.values()}
    assert (stock["OURS"], stock["NEW-1"]) == (3, 6)

    cabinet.delete_product(here.product("B"))  # nothing tells of it but that it is not there
    assert (await here.read(shop)).counts.gone == 1
    assert (await Listing.get(shop_id=shop.id, sku="B")).is_gone


async def test_a_token_that_may_not_read_goods_ends_the_reading_and_says_why(
    here: Warehouse,
) -> None:
    for section in ("products", "groups"):
        here.prom.cabinet.rights = {"orders": "rw", "products": "rw", "groups": "r"} | {section: ""}
        with pytest.raises(CredentialsError):
            await here.read(here.prom.shop)
        row = await CatalogueImport.all().order_by("-id").first()
        assert row is not None
        view = await catalogue.one(row.id)
        assert (view.state, view.counts.trouble) == (ImportState.STOPPED, Trouble.CREDENTIALS)
        assert view.problem == ConnectProblem.NO_RIGHTS
    assert not await Listing.filter(is_gone=True).exists()


async def test_a_token_that_may_not_change_goods_cannot_be_made_to(here: Warehouse) -> None:
    shop_id, by = here.prom.shop.id, here.prom.seller
    await stock_switch.turn_off(shop_id, by=by)
    await Shop.filter(id=shop_id).update(can_stock=False, imported_at=now())

    assert not await stock_switch.turn_on(shop_id, by=by)

    facts = await stock_switch.facts(shop_id, by=by)
    assert (facts.is_on, facts.can_stock, facts.platform) == (False, False, "prom")
