"""What an open sale window comes to: the order, and what staff changed on top of it. Read only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.errors import NotFoundError
from domain.money import ZERO, rounded
from domain.payments import preselected_account
from domain.sums import Discount, LineSum, SaleSums, line_sum, part_of
from domain.units import takes_fractions
from models.customers import Customer
from models.drafts import SaleDraft, SaleDraftLine
from models.money import MoneyAccount
from models.orders import Order, OrderLine
from models.stock import Product
from services import statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleItem:
    """One line of the sale that is being put together.

    ``order_line`` is None for a line that staff added, ``edit`` for one nobody changed; one of them
    is always there. ``product`` is None while the line is not linked. ``free``: what it would find
    on the shelf, when the order's status holds nothing until the sale.
    """

    order_line: OrderLine | None
    edit: SaleDraftLine | None
    product: Product | None
    quantity: Decimal
    unit_price: Decimal  # in whole kopiykas, for showing
    line_discount: Discount
    sum: LineSum
    free: Decimal = ZERO

    @property
    def key(self) -> str:
        """Names the line in its window: "o" and the order line's id, or "a" and the edit's."""
        if self.order_line is not None:
            return f"o{self.order_line.id}"
        return f"a{self.edit.id}" if self.edit is not None else ""

    @property
    def name(self) -> str:
        if self.order_line is not None:
            return self.order_line.name
        return self.edit.name if self.edit is not None else ""

    @property
    def takes_fractions(self) -> bool:
        """Whether a part of a unit can be sold; of an unlinked line nobody knows, so it can."""
        if self.product is None:
            return True
        ordered = self.order_line.quantity if self.order_line is not None else ZERO
        seen = (self.quantity, ordered, self.product.on_hand)
        return takes_fractions(self.product.unit, *seen)

    @property
    def is_taken_out(self) -> bool:
        """Whether staff took the line out of the sale."""
        return not self.quantity

    @property
    def reserved(self) -> Decimal:
        """How much of it is held."""
        held = (holder.reserved for holder in (self.order_line, self.edit) if holder is not None)
        return sum(held, ZERO)

    @property
    def missing(self) -> Decimal:
        """How much of it the sale would lack; zero for a line that is not linked."""
        return max(self.quantity - self.reserved - self.free, ZERO) if self.product else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets the goods and where. ``phone`` in international form when it was understood."""

    name: str
    phone: str
    email: str
    delivery_method: str
    delivery_city: str
    delivery_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """All of an open sale window. ``items`` hold also those that were taken out."""

    order: Order
    draft: SaleDraft
    items: tuple[SaleItem, ...]
    recipient: Recipient
    money_account: MoneyAccount
    customer: Customer | None  # who this phone number is known as
    discount: Discount
    sums: SaleSums

    @property
    def sold(self) -> list[SaleItem]:
        """The items that are part of the sale."""
        return [item for item in self.items if not item.is_taken_out]

    @property
    def down_payment(self) -> Decimal:
        """What of the sum goes to the second account, at most all of it."""
        if self.draft.down_account_id in {None, self.money_account.id}:
            return ZERO
        return min(self.draft.down_payment, max(self.sums.due, ZERO))


async def read(order: Order, draft: SaleDraft) -> DraftContent:
    """What this window comes to now."""
    order_lines = await OrderLine.filter(order_id=order.id).order_by("position", "id")
    edits = await SaleDraftLine.filter(order_id=order.id).order_by("id")
    holders: list[OrderLine | SaleDraftLine] = [*order_lines, *edits]
    ids = {holder.product_id for holder in holders if holder.product_id is not None}
    products = await Product.in_bulk(ids, "id") if ids else {}
    phone = _phone(order, draft)
    customer = await Customer.get_or_none(phone=phone) if phone else None
    account = await money_account(order, draft)
    holds = await statuses.holds_goods(order.status_id)
    return compose(order, draft, order_lines, edits, products, customer, account, holds=holds)


async def money_account(order: Order, draft: SaleDraft) -> MoneyAccount:
    """Where the money goes: as staff chose, else as the order's payment says now.

    Raises:
        NotFoundError: the usual accounts are missing.
    """
    if draft.money_account_id is not None:
        return await MoneyAccount.get(id=draft.money_account_id)
    kind = preselected_account(order.payment_method, order.payment_title, is_paid=order.is_paid)
    account = await MoneyAccount.filter(kind=kind).order_by("id").first()
    if account is None:
        raise NotFoundError("money account")
    return account


def _phone(order: Order, draft: SaleDraft) -> str:
    return order.phone if draft.phone is None else draft.phone


