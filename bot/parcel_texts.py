"""Where a parcel is, as cards, receipts and its waybill's screen say it. All of it is safe HTML."""

from datetime import date, datetime

from babel.dates import format_date

from bot import carrier_texts
from bot.i18n import Translator
from bot.markup import quoted
from domain.carriers import ParcelState, WaybillState
from domain.orders import Phase
from domain.parcels import day_in_kyiv
from models.carriers import Waybill
from models.orders import Order

_LONGEST_NUMBER = 64
_LONGEST_PLACE = 120
_TRACKING_PAGES = {"novaposhta": "https://novaposhta.ua/tracking/?cargo_number={}"}

# Its number is known.
NUMBERED = frozenset({WaybillState.MADE, WaybillState.NAMED})
# It is being made, or nobody knows yet whether it was.
_UNDECIDED = frozenset({WaybillState.ASKED, WaybillState.SENT})
# Nobody has handed it over yet, as far as the carrier says.
_AT_HOME = frozenset({ParcelState.UNKNOWN, ParcelState.CREATED})


def tracking_page(waybill: Waybill) -> str:
    """Where anybody can see what became of the parcel; "" when the carrier has no such page."""
    page = _TRACKING_PAGES.get(waybill.carrier, "")
    return page.format(waybill.number) if waybill.number.isalnum() else ""


def copied_number(number: str) -> str:
    """A number that a tap copies."""
    return f"<code>{quoted(number, _LONGEST_NUMBER)}</code>"


def parcel_line(waybill: Waybill, t: Translator) -> str:
    """Number and whereabouts of a parcel in one line of a card, HTML; "" while it has no number."""
    if waybill.state not in NUMBERED:
        return ""
    number = t("waybill {number}", number=copied_number(waybill.number))
    parts = (number, whereabouts(waybill, t))
    return "📄 " + " · ".join(part for part in parts if part)


def number_line(number: str, waybill: Waybill | None, t: Translator) -> str:
    """What a sale says of its waybill: the number, that one is being made, or that there is none.

    ``waybill``: the one that the order has now.
    """
    is_awaited = waybill is not None and waybill.state in _UNDECIDED
    told = f"⏳ {t('It is being made…')}" if is_awaited else quoted(number, _LONGEST_NUMBER)
    return f"{t('Waybill')}: {told or t('none')}"


def whereabouts(waybill: Waybill, t: Translator) -> str:
    """Where the parcel is: what of it, where, since when; "" when nobody is asked for it."""
    if not waybill.carrier:
        return ""
    state = carrier_texts.parcel_state(waybill.parcel, t)
    if waybill.parcel is not ParcelState.ARRIVED:
        return state
    parts = [", ".join(filter(None, (state, quoted(waybill.place, _LONGEST_PLACE))))]
    if waybill.stored_since is not None:
        parts.append(t("waits since {day}", day=short_day(waybill.stored_since, t)))
    return " · ".join(parts)


def days_waiting(waybill: Waybill, now: datetime) -> int:
    """For how many days the parcel has waited; 0 when it does not wait. ``now`` is aware."""
    if waybill.parcel is not ParcelState.ARRIVED or waybill.stored_since is None:
        return 0
    return max((day_in_kyiv(now) - waybill.stored_since).days, 0)


def short_day(day: date, t: Translator) -> str:
    return format_date(day, "d MMM", locale=t.language)


def is_deletable(waybill: Waybill) -> bool:
    """Whether we made it, and the parcel was not handed over yet."""
    return waybill.is_ours and waybill.parcel in _AT_HOME


def left_behind(order: Order, waybill: Waybill | None, t: Translator) -> list[str]:
    """Of an order that came to nothing: its waybill still exists, and somebody has to act."""
    is_over = order.phase in {Phase.CANCELED, Phase.REFUSED}
    if waybill is None or not is_over or not is_deletable(waybill):
        return []
    number = copied_number(waybill.number)
    return ["⚠ " + t("its waybill {number} still exists: delete it", number=number)]
