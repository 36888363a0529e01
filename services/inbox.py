"""The inbox: raw requests, committed before they are acknowledged, worked at once afterwards."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

import structlog
from tortoise.connection import get_connection
from tortoise.timezone import now

from domain.errors import NotFoundError
from models.inbox import EntryState, InboxEntry
from services import outbox
from services.transactions import inbox_bell, transaction

logger = structlog.get_logger(__name__)

# A request we cannot work is tried again this often, in case the trouble was ours and passes.
MAX_ATTEMPTS = 5
FIRST_RETRY = timedelta(seconds=1)
KEEP_DONE = timedelta(days=7)
LARGEST_GROUP = 1_000  # requests to a statement: databases allow some 32,000 values in one
SECOND_TRY_AFTER_S = 0.05

_Request = tuple[int, str, bytes]  # shop id, topic, body


class InboxWriter:
    """Commits requests in groups: all that arrive during one commit share the next one.

    A commit waits for the disk; sharing it lets one small machine acknowledge thousands of
    requests a second, and each still waits until its own row is on the disk.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[_Request, asyncio.Future[None]]] = []
        self._one_at_a_time = asyncio.Lock()

    async def append(self, shop_id: int, topic: str, body: bytes) -> None:
        """Return once the request is committed; raise what the database raised otherwise."""
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((shop_id, topic[:190], body), committed))
        async with self._one_at_a_time:
            while not committed.done():
                # Shielded: the others in the group must not suffer when this request is cancelled.
                await asyncio.shield(self._commit_waiting())
        await committed

    async def _commit_waiting(self) -> None:
        group = self._waiting[:LARGEST_GROUP]
        del self._waiting[:LARGEST_GROUP]
        requests = [request for request, _ in group]
        try:
            await _insert_or_repeat(requests)
        except Exception as error:  # noqa: BLE001  (each of them is told, see ``append``)
            for _, committed in group:
                if not committed.done():  # given up meanwhile
                    committed.set_exception(error)
            return
        for _, committed in group:
            if not committed.done():
                committed.set_result(None)
        inbox_bell.ring()


async def _insert_or_repeat(requests: Sequence[_Request]) -> None:
    """Try a second time on a new connection: platforms may never send a refused request again.

    Should the first try have been committed and only its answer lost, the requests are there twice;
    working one twice changes nothing.
    """
    try:
        await _insert(requests)
    except Exception as error:  # noqa: BLE001  (of many kinds; the second try raises it)
        logger.warning("requests are committed at the second try", reason=repr(error))
        await asyncio.sleep(SECOND_TRY_AFTER_S)
        await _insert(requests)


async def _insert(requests: Sequence[_Request]) -> None:
    """Commit requests with one statement, which is its own transaction.

    Plain SQL in the hottest place there is: with model objects, acknowledging took half as long
    again, and a transaction around them waits for the database two times more.
    """
    connection = get_connection("default")
    is_sqlite = connection.capabilities.dialect == "sqlite"
    received_at = now().isoformat(" ") if is_sqlite else now()
    values = [value for request in requests for value in (*request, received_at, received_at)]
    marks = iter(["?"] * len(values) if is_sqlite else [f"${n + 1}" for n in range(len(values))])
    rows = ", ".join(
        f"({', '.join(islice(marks, 5))}, '{EntryState.PENDING}', 0, '')" for _ in requests
    )
    columns = "shop_id, topic, body, due_at, received_at, state, attempts, problem"
    await connection.execute_query(
        f"INSERT INTO inbox_entry ({columns}) VALUES {rows}",  # noqa: S608  (values are bound)
        values,
    )


