"""Prom.ua tells nothing by itself: whatever happens there is asked for, and comes exactly once."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from tortoise.timezone import now

from domain.orders import Phase, PlatformState
from domain.shops import NoticeKind, Trouble
from integrations.prom import order_calls
from integrations.prom.cabinet import Cabinet as AskedCabinet
from models.inbox import InboxEntry
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.shops import Shop
from sandbox.prom import PromCabinet
from sandbox.prom.model import PROM_PAYMENT
from services import check, reconcile, shop_keys, shops
from services.shops import SiteFacts
from sync import polling
from sync.telling import tell_statuses
from tests.factories import BOX, numbers, sell
from tests.worker.prom_stage import PromStage, prom_stage
from tests.worker.shops_stage import KYIV, ShopStage, cards, long_ago, notices
from tests.worker.telling_stage import pass_time
from worker import shops as worker_shops
from worker import singleton
from worker.singleton import run_elected

FACTS = SiteFacts(name="Посуд", currency="UAH", version="", can_write=True)
LIST = "/orders/list"
NEW_TOKEN = "the-token-that-was-made-when-the-other-had-ended"


class DeathError(Exception):
    """The end of the process."""


class Cabinet(PromCabinet):
    """A cabinet whose clock can be set, also back, and where things happen while it is asked."""

    def __init__(self) -> None:
        self._shift = timedelta()
        super().__init__(clock=lambda: datetime.now(UTC) + self._shift)
        self.happens: dict[int, Callable[[], None]] = {}  # with so many questions for orders

    def is_off_by(self, **shift: float) -> None:
        """Its clock says so much more than ours, or less."""
        self._shift, self._last = timedelta(**shift), datetime.min.replace(tzinfo=UTC)

    def settle(self) -> None:
        super().settle()
        self.happens.pop(len(self.calls(path=LIST)), lambda: None)()


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet()


@pytest.fixture
async def it(
    db: str, cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PromStage]:
    del db
    monkeypatch.setattr(worker_shops, "SHORTEST_LOOK_S", 0.0)
    async with prom_stage(cabinet) as stage:
        yield stage
        await stage.lanes.halt()


async def is_everything_here_once(it: PromStage) -> bool:
    """Every order of the cabinet that is none of its drafts came in once, as it is there."""
    there = {str(id_): order for id_, order in it.cabinet.orders.items() if order.status != "draft"}
    here = {order.external_id: order for order in await Order.all()}
    assert here.keys() == there.keys()
    assert await OrderEvent.filter(kind=EventKind.CREATED).count() == len(there)
    for id_, order in here.items():
        assert order.platform_status == there[id_].status
        assert order.total == there[id_].price
    assert await check.differences() == []
    return await it.poll() == 0


async def kinds(order: Order) -> list[EventKind]:
    events = OrderEvent.filter(order_id=order.id).order_by("id")
    return [event.kind for event in await events]


# --- orders come, and change ---------------------------------------------------------------------


async def test_an_order_paid_within_a_minute_is_one_card_and_then_a_difference(
    it: PromStage, cabinet: Cabinet
) -> None:
    it.lanes.run()
    await it.lanes.polled(it.shop)
    placed = cabinet.place_order(lines=[("A", 2)], payment=PROM_PAYMENT, pays_after_s=45)
    await it.lanes.later(60, it.shop)
    await it.work_inbox()
    seen = await it.order(placed.id)
    assert (seen.platform_state, seen.is_paid) == (PlatformState.PENDING, False)
    # While nobody looks, another one is placed and paid.
    quick = cabinet.place_order(lines=[("A", 1)], payment=PROM_PAYMENT, pays_after_s=45)

    cabinet.let_pass(timedelta(seconds=50))
    await it.lanes.later(60, it.shop)
    await it.work_inbox()

    paid = await it.order(placed.id)
    assert (paid.id, paid.platform_state, paid.is_paid) == (seen.id, PlatformState.ACTIVE, True)
    assert await kinds(paid) == [EventKind.CREATED, EventKind.CHANGED]
    assert await kinds(await it.order(quick.id)) == [EventKind.CREATED]
    assert sorted(set(await cards())) == [str(placed.id), str(quick.id)]
    await it.lanes.later(60, it.shop)
    await it.work_inbox()
    assert await OrderEvent.all().count() == 3
    assert await is_everything_here_once(it)


@pytest.mark.parametrize("is_inclusive", [True, False])
async def test_more_orders_than_a_list_shows_all_come_once(
    it: PromStage, cabinet: Cabinet, is_inclusive: bool
) -> None:
    cabinet.last_id_is_inclusive = is_inclusive
    placed = [cabinet.place_order(lines=[("A", 1)]) for _ in range(230)]
    for order in placed[::7]:  # so that the order of changes is not that of ids
        cabinet.edit_lines(order.id, [("A", 2)])

    it.lanes.run()
    await it.lanes.polled(it.shop)
    await it.work_inbox()

    assert len(cabinet.calls(path=LIST)) == 3
    assert await is_everything_here_once(it)
    assert sorted(await cards()) == [str(order.id) for order in placed]
    assert await numbers("A") == ("1000", str(230 + len(placed[::7])))
    assert await it.poll() == 0


async def test_what_is_done_in_the_cabinet_reaches_the_order(
    it: PromStage, cabinet: Cabinet
) -> None:
    edited, canceled = await it.place(("A", 5)), await it.place(("B", 4))
    draft = cabinet.place_order(lines=[("A", 1)], status="draft")
    assert await it.poll() == 0

    cabinet.edit_lines(int(edited.external_id), [("A", 2), ("B", 1)])
    cabinet.cancel(int(canceled.external_id), "Замовив у іншого", "buyer")
    assert await it.poll() == 2

    lines = await OrderLine.filter(order_id=edited.id).order_by("position")
    assert [(line.sku, line.quantity) for line in lines] == [("A", 2), ("B", 1)]  # type: ignore[comparison-overlap]
    gone = await it.order(canceled.external_id)
    assert (gone.phase, "Замовив у іншого" in gone.cancellation) == (Phase.CANCELED, True)
    assert (await numbers("A"), await numbers("B")) == (("1000", "2"), ("1000", "1"))
    assert await kinds(edited) == [EventKind.CREATED, EventKind.CHANGED]
    assert await kinds(gone) == [EventKind.CREATED, EventKind.PLATFORM_CANCELED]
    assert await is_everything_here_once(it)
    cabinet.set_status(draft.id, "pending")
    assert await it.poll() == 1
    assert await is_everything_here_once(it)


async def test_the_clock_of_the_platform_may_be_wrong(it: PromStage, cabinet: Cabinet) -> None:
    for minutes in (-8, 0, 90, 0, -8):
        cabinet.is_off_by(minutes=minutes)
        placed = [cabinet.place_order(lines=[("A", 1)]) for _ in range(2)]
        assert await it.poll() == 2
        cabinet.edit_lines(placed[0].id, [("A", 2)])
        assert await it.poll() == 1
        assert await is_everything_here_once(it)
    row = await Shop.get(id=it.shop.id)
    assert row.orders_cursor is not None
    assert row.orders_cursor <= now()


# --- what goes wrong -----------------------------------------------------------------------------


async def told_so_far() -> list[tuple[NoticeKind, str]]:
    """What the owners were told, and of which trouble."""
    return [(kind, data.get("trouble", "")) for kind, data in await notices()]


async def rekey(it: PromStage) -> None:
    """An owner gives us the new token."""
    it.shop = await shops.rekey(it.shop.id, "", {"token": NEW_TOKEN}, FACTS, box=BOX)


async def test_after_a_day_of_outage_everything_comes_once_and_owners_know(
    it: PromStage, cabinet: Cabinet
) -> None:
    await Shop.filter(id=it.shop.id).update(created_at=now() - timedelta(days=2))
    cabinet.is_off_by(hours=-26)
    before = [await it.place(("A", 2)) for _ in range(6)]
    await cabinet.down()
    it.lanes.run()
    await it.lanes.in_trouble(it.shop)
    await long_ago(it.shop)
    await it.lanes.failed(seconds=400)
    placed = []
    for number in range(60):
        cabinet.is_off_by(minutes=24 * number - 24 * 60)
        placed.append(cabinet.place_order(lines=[("B", 2)], payment=PROM_PAYMENT))
        if number % 4 == 0:
            cabinet.pay(placed[-1].id)
        if number % 5 == 0:
            cabinet.cancel(placed[number // 2].id)
        if number % 10 == 0:
            cabinet.edit_lines(int(before[number // 10].external_id), [("A", 3)])
    cabinet.cancel(int(before[0].external_id))
    cabinet.is_off_by()
    await cabinet.up()

    it.lanes.clock.advance(400)
    await it.lanes.told(NoticeKind.BACK)
    await it.work_inbox()

    assert await is_everything_here_once(it)
    canceled = sum(order.status == "canceled" for order in cabinet.orders.values())
    assert await Order.filter(phase=Phase.CANCELED).count() == canceled
    assert await told_so_far() == [
        (NoticeKind.TROUBLE, Trouble.UNAVAILABLE),
        (NoticeKind.BACK, ""),
    ]
    assert (await notices())[1][1]["orders"] == 66
    assert await it.poll() == 0


async def test_a_token_that_ends_in_the_middle_loses_nothing(
    it: PromStage, cabinet: Cabinet
) -> None:
    await Shop.filter(id=it.shop.id).update(created_at=now() - timedelta(days=2))
    for hours in range(-40, 1):
        cabinet.is_off_by(hours=hours)
        for _ in range(5):
            cabinet.place_order(lines=[("A", 1)])
    cabinet.happens[2] = lambda: setattr(it.cabinet, "token", NEW_TOKEN)
    it.lanes.run()
    await it.lanes.told(NoticeKind.TROUBLE)
    for _ in range(3):
        await it.lanes.failed(seconds=400)
    await it.work_inbox()
    known = await Order.all().count()
    assert 0 < known < 205
    assert await told_so_far() == [(NoticeKind.TROUBLE, Trouble.CREDENTIALS)]
    cabinet.cancel(min(cabinet.orders))

    await rekey(it)
    await it.lanes.told(NoticeKind.BACK)
    await it.work_inbox()

    assert await is_everything_here_once(it)
    assert (await notices())[1][1]["orders"] == 205 - known + 1
    assert len(await notices()) == 2


async def test_trouble_that_only_a_person_can_end_is_told_at_once_each_kind_once(
    it: PromStage, cabinet: Cabinet
) -> None:
    it.lanes.run()
    await it.lanes.polled(it.shop)
    await cabinet.down()
    await it.lanes.failed(seconds=100)
    await long_ago(it.shop)
    await it.lanes.failed(seconds=400)
    await cabinet.up()
    cabinet.has_api = False
    cabinet.place_order(lines=[("A", 1)])
    for has_api, token in ((False, NEW_TOKEN), (True, NEW_TOKEN), (True, cabinet.token)):
        cabinet.has_api = has_api
        for _ in range(2):
            await it.lanes.failed(seconds=400)
        cabinet.token = token
    ((_, first), (_, second), *_) = await notices()
    assert (first["text"], second["text"]) == ("", "")
    assert first["since"] < second["since"]

    it.lanes.clock.advance(400)
    await it.lanes.told(NoticeKind.BACK)
    await it.work_inbox()

    assert await told_so_far() == [
        (NoticeKind.TROUBLE, Trouble.UNAVAILABLE),
        (NoticeKind.TROUBLE, Trouble.NO_API),
        (NoticeKind.TROUBLE, Trouble.CREDENTIALS),
        (NoticeKind.BACK, ""),
    ]
    assert await is_everything_here_once(it)


@pytest.mark.parametrize("page", [1, 2])
async def test_dying_at_any_page_loses_nothing_and_doubles_nothing(
    it: PromStage, cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    for _ in range(150):
        cabinet.place_order(lines=[("A", 1)])
    hundredth = list(cabinet.orders.values())[99]
    move, pages = reconcile._move, itertools.count(1)

    async def die(cursor: str, shop_id: int, to: datetime) -> None:
        await move(cursor, shop_id, to)
        if next(pages) == page:
            raise DeathError

    with monkeypatch.context() as patched:
        patched.setattr(reconcile, "_move", die)
        with pytest.raises(DeathError):
            await polling.poll(it.office, it.shop)

    kept = await InboxEntry.all().count()
    cursor = (await Shop.get(id=it.shop.id)).orders_cursor
    assert (kept, cursor) == ((0, None) if page == 1 else (100, hundredth.modified_at))
    assert await it.poll() == 150 - kept
    assert await is_everything_here_once(it)


@pytest.mark.parametrize(
    ("answer", "words"),
    [('{"error": "<b>Сервіс на паузі</b>"}', "Сервіс на паузі"), ('{"status": "error"}', "")],
)
async def test_what_the_platform_says_is_told_and_nothing_of_our_own(
    it: PromStage, cabinet: Cabinet, answer: str, words: str
) -> None:
    cabinet.answer_with(200, answer, times=None, content_type="application/json", path=LIST)
    it.lanes.run()
    await it.lanes.in_trouble(it.shop)
    assert await notices() == []
    await long_ago(it.shop)
    await it.lanes.failed(seconds=400)

    ((kind, data),) = await notices()
    assert (kind, data["trouble"], data["text"]) == (NoticeKind.TROUBLE, Trouble.REFUSED, words)


async def test_the_end_of_a_token_is_told_while_the_program_runs(
    it: PromStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2027, 9, 11, 12, tzinfo=KYIV)
    monkeypatch.setattr(shop_keys, "now", lambda: noon)
    it.lanes.run()
    await it.lanes.polled(it.shop)
    await shop_keys.set_end(it.shop.id, date(2027, 9, 14), by=it.seller)
    it.lanes.clock.advance(600)

    await it.lanes.told(NoticeKind.KEYS_END)

    ((_, data),) = await notices()
    assert data == {"ends_on": "2027-09-14", "days": 3}


# --- who asks, and how often ---------------------------------------------------------------------


async def test_of_two_processes_one_asks_until_it_dies(
    it: PromStage, cabinet: Cabinet, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(singleton, "TRY_EVERY_S", 0.01)
    other = ShopStage(it.office)

    async def is_asked_again() -> bool:
        return len(cabinet.calls(path=LIST)) > asked

    first = asyncio.create_task(run_elected(db, "shops", it.lanes.worker.run))
    await it.lanes.polled(it.shop)
    second = asyncio.create_task(run_elected(db, "shops", other.worker.run))
    cabinet.place_order(lines=[("A", 1)])
    for _ in range(5):
        other.clock.advance(60)
        await it.lanes.later(60, it.shop)
    asked = len(cabinet.calls(path=LIST))
    assert (asked, other.worker._lanes) == (6, {})

    cabinet.place_order(lines=[("B", 1)])
    first.cancel()
    await other.until(is_asked_again)
    await other.polled(it.shop)
    second.cancel()
    await asyncio.wait([first, second])

    await it.work_inbox()
    assert await is_everything_here_once(it)


async def test_the_pause_is_short_while_orders_come_and_never_longer_than_the_setting(
    it: PromStage, cabinet: Cabinet
) -> None:
    it.lanes.run()
    await it.lanes.polled(it.shop)
    pauses = []
    for has_news in (True, True, False, False, False, False, False, False, False, False, True):
        if has_news:
            cabinet.place_order(lines=[("A", 1)])
        due_at = it.lanes.worker._lanes[it.shop.id].jobs[2].due_at(has_webhooks=False)
        pauses.append(due_at - it.lanes.clock.now())
        await it.lanes.later(pauses[-1], it.shop)
    assert pauses[:4] == [5, 5, 5, 7.5]
    assert pauses[4:] == sorted(pauses[4:])
    assert pauses[-2:] == [60, 60]


async def test_what_happens_between_our_word_and_the_look_at_it_is_news(
    it: PromStage, cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await it.place()
    await sell(order, it.seller, waybill="20450000000001")
    really = order_calls._set_status

    async def canceled_at_once(asked: AskedCabinet, external_id: str, *what: object) -> object:
        refusal = await really(asked, external_id, *what)  # type: ignore[arg-type]
        cabinet.cancel(int(external_id))
        return refusal

    monkeypatch.setattr(order_calls, "_set_status", canceled_at_once)
    await pass_time()
    await tell_statuses(it.office, it.shop)
    assert await it.poll() == 1

    order = await it.order(order.external_id)
    assert (order.platform_state, order.told_status) == (PlatformState.CANCELED, "")
    newest = await OrderEvent.filter(order_id=order.id).order_by("-id").first()
    assert newest is not None
    assert newest.kind is EventKind.PLATFORM_NOTICE
