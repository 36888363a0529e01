"""What the sale window asks to be typed: question, hint, and usual answers. Pure."""

from datetime import datetime

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.buttons import Row, keyboard, rows_of
from bot.keyboards.sale import back_to_window, fill, go
from bot.keyboards.sale_lines import back_to_line, back_to_lines, discount_keyboard
from bot.keyboards.sale_taps import SaleAction
from bot.sale_lines_windows import line_text
from bot.sale_windows import window_text
from services.sale_views import WindowView
from services.window_fields import Field


def ask(
    view: WindowView,
    field: Field,
    key: str,
    t: Translator,
    *,
    now: datetime,
    problem: str = "",
) -> Rendered:
    """The window asking for one of its lines. ``problem``: what was wrong with the last answer.

    Raises:
        NotFoundError: it is about a line of the sale that is not there any more.
    """
    question = [f"<b>{_question(view, field, key, t)}</b>"]
    if problem:
        question.insert(0, f"⚠ {problem}")
    buttons = _buttons(view, field, key, t)
    if field in ABOUT_LINES:
        item = view.item(key)
        text = "\n".join([line_text(view, item, t), "", *question])
        return Rendered(text, buttons, item.product.image_url if item.product else "")
    return Rendered(window_text(view, t, ["", *question], now=now), buttons)


ABOUT_LINES = frozenset({Field.QUANTITY, Field.PRICE, Field.LINE_DISCOUNT})


def _question(view: WindowView, field: Field, key: str, t: Translator) -> str:
    match field:
        case Field.DISCOUNT:
            return t("Type the discount for the whole sale: 50 or 10%.")
        case Field.LINE_DISCOUNT:
            return t("Type the discount for the whole line: 50 or 10%.")
        case Field.DELIVERY_COST:
            return t("Type what the customer pays for delivery, 0 for nothing.")
        case Field.DOWN_PAYMENT:
            return t("Type the sum of the down payment.")
        case Field.NAME:
            return t("Type the customer's name.")
        case Field.PHONE:
            return t("Type the phone number.")
        case Field.EMAIL:
            return t("Type the e-mail address.")
        case Field.CARRIER:
            return t("Choose the carrier, or type another one.")
        case Field.CITY:
            return t("Type the city.")
        case Field.ADDRESS:
            return t("Type the branch, parcel locker or address.")
        case Field.NOTE:
            return t("Type a note for this sale.")
        case Field.WAYBILL:
            return t("Type the number of the waybill.")
        case Field.NEW_CHANNEL:
            return t("Type the name of the sales channel.")
        case Field.NEW_ACCOUNT:
            return t("Type the name of the account.")
        case Field.PRICE:
            return t("Type the price for one.")
        case Field.PRODUCT:
            return t("Type a part of the name, or the SKU.")
        case Field.QUANTITY:
            if view.item(key).takes_fractions:
                return t("Type how much of it, for example 1.5.")
            return t("Type how many.")


def _buttons(view: WindowView, field: Field, key: str, t: Translator) -> InlineKeyboardMarkup:
    order_id = view.order.order.id
    back = _back(order_id, field, key, t)
    if field is Field.DISCOUNT:
        return discount_keyboard(field, order_id, key, view.content.discount, back, t)
    if field is Field.LINE_DISCOUNT:
        return discount_keyboard(field, order_id, key, view.item(key).line_discount, back, t)
    rows: list[Row] = []
    if field is Field.CARRIER:
        carriers = [
            fill(name, field, order_id, name)
            for name in (t("Nova Poshta"), t("Ukrposhta"), t("Meest"), t("Pickup"))
        ]
        rows.extend(rows_of(2, carriers))
    if _value(view, field):
        rows.append([fill("🧹 " + t("Leave empty"), field, order_id, "", key)])
    return keyboard([*rows, [back]])


def _back(order_id: int, field: Field, key: str, t: Translator) -> InlineKeyboardButton:
    """Back to the screen that the question came from."""
    if field in ABOUT_LINES:
        return back_to_line(order_id, key, t)
    if field is Field.PRODUCT:
        return back_to_lines(order_id, t)
    screen = SCREENS.get(field)
    return back_to_window(order_id, t) if screen is None else go("⬅️ " + t("Back"), screen, order_id)


SCREENS = {
    Field.NAME: SaleAction.CUSTOMER,
    Field.PHONE: SaleAction.CUSTOMER,
    Field.EMAIL: SaleAction.CUSTOMER,
    Field.CARRIER: SaleAction.DELIVERY,
    Field.CITY: SaleAction.DELIVERY,
    Field.ADDRESS: SaleAction.DELIVERY,
    Field.DELIVERY_COST: SaleAction.DELIVERY,
    Field.WAYBILL: SaleAction.WAYBILL,
    Field.NEW_CHANNEL: SaleAction.CHANNELS,
    Field.NEW_ACCOUNT: SaleAction.ACCOUNTS,
    Field.DOWN_PAYMENT: SaleAction.DOWN_ACCOUNTS,
}


def _value(view: WindowView, field: Field) -> str:
    """What can be emptied, as it is now."""
    who = view.content.recipient
    match field:
        case Field.NAME:
            return who.name
        case Field.PHONE:
            return who.phone
        case Field.EMAIL:
            return who.email
        case Field.CARRIER:
            return who.delivery_method
        case Field.CITY:
            return who.delivery_city
        case Field.ADDRESS:
            return who.delivery_address
        case Field.NOTE:
            return view.draft.note
        case _:
            return ""
