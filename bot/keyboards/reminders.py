"""The buttons that ask when to remind of an order."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard
from bot.keyboards.orders import OrderAction, OrderTap, StatusTap, back_to_card
from services.statuses import REFUSED_ID


class RemindChoice(StrEnum):
    """When to remind."""

    HOUR = "h"  # an hour from now
    TOMORROW = "t"  # at 10:00
    WEEK = "w"  # the same time of day
    OTHER = "o"  # typed
    NEVER = "n"  # the reminder that is pending goes


class RemindTap(CallbackData, prefix="m1"):
    """When to remind of an order in this chat."""

    order_id: int
    choice: RemindChoice


def remind_keyboard(
    order_id: int, t: Translator, *, is_offer: bool, is_pending: bool, may_be_refused: bool
) -> InlineKeyboardMarkup:
    """When to remind.

    Args:
        order_id: the order.
        t: the language.
        is_offer: nobody asked for a reminder, so there is a way to decline.
        is_pending: there is a reminder that can be deleted.
        may_be_refused: called in vain so often that the customer may not want it any more.
    """

    def choice(label: str, choice: RemindChoice) -> Row:
        return [button(label, RemindTap(order_id=order_id, choice=choice))]

    card = OrderTap(action=OrderAction.CARD, order_id=order_id)
    refused = StatusTap(order_id=order_id, status_id=REFUSED_ID)
    rows = [
        choice(t("In 1 hour"), RemindChoice.HOUR)
        + choice(t("Tomorrow 10:00"), RemindChoice.TOMORROW),
        choice(t("In a week"), RemindChoice.WEEK) + choice(t("Other time"), RemindChoice.OTHER),
        choice("🗑 " + t("Delete reminder"), RemindChoice.NEVER) if is_pending else [],
        [button("↩️ " + t("Refused"), refused)] if may_be_refused else [],
        [button(t("No reminder"), card) if is_offer else back_to_card(order_id, t)],
    ]
    return keyboard(rows)
