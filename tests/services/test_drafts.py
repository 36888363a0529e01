"""The sale window: whose it is, what it follows, and how it goes."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.errors import (
    InvalidTransitionError,
    KramarError,
    NameTakenError,
    NotFoundError,
    OrderChangedError,
    TypedError,
    WindowTakenError,
)
from domain.orders import PlatformState, RejectReason
from domain.payments import AccountKind
from domain.sums import Discount
from models.drafts import SaleDraft, SaleDraftLine
from models.money import MoneyAccount
from models.orders import Order
from models.sales import SalesChannel
from models.staff import StaffMember
from services import check, choices, draft_lines, drafts, orders, sales
from services.choices import Sort
from tests.factories import Intake, incoming, line, numbers, stock_up
from tests.services.sale_stage import (
    TEXT_FIELDS,
    TOLD,
    D,
    account,
    content_of,
    items,
    key_of,
    product,
    take_order,
    texts_of,
    window,
)


@pytest.fixture
async def order(take_in: Intake) -> Order:
    """Two pieces of A, of which there are five; B lies beside them."""
    await stock_up({"A": 5, "B": 5})
    return await take_order(take_in, **TOLD)


# --- whose window it is --------------------------------------------------------------------------


async def test_a_window_opens_with_what_the_order_says(order: Order, seller: StaffMember) -> None:
    before = await Order.get(id=order.id).values()

    opened = await drafts.open_window(order.id, by=seller)

    view = await window(order, seller)
    assert opened.former is None
    assert view.sales_channel.name == "My Shop"
    assert view.money_account.kind is AccountKind.UNPAID
    assert view.down_account is None
    assert [(i.name, i.quantity, i.unit_price) for i in view.content.items] == [
        ("Product A", D(2), D(10))
    ]
    assert texts_of(view.content) == {field: TOLD[field] for field in TEXT_FIELDS}
    sums = view.content.sums
    assert (sums.goods, sums.discount, sums.delivery_cost, sums.fees) == (D(20), D(5), D(70), D(0))
    assert (sums.total, sums.due) == (D(85), D(85))
    assert await Order.get(id=order.id).values() == {**before, "is_touched": True}


async def test_opening_again_goes_on_with_the_same_window(
    order: Order, seller: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    await drafts.set_text(order.id, "note", "крихке", by=seller)
    revision = (await Order.get(id=order.id)).revision

    again = await drafts.open_window(order.id, by=seller)

    assert again.draft.note == "крихке"
    assert await SaleDraft.all().count() == 1
    assert (await Order.get(id=order.id)).revision == revision


async def test_a_colleagues_window_is_named_and_can_be_taken_over(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    await drafts.show_window_at(order.id, 5001, 77, by=seller)
    await drafts.set_text(order.id, "note", "крихке", by=seller)

    with pytest.raises(WindowTakenError) as refused:
        await drafts.open_window(order.id, by=colleague)
    assert refused.value.holder == "Олег"
    assert refused.value.since == (await SaleDraft.get()).updated_at
    opened = await drafts.open_window(order.id, by=colleague, take_over=True)

    assert opened.former == (5001, 77)
    view = await window(order, colleague)
    assert view.draft.note == "крихке"
    with pytest.raises(WindowTakenError):
        await window(order, seller)


async def test_a_colleagues_window_that_was_shown_nowhere_is_taken_over(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)

    opened = await drafts.open_window(order.id, by=colleague, take_over=True)

    assert opened.former is None


Edit = Callable[[int, str, StaffMember], Awaitable[Any]]


async def add_b(order_id: int, _key: str, by: StaffMember) -> None:
    await draft_lines.add_product(order_id, (await product("B")).id, by=by)


async def choose_cash(order_id: int, _key: str, by: StaffMember) -> None:
    await drafts.choose_account(order_id, (await account(AccountKind.CASH)).id, by=by)


async def split_to_cash(order_id: int, _key: str, by: StaffMember) -> None:
    await drafts.split(order_id, (await account(AccountKind.CASH)).id, D(10), by=by)


async def choose_first_channel(order_id: int, _key: str, by: StaffMember) -> None:
    channel = await SalesChannel.all().first()
    assert channel is not None
    await drafts.choose_channel(order_id, channel.id, by=by)


EDITS: dict[str, Edit] = {
    "text": lambda id_, _, by: drafts.set_text(id_, "note", "x", by=by),
    "discount": lambda id_, _, by: drafts.set_discount(id_, Discount(D(1)), by=by),
    "delivery": lambda id_, _, by: drafts.set_delivery_cost(id_, D(1), by=by),
    "account": choose_cash,
    "split": split_to_cash,
    "channel": choose_first_channel,
    "new channel": lambda id_, _, by: choices.new_in_window(Sort.CHANNEL, id_, "Базар", by=by),
    "new account": lambda id_, _, by: choices.new_in_window(Sort.ACCOUNT, id_, "Каса 2", by=by),
    "quantity": lambda id_, key, by: draft_lines.set_quantity(id_, key, D(3), by=by),
    "step": lambda id_, key, by: draft_lines.step_quantity(id_, key, 1, by=by),
    "price": lambda id_, key, by: draft_lines.set_price(id_, key, D(3), by=by),
    "line discount": lambda id_, key, by: draft_lines.set_discount(id_, key, Discount(D(1)), by=by),
    "restore": lambda id_, key, by: draft_lines.restore(id_, key, by=by),
    "add": add_b,
    "back": lambda id_, _, by: drafts.close_window(id_, by=by),
    "sell": lambda id_, _, by: sales.add_sale(id_, by=by),
}


async def stored() -> list[Any]:
    """Everything that an edit might leave behind."""
    tables = (Order, SaleDraft, SaleDraftLine, SalesChannel, MoneyAccount)
    return [await table.all().order_by("id").values() for table in tables]


@pytest.mark.parametrize("name", EDITS)
async def test_who_lost_the_window_can_change_nothing(
    order: Order, seller: StaffMember, colleague: StaffMember, name: str
) -> None:
    await drafts.open_window(order.id, by=seller)
    key = await key_of(order)
    await drafts.open_window(order.id, by=colleague, take_over=True)
    before = await stored()

    with pytest.raises(WindowTakenError) as refused:
        await EDITS[name](order.id, key, seller)

    assert refused.value.holder == "Ірина"
    assert await stored() == before
    assert await numbers("A") == ("5", "2")


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize(
    ("ending", "error"), [("closed", NotFoundError), ("rejected", InvalidTransitionError)]
)
async def test_a_window_that_is_gone_cannot_be_edited(
    order: Order, seller: StaffMember, name: str, ending: str, error: type[KramarError]
) -> None:
    await drafts.open_window(order.id, by=seller)
    key = await key_of(order)
    if ending == "closed":
        await drafts.close_window(order.id, by=seller)
    else:
        await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)
    before = await stored()

    with pytest.raises(error):
        await EDITS[name](order.id, key, seller)

    assert await stored() == before


@pytest.mark.parametrize("name", [name for name in EDITS if name not in {"back", "sell"}])
async def test_every_edit_makes_an_older_view_look_again(
    order: Order, seller: StaffMember, name: str
) -> None:
    await drafts.open_window(order.id, by=seller)
    shown = (await Order.get(id=order.id)).revision
    before = (await SaleDraft.get()).updated_at

    await EDITS[name](order.id, await key_of(order), seller)

    with pytest.raises(OrderChangedError):
        await sales.add_sale(order.id, by=seller, revision=shown)
    assert (await SaleDraft.get()).updated_at > before


async def test_a_window_dropped_and_opened_anew_is_not_sold_by_its_old_view(
    order: Order, seller: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    await drafts.set_discount(order.id, Discount(D(15)), by=seller)
    shown = (await Order.get(id=order.id)).revision
    await drafts.close_window(order.id, by=seller)
    await drafts.open_window(order.id, by=seller)

    with pytest.raises(OrderChangedError):
        await sales.add_sale(order.id, by=seller, revision=shown)


async def test_taking_over_makes_an_older_view_look_again(
    order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    shown = (await Order.get(id=order.id)).revision
    await drafts.open_window(order.id, by=colleague, take_over=True)
    await drafts.open_window(order.id, by=seller, take_over=True)

    with pytest.raises(OrderChangedError):
        await sales.add_sale(order.id, by=seller, revision=shown)


async def test_no_window_for_what_is_not_open(order: Order, seller: StaffMember) -> None:
    with pytest.raises(NotFoundError):
        await drafts.open_window(999, by=seller)
    await orders.refuse(order.id, by=seller)

    with pytest.raises(InvalidTransitionError):
        await drafts.open_window(order.id, by=seller)
    assert await SaleDraft.all().count() == 0


# --- how it goes ---------------------------------------------------------------------------------


async def hold_extras(order: Order, by: StaffMember) -> None:
    """One more of A than was ordered, and one of B."""
    await drafts.open_window(order.id, by=by)
    await draft_lines.set_quantity(order.id, await key_of(order), D(3), by=by)
    await draft_lines.add_product(order.id, (await product("B")).id, by=by)
    assert (await numbers("A"), await numbers("B")) == (("5", "3"), ("5", "1"))


async def test_back_leaves_everything_as_it_was(order: Order, seller: StaffMember) -> None:
    await hold_extras(order, seller)

    await drafts.close_window(order.id, by=seller)

    assert (await numbers("A"), await numbers("B")) == (("5", "2"), ("5", "0"))
    assert [await table.all().count() for table in (SaleDraft, SaleDraftLine)] == [0, 0]
    assert await check.differences() == []
    with pytest.raises(NotFoundError):
        await drafts.close_window(order.id, by=seller)


async def test_back_does_not_take_again_what_was_never_given_up(
    take_in: Intake, order: Order, seller: StaffMember
) -> None:
    """A line that was taken out keeps its goods until the sale is added."""
    await drafts.open_window(order.id, by=seller)
    await draft_lines.set_quantity(order.id, await key_of(order), D(0), by=seller)
    await take_order(take_in, "2", 9)
    assert await numbers("A") == ("5", "5")

    await drafts.close_window(order.id, by=seller)

    (item,) = await order.lines.all()
    assert (item.quantity, item.reserved) == (D(2), D(2))
    assert await check.differences() == []


@pytest.mark.parametrize("step", ["reject", "refuse", "platform"])
async def test_a_closed_order_holds_nothing_and_has_no_window(
    take_in: Intake, order: Order, seller: StaffMember, step: str
) -> None:
    await hold_extras(order, seller)

    if step == "reject":
        await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)
    elif step == "refuse":
        await orders.refuse(order.id, by=seller)
    else:
        await take_in(incoming("1", line("A", 2), state=PlatformState.CANCELED, minute=1))

    assert (await numbers("A"), await numbers("B")) == (("5", "0"), ("5", "0"))
    assert [await table.all().count() for table in (SaleDraft, SaleDraftLine)] == [0, 0]
    assert await check.differences() == []


async def test_a_reopened_order_starts_with_a_fresh_window(
    take_in: Intake, order: Order, seller: StaffMember, colleague: StaffMember
) -> None:
    await hold_extras(order, seller)
    await orders.reject(order.id, RejectReason.DUPLICATE, by=seller)
    await orders.reopen(order.id, by=colleague)

    await drafts.open_window(order.id, by=colleague)

    assert [(i.name, i.quantity) for i in await items(order)] == [("Product A", D(2))]
    assert (await numbers("A"), await numbers("B")) == (("5", "2"), ("5", "0"))


# --- channels and accounts -----------------------------------------------------------------------


async def test_a_new_channel_and_account_are_chosen_at_once(
    order: Order, seller: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)

    channel = await choices.new_in_window(Sort.CHANNEL, order.id, "  Базар   на Подолі ", by=seller)
    kept = await choices.new_in_window(Sort.ACCOUNT, order.id, "Каса 2", by=seller)

    view = await window(order, seller)
    assert (view.sales_channel.id, view.sales_channel.name) == (channel.id, "Базар на Подолі")
    assert (view.money_account.id, view.money_account.kind) == (kept.id, AccountKind.OWN)


@pytest.mark.parametrize("text", ["базар", " БАЗАР ", "my shop", "MY  SHOP"])
async def test_a_channel_of_the_same_name_is_refused(
    order: Order, seller: StaffMember, text: str
) -> None:
    await drafts.open_window(order.id, by=seller)
    await choices.new_in_window(Sort.CHANNEL, order.id, "Базар", by=seller)
    before = await stored()

    with pytest.raises(NameTakenError):
        await choices.new_in_window(Sort.CHANNEL, order.id, text, by=seller)

    assert await stored() == before


@pytest.mark.parametrize("text", ["каса 2", "CASH", "готівка", "Післяплата", "не оплачено"])
async def test_an_account_of_the_same_name_is_refused(
    order: Order, seller: StaffMember, text: str
) -> None:
    await drafts.open_window(order.id, by=seller)
    await choices.new_in_window(Sort.ACCOUNT, order.id, "Каса 2", by=seller)
    before = await stored()

    with pytest.raises(NameTakenError):
        await choices.new_in_window(Sort.ACCOUNT, order.id, text, by=seller)

    assert await stored() == before


@pytest.mark.parametrize("text", ["", "x" * 31])
async def test_a_name_that_cannot_be_one_is_refused(
    order: Order, seller: StaffMember, text: str
) -> None:
    await drafts.open_window(order.id, by=seller)
    before = await stored()

    for sort in Sort:
        with pytest.raises(TypedError):
            await choices.new_in_window(sort, order.id, text, by=seller)

    assert await stored() == before


async def test_what_is_not_there_cannot_be_chosen(order: Order, seller: StaffMember) -> None:
    await drafts.open_window(order.id, by=seller)

    with pytest.raises(NotFoundError):
        await drafts.choose_channel(order.id, 999, by=seller)
    with pytest.raises(NotFoundError):
        await drafts.choose_account(order.id, 999, by=seller)
    with pytest.raises(NotFoundError):
        await drafts.split(order.id, 999, D(5), by=seller)


# --- down payments -------------------------------------------------------------------------------


async def test_a_down_payment_into_the_same_account_is_none(
    order: Order, seller: StaffMember
) -> None:
    await drafts.open_window(order.id, by=seller)
    cash, card = await account(AccountKind.CASH), await account(AccountKind.CARD)
    await drafts.choose_account(order.id, cash.id, by=seller)

    await drafts.split(order.id, card.id, D(30), by=seller)
    assert (await content_of(order)).down_payment == 30
    await drafts.split(order.id, card.id, D(999), by=seller)
    assert (await content_of(order)).down_payment == 85  # all of it, not more
    await drafts.split(order.id, cash.id, D(30), by=seller)
    assert (await window(order, seller)).down_account is None
    await drafts.split(order.id, card.id, D(30), by=seller)
    await drafts.split(order.id, card.id, D(0), by=seller)
    assert (await window(order, seller)).down_account is None
    await drafts.split(order.id, card.id, D(30), by=seller)
    await drafts.choose_account(order.id, card.id, by=seller)

    view = await window(order, seller)
    assert (view.money_account.id, view.down_account) == (card.id, None)
    assert view.content.down_payment == 0
