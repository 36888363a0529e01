"""What the inbox worker does with bad requests, deletions and lost connections."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from domain.errors import MalformedPayloadError
from domain.orders import OrderGone, Phase, PlatformState
from models.inbox import EntryState, InboxEntry
from models.orders import EventKind, Order, OrderEvent
from models.outbox import EffectKind, OutboxEffect
from models.telegram import Chat
from services import chats, check, inbox, intake
from services.transactions import transaction
from tests.factories import (
    OWNER_ID,
    START,
    Intake,
    Told,
    drain,
    incoming,
    line,
    make_order,
    make_shop,
    numbers,
    stock_up,
    the_order,
)
from worker.inbox import InboxWorker

OPEN, CANCELED = Phase.OPEN, Phase.CANCELED


# --- a bad request -------------------------------------------------------------------------------


@pytest.fixture
async def take_in(db: str) -> Intake:
    """An inbox whose owner can be told, and a warehouse with 5 of A."""
    del db
    await chats.subscribe(OWNER_ID)
    await stock_up({"A": 5})
    return Intake((await make_shop()).id)


async def make_due() -> None:
    await InboxEntry.filter(state=EntryState.PENDING).update(due_at=START)


@pytest.fixture
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries wait for their next attempt as they do, until ``make_due``."""
    monkeypatch.setattr(inbox, "FIRST_RETRY", inbox.FIRST_RETRY * 1000)


@pytest.mark.usefixtures("_no_clock")
async def test_a_request_that_trips_a_bug_blocks_no_other_and_is_set_aside_in_the_end(
    take_in: Intake,
) -> None:
    await take_in.append(incoming("1", line("A")))
    body = take_in.told.broken_body(ZeroDivisionError("a bug"))
    await take_in.writer.append(take_in.shop_id, "order.updated", body)
    await take_in.append(incoming("2", line("A")))

    await drain(take_in.worker)

    assert await Order.all().count() == 2
    poisoned = await InboxEntry.get(body=body)
    assert (poisoned.state, poisoned.attempts) == (EntryState.PENDING, 1)
    for attempt in range(2, inbox.MAX_ATTEMPTS + 1):
        assert not await OutboxEffect.exists(kind=EffectKind.TELL_OWNER)
        await make_due()
        await take_in(incoming(str(attempt + 1), line("A")))
        assert await Order.all().count() == attempt + 1
    await poisoned.refresh_from_db()
    assert poisoned.state is EntryState.SET_ASIDE
    assert poisoned.problem == "ZeroDivisionError"
    assert await OutboxEffect.filter(kind=EffectKind.TELL_OWNER).count() == 1


async def test_what_was_set_aside_can_be_worked_once_more(take_in: Intake) -> None:
    body = take_in.told.broken_body(MalformedPayloadError("odd"))
    await take_in.writer.append(take_in.shop_id, "order.updated", body)
    await drain(take_in.worker)
    (entry,) = await inbox.aside()
    take_in.told._changes[body] = (incoming("1", line("A")),)

    await inbox.retry(entry.id)
    await drain(take_in.worker)

    assert await inbox.aside() == []
    assert (await the_order()).phase is OPEN


async def test_a_platform_nobody_knows_any_more_is_set_aside(take_in: Intake) -> None:
    worker = InboxWorker({}, [OWNER_ID])
    await take_in.append(incoming("1"))

    for _ in range(inbox.MAX_ATTEMPTS):
        await make_due()
        await worker.run_once()

    (entry,) = await inbox.aside()
    assert entry.problem == "KeyError"