def compose(
    order: Order,
    draft: SaleDraft,
    order_lines: Sequence[OrderLine],
    edits: Sequence[SaleDraftLine],
    products: Mapping[int, Product],
    customer: Customer | None,
    account: MoneyAccount,
    *,
    holds: bool = True,
) -> DraftContent:
    """What a window comes to. ``products``: by id; ``customer``: who its phone is known as.

    ``holds``: whether the order's status holds goods.
    """
    items = _items(order_lines, edits, products)
    if not holds:
        items = _finding(items)
    discount = (
        Discount(order.discount)
        if draft.discount is None
        else Discount(draft.discount, draft.discount_is_percent)
    )
    goods = sum((item.sum.amount for item in items), ZERO)
    delivery = order.delivery_cost if draft.delivery_cost is None else draft.delivery_cost
    parts = goods - discount.of(goods) + delivery
    # A fee below zero is a discount of the platform's: no more than what it is taken from.
    fees = max(order.fees + _unexplained(order, order_lines), -parts)
    return DraftContent(
        order=order,
        draft=draft,
        items=items,
        recipient=_recipient(order, draft, customer, _phone(order, draft)),
        money_account=account,
        customer=customer,
        discount=discount,
        sums=SaleSums(
            goods=goods,
            discount=discount.of(goods),
            delivery_cost=delivery,
            fees=fees,
            refunded=min(order.refunded, parts + fees),
        ),
    )


def _unexplained(order: Order, lines: Sequence[OrderLine]) -> Decimal:
    """What the platform's total has beyond its own parts: counted as a fee, so that sums add up."""
    goods = sum((line.amount for line in lines if line.quantity), ZERO)
    return order.total - (goods - order.discount + order.delivery_cost + order.fees)


def _items(
    order_lines: Sequence[OrderLine],
    edits: Sequence[SaleDraftLine],
    products: Mapping[int, Product],
) -> tuple[SaleItem, ...]:
    by_line = {edit.order_line_id: edit for edit in edits if edit.order_line_id is not None}

    def product_of(holder: OrderLine | SaleDraftLine) -> Product | None:
        return products.get(holder.product_id) if holder.product_id is not None else None

    ordered = [
        _ordered_item(line, by_line.get(line.id), product_of(line))
        for line in order_lines
        if line.quantity
    ]
    added = [_added_item(edit, product_of(edit)) for edit in edits if edit.order_line_id is None]
    return (*ordered, *added)


def _finding(items: Sequence[SaleItem]) -> tuple[SaleItem, ...]:
    """The items with what each would find on the shelf, first come first served, as in a sale."""
    left = {item.product.id: item.product.available for item in items if item.product}
    found = []
    for item in items:
        if item.product is not None:
            lacking = max(item.quantity - item.reserved, ZERO)
            free = min(lacking, max(left[item.product.id], ZERO))
            left[item.product.id] -= free
            item = replace(item, free=free)
        found.append(item)
    return tuple(found)


def _ordered_item(line: OrderLine, edit: SaleDraftLine | None, product: Product | None) -> SaleItem:
    quantity, price, discount = line.quantity, None, Discount(ZERO)
    if edit is not None:
        quantity = line.quantity if edit.quantity is None else edit.quantity
        price, discount = edit.unit_price, Discount(edit.discount, edit.discount_is_percent)
    if price is None:
        base = part_of(line.amount, quantity, line.quantity)
        sum_ = LineSum(base, discount.of(base))
    else:
        sum_ = line_sum(price, quantity, discount)
    return SaleItem(
        order_line=line,
        edit=edit,
        product=product,
        quantity=quantity,
        unit_price=rounded(line.amount / line.quantity) if price is None else price,
        line_discount=discount,
        sum=sum_,
    )


def _added_item(edit: SaleDraftLine, product: Product | None) -> SaleItem:
    quantity, price = edit.quantity or ZERO, edit.unit_price or ZERO
    discount = Discount(edit.discount, edit.discount_is_percent)
    return SaleItem(
        order_line=None,
        edit=edit,
        product=product,
        quantity=quantity,
        unit_price=price,
        line_discount=discount,
        sum=line_sum(price, quantity, discount),
    )


def _recipient(order: Order, draft: SaleDraft, customer: Customer | None, phone: str) -> Recipient:
    """What staff typed; else what the order says; else what an earlier sale knew.

    An earlier delivery is taken whole or not at all: half of it would send the parcel astray.
    """

    def chosen(typed: str | None, ordered: str, known: str) -> str:
        return typed if typed is not None else ordered or known

    is_told = bool(order.delivery_method or order.delivery_city or order.delivery_address)
    known = customer or Customer(phone=phone)
    return Recipient(
        name=chosen(draft.customer_name, order.customer_name, known.name),
        phone=phone,
        email=chosen(draft.email, order.email, known.email),
        delivery_method=chosen(
            draft.delivery_method, order.delivery_method, "" if is_told else known.delivery_method
        ),
        delivery_city=chosen(
            draft.delivery_city, order.delivery_city, "" if is_told else known.delivery_city
        ),
        delivery_address=chosen(
            draft.delivery_address,
            order.delivery_address,
            "" if is_told else known.delivery_address,
        ),
    )
