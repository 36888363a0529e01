"""A waybill that is deleted, let go, printed or looked for; and what ``check`` finds of one."""

from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.carriers import CarrierProblem, ParcelState, WaybillState
from domain.orders import RejectReason
from models.carriers import CarrierAccount, Waybill
from models.orders import Order
from models.sales import Sale
from models.shops import ShopEffect
from models.staff import StaffMember
from services import check, drafts, live_waybills, orders, returns, sales, undo, waybills
from services import waybill_forms as forms
from tests.factories import Intake, sell, stock_up
from tests.services.sale_stage import take_order
from tests.services.waybill_made import (
    CREATED,
    LOOK_IN,
    NUMBER,
    OTHER,
    ask,
    make,
    make_odd_order,
    number_in_window,
    owed,
    ready,
    send,
    told,
)
from tests.services.waybill_stage import begin, make_city, make_point


@pytest.fixture
async def order(take_in: Intake, carrier: CarrierAccount) -> Order:
    del carrier
    return await make_odd_order(take_in)


# --- its end -------------------------------------------------------------------------------------


async def test_a_deleted_one_leaves_window_and_sale_and_another_can_be_made(
    order: Order, seller: StaffMember
) -> None:
    waybill = await make(order, seller)
    await sales.add_sale(order.id, by=seller)
    await ShopEffect.all().delete()

    await waybills.deleted(waybill.id, by=seller)
    await waybills.deleted(waybill.id, by=seller)

    assert ((await Sale.get()).waybill_number, await number_in_window(order)) == ("", "")
    assert await told(order) == [(NUMBER, "", seller.id), ("", NUMBER, seller.id)]
    assert await owed(order) == []
    gone = await Waybill.get(id=waybill.id)
    assert (gone.state, gone.live_for, gone.parcel) == ("deleted", None, ParcelState.DELETED)
    assert gone.look_at is None
    assert await check.differences() == []
    await forms.open_form(order.id, by=seller)


async def test_a_deleted_number_does_not_come_back_from_the_platform(
    order: Order, seller: StaffMember
) -> None:
    waybill = await make(order, seller)
    await Order.filter(id=order.id).update(waybill_number="2045 1600 000001")
    await waybills.deleted(waybill.id, by=None)
    await drafts.close_window(order.id, by=seller)

    await drafts.open_window(order.id, by=seller)

    assert await number_in_window(order) == ""


async def give_back(order: Order, by: StaffMember) -> None:
    """All of it comes back."""
    return_id = await returns.open_return((await Sale.get(standing_for=order.id)).id, by=by)
    await returns.complete(return_id, by=by)


async def test_a_sale_that_stands_again_has_what_was_made_meanwhile(
    order: Order, seller: StaffMember
) -> None:
    waybill = await send(order, seller)
    await sales.add_sale(order.id, by=seller)
    await give_back(order, seller)
    await waybills.made(waybill.id, CREATED, look_in=LOOK_IN)
    await ShopEffect.all().delete()

    await undo.undo(order.id, by=seller)

    assert (await Sale.get()).waybill_number == NUMBER
    assert {effect.kind for effect in await owed(order)} == {"tell_status", "tell_waybill"}
    assert await check.differences() == []


async def test_a_sale_that_stands_again_has_nothing_that_was_deleted_meanwhile(
    order: Order, seller: StaffMember
) -> None:
    waybill = await make(order, seller)
    await sales.add_sale(order.id, by=seller)
    await give_back(order, seller)
    await waybills.deleted(waybill.id, by=seller)

    await undo.undo(order.id, by=seller)

    assert (await Sale.get()).waybill_number == ""
    assert await live_waybills.live(order.id) is None


async def test_a_sale_that_stands_again_follows_its_number_where_no_other_was_made(
    order: Order, seller: StaffMember
) -> None:
    await ready(order, seller)
    await sell(order, seller, waybill=OTHER)
    waybill = await ask(order, seller)
    await waybills.sending(waybill.id)
    await give_back(order, seller)
    await waybills.failed(waybill.id, CarrierProblem.LOST, "")

    await undo.undo(order.id, by=seller)

    assert (await Sale.get()).waybill_number == OTHER
    assert await live_waybills.live(order.id) == await Waybill.get(number=OTHER)


