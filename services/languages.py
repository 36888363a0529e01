"""The language a person has chosen for what this program says to them."""

from domain.orders import Phase
from models.orders import Order
from models.staff import StaffMember
from models.telegram import Card, Chat
from services import outbox
from services.transactions import transaction

AS_TELEGRAM = ""
REDRAWN = 50  # cards; older ones change with their next redraw
_LOOKED_AT = 500


async def choose(language: str, *, shown: str, by: StaffMember) -> None:
    """Remember the choice (``AS_TELEGRAM``: none); the private chat speaks ``shown`` from now on.

    The newest cards of open orders there are owed in it.
    """
    async with transaction():
        await StaffMember.filter(id=by.id).update(language=language)
        chat = await Chat.get_or_none(telegram_id=by.telegram_id, topic_id=0)
        if chat is None or chat.language == shown:
            return
        await Chat.filter(id=chat.id).update(language=shown)
        await outbox.owe_cards_to(chat.id, await _newest_open(chat.id))


async def _newest_open(chat_id: int) -> list[int]:
    cards = Card.filter(chat_id=chat_id, message_id__isnull=False).order_by("-message_id")
    order_ids = await cards.limit(_LOOKED_AT).values_list("order_id", flat=True)
    orders = Order.filter(id__in=list(order_ids), phase=Phase.OPEN).order_by("-id")
    found: list[int] = await orders.limit(REDRAWN).values_list("id", flat=True)  # type: ignore[assignment]
    return found
