"""The schema comes into being by migrations alone: once, on both engines, whoever starts first."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector

from models.database import APP, TORTOISE_ORM, database, migrate, open_database
from models.money import MoneyAccount
from models.shops import Shop
from models.statuses import OrderStatus
from models.stock import Product

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "models" / "migrations"
NAMES = sorted(path.stem for path in FOLDER.glob("0*.py"))
MIGRATE = (
    "import asyncio, sys; from models.database import migrate; asyncio.run(migrate(sys.argv[1]))"
)


async def applied() -> list[str]:
    rows = await get_connection("default").execute_query_dict(
        "SELECT name FROM tortoise_migrations ORDER BY id"
    )
    return [row["name"] for row in rows]


async def test_models_and_migrations_agree() -> None:
    with TortoiseContext() as context:
        await context.init(config=TORTOISE_ORM, init_connections=False)
        assert context.apps is not None

        changes = await MigrationAutodetector(context.apps, TORTOISE_ORM["apps"]).changes()

    assert [repr(each.operations) for each in changes] == [], "make migration"


async def test_an_empty_database_gets_the_whole_schema_and_the_seed(
    empty_database_url: str,
) -> None:
    async with database(empty_database_url):
        assert await applied() == NAMES
        assert Tortoise.apps is not None
        models = Tortoise.apps[APP].values()
        counts = {model._meta.db_table: await model.all().count() for model in models}

    assert {table: count for table, count in counts.items() if count} == {
        "order_status": 4,
        "money_account": 5,
    }


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    async with open_database(database_url):
        await Shop.create(platform="woocommerce", name="Shop", key="key", secrets="")
        await OrderStatus.create(label="CALL BACK", key="call back")

    for _ in range(2):
        await migrate(database_url)

    async with open_database(database_url):
        assert await applied() == NAMES
        assert await Shop.all().count() == 1
        assert await OrderStatus.all().count() == 5
        assert await MoneyAccount.all().count() == 5


async def test_processes_that_start_at_once_on_nothing_all_succeed(
    empty_database_url: str,
) -> None:
    programs = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATE, empty_database_url, cwd=ROOT, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for program in programs:
        _, errors = await program.communicate()
        assert program.returncode == 0, errors.decode()

    async with open_database(empty_database_url):
        assert await applied() == NAMES
        assert await OrderStatus.all().count() == 4


async def test_opening_a_database_leaves_the_shops_time_zone_alone(
    database_url: str,
) -> None:
    os.environ["TIMEZONE"] = "Europe/Kyiv"

    async with database(database_url):
        await Product.create(sku="A", name="")

        assert os.environ["TIMEZONE"] == "Europe/Kyiv"
        assert "USE_TZ" not in os.environ


async def test_an_open_database_is_seen_by_every_task(database_url: str) -> None:
    async def look() -> int:
        return await Product.all().count()

    async with open_database(database_url):
        assert await asyncio.create_task(look()) == 0
        assert await asyncio.gather(*(look() for _ in range(5))) == [0] * 5
