"""The schema comes into being by migrations alone: once, on both engines, whoever starts first."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.api import migrate as run_migrations
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.timezone import now

from domain.carriers import WaybillState
from models.carriers import Waybill
from models.database import (
    APP,
    TORTOISE_ORM,
    database,
    is_sqlite,
    migrate,
    open_database,
    sqlite_path,
    tortoise_config,
)
from models.money import MoneyAccount
from models.orders import Order
from models.outbox import OutboxEffect
from models.shops import Listing, Shop
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


FIRST_RELEASE = "kramar.0002_seed"
AT = "'2026-11-22 12:00:00+00:00'"
ROWS_OF_THEN = (
    "INSERT INTO shop (id, platform, name, key, base_url, secrets, is_active, created_at) "
    f"VALUES (1, 'woocommerce', 'Shop', 'k', 'https://shop.ua', 'x', TRUE, {AT})",
    "INSERT INTO listing (id, shop_id, external_id, sku, name) VALUES (1, 1, '17', 'A', 'Cup')",
    'INSERT INTO "order" (id, shop_id, external_id, number, phase, status_id, revision, '
    "platform_state, is_closed_by_platform, placed_at, modified_at, entry_id, digest, created_at, "
    "currency, customer_name, phone, email, delivery_method, delivery_city, delivery_address, "
    "payment_method, payment_title, is_paid, note, delivery_cost, fees, discount, refunded, total, "
    "phone_key, call_attempts, is_touched, nudges) "
    f"VALUES (1, 1, '5', '5', 'open', 1, 1, 'active', FALSE, {AT}, {AT}, 0, 'd', {AT}, "
    "'UAH', '', '', '', '', '', '', '', '', FALSE, '', 0, 0, 0, 0, 87000, '', 0, FALSE, 0)",
    "INSERT INTO chat (id, telegram_id, topic_id, is_group, title, language, state, "
    "last_message_id, has_board, board_shown) VALUES (1, 7, 0, FALSE, '', 'uk', 'subscribed', 0, "
    "FALSE, '')",
    "INSERT INTO outbox_effect (id, kind, chat_id, subject_id, due_at, problem) "
    f"VALUES (1, 'show_card', 1, 1, {AT}, '')",
)


async def test_a_shop_of_the_first_release_keeps_all_it_has(empty_database_url: str) -> None:
    """What is new is off, or as it was by itself; what was owed is owed."""
    if is_sqlite(empty_database_url):
        sqlite_path(empty_database_url).parent.mkdir()
    config = tortoise_config(empty_database_url, foreign_keys=False)
    await run_migrations(config=config, target=FIRST_RELEASE)
    for statement in ROWS_OF_THEN:
        await get_connection("default").execute_script(statement)
    await Tortoise.close_connections()

    async with database(empty_database_url):
        assert await applied() == NAMES
        shop, listing, order = await Shop.get(), await Listing.get(), await Order.get()
        effect = await OutboxEffect.get()

    assert (shop.name, shop.base_url, shop.is_active) == ("Shop", "https://shop.ua", True)
    assert (shop.tells_status, shop.tells_stock, shop.has_webhooks) == (True, False, False)
    assert (shop.orders_cursor, shop.trouble, shop.can_write) == (None, "", True)
    assert (listing.sku, listing.stock, listing.is_gone, f"{listing.price}") == (
        "A",
        None,
        False,
        "0.00",
    )
    assert (order.external_id, f"{order.total}", order.told_status) == ("5", "870.00", "")
    assert (effect.kind.value, effect.subject_id) == ("show_card", 1)


def _sold(id_: int, number: str, at: str, standing_for: str = "") -> tuple[str, str]:
    """An order, and its sale with this number, as the release before carriers kept them."""
    order = ROWS_OF_THEN[2].replace("VALUES (1, 1, '5'", f"VALUES ({id_}, 1, '{id_}'")
    sale = (
        "INSERT INTO sale (id, customer_name, phone, email, delivery_method, delivery_city, "
        "delivery_address, waybill_number, note, currency, goods, discount, delivery_cost, fees, "
        "total, refunded, cost, returned, returned_cost, outstanding, state, standing_for, at, "
        "money_account_id, order_id, sales_channel_id, staff_id) "
        f"VALUES ({id_}, '', '+380671234567', '', '', '', '', '{number}', '', 'UAH', 0, 0, 0, 0, "
        f"0, 0, 0, 0, 0, 0, 'standing', {standing_for or id_}, '{at}', 1, {id_}, 1, 1)"
    )
    return order, sale


STAFF_OF_THEN = (
    "INSERT INTO sales_channel (id, name, key) VALUES (1, 'Shop', 'shop')",
    "INSERT INTO staff_member (id, telegram_id, name, role, language, is_active) "
    "VALUES (1, 7, 'O', 'owner', '', TRUE)",
)


async def test_parcels_sold_before_there_were_carriers_are_named(empty_database_url: str) -> None:
    """Their orders do not seem to have none, and those that may be on their way are followed."""
    if is_sqlite(empty_database_url):
        sqlite_path(empty_database_url).parent.mkdir()
    config = tortoise_config(empty_database_url, foreign_keys=False)
    await run_migrations(config=config, target="kramar.0006_prom")
    lately = (now() - timedelta(days=2)).isoformat(" ", "seconds")
    rows = (
        *_sold(1, "2045 1600 0999 91", lately),
        *_sold(2, "20451600099992", "2020-01-01 00:00:00+00:00"),
        *_sold(3, "RR123456785UA", lately),
        *_sold(4, "", lately),
        *_sold(5, "20451600099993", lately, standing_for="NULL"),
    )
    for statement in (ROWS_OF_THEN[0], *STAFF_OF_THEN, *rows):
        await get_connection("default").execute_script(statement)
    await Tortoise.close_connections()

    async with database(empty_database_url):
        found = await Waybill.all().order_by("order_id")

    named = [(each.live_for, each.carrier, each.number, each.look_at is None) for each in found]
    assert named == [
        (1, "novaposhta", "20451600099991", False),
        (2, "novaposhta", "20451600099992", True),
        (3, "", "RR123456785UA", True),
    ]
    assert {each.state for each in found} == {WaybillState.NAMED}
    assert (found[0].recipient_phone, found[0].staff_id) == ("+380671234567", 1)


async def test_the_database_has_every_index_of_the_models(database_url: str) -> None:
    """Rebuilding a table on SQLite loses them without a word."""
    async with open_database(database_url):
        assert Tortoise.apps is not None
        for model in Tortoise.apps[APP].values():
            columns = model._meta.fields_db_projection
            there = await indexed(model._meta.db_table, is_sqlite(database_url))
            wanted = [index.fields for index in model._meta.indexes]
            wanted += [*model._meta.unique_together]
            for fields in wanted:
                names = tuple(columns.get(f"{name}_id", columns.get(name, name)) for name in fields)
                assert names in there, f"{model.__name__}: {names}"


async def indexed(table: str, in_sqlite: bool) -> set[tuple[str, ...]]:
    """The columns of each index of a table."""
    query = get_connection("default").execute_query_dict
    if not in_sqlite:
        found = await query(
            "SELECT array(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k(n, at) "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.at) "
            f"AS columns FROM pg_index i WHERE i.indrelid = '\"{table}\"'::regclass"
        )
        return {tuple(row["columns"]) for row in found}
    names = [row["name"] for row in await query(f'PRAGMA index_list("{table}")')]
    return {
        tuple(row["name"] for row in await query(f'PRAGMA index_info("{name}")')) for name in names
    }
