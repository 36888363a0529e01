"""A task may be cancelled at any await: no transaction of it may stay open or half done."""

import asyncio
import random
from decimal import Decimal

import pytest
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.transactions import in_transaction

from models.database import open_database
from models.stock import Product

PATIENCE_S = 60.0


async def test_cancelled_transactions_leave_nothing_open(db: str) -> None:
    chance = random.Random(1)

    async def write(number: int) -> None:
        async with in_transaction():
            await Product.create(sku=f"A{number}", name="", on_hand=Decimal(1))
            await Product.create(sku=f"B{number}", name="", on_hand=Decimal(1))

    for number in range(60):
        task = asyncio.ensure_future(write(number))
        await asyncio.sleep(chance.uniform(0, 0.003))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(PATIENCE_S), in_transaction():
            await Product.create(sku=f"C{number}", name="")

    skus = {product.sku for product in await Product.all()}
    assert {f"C{number}" for number in range(60)} <= skus
    for number in range(60):
        assert (f"A{number}" in skus) == (f"B{number}" in skus)


async def test_cancelled_bulk_inserts_leave_nothing_open(db: str) -> None:
    chance = random.Random(2)
    for number in range(40):
        rows = [Product(sku=f"{number}-{row}", name="") for row in range(50)]
        task = asyncio.ensure_future(Product.bulk_create(rows))
        await asyncio.sleep(chance.uniform(0, 0.003))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(PATIENCE_S), in_transaction():
            assert await Product.filter(sku__startswith=f"{number}-").count() in {0, 50}


async def test_a_transaction_cancelled_while_it_begins_gives_its_connection_back(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_beginning = asyncio.Event()

    async def begin_for_ever(_: object) -> None:
        is_beginning.set()
        await asyncio.Event().wait()

    async def write() -> None:
        async with in_transaction():
            await Product.create(sku="A", name="")

    async with open_database(postgres_url, pool_size=1):
        with monkeypatch.context() as patched:
            patched.setattr(TransactionWrapper, "begin", begin_for_ever)
            task = asyncio.ensure_future(write())
            await asyncio.wait_for(is_beginning.wait(), PATIENCE_S)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        async with asyncio.timeout(PATIENCE_S):
            await write()
        assert await Product.all().count() == 1
