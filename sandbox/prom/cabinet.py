"""A simulated Prom.ua cabinet over HTTP: it takes orders and can be asked; it tells nobody."""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.prom.api import Api, Fault
from sandbox.prom.model import (
    CASH_ON_DELIVERY,
    PROM_PAYMENT,
    ROOT_GROUP,
    WAREHOUSE,
    Buyer,
    Delivery,
    Group,
    Line,
    Order,
    Product,
    Request,
)

_GUEST = Buyer(first_name="Оксана", last_name="Вербицька", phone="+380501110022")
_TICK = timedelta(microseconds=1)


class PromCabinet:
    """One cabinet, ``async with PromCabinet() as cabinet``, or ``start`` and ``stop``.

    Args:
        token: the one token; ``rights`` says what it may do, by section: "r" or "rw".
        separator: between thousands: a no-break space, a space or a narrow one.
        last_id_is_inclusive: whether a page begins with ``last_id`` or after it; nobody knows.
        clock: gives aware UTC.
    """

    def __init__(
        self,
        *,
        token: str = "prom-token-of-the-sandbox-000000000000000",
        separator: str = "\u00a0",
        last_id_is_inclusive: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.token = token
        self.rights = {"orders": "rw", "products": "rw", "groups": "r"}
        self.has_api = True  # the package of the shop includes it
        self.separator = separator
        self.last_id_is_inclusive = last_id_is_inclusive
        self.custom_statuses: dict[int, str] = {137000: "Очікує рахунок"}
        self.groups: dict[int, Group] = {}  # the root is never listed
        self.products: dict[int, Product] = {}
        self.orders: dict[int, Order] = {}
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.url = ""
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)
        self._order_ids = itertools.count(417000301)
        self._group_ids = itertools.count(ROOT_GROUP + 1)
        self._product_ids = itertools.count(2100000001)
        self._runner: web.AppRunner | None = None
        self._port = 0

    def now(self) -> datetime:
        """The cabinet's clock; no two things happen at the same microsecond."""
        self._last = max(self._clock(), self._last + _TICK)
        return self._last

    # Goods

    def add_group(self, name: str, parent: Group | None = None, *, name_ru: str = "") -> Group:
        """Make a group within another, or within the root, whose id is ``ROOT_GROUP``."""
        group = Group(
            id=next(self._group_ids),
            name=name,
            name_ru=name_ru or name,
            parent_id=parent.id if parent else ROOT_GROUP,
            modified_at=self.now(),
        )
        self.groups[group.id] = group
        return group

    def add_product(
        self,
        *,
        sku: str,
        name: str,
        price: Decimal,
        stock: int | None,
        name_ru: str = "",
        external_id: str = "",
        unit: str = "шт.",
        group_id: int | None = None,
    ) -> Product:
        """Put a product on sale, in a group (``add_group``) or in none."""
        product = Product(
            id=next(self._product_ids),
            sku=sku,
            name=name,
            name_ru=name_ru or name,
            price=price,
            stock=stock,
            external_id=external_id,
            unit=unit,
            group_id=group_id,
            modified_at=self.now(),
        )
        product.image = f"https://images.prom.ua/{product.id}_w100_h100_sample.jpg"
        self.products[product.id] = product
        return product

    # Orders

    def place_order(
        self,
        *,
        lines: Sequence[tuple[str, int | Decimal]],
        buyer: Buyer = _GUEST,
        recipient: Buyer | None = None,
        payment: int = CASH_ON_DELIVERY,
        delivery: Delivery = WAREHOUSE,
        note: str = "",
        do_not_call: bool = False,
        status: str = "pending",
        source: str = "portal",
    ) -> Order:
        """A buyer places an order. ``lines``: SKU and quantity. Paid online, it is still unpaid."""
        at = self.now()
        order = Order(
            id=next(self._order_ids),
            buyer=buyer,
            recipient=recipient,
            lines=[self._line(sku, quantity) for sku, quantity in lines],
            delivery=delivery,
            payment=payment,
            payment_status="unpaid" if payment == PROM_PAYMENT else "",
            note=note,
            do_not_call=do_not_call,
            status=status,
            source=source,
            created_at=at,
            modified_at=at,
        )
        self.orders[order.id] = order
        return order

    def pay(self, order_id: int) -> None:
        """The online payment went through, a minute or two after the order."""
        order = self.orders[order_id]
        order.payment_status, order.status = "paid", "paid"
        order.modified_at = self.now()

    def set_status(self, order_id: int, status: str) -> None:
        """The seller sets any status in the cabinet, a custom one too."""
        order = self.orders[order_id]
        order.status, order.modified_at = status, self.now()

    def cancel(
        self, order_id: int, title: str = "Покупець відмовився", initiator: str = "buyer"
    ) -> None:
        """The buyer, or somebody in the cabinet, cancels."""
        order = self.orders[order_id]
        order.status, order.cancellation = "canceled", (title, initiator)
        order.modified_at = self.now()

    def edit_lines(self, order_id: int, lines: Sequence[tuple[str, int | Decimal]]) -> None:
        """The seller edits what was ordered, in the cabinet."""
        order = self.orders[order_id]
        order.lines = [self._line(sku, quantity) for sku, quantity in lines]
        order.modified_at = self.now()

    def _line(self, sku: str, quantity: int | Decimal) -> Line:
        product = next(each for each in self.products.values() if each.sku == sku)
        return Line(product, Decimal(quantity), product.price)

    # Faults

    def answer_with(
        self, status: int, body: str, *, times: int = 1, content_type: str = "text/html"
    ) -> None:
        """Answer the next ``times`` requests so, whatever they ask; nothing is carried out."""
        self.faults.extend([Fault(status, body, content_type)] * times)

    def lose_answers(self, times: int = 1) -> None:
        """Carry the next ``times`` requests out and hang up instead of answering."""
        self.faults.extend([Fault(0, "", "")] * times)

    # Serving

    async def start(self, port: int = 0) -> None:
        """Listen on this machine; port 0 takes a free one. ``url`` is the API's base address."""
        self._runner = web.AppRunner(Api(self).build_app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port or self._port).start()
        host, self._port, *_ = self._runner.addresses[0]
        self.url = f"http://{host}:{self._port}/api/v1"

    async def stop(self) -> None:
        """Stop listening; ``start`` takes the same address again."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()
