"""A shop of a simulated store whose orders are told what happens to them here."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from domain.rights import Role
from models.orders import EventKind, Order, OrderEvent
from models.outbox import OutboxEffect
from models.sales import Sale
from models.shops import ShopEffect
from models.staff import StaffMember
from sandbox.woocommerce import Order as StoreOrder
from sandbox.woocommerce import WooCommerceStore
from sandbox.woocommerce.php import php_json
from services import chats, orders, shops
from services.inbox import InboxWriter
from services.shops import ConnectedShop
from sync.office import ShopOffice
from sync.telling import tell_statuses
from tests.factories import BOX, OWNER_ID, drain, make_staff, sell, stock_up
from tests.offices import open_office
from worker.inbox import InboxWorker

SOON = orders.UNDO_WINDOW + timedelta(seconds=1)
THEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def pass_time(passed: timedelta = SOON, *, is_wait: bool = False) -> None:
    """Whatever was owed or done is so much longer ago; of a mere wait, what was owed."""
    effects = await ShopEffect.all().order_by("id")
    for effect in effects:
        effect.due_at -= passed
    if effects:
        await ShopEffect.bulk_update(effects, fields=["due_at"])
    if is_wait:
        return
    events = await OrderEvent.exclude(kind=EventKind.CREATED).order_by("id")
    for event in events:
        event.at -= passed
    if events:
        await OrderEvent.bulk_update(events, fields=["at"])
    sold = await Sale.all().order_by("id")
    for sale in sold:
        sale.at -= passed
    if sold:
        await Sale.bulk_update(sold, fields=["at"])


async def seen(order: Order) -> tuple[int, int, list[EventKind]]:
    """What would be news to staff: revision, cards owed, history."""
    events = await OrderEvent.filter(order_id=order.id).order_by("id")
    cards = await OutboxEffect.filter(subject_id=order.id).count()
    revision = (await Order.get(id=order.id)).revision
    return revision, cards, [event.kind for event in events]


class TellingStage:
    """A store whose clock moves on by a second each time it is looked at.

    Its webhooks reach us when ``hear`` says so. ``seller`` writes Ukrainian.
    """

    def __init__(self, store: WooCommerceStore, shop: ConnectedShop, office: ShopOffice) -> None:
        self.store = store
        self.shop = shop
        self.office = office
        self._writer = InboxWriter()
        self._worker = InboxWorker(office.platforms, [OWNER_ID])
        self.seller: StaffMember

    async def place(self, payment: str = "cod", status: str | None = None) -> Order:
        """A customer orders, and we hear of it."""
        placed = await self.store.place_order(lines=[("A", 1)], payment=payment, status=status)
        await self.hear(await self.body(placed.id))
        return await self.order(placed.id)

    async def body(self, external_id: int | str) -> bytes:
        """What a webhook would say of an order now."""
        return php_json(self.store.renderer.order(self.there(external_id))).encode()

    async def hear(self, *bodies: bytes) -> None:
        """Webhooks come in, one after another."""
        for body in bodies:
            await self._writer.append(self.shop.id, "order.updated", body)
            await drain(self._worker)

    async def hear_gone(self, order: Order) -> None:
        """The order was moved to the trash."""
        body = f'{{"id":{order.external_id}}}'.encode()
        await self._writer.append(self.shop.id, "order.deleted", body)
        await drain(self._worker)

    async def order(self, external_id: int | str) -> Order:
        return await Order.get(shop_id=self.shop.id, external_id=str(external_id))

    def there(self, external_id: int | str) -> StoreOrder:
        """The order as it is in the store."""
        return self.store.orders[int(external_id)]

    async def sell(self, order: Order, waybill: str = "") -> None:
        await sell(order, self.seller, waybill=waybill, accept_shortage=True)

    async def pass_time(self, passed: timedelta = SOON, *, is_wait: bool = False) -> None:
        """See ``pass_time``."""
        await pass_time(passed, is_wait=is_wait)

    async def tell(self, passed: timedelta = SOON, *, is_wait: bool = False) -> None:
        """Time passes, and all that is due is told."""
        await self.pass_time(passed, is_wait=is_wait)
        while await tell_statuses(self.office, self.shop):
            pass

    def told(self) -> list[str]:
        """The statuses that the store was asked for, in turn: "13 completed"."""
        calls = self.store.calls("PUT", "orders/")
        return [
            f"{call.route.removeprefix('orders/')} {json.loads(call.body)['status']}"
            for call in calls
        ]

    def notes(self, order: Order) -> list[str]:
        """Ours beside an order, up to the time."""
        texts = [note.text for note in self.there(order.external_id).notes]
        return [text.rpartition(", ")[0] for text in texts if text.startswith("Kramar")]

    async def seen(self, order: Order) -> tuple[int, int, list[EventKind]]:
        """See ``seen``."""
        return await seen(order)


@asynccontextmanager
async def telling_stage() -> AsyncIterator[TellingStage]:
    """A connected store, its staff, goods in stock, and a chat that gets cards."""
    seconds = count()

    def clock() -> datetime:
        return THEN + timedelta(seconds=next(seconds))

    async with (
        WooCommerceStore(delivers_at_once=False, clock=clock) as store,
        open_office() as office,
    ):
        store.add_product(sku="A", name="Чашка", price=Decimal(100), stock=1000)
        keys = {"consumer_key": "ck_sandbox", "consumer_secret": "cs_sandbox"}
        shop = await shops.add(
            "woocommerce", "Крамниця", box=BOX, base_url=store.url, credentials=keys
        )
        await stock_up({"A": 1000})
        await chats.subscribe(OWNER_ID)
        stage = TellingStage(store, shop, office)
        stage.seller = await make_staff("Олег", 5001, Role.OWNER)
        await StaffMember.filter(id=stage.seller.id).update(language="uk")
        yield stage
