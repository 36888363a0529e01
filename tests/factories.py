"""Shops, staff, products and orders for tests, made through the services themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from domain.orders import Change, IncomingLine, IncomingOrder, PlatformState
from domain.rights import Role
from integrations.woocommerce.webhook import WooCommerceWebhooks
from models.audit import AuditEntry, AuditKind
from models.orders import Order, OrderLine
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from models.stock import Product
from models.telegram import Card
from services import drafts, products, sales, shops
from services.inbox import InboxWriter
from services.secrets import SecretBox
from services.shops import ConnectedShop
from worker.inbox import InboxWorker

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOX = SecretBox("a secret key of the tests")
WEBHOOK_SECRET = "what signs webhooks"
OWNER_ID = 4001


async def make_shop(name: str = "My Shop", platform: str = "woocommerce") -> ConnectedShop:
    """A connected shop; the audit log begins after it."""
    shop = await shops.add(
        platform,
        name,
        box=BOX,
        base_url="https://shop.example",
        credentials={"consumer_key": "ck_1", "consumer_secret": "cs_1"},
        webhook_secret=WEBHOOK_SECRET,
    )
    await AuditEntry.filter(kind=AuditKind.SHOP_CONNECTED).delete()
    return shop


async def make_staff(
    name: str = "Олег", telegram_id: int = 5001, role: Role = Role.SELLER
) -> StaffMember:
    return await StaffMember.create(name=name, telegram_id=telegram_id, role=role)


async def stock_up(on_hand: Mapping[str, object]) -> None:
    """Import products: SKU → the quantity that was counted."""
    rows = [f"{sku},Product {sku},100,60,{quantity}" for sku, quantity in on_hand.items()]
    await products.import_csv("\n".join(["sku,name,price,cost,on_hand", *rows]))


async def cards_were_sent() -> None:
    """The chats get all the cards that they are owed, and nothing else that is owed."""
    owed = await OutboxEffect.filter(kind=EffectKind.SHOW_CARD).order_by("id")
    shown = set(await Card.all().values_list("order_id", "chat_id"))
    new = dict.fromkeys((effect.subject_id, effect.chat_id) for effect in owed)
    await Card.bulk_create(
        Card(order_id=order_id, chat_id=chat_id)
        for order_id, chat_id in new
        if (order_id, chat_id) not in shown
    )
    await OutboxEffect.all().delete()


async def numbers(sku: str) -> tuple[str, str]:
    """(on_hand, reserved) of a product, as text."""
    product = await Product.get(sku=sku)
    return f"{product.on_hand}", f"{product.reserved}"


def line(sku: str, quantity: object = 1, external_id: str = "") -> IncomingLine:
    """A line that costs 10 a unit; its id is its SKU unless said otherwise."""
    return IncomingLine(
        external_id=external_id or sku,
        product_external_id="",
        sku=sku,
        name=f"Product {sku}",
        quantity=Decimal(str(quantity)),
        amount=Decimal(str(quantity)) * 10,
    )


def incoming(
    external_id: str = "1",
    *lines: IncomingLine,
    state: PlatformState = PlatformState.ACTIVE,
    minute: int = 0,
    **content: object,
) -> IncomingOrder:
    """An order as a platform tells it, changed ``minute`` minutes after it was placed."""
    values: dict[str, object] = {
        "external_id": external_id,
        "number": external_id,
        "state": state,
        "placed_at": START,
        "modified_at": START + timedelta(minutes=minute),
        "currency": "UAH",
        "customer_name": "Олена Коваль",
        "lines": lines,
        "total": sum((one.amount for one in lines), Decimal(0)),
    }
    return IncomingOrder(**{**values, **content})  # type: ignore[arg-type]


class Told(WooCommerceWebhooks):
    """A platform whose requests say what a test wants them to: bodies name changes."""

    def __init__(self) -> None:
        self._changes: dict[bytes, tuple[Change, ...] | Exception] = {}
        self._names = count(1)

    def body(self, *changes: Change) -> bytes:
        """A body that carries these changes."""
        return self._keep(changes)

    def broken_body(self, error: Exception) -> bytes:
        """A body whose parsing raises ``error``."""
        return self._keep(error)

    def _keep(self, content: tuple[Change, ...] | Exception) -> bytes:
        name = str(next(self._names)).encode()
        self._changes[name] = content
        return name

    def parse(self, topic: str, body: bytes) -> tuple[Change, ...]:
        del topic
        content = self._changes[body]
        if isinstance(content, Exception):
            raise content
        return content


class Intake:
    """An inbox and its worker, fed with changes instead of bytes."""

    def __init__(self, shop_id: int) -> None:
        self.shop_id = shop_id
        self.told = Told()
        self.writer = InboxWriter()
        self.worker = InboxWorker({"woocommerce": self.told}, [OWNER_ID])

    async def append(self, *changes: Change) -> None:
        """Commit a request for each change, to be worked later."""
        for change in changes:
            await self.writer.append(self.shop_id, "order.updated", self.told.body(change))

    async def __call__(self, *changes: Change) -> None:
        """Commit a request for each change and work them, together when there are several."""
        await self.append(*changes)
        await drain(self.worker)


async def drain(worker: InboxWorker) -> None:
    """Work the inbox until nothing is due."""
    while await worker.run_once():
        pass


async def make_order(
    intake: Intake, lines: Iterable[IncomingLine], external_id: str = "1"
) -> Order:
    await intake(incoming(external_id, *lines))
    return await the_order(external_id)


async def the_order(external_id: str = "1") -> Order:
    return await Order.get(external_id=external_id)


async def lines_of(order: Order) -> Sequence[OrderLine]:
    return await OrderLine.filter(order_id=order.id).order_by("position", "id")


async def sell(
    order: Order, by: StaffMember, *, waybill: str = "", accept_shortage: bool = False
) -> None:
    """Confirm, type the waybill's number if there is one, then ``Add sale``."""
    await drafts.open_window(order.id, by=by, take_over=True)
    if waybill:
        await drafts.set_text(order.id, "waybill_number", waybill, by=by)
    await sales.add_sale(order.id, by=by, accept_shortage=accept_shortage)
