"""Lines whose product became known while their order was closed."""

from models.orders import Order, OrderLine
from services import stock
from services.linker import linker_of


async def catch_up(order: Order) -> None:
    """The order's lines are linked as they would be if it came in now: by listing, else by SKU.

    Who makes a product known leaves closed orders as they are. Called with the order locked, before
    anything of it is reserved again.
    """
    lines = await OrderLine.filter(order_id=order.id, product_id__isnull=True).order_by("id")
    linker = await linker_of([(order.shop_id, line) for line in lines])
    found = []
    for line in lines:
        line.product_id = linker.product_id(order.shop_id, line)
        if line.product_id is not None:
            found.append(line)
    if found:
        await OrderLine.bulk_update(found, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
