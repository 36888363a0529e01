"""Several simulated stores that sell one warehouse, and the mail between them and us.

What a store sends waits in the town's letter box until a test delivers it: at once, later, in
another order, twice or never. Stores have a clock of their own, a second for each look at it.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count

from aiohttp import web

from bot.platforms import PLATFORMS
from domain.errors import IntegrationError
from models.shops import Listing, ShopEffect
from models.stock import Product
from sandbox.woocommerce.model import Quantity
from sandbox.woocommerce.store import WooCommerceStore
from services import listings, shops
from services.inbox import InboxWriter
from services.shops import ConnectedShop
from services.stock_telling import owe_all
from services.transactions import transaction
from sync.office import ShopOffice, account
from sync.stock import tell_stock
from tests.factories import BOX, OWNER_ID, START, drain
from tests.offices import open_office
from tests.services.stock_shops import make_due, tell
from worker.inbox import InboxWorker


@dataclass(frozen=True, slots=True)
class Letter:
    """What a store has sent to us."""

    shop_id: int
    topic: str
    body: bytes


@dataclass(slots=True)
class Town:
    """The stores, by the order in which they came, and their mail."""

    office: ShopOffice
    url: str
    worker: InboxWorker
    writer: InboxWriter
    stack: AsyncExitStack
    letters: list[Letter] = field(default_factory=list)
    stores: list[WooCommerceStore] = field(default_factory=list)
    shops: list[ConnectedShop] = field(default_factory=list)

    async def open(self, stock: dict[str, int]) -> WooCommerceStore:
        """A new store with these goods, its catalogue linked by SKU; it was told all there is."""
        ticks = count()
        store = await self.stack.enter_async_context(
            WooCommerceStore(clock=lambda: START + timedelta(seconds=next(ticks)))
        )
        for sku, quantity in stock.items():
            store.add_product(sku=sku, name=sku, price=Decimal(10), stock=quantity)
        shop = await self.connect(store)
        await self.read_catalogue(shop)
        await tell(shop.id)
        async with transaction():
            await owe_all(shop.id)
        await self.round()
        self.take()
        store.site.calls.clear()
        return store

    async def connect(self, store: WooCommerceStore) -> ConnectedShop:
        shop = await shops.add(
            "woocommerce",
            f"Store {len(self.stores)}",
            box=BOX,
            base_url=store.url,
            credentials={"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"},
        )
        store.subscribe_all(f"{self.url}/{shop.id}", shop.webhook_secret)
        self.stores.append(store)
        self.shops.append(shop)
        return shop

    async def read_catalogue(self, shop: ConnectedShop) -> None:
        """As reconciling does: what the store says of its goods now."""
        api = self.office.api(shop)
        assert api is not None
        cursor, is_first = "", True
        while cursor or is_first:
            page = await api.catalogue_page(account(shop), cursor)
            async with transaction():
                await listings.store(shop.id, *page.listings)
            cursor, is_first = page.cursor, False

    async def read_orders(self, shop: ConnectedShop) -> None:
        """As reconciling does: what the store says of all its orders now."""
        api = self.office.api(shop)
        assert api is not None
        async for found in api.changed_orders(account(shop), START - timedelta(days=1)):
            await self.deliver([Letter(shop.id, each.topic, each.body) for each in found])

    def take(self, *topics: str) -> list[Letter]:
        """Take letters out of the box, those of the first topic first; all without any topic."""
        if not topics:
            taken = list(self.letters)
        else:
            taken = [each for topic in topics for each in self.letters if each.topic == topic]
        self.letters[:] = [each for each in self.letters if each not in taken]
        return taken

    async def deliver(self, letters: Iterable[Letter]) -> None:
        """They reach us, one after another, and are worked."""
        for letter in letters:
            await self.writer.append(letter.shop_id, letter.topic, letter.body)
            await drain(self.worker)

    async def round(self, after: timedelta = timedelta(hours=1)) -> None:
        """Time passes, and all stores are told what is due; failures are their own."""
        await make_due(after)
        for shop in self.shops:
            try:
                while await tell_stock(self.office, shop):
                    pass
            except IntegrationError:
                continue

    async def settle(self) -> None:
        """Nothing gets lost any more: all is heard and told until nobody has anything to say."""
        self.take()
        for store in self.stores:
            store.behave()
        for shop in self.shops:
            await self.read_orders(shop)
        while True:
            for shop in self.shops:
                await self.read_catalogue(shop)
            if not await ShopEffect.filter(kind="tell_stock").exists():
                return
            await self.round()

    def shown(self, number: int = 0) -> dict[str, Quantity]:
        """What a store says it has, by SKU."""
        return {each.sku: each.stock for each in self.stores[number].products.values()}

    def batches(self, number: int = 0) -> int:
        """In how many calls a store was told of stock."""
        calls = self.stores[number].calls("POST", "products/")
        return sum(call.route.endswith("batch") for call in calls)


async def sellable() -> dict[str, int]:
    """What every store should say."""
    products = await Product.all().order_by("id")
    return {each.sku: max(0, int(each.available)) for each in products}


async def problems() -> Sequence[str]:
    return [each.problem for each in await Listing.exclude(problem="").order_by("id")]


@asynccontextmanager
async def open_town() -> AsyncIterator[Town]:
    """A town without stores; the database is open."""
    letters: list[Letter] = []

    async def receive(request: web.Request) -> web.Response:
        topic = request.headers.get("X-WC-Webhook-Topic", "")
        shop_id = int(request.match_info["shop_id"])
        letters.append(Letter(shop_id, topic, await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{shop_id}", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        office = await stack.enter_async_context(open_office())
        worker = InboxWorker(PLATFORMS, [OWNER_ID])
        yield Town(office, f"http://{host}:{port}", worker, InboxWriter(), stack, letters)