@pytest.mark.parametrize(
    ("parcel", "stays"),
    [
        (ParcelState.CREATED, True),
        (ParcelState.MOVING, False),
        (ParcelState.RECEIVED, False),
        (ParcelState.RETURNING, False),
    ],
)
async def test_an_order_that_begins_anew_keeps_what_was_not_handed_over(
    order: Order, seller: StaffMember, parcel: ParcelState, stays: bool
) -> None:
    waybill = await make(order, seller)
    await Waybill.filter(id=waybill.id).update(parcel=parcel)
    await orders.reject(order.id, RejectReason.OTHER, by=seller)

    await orders.reopen(order.id, by=seller)

    await drafts.open_window(order.id, by=seller)
    assert await number_in_window(order) == (NUMBER if stays else "")
    assert (await live_waybills.live(order.id) is not None) is stays
    assert await check.differences() == []


async def test_those_that_nobody_has_printed_or_handed_over_are_to_be_printed(
    take_in: Intake, carrier: CarrierAccount, seller: StaffMember
) -> None:
    del carrier
    await stock_up({"A": 100})
    rows = []
    for number in range(5):
        order = await take_order(take_in, str(number))
        state = WaybillState.NAMED if number == 4 else WaybillState.MADE
        rows.append(
            await Waybill.create(
                carrier="novaposhta",
                order_id=order.id,
                live_for=order.id,
                state=state,
                staff_id=seller.id,
                number=f"{number}",
                external_id=f"{number}",
                parcel=ParcelState.MOVING if number == 1 else ParcelState.CREATED,
            )
        )
    await waybills.printed([rows[2].id])

    found = await waybills.to_print(10)

    assert found == [rows[0], rows[3]]
    assert [each.order.number for each in found] == ["0", "3"]
    assert await waybills.to_print(1) == [rows[0]]


# --- looked for ----------------------------------------------------------------------------------


async def test_it_is_looked_for_with_growing_pauses(order: Order, seller: StaffMember) -> None:
    waybill = await send(order, seller)
    looks: list[int] = []
    for second in range(220):
        sent_at = now() - timedelta(seconds=second)
        looked_at = sent_at + timedelta(seconds=looks[-1]) if looks else None
        await Waybill.filter(id=waybill.id).update(sent_at=sent_at, looked_at=looked_at)
        if await waybills.to_do():
            looks.append(second)

    assert looks == [3, 6, 12, 24, 48, 96, 156, 216]


@pytest.mark.parametrize(
    ("lookups", "minutes", "hopeless"), [(2, 60, False), (3, 2, False), (3, 3, True)]
)
def test_it_is_given_up_after_a_while_and_several_looks(
    lookups: int, minutes: int, hopeless: bool
) -> None:
    sent_at = now() - timedelta(minutes=minutes)

    assert waybills.is_hopeless(Waybill(lookups=lookups, sent_at=sent_at)) is hopeless


async def test_whoever_waits_for_the_carrier_comes_before_what_was_lost(
    order: Order, take_in: Intake, seller: StaffMember
) -> None:
    lost = await send(order, seller)
    await Waybill.filter(id=lost.id).update(sent_at=now() - timedelta(minutes=1))
    second = await take_order(take_in, "2", phone="+380671234567")
    await begin(second, seller, point=await make_point(await make_city("Львів"), "1"))
    asked = await ask(second, seller)

    assert await waybills.to_do() == [asked, lost]


# --- the books -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"live_for": None, "state": WaybillState.SENT},
        {"state": WaybillState.FAILED},
        {"state": WaybillState.DELETED},
        {"number": ""},
        {"external_id": ""},
        {"number": OTHER},
    ],
    ids=str,
)
async def test_check_finds_a_waybill_that_does_not_fit(
    order: Order, seller: StaffMember, wrong: dict[str, object]
) -> None:
    waybill = await make(order, seller)
    await sales.add_sale(order.id, by=seller)
    assert await check.differences() == []

    await Waybill.filter(id=waybill.id).update(**wrong)

    found = await check.differences()
    assert found
    assert all(each.startswith(f"waybill {waybill.id}") for each in found)
