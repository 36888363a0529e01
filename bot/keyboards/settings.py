"""The buttons of Settings that all its screens share."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.i18n import Translator
from bot.keyboards.buttons import button


class SettingsScreen(StrEnum):
    """The screens that Settings begins with."""

    ROOT = "ro"
    SHOPS = "sh"
    STATUSES = "st"
    CHANNELS = "cn"
    ACCOUNTS = "ac"
    STAFF = "sf"
    CHATS = "ct"
    MY_CHAT = "mc"
    NUDGES = "nu"
    LANGUAGE = "la"
    AUDIT = "au"
    DELIVERY = "de"


class SettingsTap(CallbackData, prefix="g1"):
    """Open a screen of Settings."""

    screen: SettingsScreen


def back_to(screen: SettingsScreen, t: Translator) -> InlineKeyboardButton:
    """``Back`` to a screen of Settings."""
    return button("⬅️ " + t("Back"), SettingsTap(screen=screen))
