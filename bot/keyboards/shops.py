"""The buttons of connected shops in Settings."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import Row, button, keyboard, rows_of
from bot.keyboards.guides import guide_row
from bot.keyboards.settings import SettingsScreen, back_to
from bot.markup import plain
from bot.platform_texts import TEXTS, name_of
from integrations.base import ShopApi
from services.shop_views import ShopDetails, ShopFacts

MOST_BUTTONS = 60  # shops
_NAME = 30


class ShopAction(StrEnum):
    """What a tap on a shop's screen wants."""

    SHOW = "sh"
    TYPE_KEYS = "tk"  # instead of the platform's page; ``id`` is the connection's
    RETRY = "rt"  # check the same keys once more; ``id`` is the connection's
    NAME = "nm"  # another name
    KEYS = "ky"  # other keys
    KEYS_END = "ke"  # type the last day they work
    NO_KEYS_END = "kn"  # nobody knows it
    CHECK = "ck"  # look now whether all is well
    OPEN_ORDERS = "oo"  # take the orders that wait there already
    ONLY_NEW = "on"  # leave them
    ASK_DISCONNECT = "ad"
    DISCONNECT = "dc"
    STATUSES = "st"  # the screen of what is told of orders
    STOCK = "sk"  # the screen of what is told of stock
    CATALOGUE = "ca"  # the screen of the catalogue and its import
    UNMATCHED = "um"  # the screen of listings without a product


class ShopTap(CallbackData, prefix="gk"):
    """A tap about a shop. ``page`` counts from 0, where there are pages."""

    action: ShopAction
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)] = 0
    page: Annotated[int, pydantic.Field(ge=0, lt=100_000)] = 0


class ConnectTap(CallbackData, prefix="gn"):
    """Begin to connect a shop of this platform."""

    platform: Annotated[str, pydantic.Field(pattern="^[a-z]{1,16}$")]


def _to(label: str, action: ShopAction, id_: int = 0) -> InlineKeyboardButton:
    return button(label, ShopTap(action=action, id=id_))


def _back(shop_id: int, t: Translator) -> Row:
    """``Back`` to a shop's screen, or, without one, to the list."""
    if shop_id:
        return [_to("⬅️ " + t("Back"), ShopAction.SHOW, shop_id)]
    return [back_to(SettingsScreen.SHOPS, t)]


def connect_label(platform: str, t: Translator) -> str:
    """``Connect WooCommerce``."""
    return t("Connect {platform}", platform=name_of(platform))


def _keys_end(shop_id: int, t: Translator) -> Row:
    return [_to("🗓 " + t("Token's last day"), ShopAction.KEYS_END, shop_id)]


def _catalogue(shop_id: int, t: Translator) -> InlineKeyboardButton:
    return _to("📚 " + t("Catalogue"), ShopAction.CATALOGUE, shop_id)


def shops_keyboard(
    active: Sequence[ShopFacts], t: Translator, *, is_owner: bool
) -> InlineKeyboardMarkup:
    """A button for each shop, and connecting another; those are for owners."""
    rows: list[Row] = []
    if is_owner:
        shown = active[:MOST_BUTTONS]
        labels = [
            (f"{'⚠' if shop.trouble else '🏪'} {plain(shop.name, _NAME)}", shop.id)
            for shop in shown
        ]
        rows = rows_of(2, [_to(label, ShopAction.SHOW, id_) for label, id_ in labels])
        rows.extend(
            [button(f"➕ {connect_label(each, t)}", ConnectTap(platform=each))] for each in TEXTS
        )
        rows.append(guide_row(TEXTS, t))
    return keyboard([*rows, [back_to(SettingsScreen.ROOT, t)]])


