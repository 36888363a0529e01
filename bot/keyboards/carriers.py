"""The buttons of Settings, Delivery."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.carrier_texts import carrier_name
from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, Row, button, keyboard
from bot.keyboards.guides import guide_row
from bot.keyboards.settings import SettingsScreen, SettingsTap, back_to
from bot.markup import ELLIPSIS, plain
from domain.carriers import Payer
from models.carriers import CarrierAccount
from services.carrier_accounts import Part

MOST_CHOICES = 50
_LABEL = 60
_REF = "^[0-9A-Za-z_-]{1,40}$"


class CarrierAction(StrEnum):
    """What a tap on the screens of Delivery wants."""

    GO_ON = "go"  # what is to be chosen next
    BRANCH = "br"  # parcels are handed in at a branch: which city?
    CITY = "ci"  # in this city: which branch?
    POINT = "po"  # at this branch
    MONEY = "mo"  # cash on delivery arrives in this account; ``id`` 0: a person says so each time
    USUAL = "us"  # the usual description
    KEY = "ky"  # another key
    NO_KEY_END = "nk"  # nobody knows the key's last day
    CHECK = "ck"  # ask now whether all is well
    ASK_DISCONNECT = "ad"
    DISCONNECT = "dc"


class CarrierTap(CallbackData, prefix="d1"):
    """A tap about our account with a carrier. ``id``: of a row of ours, where one is meant."""

    action: CarrierAction
    id: Annotated[int, pydantic.Field(ge=0, lt=2**31)] = 0


class CarrierPartTap(CallbackData, prefix="d2"):
    """Ask for a part of it anew."""

    part: Part


class CarrierRefTap(CallbackData, prefix="d3"):
    """Choose this for a part. ``ref``: the carrier's own name of it, or a value of an enum."""

    part: Part
    ref: Annotated[str, pydantic.Field(pattern=_REF)]


class CarrierConnectTap(CallbackData, prefix="d4"):
    """Begin to connect this carrier."""

    carrier: Annotated[str, pydantic.Field(pattern="^[a-z]{1,16}$")]


def _to(label: str, action: CarrierAction, id_: int = 0) -> InlineKeyboardButton:
    return button(label, CarrierTap(action=action, id=id_))


def _edit(label: str, part: Part) -> InlineKeyboardButton:
    return button(label, CarrierPartTap(part=part))


def _back(t: Translator) -> Row:
    return [back_to(SettingsScreen.DELIVERY, t)]


def delivery_label(t: Translator) -> str:
    """What Settings calls all this."""
    return "🚚 " + t("Delivery")


def connect_label(carrier: str, t: Translator) -> str:
    """``Connect Nova Poshta``."""
    return t("Connect {carrier}", carrier=carrier_name(carrier, t))


def offer_keyboard(carriers: Collection[str], t: Translator) -> InlineKeyboardMarkup:
    """Which carrier shall it be?"""
    rows = [
        [button(f"➕ {connect_label(each, t)}", CarrierConnectTap(carrier=each))]
        for each in carriers
    ]
    guides = [guide_row([each], t) for each in carriers]
    return keyboard([*rows, *guides, [back_to(SettingsScreen.ROOT, t)]])


def delivery_keyboard(carrier: str, t: Translator, *, is_ready: bool) -> InlineKeyboardMarkup:
    """All that can be done with a connected carrier. ``is_ready``: nothing is left to choose."""
    go_on = button("▶️ " + t("Go on"), CarrierTap(action=CarrierAction.GO_ON), ButtonStyle.SUCCESS)
    return keyboard(
        [
            [] if is_ready else [go_on],
            [
                _edit("👤 " + t("Sender"), Part.SENDER),
                _edit("📞 " + t("Contact person"), Part.CONTACT),
            ],
            [
                _edit("📍 " + t("Sent from"), Part.PLACE),
                _edit("💳 " + t("Who pays"), Part.PAYER),
            ],
            [
                _edit("💵 " + t("Cash on delivery"), Part.COD_KIND),
                _edit("💰 " + t("Money account"), Part.COD_ACCOUNT),
            ],
            [_edit("⚖️ " + t("Weight"), Part.WEIGHT), _edit("📦 " + t("Box"), Part.BOX)],
            [_edit("📝 " + t("Description"), Part.DESCRIPTION)],
            [
                _to("🔑 " + t("Another key"), CarrierAction.KEY),
                _edit("🗓 " + t("Key's last day"), Part.KEY_END),
            ],
            guide_row([carrier], t),
            [
                _to("🔄 " + t("Check now"), CarrierAction.CHECK),
                _to("🔌 " + t("Disconnect"), CarrierAction.ASK_DISCONNECT),
            ],
            [back_to(SettingsScreen.ROOT, t)],
        ]
    )


