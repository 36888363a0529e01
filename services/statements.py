"""Plain SQL where models would not do: one text for both engines, values always apart from it."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from tortoise.connection import get_connection

Row = dict[str, Any]
VALUES_AT_ONCE = 900  # SQLite and PostgreSQL take many more; plans of longer lists are slow to make


async def rows(statement: str, values: Sequence[object] = ()) -> list[Row]:
    """What a query finds. ``?`` in it stands for a value, on PostgreSQL too."""
    return await get_connection("default").execute_query_dict(_told(statement), list(values))


async def execute(statement: str, values: Sequence[object] = ()) -> None:
    """Do it. ``?`` as in ``rows``."""
    await get_connection("default").execute_query(_told(statement), list(values))


async def insert_new(table: str, columns: Sequence[str], new: Iterable[Sequence[object]]) -> None:
    """Insert the rows that are not there yet, few statements for many rows, in their order."""
    left = list(new)
    size = VALUES_AT_ONCE // len(columns)
    names = ", ".join(f'"{column}"' for column in columns)
    row = f"({marks(len(columns))})"
    for start in range(0, len(left), size):
        part = left[start : start + size]
        await get_connection("default").execute_query(
            _told(
                f'INSERT INTO "{table}" ({names}) '  # noqa: S608  (our own names)
                f"VALUES {', '.join([row] * len(part))} ON CONFLICT DO NOTHING"
            ),
            [value for values in part for value in values],
        )


def marks(number: int) -> str:
    """Places for so many values: ``?, ?, ?``."""
    return ", ".join("?" * number)


def is_sqlite() -> bool:
    """Whether the open database is SQLite."""
    return bool(get_connection("default").capabilities.dialect == "sqlite")


def _told(statement: str) -> str:
    """The statement with places as the engine writes them."""
    if is_sqlite():
        return statement
    parts = statement.split("?")
    numbers = count(1)
    return parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])
