"""What a careful reader of the sale window's code asked for: each was wrong once."""

import pytest

from domain.errors import OutOfStockError
from domain.orders import Phase, PlatformState
from domain.payments import AccountKind
from models.customers import Customer
from models.inbox import InboxEntry
from models.orders import Order
from models.sales import Sale
from models.staff import StaffMember
from services import check, draft_lines, drafts, order_views, returns, sale_views, sales, undo
from tests.factories import Intake, drain, incoming, line, make_shop, make_staff, stock_up
from tests.services.sale_stage import D, account, content_of, key_of, product, take_order

PHONE = "+380671234567"


@pytest.fixture
async def take_in(db: str) -> Intake:
    await stock_up({"A": 9})
    return Intake((await make_shop()).id)


@pytest.fixture
async def seller(db: str) -> StaffMember:
    return await make_staff()


async def sold(take_in: Intake, number: str, by: StaffMember, **told: str) -> Order:
    order = await take_order(take_in, number, phone=PHONE, **told)
    await drafts.open_window(order.id, by=by)
    await sales.add_sale(order.id, by=by, accept_shortage=True)
    return order


async def test_an_earlier_delivery_is_taken_whole(take_in: Intake, seller: StaffMember) -> None:
    nova = {"delivery_method": "Нова Пошта", "delivery_city": "Київ", "delivery_address": "№12"}
    await sold(take_in, "1", seller, **nova)
    await sold(take_in, "2", seller, delivery_method="Укрпошта", delivery_city="Львів")
    await sold(take_in, "3", seller, delivery_method="Самовивіз")

    order = await take_order(take_in, "4", phone=PHONE)
    await drafts.open_window(order.id, by=seller)

    who = (await content_of(order)).recipient
    assert (who.delivery_method, who.delivery_city, who.delivery_address) == (
        "Укрпошта",
        "Львів",
        "",
    )


async def test_an_undone_sale_says_nothing_of_its_customer(
    take_in: Intake, seller: StaffMember
) -> None:
    await sold(take_in, "1", seller, customer_name="Олена", delivery_city="Київ")
    wrong = await sold(take_in, "2", seller, customer_name="Ольга", delivery_city="Кийв")
    await undo.undo(wrong.id, by=seller)

    known = await Customer.get(phone=PHONE)
    assert (known.name, known.delivery_city) == ("Олена", "Київ")

    first = await Order.get(external_id="1")
    await undo.undo(first.id, by=seller)
    known = await Customer.get(phone=PHONE)
    assert (known.name, known.delivery_city) == ("", "")


async def test_what_the_platform_said_of_a_sold_order_is_applied_after_undo(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await sold(take_in, "1", seller)
    await take_in(incoming("1", line("A", 5), minute=5))
    await take_in(incoming("1", line("A", 5), minute=5))  # said twice
    assert (await Sale.get()).total == 20

    await undo.undo(order.id, by=seller)
    await drain(take_in.worker)

    assert [item.quantity for item in (await content_of(order)).items] == [5]
    assert not await InboxEntry.exclude(state="done").exists()
    assert await check.differences() == []


async def test_a_cancellation_of_a_sold_order_is_applied_after_undo(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await sold(take_in, "1", seller)
    await take_in(incoming("1", line("A", 2), minute=5, state=PlatformState.CANCELED))
    assert (await Order.get(id=order.id)).phase is Phase.COMPLETED

    await undo.undo(order.id, by=seller)
    await drain(take_in.worker)

    assert (await Order.get(id=order.id)).phase is Phase.CANCELED
    assert (await product("A")).reserved == 0


async def test_only_the_shortage_that_was_shown_is_accepted(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"A": 1, "B": 2})
    await take_in(incoming("1", line("A", 2), line("B", 2)))
    order = await Order.get(external_id="1")
    await drafts.open_window(order.id, by=seller)
    with pytest.raises(OutOfStockError) as first:
        await sales.add_sale(order.id, by=seller)
    await stock_up({"B": 0})

    with pytest.raises(OutOfStockError) as second:
        await sales.add_sale(
            order.id, by=seller, accept_shortage=True, shown_shortage=first.value.fingerprint
        )

    assert [short.name for short in second.value.shortages] == ["Product A", "Product B"]
    assert not await Sale.exists()
    shown = second.value.fingerprint
    await sales.add_sale(order.id, by=seller, accept_shortage=True, shown_shortage=shown)
    assert await check.differences() == []


async def test_the_account_follows_the_payment_until_staff_choose(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    assert (await content_of(order)).money_account.kind is AccountKind.UNPAID

    await take_in(incoming("1", line("A", 2), minute=5, is_paid=True))
    assert (await content_of(order)).money_account.kind is AccountKind.CARD
    cash = await account(AccountKind.CASH)
    await drafts.choose_account(order.id, cash.id, by=seller)
    await take_in(incoming("1", line("A", 2), minute=6, payment_method="cod"))

    assert (await content_of(order)).money_account.kind is AccountKind.CASH


async def test_a_down_payment_into_what_became_the_account_is_none(
    take_in: Intake, seller: StaffMember
) -> None:
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await drafts.split(order.id, (await account(AccountKind.CARD)).id, D(5), by=seller)
    assert (await content_of(order)).down_payment == 5

    await take_in(incoming("1", line("A", 2), minute=5, is_paid=True))

    assert (await content_of(order)).down_payment == 0
    await sales.add_sale(order.id, by=seller)
    assert await check.differences() == []


async def test_goods_that_come_in_go_to_a_window_that_waits(
    take_in: Intake, seller: StaffMember
) -> None:
    await stock_up({"B": 0})
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    await draft_lines.add_product(order.id, (await product("B")).id, by=seller)

    await stock_up({"B": 1})
    await take_in(incoming("2", line("B", 1)))

    assert [item.reserved for item in (await content_of(order)).items] == [2, 1]
    assert await check.differences() == []


async def test_what_comes_back_in_pieces_cost_what_it_cost(
    take_in: Intake, seller: StaffMember
) -> None:
    await (await product("A")).update_from_dict({"cost": D("1.01")}).save()
    order = await take_order(take_in, quantity=1)
    await drafts.open_window(order.id, by=seller)
    sale = await sales.add_sale(order.id, by=seller)

    for _ in range(2):
        return_id = await returns.open_return(sale.id, by=seller)
        part = (await returns.content(return_id)).items[0].line.id
        await returns.set_line(return_id, part, D("0.5"), is_written_off=False, by=seller)
        sale = await returns.complete(return_id, by=seller)

    assert (sale.cost, sale.returned_cost, sale.profit) == (D("1.01"), D("1.01"), D(0))
    await undo.undo(order.id, by=seller)
    assert (await Sale.get(id=sale.id)).returned_cost == D("0.51")


async def test_a_view_never_shows_an_edit_it_has_not_seen(
    take_in: Intake, seller: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await take_order(take_in)
    await drafts.open_window(order.id, by=seller)
    key = await key_of(order)
    read_order = order_views.order_view

    async def edited_meanwhile(order_id: int) -> object:
        view = await read_order(order_id)
        await draft_lines.set_price(order_id, key, D(1), by=seller)
        return view

    monkeypatch.setattr(order_views, "order_view", edited_meanwhile)
    view = await sale_views.window_view(order.id, by=seller)

    assert view.content.sums.total == 2
    assert view.order.order.revision < (await Order.get(id=order.id)).revision
