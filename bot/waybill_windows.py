"""A waybill that exists, or is being made. Pure: views in, messages out."""

from datetime import datetime, timedelta

from bot import order_text
from bot.cards import Rendered
from bot.carrier_texts import carrier_name
from bot.i18n import Translator
from bot.keyboards.waybill_taps import Origin
from bot.keyboards.waybills import (
    ask_number_keyboard,
    delete_keyboard,
    made_keyboard,
    named_keyboard,
    no_waybill_keyboard,
    unmade_keyboard,
)
from bot.markup import quoted
from bot.parcel_texts import copied_number, days_waiting, short_day, whereabouts
from domain.carriers import ParcelState, WaybillState
from domain.rights import Role
from domain.waybill_requests import restored
from models.carriers import Waybill
from models.orders import Order
from models.staff import StaffMember
from services.order_views import OrderView

_LONGEST_WHO = 100
_LONGEST_WORDS = 300
_LONGEST_PLACE = 200
_CURRENCY = "UAH"
# An answer that takes longer will not come.
_ANSWER_TAKES = timedelta(minutes=1)
_ON_THE_WAY = frozenset({ParcelState.UNKNOWN, ParcelState.CREATED, ParcelState.MOVING})


def waybill(
    view: OrderView,
    t: Translator,
    *,
    now: datetime,
    origin: Origin,
    role: Role | None,
    news: str = "",
) -> Rendered:
    """The order's waybill (``view.waybill``) and what can be done with it; where it has none, what
    can be done about that. ``news``: what just happened, HTML. ``role``: of the one reader; None:
    several read it.
    """
    order, found = view.order, view.waybill
    lines = [_heading(order, t)]
    if found is None:
        lines.append(t("There is no waybill."))
        buttons = no_waybill_keyboard(order, t, origin=origin, role=role)
    elif found.state is WaybillState.MADE:
        lines += _about(found, t, now)
        buttons = made_keyboard(order.id, found, t, origin=origin, role=role)
    elif found.state is WaybillState.NAMED:
        lines += _about(found, t, now)
        buttons = named_keyboard(order, found, t, origin=origin, role=role)
    else:
        lines += _being_made(found, t, now)
        buttons = unmade_keyboard(order.id, t, origin=origin)
    return Rendered("\n".join([*lines, *(["", news] if news else [])]), buttons)


def ask_number(view: OrderView, t: Translator, *, origin: Origin, problem: str = "") -> Rendered:
    """Type the number of the parcel. ``problem``: what was wrong with the last answer, text."""
    found = view.waybill
    lines = [_heading(view.order, t)]
    if found is not None:
        lines.append(copied_number(found.number))
    question = t("Type the number of the waybill.")
    lines += ["", *([f"⚠ {problem}"] if problem else []), f"<b>{question}</b>"]
    buttons = ask_number_keyboard(view.order.id, t, origin=origin, is_named=found is not None)
    return Rendered("\n".join(lines), buttons)


def ask_delete(view: OrderView, t: Translator, *, now: datetime, origin: Origin) -> Rendered:
    """Is a waybill that we made really to be deleted?"""
    lines = [_heading(view.order, t), *(_about(view.waybill, t, now) if view.waybill else [])]
    question = t("Delete this waybill at the carrier? Its label becomes worthless.")
    lines += ["", f"<b>{question}</b>"]
    return Rendered("\n".join(lines), delete_keyboard(view.order.id, t, origin=origin))


def _heading(order: Order, t: Translator) -> str:
    heading = t("Waybill for order {number}", number=order_text.number(order))
    return f"📄 <b>{heading}</b>"


def _being_made(found: Waybill, t: Translator, now: datetime) -> list[str]:
    sent_at = found.sent_at if found.state is WaybillState.SENT else None
    is_lost = found.looked_at is not None or (sent_at is not None and now - sent_at > _ANSWER_TAKES)
    what = t("It is being made…")
    if is_lost:
        what = t("The carrier's answer was lost. It is being looked for: it is not made twice.")
    return [f"⏳ {what}", *_asked_by(found, t, now)]


def _about(found: Waybill, t: Translator, now: datetime) -> list[str]:
    """Its number, where the parcel is, what it costs, who made it."""
    named = [copied_number(found.number)]
    if found.carrier:
        named.append(carrier_name(found.carrier, t))
    return [
        " · ".join(named),
        *_to_whom(found),
        *_parcel(found, t, now),
        *_money(found, t),
        *_origin(found, t, now),
    ]


def _to_whom(found: Waybill) -> list[str]:
    """Who gets it and where, of one that we made."""
    if not found.request:
        return []
    name = restored(found.request).recipient.full
    is_told = found.parcel is ParcelState.ARRIVED  # with where it waits
    place = "" if is_told else quoted(found.place, _LONGEST_PLACE)
    return [*order_text.customer(name, found.recipient_phone), *([f"📍 {place}"] if place else [])]


def _parcel(found: Waybill, t: Translator, now: datetime) -> list[str]:
    """Where it is, in our words and the carrier's."""
    lines = []
    if where := whereabouts(found, t):
        days = days_waiting(found, now)
        waiting = f" ({t.plural('{count} day', '{count} days', days)})" if days else ""
        lines.append(f"📦 {where}{waiting}")
    if words := quoted(found.status_text, _LONGEST_WORDS):
        lines.append(f"«{words}»")
    if found.arrives_on is not None and found.parcel in _ON_THE_WAY:
        lines.append(t("Arrives {day}", day=short_day(found.arrives_on, t)))
    if found.received_at is not None:
        lines.append(t("Received {at}", at=t.date_time(found.received_at, now=now)))
    if found.return_number:
        number = copied_number(found.return_number)
        lines.append(t("It goes back with waybill {number}", number=number))
    return lines


def _money(found: Waybill, t: Translator) -> list[str]:
    lines = []
    if found.cost is not None:
        lines.append(t("Delivery costs {amount}", amount=t.money(found.cost, _CURRENCY)))
    if found.cod_amount:
        lines.append(t("Cash on delivery {amount}", amount=t.money(found.cod_amount, _CURRENCY)))
    return lines


def _origin(found: Waybill, t: Translator, now: datetime) -> list[str]:
    who = _who(found)
    at = t.date_time(found.made_at or found.created_at, now=now)
    if found.state is WaybillState.MADE:
        lines = [t("Made by {who}, {at}", who=who, at=at)]
    elif who:
        lines = [t("Number typed by {who}, {at}", who=who, at=at)]
    else:
        lines = [t("Number from the site, {at}", at=at)]
    if found.printed_at is not None:
        lines.append(t("Printed {at}", at=t.date_time(found.printed_at, now=now)))
    return lines


def _asked_by(found: Waybill, t: Translator, now: datetime) -> list[str]:
    at = t.date_time(found.created_at, now=now)
    return [t("Asked for by {who}, {at}", who=_who(found), at=at)]


def _who(found: Waybill) -> str:
    """Who made or named it; "": nobody of the staff."""
    staff = found.staff
    return quoted(staff.name, _LONGEST_WHO) if isinstance(staff, StaffMember) else ""
