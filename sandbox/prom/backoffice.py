"""What happens inside a simulated cabinet: its goods, its orders, its clock."""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from random import Random

from sandbox.prom.buyers import random_wish
from sandbox.prom.model import (
    CASH_ON_DELIVERY,
    INSTALLMENTS,
    PAYMENT_OPTIONS,
    PROM_PAYMENT,
    ROOT_GROUP,
    WAREHOUSE,
    Buyer,
    Delivery,
    Group,
    Line,
    Order,
    Product,
)

Quantity = int | Decimal

_GUEST = Buyer(first_name="Оксана", last_name="Вербицька", phone="+380501110022")
_TICK = timedelta(microseconds=1)


class Backoffice:
    """A cabinet without its network address; ``PromCabinet`` says what its arguments mean.

    What is nobody's knowledge of the real one is an attribute here, to be set to either answer:
    ``last_id_is_inclusive``, ``lists_root_group``, ``filter_zone`` (how times in queries are read),
    ``separator`` and ``suffix`` of money, ``unknown_order_is_error`` (told in a 200, not by a 404),
    ``unknown_filters`` (statuses that no list can be asked for),
    ``refuses_by_warning`` (that a part of the orders kept its status is told by
    ``warning_message`` alone, without ``errors``).
    """

    def __init__(
        self,
        *,
        token: str,
        separator: str,
        last_id_is_inclusive: bool,
        site: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.token = token
        self.rights = {"orders": "rw", "products": "rw", "groups": "r", "clients": "r"}
        self.has_api = True  # the package of the shop includes it
        self.site = site
        self.separator = separator
        self.suffix = "\u00a0грн"
        self.last_id_is_inclusive = last_id_is_inclusive
        self.lists_root_group = False
        self.unknown_order_is_error = False
        self.unknown_filters: set[str] = set()
        self.refuses_by_warning = False
        self.filter_zone: tzinfo = UTC
        self.custom_statuses: dict[int, str] = {137000: "Очікує рахунок"}
        self.payment_options = dict(PAYMENT_OPTIONS)  # as the seller names them
        self.refusals: dict[int, str] = {}  # why an order or a product, by id, is not changed
        self.groups: dict[int, Group] = {}
        self.products: dict[int, Product] = {}
        self.orders: dict[int, Order] = {}
        self._clock = clock
        self._ahead = timedelta(0)
        self._last = datetime.min.replace(tzinfo=UTC)
        self._payments_due: dict[int, datetime] = {}
        self._clients: dict[str, int] = {}
        self._client_ids = itertools.count(310000101)
        self._order_ids = itertools.count(417000301)
        self._group_ids = itertools.count(ROOT_GROUP + 1)
        self._product_ids = itertools.count(2100000001)
        self._variation_ids = itertools.count(64000001)
        self.root = Group(
            id=ROOT_GROUP,
            name="Коренева група",
            name_ru="Корневая группа",
            parent_id=None,
            modified_at=datetime(2024, 1, 1, tzinfo=UTC),
        )

    # Time

    def now(self) -> datetime:
        """The cabinet's clock; no two things happen at the same microsecond."""
        self._last = max(self._clock() + self._ahead, self._last + _TICK)
        return self._last

    def let_pass(self, time: timedelta) -> None:
        """Set the cabinet's clock forward."""
        self._ahead += time

    def settle(self) -> None:
        """Let the payments happen whose time has come; done before each request."""
        if not self._payments_due:
            return
        now = self.now()
        for order_id, due in sorted(self._payments_due.items(), key=lambda each: each[1]):
            if due <= now:
                self._pay(self.orders[order_id], due)

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
        price: Decimal | None,
        stock: int | None,
        name_ru: str = "",
        external_id: str = "",
        unit: str = "шт.",
        group_id: int | None = None,
        presence: str = "available",
        status: str = "on_display",
        image: str | None = None,
        base: Product | None = None,
    ) -> Product:
        """Put a product on sale, in a group (``add_group``) or in none.

        ``base``: it is a variation of that product. ``image``: the address of its picture, "" for
        none; None for one that Prom might have.
        """
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
            presence=presence,
            status=status,
            image=image,
            modified_at=self.now(),
        )
        if base is not None:
            if base.variation_group_id is None:
                base.variation_group_id = next(self._variation_ids)
            product.base_id, product.variation_group_id = base.id, base.variation_group_id
        self.products[product.id] = product
        return product

    def edit_product(
        self,
        product: Product,
        *,
        name: str | None = None,
        price: Decimal | None = None,
        stock: int | None = None,
        presence: str | None = None,
        status: str | None = None,
    ) -> None:
        """The seller edits a product in the cabinet; what is None stays as it is."""
        product.name = product.name if name is None else name
        product.price = product.price if price is None else price
        product.stock = product.stock if stock is None else stock
        product.presence = presence or product.presence
        product.status = status or product.status
        product.modified_at = self.now()

    def delete_product(self, product: Product) -> None:
        """It is in no list any more, and unknown by its id."""
        self.edit_product(product, status="deleted")

    def group_of(self, product: Product) -> Group | None:
        if product.group_id == ROOT_GROUP:
            return self.root
        return self.groups.get(product.group_id or 0)

    # Orders

    def place_order(
        self,
        *,
        lines: Sequence[tuple[str | int, Quantity]],
        buyer: Buyer = _GUEST,
        recipient: Buyer | None = None,
        payment: int | None = CASH_ON_DELIVERY,
        pays_after_s: float | None = None,
        delivery: Delivery | None = WAREHOUSE,
        note: str = "",
        do_not_call: bool = False,
        promotion: str = "",
        status: str | None = None,
        source: str = "portal",
    ) -> Order:
        """A buyer places an order.

        Args:
            lines: SKU or product's id, and quantity.
            buyer: who orders.
            recipient: who is to get it; None when Prom tells nothing of that.
            payment: one of ``PAYMENT_OPTIONS``. Paid online, it is still unpaid (``pay``); in
                installments, somebody looks at the loan first (``decide_loan``).
            pays_after_s: in so many seconds the buyer has paid online, as usual on Prom.
            delivery: how it travels.
            note: the buyer's own words.
            do_not_call: «не передзвонювати».
            promotion: such as «Дешева доставка»: Prom pays for the delivery.
            status: instead of the one a new order has.
            source: where it was placed, such as "company_site".
        """
        at = self.now()
        usual = "waiting_loan_approval" if payment == INSTALLMENTS else "pending"
        order = Order(
            id=next(self._order_ids),
            buyer=buyer,
            client_id=self._client_of(buyer),
            recipient=recipient,
            lines=[self._line(key, quantity) for key, quantity in lines],
            delivery=delivery,
            payment=payment,
            payment_status="unpaid" if payment in (PROM_PAYMENT, INSTALLMENTS) else "",
            payment_at=at,
            note=note,
            do_not_call=do_not_call,
            has_free_delivery=bool(promotion),
            promotion=promotion,
            status=status or usual,
            source=source,
            created_at=at,
            modified_at=at,
        )
        self.orders[order.id] = order
        if pays_after_s is not None:
            self._payments_due[order.id] = at + timedelta(seconds=pays_after_s)
        return order

    def random_order(self, rng: Random, *, pays_after_s: float = 90) -> Order:
        """A plausible order of a plausible person; the same seed gives the same ones.

        Online it is paid in ``pays_after_s`` seconds.
        """
        wish = random_wish(rng, [each.sku for each in self.products.values() if _is_for_sale(each)])
        return self.place_order(
            lines=wish.lines,
            buyer=wish.buyer,
            recipient=wish.recipient,
            payment=wish.payment,
            pays_after_s=pays_after_s if wish.payment == PROM_PAYMENT else None,
            delivery=wish.delivery,
            note=wish.note,
            do_not_call=wish.do_not_call,
            promotion=wish.promotion,
            source=wish.source,
        )

    def pay(self, order_id: int) -> None:
        """The online payment went through, a minute or two after the order."""
        self._pay(self.orders[order_id], self.now())

    def set_payment(self, order_id: int, status: str) -> None:
        """What became of the money: "paid_out" to the seller, "refunded" to the buyer."""
        order = self.orders[order_id]
        order.payment_status = status
        order.payment_at = order.modified_at = self.now()

    def decide_loan(self, order_id: int, *, is_approved: bool) -> None:
        """Whoever lends says whether the buyer may pay in installments."""
        self.set_status(order_id, "loan_approved" if is_approved else "loan_rejected")
        if is_approved:
            self.set_payment(order_id, "paid")

    def set_status(self, order_id: int, status: str) -> None:
        """The seller sets any status in the cabinet, a custom one too."""
        order = self.orders[order_id]
        order.status, order.modified_at = status, self.now()

    def cancel(
        self, order_id: int, title: str = "Покупець відмовився", initiator: str = "buyer"
    ) -> None:
        """The buyer, or somebody in the cabinet, cancels."""
        self.orders[order_id].cancellation = (title, initiator)
        self.set_status(order_id, "canceled")
        self._payments_due.pop(order_id, None)

    def edit_lines(self, order_id: int, lines: Sequence[tuple[str | int, Quantity]]) -> None:
        """The seller edits what was ordered, in the cabinet."""
        order = self.orders[order_id]
        order.lines = [self._line(key, quantity) for key, quantity in lines]
        order.modified_at = self.now()

    def edit_order(
        self,
        order_id: int,
        *,
        note: str | None = None,
        recipient: Buyer | None = None,
        delivery: Delivery | None = None,
    ) -> None:
        """The seller edits in the cabinet who gets it and how; what is None stays as it is."""
        order = self.orders[order_id]
        order.note = order.note if note is None else note
        order.recipient = recipient or order.recipient
        order.delivery = delivery or order.delivery
        order.modified_at = self.now()

    def send_parcel(self, order_id: int, number: str) -> None:
        """A parcel has this number, whoever said so."""
        order = self.orders[order_id]
        order.declaration, order.parcel_status = number, "created"
        order.modified_at = self.now()

    def move_parcel(self, order_id: int, status: str) -> None:
        """The carrier tells of the parcel: "on_the_way", "in_warehouse", "delivered"."""
        order = self.orders[order_id]
        order.parcel_status, order.modified_at = status, self.now()

    def _pay(self, order: Order, at: datetime) -> None:
        self._payments_due.pop(order.id, None)
        order.payment_status = "paid"
        if order.status == "pending":
            order.status = "paid"
        order.payment_at = order.modified_at = at

    def _line(self, key: str | int, quantity: Quantity) -> Line:
        found = self.products.values()
        product = next(each for each in found if key in (each.sku, each.id))
        return Line(product, Decimal(quantity), product.price or Decimal(0))

    def _client_of(self, buyer: Buyer) -> int:
        if buyer.phone not in self._clients:
            self._clients[buyer.phone] = next(self._client_ids)
        return self._clients[buyer.phone]


def _is_for_sale(product: Product) -> bool:
    return bool(product.sku) and product.status == "on_display" and product.price is not None
