"""The buttons of a waybill's form and of its questions, and what they say when they are tapped."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pydantic
from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import Translator
from bot.keyboards.buttons import CHOSEN, Row, button, keyboard, rows_of
from bot.keyboards.settings import SettingsScreen, SettingsTap
from bot.keyboards.waybill_taps import Id, Origin
from bot.markup import ELLIPSIS, plain
from domain.carriers import Payer, PlaceKind, Street
from models.carriers import CarrierCity, CarrierPoint
from services.waybill_forms import MOST_SEATS

_LONGEST_HIT = 60
_LONGEST_ADDRESS = 40
_LONGEST_POINT_NUMBER = 16
_ADJECTIVES = ("ський", "цький", "зький", "ська", "цька", "зька")
_SIZED_ONE_BY_ONE = 10  # pieces; of more all are alike
_WORTH_SAYING_KG = 30  # what takes more takes whatever a shop sends
USUAL_WEIGHTS_KG = tuple(map(Decimal, ("0.5", "1", "2", "5", "10")))


class FormAction(StrEnum):
    """What a tap wants done with the form of one order's waybill."""

    SHOW = "sh"  # Back from a question to the form
    RIGHT = "ri"  # the place that was guessed is right
    PAYER = "pa"
    PAID_BY_RECIPIENT = "pr"
    PAID_BY_SENDER = "ps"
    MORE = "mo"  # one piece more
    FEWER = "fe"
    CREATE = "cr"
    RIGHT_CREATE = "rc"  # both: nothing but a look at the place was lacking
    LEAVE = "lv"  # Back to where the form was opened


class FormField(StrEnum):
    """What can be typed in a form. The codes are in buttons and in stored dialogues."""

    RECIPIENT = "na"
    PHONE = "ph"
    CITY = "ci"  # a part of its name, answered by a list
    BRANCH = "br"  # number or street of a branch or locker, answered by a list
    STREET = "st"  # the beginning of its name, answered by a list
    BUILDING = "bu"  # building and flat in the street that was chosen from that list
    PARCEL = "pc"  # the weight of a piece, or the size of its box
    DECLARED_VALUE = "de"
    COD = "co"
    DESCRIPTION = "ds"


class FormTap(CallbackData, prefix="y2"):
    """A tap on a form."""

    action: FormAction
    order_id: Id
    origin: Origin


# Of a parcel's pieces the one that is meant, counted from 1; 0: all of them.
Piece = Annotated[int, pydantic.Field(ge=0, le=MOST_SEATS)]


class FormFieldTap(CallbackData, prefix="y3"):
    """Ask for one line of a form."""

    field: FormField
    order_id: Id
    origin: Origin
    piece: Piece = 0


class FormValueTap(CallbackData, prefix="y4"):
    """A usual answer to such a question, as if it had been typed."""

    field: FormField
    order_id: Id
    origin: Origin
    value: Annotated[str, pydantic.Field(max_length=16)]
    piece: Piece = 0


class CityTap(CallbackData, prefix="y5"):
    """The city chosen. ``city_id``: of a ``CarrierCity``."""

    order_id: Id
    origin: Origin
    city_id: Id


class PointTap(CallbackData, prefix="y6"):
    """The branch or locker chosen. ``point_id``: of a ``CarrierPoint``."""

    order_id: Id
    origin: Origin
    point_id: Id


class StreetTap(CallbackData, prefix="y7"):
    """The street chosen, by the carrier's Ref; its name is kept with the open question."""

    order_id: Id
    origin: Origin
    ref: Annotated[str, pydantic.Field(pattern=r"^[0-9a-fA-F-]{1,36}$")]


def is_street_ref(ref: str) -> bool:
    """Whether a street can be on a button."""
    return 0 < len(ref) <= 36 and not ref.lower().strip("0123456789abcdef-")


def form_keyboard(
    order_id: int, origin: Origin, t: Translator, *, is_guessed: bool, is_full: bool
) -> InlineKeyboardMarkup:
    """All that can be changed. ``is_guessed``: somebody has to look at the place; ``is_full``:
    nothing else is lacking, so that whoever says it is right need not tap twice.
    """

    def ask(label: str, field: FormField) -> InlineKeyboardButton:
        return ask_button(label, field, order_id, origin)

    guess: Row = []
    label, action = t("Create"), FormAction.CREATE
    if is_guessed:
        guess = [ask("🔁 " + t("Another place"), FormField.BRANCH)]
        if is_full:
            label, action = t("It is right: create"), FormAction.RIGHT_CREATE
        else:
            guess.insert(0, go("✅ " + t("It is right"), FormAction.RIGHT, order_id, origin))
    create = FormTap(action=action, order_id=order_id, origin=origin)
    return keyboard(
        [
            guess,
            [
                ask("👤 " + t("Recipient"), FormField.RECIPIENT),
                ask("📞 " + t("Phone"), FormField.PHONE),
            ],
            [
                ask("🏙 " + t("City"), FormField.CITY),
                ask("📍 " + t("Branch or address"), FormField.BRANCH),
            ],
            [
                ask("⚖️ " + t("Weight and size"), FormField.PARCEL),
                ask("🏷 " + t("Description"), FormField.DESCRIPTION),
            ],
            # In Ukrainian its name is too long for half a row.
            [ask("🛡 " + t("Declared value"), FormField.DECLARED_VALUE)],
            [
                ask("💰 " + t("Cash on delivery"), FormField.COD),
                go("💳 " + t("Payer"), FormAction.PAYER, order_id, origin),
            ],
            [button(f"✅ {label}", create, ButtonStyle.SUCCESS)],
            [go("⬅️ " + t("Back"), FormAction.LEAVE, order_id, origin)],
        ]
    )