async def test_a_crash_in_the_middle_leaves_the_whole_group_to_be_worked_again(
    take_in: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take_in.append(incoming("1", line("A", 2)), incoming("2", line("A", 2)))
    body = take_in.told.broken_body(MalformedPayloadError("odd"))
    await take_in.writer.append(take_in.shop_id, "order.updated", body)

    async def die(_ids: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(inbox, "settle", die)
        with pytest.raises(asyncio.CancelledError):
            await take_in.worker.run_once()

    assert not await Order.exists()
    assert await numbers("A") == ("5", "0")
    assert not await OutboxEffect.exists()
    assert await InboxEntry.filter(state=EntryState.PENDING, attempts=0).count() == 3
    await drain(take_in.worker)
    assert await Order.all().count() == 2
    assert await numbers("A") == ("5", "4")
    assert await OutboxEffect.filter(kind=EffectKind.TELL_OWNER).count() == 1
    assert await check.differences() == []


# --- deletions have no time ----------------------------------------------------------------------


async def test_a_deletion_waits_for_a_creation_that_another_worker_has_in_hand(
    postgres_db: str,
) -> None:
    del postgres_db
    await stock_up({"A": 5})
    take_in = Intake((await make_shop()).id)
    await take_in.append(incoming("1", line("A")))
    told = take_in.told

    def parse(_platform: str, topic: str, body: bytes) -> Any:
        return told.parse(topic, body)

    in_hand, go_on = asyncio.Event(), asyncio.Event()

    async def slow_worker() -> None:
        async with transaction():
            entries = await inbox.take(1)
            in_hand.set()
            await go_on.wait()
            await intake._work(entries, parse, [])

    async with asyncio.TaskGroup() as group:
        group.create_task(slow_worker())
        await in_hand.wait()
        await take_in.append(OrderGone("1"))
        assert await take_in.worker.run_once() == 1
        assert await InboxEntry.filter(state=EntryState.PENDING, attempts=0).count() == 2
        go_on.set()

    await make_due()
    await drain(take_in.worker)

    order = await the_order()
    assert (order.phase, order.platform_state) == (CANCELED, PlatformState.CANCELED)
    assert await numbers("A") == ("5", "0")


async def test_an_order_that_is_created_and_deleted_at_once_is_kept_as_canceled(
    take_in: Intake,
) -> None:
    await take_in(incoming("1", line("A")), OrderGone("1"))

    order = await the_order()
    assert (order.phase, order.is_closed_by_platform) == (CANCELED, True)
    assert await numbers("A") == ("5", "0")


async def test_a_late_state_from_before_the_deletion_does_not_hide_it(take_in: Intake) -> None:
    await make_order(take_in, [line("A")])
    await take_in(incoming("1", line("A", 2), minute=5))

    await take_in(OrderGone("1"), incoming("1", line("A", 3), minute=1))

    assert (await the_order()).phase is CANCELED


async def test_what_comes_after_a_deletion_beats_it(take_in: Intake) -> None:
    await make_order(take_in, [line("A")])

    await take_in(OrderGone("1"), incoming("1", line("A", 2), minute=1))

    assert (await the_order()).phase is OPEN
    assert await numbers("A") == ("5", "2")


async def test_a_state_repeated_after_a_deletion_beats_it_even_when_worked_before_it(
    take_in: Intake,
) -> None:
    await make_order(take_in, [line("A")])
    await take_in.append(incoming("2"), OrderGone("1"), incoming("1", line("A")))
    first, deletion, _ = await InboxEntry.filter(state=EntryState.PENDING).order_by("id")
    await inbox.postpone([first.id], inbox.FIRST_RETRY)

    await take_in.worker.run_once()

    await deletion.refresh_from_db()
    assert deletion.state is EntryState.PENDING
    await make_due()
    await drain(take_in.worker)
    assert (await the_order()).phase is OPEN


async def test_a_deletion_of_an_order_nobody_knows_is_done(take_in: Intake) -> None:
    await take_in(OrderGone("9"))

    assert not await Order.exists()
    assert await InboxEntry.filter(state=EntryState.DONE).count() == 1


async def test_a_draft_beside_an_order_hides_nothing(take_in: Intake) -> None:
    await take_in(
        incoming("1", line("A")), incoming("1", line("A"), state=PlatformState.DRAFT, minute=1)
    )

    assert (await the_order()).phase is OPEN


async def test_states_in_a_row_are_applied_as_one(take_in: Intake) -> None:
    await take_in(*(incoming("1", line("A", minute + 1), minute=minute) for minute in (0, 2, 1)))

    events = await OrderEvent.all()
    assert [event.kind for event in events] == [EventKind.CREATED]
    assert await numbers("A") == ("5", "3")


async def test_the_worker_outlives_a_lost_database_connection(postgres_db: str) -> None:
    take_in = Intake((await make_shop()).id)
    running = asyncio.get_running_loop().create_task(take_in.worker.run())
    try:
        await asyncio.sleep(0.05)
        await kill_connections(postgres_db)
        async with asyncio.timeout(60):
            await at_last(lambda: take_in.append(incoming("1")))
            await at_last(the_order)
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def at_last(work: Callable[[], Awaitable[object]]) -> None:
    """Try until it succeeds: dead connections leave the pool one by one."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001  (the driver's errors are of many kinds)
            await asyncio.sleep(0.05)
        else:
            return


async def kill_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()


async def test_no_owner_is_told_twice_when_owners_share_no_chat(take_in: Intake) -> None:
    await Chat.all().delete()
    body = Told.broken_body(take_in.told, MalformedPayloadError("odd"))
    await take_in.writer.append(take_in.shop_id, "order.updated", body)

    await drain(take_in.worker)

    assert len(await inbox.aside()) == 1
    assert not await OutboxEffect.exists()
