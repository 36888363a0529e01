"""A packer taps everything there is, on all cards, windows and receipts: nothing happens."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import Update

from bot.keyboards.orders import NEW_STATUS, OrderAction, OrderTap, RejectTap, StatusTap
from bot.keyboards.sale_taps import (
    AccountTap,
    AddTap,
    ChannelTap,
    FieldTap,
    LineAction,
    LinesTap,
    LineTap,
    ProductTap,
    SaleAction,
    SaleTap,
    ValueTap,
)
from bot.keyboards.sales_taps import (
    ReceiptAction,
    ReceiptTap,
    ReturnAction,
    ReturnLineAction,
    ReturnLineTap,
    ReturnTap,
    SettleTap,
    packed_sum,
)
from domain.orders import RejectReason
from domain.rights import Role
from models.drafts import SaleDraft, SaleDraftLine
from models.money import MoneyAccount, MoneyEntry
from models.orders import Order, OrderEvent
from models.sales import Sale, SaleLine, SaleReturn, SaleReturnLine
from models.staff import Invite, StaffMember
from models.stock import Product, StockMovement
from services import drafts, orders, returns
from services.statuses import COMPLETED_ID, REFUSED_ID
from services.window_fields import Field
from tests.bot.conftest import Scene
from tests.factories import make_staff, sell

PACKER_ID = 5003
# What packers may not change. Claims, comments, reminders and labels are theirs.
TABLES = (
    *(Sale, SaleLine, SaleDraft, SaleDraftLine, SaleReturn, SaleReturnLine),
    *(MoneyEntry, Product, StockMovement, StaffMember, Invite),
)
CARES = ("status", "commented", "no_answer", "reminder")


async def state() -> list[object]:
    rows: list[object] = [await table.all().order_by("id").values() for table in TABLES]
    rows.append(await Order.all().order_by("id").values("id", "phase"))
    rows.append(await OrderEvent.exclude(kind__in=CARES).order_by("id").values("id", "kind"))
    return rows


def tap(data: str, chat: dict[str, Any], number: int) -> Update:
    person = {"id": PACKER_ID, "is_bot": False, "first_name": "Pack", "language_code": "en"}
    bot = {"id": 42, "is_bot": True, "first_name": "Kramar"}
    message = {"message_id": 9, "date": 1, "chat": chat, "from": bot, "text": "card"}
    query = {
        "id": str(number),
        "from": person,
        "chat_instance": "1",
        "data": data,
        "message": message,
    }
    return Update.model_validate({"update_id": number, "callback_query": query})


def every(kind: type[CallbackData], action: type[StrEnum], **about: object) -> list[CallbackData]:
    return [kind.model_validate({"action": one, **about}) for one in action]


def on_cards(order_ids: list[int]) -> Iterator[CallbackData]:
    for id_ in order_ids:
        yield from every(OrderTap, OrderAction, order_id=id_)
        for reason in RejectReason:
            yield RejectTap(order_id=id_, reason=reason)
        for status_id in (COMPLETED_ID, REFUSED_ID, NEW_STATUS):
            yield StatusTap(order_id=id_, status_id=status_id)


def in_the_window(order: Order, line_id: int, account: MoneyAccount) -> Iterator[CallbackData]:
    yield from every(SaleTap, SaleAction, order_id=order.id)
    yield AddTap(order_id=order.id, revision=order.revision)
    yield ChannelTap(order_id=order.id, channel_id=1)
    yield AccountTap(order_id=order.id, account_id=account.id)
    yield LinesTap(order_id=order.id)
    yield from every(LineTap, LineAction, order_id=order.id, key=f"o{line_id}")
    yield ProductTap(order_id=order.id, product_id=1)
    for field in (Field.DISCOUNT, Field.NOTE, Field.NEW_CHANNEL):
        yield FieldTap(field=field, order_id=order.id)
        yield ValueTap(field=field, order_id=order.id, value="1")


def on_the_receipt(sale: Sale, back: SaleReturn, account: MoneyAccount) -> Iterator[CallbackData]:
    yield from every(ReceiptTap, ReceiptAction, sale_id=sale.id)
    for action in ReturnAction:
        value = account.id if action is ReturnAction.ACCOUNT else back.revision
        yield ReturnTap(action=action, sale_id=sale.id, return_id=back.id, value=value)
    about = {"sale_id": sale.id, "return_id": back.id, "line_id": 1}
    yield from every(ReturnLineTap, ReturnLineAction, **about)
    expected = packed_sum(sale.outstanding)
    yield SettleTap(sale_id=sale.id, account_id=account.id, expected=expected)


@pytest.mark.parametrize("any_engine", ["sqlite"])  # who may do what is no matter of engines
@pytest.mark.parametrize("is_group", [False, True])
async def test_a_packer_who_taps_everything_changes_nothing(
    resting: Scene, any_engine: str, *, is_group: bool
) -> None:
    """The taps of old messages and of links that a colleague forwards are among them."""
    packer = resting.telegram.add_user(id=PACKER_ID, first_name="Pack", has_started=True)
    group = resting.telegram.add_group(id=-77, title="Shop", members=[packer])
    await make_staff("Pack", PACKER_ID)
    await StaffMember.filter(telegram_id=PACKER_ID).update(role=Role.PACKER)
    seller = await resting.member(resting.seller)
    made = [await resting.new_order(("A", 1), number=str(each)) for each in range(1, 5)]
    _, windowed, refused, sold = made
    await drafts.open_window(windowed.id, by=seller)
    await orders.refuse(refused.id, by=seller)
    await sell(sold, seller)
    sale = await Sale.get()
    await returns.open_return(sale.id, by=seller)
    cash = await MoneyAccount.all().order_by("id").first()
    assert cash is not None
    chat = group.as_json() if is_group else {"id": PACKER_ID, "type": "private"}
    places = [on_cards([each.id for each in made])]
    if not is_group:  # windows and receipts are in private chats only
        places.append(in_the_window(await Order.get(id=windowed.id), windowed.id, cash))
        places.append(on_the_receipt(sale, await SaleReturn.get(), cash))
    dispatcher = resting.new_dispatcher()
    before = await state()

    for taps in places:
        for number, each in enumerate(taps, start=1):
            await dispatcher.feed_update(resting.bot, tap(each.pack(), chat, number))
        assert await state() == before

    links = [call.params.get("url") for call in resting.telegram.calls]
    assert not any(link and "start=" in link for link in links)
