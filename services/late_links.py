"""Lines whose product became known while their order was closed."""

from models.orders import Order, OrderLine
from models.shops import Listing
from services import stock


async def catch_up(order: Order) -> None:
    """The order's lines are linked as its shop's listings are by now.

    Who links a listing leaves closed orders as they are. Called with the order locked, before
    anything of it is reserved again.
    """
    lines = await OrderLine.filter(order_id=order.id, product_id__isnull=True).order_by("id")
    external_ids = {line.product_external_id for line in lines if line.product_external_id}
    if not external_ids:
        return
    listed = Listing.filter(shop_id=order.shop_id, external_id__in=list(external_ids))
    rows = await listed.filter(product_id__not_isnull=True).values_list("external_id", "product_id")
    links: dict[str, int] = dict(rows)
    found = [line for line in lines if line.product_external_id in links]
    for line in found:
        line.product_id = links[line.product_external_id]
    if found:
        await OrderLine.bulk_update(found, fields=["product_id"], batch_size=stock.UPDATE_GROUP)
