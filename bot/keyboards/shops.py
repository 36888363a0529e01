"""The buttons of connected shops in Settings."""

from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData


class ShopAction(StrEnum):
    """What a tap on a shop's screen wants."""

    SHOW = "sh"
    CONNECT = "cn"  # begin to connect another one; ``id`` is 0
    NAME = "nm"  # another name
    KEYS = "ky"  # other keys
    CHECK = "ck"  # look now whether all is well
    OPEN_ORDERS = "oo"  # take the orders that wait there already
    ONLY_NEW = "on"  # leave them
    ASK_DISCONNECT = "ad"
    DISCONNECT = "dc"
    STATUSES = "st"  # the screen of what is told of orders
    STOCK = "sk"  # the screen of what is told of stock
    CATALOGUE = "ca"  # the screen of the catalogue and its import
    UNMATCHED = "um"  # the screen of listings without a product


class ShopTap(CallbackData, prefix="gk"):
    """A tap about a shop. ``page`` counts from 0, where there are pages."""

    action: ShopAction
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)] = 0
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)] = 0
