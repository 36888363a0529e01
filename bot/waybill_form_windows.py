"""The form of a waybill. Pure: views in, messages out."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot import carrier_texts, order_text
from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.waybill_form import (
    city_label,
    form_keyboard,
    no_carrier_keyboard,
    payer_keyboard,
    place_emoji,
)
from bot.keyboards.waybill_taps import Origin
from bot.keyboards.waybills import unmade_keyboard
from bot.markup import quoted
from bot.parcel_texts import short_day
from domain.carriers import CodKind, Payer, PlaceKind, Quote, Seat
from domain.errors import WaybillGap
from domain.rights import Right, Role, may
from models.orders import Order
from services.waybill_forms import Door, FormView

_LONGEST_NAME = 120
_LONGEST_PHONE = 64
_LONGEST_PLACE = 200
_LONGEST_TOLD = 200
_LONGEST_CITY = 120
_LONGEST_DESCRIPTION = 100
_CURRENCY = "UAH"
_SHOWN_PIECES = 10


def form(
    view: FormView,
    t: Translator,
    *,
    now: datetime,
    origin: Origin,
    problem: str = "",
    price: str = "",
) -> Rendered:
    """All that will be sent to the carrier, its price and day, and what can be changed.

    ``problem``: why it was not made just now, a line of text. ``price``: what stands where the
    price will be while nobody knows it, text as well.
    """
    is_sought = price == looking_for_place(t)  # what is missing may be found
    below = [f"⚠ {carrier_texts.gap(view.gaps[0], t)}"] if view.gaps and not is_sought else []
    if problem:
        below = [f"❌ <b>{problem}</b>", *below]
    text = form_text(view, t, below, now=now, price=price)
    order_id, is_full = view.order.order.id, is_priceable(view)
    buttons = form_keyboard(order_id, origin, t, is_guessed=is_guessed(view), is_full=is_full)
    return Rendered(text, buttons)


def form_text(
    view: FormView, t: Translator, below: Sequence[str] = (), *, now: datetime, price: str = ""
) -> str:
    """All that the form says, and lines of HTML below it."""
    order, carrier = view.order.order, carrier_texts.carrier_name(view.account.carrier, t)
    lines = [
        f"{_heading(order, t)} · {carrier}",
        order_text.placed(order, t, now),
        *order_text.customer(view.recipient_name, view.phone),
        *_place(view, t),
        *_parcel(view.seats, t),
        *_money(view, t),
        *_labelled("🏷", view.description, _LONGEST_DESCRIPTION),
        f"💳 {t('Payer')}: {payer_name(view.payer, t)}",
        *_paid_twice(view, t),
        *_price(view.quote, price, t),
        *([""] if below else []),
        *below,
    ]
    return "\n".join(lines)


def _heading(order: Order, t: Translator) -> str:
    heading = t("Waybill for order {number}", number=order_text.number(order))
    return f"📄 <b>{heading}</b>"


def _labelled(emoji: str, text: str, longest: int) -> list[str]:
    shown = quoted(text, longest)
    return [f"{emoji} {shown}"] if shown else []


def _place(view: FormView, t: Translator) -> list[str]:
    """Where it goes: the place, its city, and the order's own words while nobody has looked."""
    lines = []
    if view.door is not None:
        lines = _labelled(place_emoji(PlaceKind.DOOR), _address(view.door, t), _LONGEST_PLACE)
    elif view.point is not None:
        name = view.point.name or view.point.number
        lines = _labelled(place_emoji(view.point.kind), name, _LONGEST_PLACE)
    if view.city is not None:
        lines += _labelled("🏙", city_label(view.city, t), _LONGEST_CITY)
    told = quoted(view.told_place, _LONGEST_TOLD)
    if view.is_confirmed or not told:
        return lines
    if is_guessed(view):
        return [*lines, "🔎 " + t("found by “{words}” — is it right?", words=told)]
    return [*lines, "🔎 " + t("the order says: “{words}”", words=told)]


def is_guessed(view: FormView) -> bool:
    """Whether there is a place, and somebody has to look at it."""
    return not view.is_confirmed and (view.point is not None or view.door is not None)


def _address(door: Door, t: Translator) -> str:
    flat = t("flat {flat}", flat=door.flat) if door.flat else ""
    return ", ".join(part for part in (door.street_name, door.building, flat) if part)


def _parcel(seats: Sequence[Seat], t: Translator) -> list[str]:
    """Weight and boxes; equal pieces are told once."""
    if not seats:
        return []
    first = piece_text(seats[0], t)
    if len(seats) == 1:
        return [f"⚖️ {first}"]
    pieces = t.plural("{count} piece", "{count} pieces", len(seats))
    kilograms = sum((seat.weight_kg for seat in seats), Decimal(0))
    total = t("{weight} kg", weight=t.quantity(kilograms))
    if all(seat == seats[0] for seat in seats):
        return [f"⚖️ {pieces} × {first} = {total}"]
    shown = [f"\N{EM SPACE}{at}. {piece_text(seat, t)}" for at, seat in enumerate(seats, 1)]
    return [f"⚖️ {pieces}, {total}", *shown[:_SHOWN_PIECES]]


