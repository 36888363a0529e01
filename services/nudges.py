"""New orders that nobody touched: after a while their chats are nudged, later the owners.

Each stage happens once for an order, whatever dies or runs twice: ``Order.nudges`` counts them, and
what is owed is written together with it.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta

from tortoise.timezone import now

from models.orders import Order
from services import order_views, outbox, preferences, staff
from services.order_views import BriefView
from services.preferences import Name
from services.statuses import NEW_ID
from services.transactions import transaction

# After a long stop, or an upgrade, nobody is nudged about what is older.
NEW_FOR = timedelta(hours=24)
_AT_ONCE = 200
_CHATS, _OWNERS = 1, 2  # how many stages an order has behind it then
LAST_STAGE = _OWNERS


async def nudge() -> int:
    """Nudge about the orders whose time has come; returns how many nudges became due."""
    chats_after = await preferences.number(Name.NUDGE_CHATS_AFTER)
    owners_after = await preferences.number(Name.NUDGE_OWNERS_AFTER)
    count = 0
    if chats_after:
        count += await _reach(_CHATS, chats_after, [0], outbox.owe_nudges)
    if owners_after:
        before = [_CHATS] if chats_after else [0, _CHATS]  # the chats come first
        count += await _reach(_OWNERS, owners_after, before, _owe_owners)
    return count


async def _owe_owners(order_ids: Iterable[int]) -> None:
    await outbox.owe_nudges_to_owners(order_ids, await staff.owner_ids())


async def _reach(
    stage: int, minutes: int, before: Collection[int], owe: Callable[[list[int]], Awaitable[None]]
) -> int:
    """Let the orders that have waited so long untouched reach a stage, and owe its nudges."""
    at = now()
    due = await _waiting_since(at - timedelta(minutes=minutes), before, at)
    if not due:
        return 0
    reached = []
    async with transaction():
        for order_id in due:
            left = Order.filter(id=order_id, nudges__in=before, is_touched=False)
            if await left.update(nudges=stage):
                reached.append(order_id)
        await owe(reached)
    return len(reached)


async def _waiting_since(moment: datetime, before: Collection[int], at: datetime) -> list[int]:
    waiting = Order.filter(
        status_id=NEW_ID,
        is_touched=False,
        nudges__in=before,
        created_at__lte=moment,
        created_at__gt=at - NEW_FOR,
    )
    found: list[int] = await waiting.order_by("id").limit(_AT_ONCE).values_list("id", flat=True)  # type: ignore[assignment]
    return found


async def waiting(order_ids: Collection[int]) -> list[BriefView]:
    """Those of the orders that are still new and untouched, oldest first."""
    left = Order.filter(id__in=list(order_ids), status_id=NEW_ID, is_touched=False)
    return await order_views.brief_views(await left.values_list("id", flat=True))  # type: ignore[arg-type]
