"""Years of orders to search in, written past the services: a million take minutes, not hours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, islice
from random import Random

import aiosqlite
from tortoise.models import Model
from tortoise.timezone import now

from benchmarks.shop import furnish
from domain.orders import IncomingLine, IncomingOrder, PlatformState
from domain.search import endings, plain_words
from models.database import connect_postgres, is_sqlite, open_database, sqlite_path
from models.orders import Order, OrderLine
from models.shops import Shop
from services import births
from services.search_index import WHOLE, waybill_keys
from services.transactions import transaction

PRODUCTS = 2_000
_FIRST_NAMES = 300
_SURNAMES = 20_000
_BATCH = 20_000
_SOUGHT = 20
_HARD = ("к", "в", "м", "л", "т", "с", "р", "н", "д", "б", "г", "п", "ч", "ш", "ж", "х", "з", "ст")
_SOFT = ("о", "а", "и", "е", "у", "і", "я", "ю", "є")
_OPERATORS = (50, 63, 67, 68, 97)
_ENDS = ("енко", "чук", "ський", "ук", "ак", "ів", "ова", "ко", "ець", "ишин")

Rows = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Bought:
    """One order as far as a search sees it."""

    number: str
    name: str
    phone_key: str
    waybill: str
    products: Sequence[int]


class People:
    """Who buys: few first names and many surnames, some of them far more common than others."""

    def __init__(self) -> None:
        random = Random(7)
        self._first = [_made_up(random, 2) for _ in range(_FIRST_NAMES)]
        self._last = [_made_up(random, 2) + random.choice(_ENDS) for _ in range(_SURNAMES)]
        self._first_weights = _falling(_FIRST_NAMES)
        self._last_weights = _falling(_SURNAMES)

    def name(self, random: Random) -> str:
        """A customer's name."""
        (first,) = random.choices(self._first, cum_weights=self._first_weights)
        (last,) = random.choices(self._last, cum_weights=self._last_weights)
        return f"{first} {last}".title()


def bought(orders: int) -> Iterator[Bought]:
    """So many orders, always the same, oldest first. Every third is sent with a waybill."""
    people, random = People(), Random(orders)
    goods = _falling(PRODUCTS)
    for at in range(orders):
        yield Bought(
            number=str(10_000 + at),
            name=people.name(random),
            phone_key=f"380{random.choice(_OPERATORS)}{random.randrange(10**7):07}"[::-1],
            waybill=f"2045{random.randrange(10**10):010}" if at % 3 == 0 else "",
            products=[
                1 + each
                for each in random.choices(range(PRODUCTS), cum_weights=goods, k=1 + at % 3)
            ],
        )


