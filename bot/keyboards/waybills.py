"""The buttons of a waybill's screen, and the one that leads there."""

from aiogram.enums import ButtonStyle
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot import parcel_texts
from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, copying, keyboard
from bot.keyboards.sale_taps import FieldTap
from bot.keyboards.waybill_taps import Origin, WaybillAction, WaybillTap
from domain.orders import Phase
from domain.rights import Right, Role, may
from models.carriers import Waybill
from models.orders import Order
from services.window_fields import Field


def waybill_button(order_id: int, origin: Origin, t: Translator) -> InlineKeyboardButton:
    """To the screen of the order's waybill."""
    return _go("📄 " + t("Waybill"), WaybillAction.OPEN, order_id, origin)


def _go(
    label: str,
    action: WaybillAction,
    order_id: int,
    origin: Origin,
    style: ButtonStyle | None = None,
) -> InlineKeyboardButton:
    return button(label, WaybillTap(action=action, order_id=order_id, origin=origin), style)


def copy_number(waybill: Waybill, t: Translator) -> Row:
    return copying("📋 " + t("Copy number"), waybill.number)


def made_keyboard(
    order_id: int, waybill: Waybill, t: Translator, *, origin: Origin, role: Role | None
) -> InlineKeyboardMarkup:
    """What can be done with a waybill that we made. ``role`` None: several people read it."""
    delete = []
    if parcel_texts.is_deletable(waybill) and (role is None or may(role, Right.SELL)):
        label = "🗑 " + t("Delete waybill")
        delete = [_go(label, WaybillAction.DELETE, order_id, origin, ButtonStyle.DANGER)]
    return keyboard(
        [
            [*copy_number(waybill, t), *_tracking(waybill, t)],
            [
                _go("🖨 " + t("Label 100×100"), WaybillAction.LABEL, order_id, origin),
                _go("🖨 " + t("A4"), WaybillAction.SHEET, order_id, origin),
            ],
            [_refresh(order_id, origin, t)],
            delete,
            [_back(order_id, origin, t)],
        ]
    )


def named_keyboard(
    order: Order, waybill: Waybill, t: Translator, *, origin: Origin, role: Role | None
) -> InlineKeyboardMarkup:
    """The same of one that somebody else made."""
    refresh = [_refresh(order.id, origin, t)] if waybill.carrier else []
    other = []
    if _is_for_sale(order, origin, role):
        other = [_name(order.id, t("Other number"), origin)]
    return keyboard(
        [
            [*copy_number(waybill, t), *_tracking(waybill, t)],
            refresh,
            other,
            [_back(order.id, origin, t)],
        ]
    )


def unmade_keyboard(order_id: int, t: Translator, *, origin: Origin) -> InlineKeyboardMarkup:
    """While it is being made."""
    look = _go("🔄 " + t("Refresh"), WaybillAction.SHOW, order_id, origin)
    return keyboard([[look], [_back(order_id, origin, t)]])


def no_waybill_keyboard(
    order: Order, t: Translator, *, origin: Origin, role: Role | None
) -> InlineKeyboardMarkup:
    """Where there is none: have one made, or say which one exists."""
    offers = []
    if _is_for_sale(order, origin, role):
        offers = [
            _go("➕ " + t("Create"), WaybillAction.FORM, order.id, origin),
            _name(order.id, t("Existing number"), origin),
        ]
    return keyboard([offers, [_back(order.id, origin, t)]])


def _is_for_sale(order: Order, origin: Origin, role: Role | None) -> bool:
    """Whether there is a window or a sale to which this reader may add a waybill.

    A group is no place to type.
    """
    is_sold = origin is Origin.WINDOW or order.phase is Phase.COMPLETED
    return role is not None and may(role, Right.SELL) and is_sold


def _name(order_id: int, label: str, origin: Origin) -> InlineKeyboardButton:
    """Type a number: into the window while it is open, else into the sale that was added."""
    if origin is Origin.WINDOW:
        return button(f"🔢 {label}", FieldTap(field=Field.WAYBILL, order_id=order_id, key=""))
    return _go(f"🔢 {label}", WaybillAction.NUMBER, order_id, origin)


def ask_number_keyboard(
    order_id: int, t: Translator, *, origin: Origin, is_named: bool
) -> InlineKeyboardMarkup:
    """Below the question for a number. ``is_named``: there is one, which may be taken away."""
    none = [_go(t("No waybill"), WaybillAction.NONE, order_id, origin)] if is_named else []
    return keyboard([none, [_back_to_waybill(order_id, origin, t)]])


def delete_keyboard(order_id: int, t: Translator, *, origin: Origin) -> InlineKeyboardMarkup:
    """Surely?"""
    label = "🗑 " + t("Delete waybill")
    surely = _go(label, WaybillAction.DELETE_SURELY, order_id, origin, ButtonStyle.DANGER)
    return keyboard([[surely], [_back_to_waybill(order_id, origin, t)]])


def _tracking(waybill: Waybill, t: Translator) -> Row:
    page = parcel_texts.tracking_page(waybill)
    return [InlineKeyboardButton(text="🔎 " + t("Track"), url=page)] if page else []


def _refresh(order_id: int, origin: Origin, t: Translator) -> InlineKeyboardButton:
    return _go("🔄 " + t("Refresh"), WaybillAction.REFRESH, order_id, origin)


def _back_to_waybill(order_id: int, origin: Origin, t: Translator) -> InlineKeyboardButton:
    return _go("⬅️ " + t("Back"), WaybillAction.SHOW, order_id, origin)


def _back(order_id: int, origin: Origin, t: Translator) -> InlineKeyboardButton:
    return _go("⬅️ " + t("Back"), WaybillAction.BACK, order_id, origin)
