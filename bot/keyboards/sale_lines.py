"""The buttons of a sale window's products."""

from collections.abc import Sequence

from aiogram.enums import ButtonStyle
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard, rows_of
from bot.keyboards.orders import LONGEST_LABEL
from bot.keyboards.sale import ask, back_to_window, fill
from bot.keyboards.sale_taps import LineAction, LinesTap, LineTap, ProductTap
from bot.markup import plain
from domain.sums import Discount
from models.stock import Product
from services.draft_content import SaleItem
from services.window_fields import Field

PAGE = 8  # lines of a sale to a screen
_NAME = 30
_HIT_NAME = 36


def lines_keyboard(
    order_id: int, items: Sequence[SaleItem], page: int, currency: str, t: Translator
) -> InlineKeyboardMarkup:
    """The lines of the sale, a page of them, and ``Add product``."""
    shown = items[page * PAGE : (page + 1) * PAGE]
    rows = [[_line_button(order_id, item, currency, t)] for item in shown]
    turn = []
    if page:
        turn.append(button("‹", LinesTap(order_id=order_id, page=page - 1)))
    if (page + 1) * PAGE < len(items):
        turn.append(button("›", LinesTap(order_id=order_id, page=page + 1)))
    add = ask("➕ " + t("Add product"), Field.PRODUCT, order_id)
    return keyboard([*rows, turn, [add], [back_to_window(order_id, t)]])


def _line_button(
    order_id: int, item: SaleItem, currency: str, t: Translator
) -> InlineKeyboardButton:
    name = plain(item.name, _NAME)
    if item.is_taken_out:
        label = f"✖️ {name}"
    else:
        mark = "⚠️ " if item.missing else ""
        label = f"{mark}{name} × {t.quantity(item.quantity)} · {t.money(item.sum.amount, currency)}"
    tap = LineTap(action=LineAction.SHOW, order_id=order_id, key=item.key)
    return button(plain(label, LONGEST_LABEL), tap)


def line_keyboard(order_id: int, item: SaleItem, page: int, t: Translator) -> InlineKeyboardMarkup:
    """What can be done with one line, which is on this page of the list."""

    def tap(label: str, action: LineAction, style: ButtonStyle | None = None) -> Row:
        return [button(label, LineTap(action=action, order_id=order_id, key=item.key), style)]

    rows: list[Row] = []
    if not item.is_taken_out:
        quantity = ask(t.quantity(item.quantity), Field.QUANTITY, order_id, item.key)
        less, more = tap("➖", LineAction.LESS), tap("➕", LineAction.MORE)
        rows.append([*less, quantity, *more])
        rows.append(
            [
                ask("💵 " + t("Price"), Field.PRICE, order_id, item.key),
                ask("🏷 " + t("Discount"), Field.LINE_DISCOUNT, order_id, item.key),
            ]
        )
        rows.append(tap("🗑 " + t("Remove"), LineAction.REMOVE, ButtonStyle.DANGER))
    if item.order_line is not None and item.edit is not None:
        rows.append(tap("🔄 " + t("As ordered"), LineAction.RESTORE))
    rows.append([back_to_lines(order_id, t, page)])
    return keyboard(rows)


def hits_keyboard(order_id: int, hits: Sequence[Product], t: Translator) -> InlineKeyboardMarkup:
    """The products found, each with what is available."""
    rows = [
        [button(_hit_label(hit, t), ProductTap(order_id=order_id, product_id=hit.id))]
        for hit in hits
    ]
    return keyboard([*rows, [back_to_lines(order_id, t)]])


def _hit_label(hit: Product, t: Translator) -> str:
    available = t("{available} left", available=t.quantity(hit.available))
    return plain(f"{plain(hit.name, _HIT_NAME)} · {available}", LONGEST_LABEL)


def discount_keyboard(
    field: Field,
    order_id: int,
    key: str,
    current: Discount,
    back: InlineKeyboardButton,
    t: Translator,
) -> InlineKeyboardMarkup:
    """Usual discounts, and none when there is one."""
    usual = [fill(f"{percent}%", field, order_id, f"{percent}%", key) for percent in (5, 10, 15)]
    none = [fill(t("No discount"), field, order_id, "", key)] if current.value else []
    return keyboard([*rows_of(3, usual), none, [back]])


def back_to_line(order_id: int, key: str, t: Translator) -> InlineKeyboardButton:
    """Back from a question to the line it is about."""
    return button("⬅️ " + t("Back"), LineTap(action=LineAction.SHOW, order_id=order_id, key=key))


def back_to_lines(order_id: int, t: Translator, page: int = 0) -> InlineKeyboardButton:
    """Back to the sale's products."""
    return button("⬅️ " + t("Back"), LinesTap(order_id=order_id, page=page))