async def fill(url: str, orders: int) -> list[Bought]:
    """Write so many orders into a new database: copies of one that came in as all do.

    Returns some from the middle, to be sought.
    """
    async with open_database(url):
        await _begin()
    load = _Sqlite() if is_sqlite(url) else _Postgres()
    await load.open(url)
    try:
        for statement in _TABLES:
            await load.run(statement)
        source, known, middle = bought(orders), set[str](), list[Bought]()
        for first in range(2, orders + 2, _BATCH):
            part = list(enumerate(islice(source, _BATCH), first))
            middle += (each for id_, each in part if id_ > orders // 2 and each.waybill)
            del middle[_SOUGHT:]
            await load.copy("made_order", _orders(part))
            await load.copy("made_line", _lines(part))
            await load.copy("made_key", _keys(part))
            await load.copy("made_ending", _new_endings(part, known))
            for statement in _moves():
                await load.run(statement)
        await load.finish()
    finally:
        await load.close()
    return middle


async def _begin() -> None:
    """Products 1 to ``PRODUCTS``, a shop, and its first order: one line of the first product."""
    await furnish(skus=PRODUCTS)
    (shop,) = await Shop.all()
    line = IncomingLine(
        external_id="1",
        product_external_id="",
        sku="SKU-0000",
        name="Product 0",
        quantity=Decimal(1),
        amount=Decimal(100),
    )
    order = IncomingOrder(
        external_id="1",
        number="1",
        state=PlatformState.ACTIVE,
        placed_at=now(),
        modified_at=now(),
        currency="UAH",
        lines=(line,),
        total=Decimal(100),
    )
    async with transaction():
        await births.store([births.Birth(shop.id, 1, order)])


_TABLES = (
    "CREATE TABLE made_order (id BIGINT, number TEXT, customer_name TEXT, phone_key TEXT)",
    "CREATE TABLE made_line (order_id BIGINT, external_id TEXT, product_id BIGINT)",
    "CREATE TABLE made_key (kind TEXT, key TEXT, order_id BIGINT)",
    "CREATE TABLE made_ending (ending TEXT, word TEXT)",
)


def _orders(part: Sequence[tuple[int, Bought]]) -> Rows:
    return [(id_, each.number, each.name, each.phone_key) for id_, each in part]


def _lines(part: Sequence[tuple[int, Bought]]) -> Rows:
    return [
        (id_, f"{at}", product) for id_, each in part for at, product in enumerate(each.products)
    ]


def _keys(part: Sequence[tuple[int, Bought]]) -> Rows:
    words = [("word", word, id_) for id_, each in part for word in plain_words(each.name)]
    waybills = [("waybill", key, id_) for id_, each in part for key in waybill_keys(each.waybill)]
    return [*words, *waybills]


def _new_endings(part: Sequence[tuple[int, Bought]], known: set[str]) -> Rows:
    new = {word for _, each in part for word in plain_words(each.name)} - known
    known |= new
    return [(ending, word) for word in sorted(new) for ending in (WHOLE + word, *endings(word))]


def _moves() -> list[str]:
    """What fills the real tables from the made ones: all other columns as the first order has."""
    moves = [
        _copies(Order, "made_order", ("id", "number", "customer_name", "phone_key"), "external_id"),
        _copies(OrderLine, "made_line", ("order_id", "external_id", "product_id"), ""),
        'INSERT INTO "search_key" ("kind", "key", "order_id") '
        "SELECT kind, key, order_id FROM made_key",
        'INSERT INTO "word_ending" ("ending", "word") SELECT ending, word FROM made_ending',
    ]
    made = ("made_order", "made_line", "made_key", "made_ending")
    return [*moves, *(f"DELETE FROM {table}" for table in made)]


def _copies(model: type[Model], made: str, own: Sequence[str], like_id: str) -> str:
    """Rows like the first one but for their ``own`` columns; ``like_id`` holds the id, as text."""
    columns = [name for name in model._meta.db_fields if name != "id" or "id" in own]
    values = {name: f"m.{name}" for name in own} | {like_id: "CAST(m.id AS VARCHAR)"}
    chosen = ", ".join(values.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {chosen} '
        f'FROM {made} AS m JOIN "{table}" AS t ON t."id" = 1'
    )


class _Sqlite:
    """A connection that writes fast and waits for no disk."""

    async def open(self, url: str) -> None:
        self._connection = await aiosqlite.connect(sqlite_path(url))
        await self._connection.execute("PRAGMA synchronous = OFF")

    async def run(self, statement: str) -> None:
        await self._connection.execute(statement)

    async def copy(self, table: str, rows: Rows) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            await self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    async def finish(self) -> None:
        await self._connection.commit()
        await self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await self._connection.close()


class _Postgres:
    """The same, and the statistics that a server in use has."""

    async def open(self, url: str) -> None:
        self._connection = await connect_postgres(url)

    async def run(self, statement: str) -> None:
        await self._connection.execute(statement)

    async def copy(self, table: str, rows: Rows) -> None:
        await self._connection.copy_records_to_table(table, records=rows)

    async def finish(self) -> None:
        await self._connection.execute("VACUUM ANALYZE")

    async def close(self) -> None:
        await self._connection.close()


def _made_up(random: Random, syllables: int) -> str:
    return "".join(random.choice(_HARD) + random.choice(_SOFT) for _ in range(syllables))


def _falling(count: int) -> list[float]:
    """Cumulative weights: the first is the most common, the tenth a tenth of it."""
    return list(accumulate(1 / (at + 1) for at in range(count)))
