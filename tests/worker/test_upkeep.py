"""Housekeeping: what is done and old is forgotten, and nothing else."""

from datetime import timedelta

from tortoise.timezone import now

from models.drafts import SaleDraft, SaleDraftLine
from models.orders import Order
from services import check, draft_lines, drafts, sales, undo
from tests.factories import Intake, incoming, line, make_shop, make_staff, stock_up
from worker import upkeep


async def test_windows_of_old_sales_are_forgotten(db: str) -> None:
    await stock_up({"A": 9})
    intake, seller = Intake((await make_shop()).id), await make_staff()
    for number in ("open", "sold", "old"):
        await intake(incoming(number, line("A", 1)))
        order = await Order.get(external_id=number)
        await drafts.open_window(order.id, by=seller)
        key = f"o{(await order.lines.all())[0].id}"
        await draft_lines.step_quantity(order.id, key, 1, by=seller)
        if number != "open":
            await sales.add_sale(order.id, by=seller)
    await SaleDraft.exclude(order__external_id="sold").update(updated_at=now() - timedelta(days=2))

    await upkeep.tidy()

    kept = await SaleDraft.all().order_by("id").select_related("order")
    assert [draft.order.external_id for draft in kept] == ["open", "sold"]
    assert await SaleDraftLine.all().count() == 2
    sold = await Order.get(external_id="sold")
    await undo.undo(sold.id, by=seller)
    assert (await SaleDraftLine.get(order_id=sold.id)).reserved == 1
    assert await check.differences() == []
