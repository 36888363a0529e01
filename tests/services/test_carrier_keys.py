"""The last day of a carrier's key: owners hear of it in time, once, and again of another key."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.carriers import CarrierNoticeKind
from domain.errors import NotAllowedError, NotFoundError
from domain.rights import Role
from models.audit import AuditEntry, AuditKind
from models.carriers import CarrierAccount, CarrierNotice
from models.outbox import EffectKind, OutboxEffect
from models.staff import StaffMember
from services import carrier_accounts, carrier_keys, chats
from tests.factories import BOX, OWNER_ID, make_staff

KYIV = ZoneInfo("Europe/Kyiv")
ENDS_ON = date(2027, 9, 14)


class Today:
    """What day it is in Kyiv, and what time there."""

    def __init__(self) -> None:
        self.at = datetime(2027, 1, 1, tzinfo=KYIV)

    def __call__(self) -> datetime:
        return self.at.astimezone(UTC)

    def is_before_the_end(self, days: int, hour: int = 12) -> None:
        day = ENDS_ON - timedelta(days=days)
        self.at = datetime(day.year, day.month, day.day, hour, tzinfo=KYIV)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Today:
    it = Today()
    monkeypatch.setattr(carrier_keys, "now", it)
    return it


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    await chats.subscribe(OWNER_ID)
    return await make_staff("Олена", OWNER_ID, Role.OWNER)


@pytest.fixture
async def account(owner: StaffMember) -> CarrierAccount:
    """Its key has a last day."""
    made = await CarrierAccount.create(carrier="novaposhta", secrets="")
    await carrier_keys.set_end(made.id, ENDS_ON, by=owner)
    return made


async def told() -> list[int]:
    """With how many days left the owners were told, each time once."""
    notices = await CarrierNotice.filter(kind=CarrierNoticeKind.KEY_ENDS).order_by("id")
    assert await OutboxEffect.filter(kind=EffectKind.TELL_CARRIER).count() == len(notices)
    assert {each.data["ends_on"] for each in notices} <= {ENDS_ON.isoformat()}
    return [each.data["days"] for each in notices]


async def test_owners_are_reminded_two_weeks_and_three_days_before_and_on_the_day(
    account: CarrierAccount, today: Today
) -> None:
    for days in (16, 15, 14, 13, 4, 3, 2, 1, 0, -1, -2):
        for hour in (8, 9, 23):
            today.is_before_the_end(days, hour)
            before = await told()
            await carrier_keys.remind(KYIV)
            assert hour >= 9 or await told() == before

    assert await told() == [14, 3, 0]


@pytest.mark.parametrize(("first_on", "expected"), [(9, [9, 3, 0]), (2, [2, 0]), (-1, [])])
async def test_what_was_missed_is_told_late_and_only_the_newest_of_it(
    account: CarrierAccount, today: Today, first_on: int, expected: list[int]
) -> None:
    for days in range(first_on, -3, -1):
        today.is_before_the_end(days)
        await carrier_keys.remind(KYIV)

    assert await told() == expected


async def test_two_who_remind_at_once_tell_it_once(account: CarrierAccount, today: Today) -> None:
    today.is_before_the_end(3)

    reminded = await asyncio.gather(*(carrier_keys.remind(KYIV) for _ in range(5)))

    assert sorted(reminded) == [0, 0, 0, 0, 1]
    assert await told() == [3]


async def test_another_key_has_a_day_of_its_own_and_one_that_was_left_has_none(
    account: CarrierAccount, owner: StaffMember, today: Today
) -> None:
    today.is_before_the_end(3)
    assert await carrier_keys.remind(KYIV) == 1

    await carrier_accounts.connect("novaposhta", {"api_key": "new"}, [], box=BOX, by=owner)
    assert await carrier_keys.remind(KYIV) == 0
    assert (await CarrierAccount.get()).key_ends_on is None

    await carrier_keys.set_end(account.id, ENDS_ON, by=owner)
    assert [await carrier_keys.remind(KYIV) for _ in range(2)] == [1, 0]

    await carrier_keys.set_end(account.id, None, by=owner)
    await carrier_keys.set_end(account.id, ENDS_ON, by=owner)
    await carrier_accounts.disconnect(account.id, by=owner)
    assert await carrier_keys.remind(KYIV) == 0


async def test_the_day_is_told_by_owners_and_written_down(
    account: CarrierAccount, owner: StaffMember, today: Today
) -> None:
    today.is_before_the_end(3)
    await carrier_keys.remind(KYIV)
    manager = await make_staff("Ігор", 5001, Role.MANAGER)
    with pytest.raises(NotAllowedError):
        await carrier_keys.set_end(account.id, None, by=manager)
    with pytest.raises(NotFoundError):
        await carrier_keys.set_end(account.id + 1, None, by=owner)

    await carrier_keys.set_end(account.id, ENDS_ON, by=owner)  # as it was: not told again
    assert await carrier_keys.remind(KYIV) == 0
    await carrier_keys.set_end(account.id, None, by=owner)
    assert await carrier_keys.remind(KYIV) == 0

    rows = await AuditEntry.filter(kind=AuditKind.CARRIER_CHANGED).order_by("id")
    said = [(row.staff_id, row.data["what"], row.data["value"]) for row in rows]
    assert said == [(owner.id, "key_end", "2027-09-14"), (owner.id, "key_end", "")]
    await carrier_keys.set_end(account.id, ENDS_ON, by=owner)  # named anew: told anew
    assert await carrier_keys.remind(KYIV) == 1
