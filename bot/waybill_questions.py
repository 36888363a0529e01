"""What a waybill's form asks to be typed: question, usual answers, and what was found. Pure."""

import math
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.buttons import Row, keyboard
from bot.keyboards.waybill_form import (
    FormField,
    ask_button,
    back_to_form,
    city_rows,
    fill_button,
    parcel_rows,
    point_rows,
    street_rows,
)
from bot.keyboards.waybill_taps import Origin
from bot.markup import quoted
from bot.waybill_form_windows import form_text, piece_text
from domain.carriers import Street
from models.carriers import CarrierCity, CarrierPoint
from services.waybill_forms import FormView

_LONGEST_TYPED = 60
_LONGEST_STREET = 120


def ask(
    view: FormView,
    field: FormField,
    t: Translator,
    *,
    now: datetime,
    origin: Origin,
    problem: str = "",
    street: str = "",
    piece: int = 0,
) -> Rendered:
    """The form asking for one of its lines.

    ``problem``: what was wrong with the last answer. ``street``: whose BUILDING is asked for.
    ``piece``: which one's PARCEL, counted from 1; 0: of all.
    """
    question = [f"<b>{_question(field, street, piece, t)}</b>"]
    if problem:
        question.insert(0, f"⚠ {problem}")
    order_id = view.order.order.id
    rows = [*_answers(view, field, origin, piece, t), [back_to_form(order_id, origin, t)]]
    return Rendered(form_text(view, t, question, now=now), keyboard(rows))


def _question(field: FormField, street: str, piece: int, t: Translator) -> str:
    match field:
        case FormField.RECIPIENT:
            return t("Type the recipient's surname, name and patronymic.")
        case FormField.PHONE:
            return t("Type the recipient's phone number.")
        case FormField.CITY:
            return t("Type the city, or a part of its name.")
        case FormField.BRANCH:
            return t("Type the number or the street of the branch or parcel locker.")
        case FormField.STREET:
            return t("Type the beginning of the street's name.")
        case FormField.BUILDING:
            return t(
                "{street}: type the building and the flat, for example “12, 3”.",
                street=quoted(street, _LONGEST_STREET),
            )
        case FormField.PARCEL if piece:
            return t(
                "Choose what piece {piece} weighs, or type it: 2.5. Or its box in centimetres, "
                "30x20x10, or both: 2.5 30x20x10.",
                piece=piece,
            )
        case FormField.PARCEL:
            return t(
                "Choose what one piece weighs, or type it: 2.5. Or its box in centimetres, "
                "30x20x10, or both: 2.5 30x20x10."
            )
        case FormField.DECLARED_VALUE:
            return t("Type the declared value in whole hryvnias.")
        case FormField.COD:
            return t("Type what the recipient pays on delivery, in whole hryvnias.")
        case FormField.DESCRIPTION:
            return t("Type in a few words what is in the parcel.")


def _answers(
    view: FormView, field: FormField, origin: Origin, piece: int, t: Translator
) -> list[Row]:
    """Usual answers, and other ways to answer."""
    order_id = view.order.order.id
    match field:
        case FormField.PARCEL:
            labels = [piece_text(seat, t) for seat in view.seats]
            return parcel_rows(order_id, origin, labels, piece, t)
        case FormField.BRANCH:
            return _ways_of_place(order_id, origin, t)
        case FormField.COD:
            nothing = fill_button(t("Nothing"), field, order_id, origin, "0")
            sums = _whole(view.cod_amount, view.declared_value)
            return [[nothing, *_sum_buttons(field, sums, order_id, origin, t)]]
        case FormField.DECLARED_VALUE:
            sums = _whole(_total(view), view.cod_amount)
            return [_sum_buttons(field, sums, order_id, origin, t)]
        case _:
            return []


def _total(view: FormView) -> Decimal:
    """Of the sale, else of the order, in hryvnias; zero when it is in another currency."""
    order = view.order.order
    if order.currency != "UAH":
        return Decimal(0)
    return view.sale.total if view.sale is not None else order.total


def _whole(*amounts: Decimal) -> list[int]:
    """Those above zero in whole hryvnias, each once."""
    return list(dict.fromkeys(math.ceil(amount) for amount in amounts if amount > 0))


def _sum_buttons(
    field: FormField, sums: Sequence[int], order_id: int, origin: Origin, t: Translator
) -> Row:
    return [
        fill_button(t.money(Decimal(each), "UAH"), field, order_id, origin, str(each))
        for each in sums
    ]


def _ways_of_place(order_id: int, origin: Origin, t: Translator) -> list[Row]:
    return [
        [
            ask_button("🚪 " + t("To an address"), FormField.STREET, order_id, origin),
            ask_button("🏙 " + t("Another city"), FormField.CITY, order_id, origin),
        ]
    ]


def cities(
    view: FormView,
    text: str,
    hits: Sequence[CarrierCity],
    t: Translator,
    *,
    now: datetime,
    origin: Origin,
) -> Rendered:
    """The cities found by ``text``; typing something else looks again."""
    rows = city_rows(view.order.order.id, origin, hits, t)
    return _found(view, text, rows, t("Which city?"), t, now, origin)


def points(
    view: FormView,
    text: str,
    hits: Sequence[CarrierPoint],
    t: Translator,
    *,
    now: datetime,
    origin: Origin,
) -> Rendered:
    """The branches and lockers found in the chosen city, as ``cities``."""
    order_id = view.order.order.id
    rows = [*point_rows(order_id, origin, hits, t), *_ways_of_place(order_id, origin, t)]
    return _found(view, text, rows, t("Which branch or parcel locker?"), t, now, origin)


def streets(
    view: FormView,
    text: str,
    hits: Sequence[Street],
    t: Translator,
    *,
    now: datetime,
    origin: Origin,
) -> Rendered:
    """The streets found in the chosen city, as ``cities``."""
    rows = street_rows(view.order.order.id, origin, hits)
    return _found(view, text, rows, t("Which street?"), t, now, origin)


def _found(
    view: FormView,
    text: str,
    rows: Sequence[Row],
    question: str,
    t: Translator,
    now: datetime,
    origin: Origin,
) -> Rendered:
    typed = quoted(text, _LONGEST_TYPED)
    lines = [
        t("Found by “{typed}”. Something else? Type it.", typed=typed),
        f"<b>{question}</b>",
    ]
    back = back_to_form(view.order.order.id, origin, t)
    return Rendered(form_text(view, t, lines, now=now), keyboard([*rows, [back]]))


def nothing_found(field: FormField, text: str, t: Translator) -> str:
    """The problem of a search without hits."""
    typed = quoted(text, _LONGEST_TYPED)
    match field:
        case FormField.CITY:
            return t("There is no city “{typed}”. Check the spelling.", typed=typed)
        case FormField.STREET:
            return t("There is no street “{typed}” in this city. Check the spelling.", typed=typed)
        case _:
            return t(
                "Nothing found by “{typed}” in this city. Type the number alone, or the street.",
                typed=typed,
            )
