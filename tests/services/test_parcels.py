"""What a carrier says of parcels: noted once, shown on cards, told only when somebody must act."""

from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.carriers import ParcelState, WaybillState
from domain.orders import Phase
from models.carriers import Waybill
from models.money import MoneyEntry
from models.orders import EventKind, Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.sales import Sale
from models.staff import StaffMember
from services import chats, check, parcels, returns
from tests.carriers import CARRIER
from tests.factories import (
    Intake,
    cards_were_sent,
    incoming,
    line,
    stock_up,
    the_order,
)
from tests.parcels import NUMBER, PHONE, KyivTime, comes_to, events, made, said, sold
from tests.services.sale_stage import CARD, balances

UNKNOWN, CREATED, MOVING, ARRIVED, RECEIVED, RETURNING, DELETED = ParcelState


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> KyivTime:
    it = KyivTime()
    monkeypatch.setattr(parcels, "now", it)
    return it


@pytest.fixture
async def order(take_in: Intake, seller: StaffMember) -> Order:
    """Sold for 20 on delivery, its waybill made, its card in the owner's chat."""
    await stock_up({"A": 100})
    order = await sold(take_in, seller)
    await made(order)
    await cards_were_sent()
    return order


async def parcel(order: Order) -> Waybill:
    return await Waybill.get(order_id=order.id)


async def owed(kind: EffectKind) -> int:
    return await OutboxEffect.filter(kind=kind).count()


async def seen(order: Order) -> tuple[object, ...]:
    """All that a repeat must leave as it is."""
    fresh = await Order.get(id=order.id)
    entries = await MoneyEntry.all().count()
    return fresh.revision, entries, await events(order), await OutboxEffect.all().count()


async def test_each_step_is_noted_once_and_only_edits_cards(order: Order) -> None:
    """No chat is told anything; one that never had the card does not get it now."""
    await chats.subscribe(4002)
    for edits, state in enumerate((MOVING, ARRIVED, RECEIVED), start=1):
        before = await Order.get(id=order.id)
        assert await said(order, state)
        there = await parcel(order)
        assert (there.parcel, there.status_code) == (state, f"code {state}")
        assert (await Order.get(id=order.id)).revision == before.revision + 1
        assert await owed(EffectKind.SHOW_CARD) == edits

        noted = await seen(order)
        assert not await said(order, state)
        assert await seen(order) == noted
    assert await events(order) == [(EventKind.PARCEL, "arrived"), (EventKind.PARCEL, "received")]
    assert await owed(EffectKind.TELL_EVENT) == 0
    assert (await Order.get(id=order.id)).phase is Phase.COMPLETED
    assert await check.differences() == []


async def test_a_parcel_that_goes_back_is_told_with_its_new_number(order: Order) -> None:
    await said(order, ARRIVED)
    assert await said(order, RETURNING, return_number="20450000000009", text="Відмова одержувача")
    assert not await said(order, RETURNING, return_number="20450000000009")

    event = await OrderEvent.filter(order_id=order.id).order_by("-id").first()
    assert event is not None
    assert event.data == {
        "number": NUMBER,
        "carrier": CARRIER,
        "state": "returning",
        "place": "Відділення №12",
        "text": "Відмова одержувача",
        "return_number": "20450000000009",
    }
    (effect,) = await OutboxEffect.filter(kind=EffectKind.TELL_EVENT)
    assert effect.subject_id == event.id
    there = await parcel(order)
    assert there.return_number == "20450000000009"
    assert there.stored_since is None


async def test_an_answer_that_was_overtaken_is_dropped(order: Order) -> None:
    """Somebody tapped Refresh while all were asked for."""
    asked_at = now()
    await said(order, RETURNING)
    noted = await seen(order)
    assert not await said(order, ARRIVED, asked_at)
    assert await seen(order) == noted
    assert (await parcel(order)).parcel is RETURNING
    assert await said(order, ARRIVED)  # asked later: the customer came to fetch it after all


@pytest.mark.parametrize("hiccup", [UNKNOWN, CREATED, MOVING, ARRIVED, RETURNING, DELETED])
async def test_a_received_parcel_stays_received(order: Order, hiccup: ParcelState) -> None:
    await said(order, RECEIVED)
    noted = await seen(order)
    assert not await said(order, hiccup)
    assert await seen(order) == noted
    there = await parcel(order)
    assert (there.parcel, there.status_code) == (RECEIVED, "code received")
    assert there.look_at is None


async def test_parcels_are_looked_at_ever_later(order: Order, clock: KyivTime) -> None:
    await said(order, MOVING, clock())
    first = await parcel(order)
    assert first.look_at is not None
    assert timedelta(minutes=15) <= first.look_at - clock() <= timedelta(minutes=25)
    clock.is_later(days=20)
    await said(order, MOVING, clock())
    later = await parcel(order)
    assert later.look_at is not None
    assert timedelta(hours=18) <= later.look_at - clock() <= timedelta(hours=30)
    clock.is_later(days=60)
    await said(order, MOVING, clock())
    assert (await parcel(order)).look_at is None


# Waiting


async def test_a_parcel_that_waits_is_told_on_the_third_and_sixth_day(
    order: Order, clock: KyivTime
) -> None:
    for _ in range(9):
        await said(order, ARRIVED, clock())
        clock.is_later(minutes=20)
        await said(order, ARRIVED, clock())
        clock.is_later(days=1, minutes=-20)
    assert await events(order) == [
        (EventKind.PARCEL, "arrived"),
        (EventKind.PARCEL_WAITS, "3"),
        (EventKind.PARCEL_WAITS, "6"),
    ]
    assert await owed(EffectKind.TELL_EVENT) == 2


