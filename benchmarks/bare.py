"""The bare limits: the same work with plain drivers, no ORM, no checks, nothing but the statements.

They write into the same migrated schema, so that the same rows and indexes are written, and the
same books can be checked afterwards.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Protocol

import asyncpg

from models.database import BUSY_TIMEOUT_MS, is_sqlite, sqlite_path

POOL = 10  # connections to PostgreSQL, as many as the product uses
SHOP_ID = 1
NEW_ID = 1  # the status
CHAT_IDS = (1, 2, 3)

_ENTRY_COLUMNS = (
    *("shop_id", "topic", "body", "state", "attempts", "due_at", "received_at", "problem"),
)
_ORDER_COLUMNS = (
    *("external_id", "number", "phase", "revision", "platform_state", "is_closed_by_platform"),
    *("placed_at", "modified_at", "entry_id", "digest", "created_at", "currency"),
    *("customer_name", "phone", "email", "delivery_method", "delivery_city", "delivery_address"),
    *("payment_method", "payment_title", "is_paid", "note"),
    *("delivery_cost", "fees", "discount", "refunded", "total", "shop_id", "status_id"),
    *("phone_key", "call_attempts", "is_touched", "nudges"),
)
_LINE_COLUMNS = (
    *("order_id", "external_id", "position", "product_external_id", "sku", "name"),
    *("quantity", "amount", "product_id", "reserved"),
)
_MOVEMENT_COLUMNS = (
    *("kind", "on_hand_change", "reserved_change", "at", "order_id", "product_id"),
)


def _insert(table: str, columns: Sequence[str], *, returning: str = "") -> str:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks}) {returning}'.strip()


INSERT_ENTRY = _insert("inbox_entry", _ENTRY_COLUMNS)
INSERT_ENTRY_FOR_ID = _insert("inbox_entry", _ENTRY_COLUMNS, returning="RETURNING id")
TAKE_ENTRY = "SELECT id, body FROM inbox_entry WHERE state = 'pending' ORDER BY id LIMIT 1"
SETTLE_ENTRY = "UPDATE inbox_entry SET state = 'done' WHERE id = ?"
INSERT_ORDER = _insert("order", _ORDER_COLUMNS, returning="RETURNING id")
RESERVE = "UPDATE product SET reserved = reserved + ? WHERE sku = ? RETURNING id"
INSERT_LINE = _insert("order_line", _LINE_COLUMNS)
INSERT_MOVEMENT = _insert("stock_movement", _MOVEMENT_COLUMNS)
INSERT_EVENT = _insert("order_event", ("kind", "data", "at", "order_id", "to_status_id"))
INSERT_EFFECT = _insert("outbox_effect", ("kind", "subject_id", "due_at", "problem", "chat_id"))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, executed for each of ``rows``; ``returns`` says whether its id is wanted."""

    sql: str
    rows: Sequence[Sequence[Any]]
    returns: bool = False


Steps = Generator[Statement, int, None]  # statements out, the id that one returned in


def append_entry(body: bytes, time: Any) -> Steps:
    """Put the request into the inbox, worked at once, and store its order."""
    entry = (SHOP_ID, "order.created", body, "done", 0, time, time, "")
    entry_id = yield Statement(INSERT_ENTRY_FOR_ID, [entry], returns=True)
    yield from store_order(entry_id, body, time)


def work_entry(entry_id: int, body: bytes, time: Any) -> Steps:
    """Store the order of a request that lies in the inbox, and settle the request."""
    yield from store_order(entry_id, body, time)
    yield Statement(SETTLE_ENTRY, [(entry_id,)])


def store_order(entry_id: int, body: bytes, time: Any) -> Steps:
    """Order, lines, reservations, history, and what the chats are owed."""
    order = json.loads(body)
    order_id = yield Statement(INSERT_ORDER, [_order_row(order, entry_id, body, time)], True)
    lines, movements = [], []
    for position, line in enumerate(sorted(order["line_items"], key=lambda line: str(line["sku"]))):
        quantity = line["quantity"] * 1000
        product_id = yield Statement(RESERVE, [(quantity, line["sku"])], True)
        lines.append(_line_row(line, order_id, position, quantity, product_id))
        movements.append(("reserve", 0, quantity, time, order_id, product_id))
    yield Statement(INSERT_LINE, lines)
    yield Statement(INSERT_MOVEMENT, movements)
    yield Statement(INSERT_EVENT, [("created", "{}", time, order_id, NEW_ID)])
    effects = [("show_card", order_id, time, "", chat_id) for chat_id in CHAT_IDS]
    yield Statement(INSERT_EFFECT, effects)


def _order_row(order: dict[str, Any], entry_id: int, body: bytes, time: Any) -> tuple[Any, ...]:
    billing, shipping = order["billing"], order["shipping_lines"][0]
    return (
        *(str(order["id"]), order["number"], "open", 1, "active", False),
        *(time, time, entry_id, blake2b(body, digest_size=16).hexdigest(), time),
        *(order["currency"], f"{billing['first_name']} {billing['last_name']}", billing["phone"]),
        *(billing["email"], shipping["method_title"], billing["city"], billing["address_1"]),
        *(order["payment_method"], order["payment_method_title"], False, order["customer_note"]),
        *(_kopiykas(order["shipping_total"]), 0, _kopiykas(order["discount_total"]), 0),
        *(_kopiykas(order["total"]), SHOP_ID, NEW_ID),
        *("".join(filter(str.isdigit, billing["phone"]))[::-1], 0, False, 0),
    )


