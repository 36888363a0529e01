"""SQLite as we need it: durable, checked, and with transactions that wait instead of failing."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from models.database import BUSY_TIMEOUT_MS, open_database, sqlite_path
from models.shops import Shop

ROOT = Path(__file__).parents[2]
COUNT_UP = """
import asyncio, sys
from tortoise.transactions import in_transaction
from models.database import open_database
from models.shops import Shop

async def main():
    async with open_database(sys.argv[1]):
        for _ in range(50):
            async with in_transaction():
                shop = await Shop.get(key="key")
                await asyncio.sleep(0)
                shop.name = str(int(shop.name) + 1)
                await shop.save(update_fields=["name"])

asyncio.run(main())
"""


async def a_shop(name: str = "0") -> Shop:
    return await Shop.create(platform="woocommerce", name=name, key="key", secrets="")


async def test_the_pragmas_are_as_the_design_says(sqlite_url: str) -> None:
    async with open_database(sqlite_url):
        values = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            _, rows = await get_connection("default").execute_query(f"PRAGMA {name}")
            values[name] = rows[0][0]

    full = 2
    assert values == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": BUSY_TIMEOUT_MS,
    }


async def test_a_transaction_takes_the_write_lock_before_it_reads(sqlite_url: str) -> None:
    async with open_database(sqlite_url):
        await a_shop()
        other = sqlite3.connect(sqlite_path(sqlite_url), timeout=0, isolation_level=None)
        async with in_transaction():
            await Shop.get(key="key")

            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            assert other.execute("SELECT count(*) FROM shop").fetchone() == (1,)  # readers go on

        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        other.close()


def test_control_a_plain_begin_that_reads_first_fails_at_once(sqlite_url: str) -> None:
    """Why the above: SQLite does not wait here, whatever the timeout."""
    one, two = (
        sqlite3.connect(sqlite_path(sqlite_url), timeout=60, isolation_level=None) for _ in range(2)
    )
    one.execute("BEGIN")
    one.execute("SELECT count(*) FROM order_status").fetchone()
    two.execute("UPDATE order_status SET label = 'x' WHERE id = 1")

    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        one.execute("UPDATE order_status SET label = 'y' WHERE id = 1")

    one.close()
    two.close()


async def test_two_processes_that_read_and_then_write_lose_nothing(sqlite_url: str) -> None:
    async with open_database(sqlite_url):
        await a_shop()

    programs = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", COUNT_UP, sqlite_url, cwd=ROOT, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for program in programs:
        _, errors = await program.communicate()
        assert program.returncode == 0, errors.decode()

    async with open_database(sqlite_url):
        assert (await Shop.get(key="key")).name == "100"


async def test_a_begin_that_fails_leaves_nothing_locked(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.BUSY_TIMEOUT_MS", 1)
    async with open_database(sqlite_url):
        other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(OperationalError, match="locked"):
            async with in_transaction():
                pytest.fail("two writers at once")

        other.execute("ROLLBACK")
        other.close()
        async with asyncio.timeout(60), in_transaction():
            await a_shop()
        assert await Shop.all().count() == 1


async def fail_inside() -> None:
    async with in_transaction():
        await Shop.filter(key="key").update(name="inner")
        raise RuntimeError("inner")


async def test_an_inner_transaction_that_fails_leaves_the_outer_one_whole(db: str) -> None:
    async with in_transaction():
        await a_shop("outer")
        with pytest.raises(RuntimeError, match="inner"):
            await fail_inside()

    assert (await Shop.get(key="key")).name == "outer"