def piece_text(seat: Seat, t: Translator) -> str:
    """What one piece weighs, and the size of its box. Plain text."""
    weight = t("{weight} kg", weight=t.quantity(seat.weight_kg))
    sides = (seat.length_cm, seat.width_cm, seat.height_cm)
    size = t("{length} × {width} × {height} cm", length=sides[0], width=sides[1], height=sides[2])
    return f"{weight} · {size}"


def _money(view: FormView, t: Translator) -> list[str]:
    declared = t("Declared value {amount}", amount=t.money(view.declared_value, _CURRENCY))
    cod = t("No cash on delivery")
    if view.cod_amount:
        cod = t("Cash on delivery {amount}", amount=t.money(view.cod_amount, _CURRENCY))
        cod = " · ".join(part for part in (cod, _way_back(view.account.cod_kind, t)) if part)
    return [f"🛡 {declared}", f"💰 {cod}", *_collected_too_much(view, t)]


def _collected_too_much(view: FormView, t: Translator) -> list[str]:
    """A sum with a zero too many would be asked of the customer, and raise the declared value."""
    if view.cod_due is None or view.cod_amount <= view.cod_due:
        return []
    due = t.money(view.cod_due, _CURRENCY)
    return [f"⚠ {t('More than the sale leaves to collect: {amount}.', amount=due)}"]


def _way_back(cod_kind: str, t: Translator) -> str:
    """How money on delivery comes to the sender; "" until somebody has said."""
    match cod_kind:
        case CodKind.TRANSFER:
            return t("money transfer")
        case CodKind.CONTROL:
            return t("payment control")
        case _:
            return ""


def _paid_twice(view: FormView, t: Translator) -> list[str]:
    """Whoever has paid the shop for the delivery would pay the carrier as well."""
    if view.payer is not Payer.RECIPIENT or not view.delivery_cost:
        return []
    amount = t.money(view.delivery_cost, _CURRENCY)
    warning = t("The sale has {amount} for delivery already: then the sender pays.", amount=amount)
    return [f"⚠ {warning}"]


def payer_name(payer: Payer, t: Translator) -> str:
    match payer:
        case Payer.RECIPIENT:
            return t("Recipient")
        case Payer.SENDER:
            return t("Sender")


def _price(quote: Quote | None, price: str, t: Translator) -> list[str]:
    if quote is None:
        return [f"💵 {price}"] if price else []
    parts = [t("Delivery {amount}", amount=t.money(quote.cost, _CURRENCY))]
    if quote.cod_cost:
        amount = t.money(quote.cod_cost, _CURRENCY)
        parts.append(t("for bringing the money {amount}", amount=amount))
    if quote.arrives_on is not None:
        parts.append(t("arrives {day}", day=short_day(quote.arrives_on, t)))
    return ["💵 " + " · ".join(parts)]


def is_priceable(view: FormView) -> bool:
    """Whether a carrier could say what it costs: nobody need have looked at the place for that."""
    return all(gap is WaybillGap.CONFIRM for gap in view.gaps)


def asking_price(t: Translator) -> str:
    """In place of the price while the carrier is asked."""
    return t("asking the price…")


def no_price(why: str, t: Translator) -> str:
    """In place of the price when it could not be asked. ``why``: a sentence of text."""
    return t("The price is not known. {why}", why=why)


def looking_for_place(t: Translator) -> str:
    """In place of the price while the place is being found."""
    return t("looking for the place…")


def payers(view: FormView, t: Translator, *, now: datetime, origin: Origin) -> Rendered:
    """The form asking who pays for the delivery."""
    text = form_text(view, t, [f"<b>{t('Who pays for the delivery?')}</b>"], now=now)
    return Rendered(text, payer_keyboard(view.order.order.id, origin, view.payer, t))


def no_carrier(order: Order, t: Translator, *, origin: Origin, role: Role) -> Rendered:
    """Nobody has set a carrier up; who may do it is led there."""
    lines = [_heading(order, t), "", f"⚠ {carrier_texts.gap(WaybillGap.CARRIER, t)}"]
    may_set_up = may(role, Right.EDIT_SHOPS)
    buttons = no_carrier_keyboard(order.id, origin, t, may_set_up=may_set_up)
    return Rendered("\n".join(lines), buttons)


def being_made(view: FormView, t: Translator, *, now: datetime, origin: Origin) -> Rendered:
    """All that is being sent to the carrier, until the outcome stands here."""
    text = form_text(view, t, [f"⏳ {t('It is being made…')}"], now=now)
    return Rendered(text, unmade_keyboard(view.order.order.id, t, origin=origin))
