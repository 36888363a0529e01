"""Stock: reserving, releasing and selling. Called inside a transaction, after the order's row.

Product rows are locked in the order of their ids (on SQLite a transaction has the database to
itself), the new counters are computed in Python, and each change leaves one row in the ledger.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.errors import Shortage
from domain.money import ZERO
from domain.stock import MovementKind, Wanted, allocate
from models.drafts import SaleDraftLine
from models.orders import OrderLine
from models.stock import Product, StockMovement
from services import stock_telling

Products = dict[int, Product]  # by id, locked
Holder = OrderLine | SaleDraftLine  # what holds goods: ``reserved`` of ``product``
# Databases allow some 32 000 values in one statement.
LOCK_GROUP = 5_000  # ids
UPDATE_GROUP = 1_000  # rows


async def lock_products(product_ids: Iterable[int]) -> Products:
    """The products, locked until the transaction ends.

    Whoever needs several locks them all at once: two who lock one by one, in different orders, wait
    for each other for ever.
    """
    ids = sorted(set(product_ids))
    locked: Products = {}
    for start in range(0, len(ids), LOCK_GROUP):
        part = Product.filter(id__in=ids[start : start + LOCK_GROUP]).order_by("id")
        # No key: a row that is stored for a product (its foreign key) must not wait for this lock.
        locked.update(
            {product.id: product for product in await part.select_for_update(no_key=True)}
        )
    return locked


async def holders(order_id: int) -> list[Holder]:
    """All that may hold goods for an order: its lines, then those of its sale window."""
    return [
        *await OrderLine.filter(order_id=order_id).order_by("position", "id"),
        *await SaleDraftLine.filter(order_id=order_id).order_by("id"),
    ]


async def reserve(lines: Sequence[Holder], *, staff_id: int | None = None) -> None:
    """Let each hold what it wants, or all that is left. More than that is given back.

    ``reserved`` is updated in the objects and in the database.
    """
    wanted = [line.quantity if isinstance(line, OrderLine) else line.wanted for line in lines]
    await hold(lines, wanted, staff_id=staff_id)


async def release(lines: Sequence[Holder], *, staff_id: int | None = None) -> None:
    """Give back everything these hold."""
    await hold(lines, [ZERO] * len(lines), staff_id=staff_id)


async def limit(lines: Sequence[OrderLine], quantities: Mapping[str, Decimal]) -> None:
    """Let no line hold more than ``quantities`` says by its external id; unnamed ones nothing."""
    await hold(
        lines, [min(line.reserved, quantities.get(line.external_id, ZERO)) for line in lines]
    )


async def hold(
    lines: Sequence[Holder], targets: Sequence[Decimal], *, staff_id: int | None = None
) -> None:
    """Let each hold its target, as far as there are goods, first come first served.

    What is held too much is given back before anyone takes.
    """
    changing = [
        (line, line.product_id, target)
        for line, target in zip(lines, targets, strict=True)
        if line.product_id is not None and line.reserved != target
    ]
    products = await lock_products(product_id for _, product_id, _ in changing)
    holds = allocate(
        [
            Wanted(at, product_id, target, line.reserved)
            for at, (line, product_id, target) in enumerate(changing)
        ],
        {product.id: product.available for product in products.values()},
    )
    changed: list[Holder] = []
    movements = []
    for at, (line, product_id, _) in enumerate(changing):
        change = holds[at] - line.reserved
        if change == 0:
            continue
        line.reserved = holds[at]
        products[product_id].reserved += change
        changed.append(line)
        movements.append(reservation_movement(product_id, change, line.order_id, staff_id))
    await store(products.values(), changed, movements)


def reservation_movement(
    product_id: int, change: Decimal, order_id: int, staff_id: int | None
) -> StockMovement:
    """The ledger row of a change of ``reserved`` (positive: taken, negative: given back)."""
    return StockMovement(
        product_id=product_id,
        kind=MovementKind.RESERVE if change > 0 else MovementKind.RELEASE,
        reserved_change=change,
        order_id=order_id,
        staff_id=staff_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What leaves, or comes back, of one product for an order.

    ``holders`` are the order's line and its line of the sale window, with what each of them had
    held of ``quantity``.
    """

    name: str
    order_id: int
    product_id: int
    quantity: Decimal
    holders: tuple[tuple[Holder, Decimal], ...] = ()

    @property
    def held(self) -> Decimal:
        return sum((held for _, held in self.holders), ZERO)


