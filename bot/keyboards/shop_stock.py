"""The buttons of a shop's stock: whether it is told of ours."""

from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard, turns
from bot.keyboards.shops import ShopAction, ShopTap
from services.stock_switch import StockFacts


class StockSwitchAction(StrEnum):
    """What a tap wants."""

    ASK_ON = "ao"
    ON = "on"
    OFF = "of"
    AGAIN = "ag"  # send everything again


class StockSwitchTap(CallbackData, prefix="gw"):
    """Change whether a shop is told of stock."""

    action: StockSwitchAction
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)]


def stock_keyboard(facts: StockFacts, t: Translator) -> InlineKeyboardMarkup:
    """What may be done now, and the pages of what the shop refused."""
    back = button("⬅️ " + t("Back"), ShopTap(action=ShopAction.SHOW, id=facts.shop_id))
    pages = turns(facts.page, facts.pages, lambda page: _screen(facts, page)) if facts.is_on else []
    return keyboard([pages, *_choices(facts, t), [back]])


def _choices(facts: StockFacts, t: Translator) -> list[Row]:
    catalogue = ShopTap(action=ShopAction.CATALOGUE, id=facts.shop_id)
    keys = ShopTap(action=ShopAction.KEYS, id=facts.shop_id)
    other_keys = [] if facts.can_stock else [button("🔑 " + t("Other keys"), keys)]
    if facts.is_on:
        again = button("🔁 " + t("Send everything again"), _tap(facts, StockSwitchAction.AGAIN))
        off = button("⚪ " + t("Turn off"), _tap(facts, StockSwitchAction.OFF))
        return [other_keys or [again], [off]]
    if not facts.is_imported:
        return [other_keys, [button("📚 " + t("Catalogue"), catalogue)]]
    on = button("🟢 " + t("Turn on"), _tap(facts, StockSwitchAction.ASK_ON))
    return [other_keys or [on]]


def asking_keyboard(facts: StockFacts, t: Translator) -> InlineKeyboardMarkup:
    """Really? Or back to the screen."""
    on = _tap(facts, StockSwitchAction.ON)
    return keyboard(
        [
            [button("🟢 " + t("Turn on"), on, ButtonStyle.SUCCESS)],
            [button("⬅️ " + t("Back"), _screen(facts))],
        ]
    )


def _tap(facts: StockFacts, action: StockSwitchAction) -> StockSwitchTap:
    return StockSwitchTap(action=action, id=facts.shop_id)


def _screen(facts: StockFacts, page: int = 0) -> ShopTap:
    return ShopTap(action=ShopAction.STOCK, id=facts.shop_id, page=page)