async def append_all(
    shop_id: int, requests: Collection[tuple[str, bytes]], *, is_silent: bool = False
) -> None:
    """Append requests (topic and body) that we asked for ourselves. In the transaction of asking.

    Ring the bell after it. ``is_silent``: nobody is told of what they bring.
    """
    at = now()
    await InboxEntry.bulk_create(
        [
            InboxEntry(
                shop_id=shop_id,
                topic=topic[:190],
                body=body,
                due_at=at,
                received_at=at,
                is_silent=is_silent,
            )
            for topic, body in requests
        ],
        batch_size=LARGEST_GROUP,
    )


async def take(limit: int) -> list[InboxEntry]:
    """The oldest due requests, locked until the transaction ends; other workers skip them."""
    return (
        await InboxEntry.filter(state=EntryState.PENDING, due_at__lte=now())
        .order_by("id")
        .limit(limit)
        .select_for_update(skip_locked=True)
    )


async def due_ids(limit: int) -> list[int]:
    """The ids of the oldest due requests."""
    query = InboxEntry.filter(state=EntryState.PENDING, due_at__lte=now())
    return [entry.id for entry in await query.order_by("id").limit(limit).only("id")]


async def has_earlier(entry: InboxEntry, but_for: Collection[int]) -> bool:
    """Whether requests of the same shop that came before this one are still to be worked."""
    query = InboxEntry.filter(shop_id=entry.shop_id, state=EntryState.PENDING, id__lt=entry.id)
    return await query.exclude(id__in=list(but_for)).exists() if but_for else await query.exists()


async def settle(entry_ids: Iterable[int]) -> None:
    """These requests are done. Call in the transaction that worked them."""
    ids = list(entry_ids)
    if ids:
        await InboxEntry.filter(id__in=ids).update(state=EntryState.DONE)


async def set_aside(entry_id: int, problem: str, owner_ids: Collection[int]) -> None:
    """Keep a request we could not work for a person, and tell the owners once."""
    changed = await InboxEntry.filter(id=entry_id, state=EntryState.PENDING).update(
        state=EntryState.SET_ASIDE, problem=problem[:2000]
    )
    if changed:
        await outbox.owe_owners([entry_id], owner_ids)


async def postpone(entry_ids: Iterable[int], pause: timedelta) -> None:
    """These requests wait a moment for earlier ones; that is no failure."""
    ids = list(entry_ids)
    if ids:
        await InboxEntry.filter(id__in=ids).update(due_at=now() + pause)


async def note_failure(entry_id: int, problem: str, owner_ids: Collection[int]) -> None:
    """Working a request failed: try again later, or set it aside after too many attempts."""
    async with transaction():
        entry = await InboxEntry.get(id=entry_id)
        if entry.state is not EntryState.PENDING:
            return
        attempts = entry.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            await set_aside(entry_id, problem, owner_ids)
            return
        due_at = now() + FIRST_RETRY * 2 ** (attempts - 1)
        await InboxEntry.filter(id=entry_id).update(attempts=attempts, due_at=due_at)


async def forget_done(before: datetime | None = None) -> int:
    """Delete requests that were worked long ago; returns how many."""
    limit = before or now() - KEEP_DONE
    return await InboxEntry.filter(state=EntryState.DONE, received_at__lt=limit).delete()


async def aside() -> list[InboxEntry]:
    """The requests that were set aside, oldest first."""
    return await InboxEntry.filter(state=EntryState.SET_ASIDE).order_by("id")


async def retry(entry_id: int) -> None:
    """Work a request that was set aside once more.

    Raises:
        NotFoundError: no such request was set aside.
    """
    if not await InboxEntry.filter(id=entry_id, state=EntryState.SET_ASIDE).update(
        state=EntryState.PENDING, attempts=0, due_at=now(), problem=""
    ):
        raise NotFoundError("set aside request")
    inbox_bell.ring()


async def work_again(entry_id: int) -> None:
    """Work a request once more that could not be applied when it came. Inside a transaction.

    It may be forgotten by then; the platform's next word on the order makes up for it.
    """
    await InboxEntry.filter(id=entry_id, state=EntryState.DONE).update(
        state=EntryState.PENDING, attempts=0, due_at=now()
    )