def _line_row(
    line: dict[str, Any], order_id: int, position: int, quantity: int, product_id: int
) -> tuple[Any, ...]:
    return (
        *(order_id, str(line["id"]), position, str(line["product_id"]), line["sku"], line["name"]),
        *(quantity, _kopiykas(line["subtotal"]), product_id, quantity),
    )


def _kopiykas(amount: str) -> int:
    return int(amount.replace(".", ""))


class BareDatabase(Protocol):
    """A database used through nothing but its driver."""

    async def append(self, bodies: Sequence[bytes]) -> None:
        """Commit requests to the inbox, all in one transaction."""

    async def store(self, body: bytes) -> None:
        """Commit a request and its order in one transaction."""

    async def drain(self) -> None:
        """Work the inbox, one transaction an order, until it is empty."""


@asynccontextmanager
async def bare_database(url: str) -> AsyncIterator[BareDatabase]:
    """The database at an address, open."""
    if is_sqlite(url):
        with ThreadPoolExecutor(1) as thread:
            connection = await _in(thread, _open_sqlite, url)
            yield _BareSqlite(connection, thread)
            await _in(thread, connection.close)
        return
    async with asyncpg.create_pool(url, min_size=POOL, max_size=POOL) as pool:
        yield _BarePostgres(pool)


def _open_sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(sqlite_path(url), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return connection


async def _in(thread: ThreadPoolExecutor, work: Any, *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(thread, work, *arguments)


class _BareSqlite:
    """One connection in one thread: SQLite has one writer anyway."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    async def append(self, bodies: Sequence[bytes]) -> None:
        await _in(self._thread, self._append, bodies)

    async def store(self, body: bytes) -> None:
        await _in(self._thread, self._commit, append_entry(body, _sqlite_now()))

    async def drain(self) -> None:
        await _in(self._thread, self._drain)

    def _append(self, bodies: Sequence[bytes]) -> None:
        time = _sqlite_now()
        rows = [(SHOP_ID, "order.created", body, "pending", 0, time, time, "") for body in bodies]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(INSERT_ENTRY, rows)
        self._connection.execute("COMMIT")

    def _drain(self) -> None:
        while entry := self._connection.execute(TAKE_ENTRY).fetchone():
            entry_id, body = entry
            self._commit(work_entry(entry_id, body, _sqlite_now()))

    def _commit(self, steps: Steps) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        statement: Statement | None = next(steps)
        while statement is not None:
            if statement.returns:
                (returned,) = self._connection.execute(statement.sql, statement.rows[0]).fetchone()
                statement = _next(steps, returned)
            else:
                self._connection.executemany(statement.sql, statement.rows)
                statement = _next(steps, 0)
        self._connection.execute("COMMIT")


class _BarePostgres:
    """A pool; one order uses one connection."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def append(self, bodies: Sequence[bytes]) -> None:
        time = datetime.now(UTC)
        rows = [(SHOP_ID, "order.created", body, "pending", 0, time, time, "") for body in bodies]
        async with self._pool.acquire() as connection:
            await connection.executemany(_numbered(INSERT_ENTRY), rows)  # one implicit transaction

    async def store(self, body: bytes) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await _perform(connection, append_entry(body, datetime.now(UTC)))

    async def drain(self) -> None:
        await asyncio.gather(*(self._drain_one_by_one() for _ in range(POOL)))

    async def _drain_one_by_one(self) -> None:
        async with self._pool.acquire() as connection:
            while await self._work_next(connection):
                pass

    async def _work_next(self, connection: asyncpg.Connection) -> bool:
        async with connection.transaction():
            entry = await connection.fetchrow(f"{TAKE_ENTRY} FOR UPDATE SKIP LOCKED")
            if entry is not None:
                steps = work_entry(entry["id"], entry["body"], datetime.now(UTC))
                await _perform(connection, steps)
        return entry is not None


async def _perform(connection: asyncpg.Connection, steps: Steps) -> None:
    statement: Statement | None = next(steps)
    while statement is not None:
        sql = _numbered(statement.sql)
        if statement.returns:
            returned = await connection.fetchval(sql, *statement.rows[0])
            statement = _next(steps, returned)
        else:
            await connection.executemany(sql, statement.rows)
            statement = _next(steps, 0)


def _next(steps: Steps, returned: int) -> Statement | None:
    try:
        return steps.send(returned)
    except StopIteration:
        return None


def _numbered(sql: str) -> str:
    """The statement with PostgreSQL's placeholders ($1, $2) instead of SQLite's."""
    parts = sql.split("?")
    return "".join(f"{part}${number}" for number, part in enumerate(parts[:-1], 1)) + parts[-1]


def _sqlite_now() -> str:
    return str(datetime.now(UTC))


class GroupCommit:
    """Requests that arrive during one commit share the next one."""

    def __init__(self, database: BareDatabase) -> None:
        self._database = database
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._lock = asyncio.Lock()

    async def append(self, body: bytes) -> None:
        """Return once the request is committed."""
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((body, committed))
        async with self._lock:
            if not committed.done():
                group, self._waiting = self._waiting, []
                await self._database.append([each for each, _ in group])
                for _, future in group:
                    future.set_result(None)
        await committed
