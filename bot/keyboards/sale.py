"""The buttons of the sale window and of its questions."""

from collections.abc import Sequence
from typing import TypeVar

from aiogram.enums import ButtonStyle
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, Row, button, keyboard, rows_of, turns
from bot.keyboards.orders import LONGEST_LABEL
from bot.keyboards.sale_taps import (
    AccountTap,
    AddTap,
    ChannelTap,
    ChoicesTap,
    FieldTap,
    LinesTap,
    SaleAction,
    SaleTap,
    ValueTap,
)
from bot.keyboards.waybill_taps import Origin, WaybillAction, WaybillTap
from bot.markup import plain
from bot.names import account_name
from models.money import MoneyAccount
from models.orders import Order
from models.sales import SalesChannel
from services.window_fields import Field

_Choice = TypeVar("_Choice", SalesChannel, MoneyAccount)

CHOICES = 30  # channels or accounts to a page


def window_keyboard(order: Order, t: Translator, *, shortage: str = "") -> InlineKeyboardMarkup:
    """The sale window's buttons. ``shortage``: the fingerprint of what is sold though missing."""
    id_ = order.id
    return keyboard(
        [
            [
                go("🛒 " + t("Sales channel"), SaleAction.CHANNELS, id_),
                go("💰 " + t("Receipt of money"), SaleAction.ACCOUNTS, id_),
            ],
            [
                go("📄 " + t("Waybill"), SaleAction.WAYBILL, id_),
                button("📦 " + t("Products"), LinesTap(order_id=id_)),
            ],
            [
                ask("🏷 " + t("Discount"), Field.DISCOUNT, id_),
                go("👤 " + t("Customer"), SaleAction.CUSTOMER, id_),
            ],
            [
                go("🚚 " + t("Delivery"), SaleAction.DELIVERY, id_),
                ask("💬 " + t("Note"), Field.NOTE, id_),
            ],
            [_add_button(order, t, shortage=shortage)],
            [go("⬅️ " + t("Back"), SaleAction.BACK, id_)],
        ]
    )


def go(label: str, action: SaleAction, order_id: int) -> InlineKeyboardButton:
    """A button that leads to another screen of the window."""
    return button(label, SaleTap(action=action, order_id=order_id))


def ask(label: str, field: Field, order_id: int, key: str = "") -> InlineKeyboardButton:
    """A button that asks for one line of the window."""
    return button(label, FieldTap(field=field, order_id=order_id, key=key))


def fill(
    label: str, field: Field, order_id: int, value: str, key: str = ""
) -> InlineKeyboardButton:
    """A button that answers such a question."""
    return button(label, ValueTap(field=field, order_id=order_id, key=key, value=value))


def _add_button(order: Order, t: Translator, *, shortage: str) -> InlineKeyboardButton:
    label = ("⚠️ " if shortage else "✅ ") + t("Add sale")
    tap = AddTap(order_id=order.id, revision=order.revision, anyway=shortage)
    return button(label, tap, ButtonStyle.SUCCESS)


def channels_keyboard(
    order_id: int,
    channels: Sequence[SalesChannel],
    current_id: int,
    t: Translator,
    page: int | None = None,
) -> InlineKeyboardMarkup:
    """The sales channels, the chosen one marked; its page unless another one is asked for."""
    page = _page_with(channels, current_id) if page is None else page
    buttons = [
        button(
            (CHOSEN if channel.id == current_id else "") + plain(channel.name, LONGEST_LABEL),
            ChannelTap(order_id=order_id, channel_id=channel.id),
        )
        for channel in _shown(channels, page)
    ]
    new = ask("➕ " + t("New channel"), Field.NEW_CHANNEL, order_id)
    turn = _turns(order_id, SaleAction.CHANNELS, page, len(channels))
    return keyboard([*rows_of(2, buttons), turn, [new], [back_to_window(order_id, t)]])


def _page_with(choices: Sequence[SalesChannel | MoneyAccount], id_: int | None) -> int:
    ids = [choice.id for choice in choices]
    return ids.index(id_) // CHOICES if id_ in ids else 0


def _shown(choices: Sequence[_Choice], page: int) -> Sequence[_Choice]:
    return choices[page * CHOICES : (page + 1) * CHOICES]