async def test_nobody_is_told_of_waiting_at_night(order: Order, clock: KyivTime) -> None:
    await said(order, ARRIVED, clock())
    for hour in (21, 23):
        clock.is_later(days=2, hour=hour)
        await said(order, ARRIVED, clock())
    assert await owed(EffectKind.TELL_EVENT) == 0
    clock.is_later(days=1, hour=9)
    await said(order, ARRIVED, clock())
    assert (await events(order))[-1] == (EventKind.PARCEL_WAITS, "5")


async def test_the_days_are_counted_from_the_first_one_that_is_known(
    order: Order, clock: KyivTime
) -> None:
    """Carriers also name the day from which waiting costs: it lies ahead."""
    arrived_on = clock.at.date()
    for day in range(3):
        await said(order, ARRIVED, clock(), stored_since=arrived_on + timedelta(days=7))
        assert (await parcel(order)).stored_since == arrived_on, day
        clock.is_later(days=1)
    await said(order, ARRIVED, clock(), stored_since=arrived_on - timedelta(days=1))
    assert (await parcel(order)).stored_since == arrived_on - timedelta(days=1)
    assert (await events(order))[-1] == (EventKind.PARCEL_WAITS, "4")


async def test_a_parcel_that_was_sent_on_begins_to_wait_anew(order: Order, clock: KyivTime) -> None:
    await said(order, ARRIVED, clock())
    clock.is_later(days=3)
    await said(order, ARRIVED, clock())
    await said(order, MOVING, clock())
    await said(order, ARRIVED, clock())
    clock.is_later(days=3)
    await said(order, ARRIVED, clock())
    told = [what for kind, what in await events(order) if kind is EventKind.PARCEL_WAITS]
    assert told == ["3", "3"]


async def test_nobody_is_called_about_goods_that_came_back(
    order: Order, seller: StaffMember, clock: KyivTime
) -> None:
    await said(order, ARRIVED, clock())
    await give_back(order, seller)
    clock.is_later(days=3)
    await said(order, ARRIVED, clock())
    assert await owed(EffectKind.TELL_EVENT) == 0


async def give_back(order: Order, seller: StaffMember) -> None:
    sale = await Sale.get(standing_for=order.id)
    return_id = await returns.open_return(sale.id, by=seller)
    await returns.complete(return_id, by=seller)


# Deleted there


async def test_our_waybill_that_was_deleted_there_is_no_more(order: Order) -> None:
    assert await said(order, DELETED)
    there = await parcel(order)
    assert (there.state, there.parcel, there.live_for) == (WaybillState.DELETED, DELETED, None)
    assert there.look_at is None
    assert (await Sale.get(standing_for=order.id)).waybill_number == ""
    assert await events(order) == [(EventKind.WAYBILL, NUMBER)]


async def test_a_number_of_somebody_else_stays_though_it_was_deleted_there(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await sold(take_in, seller, waybill=NUMBER)
    assert await said(order, DELETED)
    there = await parcel(order)
    assert (there.state, there.parcel, there.look_at) == (WaybillState.NAMED, DELETED, None)
    assert (await Sale.get(standing_for=order.id)).waybill_number == NUMBER


# Who is asked for


async def test_who_waited_longest_is_asked_for_first_and_nobody_too_early(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 100})
    found = []
    for number, minutes in enumerate((5, 30, 10, -10), start=1):
        order = await sold(take_in, seller, str(number))
        late = now() - timedelta(minutes=minutes)
        found.append(await made(order, f"{int(NUMBER) + number}", look_at=late))
    ids = [each.id for each in found]

    async def asked(limit: int = 100) -> list[int]:
        return [each.waybill_id for each in await parcels.due(CARRIER, limit)]

    assert await asked() == [ids[1], ids[2], ids[0]]
    assert await asked(2) == [ids[1], ids[2]]
    assert await parcels.due("ukrposhta", 100) == []
    await parcels.postpone(ids[2:], timedelta(hours=1))
    assert await asked() == [ids[1], ids[0]]
    assert (await Waybill.get(id=ids[3])).look_at == found[3].look_at  # it was not due anyway
    await Waybill.filter(id=ids[1]).update(state=WaybillState.SENT)
    await Waybill.filter(id=ids[0]).update(live_for=None)
    assert await asked() == []


@pytest.mark.parametrize(
    ("of_waybill", "of_sale", "of_order", "told"),
    [
        (PHONE, "+380501112233", "+380931112233", PHONE),
        ("", "050 111 22 33", "+380931112233", "+380501112233"),
        ("the neighbour's", "call me", "+380931112233", "+380931112233"),
        ("", "", "", ""),
    ],
)
async def test_a_carrier_is_told_the_best_phone_that_is_known(
    order: Order, of_waybill: str, of_sale: str, of_order: str, told: str
) -> None:
    await Waybill.all().update(recipient_phone=of_waybill)
    await Sale.all().update(phone=of_sale)
    await Order.all().update(phone=of_order)
    (asked,) = await parcels.due(CARRIER, 100)
    assert (asked.number, asked.phone) == (NUMBER, told)


async def test_an_order_that_is_still_open_is_followed_too(take_in: Intake) -> None:
    """Its waybill was made in the sale window, which nobody has finished."""
    await take_in(incoming("1", line("A"), phone=PHONE))
    order = await the_order()
    await made(order, recipient_phone="")
    await comes_to(CARD)
    (asked,) = await parcels.due(CARRIER, 100)
    assert asked.phone == PHONE
    assert await said(order, RECEIVED)
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    assert await balances() == {}