def shortages(goods: Iterable[Goods], products: Products) -> list[Shortage]:
    """Of which goods not all is held, or what is held is no longer on the shelf."""
    on_shelf = {product.id: product.on_hand for product in products.values()}
    found = []
    for each in goods:
        there = min(each.held, max(on_shelf[each.product_id], ZERO))
        on_shelf[each.product_id] -= each.quantity
        if there < each.quantity:
            found.append(Shortage(each.name, each.quantity - there))
    return found


async def sell(goods: Sequence[Goods], *, staff_id: int) -> None:
    """These goods leave: on_hand loses what is sold, reserved what was held."""
    await _book(MovementKind.SELL, goods, staff_id, on_hand=-1, held=-1)


async def unsell(goods: Sequence[Goods], *, staff_id: int) -> None:
    """Take a sale back: what was sold and what had been held return as they were."""
    await _book(MovementKind.UNSELL, goods, staff_id, on_hand=1, held=1)


async def take_back(goods: Sequence[Goods], *, staff_id: int) -> None:
    """A customer gave these goods back, and they can be sold again."""
    await _book(MovementKind.RETURN, goods, staff_id, on_hand=1)


async def write_off(goods: Sequence[Goods], *, staff_id: int) -> None:
    """These goods are lost."""
    await _book(MovementKind.WRITE_OFF, goods, staff_id, on_hand=-1)


async def untake_back(goods: Sequence[Goods], *, staff_id: int) -> None:
    """Take ``take_back`` back: the customer has the goods again."""
    await _book(MovementKind.UNRETURN, goods, staff_id, on_hand=-1)


async def _book(
    kind: MovementKind, goods: Sequence[Goods], staff_id: int, *, on_hand: int, held: int = 0
) -> None:
    """Change on_hand by the quantities and reserved by what was held, with these signs."""
    products = await lock_products(each.product_id for each in goods)
    movements = []
    for each in goods:
        products[each.product_id].on_hand += on_hand * each.quantity
        products[each.product_id].reserved += held * each.held
        for holder, quantity in each.holders:
            holder.reserved += held * quantity
        movements.append(
            StockMovement(
                product_id=each.product_id,
                kind=kind,
                on_hand_change=on_hand * each.quantity,
                reserved_change=held * each.held,
                order_id=each.order_id,
                staff_id=staff_id,
            )
        )
    changed = [holder for each in goods for holder, _ in each.holders] if held else []
    await store(products.values(), changed, movements)


async def store(
    products: Iterable[Product], lines: Sequence[Holder], movements: Sequence[StockMovement]
) -> None:
    """Write counters, reservations and ledger together; the products must be locked.

    Shops that are told of stock are owed the new numbers.
    """
    products = list(products)
    if not movements:
        return
    await Product.bulk_update(products, fields=["on_hand", "reserved"], batch_size=UPDATE_GROUP)
    ordered = [line for line in lines if isinstance(line, OrderLine)]
    added = [line for line in lines if isinstance(line, SaleDraftLine)]
    if ordered:
        await OrderLine.bulk_update(ordered, fields=["reserved"], batch_size=UPDATE_GROUP)
    if added:
        await SaleDraftLine.bulk_update(added, fields=["reserved"], batch_size=UPDATE_GROUP)
    await StockMovement.bulk_create(movements)
    await stock_telling.owe([movement.product_id for movement in movements])
