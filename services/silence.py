"""Shops whose orders stay away for longer than is usual."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tortoise.expressions import Q
from tortoise.timezone import now

from domain.shops import NoticeKind
from domain.silence import (
    TOO_MANY_MISSING,
    WHOLE_HISTORY,
    Habit,
    HourOfWeek,
    expected_orders,
    hour_of_week,
)
from models.orders import Order
from models.shops import Shop
from services import shop_notices, staff
from services.transactions import transaction

# Habits are read from the newest orders by id, so many at a time, and no more than so many.
_AT_ONCE = 2_000
MOST_ORDERS = 100_000


@dataclass(frozen=True, slots=True)
class Habits:
    """When orders usually come, by shop; read from those with an id of at least ``first_id``."""

    by_shop: Mapping[int, Habit]
    first_id: int


async def habits(zone: ZoneInfo) -> Habits:
    """What is usual. Reads the orders of four weeks: keep it for some hours."""
    end = now()
    start = start_of_read = end - WHOLE_HISTORY
    first_id = read = 0
    connected = dict(await Shop.filter(is_active=True).values_list("id", "created_at"))
    orders: dict[int, Counter[HourOfWeek]] = {shop_id: Counter() for shop_id in connected}
    ends: dict[int, datetime] = {}  # the silence of now is no habit
    while read < MOST_ORDERS:
        rows = await _newest(first_id)
        for id_, shop_id, placed_at, created_at in rows:
            if created_at < start:
                return _habits(orders, connected, start, ends, first_id)
            first_id = id_
            # Of older ones only some were taken in.
            if shop_id in connected and connected[shop_id] <= placed_at <= end:
                orders[shop_id][hour_of_week(placed_at, zone)] += 1
                ends[shop_id] = max(placed_at, ends.get(shop_id, placed_at))
        if len(rows) < _AT_ONCE:
            return _habits(orders, connected, start, ends, first_id)
        read += len(rows)
        start_of_read = rows[-1][3]
    return _habits(orders, connected, start_of_read, ends, first_id)


async def _newest(before_id: int) -> list[tuple[int, int, datetime, datetime]]:
    older = Order.filter(id__lt=before_id) if before_id else Order.all()
    rows = older.order_by("-id").limit(_AT_ONCE)
    return await rows.values_list("id", "shop_id", "placed_at", "created_at")


def _habits(
    orders: Mapping[int, Counter[HourOfWeek]],
    connected: Mapping[int, datetime],
    start: datetime,
    ends: Mapping[int, datetime],
    first_id: int,
) -> Habits:
    return Habits(
        {
            shop_id: Habit(orders=orders[shop_id], start=max(start, connected[shop_id]), end=end)
            for shop_id, end in ends.items()
        },
        first_id,
    )


async def look(known: Habits, zone: ZoneInfo) -> int:
    """Tell the owners of each shop that is silent for too long, once; returns how many are."""
    at, told = now(), 0
    for shop_id, habit in known.by_shop.items():
        if not habit.tells:
            continue
        orders = Order.filter(shop_id=shop_id, id__gte=known.first_id)
        newest = await orders.order_by("-id").only("id", "placed_at", "created_at").first()
        if newest is None:
            continue
        expected = expected_orders(habit, newest.placed_at, at, zone)
        if expected >= TOO_MANY_MISSING:
            told += await _tell(shop_id, newest, int(expected))
    return told


async def _tell(shop_id: int, newest: Order, expected: int) -> bool:
    """Tell of a silence, unless that was done since the newest order came in."""
    untold = Q(silence_told_at__isnull=True) | Q(silence_told_at__lt=newest.created_at)
    async with transaction():
        shop = Shop.filter(untold, id=shop_id, is_active=True)
        if not await shop.update(silence_told_at=now()):
            return False
        since = newest.placed_at.isoformat()
        await shop_notices.tell(
            NoticeKind.SILENCE, shop_id, await staff.owner_ids(), expected=expected, since=since
        )
    return True
