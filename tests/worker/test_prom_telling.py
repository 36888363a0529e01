"""What a cabinet of Prom.ua is told of its orders and parcels, over HTTP, and what comes of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import cast

import pytest

from domain.errors import IntegrationError
from domain.orders import Phase, PlatformState, RejectReason
from domain.shops import Step, Trouble, label_step
from models.orders import EventKind, Order
from models.sales import Sale
from models.shops import Shop, ShopEffect, ShopEffectKind, StatusMapping
from services import (
    check,
    drafts,
    orders,
    returns,
    status_maps,
    statuses,
    telling,
    told_waybills,
    undo,
)
from sync.telling import tell_statuses
from tests.factories import sell
from tests.worker.prom_stage import PromStage, prom_stage
from tests.worker.telling_stage import SOON, pass_time, seen

SET_STATUS, DECLARE = "/orders/set_status", "/delivery/save_declaration_id"
WAYBILL, OTHER_WAYBILL = "20450000000001", "20450000000002"


@pytest.fixture
async def prom(db: str) -> AsyncIterator[PromStage]:
    del db
    async with prom_stage() as stage:
        yield stage


async def fresh(order: Order) -> Order:
    return await Order.get(id=order.id)


async def tell(prom: PromStage, passed: timedelta = SOON) -> None:
    """Time passes, and all that is due is told."""
    await pass_time(passed)
    while await tell_statuses(prom.office, prom.shop):
        pass


async def tell_in_vain(prom: PromStage, passed: timedelta = SOON) -> None:
    with pytest.raises(IntegrationError):
        await tell(prom, passed)


def told(prom: PromStage, order: Order) -> list[str]:
    """What the cabinet was asked to do with an order, in turn."""
    words = []
    for call in prom.cabinet.calls("POST"):
        body = cast(Mapping[str, object], call.body)
        if call.path == DECLARE and body["order_id"] == int(order.external_id):
            words.append(f"{body['declaration_id']}")
        elif body.get("ids") == [int(order.external_id)]:
            parts = ("status", "custom_status_id", "cancellation_reason")
            words.append(" ".join(f"{body[part]}" for part in parts if part in body))
    return words


async def give_back(order: Order, prom: PromStage) -> None:
    """All of a sold order comes back."""
    sale = await Sale.get(standing_for=order.id)
    await returns.complete(await returns.open_return(sale.id, by=prom.seller), by=prom.seller)


async def test_each_end_is_told_once_with_its_reason_and_the_parcel_goes_first(
    prom: PromStage,
) -> None:
    sold, sent, rejected, refused, returned = [await prom.place() for _ in range(5)]
    await sell(returned, prom.seller)
    await tell(prom)
    await give_back(returned, prom)
    await sell(sold, prom.seller)
    await sell(sent, prom.seller, waybill=WAYBILL)
    await orders.reject(rejected.id, RejectReason.OUT_OF_STOCK, by=prom.seller)
    await orders.refuse(refused.id, by=prom.seller)

    await tell(prom, timedelta(seconds=55))  # it may still be undone
    assert [told(prom, order) for order in (sold, sent, rejected, refused)] == [[]] * 4
    for _ in range(2):
        await tell(prom)

    assert told(prom, sold) == ["delivered"]
    assert told(prom, sent) == [WAYBILL, "received"]
    assert told(prom, rejected) == ["canceled not_available"]
    assert told(prom, refused) == ["canceled buyers_request"]
    assert told(prom, returned)[0] == "delivered"
    assert (prom.there(sent).declaration, prom.there(sent).status) == (WAYBILL, "received")
    assert not await ShopEffect.exists()  # no notes either
    assert await check.differences() == []


async def test_echoes_of_a_parcel_and_a_status_are_no_news(prom: PromStage) -> None:
    sent, rejected = await prom.place(), await prom.place()
    await sell(sent, prom.seller, waybill=WAYBILL)
    await orders.reject(rejected.id, RejectReason.OTHER, by=prom.seller, text="Дубль")
    await tell(prom)
    known = [await fresh(order) for order in (sent, rejected)]
    assert known[0].waybill_number == known[0].told_waybill == WAYBILL
    before = [await seen(order) for order in known]

    await prom.poll()

    assert [await seen(order) for order in known] == before
    assert [(await fresh(order)).digest for order in known] == [each.digest for each in known]
    assert all(each.digest for each in known)
    assert await prom.poll() == 0

    prom.cabinet.send_parcel(int(sent.external_id), OTHER_WAYBILL)  # somebody made another one
    await prom.poll()
    assert (await fresh(sent)).waybill_number == OTHER_WAYBILL


async def test_our_parcel_is_no_difference_on_an_order_that_is_open_again_and_theirs_is(
    prom: PromStage,
) -> None:
    order = await prom.place()
    await StatusMapping.create(shop_id=prom.shop.id, step=Step.SHIPPED, status="")
    await StatusMapping.create(shop_id=prom.shop.id, step=Step.REFUSED, status="")
    await sell(order, prom.seller, waybill=WAYBILL)
    prom.cabinet.lose_answers(1, path=DECLARE)
    await tell_in_vain(prom)  # it was heard, and nobody told us
    await give_back(order, prom)
    await orders.reopen(order.id, by=prom.seller)

    await prom.poll()

    assert EventKind.CHANGED not in (await seen(order))[2]
    assert (await fresh(order)).waybill_number == WAYBILL
    await drafts.open_window(order.id, by=prom.seller)
    prom.cabinet.send_parcel(int(order.external_id), OTHER_WAYBILL)
    await prom.poll()
    assert (await seen(order))[2][-1] is EventKind.CHANGED
    await sell(order, prom.seller)  # the window has followed
    await tell(prom)
    assert told(prom, order) == [WAYBILL]
    assert not await ShopEffect.exists()


async def test_a_parcel_that_the_cabinet_knows_is_not_told(prom: PromStage) -> None:
    order = await prom.place()
    prom.cabinet.send_parcel(int(order.external_id), WAYBILL)
    await prom.poll()

    await sell(await fresh(order), prom.seller)
    await tell(prom)

    assert told(prom, order) == ["received"]
    assert not await ShopEffect.exists()


async def test_of_a_sale_that_was_undone_nothing_is_told_and_of_the_next_its_own_number(
    prom: PromStage,
) -> None:
    undone, again = await prom.place(), await prom.place()
    for order in (undone, again):
        await sell(order, prom.seller, waybill=WAYBILL)
        await pass_time(timedelta(seconds=20))
        await undo.undo(order.id, by=prom.seller)
    await sell(again, prom.seller, waybill=OTHER_WAYBILL)
    await tell(prom, timedelta(seconds=50))  # the first number is due, the sale is not
    assert told(prom, again) == []
    await tell(prom)

    assert told(prom, undone) == []
    assert told(prom, again) == [OTHER_WAYBILL, "received"]
    assert not await ShopEffect.exists()


async def test_a_return_that_is_undone_loses_no_number(prom: PromStage) -> None:
    order, back = await prom.place(), await prom.place()
    for each in (order, back):
        await sell(each, prom.seller, waybill=WAYBILL)
    await pass_time(timedelta(seconds=40))
    for each in (order, back):
        await give_back(each, prom)
    await tell(prom, timedelta(seconds=30))  # the number is due, the return may be undone
    await undo.undo(order.id, by=prom.seller)
    await tell(prom)

    assert told(prom, order) == [WAYBILL, "received"]
    assert told(prom, back) == ["canceled buyers_request"]
    assert not await ShopEffect.exists()


@pytest.mark.parametrize("was_heard", [False, True])
async def test_a_crash_between_the_intent_and_the_answer_tells_the_same_again(
    prom: PromStage, was_heard: bool
) -> None:
    order = await prom.place()
    await sell(order, prom.seller, waybill=WAYBILL)
    await pass_time()
    intent = await told_waybills.intend(order.id, is_wanted=True)
    assert intent is not None
    if was_heard:
        prom.cabinet.send_parcel(int(order.external_id), WAYBILL)
        await prom.poll()
    assert (await fresh(order)).told_waybill == WAYBILL

    await tell(prom)

    assert prom.there(order).declaration == WAYBILL
    assert prom.there(order).status == "received"
    assert not (await fresh(order)).tell_problem
    assert not await ShopEffect.exists()


async def test_lost_answers_are_asked_for_again_and_the_status_waits_for_its_parcel(
    prom: PromStage,
) -> None:
    order = await prom.place()
    await sell(order, prom.seller, waybill=WAYBILL)
    prom.cabinet.lose_answers(1, path=DECLARE)
    await tell_in_vain(prom)
    assert not await tell_statuses(prom.office, prom.shop)
    assert told(prom, order) == [WAYBILL]
    prom.cabinet.lose_answers(1, path=SET_STATUS)
    await tell_in_vain(prom, timedelta(minutes=1))

    await tell(prom, timedelta(minutes=5))

    assert (prom.there(order).declaration, prom.there(order).status) == (WAYBILL, "received")
    assert told(prom, order)[:2] == [WAYBILL, "received"]
    assert not await ShopEffect.exists()


async def test_trouble_that_lasts_is_shown_and_goes_with_it(prom: PromStage) -> None:
    order = await prom.place()
    await sell(order, prom.seller, waybill=WAYBILL)
    prom.cabinet.answer_with(502, "<html>Bad Gateway</html>", times=None)
    await tell_in_vain(prom)
    assert not (await fresh(order)).tell_problem
    await tell_in_vain(prom, timedelta(hours=1))
    assert (await fresh(order)).tell_problem == Trouble.UNAVAILABLE
    prom.cabinet.behave()

    await tell(prom, timedelta(hours=1))

    assert told(prom, order)[-2:] == [WAYBILL, "received"]
    assert not (await fresh(order)).tell_problem


async def test_a_package_without_the_api_is_no_orders_fault(prom: PromStage) -> None:
    order, other = await prom.place(), await prom.place()
    await sell(order, prom.seller, waybill=WAYBILL)
    await orders.refuse(other.id, by=prom.seller)
    prom.cabinet.has_api = False
    await tell_in_vain(prom)
    await tell_in_vain(prom, timedelta(hours=1))  # with the one that was not tried yet
    assert [(await fresh(each)).tell_problem for each in (order, other)] == ["", Trouble.NO_API]
    prom.cabinet.has_api = True

    await tell(prom, timedelta(hours=1))

    assert prom.there(order).status == "received"
    assert prom.there(other).status == "canceled"
    assert not await Order.filter(tell_problem__not="").exists()


async def test_a_refused_parcel_is_shown_holds_up_nothing_and_is_told_again(
    prom: PromStage,
) -> None:
    order, other = await prom.place(), await prom.place()
    for each, number in ((order, WAYBILL), (other, OTHER_WAYBILL)):
        await sell(each, prom.seller, waybill=number)
    refuse_parcel(prom, order, "Накладну не знайдено")

    await tell(prom)

    assert (await fresh(order)).tell_problem == "Накладну не знайдено"
    assert (await fresh(order)).told_waybill == ""
    assert told(prom, order) == [WAYBILL, "received"]
    assert told(prom, other) == [OTHER_WAYBILL, "received"]
    prom.cabinet.behave()
    for _ in range(2):  # a double tap
        await telling.tell_again(order.id, by=prom.seller)
    await tell(prom, timedelta())
    assert told(prom, order) == [WAYBILL, "received", WAYBILL]
    assert prom.there(order).declaration == WAYBILL
    assert not (await fresh(order)).tell_problem
    assert not await ShopEffect.exists()


def refuse_parcel(prom: PromStage, order: Order, why: str) -> None:
    body = f'{{"status": "error", "message": "{why}", "errors": null}}'
    prom.cabinet.answer_with(200, body, content_type="application/json", path=DECLARE)


async def test_what_cannot_be_taken_back_there_is_shown_in_its_words(prom: PromStage) -> None:
    order = await prom.place()
    await orders.refuse(order.id, by=prom.seller)
    prom.cabinet.set_status(int(order.external_id), "delivered")

    await tell(prom)
    problem = (await fresh(order)).tell_problem
    assert "виконан" in problem.lower()
    assert (await fresh(order)).told_status == ""
    await telling.tell_again(order.id, by=prom.seller)
    assert not (await fresh(order)).tell_problem
    await tell(prom, timedelta())
    assert (await fresh(order)).tell_problem == problem
    assert len(told(prom, order)) == 2


async def test_an_ended_order_is_not_opened_again_there_and_its_card_says_so(
    prom: PromStage,
) -> None:
    order = await prom.place()
    await orders.reject(order.id, RejectReason.DUPLICATE, by=prom.seller)
    await tell(prom)
    await orders.reopen(order.id, by=prom.seller)
    revision = (await fresh(order)).revision
    await tell(prom)

    here = await fresh(order)
    assert told(prom, order) == ["canceled duplicate"]
    assert (here.told_status, here.tell_problem) == ("", "")
    assert here.platform_state is PlatformState.CANCELED
    assert here.revision == revision + 1  # the card says from now on that it is canceled there
    await prom.poll()
    assert (await fresh(order)).phase is Phase.OPEN
    await orders.reject(order.id, RejectReason.DUPLICATE, by=prom.seller)
    await tell(prom)
    assert len(told(prom, order)) == 1


async def test_who_thinks_better_before_it_was_heard_is_not_bothered(prom: PromStage) -> None:
    order = await prom.place()
    await orders.reject(order.id, RejectReason.DUPLICATE, by=prom.seller)
    prom.cabinet.answer_with(502, "<html>", path=SET_STATUS)
    await tell_in_vain(prom)
    await orders.reopen(order.id, by=prom.seller)

    await tell(prom)

    assert prom.there(order).status == "pending"
    assert not (await fresh(order)).tell_problem
    assert not await ShopEffect.exists()


async def test_own_labels_are_told_as_the_sellers_own_statuses(prom: PromStage) -> None:
    order, label = await prom.place(), await statuses.create("ЧЕКАЄ РАХУНОК")
    name = label_step(label.id)
    await StatusMapping.create(shop_id=prom.shop.id, step=name, status="custom-137000")
    await orders.change_status(order.id, label.id, by=prom.seller)
    await tell(prom)
    assert prom.there(order).status == "custom-137000"
    before = await seen(order)
    await prom.poll()
    assert await seen(order) == before
    assert (await fresh(order)).platform_status == "custom-137000"


async def test_what_the_cabinet_says_already_is_not_told(prom: PromStage) -> None:
    sold, sent, rejected, kept, reopened = [await prom.place() for _ in range(5)]
    await sell(sold, prom.seller)
    await sell(sent, prom.seller, waybill=WAYBILL)
    await orders.reject(rejected.id, RejectReason.DUPLICATE, by=prom.seller)
    await sell(kept, prom.seller, waybill=OTHER_WAYBILL)
    for order in (sold, sent):
        prom.cabinet.set_status(int(order.external_id), "delivered")
    for order in (rejected, kept, reopened):
        prom.cabinet.cancel(int(order.external_id))
    await prom.poll()
    assert (await fresh(reopened)).phase is Phase.CANCELED
    await orders.reopen(reopened.id, by=prom.seller)

    await tell(prom)

    assert [told(prom, each) for each in (sold, sent, rejected, kept, reopened)] == [[]] * 5
    assert (await seen(kept))[2][-1] is EventKind.PLATFORM_NOTICE
    assert not await ShopEffect.exists()


async def test_a_cabinet_that_is_not_told_hears_of_no_parcel(prom: PromStage) -> None:
    before, after, read_only = [await prom.place() for _ in range(3)]
    await sell(before, prom.seller, waybill=WAYBILL)
    waybills = ShopEffect.filter(kind=ShopEffectKind.TELL_WAYBILL.value)
    assert await waybills.count() == 1
    await status_maps.set_telling(prom.shop.id, False, by=prom.seller)
    await sell(after, prom.seller, waybill=WAYBILL)
    assert not await ShopEffect.exists()
    await status_maps.set_telling(prom.shop.id, True, by=prom.seller)
    await sell(read_only, prom.seller, waybill=WAYBILL)
    assert await waybills.count() == 1
    await Shop.filter(id=prom.shop.id).update(can_write=False)

    await tell(prom)

    assert prom.cabinet.calls("POST") == []
    assert not await ShopEffect.exists()


async def test_two_who_tell_at_once_agree(prom: PromStage) -> None:
    placed = [await prom.place() for _ in range(4)]
    for number, order in enumerate(placed):
        await sell(order, prom.seller, waybill=f"2045000000000{number}")
    await pass_time()

    await asyncio.gather(*(tell_statuses(prom.office, prom.shop) for _ in range(2)))
    await tell(prom)

    for number, order in enumerate(placed):
        there = prom.there(order)
        assert (there.declaration, there.status) == (f"2045000000000{number}", "received")
        assert not (await fresh(order)).tell_problem
    assert not await ShopEffect.exists()


async def test_the_lane_tells_by_itself_and_rests_when_the_cabinet_does(prom: PromStage) -> None:
    order = await prom.place()
    await sell(order, prom.seller, waybill=WAYBILL)
    await pass_time()
    prom.cabinet.answer_with(503, "<html>", path=DECLARE)
    prom.lanes.run()

    async def is_over() -> bool:
        prom.lanes.clock.advance(1)
        await pass_time(timedelta(seconds=1), is_wait=True)
        return not await ShopEffect.exists()

    await prom.lanes.until(is_over)
    await prom.lanes.halt()

    assert told(prom, order) == [WAYBILL, WAYBILL, "received"]
    assert prom.there(order).declaration == WAYBILL
