"""The buttons of a shop's catalogue and its import."""

from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard
from bot.keyboards.shops import ShopAction, ShopTap
from domain.shops import ImportState
from services.catalogue import ImportView


class ImportAction(StrEnum):
    """What a tap wants done with an import; of READ, ``id`` is the shop's."""

    READ = "rd"  # begin
    MAKE = "mk"  # make products of what is new, link the rest
    LINK = "ln"  # only link
    STOP = "st"
    HIDE = "hd"  # show nothing until there is a result


class ImportTap(CallbackData, prefix="gi"):
    """A tap about an import."""

    action: ImportAction
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)]


def catalogue_keyboard(shop_id: int, t: Translator) -> InlineKeyboardMarkup:
    """Read it, or go back."""
    return keyboard([[_read(shop_id, t)], _back(shop_id, t)])


def import_keyboard(view: ImportView, t: Translator, *, is_here: bool) -> InlineKeyboardMarkup:
    """What can be done with an import. ``is_here``: its message follows it by itself."""
    match view.state:
        case ImportState.READ:
            return keyboard([*_decisions(view, t), [_stop(view, t)], _back(view.shop_id, t)])
        case ImportState.DONE:
            stock = ShopTap(action=ShopAction.STOCK, id=view.shop_id)
            unmatched = ShopTap(action=ShopAction.UNMATCHED, id=view.shop_id)
            after = [
                [button("📊 " + t("Stock to the site"), stock)],
                [button("🔗 " + t("Not matched"), unmatched)],
            ]
            return keyboard([*after, _back(view.shop_id, t)])
        case ImportState.STOPPED:
            return catalogue_keyboard(view.shop_id, t)
        case _ if is_here:
            hide = button("🙈 " + t("Hide"), ImportTap(action=ImportAction.HIDE, id=view.id))
            return keyboard([[_stop(view, t), hide]])
        case _:
            return keyboard([[_stop(view, t), _look(view.shop_id, t)], _back(view.shop_id, t)])


def hidden_keyboard(view: ImportView, t: Translator) -> InlineKeyboardMarkup:
    """Look again, or do something else."""
    return keyboard([[_look(view.shop_id, t)], _back(view.shop_id, t)])


def _decisions(view: ImportView, t: Translator) -> list[Row]:
    new = view.counts.new
    label = t.plural("Create {count} product", "Create {count} products", new)
    make = ImportTap(action=ImportAction.MAKE, id=view.id)
    link = ImportTap(action=ImportAction.LINK, id=view.id)
    rows = [[button("➕ " + label, make, ButtonStyle.SUCCESS)]] if new else []
    return [*rows, [button("🔗 " + t("Only link"), link)]]


def _read(shop_id: int, t: Translator) -> InlineKeyboardButton:
    tap = ImportTap(action=ImportAction.READ, id=shop_id)
    return button("📚 " + t("Read the catalogue"), tap, ButtonStyle.SUCCESS)


def _stop(view: ImportView, t: Translator) -> InlineKeyboardButton:
    return button("✖️ " + t("Stop"), ImportTap(action=ImportAction.STOP, id=view.id))


def _look(shop_id: int, t: Translator) -> InlineKeyboardButton:
    return button("🔄 " + t("How far is it?"), ShopTap(action=ShopAction.CATALOGUE, id=shop_id))


def _back(shop_id: int, t: Translator) -> Row:
    return [button("⬅️ " + t("Back"), ShopTap(action=ShopAction.SHOW, id=shop_id))]
