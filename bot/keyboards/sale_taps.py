"""What the buttons of a sale window say when they are tapped."""

from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData

from services.window_fields import Field

Id = Annotated[int, pydantic.Field(ge=0, lt=2**31)]
# Of a line: "o" or "a" and an id, as ``SaleItem.key``; of an account: its id.
Key = Annotated[str, pydantic.Field(pattern=r"^([oa]?[0-9]{1,10})?$")]


class SaleAction(StrEnum):
    """What a tap wants done in the sale window of one order."""

    WINDOW = "wi"  # Back from a question to the window
    CHANNELS = "ch"
    ACCOUNTS = "ac"
    DOWN_ACCOUNTS = "da"
    WAYBILL = "wb"
    CUSTOMER = "cu"
    DELIVERY = "de"
    TAKE_OVER = "to"
    LEAVE = "lv"  # do not take over: the window stays with the colleague
    BACK = "bk"  # drop the window; the order was never changed


class SaleTap(CallbackData, prefix="w1"):
    """A tap in a sale window."""

    action: SaleAction
    order_id: Id


class FieldTap(CallbackData, prefix="wf"):
    """Ask for one line of the window. ``key``: of the sale's line, or the account."""

    field: Field
    order_id: Id
    key: Key = ""


class ValueTap(CallbackData, prefix="wv"):
    """A usual answer to such a question, as if it had been typed; "" empties the line."""

    field: Field
    order_id: Id
    key: Key = ""
    value: str = ""


class AddTap(CallbackData, prefix="wa"):
    """``Add sale``. ``revision`` is of the order that the window shows: nobody sells unseen."""

    order_id: Id
    revision: Id
    anyway: str = ""  # the second tap: the fingerprint of the shortage it accepts


class ChoicesTap(CallbackData, prefix="wg"):
    """Another page of the channels or accounts to choose from. ``page`` counts from 0."""

    action: SaleAction
    order_id: Id
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)]


class ChannelTap(CallbackData, prefix="wc"):
    """The sales channel chosen."""

    order_id: Id
    channel_id: Id


class AccountTap(CallbackData, prefix="wm"):
    """The money account chosen."""

    order_id: Id
    account_id: Id


class LinesTap(CallbackData, prefix="wq"):
    """Show the products of the sale. ``page`` counts from 0."""

    order_id: Id
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)] = 0


class LineAction(StrEnum):
    """What a tap wants done with one line of the sale."""

    SHOW = "sh"
    LESS = "le"
    MORE = "mo"
    REMOVE = "rm"
    RESTORE = "rs"  # sell it as it was ordered


class LineTap(CallbackData, prefix="wl"):
    """A tap on one line of the sale. ``key``: as ``SaleItem.key``."""

    action: LineAction
    order_id: Id
    key: Annotated[str, pydantic.Field(pattern=r"^[oa][0-9]{1,10}$")]


class ProductTap(CallbackData, prefix="wp"):
    """The product chosen to be added."""

    order_id: Id
    product_id: Id
