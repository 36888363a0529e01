"""A stage for tests of talking to Prom.ua: a simulated cabinet, connected; polled by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal

from tortoise.timezone import now

from domain.rights import Role
from models.orders import Order
from models.shops import Shop
from models.staff import StaffMember
from sandbox.prom import Order as CabinetOrder
from sandbox.prom import PromCabinet
from services import chats, shops
from services.shops import ConnectedShop
from sync import polling
from sync.office import ShopOffice
from tests.factories import BOX, OWNER_ID, make_staff, stock_up
from tests.offices import open_office
from tests.worker.shops_stage import ShopStage


class PromStage:
    """A cabinet, the office that talks to it, and staff; no worker is running.

    ``lanes`` runs the real worker and its clock (``lanes.run()``, ``lanes.polled(shop)``).
    ``shop`` and ``seller`` are there once connected.
    """

    def __init__(self, cabinet: PromCabinet, office: ShopOffice) -> None:
        self.cabinet = cabinet
        self.office = office
        self.lanes = ShopStage(office)
        self.shop: ConnectedShop
        self.seller: StaffMember

    async def connect(self, name: str = "Посуд") -> ConnectedShop:
        """Connect the cabinet by its token, a minute ago; its chat gets cards."""
        self.shop = await shops.add(
            "prom", name, box=BOX, credentials={"token": self.cabinet.token}
        )
        await Shop.filter(id=self.shop.id).update(created_at=now() - timedelta(minutes=1))
        self.seller = await make_staff("Олена", OWNER_ID, Role.OWNER)
        await StaffMember.filter(id=self.seller.id).update(language="uk")
        await chats.subscribe(OWNER_ID)
        return self.shop

    async def work_inbox(self) -> None:
        """Work what was asked for."""
        await self.lanes.work()

    async def poll(self) -> int:
        """Ask the cabinet once for changed orders and work them; returns how many were news."""
        count = await polling.poll(self.office, self.shop)
        await self.work_inbox()
        return count

    async def place(self, *lines: tuple[str, int | Decimal], **how: object) -> Order:
        """A buyer orders (one of "A" unless said otherwise) and we hear of it.

        ``how``: see ``PromCabinet.place_order``.
        """
        wanted = {"lines": lines or (("A", 1),), **how}
        placed = self.cabinet.place_order(**wanted)  # type: ignore[arg-type]
        await self.poll()
        return await self.order(placed.id)

    async def order(self, external_id: int | str) -> Order:
        """The order as it is here."""
        return await Order.get(shop_id=self.shop.id, external_id=str(external_id))

    def there(self, order: Order) -> CabinetOrder:
        """The order as it is in the cabinet."""
        return self.cabinet.orders[int(order.external_id)]

    def calls(self, path: str) -> list[object]:
        """The bodies of the requests to a path ("/orders/set_status"), in turn."""
        return [call.body for call in self.cabinet.requests if call.path == path]


@asynccontextmanager
async def prom_stage(
    cabinet: PromCabinet | None = None, *, poll_s: float = 60.0
) -> AsyncIterator[PromStage]:
    """A connected cabinet that sells "A" and "B", of which we have a thousand each.

    ``cabinet``: one of another kind than usual, not started yet.
    """
    async with (
        cabinet or PromCabinet() as cabinet,
        open_office(prom_url=cabinet.url, prom_poll_s=poll_s) as office,
    ):
        cabinet.add_product(sku="A", name="Чашка", price=Decimal(100), stock=1000)
        cabinet.add_product(sku="B", name="Тарілка", price=Decimal("150.50"), stock=1000)
        stage = PromStage(cabinet, office)
        await stage.connect()
        await stock_up({"A": 1000, "B": 1000})
        yield stage
