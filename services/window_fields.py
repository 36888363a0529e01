"""The lines of a sale window that are filled in by typing."""

from enum import StrEnum

from domain import typed
from domain.money import ZERO
from domain.sums import NO_DISCOUNT
from models.staff import StaffMember
from services import choices, draft_lines, drafts, sale_views
from services.choices import Sort


class Field(StrEnum):
    """What can be typed in a sale window. The codes are in buttons and in stored dialogues."""

    DISCOUNT = "di"
    DELIVERY_COST = "dc"
    DOWN_PAYMENT = "dp"  # key: the account's id
    NAME = "na"
    PHONE = "ph"
    EMAIL = "em"
    CARRIER = "ca"
    CITY = "ci"
    ADDRESS = "ad"
    NOTE = "no"
    WAYBILL = "wb"
    NEW_CHANNEL = "nc"
    NEW_ACCOUNT = "nm"
    QUANTITY = "qu"  # key of this and the next two: the line's
    PRICE = "pr"
    LINE_DISCOUNT = "ld"
    PRODUCT = "se"  # search for a product to add: answered by a list, not by a change


_LONGEST = {
    Field.NAME: 200,
    Field.CARRIER: 200,
    Field.CITY: 200,
    Field.ADDRESS: 500,
    Field.NOTE: drafts.LONGEST_NOTE,
}
_TEXT_FIELDS = {
    Field.NAME: "customer_name",
    Field.PHONE: "phone",
    Field.EMAIL: "email",
    Field.CARRIER: "delivery_method",
    Field.CITY: "delivery_city",
    Field.ADDRESS: "delivery_address",
    Field.NOTE: "note",
    Field.WAYBILL: "waybill_number",
}


async def fill(order_id: int, field: Field, text: str, *, by: StaffMember, key: str = "") -> None:
    """Fill in one line of an open window with what somebody typed; "" empties it.

    Raises:
        TypedError: the text cannot be used; what was there stays.
        NameTakenError: a channel or account of this name exists.
        NotFoundError, WindowTakenError, InvalidTransitionError: as ``drafts.editing``.
    """
    match field:
        case Field.DISCOUNT:
            discount = typed.discount(text) if text else NO_DISCOUNT
            await drafts.set_discount(order_id, discount, by=by)
        case Field.DELIVERY_COST:
            await drafts.set_delivery_cost(order_id, typed.amount(text) if text else ZERO, by=by)
        case Field.DOWN_PAYMENT:
            amount = typed.amount(text) if text else ZERO
            await drafts.split(order_id, int(key), amount, by=by)
        case Field.NEW_CHANNEL:
            await choices.new_in_window(Sort.CHANNEL, order_id, text, by=by)
        case Field.NEW_ACCOUNT:
            await choices.new_in_window(Sort.ACCOUNT, order_id, text, by=by)
        case Field.QUANTITY:
            await _fill_quantity(order_id, key, text, by)
        case Field.PRICE:
            await draft_lines.set_price(order_id, key, typed.amount(text), by=by)
        case Field.LINE_DISCOUNT:
            discount = typed.discount(text) if text else NO_DISCOUNT
            await draft_lines.set_discount(order_id, key, discount, by=by)
        case _:
            await drafts.set_text(order_id, _TEXT_FIELDS[field], _read(field, text), by=by)


async def _fill_quantity(order_id: int, key: str, text: str, by: StaffMember) -> None:
    item = (await sale_views.window_view(order_id, by=by)).item(key)
    quantity = typed.quantity(text, takes_fractions=item.takes_fractions)
    await draft_lines.set_quantity(order_id, key, quantity, by=by)


def _read(field: Field, text: str) -> str:
    if not text:
        return ""
    match field:
        case Field.PHONE:
            return typed.phone(text)
        case Field.EMAIL:
            return typed.email(text)
        case Field.WAYBILL:
            return typed.waybill(text)
        case _:
            return typed.line_of_text(text, _LONGEST[field])
