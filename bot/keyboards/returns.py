"""The buttons of a return that is being put together."""

from collections.abc import Sequence

from aiogram.enums import ButtonStyle
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, Row, button, keyboard, rows_of
from bot.keyboards.orders import LONGEST_LABEL
from bot.keyboards.sales_taps import (
    Origin,
    ReturnAction,
    ReturnLineAction,
    ReturnLineTap,
    ReturnTap,
)
from bot.markup import BUTTONS_LIMIT, plain
from bot.names import account_name
from models.money import MoneyAccount
from services.returns import ReturnContent, ReturnItem

PAGE = 8  # lines of a return to a screen


def return_keyboard(
    content: ReturnContent, labels: Sequence[str], page: int, origin: Origin, t: Translator
) -> InlineKeyboardMarkup:
    """The lines of a page, one button each with its label; the money; and the deed itself."""
    shown = content.items[page * PAGE : (page + 1) * PAGE]
    lines = [
        [_line(plain(label, LONGEST_LABEL), ReturnLineAction.SHOW, content, item, origin)]
        for label, item in zip(labels, shown, strict=True)
    ]
    turns: Row = []
    if page:
        turns.append(_do("‹", ReturnAction.SHOW, content, origin, page - 1))
    if (page + 1) * PAGE < len(content.items):
        turns.append(_do("›", ReturnAction.SHOW, content, origin, page + 1))
    money = [
        _do("✏️ " + t("Other sum"), ReturnAction.AMOUNT, content, origin),
        _do("💰 " + t("Account"), ReturnAction.ACCOUNTS, content, origin),
    ]
    deed = button(
        "📥 " + t("Return goods"),
        _tap(ReturnAction.COMPLETE, content, origin, content.draft.revision),
        ButtonStyle.DANGER,
    )
    back = _do("⬅️ " + t("Back"), ReturnAction.DROP, content, origin)
    return keyboard([*lines, turns, money, [deed], [back]])


def amount_keyboard(content: ReturnContent, origin: Origin, t: Translator) -> InlineKeyboardMarkup:
    """Below the question how much money goes back: of a typed sum, the way back to the usual."""
    usual: Row = []
    if content.draft.amount is not None:
        label = "🔄 " + t("As the goods cost")
        usual = [_do(label, ReturnAction.USUAL_AMOUNT, content, origin)]
    return keyboard([usual, [_back(content, origin, t)]])


def return_accounts_keyboard(
    content: ReturnContent, accounts: Sequence[MoneyAccount], origin: Origin, t: Translator
) -> InlineKeyboardMarkup:
    """The accounts the money may go back from, the chosen one marked."""
    chosen = content.draft.money_account_id

    def choose(name: str, account_id: int | None) -> InlineKeyboardButton:
        label = (CHOSEN if account_id == chosen else "") + name
        return _do(label, ReturnAction.ACCOUNT, content, origin, account_id or 0)

    buttons = [
        choose(account_name(account, t), account.id) for account in accounts[: BUTTONS_LIMIT - 2]
    ]
    usual = choose(t("As it was paid"), None)
    return keyboard([[usual], *rows_of(2, buttons), [_back(content, origin, t)]])


def return_line_keyboard(
    content: ReturnContent, item: ReturnItem, page: int, origin: Origin, t: Translator
) -> InlineKeyboardMarkup:
    """What can be said of one line. ``page``: where it stands on the return's screen."""

    def do(label: str, action: ReturnLineAction) -> InlineKeyboardButton:
        return _line(label, action, content, item, origin)

    stock, lost = "📦 " + t("To stock"), "🗑 " + t("Write off")
    fate = []
    if item.quantity:
        fate = [
            do(stock if item.is_written_off else CHOSEN + stock, ReturnLineAction.TO_STOCK),
            do(CHOSEN + lost if item.is_written_off else lost, ReturnLineAction.WRITE_OFF),
        ]
    rows = [
        [
            do("➖", ReturnLineAction.LESS),
            do(t.quantity(item.quantity), ReturnLineAction.QUANTITY),
            do("➕", ReturnLineAction.MORE),
        ],
        fate,
        [do("✖️ " + t("Not returned"), ReturnLineAction.NOTHING)] if item.quantity else [],
        [_do("⬅️ " + t("Back"), ReturnAction.SHOW, content, origin, page)],
    ]
    return keyboard(rows)


def back_to_return_line(
    content: ReturnContent, item: ReturnItem, origin: Origin, t: Translator
) -> InlineKeyboardMarkup:
    """Below the question how much of a line comes back."""
    return keyboard([[_line("⬅️ " + t("Back"), ReturnLineAction.SHOW, content, item, origin)]])


def _back(content: ReturnContent, origin: Origin, t: Translator) -> InlineKeyboardButton:
    return _do("⬅️ " + t("Back"), ReturnAction.SHOW, content, origin)


def _tap(action: ReturnAction, content: ReturnContent, origin: Origin, value: int = 0) -> ReturnTap:
    return ReturnTap(
        action=action,
        sale_id=content.sale.id,
        return_id=content.draft.id,
        value=value,
        origin=origin.pack(),
    )


def _do(
    label: str, action: ReturnAction, content: ReturnContent, origin: Origin, value: int = 0
) -> InlineKeyboardButton:
    return button(label, _tap(action, content, origin, value))


def _line(
    label: str, action: ReturnLineAction, content: ReturnContent, item: ReturnItem, origin: Origin
) -> InlineKeyboardButton:
    tap = ReturnLineTap(
        action=action,
        sale_id=content.sale.id,
        return_id=content.draft.id,
        line_id=item.line.id,
        origin=origin.pack(),
    )
    return button(label, tap)
