"""What the buttons about an order's waybill say when they are tapped."""

from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData

Id = Annotated[int, pydantic.Field(ge=0, lt=2**31)]


class Origin(StrEnum):
    """Where the waybill's screen was opened, and so where Back leads."""

    WINDOW = "w"  # the sale window: the same message
    RECEIPT = "r"  # the sale's receipt: the same message
    CARD = "c"  # an order's card: a message of its own below it


class WaybillAction(StrEnum):
    """What a tap wants done about the waybill of one order."""

    OPEN = "op"  # show it; where there is none, offer to make or to name one
    SHOW = "sw"  # the same in the tapped message, whatever the origin
    FORM = "fo"  # put one together
    NONE = "no"  # none, as far as the sale is concerned
    NUMBER = "nu"  # type the number of one that exists
    LABEL = "la"
    SHEET = "sh"
    REFRESH = "re"  # ask the carrier how it is now
    DELETE = "de"  # asks
    DELETE_SURELY = "ds"
    BACK = "bk"


class WaybillTap(CallbackData, prefix="y1"):
    """A tap about the waybill of an order."""

    action: WaybillAction
    order_id: Id
    origin: Origin
