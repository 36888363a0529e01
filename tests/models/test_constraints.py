"""What the database itself refuses, whatever the code does."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import pytest
from tortoise import Model, Tortoise
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.indexes import Index

from models.database import APP, is_sqlite
from models.orders import Order, OrderLine
from models.sales import SaleLine
from models.shops import Shop
from models.statuses import OrderStatus
from models.stock import Product, StockMovement
from models.telegram import Card, Chat
from tests.models.conftest import AT, NEW_STATUS

ONE = Decimal(1)


def a_line(order: Order, external_id: str, **values: object) -> OrderLine:
    fields = {"position": 1, "name": "", "quantity": ONE, "amount": ONE, **values}
    return OrderLine(order_id=order.id, external_id=external_id, **fields)


def another_order(order: Order, **changes: object) -> Order:
    fields = {
        "shop_id": order.shop_id, "external_id": order.external_id, "number": "", "digest": "",
        "status_id": NEW_STATUS, "platform_state": order.platform_state, "currency": "UAH",
        "placed_at": AT, "modified_at": AT,
    }  # fmt: skip
    return Order(**{**fields, **changes})


async def test_an_order_is_stored_once_for_each_shop(order: Order) -> None:
    with pytest.raises(IntegrityError):
        await another_order(order).save()
    assert await Order.all().count() == 1

    other = await Shop.create(platform="woocommerce", name="", key="other", secrets="")
    await another_order(order, shop_id=other.id).save()
    await another_order(order, external_id="18").save()
    assert await Order.all().count() == 3


async def test_a_line_is_stored_once_for_each_order(order: Order) -> None:
    await a_line(order, "1").save()

    with pytest.raises(IntegrityError):
        await a_line(order, "1").save()

    await a_line(order, "2").save()
    assert await OrderLine.all().count() == 2


async def test_there_is_one_card_for_an_order_in_a_chat(order: Order, chat: Chat) -> None:
    await Card.create(order=order, chat=chat)

    with pytest.raises(IntegrityError):
        await Card.create(order=order, chat=chat)

    other = await Chat.create(telegram_id=chat.telegram_id, topic_id=7)
    await Card.create(order=order, chat=other)
    assert await Card.all().count() == 2


async def test_reserved_never_falls_below_zero(order: Order) -> None:
    product = await Product.create(sku="A", name="")
    line = a_line(order, "1")
    await line.save()

    for model, id_ in ((Product, product.id), (OrderLine, line.id)):
        with pytest.raises(IntegrityError):
            await model.filter(id=id_).update(reserved=Decimal("-0.001"))
        assert (await model.get(id=id_)).reserved == 0


async def test_a_line_never_holds_more_than_it_wants(order: Order) -> None:
    line = a_line(order, "1", reserved=ONE)
    await line.save()

    with pytest.raises(IntegrityError):
        await OrderLine.filter(id=line.id).update(reserved=Decimal("1.001"))
    with pytest.raises(IntegrityError):
        await OrderLine.filter(id=line.id).update(quantity=Decimal("0.999"))


async def test_on_hand_may_fall_below_zero(db: str) -> None:
    product = await Product.create(sku="A", name="", on_hand=Decimal(-2))

    assert (await Product.get(id=product.id)).on_hand == -2


async def test_a_row_that_others_point_at_is_not_deleted(order: Order) -> None:
    product = await Product.create(sku="A", name="")
    await a_line(order, "1", product_id=product.id).save()

    for thing in (product, order, await order.shop, await OrderStatus.get(id=NEW_STATUS)):
        with pytest.raises(IntegrityError):
            await thing.delete()

    assert await Order.all().count() == await Product.all().count() == 1


async def test_a_row_that_points_at_nothing_is_not_stored(order: Order) -> None:
    with pytest.raises(IntegrityError):
        await another_order(order, shop_id=999, external_id="x").save()
    with pytest.raises(IntegrityError):
        await StockMovement.create(product_id=999, kind="count")

    assert await StockMovement.all().count() == 0


async def test_times_come_back_aware_and_in_utc(order: Order) -> None:
    found = await Order.get(id=order.id)

    assert found.placed_at == AT
    assert found.placed_at.utcoffset() == AT.utcoffset()


async def test_a_naive_time_is_an_error_in_tests(order: Order) -> None:
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        await Order.filter(id=order.id).update(placed_at=datetime(2026, 1, 1))  # noqa: DTZ001


async def test_ids_of_own_labels_start_after_the_seed(db: str) -> None:
    label = await OrderStatus.create(label="CALL BACK", key="call back")

    assert label.id == 101
    seeded = await OrderStatus.filter(id__lt=101).order_by("id")
    assert [status.kind for status in seeded] == ["new", "completed", "canceled", "refused"]


def columns(model: type[Model], names: Iterable[str]) -> tuple[str, ...]:
    fields = model._meta.fields_db_projection
    relations = model._meta.fields_map
    return tuple(
        fields.get(name) or fields[getattr(relations[name], "source_field", None) or f"{name}_id"]
        for name in names
    )


def expected_indexes(model: type[Model]) -> set[tuple[tuple[str, ...], bool]]:
    """(columns, unique) of all that the model declares, but its primary key."""
    meta = model._meta
    found = {(columns(model, names), True) for names in meta.unique_together}
    found |= {
        (columns(model, index.fields if isinstance(index, Index) else index), False)
        for index in meta.indexes
    }
    for name, column in meta.fields_db_projection.items():
        field = meta.fields_map[name]
        if field.unique and not field.pk:
            found.add(((column,), True))
    return found


async def actual_indexes(url: str, table: str) -> set[tuple[tuple[str, ...], bool]]:
    connection = get_connection("default")
    if is_sqlite(url):
        found = set()
        for index in await connection.execute_query_dict(f"PRAGMA index_list('{table}')"):
            if index["origin"] != "pk":
                rows = await connection.execute_query_dict(f"PRAGMA index_info('{index['name']}')")
                found.add((tuple(row["name"] for row in rows), bool(index["unique"])))
        return found
    rows = await connection.execute_query_dict(
        """
        SELECT array_agg(a.attname::text ORDER BY k.position) AS names, i.indisunique
        FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(attnum, position)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = $1::text::regclass AND NOT i.indisprimary
        GROUP BY i.indexrelid, i.indisunique
        """,
        [f'"{table}"'],
    )
    return {(tuple(row["names"]), row["indisunique"]) for row in rows}


async def test_every_index_and_unique_of_the_models_exists(db: str) -> None:
    assert Tortoise.apps is not None
    for model in Tortoise.apps[APP].values():
        found = await actual_indexes(db, model._meta.db_table)
        assert expected_indexes(model) <= found, model.__name__

    lines = await actual_indexes(db, "order_line")
    assert (("order_id", "external_id"), True) in lines
    assert (("product_id", "order_id"), False) in lines
    assert ((("order_id", "chat_id"), True)) in await actual_indexes(db, "card")


async def test_sqlite_knows_every_check(sqlite_template: object) -> None:
    with sqlite3.connect(f"file:{sqlite_template}?mode=ro", uri=True) as connection:
        tables = "".join(
            row[0] or "" for row in connection.execute("SELECT sql FROM sqlite_master")
        )
    connection.close()

    for model in (Product, OrderLine, SaleLine):
        for constraint in model._meta.constraints:
            assert f'"{constraint.name}" CHECK' in tables
