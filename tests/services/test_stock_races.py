"""Stock that moves while a shop begins to be told of it. Only PostgreSQL lets both go on."""

import asyncio
from decimal import Decimal

from domain.rights import Role
from domain.stock import MovementKind
from models.shops import Shop
from models.stock import StockMovement
from services import check, statements, stock, stock_levels, stock_switch
from services.transactions import transaction
from tests.factories import make_shop, make_staff, stock_up
from tests.services.stock_shops import list_product, make_due, tell

_WAITING = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def test_what_moves_while_it_is_turned_on_is_waited_for(postgres_db: str) -> None:
    """Whoever moves it sees nobody to owe that to; whoever tells it must not be faster."""
    del postgres_db
    owner = await make_staff("Олена", 4001, Role.OWNER)
    shop_id = (await make_shop()).id
    await stock_up({"A": 9})
    listing = await list_product(shop_id, "A", stock=Decimal(9))
    await tell(shop_id)
    await Shop.all().update(tells_stock=False)
    moved, may_commit = asyncio.Event(), asyncio.Event()

    async def move() -> None:
        async with transaction():
            (product,) = (await stock.lock_products([listing.product_id or 0])).values()
            product.on_hand -= 2
            count = StockMovement(
                product_id=product.id, kind=MovementKind.COUNT, on_hand_change=Decimal(-2)
            )
            await stock.store([product], [], [count])
            moved.set()
            await may_commit.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(move())
        await moved.wait()
        await stock_switch.turn_on(shop_id, by=owner)
        await make_due()
        looking = group.create_task(stock_levels.due(shop_id))
        while not looking.done() and not await statements.rows(_WAITING):
            pass
        may_commit.set()

    telling = await looking
    assert telling is not None
    assert [each.quantity for each in telling.levels] == [7]
    await stock_levels.record(telling, {})
    assert await check.differences() == []
