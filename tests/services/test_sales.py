"""Add sale: what takes a second, explicit tap."""

import pytest

from domain.errors import OrderChangedError, OutOfStockError
from domain.orders import Phase
from models.money import MoneyAccount
from models.orders import Order
from services import check, drafts, sales
from services.products import import_csv
from tests.factories import Intake, incoming, line, make_shop, make_staff, numbers

HEADER = "sku,name,price,cost,on_hand\n"


@pytest.fixture
async def order(db: str) -> Order:
    del db
    await import_csv(HEADER + "A,A,10,5,50")
    intake = Intake((await make_shop()).id)
    await intake(incoming("1", line("A", 20)))
    return await Order.get(external_id="1")


async def test_goods_counted_away_after_they_were_reserved_are_missing(order: Order) -> None:
    staff = await make_staff()
    await import_csv(HEADER + "A,A,10,5,3")
    await drafts.open_window(order.id, by=staff)

    with pytest.raises(OutOfStockError) as refused:
        await sales.add_sale(order.id, by=staff)

    assert [short.missing for short in refused.value.shortages] == [17]
    assert (await Order.get(id=order.id)).phase is Phase.OPEN
    await sales.add_sale(order.id, by=staff, accept_shortage=True)
    assert await numbers("A") == ("-17", "0")
    assert await check.differences() == []


async def test_a_change_on_another_phone_makes_this_one_look_again(order: Order) -> None:
    staff = await make_staff()
    await drafts.open_window(order.id, by=staff)
    shown = (await Order.get(id=order.id)).revision
    card = await MoneyAccount.get(kind="card")

    await drafts.choose_account(order.id, card.id, by=staff)

    with pytest.raises(OrderChangedError):
        await sales.add_sale(order.id, by=staff, revision=shown)
    now_shown = (await Order.get(id=order.id)).revision
    sale = await sales.add_sale(order.id, by=staff, revision=now_shown)
    assert sale.money_account_id == card.id
