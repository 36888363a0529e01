"""The buttons of Settings, Waiting orders."""

from collections.abc import Mapping
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, button, keyboard, rows_of
from bot.keyboards.settings import SettingsScreen, back_to

CHOICES = (0, 5, 15, 30, 45, 60, 120)  # minutes; 0: never
ASK = -1  # a NudgeTap that asks for the minutes


class Nudged(StrEnum):
    """Who is nudged."""

    CHATS = "c"
    OWNERS = "o"


class NudgeTap(CallbackData, prefix="n1"):
    """After how many minutes somebody is nudged; ``ASK``: show the choices."""

    whom: Nudged
    minutes: int


def nudges_keyboard(labels: Mapping[Nudged, str], t: Translator) -> InlineKeyboardMarkup:
    """What is set for whom, to be changed."""
    asks = [button(label, NudgeTap(whom=whom, minutes=ASK)) for whom, label in labels.items()]
    return keyboard([*rows_of(1, asks), [back_to(SettingsScreen.ROOT, t)]])


def minutes_keyboard(
    whom: Nudged, labels: Mapping[int, str], chosen: int, t: Translator
) -> InlineKeyboardMarkup:
    """The minutes, the present ones marked."""
    choices = [
        button((CHOSEN if minutes == chosen else "") + label, NudgeTap(whom=whom, minutes=minutes))
        for minutes, label in labels.items()
    ]
    return keyboard([*rows_of(3, choices), [back_to(SettingsScreen.NUDGES, t)]])
