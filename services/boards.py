"""Live boards: one message in a chat that shows what waits, kept true for as long as it is wanted.

Its message is ``Chat.board_message_id``; ``Chat.board_shown`` is the fingerprint of what it shows,
"" while it is to be pinned (again).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.functions import Count

from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.statuses import StatusKind
from models.telegram import Chat, ChatShop, ChatState
from services import cards, outbox, statuses
from services.statuses import NEW_ID, Tab
from services.transactions import transaction

_IN_WORK = (StatusKind.NEW, StatusKind.OWN)


@dataclass(frozen=True, slots=True)
class BoardView:
    """What a board shows: tabs with their counts, and when the oldest new order came in (UTC)."""

    tabs: tuple[Tab, ...]
    oldest_new_at: datetime | None


async def view(chat_id: int) -> BoardView:
    """What the board of a chat is to show: of its shops alone, if it has not all.

    Of some shops only what is in work is counted: it is little, however many orders are closed.
    """
    shop_ids = await ChatShop.filter(chat_id=chat_id).values_list("shop_id", flat=True)
    new_orders = Order.filter(status_id=NEW_ID)
    tabs = await statuses.tabs()
    if shop_ids:
        new_orders = new_orders.filter(shop_id__in=shop_ids)
        tabs = await _in_work(tabs, shop_ids)
    oldest = await new_orders.order_by("id").first()
    return BoardView(tuple(tabs), oldest.created_at if oldest else None)


async def _in_work(tabs: Sequence[Tab], shop_ids: Collection[object]) -> list[Tab]:
    open_ids = [tab.status.id for tab in tabs if tab.status.kind in _IN_WORK]
    rows = (
        await Order.filter(status_id__in=open_ids, shop_id__in=shop_ids)
        .annotate(count=Count("id"))
        .group_by("status_id")
        .values_list("status_id", "count")
    )
    counts = dict(rows)
    shown = (Tab(tab.status, counts.get(tab.status.id, 0)) for tab in tabs)
    return [tab for tab in shown if tab.count or tab.status.id == NEW_ID]


async def owed(chat_id: int) -> list[int]:
    """The effects that showing the board now pays off, those of the next seconds too."""
    effects = OutboxEffect.filter(kind=EffectKind.SHOW_BOARD, chat_id=chat_id, problem="")
    return await effects.values_list("id", flat=True)  # type: ignore[return-value]


async def sent(chat_id: int, message_id: int) -> None:
    """The board is a message now, not pinned yet; one that is unwanted meanwhile is to go again."""
    async with transaction():
        await Chat.filter(id=chat_id).update(board_message_id=message_id, board_shown="")
        await Chat.filter(id=chat_id, last_message_id__lt=message_id).update(
            last_message_id=message_id
        )
        if not await _is_wanted(chat_id):
            await outbox.owe_boards([chat_id])


async def shown(
    chat_id: int, message_id: int, fingerprint: str, effect_ids: Collection[int]
) -> None:
    """The board's message shows this now."""
    async with transaction():
        await Chat.filter(id=chat_id, board_message_id=message_id).update(board_shown=fingerprint)
        await cards.settle(effect_ids)


async def gone(chat_id: int, message_id: int) -> None:
    """The board's message cannot be edited any more: the next showing sends a new one."""
    await Chat.filter(id=chat_id, board_message_id=message_id).update(
        board_message_id=None, board_shown=""
    )


async def pin_again(telegram_id: int) -> None:
    """We may do more in this group than before: boards there are to be pinned."""
    async with transaction():
        boards = Chat.filter(telegram_id=telegram_id, has_board=True, state=ChatState.SUBSCRIBED)
        chat_ids: list[int] = await boards.values_list("id", flat=True)  # type: ignore[assignment]
        await Chat.filter(id__in=chat_ids).update(board_shown="")
        await outbox.owe_boards(chat_ids)


async def taken_down(chat_id: int, message_id: int, effect_ids: Collection[int]) -> None:
    """There is no board any more; one that was wanted again meanwhile is owed still."""
    async with transaction():
        await Chat.filter(id=chat_id, board_message_id=message_id).update(
            board_message_id=None, board_shown=""
        )
        await cards.settle(effect_ids)
        if await _is_wanted(chat_id):
            await outbox.owe_boards([chat_id])


async def _is_wanted(chat_id: int) -> bool:
    return await Chat.exists(id=chat_id, has_board=True, state=ChatState.SUBSCRIBED)
