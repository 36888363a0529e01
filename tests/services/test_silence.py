"""Shops whose orders stay away: told once, and only when that is no chance."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tortoise.expressions import F
from tortoise.timezone import now

from domain.rights import Role
from domain.shops import NoticeKind
from models.orders import Order
from models.outbox import EffectKind, OutboxEffect
from models.shops import Shop, ShopNotice
from services import silence
from tests.factories import OWNER_ID, Intake, incoming, make_shop, make_staff

KYIV = ZoneInfo("Europe/Kyiv")


async def history(intake: Intake, *, until: datetime, days: int = 28, per_hour: int = 1) -> None:
    """So many orders in each hour of the last days, up to a moment; the shop is a day older."""
    await make_staff("Олена", OWNER_ID, Role.OWNER)
    first = now() - timedelta(days=days)
    await Shop.all().update(created_at=first - timedelta(days=1))
    await intake(incoming("first"))
    model = await Order.get(external_id="first")
    await Order.filter(id=model.id).update(placed_at=first, created_at=first)
    at, orders = first, []
    while at < until:
        for number in range(per_hour):
            name = f"{at:%d-%H}-{number}"
            fields = {"placed_at": at, "modified_at": at, "created_at": at}
            orders.append(_copy(model, name, fields))
        at += timedelta(hours=1)
    await Order.bulk_create(orders)
    await Order.all().update(created_at=F("placed_at"))  # it is always set to the time of storing


def _copy(model: Order, external_id: str, fields: dict[str, datetime]) -> Order:
    return Order(
        shop_id=model.shop_id,
        external_id=external_id,
        number=external_id,
        phase=model.phase,
        status_id=model.status_id,
        platform_state=model.platform_state,
        digest="",
        currency="UAH",
        **fields,
    )


async def look() -> int:
    return await silence.look(await silence.habits(KYIV), KYIV)


async def test_an_unusual_silence_is_told_once_until_the_next_order(take_in: Intake) -> None:
    await history(take_in, until=now() - timedelta(hours=9))
    last = await Order.all().order_by("-id").first()
    assert last is not None

    assert [await look() for _ in range(2)] == [1, 0]

    (notice,) = await ShopNotice.all()
    assert notice.kind == NoticeKind.SILENCE.value
    assert notice.data["expected"] in {9, 10}
    assert datetime.fromisoformat(notice.data["since"]) == last.placed_at
    assert await OutboxEffect.filter(kind=EffectKind.TELL_SHOP).count() == 1

    await take_in(incoming("new", placed_at=now()))
    assert await look() == 0
    silent_again = now() - timedelta(hours=12)
    await Order.filter(external_id="new").update(placed_at=silent_again)
    assert await look() == 1


@pytest.mark.parametrize(
    ("hours_ago", "days", "per_hour", "told"),
    [(6, 28, 1, 0), (6, 28, 2, 1), (40, 13, 1, 0), (40, 16, 1, 1)],
)
async def test_only_what_is_no_chance_and_known_for_two_weeks_is_told(
    take_in: Intake, hours_ago: int, days: int, per_hour: int, told: int
) -> None:
    await history(take_in, until=now() - timedelta(hours=hours_ago), days=days, per_hour=per_hour)
    await Shop.all().update(created_at=now() - timedelta(days=days))

    assert await look() == told


async def test_shops_are_looked_at_one_by_one_and_old_orders_are_not_read(
    take_in: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "_AT_ONCE", 50)
    await history(take_in, until=now() - timedelta(hours=10), days=27)
    busy = Intake((await make_shop("Busy")).id)
    await Shop.filter(id=busy.shop_id).update(created_at=now() - timedelta(days=99))
    await busy(*(incoming(f"b{n}", placed_at=now()) for n in range(60)))
    old = await Order.all().order_by("id").first()
    assert old is not None
    await Order.filter(id=old.id).update(created_at=now() - timedelta(days=29))

    known = await silence.habits(KYIV)

    assert known.first_id == old.id + 1
    assert await silence.look(known, KYIV) == 1
    (notice,) = await ShopNotice.all()
    assert notice.shop_id == take_in.shop_id