def no_carrier_keyboard(
    order_id: int, origin: Origin, t: Translator, *, may_set_up: bool
) -> InlineKeyboardMarkup:
    """Where there is nobody to send with."""
    settings = button("🚚 " + t("Delivery"), SettingsTap(screen=SettingsScreen.DELIVERY))
    back = go("⬅️ " + t("Back"), FormAction.LEAVE, order_id, origin)
    return keyboard([[settings] if may_set_up else [], [back]])


def go(label: str, action: FormAction, order_id: int, origin: Origin) -> InlineKeyboardButton:
    return button(label, FormTap(action=action, order_id=order_id, origin=origin))


def ask_button(
    label: str, field: FormField, order_id: int, origin: Origin, piece: int = 0
) -> InlineKeyboardButton:
    """A button that asks for one line of the form."""
    return button(label, FormFieldTap(field=field, order_id=order_id, origin=origin, piece=piece))


def fill_button(
    label: str, field: FormField, order_id: int, origin: Origin, value: str, piece: int = 0
) -> InlineKeyboardButton:
    """A button that answers such a question."""
    tap = FormValueTap(field=field, order_id=order_id, origin=origin, value=value, piece=piece)
    return button(label, tap)


def back_to_form(order_id: int, origin: Origin, t: Translator) -> InlineKeyboardButton:
    return go("⬅️ " + t("Back"), FormAction.SHOW, order_id, origin)


def payer_keyboard(
    order_id: int, origin: Origin, current: Payer, t: Translator
) -> InlineKeyboardMarkup:
    """Who pays, the present one marked."""
    choices = (
        (Payer.RECIPIENT, t("Recipient"), FormAction.PAID_BY_RECIPIENT),
        (Payer.SENDER, t("Sender"), FormAction.PAID_BY_SENDER),
    )
    row = [
        go((CHOSEN if payer is current else "") + label, action, order_id, origin)
        for payer, label, action in choices
    ]
    return keyboard([row, [back_to_form(order_id, origin, t)]])


def parcel_rows(
    order_id: int, origin: Origin, labels: Sequence[str], piece: int, t: Translator
) -> list[Row]:
    """Usual weights; how many pieces there are, and which of them is meant.

    ``labels``: what each piece is like. ``piece``: the one that is asked about, 0: all.
    """
    field, pieces = FormField.PARCEL, len(labels)
    weights = [
        fill_button(
            t("{weight} kg", weight=t.quantity(kg)), field, order_id, origin, str(kg), piece
        )
        for kg in USUAL_WEIGHTS_KG
    ]
    if piece:
        return [weights, [ask_button("📦 " + t("All pieces"), field, order_id, origin)]]
    fewer = go("➖ " + t("Piece"), FormAction.FEWER, order_id, origin)
    more = go("➕ " + t("Piece"), FormAction.MORE, order_id, origin)
    pieces_row = [*([fewer] if pieces > 1 else []), *([more] if pieces < MOST_SEATS else [])]
    if not 1 < pieces <= _SIZED_ONE_BY_ONE:
        return [weights, pieces_row]
    each = [
        ask_button(f"{at}. {label}", field, order_id, origin, at)
        for at, label in enumerate(labels, 1)
    ]
    return [weights, pieces_row, *([one] for one in each)]


def city_rows(
    order_id: int, origin: Origin, cities: Sequence[CarrierCity], t: Translator
) -> list[Row]:
    """Cities to choose from."""
    return [
        [
            button(
                city_label(city, t) or ELLIPSIS,
                CityTap(order_id=order_id, origin=origin, city_id=city.id),
            )
        ]
        for city in cities
    ]


def city_label(city: CarrierCity, t: Translator) -> str:
    """Name and whereabouts of a city, plain text."""
    name = " ".join(filter(None, (city.kind, city.name)))
    district, area = city.region, city.area
    if district.endswith(_ADJECTIVES):
        district = t("{name} district", name=district)
    if area.endswith(_ADJECTIVES):
        area = t("{name} region", name=area)
    return plain(", ".join(filter(None, (name, district, area))), _LONGEST_HIT)


def point_rows(
    order_id: int, origin: Origin, points: Sequence[CarrierPoint], t: Translator
) -> list[Row]:
    """Branches and lockers to choose from, with what they take."""
    return [
        [button(point_label(one, t), PointTap(order_id=order_id, origin=origin, point_id=one.id))]
        for one in points
    ]


def point_label(point: CarrierPoint, t: Translator) -> str:
    """Kind, number, street and limit of a place, plain text."""
    parts = [
        f"{place_emoji(point.kind)} №{plain(point.number, _LONGEST_POINT_NUMBER)}",
        plain(point.address or point.name, _LONGEST_ADDRESS),
    ]
    if point.max_weight_kg is not None and point.max_weight_kg <= _WORTH_SAYING_KG:
        parts.append(t("up to {weight} kg", weight=t.quantity(point.max_weight_kg)))
    return " · ".join(part for part in parts if part)


def place_emoji(kind: PlaceKind) -> str:
    match kind:
        case PlaceKind.BRANCH:
            return "🏤"
        case PlaceKind.LOCKER:
            return "📦"
        case PlaceKind.DOOR:
            return "🚪"


def street_rows(order_id: int, origin: Origin, streets: Sequence[Street]) -> list[Row]:
    """Streets to choose from."""
    buttons = [
        button(
            plain(street.name, _LONGEST_HIT) or ELLIPSIS,
            StreetTap(order_id=order_id, origin=origin, ref=street.ref),
        )
        for street in streets
    ]
    return rows_of(1, buttons)
