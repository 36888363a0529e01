"""The buttons of lists of sales, of receipts, and of settling."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards import waybill_taps
from bot.keyboards.buttons import Row, button, keyboard, rows_of
from bot.keyboards.orders import LONGEST_LABEL, OrderAction, OrderTap
from bot.keyboards.sales_taps import (
    NOWHERE,
    Origin,
    ReceiptAction,
    ReceiptTap,
    SalesListTap,
    SettleTap,
    packed_sum,
)
from bot.keyboards.waybills import waybill_button
from bot.markup import BUTTONS_LIMIT, plain
from bot.names import account_name
from models.money import MoneyAccount
from models.sales import Sale
from services.sale_lists import COUNTED_TO, SalesPage


def sales_keyboard(
    page: SalesPage,
    labels: Sequence[str],
    origin: Origin,
    *below: Row,
) -> InlineKeyboardMarkup | None:
    """One button for each sale of the page, ‹ before and after ›, and what stands below.

    None when nothing can be tapped.
    """
    opened = [
        [button(plain(label, LONGEST_LABEL), _tap(ReceiptAction.SHOW, sale.id, origin))]
        for sale, label in zip(page.sales, labels, strict=True)
    ]
    turns = [
        _go(sign, Origin(origin.day, origin.is_awaiting, start))
        for sign, start in (("‹", page.before), ("›", page.after))
        if start is not None
    ]
    rows = [*opened, turns, *below]
    return keyboard(rows) if any(rows) else None


def day_turns(day: date, labels: tuple[str, str], *, has_earlier: bool, has_later: bool) -> Row:
    """◀ the day before and the day after ▶; ``labels``: what they are called."""
    one = timedelta(days=1)
    row = []
    if has_earlier:
        row.append(_go(f"◀ {labels[0]}", Origin(day - one)))
    if has_later:
        row.append(_go(f"{labels[1]} ▶", Origin(day + one)))
    return row


def awaiting_button(count: int, t: Translator) -> Row:
    """To the sales whose money is awaited; ``count`` stops at ``COUNTED_TO`` + 1."""
    if not count:
        return []
    shown = str(count) if count <= COUNTED_TO else f"{COUNTED_TO}+"
    return [_go(f"⏳ {t('Awaiting money')} {shown}", Origin(is_awaiting=True))]


def back_to_day(day: date, t: Translator) -> Row:
    return [_go("⬅️ " + t("Back"), Origin(day))]


def _go(label: str, origin: Origin) -> InlineKeyboardButton:
    return button(label, SalesListTap(origin=origin.pack()))


def _tap(action: ReceiptAction, sale_id: int, origin: Origin) -> ReceiptTap:
    return ReceiptTap(action=action, sale_id=sale_id, origin=origin.pack())


def receipt_keyboard(
    sale: Sale,
    order_id: int,
    t: Translator,
    *,
    origin: Origin,
    can_undo: bool,
    can_return: bool,
    can_settle: bool,
    has_waybill: bool,
) -> InlineKeyboardMarkup:
    """What can be done with a sale, and back to the list it was opened from.

    ``has_waybill``: it has one, or may be given one.
    """

    def do(label: str, action: ReceiptAction) -> InlineKeyboardButton:
        return button(label, _tap(action, sale.id, origin))

    first = [do("↩️ " + t("Undo"), ReceiptAction.UNDO)] if can_undo else []
    second: Row = []
    if can_return:
        second.append(do("📥 " + t("Return"), ReceiptAction.RETURN))
    if can_settle:
        second.append(do("💵 " + t("Settle"), ReceiptAction.SETTLE))
    card = OrderTap(action=OrderAction.CARD, order_id=order_id)
    third = [do("🕘 " + t("History"), ReceiptAction.HISTORY), button("🗂 " + t("Order"), card)]
    parcel = [waybill_button(order_id, waybill_taps.Origin.RECEIPT, t)] if has_waybill else []
    back = [_go("⬅️ " + t("Back"), origin)] if origin != NOWHERE else []
    return keyboard([first, second, parcel, third, back])


def back_to_receipt(sale_id: int, origin: Origin, t: Translator) -> InlineKeyboardButton:
    return button("⬅️ " + t("Back"), _tap(ReceiptAction.SHOW, sale_id, origin))


def settle_keyboard(
    sale: Sale,
    accounts: Sequence[MoneyAccount],
    amount: Decimal | None,
    origin: Origin,
    t: Translator,
) -> InlineKeyboardMarkup:
    """The accounts that may have received the money. ``amount``: a part of it; None: all."""
    buttons = [
        button(
            account_name(account, t),
            SettleTap(
                sale_id=sale.id,
                account_id=account.id,
                expected=packed_sum(sale.outstanding),
                amount="" if amount is None else packed_sum(amount),
                origin=origin.pack(),
            ),
        )
        for account in accounts[: BUTTONS_LIMIT - 2]
    ]
    other = button("✏️ " + t("Other sum"), _tap(ReceiptAction.OTHER_SUM, sale.id, origin))
    return keyboard([*rows_of(2, buttons), [other], [back_to_receipt(sale.id, origin, t)]])


def back_to_settling(sale_id: int, origin: Origin, t: Translator) -> InlineKeyboardMarkup:
    """Below the question how much was received."""
    return keyboard([[button("⬅️ " + t("Back"), _tap(ReceiptAction.SETTLE, sale_id, origin))]])
