"""The buttons of an order's card, of its questions, and of lists of orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, copying, keyboard, rows_of, turns
from bot.keyboards.waybill_taps import Origin
from bot.keyboards.waybills import copy_number, waybill_button
from bot.markup import plain
from bot.names import reason_name, status_mark
from domain.orders import Phase, RejectReason
from domain.rights import Right, Role, may
from models.statuses import OrderStatus
from services.order_views import OrderView
from services.statuses import COMPLETED_ID, REFUSED_ID

NEW_STATUS = 0  # a StatusTap on "New status"
STATUSES_ON_PAGE = 30
LONGEST_LABEL = 60
_LONGEST_NUMBER = 16


class OrderAction(StrEnum):
    """What a tap wants done with one order."""

    CONFIRM = "cf"
    REJECT = "rj"
    STATUS = "st"
    HISTORY = "hi"
    REOPEN = "ro"
    UNDO = "un"
    RETURN = "rt"  # of a completed order: take goods of its sale back
    CARD = "cd"  # show the card here; also Back to the card
    CLAIM = "cl"  # be on it, for others to wait
    RELEASE = "fr"
    DUPLICATE = "du"  # cancel it as a duplicate of another shop's order
    NO_ANSWER = "na"  # the customer did not pick up
    REMIND = "re"  # when to remind of it
    LINK = "lk"  # say which product a line is
    TELL_AGAIN = "ta"  # tell the site what it did not take


class OrderTap(CallbackData, prefix="o1"):
    """A tap on an order."""

    action: OrderAction
    order_id: int


class HistoryTap(CallbackData, prefix="h1"):
    """A page of an order's history. ``page`` counts from 0, the newest."""

    order_id: int
    page: int


class RejectTap(CallbackData, prefix="r1"):
    """The reason chosen; the choice is the confirmation."""

    order_id: int
    reason: RejectReason


class StatusTap(CallbackData, prefix="s1"):
    """The status chosen: an own one, Completed, Refused, or ``NEW_STATUS``."""

    order_id: int
    status_id: int


class StatusesTap(CallbackData, prefix="s2"):
    """A page of the statuses to choose from. ``page`` counts from 0."""

    order_id: int
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)]


# What a tap takes; the others are everybody's. Services demand the same.
TAKES: Mapping[OrderAction, Right] = {
    OrderAction.CONFIRM: Right.SELL,
    OrderAction.REJECT: Right.CLOSE,
    OrderAction.DUPLICATE: Right.CLOSE,
    OrderAction.REOPEN: Right.CLOSE,
    OrderAction.UNDO: Right.CLOSE,  # the right to the step itself; no role has but one of them
    OrderAction.RETURN: Right.MONEY,
    OrderAction.LINK: Right.LINK,
}


def offered(markup: InlineKeyboardMarkup, role: Role | None) -> InlineKeyboardMarkup:
    """The buttons that this role may use. None: several people read them, so all."""
    if role is None:
        return markup
    rows = [[one for one in row if _may_tap(one, role)] for row in markup.inline_keyboard]
    return keyboard(rows)


def _may_tap(offer: InlineKeyboardButton, role: Role) -> bool:
    data = offer.callback_data or ""
    right = None
    if data.startswith(f"{OrderTap.__prefix__}:"):
        right = TAKES.get(OrderTap.unpack(data).action)
    elif data.startswith(f"{StatusTap.__prefix__}:"):
        status_id = StatusTap.unpack(data).status_id
        right = {COMPLETED_ID: Right.SELL, REFUSED_ID: Right.CLOSE}.get(status_id)
    return right is None or may(role, right)


def order_keyboard(
    view: OrderView, t: Translator, *, now: datetime, role: Role | None = None
) -> InlineKeyboardMarkup:
    """What can be done with the order as it is now, by the one reader of this role, or by all.

    ``Undo`` is on every copy of the card; the service knows whose step it was.
    """
    rows = _order_keyboard(view, t, now).inline_keyboard
    return offered(keyboard([*_tell_again(view, t), *rows]), role)


def _tell_again(view: OrderView, t: Translator) -> list[Row]:
    if not view.order.tell_problem:
        return []
    tap = OrderTap(action=OrderAction.TELL_AGAIN, order_id=view.order.id)
    return [[button("🔁 " + t("Tell again"), tap)]]