def _turns(order_id: int, action: SaleAction, page: int, count: int) -> Row:
    pages = -(-count // CHOICES)
    return turns(page, pages, lambda to: ChoicesTap(action=action, order_id=order_id, page=to))


def accounts_keyboard(
    order_id: int,
    accounts: Sequence[MoneyAccount],
    current_id: int,
    t: Translator,
    page: int | None = None,
) -> InlineKeyboardMarkup:
    """The money accounts, the chosen one marked; its page unless another one is asked for."""
    page = _page_with(accounts, current_id) if page is None else page
    buttons = [
        button(
            (CHOSEN if account.id == current_id else "") + account_name(account, t),
            AccountTap(order_id=order_id, account_id=account.id),
        )
        for account in _shown(accounts, page)
    ]
    new = ask("➕ " + t("New account"), Field.NEW_ACCOUNT, order_id)
    split = go("➗ " + t("Down payment"), SaleAction.DOWN_ACCOUNTS, order_id)
    turn = _turns(order_id, SaleAction.ACCOUNTS, page, len(accounts))
    return keyboard([*rows_of(2, buttons), turn, [split, new], [back_to_window(order_id, t)]])


def down_accounts_keyboard(
    order_id: int,
    accounts: Sequence[MoneyAccount],
    current_id: int | None,
    t: Translator,
    page: int | None = None,
) -> InlineKeyboardMarkup:
    """The accounts a down payment can go to. ``current_id``: where one goes now."""
    page = _page_with(accounts, current_id) if page is None else page
    buttons = [
        ask(
            (CHOSEN if account.id == current_id else "") + account_name(account, t),
            Field.DOWN_PAYMENT,
            order_id,
            str(account.id),
        )
        for account in _shown(accounts, page)
    ]
    none = []
    if current_id is not None:
        label = t("No down payment")
        none = [fill(label, Field.DOWN_PAYMENT, order_id, "", str(current_id))]
    turn = _turns(order_id, SaleAction.DOWN_ACCOUNTS, page, len(accounts))
    back = go("⬅️ " + t("Back"), SaleAction.ACCOUNTS, order_id)
    return keyboard([*rows_of(2, buttons), turn, none, [back]])


def waybill_keyboard(order_id: int, number: str, t: Translator) -> InlineKeyboardMarkup:
    """None, an existing number, or have one made."""
    none = (CHOSEN if not number else "") + t("No waybill")
    form = WaybillTap(action=WaybillAction.FORM, order_id=order_id, origin=Origin.WINDOW)
    return keyboard(
        [
            [
                fill(none, Field.WAYBILL, order_id, ""),
                ask("🔢 " + t("Existing number"), Field.WAYBILL, order_id),
            ],
            [button("➕ " + t("Create"), form)],
            [back_to_window(order_id, t)],
        ]
    )


def customer_keyboard(order_id: int, t: Translator) -> InlineKeyboardMarkup:
    """What can be changed of the customer."""
    return keyboard(
        [
            [
                ask("👤 " + t("Name"), Field.NAME, order_id),
                ask("📞 " + t("Phone"), Field.PHONE, order_id),
            ],
            [ask("✉️ " + t("E-mail"), Field.EMAIL, order_id)],
            [back_to_window(order_id, t)],
        ]
    )


def delivery_keyboard(order_id: int, t: Translator) -> InlineKeyboardMarkup:
    """What can be changed of the delivery."""
    return keyboard(
        [
            [
                ask("🚚 " + t("Carrier"), Field.CARRIER, order_id),
                ask("🏙 " + t("City"), Field.CITY, order_id),
            ],
            [
                ask("📍 " + t("Branch or address"), Field.ADDRESS, order_id),
                ask("💵 " + t("Delivery cost"), Field.DELIVERY_COST, order_id),
            ],
            [back_to_window(order_id, t)],
        ]
    )


def taken_keyboard(order_id: int, t: Translator) -> InlineKeyboardMarkup:
    """For somebody whose colleague is in the window."""
    return keyboard(
        [
            [go("✋ " + t("Take over"), SaleAction.TAKE_OVER, order_id)],
            [go("⬅️ " + t("Back"), SaleAction.LEAVE, order_id)],
        ]
    )


def back_to_window(order_id: int, t: Translator) -> InlineKeyboardButton:
    return button("⬅️ " + t("Back"), SaleTap(action=SaleAction.WINDOW, order_id=order_id))
