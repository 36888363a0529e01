"""What earlier orders with the same phone number tell: a known customer, a likely duplicate.

Earlier is what came to us before. Of a number that very many orders share only the newest are
looked at, so that no card waits for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from domain.orders import Phase
from models.orders import Order
from models.sales import Sale
from models.shops import Shop
from services import outbox

COUNTED = 99  # earlier orders; there may be more
DUPLICATE_WITHIN = timedelta(hours=24)
_ALIVE = frozenset({Phase.OPEN, Phase.COMPLETED})
_LOOKED_AT = ("id", "number", "phase", "placed_at", "shop_id")

Sums = tuple[tuple[str, Decimal], ...]  # by currency


@dataclass(frozen=True, slots=True)
class Twin:
    """The order of another shop that an open one is likely a duplicate of."""

    order_id: int
    number: str
    shop_name: str


@dataclass(frozen=True, slots=True)
class Memory:
    """Earlier orders of the same phone: how many (``COUNTED`` + 1: more), and what came of them.

    ``sums``: what the standing sales among them came to, less what was given back.
    """

    orders: int
    refused: int
    sums: Sums
    twin: Twin | None


async def recall(order: Order) -> Memory | None:
    """What earlier orders tell of this one; None without any. One query when nothing is known."""
    if not order.phone_key:
        return None
    same_phone = Order.filter(phone_key=order.phone_key, id__lt=order.id)
    earlier = await same_phone.order_by("-id").limit(COUNTED + 1).only(*_LOOKED_AT)
    if not earlier:
        return None
    sold = [each.id for each in earlier if each.phase is Phase.COMPLETED]
    sales = await Sale.filter(standing_for__in=sold).order_by("id") if sold else []
    refused = sum(each.phase is Phase.REFUSED for each in earlier)
    return Memory(len(earlier), refused, sums_of(sales), await _twin(order, earlier))


def sums_of(sales: Iterable[Sale]) -> Sums:
    """What these sales came to, less what was given back, by currency."""
    sums: dict[str, Decimal] = {}
    for sale in sales:
        sums[sale.currency] = sums.get(sale.currency, Decimal(0)) + sale.due - sale.returned
    return tuple(sums.items())


async def _twin(order: Order, earlier: Iterable[Order]) -> Twin | None:
    if order.phase is not Phase.OPEN:
        return None
    for each in earlier:
        if each.phase in _ALIVE and _are_likely_one(order, each):
            return Twin(each.id, each.number, (await Shop.get(id=each.shop_id)).name)
    return None


def _are_likely_one(order: Order, other: Order) -> bool:
    is_near = abs(order.placed_at - other.placed_at) <= DUPLICATE_WITHIN
    return is_near and order.shop_id != other.shop_id


async def tell_newer(order: Order, was: Phase) -> None:
    """Owe the cards of open orders that this one makes likely duplicates, or does no more.

    Inside the transaction that moved the order; ``was``: the phase it left.
    """
    if not order.phone_key or (was in _ALIVE) == (order.phase in _ALIVE):
        return
    same_phone = Order.filter(phone_key=order.phone_key, id__gt=order.id)
    newer = await same_phone.order_by("id").limit(COUNTED).only(*_LOOKED_AT)
    await outbox.owe_redraws(
        [each.id for each in newer if each.phase is Phase.OPEN and _are_likely_one(order, each)]
    )