def _order_keyboard(view: OrderView, t: Translator, now: datetime) -> InlineKeyboardMarkup:
    order_id = view.order.id
    history = button("🕘 " + t("History"), OrderTap(action=OrderAction.HISTORY, order_id=order_id))
    if view.is_open:
        confirm = OrderTap(action=OrderAction.CONFIRM, order_id=order_id)
        reject = OrderTap(action=OrderAction.REJECT, order_id=order_id)
        status = OrderTap(action=OrderAction.STATUS, order_id=order_id)
        claim = OrderTap(action=OrderAction.CLAIM, order_id=order_id)
        release = OrderTap(action=OrderAction.RELEASE, order_id=order_id)
        no_answer = OrderTap(action=OrderAction.NO_ANSWER, order_id=order_id)
        remind = OrderTap(action=OrderAction.REMIND, order_id=order_id)
        return keyboard(
            [
                [
                    button("✅ " + t("Confirm"), confirm, ButtonStyle.SUCCESS),
                    button("✖️ " + t("Reject"), reject, ButtonStyle.DANGER),
                ],
                [
                    button("🏷 " + t("Change status"), status),
                    button("✋ " + t("Release"), release)
                    if view.holder is not None
                    else button("✋ " + t("I'm on it"), claim),
                ],
                [
                    button("📵 " + t("No answer"), no_answer),
                    button("⏰ " + t("Remind"), remind),
                ],
                _link(view, t),
                _twin(view, t),
                [*copying("📋 " + t("Copy phone"), view.order.phone), history],
                _waybill(view, t),
            ]
        )
    row = [history]
    if view.order.phase in {Phase.CANCELED, Phase.REFUSED}:
        reopen = OrderTap(action=OrderAction.REOPEN, order_id=order_id)
        row.append(button("♻️ " + t("Reopen"), reopen))
    undo = [undo_button(order_id, t)] if can_undo(view, now) else []
    if view.order.phase is Phase.COMPLETED:
        take_back = OrderTap(action=OrderAction.RETURN, order_id=order_id)
        row.append(button("📥 " + t("Return"), take_back))
        return keyboard([row, _waybill(view, t), undo])
    return keyboard([[*row, *undo], _waybill(view, t)])


def _waybill(view: OrderView, t: Translator) -> Row:
    """To the order's waybill, where it has one; its number to be copied once the order is over."""
    waybill = view.waybill
    if waybill is None:
        return []
    number = [] if view.is_open else copy_number(waybill, t)
    return [waybill_button(view.order.id, Origin.CARD, t), *number]


def _link(view: OrderView, t: Translator) -> Row:
    if all(line.product is not None for line in view.lines):
        return []
    tap = OrderTap(action=OrderAction.LINK, order_id=view.order.id)
    return [button("🔗 " + t("Link product"), tap)]


def _twin(view: OrderView, t: Translator) -> Row:
    """Of a likely duplicate: cancel it, and look at the other order first."""
    twin = view.memory.twin if view.memory is not None else None
    if twin is None:
        return []
    cancel = OrderTap(action=OrderAction.DUPLICATE, order_id=view.order.id)
    other = OrderTap(action=OrderAction.CARD, order_id=twin.order_id)
    label = t("Order {number}", number=plain(twin.number, _LONGEST_NUMBER))
    return [
        button("✖️ " + t("Cancel as duplicate"), cancel, ButtonStyle.DANGER),
        button("🔎 " + label.rstrip(), other),
    ]


def can_undo(view: OrderView, now: datetime) -> bool:
    """Whether the last step may still be taken back (by whoever made it)."""
    return view.undo_until is not None and now < view.undo_until


def undo_button(order_id: int, t: Translator) -> InlineKeyboardButton:
    return button("↩️ " + t("Undo"), OrderTap(action=OrderAction.UNDO, order_id=order_id))


def reject_keyboard(order_id: int, t: Translator) -> InlineKeyboardMarkup:
    """The reasons to reject an order."""
    reasons = [
        button(reason_name(reason, t), RejectTap(order_id=order_id, reason=reason))
        for reason in RejectReason
    ]
    return keyboard([*rows_of(1, reasons), [back_to_card(order_id, t)]])


def statuses_keyboard(
    order_id: int, own: Sequence[OrderStatus], t: Translator, page: int = 0
) -> InlineKeyboardMarkup:
    """The statuses an open order can be given. ``own``: all of them, shown a page at a time."""
    pages = max(-(-len(own) // STATUSES_ON_PAGE), 1)
    page = min(page, pages - 1)
    fixed = [
        button("✅ " + t("Completed"), StatusTap(order_id=order_id, status_id=COMPLETED_ID)),
        button("↩️ " + t("Refused"), StatusTap(order_id=order_id, status_id=REFUSED_ID)),
    ]
    labels = [
        button(
            f"{status_mark(status)} {plain(status.label, LONGEST_LABEL)}",
            StatusTap(order_id=order_id, status_id=status.id),
        )
        for status in own[page * STATUSES_ON_PAGE :][:STATUSES_ON_PAGE]
    ]
    turn = turns(page, pages, lambda to: StatusesTap(order_id=order_id, page=to))
    new = button("➕ " + t("New status"), StatusTap(order_id=order_id, status_id=NEW_STATUS))
    return keyboard([fixed, *rows_of(2, labels), turn, [new], [back_to_card(order_id, t)]])


def history_keyboard(order_id: int, page: int, pages: int, t: Translator) -> InlineKeyboardMarkup:
    """‹ newer and older › pages, and back to the card."""
    turn = turns(page, pages, lambda to: HistoryTap(order_id=order_id, page=to))
    return keyboard([turn, [back_to_card(order_id, t)]])


def back_to_card(order_id: int, t: Translator) -> InlineKeyboardButton:
    return button("⬅️ " + t("Back"), OrderTap(action=OrderAction.CARD, order_id=order_id))


def open_buttons(orders: Sequence[tuple[int, str]], width: int) -> list[Row]:
    """One button for each (order id, label), in rows: it opens the order's card."""
    return rows_of(
        width,
        [
            button(plain(label, LONGEST_LABEL), OrderTap(action=OrderAction.CARD, order_id=id_))
            for id_, label in orders
        ],
    )
