"""Requests are committed in groups: each is acknowledged when its own row is there."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from tortoise.timezone import now

from domain.errors import NotFoundError
from models.inbox import EntryState, InboxEntry
from models.outbox import OutboxEffect
from services import inbox
from services.inbox import InboxWriter
from tests.factories import OWNER_ID, Intake, incoming, make_shop


class Commits:
    """Counts the commits of a writer; they may be held back or made to fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.failing: set[int] = set()
        self._insert = inbox._insert
        monkeypatch.setattr(inbox, "_insert", self._counted)

    async def _counted(self, group: Sequence[tuple[int, str, bytes]]) -> None:
        if not group:
            return
        self.sizes.append(len(group))
        number = len(self.sizes)
        await self.go_on.wait()
        if number in self.failing:
            raise ConnectionError("the disk is full")
        await self._insert(group)


@pytest.fixture
async def shop_id(db: str) -> int:
    del db
    return (await make_shop()).id


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Commits:
    return Commits(monkeypatch)


async def test_requests_that_arrive_during_a_commit_share_the_next(
    shop_id: int, commits: Commits
) -> None:
    writer = InboxWriter()
    commits.go_on.clear()
    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(writer.append(shop_id, "t", str(number).encode()))
        await asyncio.sleep(0.01)
        commits.go_on.set()

    assert sum(commits.sizes) == 10
    assert len(commits.sizes) <= 2
    assert await InboxEntry.all().count() == 10


async def test_more_requests_than_one_statement_takes_are_committed_in_turn(
    shop_id: int, commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LARGEST_GROUP", 3)
    writer = InboxWriter()

    await asyncio.gather(*(writer.append(shop_id, "t", str(n).encode()) for n in range(10)))

    assert max(commits.sizes) == 3
    assert sum(commits.sizes) == await InboxEntry.all().count() == 10


async def test_an_acknowledged_request_is_there(shop_id: int) -> None:
    writer = InboxWriter()

    async def append(body: bytes) -> bool:
        await writer.append(shop_id, "t", body)
        return await InboxEntry.exists(body=body)

    found = await asyncio.gather(*(append(str(number).encode()) for number in range(20)))

    assert found == [True] * 20


async def test_a_failing_commit_fails_all_of_its_group_and_nobody_else(
    shop_id: int, commits: Commits
) -> None:
    writer = InboxWriter()
    commits.failing = {2, 3}  # and its second try
    await writer.append(shop_id, "t", b"before")

    results = await asyncio.gather(
        *(writer.append(shop_id, "t", str(number).encode()) for number in range(3)),
        return_exceptions=True,
    )
    await writer.append(shop_id, "t", b"after")

    failed = [result for result in results if result is not None]
    assert [type(error) for error in failed] == [ConnectionError] * commits.sizes[1]
    assert failed
    assert await InboxEntry.all().count() == sum(commits.sizes) - sum(commits.sizes[1:3])


async def test_a_connection_lost_for_a_moment_refuses_nobody(
    shop_id: int, commits: Commits
) -> None:
    commits.failing = {1}

    await InboxWriter().append(shop_id, "t", b"kept")

    assert [entry.body for entry in await InboxEntry.all()] == [b"kept"]


async def test_a_request_given_up_does_not_hold_up_the_others(
    shop_id: int, commits: Commits
) -> None:
    """A client that hangs up takes neither its group nor a later one along."""
    writer = InboxWriter()
    loop = asyncio.get_running_loop()
    commits.go_on.clear()
    first, second, third = (
        loop.create_task(writer.append(shop_id, "t", body)) for body in (b"1", b"2", b"3")
    )
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    second.cancel()
    await asyncio.sleep(0.01)
    commits.go_on.set()

    async with asyncio.timeout(60):
        await third
        await writer.append(shop_id, "t", b"4")

    assert {bytes(entry.body) for entry in await InboxEntry.all()} >= {b"3", b"4"}
    await asyncio.gather(first, second, return_exceptions=True)


async def test_only_what_was_set_aside_can_be_worked_again(take_in: Intake) -> None:
    await take_in(incoming("1"))
    done = await InboxEntry.get()

    for entry_id in (done.id, 999, 2**63 - 1):
        with pytest.raises(NotFoundError):
            await inbox.retry(entry_id)


async def test_setting_aside_twice_tells_the_owner_once(take_in: Intake) -> None:
    await take_in.append(incoming("1"))
    entry = await InboxEntry.get()

    for _ in range(2):
        await inbox.set_aside(entry.id, "odd" * 2000, [OWNER_ID])

    assert await OutboxEffect.all().count() == 1
    assert len((await inbox.aside())[0].problem) == 2000


async def test_old_worked_requests_are_forgotten_and_no_others(take_in: Intake) -> None:
    await take_in(incoming("1"))
    await take_in.append(incoming("2"))
    await take_in.append(incoming("3"))
    third = await InboxEntry.all().order_by("-id").first()
    assert third is not None
    await inbox.set_aside(third.id, "odd", [])
    await InboxEntry.all().update(received_at=now() - inbox.KEEP_DONE - timedelta(minutes=1))
    await take_in.writer.append(take_in.shop_id, "t", b"young")
    await InboxEntry.filter(body=b"young").update(state=EntryState.DONE)

    assert await inbox.forget_done() == 1

    left = await InboxEntry.all().order_by("id")
    assert [entry.state for entry in left] == [
        EntryState.PENDING,
        EntryState.SET_ASIDE,
        EntryState.DONE,
    ]
