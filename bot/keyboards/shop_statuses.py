"""The buttons of what a shop is told of orders."""

import hashlib
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, button, keyboard, rows_of, turns
from bot.keyboards.shops import ShopAction, ShopTap
from bot.markup import plain
from domain.shops import label_step
from services.status_maps import StatusMap
from sync.status_offer import StatusOffer

STEPS_ON_PAGE = 10
STATUSES_ON_PAGE = 20
_LABEL = 40
_KEY_BYTES = 4
_SHORT_CODE = re.compile("[a-z0-9][a-z0-9_-]{0,19}")

AS_USUAL = "="
NOTHING = "-"
_KEY = "#"


class StatusSwitchTap(CallbackData, prefix="kv"):
    """Tell a shop of orders from now on, or no more."""

    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)]
    is_on: bool


class MapAction(StrEnum):
    """What a tap on a step wants."""

    ASK = "as"  # the statuses to choose from
    CHOOSE = "ch"


class StatusMapTap(CallbackData, prefix="km"):
    """A tap on a step. ``step`` is a value of ``Step``, or the id of an own status.

    ``choice`` is ``AS_USUAL``, ``NOTHING``, or a status: its code, or a key when that is too long.
    ``page`` counts from 0.
    """

    action: MapAction
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)]
    step: Annotated[str, pydantic.Field(pattern="^([a-z]{1,12}|[0-9]{1,10})$")]
    choice: Annotated[str, pydantic.Field(pattern="^[=#a-z0-9_-]{0,20}$")] = ""
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)] = 0

    @property
    def named_step(self) -> str:
        """The step as the services know it."""
        return label_step(int(self.step)) if self.step.isdecimal() else self.step


def as_choice(code: str) -> str:
    """A status of a platform in a button."""
    if _SHORT_CODE.fullmatch(code):
        return code
    return _KEY + hashlib.blake2b(code.encode(), digest_size=_KEY_BYTES).hexdigest()


def is_key(choice: str) -> bool:
    """Whether a choice does not say which status it is, so that the shop has to be asked."""
    return choice.startswith(_KEY)


def map_keyboard(
    known: StatusMap, rows: Sequence[tuple[str, str]], page: int, t: Translator
) -> InlineKeyboardMarkup:
    """The switch, the steps (step, label), all of them a page at a time."""
    shop_id = known.shop.id
    turn_off, turn_on = "⚪ " + t("Turn off"), "🟢 " + t("Turn on")
    is_on = known.shop.tells_status
    switch = button(turn_off if is_on else turn_on, StatusSwitchTap(id=shop_id, is_on=not is_on))
    page, pages = _place(page, len(rows), STEPS_ON_PAGE)
    shown = [
        button(plain(label, _LABEL), _ask(shop_id, step))
        for step, label in rows[page * STEPS_ON_PAGE :][:STEPS_ON_PAGE]
    ]
    turn = turns(page, pages, lambda to: _list(shop_id, to))
    back = button("⬅️ " + t("Back"), ShopTap(action=ShopAction.SHOW, id=shop_id))
    keys = ShopTap(action=ShopAction.KEYS, id=shop_id)
    other_keys = [] if known.shop.can_write else [button("🔑 " + t("Other keys"), keys)]
    return keyboard([[switch], other_keys, *rows_of(2, shown), turn, [back]])


def choice_keyboard(
    known: StatusMap, step: str, offer: StatusOffer, page: int, t: Translator
) -> InlineKeyboardMarkup:
    """The statuses of the shop, a page at a time; nothing; as usual. The present one is marked."""
    shop_id, now = known.shop.id, known.chosen.get(step)
    usual = offer.usual_code(step)

    def choose(label: str, choice: str, *, is_now: bool) -> InlineKeyboardButton:
        tap = StatusMapTap(
            action=MapAction.CHOOSE, id=shop_id, step=_short(step), choice=choice, page=page
        )
        return button((CHOSEN if is_now else "") + plain(label, _LABEL), tap)

    as_usual = f"{t('As usual')}: {offer.name(usual) if usual else t('nothing')}"
    special = [
        choose(as_usual, AS_USUAL, is_now=now is None),
        choose(t("Tell nothing"), NOTHING, is_now=now == ""),
    ]
    page, pages = _place(page, len(offer.statuses), STATUSES_ON_PAGE)
    statuses = [
        choose(each.name or each.code, as_choice(each.code), is_now=now == each.code)
        for each in offer.statuses[page * STATUSES_ON_PAGE :][:STATUSES_ON_PAGE]
    ]
    turn = turns(page, pages, lambda to: _ask(shop_id, step, to))
    at = known.steps.index(step) // STEPS_ON_PAGE if step in known.steps else 0
    back = button("⬅️ " + t("Back"), _list(shop_id, at))
    return keyboard([*rows_of(2, statuses), turn, *rows_of(1, special), [back]])


def _place(page: int, count: int, on_page: int) -> tuple[int, int]:
    """The page that there is, and how many there are."""
    pages = max(-(-count // on_page), 1)
    return min(page, pages - 1), pages


def _list(shop_id: int, page: int) -> ShopTap:
    return ShopTap(action=ShopAction.STATUSES, id=shop_id, page=page)


def _ask(shop_id: int, step: str, page: int = 0) -> StatusMapTap:
    return StatusMapTap(action=MapAction.ASK, id=shop_id, step=_short(step), page=page)


def _short(step: str) -> str:
    return step.removeprefix(label_step(0)[:-1])