def shop_keyboard(shop: ShopDetails, api: ShopApi | None, t: Translator) -> InlineKeyboardMarkup:
    """What can be done with a shop; one that cannot be asked has only its name."""
    id_ = shop.facts.id
    unmatched = t("Not matched: {count}", count=shop.unmatched)
    asked = [
        [_catalogue(id_, t), _to("🔗 " + unmatched, ShopAction.UNMATCHED, id_)],
        [
            _to("🏷 " + t("Statuses to the site"), ShopAction.STATUSES, id_),
            _to("📊 " + t("Stock to the site"), ShopAction.STOCK, id_),
        ],
        [
            _to("🔄 " + t("Check now"), ShopAction.CHECK, id_),
            _to("🔑 " + t("Other keys"), ShopAction.KEYS, id_),
        ],
        _keys_end(id_, t) if api is not None and api.keys_end else [],
    ]
    own = [
        _to("✏️ " + t("Another name"), ShopAction.NAME, id_),
        _to("🔌 " + t("Disconnect"), ShopAction.ASK_DISCONNECT, id_),
    ]
    return keyboard([*(asked if api else []), own, [back_to(SettingsScreen.SHOPS, t)]])


def disconnect_keyboard(shop_id: int, t: Translator) -> InlineKeyboardMarkup:
    """Disconnect indeed?"""
    tap = ShopTap(action=ShopAction.DISCONNECT, id=shop_id)
    yes = button(t("Disconnect"), tap, ButtonStyle.DANGER)
    return keyboard([[yes], _back(shop_id, t)])


def asking_keyboard(shop_id: int, t: Translator, *, guide: str = "") -> InlineKeyboardMarkup:
    """``Back`` from a question about a shop, or (0) about a new one; perhaps the guide to its
    platform, where there is one.
    """
    return keyboard([guide_row([guide], t) if guide else [], _back(shop_id, t)])


def keys_end_keyboard(shop_id: int, t: Translator) -> InlineKeyboardMarkup:
    """Until which day do the keys work?"""
    unknown = _to(t("Do not know"), ShopAction.NO_KEYS_END, shop_id)
    return keyboard([[unknown], _back(shop_id, t)])


def taken_keyboard(shop_id: int, t: Translator) -> InlineKeyboardMarkup:
    """The site is connected already: perhaps its keys are what was meant."""
    keys = _to("🔑 " + t("Other keys"), ShopAction.KEYS, shop_id)
    return keyboard([[keys], [back_to(SettingsScreen.SHOPS, t)]])


def consent_keyboard(
    platform: str, url: str, connection_id: int, shop_id: int, t: Translator
) -> InlineKeyboardMarkup:
    """The platform's own page, or typing."""
    label = t("Allow in {platform}", platform=name_of(platform))
    allow = InlineKeyboardButton(text=f"✅ {label}", url=url)
    type_ = _to("⌨️ " + t("Type the keys"), ShopAction.TYPE_KEYS, connection_id)
    return keyboard([[allow], [type_], _back(shop_id, t)])


def failed_keyboard(
    platform: str, connection_id: int, shop_id: int, t: Translator, *, keeps_keys: bool
) -> InlineKeyboardMarkup:
    """What may help: once more, other keys, or from the beginning."""
    again = _to("🔄 " + t("Try again"), ShopAction.RETRY, connection_id)
    if shop_id:
        anew = _to("🔑 " + t("Other keys"), ShopAction.KEYS, shop_id)
    else:
        anew = button("↩️ " + t("From the beginning"), ConnectTap(platform=platform))
    return keyboard([[again] if keeps_keys else [], [anew], _back(shop_id, t)])


def open_orders_keyboard(shop_id: int, t: Translator) -> InlineKeyboardMarkup:
    """What shall become of the orders that wait there?"""
    take = _to("📥 " + t("Take them"), ShopAction.OPEN_ORDERS, shop_id)
    leave = _to(t("Only new ones"), ShopAction.ONLY_NEW, shop_id)
    return keyboard([[take, leave]])


def connected_keyboard(
    shop_id: int, t: Translator, *, keys_end: bool = False
) -> InlineKeyboardMarkup:
    """What comes next. ``keys_end``: nobody has said yet until which day the keys work."""
    end = _keys_end(shop_id, t) if keys_end else []
    return keyboard([end, [_catalogue(shop_id, t)], _back(shop_id, t)])
