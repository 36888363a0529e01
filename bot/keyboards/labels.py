"""The buttons of a pack of labels, and the one that leads there."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard
from bot.keyboards.sales import back_to_day
from bot.markup import plain

MOST_LABELS = 40  # at once: more are too long an address for a carrier
_LONGEST_LABEL = 60
_PICKED, _LEFT_OUT = "☑", "☐"


class PackAction(StrEnum):
    """What a tap wants done with a pack of labels."""

    SHOW = "sh"  # the list, picked so
    LABEL = "la"
    SHEET = "st"


class PackTap(CallbackData, prefix="lp"):
    """A tap on a pack of labels, which is kept nowhere but in its buttons.

    ``mask`` has a bit for each one that is picked, the first the lowest. ``of`` is the fingerprint
    of the list it belongs to, "" for whatever there is, all of it picked.
    """

    action: PackAction
    mask: Annotated[int, pydantic.Field(ge=0, lt=2**MOST_LABELS)] = 0
    of: str = ""


def labels_button(count: str, t: Translator) -> Row:
    """To the labels nobody has printed yet; "": there are none."""
    if not count:
        return []
    return [button(f"🖨 {t('Labels')} {count}", PackTap(action=PackAction.SHOW))]


def pack_keyboard(
    labels: Sequence[str], mask: int, of: str, t: Translator, *, today: date
) -> InlineKeyboardMarkup:
    """A button for each, to pick it or to leave it out, then what to print them on."""
    choices = []
    for at, label in enumerate(labels):
        mark = _PICKED if mask >> at & 1 else _LEFT_OUT
        tap = PackTap(action=PackAction.SHOW, mask=mask ^ 1 << at, of=of)
        choices.append([button(f"{mark} {plain(label, _LONGEST_LABEL)}", tap)])
    papers = []
    if mask:
        papers = [
            button("🖨 " + t("Print 100×100"), PackTap(action=PackAction.LABEL, mask=mask, of=of)),
            button("🖨 " + t("Print A4"), PackTap(action=PackAction.SHEET, mask=mask, of=of)),
        ]
    return keyboard([*choices, papers, back_to_day(today, t)])