def back_keyboard(t: Translator) -> InlineKeyboardMarkup:
    """``Back`` to Delivery from a question that is answered by typing."""
    return keyboard([_back(t)])


def failed_keyboard(t: Translator) -> InlineKeyboardMarkup:
    """The carrier could not be asked what there is to choose from."""
    return keyboard([[_to("🔄 " + t("Try again"), CarrierAction.GO_ON)], _back(t)])


def refs_keyboard(
    part: Part, choices: Sequence[tuple[str, str]], t: Translator, *, chosen: str = ""
) -> InlineKeyboardMarkup:
    """The ``choices``, each a Ref (or value) and what people call it; ``chosen``: a Ref."""
    fitting = [each for each in choices if re.fullmatch(_REF, each[0])][:MOST_CHOICES]
    rows = [
        [_choice(label, CarrierRefTap(part=part, ref=ref), is_chosen=ref == chosen)]
        for ref, label in fitting
    ]
    return keyboard([*rows, _back(t)])


def _choice(label: str, tap: CallbackData, *, is_chosen: bool = False) -> InlineKeyboardButton:
    return button((CHOSEN if is_chosen else "") + (plain(label, _LABEL) or ELLIPSIS), tap)


def places_keyboard(
    addresses: Sequence[tuple[str, str]], t: Translator, *, chosen: str
) -> InlineKeyboardMarkup:
    """From a branch, or from one of the sender's addresses (as in ``refs_keyboard``)."""
    branch = _to("🏤 " + t("From a branch"), CarrierAction.BRANCH)
    doors = refs_keyboard(Part.PLACE, addresses, t, chosen=chosen)
    return keyboard([[branch], *doors.inline_keyboard])


def hits_keyboard(
    action: CarrierAction, hits: Sequence[tuple[int, str]], t: Translator
) -> InlineKeyboardMarkup:
    """Cities, or branches of a city, that were found: ids of our rows and what they are called."""
    rows = [[_choice(label, CarrierTap(action=action, id=id_))] for id_, label in hits]
    other = [_to("🏙 " + t("Another city"), CarrierAction.BRANCH)]
    return keyboard([*rows, other if action is CarrierAction.POINT else [], _back(t)])


def money_keyboard(
    accounts: Sequence[tuple[int, str]], t: Translator, *, chosen: int
) -> InlineKeyboardMarkup:
    """Where does cash on delivery arrive? ``chosen``: an id, 0 for none."""
    by_hand = (0, t("By hand, in Sales"))
    rows = [
        [_choice(label, CarrierTap(action=CarrierAction.MONEY, id=id_), is_chosen=id_ == chosen)]
        for id_, label in [*accounts[:MOST_CHOICES], by_hand]
    ]
    return keyboard([*rows, _back(t)])


def payer_keyboard(account: CarrierAccount, t: Translator) -> InlineKeyboardMarkup:
    """Who pays for the delivery?"""
    names = [(Payer.RECIPIENT.value, t("The recipient")), (Payer.SENDER.value, t("We"))]
    return refs_keyboard(Part.PAYER, names, t, chosen=account.payer.value)


def description_keyboard(usual: str, t: Translator) -> InlineKeyboardMarkup:
    """The usual description, or a typed one."""
    return keyboard([[_to(usual, CarrierAction.USUAL)], _back(t)])


def key_end_keyboard(t: Translator) -> InlineKeyboardMarkup:
    """Until which day does the key work?"""
    return keyboard([[_to(t("Do not know"), CarrierAction.NO_KEY_END)], _back(t)])


def disconnect_keyboard(carrier: str, t: Translator) -> InlineKeyboardMarkup:
    """Disconnect it indeed?"""
    label = t("Disconnect {carrier}", carrier=carrier_name(carrier, t))
    tap = CarrierTap(action=CarrierAction.DISCONNECT)
    return keyboard([[button(label, tap, ButtonStyle.DANGER)], _back(t)])


def to_delivery(t: Translator) -> InlineKeyboardMarkup:
    """From a notice to Settings, Delivery."""
    return keyboard([[button(delivery_label(t), SettingsTap(screen=SettingsScreen.DELIVERY))]])
