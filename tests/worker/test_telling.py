"""What a store is told of its orders, over HTTP, and what comes of it here."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.errors import NotToldError, UnavailableError
from domain.orders import Phase, PlatformState, RejectReason
from domain.shops import Step, Trouble, label_step
from models.orders import EventKind, Order
from models.shops import Shop, ShopEffect, ShopEffectKind, StatusMapping
from sandbox.woocommerce import FIREWALL_PAGE
from services import check, orders, shop_effects, status_maps, statuses, telling, undo
from sync.telling import tell_statuses
from tests.factories import lines_of
from tests.worker.telling_stage import TellingStage, telling_stage


@pytest.fixture
async def told(db: str) -> AsyncIterator[TellingStage]:
    del db
    async with telling_stage() as stage:
        yield stage


async def fresh(order: Order) -> Order:
    return await Order.get(id=order.id)


async def test_each_end_is_told_once_after_the_minute_with_who_and_why(
    told: TellingStage,
) -> None:
    sold, shipped, rejected, refused = [await told.place() for _ in range(4)]
    await told.sell(sold)
    await told.sell(shipped, waybill="20450000000001")
    await orders.reject(rejected.id, RejectReason.OTHER, by=told.seller, text="Дубль №7")
    await orders.refuse(refused.id, by=told.seller)

    await told.tell(timedelta(seconds=55))  # it may still be undone
    assert told.told() == []
    await told.tell()

    here = {order.external_id: order for order in (sold, shipped, rejected, refused)}
    assert told.told() == [
        f"{sold.external_id} completed",  # the parcel's order is being processed there already
        f"{rejected.external_id} cancelled",
        f"{refused.external_id} cancelled",
    ]
    assert [told.notes(order) for order in here.values()] == [
        ["Kramar: Олег – продано"],
        ["Kramar: Олег – продано, ТТН 20450000000001"],
        ["Kramar: Олег – відхилено (Дубль №7)"],
        ["Kramar: Олег – клієнт відмовився"],
    ]
    await told.tell()
    assert len(told.told()) == 3
    assert not await ShopEffect.exists()
    assert await check.differences() == []


async def test_what_was_undone_within_the_minute_was_never_told(told: TellingStage) -> None:
    order = await told.place()
    await told.sell(order)
    await told.pass_time(timedelta(seconds=20))
    await undo.undo(order.id, by=told.seller)

    await told.tell()
    await told.tell()

    assert told.told() == []
    assert told.notes(order) == []
    assert not await ShopEffect.exists()


async def test_a_step_that_is_due_waits_for_a_later_one_that_may_be_undone(
    told: TellingStage,
) -> None:
    order = await told.place()
    await orders.reject(order.id, RejectReason.OUT_OF_STOCK, by=told.seller)
    await told.pass_time()
    await orders.reopen(order.id, by=told.seller)
    await orders.reject(order.id, RejectReason.DUPLICATE, by=told.seller)

    await told.tell(timedelta())
    assert told.told() == []
    await told.tell()
    assert told.told() == [f"{order.external_id} cancelled"]


async def test_an_echo_is_no_news_whenever_it_comes(told: TellingStage) -> None:
    """After the answer, before it, twice, and together with what was said before."""
    order, label = await told.place("card"), await statuses.create("ЧЕКАЄ ОПЛАТИ")
    await StatusMapping.create(shop_id=told.shop.id, step=label_step(label.id), status="on-hold")
    before = await told.body(order.external_id)
    await orders.change_status(order.id, label.id, by=told.seller)
    await told.tell()
    assert told.told() == [f"{order.external_id} on-hold"]
    seen = await told.seen(order)

    echo = await told.body(order.external_id)
    await told.hear(echo, before, echo)

    assert await told.seen(order) == seen
    assert (await fresh(order)).platform_status == "on-hold"
    await told.tell()
    assert len(told.told()) == 1


async def test_what_the_answer_says_besides_is_news_as_ever(told: TellingStage) -> None:
    """A webhook was lost: what the customer changed comes with our own echo, or by asking."""
    order, label = await told.place(), await statuses.create("ЧЕКАЄ")
    await StatusMapping.create(shop_id=told.shop.id, step=label_step(label.id), status="on-hold")
    await told.store.edit_order(int(order.external_id), lines=[("A", 3)])
    await orders.change_status(order.id, label.id, by=told.seller)
    await told.tell()
    assert told.there(order.external_id).status == "on-hold"

    await told.hear(await told.body(order.external_id))

    (line,) = await lines_of(order)
    assert (line.quantity, line.reserved) == (Decimal(3), Decimal(3))
    assert (await told.seen(order))[2][-1] is EventKind.CHANGED
    assert await check.differences() == []


async def test_what_the_site_did_after_our_word_counts_as_ever(told: TellingStage) -> None:
    order, trashed = await told.place(), await told.place()
    for each in (order, trashed):
        await orders.refuse(each.id, by=told.seller)
    await told.tell()
    await told.store.set_status(int(order.external_id), "processing")  # on second thoughts
    await told.hear(await told.body(order.external_id))
    await told.hear_gone(trashed)
    for each in (order, trashed):
        await orders.reopen(each.id, by=told.seller)
    await told.tell()
    assert len(told.told()) == 2  # nothing of ours is to be taken back

    await told.store.cancel(int(order.external_id))
    await told.hear(await told.body(order.external_id))
    assert (await fresh(order)).phase is Phase.CANCELED
    assert (await fresh(trashed)).told_status == ""


async def test_money_given_back_is_news_though_the_order_is_called_as_we_told(
    told: TellingStage,
) -> None:
    order = await told.place("card")
    await told.sell(order)
    await told.tell()

    body = json.loads(await told.body(order.external_id))
    body["refunds"] = [{"id": 1, "reason": "", "total": f"-{body['total']}"}]
    body["date_modified_gmt"] = "2027-01-01T00:00:00"
    await told.hear(json.dumps(body).encode())

    assert (await told.seen(order))[2][-1] is EventKind.PLATFORM_NOTICE


async def test_a_word_that_can_be_taken_back_no_more_is_the_sites_own(told: TellingStage) -> None:
    order = await told.place()
    await orders.refuse(order.id, by=told.seller)
    told.store.answer_with(503, FIREWALL_PAGE, method="PUT", prefix="orders")
    with pytest.raises(UnavailableError):
        await told.tell()  # whether it was heard nobody knows
    await status_maps.set_telling(told.shop.id, False, by=told.seller)
    await orders.reopen(order.id, by=told.seller)

    await told.store.cancel(int(order.external_id))
    await told.hear(await told.body(order.external_id))

    assert (await fresh(order)).phase is Phase.CANCELED


async def test_a_completed_order_stays_as_it_was_when_its_echo_comes(told: TellingStage) -> None:
    order = await told.place()  # paid on delivery: being completed is being paid
    await told.sell(order)
    await told.tell()
    seen, known = await told.seen(order), await fresh(order)

    await told.hear(await told.body(order.external_id))

    assert await told.seen(order) == seen
    assert (await fresh(order)).digest == known.digest != ""
    assert known.platform_state is PlatformState.COMPLETED
    assert known.is_paid


async def test_our_cancellation_never_comes_back_to_an_order_that_was_reopened_meanwhile(
    told: TellingStage,
) -> None:
    """The race: the echo is here before the answer, and before both somebody reopened the order."""
    order = await told.place()
    usual = told.office.platforms["woocommerce"].usual_statuses
    await orders.reject(order.id, RejectReason.DUPLICATE, by=told.seller)
    await told.pass_time()
    intent = await telling.intend(order.id, usual, takes_notes=True)
    assert intent is not None
    await told.store.set_status(int(order.external_id), "cancelled")
    echo = await told.body(order.external_id)
    await orders.reopen(order.id, by=told.seller)
    seen = await told.seen(order)

    await told.hear(echo)

    assert (await fresh(order)).phase is Phase.OPEN
    assert (await told.seen(order))[2] == seen[2]  # nothing in its history
    await told.tell()  # the answer never came: the process died
    assert told.there(order.external_id).status == "processing"
    await told.hear(echo, await told.body(order.external_id))
    assert (await fresh(order)).phase is Phase.OPEN
    assert (await told.seen(order))[2] == seen[2]

    await told.store.cancel(int(order.external_id))  # now it is the customer's word
    await told.hear(await told.body(order.external_id))
    assert (await fresh(order)).phase is Phase.CANCELED
    assert await check.differences() == []


async def test_an_echo_that_overtakes_the_answer_meets_an_order_that_is_open_again(
    told: TellingStage,
) -> None:
    """The store sends its webhook, and waits for our 200, before it answers our call."""
    order = await told.place()
    heard = []

    async def hook(request: web.Request) -> web.Response:
        heard.append(await request.read())
        if len(heard) == 1:
            await orders.reopen(order.id, by=told.seller)
        await told.hear(heard[-1])
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        url = str(server.make_url("/hook"))
        told.store.add_webhook(topic="order.updated", delivery_url=url, secret="s")
        told.store.delivers_at_once = True
        await orders.reject(order.id, RejectReason.DUPLICATE, by=told.seller)
        await told.tell()
        await told.tell()

    assert told.told() == [f"{order.external_id} cancelled", f"{order.external_id} processing"]
    assert len(heard) == 2
    assert (await fresh(order)).phase is Phase.OPEN
    assert (await told.seen(order))[2] == [
        EventKind.CREATED,
        EventKind.REJECTED,
        EventKind.REOPENED,
    ]
    assert await check.differences() == []


async def test_a_lost_answer_is_asked_for_again_and_taken_back_when_staff_think_better(
    told: TellingStage,
) -> None:
    kept, reopened = await told.place(), await told.place()
    for order in (kept, reopened):
        await orders.refuse(order.id, by=told.seller)
    told.store.lose_answers(method="PUT")
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await told.tell()
    told.store.behave()
    assert told.there(reopened.external_id).status == "cancelled"
    await orders.reopen(reopened.id, by=told.seller)
    assert not (await fresh(kept)).tell_problem

    await told.tell(timedelta(minutes=5))

    assert told.there(kept.external_id).status == "cancelled"
    assert told.there(reopened.external_id).status == "processing"
    assert told.notes(kept) == ["Kramar: Олег – клієнт відмовився"]
    assert not await ShopEffect.exists()


async def test_reopened_and_returned_orders_follow_and_what_the_site_ended_stays(
    told: TellingStage,
) -> None:
    order, theirs = await told.place(), await told.place()
    await orders.refuse(order.id, by=told.seller)
    await told.store.set_status(int(theirs.external_id), "refunded")
    await told.hear(await told.body(theirs.external_id))
    await told.tell()
    await orders.reopen(order.id, by=told.seller)
    await orders.reopen(theirs.id, by=told.seller)
    await told.tell()
    assert told.told() == [f"{order.external_id} cancelled", f"{order.external_id} processing"]
    assert told.notes(order)[1] == "Kramar: Олег – відновлено"

    await orders.refuse(theirs.id, by=told.seller)
    await told.tell()
    assert told.there(theirs.external_id).status == "refunded"

    await told.sell(order)
    await told.store.cancel(int(order.external_id))  # within the minute: staff are asked
    await told.hear(await told.body(order.external_id))
    await told.tell()
    assert told.there(order.external_id).status == "cancelled"
    assert (await told.seen(order))[2][-1] is EventKind.PLATFORM_NOTICE


async def test_a_refusal_is_shown_holds_up_nobody_and_can_be_told_again(
    told: TellingStage,
) -> None:
    gone, other, other_step = [await told.place() for _ in range(3)]
    await Order.filter(id=other_step.id).update(tell_problem="no")  # of an earlier step
    await told.store.delete(int(gone.external_id))
    await told.sell(gone)
    await told.sell(other)

    await told.tell()

    assert "ID is invalid" in (await fresh(gone)).tell_problem
    assert told.there(other.external_id).status == "completed"
    assert not await ShopEffect.exists()
    revision, cards, _ = await told.seen(gone)

    for _ in range(2):  # a double tap
        await telling.tell_again(gone.id, by=told.seller)
    assert not (await fresh(gone)).tell_problem
    assert (await told.seen(gone))[:2] == (revision + 1, cards + 1)
    assert await ShopEffect.all().count() == 1
    await told.tell()
    assert len(told.told()) == 3
    assert (await fresh(gone)).tell_problem
    await orders.refuse(other_step.id, by=told.seller)
    assert not (await fresh(other_step)).tell_problem

    await Shop.filter(id=told.shop.id).update(is_active=False)
    with pytest.raises(NotToldError):
        await telling.tell_again(gone.id, by=told.seller)


async def test_after_a_day_of_silence_all_orders_go_out_one_by_one_as_they_are_by_then(
    told: TellingStage,
) -> None:
    placed = [await told.place() for _ in range(45)]
    wanted = {}
    await told.store.down()
    for order in placed:
        await orders.reject(order.id, RejectReason.OUT_OF_STOCK, by=told.seller)
    await told.pass_time()
    for at, order in enumerate(placed):
        if at % 3:
            await orders.reopen(order.id, by=told.seller)
        if at % 3 == 2:
            await told.sell(order)
        wanted[order.external_id] = ("cancelled", "processing", "completed")[at % 3]
    for _ in range(10):
        with pytest.raises(UnavailableError):
            await told.tell(timedelta(minutes=30))
    troubled = await Order.filter(tell_problem__not="")
    assert {order.tell_problem for order in troubled} == {Trouble.UNAVAILABLE.value}

    await told.store.up()
    await told.tell(timedelta(hours=1))

    assert {id_: told.there(id_).status for id_ in wanted} == wanted
    assert len(told.told()) == len(set(told.told())) == 30  # open ones never left "processing"
    assert not await Order.filter(tell_problem__not="").exists()
    assert not await ShopEffect.exists()
    assert await check.differences() == []


async def test_a_note_is_worth_a_few_tries_and_never_the_status(told: TellingStage) -> None:
    first, second = await told.place(), await told.place()
    await told.sell(first)
    told.store.answer_with(503, FIREWALL_PAGE, method="POST", prefix="orders")
    await told.tell()
    told.store.behave()
    await told.sell(second)
    told.store.lose_answers(method="POST", prefix="orders")  # it was left all the same
    await told.tell(timedelta(minutes=5), is_wait=True)
    told.store.behave()
    await told.tell(timedelta(minutes=30), is_wait=True)
    assert told.notes(first) == told.notes(second) == ["Kramar: Олег – продано"]
    assert len(told.told()) == 2

    third = await told.place()
    await orders.refuse(third.id, by=told.seller)
    told.store.answer_with(503, FIREWALL_PAGE, method="POST", prefix="orders")
    for _ in range(8):
        await told.tell(timedelta(hours=5))
    assert len(told.told()) == 3
    assert told.notes(third) == []
    assert not await ShopEffect.exists()


async def test_a_shop_that_is_not_told_hears_nothing_also_when_it_is_switched_on_again(
    told: TellingStage,
) -> None:
    before, meanwhile, after = [await told.place() for _ in range(3)]
    await told.sell(before)
    await status_maps.set_telling(told.shop.id, False, by=told.seller)
    await told.sell(meanwhile)
    assert not await ShopEffect.exists()
    await status_maps.set_telling(told.shop.id, True, by=told.seller)
    await status_maps.choose(told.shop.id, Step.COMPLETED, "", by=told.seller)
    await status_maps.choose(told.shop.id, Step.REFUSED, "on-hold", by=told.seller)
    await told.sell(after)
    await told.tell()
    assert told.told() == []
    assert told.notes(after) == []

    last = await told.place()
    await orders.refuse(last.id, by=told.seller)
    await told.tell()
    assert told.told() == [f"{last.external_id} on-hold"]
    await Shop.filter(id=told.shop.id).update(can_write=False)
    await orders.reopen(last.id, by=told.seller)
    assert not await ShopEffect.exists()


async def test_a_shop_that_asks_for_peace_is_left_in_peace(told: TellingStage) -> None:
    order = await told.place()
    await told.sell(order)
    told.store.answer_with(429, headers={"Retry-After": "900"}, times=1)
    with pytest.raises(UnavailableError):
        await told.tell()
    await told.tell(timedelta(minutes=14))
    assert len(told.told()) == 1
    assert await shop_effects.due(told.shop.id, ShopEffectKind.TELL_STATUS) == []
    await told.tell(timedelta(minutes=2))
    assert told.there(order.external_id).status == "completed"
    assert not await tell_statuses(told.office, told.shop)
