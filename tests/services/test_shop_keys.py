"""The last day of a shop's keys: owners hear of it in time, once, and again of other keys."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.errors import NotAllowedError, NotFoundError
from domain.rights import Role
from domain.shops import NoticeKind
from models.audit import AuditEntry, AuditKind
from models.outbox import EffectKind, OutboxEffect
from models.shops import Shop, ShopNotice
from models.staff import StaffMember
from services import chats, shop_keys, shops
from services.shops import ConnectedShop, SiteFacts
from tests.factories import BOX, OWNER_ID, make_shop, make_staff

KYIV = ZoneInfo("Europe/Kyiv")
FACTS = SiteFacts(name="Чай", currency="UAH", version="", can_write=True)
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
    monkeypatch.setattr(shop_keys, "now", it)
    return it


@pytest.fixture
async def owner(db: str) -> StaffMember:
    del db
    await chats.subscribe(OWNER_ID)
    return await make_staff("Олена", OWNER_ID, Role.OWNER)


@pytest.fixture
async def shop(owner: StaffMember) -> ConnectedShop:
    """Its keys have a last day."""
    made = await make_shop(platform="prom")
    await shop_keys.set_end(made.id, ENDS_ON, by=owner)
    return made


async def told() -> list[int]:
    """With how many days left the owners were told, each time once."""
    notices = await ShopNotice.filter(kind=NoticeKind.KEYS_END).order_by("id")
    assert await OutboxEffect.filter(kind=EffectKind.TELL_SHOP).count() == len(notices)
    assert {each.data["ends_on"] for each in notices} <= {ENDS_ON.isoformat()}
    return [each.data["days"] for each in notices]


async def test_owners_are_reminded_two_weeks_and_three_days_before_and_on_the_day(
    shop: ConnectedShop, today: Today
) -> None:
    for days in range(20, -5, -1):
        for hour in (0, 8, 9, 23):
            today.is_before_the_end(days, hour)
            before = await told()
            await shop_keys.remind(KYIV)
            assert hour >= 9 or await told() == before

    assert await told() == [14, 3, 0]


@pytest.mark.parametrize(("first_on", "expected"), [(9, [9, 3, 0]), (2, [2, 0]), (-1, [])])
async def test_what_was_missed_is_told_late_and_only_the_newest_of_it(
    shop: ConnectedShop, today: Today, first_on: int, expected: list[int]
) -> None:
    for days in range(first_on, -3, -1):
        today.is_before_the_end(days)
        await shop_keys.remind(KYIV)

    assert await told() == expected


async def test_two_who_remind_at_once_tell_it_once(shop: ConnectedShop, today: Today) -> None:
    today.is_before_the_end(3)

    reminded = await asyncio.gather(*(shop_keys.remind(KYIV) for _ in range(5)))

    assert sorted(reminded) == [0, 0, 0, 0, 1]
    assert await told() == [3]


async def test_other_keys_have_a_day_of_their_own(
    shop: ConnectedShop, owner: StaffMember, today: Today
) -> None:
    today.is_before_the_end(3)
    assert await shop_keys.remind(KYIV) == 1

    await shops.rekey(shop.id, "", {"token": "new"}, FACTS, box=BOX, by=owner)
    assert await shop_keys.remind(KYIV) == 0
    assert (await Shop.get(id=shop.id)).keys_end_on is None

    await shop_keys.set_end(shop.id, ENDS_ON, by=owner)
    assert [await shop_keys.remind(KYIV) for _ in range(2)] == [1, 0]


async def test_a_disconnected_shop_reminds_nobody(shop: ConnectedShop, today: Today) -> None:
    today.is_before_the_end(0)
    await shops.remove(shop.id)

    assert await shop_keys.remind(KYIV) == 0


async def test_the_day_is_told_by_owners_and_written_down(
    shop: ConnectedShop, owner: StaffMember, today: Today
) -> None:
    today.is_before_the_end(3)
    await shop_keys.remind(KYIV)
    manager = await make_staff("Ігор", 5001, Role.MANAGER)
    with pytest.raises(NotAllowedError):
        await shop_keys.set_end(shop.id, None, by=manager)
    with pytest.raises(NotFoundError):
        await shop_keys.set_end(shop.id + 1, None, by=owner)

    await shop_keys.set_end(shop.id, ENDS_ON, by=owner)  # as it was: nothing is told again
    assert await shop_keys.remind(KYIV) == 0
    await shop_keys.set_end(shop.id, None, by=owner)
    assert await shop_keys.remind(KYIV) == 0

    rows = await AuditEntry.filter(kind=AuditKind.SHOP_CHANGED).order_by("id")
    said = [(row.staff_id, row.data["what"], row.data["value"]) for row in rows]
    assert said == [(owner.id, "keys_end", "2027-09-14"), (owner.id, "keys_end", "")]
    await shop_keys.set_end(shop.id, ENDS_ON, by=owner)  # named anew: told anew
    assert await shop_keys.remind(KYIV) == 1
