"""The last day of a carrier's key: its cabinet tells people, people tell us, we remind them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tortoise.expressions import Q
from tortoise.timezone import now

from domain.carriers import CarrierNoticeKind
from domain.rights import Right, demand
from models.carriers import CarrierAccount
from models.staff import StaffMember
from services import carrier_accounts, carrier_notices, staff
from services.carrier_accounts import Part
from services.shop_keys import REMINDED_AT, due_at, reminding_day
from services.transactions import transaction


async def set_end(account_id: int, ends_on: date | None, *, by: StaffMember) -> None:
    """Note the last day a carrier's key works, in the shop's zone; None: nobody knows.

    Raises:
        NotAllowedError: not this person's to do.
        NotFoundError: the carrier is not connected (any more).
    """
    demand(by.role, Right.EDIT_SHOPS)
    async with transaction():
        account = await carrier_accounts.lock(account_id)
        if account.key_ends_on != ends_on:
            rows = CarrierAccount.filter(id=account_id)
            await rows.update(key_ends_on=ends_on, key_end_told=None)
            value = ends_on.isoformat() if ends_on else ""
            await carrier_accounts.record(account, Part.KEY_END, value, by)


async def remind(zone: ZoneInfo) -> int:
    """Tell the owners of keys that end soon, as ``shop_keys.remind``; returns of how many."""
    today = reminding_day(now(), zone)
    if today is None:
        return 0
    told, soon = 0, today + timedelta(days=max(REMINDED_AT))
    ending = CarrierAccount.filter(is_active=True, key_ends_on__gte=today, key_ends_on__lte=soon)
    for account_id, ends_on in await ending.order_by("id").values_list("id", "key_ends_on"):
        told += await _tell(account_id, ends_on, (ends_on - today).days)
    return told


async def _tell(account_id: int, ends_on: date, days: int) -> bool:
    """Tell of one, unless that was done, or somebody has changed the day by now."""
    untold = Q(key_end_told__isnull=True) | Q(key_end_told__gt=due_at(days))
    async with transaction():
        rows = CarrierAccount.filter(untold, id=account_id, is_active=True, key_ends_on=ends_on)
        if not await rows.update(key_end_told=days):
            return False
        owner_ids = await staff.owner_ids()
        data = {"ends_on": ends_on.isoformat(), "days": days}
        await carrier_notices.tell(CarrierNoticeKind.KEY_ENDS, account_id, owner_ids, **data)
    return True
