"""The last day of a shop's keys: the platform tells people, people tell us, we remind them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tortoise.expressions import Q
from tortoise.timezone import now

from domain.rights import Right, demand
from domain.shops import NoticeKind
from models.audit import AuditKind
from models.shops import Shop
from models.staff import StaffMember
from services import audit, shop_notices, shops, staff
from services.transactions import transaction

# With so many days left the owners are told: time to plan it, time to do it, the last chance.
REMINDED_AT = (0, 3, 14)
_MORNING = time(9)


async def set_end(shop_id: int, ends_on: date | None, *, by: StaffMember) -> None:
    """Note the last day a shop's keys work, in the shop's zone; None: nobody knows.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: the shop is not connected (any more).
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        shop = await shops.lock(shop_id)
        if shop.keys_end_on != ends_on:
            await Shop.filter(id=shop_id).update(keys_end_on=ends_on, keys_end_told=None)
            data = {"name": shop.name, "what": "keys_end"}
            value = ends_on.isoformat() if ends_on else ""
            await audit.record(AuditKind.SHOP_CHANGED, by=by, **data, value=value)


async def remind(zone: ZoneInfo) -> int:
    """Tell the owners of keys that end soon, in the daytime; returns of how many shops.

    What could not be told in time is told late, the newest only. Once they have ended it is the
    platform's refusal that is told.
    """
    today = reminding_day(now(), zone)
    if today is None:
        return 0
    told, soon = 0, today + timedelta(days=max(REMINDED_AT))
    ending = Shop.filter(is_active=True, keys_end_on__gte=today, keys_end_on__lte=soon)
    for shop_id, ends_on in await ending.order_by("id").values_list("id", "keys_end_on"):
        told += await _tell(shop_id, ends_on, (ends_on - today).days)
    return told


def reminding_day(at: datetime, zone: ZoneInfo) -> date | None:
    """Which day it is in the zone; None: it is too early in it to tell anybody. ``at`` is aware."""
    here = at.astimezone(zone)
    return here.date() if here.time() >= _MORNING else None


def due_at(days: int) -> int:
    """Which of ``REMINDED_AT`` is due, or is late, with so many days left."""
    return next(each for each in REMINDED_AT if days <= each)


async def _tell(shop_id: int, ends_on: date, days: int) -> bool:
    """Tell of one shop, unless that was done, or somebody has changed the day by now."""
    due = due_at(days)
    untold = Q(keys_end_told__isnull=True) | Q(keys_end_told__gt=due)
    async with transaction():
        shop = Shop.filter(untold, id=shop_id, is_active=True, keys_end_on=ends_on)
        if not await shop.update(keys_end_told=days):
            return False
        await shop_notices.tell(
            NoticeKind.KEYS_END,
            shop_id,
            await staff.owner_ids(),
            ends_on=ends_on.isoformat(),
            days=days,
        )
    return True
