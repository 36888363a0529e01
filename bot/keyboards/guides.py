"""The buttons that send guides."""

from collections.abc import Iterable
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData

from bot import guides
from bot.i18n import Translator
from bot.keyboards.buttons import Row, button
from bot.platform_texts import name_of


class GuideTap(CallbackData, prefix="gd"):
    """Send the guide to integrating this platform."""

    platform: Annotated[str, pydantic.Field(pattern="^[a-z]{1,16}$")]


def guide_row(platforms: Iterable[str], t: Translator) -> Row:
    """``Guide``, to how a platform is integrated; of several each has the platform's name."""
    there = [platform for platform in platforms if guides.exists(platform)]
    if len(there) == 1:
        return [button("📖 " + t("Guide"), GuideTap(platform=there[0]))]
    return [button("📖 " + name_of(each), GuideTap(platform=each)) for each in there]
