"""The button that sends a guide."""

from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.i18n import Translator
from bot.keyboards.buttons import button


class GuideTap(CallbackData, prefix="gd"):
    """Send the guide to integrating this platform."""

    platform: Annotated[str, pydantic.Field(pattern="^[a-z]{1,16}$")]


def guide_button(platform: str, t: Translator) -> InlineKeyboardButton:
    """``Guide``, to how this platform is integrated."""
    return button("📖 " + t("Guide"), GuideTap(platform=platform))
