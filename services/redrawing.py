"""Cards that must be drawn anew though their orders did not change: their reader did."""

from domain.orders import Phase
from models.orders import Order
from models.telegram import Card
from services import outbox

REDRAWN = 50  # cards; older ones change with their next redraw
_LOOKED_AT = 500


async def owe_newest(chat_id: int) -> None:
    """This chat is owed its newest cards of open orders. Call inside a transaction."""
    await outbox.owe_cards_to(chat_id, await _newest_open(chat_id))


async def _newest_open(chat_id: int) -> list[int]:
    cards = Card.filter(chat_id=chat_id, message_id__isnull=False).order_by("-message_id")
    order_ids = await cards.limit(_LOOKED_AT).values_list("order_id", flat=True)
    orders = Order.filter(id__in=list(order_ids), phase=Phase.OPEN).order_by("-id")
    found: list[int] = await orders.limit(REDRAWN).values_list("id", flat=True)  # type: ignore[assignment]
    return found
