"""One row of an order's history in words. Plain text: foreign parts are cut and made harmless."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.carrier_texts import parcel_state
from bot.i18n import Translator
from bot.markup import harmless
from bot.names import platform_state_name, reason_name, status_name
from domain.carriers import ParcelState
from domain.money import parse_decimal
from domain.orders import PlatformState, RejectReason
from models.orders import EventKind
from models.statuses import StatusKind
from services.care import LONGEST_COMMENT
from services.order_views import EventView

_LONGEST_NAME = 60
_LONGEST_REASON = 120
_SHOWN_COMMENT = 200  # on the card; its history has all of it
_SHOWN_CHANGES = 3


def event_text(view: EventView, t: Translator, *, currency: str, in_full: bool = False) -> str:
    """What one row of the history says, without who and when.

    ``currency`` is the order's: changed totals are shown in it. ``in_full``: with all of a
    comment, and from which status to which also where the card shows that by itself.
    """
    data = view.event.data
    match view.event.kind:
        case EventKind.CREATED:
            return t("order received")
        case EventKind.CHANGED:
            return t(
                "changed on the site: {changes}", changes=_changes(data["changes"], t, currency)
            )
        case EventKind.STATUS | EventKind.COMPLETED | EventKind.REFUSED:
            return _step(view, t)
        case EventKind.RETURNED:
            amount = t.money(Decimal(data["amount"]), currency)
            is_whole = view.to_status is not None and view.to_status.kind is StatusKind.REFUSED
            what = t("goods returned") if is_whole else t("a part of the goods returned")
            step = f": {_step(view, t)}" if is_whole and in_full else ""
            return f"{what}, −{amount}{step}"
        case EventKind.SETTLED:
            return t("money received: {amount}", amount=_money(data["amount"], t, currency))
        case EventKind.REJECTED:
            return f"{_step(view, t)} ({reject_reason(data, t)})"
        case EventKind.COMMENTED:
            longest = LONGEST_COMMENT if in_full else _SHOWN_COMMENT
            return f"💬 {harmless(data['text'], longest)}"
        case EventKind.TAKEN_OVER:
            return t("took over from {who}", who=harmless(data["holder"], _LONGEST_NAME))
        case EventKind.NO_ANSWER:
            return t("no answer {attempt}", attempt=data["attempt"])
        case EventKind.REMINDER:
            at = datetime.fromisoformat(data["at"])
            return t("reminder for {at}", at=t.date_time(at, now=view.event.at))
        case EventKind.LINKED:
            name = harmless(data["name"], _LONGEST_NAME)
            return t(
                "linked: {name} → {product}",
                name=name,
                product=harmless(data["product"], _LONGEST_NAME),
            )
        case EventKind.REOPENED:
            return t("reopened: {step}", step=_step(view, t))
        case EventKind.UNDONE:
            return t("undone: {step}", step=_step(view, t))
        case EventKind.PLATFORM_CANCELED:
            canceled = t("canceled on the site")
            return f"{canceled}: {_canceled_step(view, t)}" if in_full else canceled
        case EventKind.PLATFORM_REOPENED:
            restored = t("restored on the site")
            return f"{restored}: {_step(view, t)}" if in_full else restored
        case EventKind.PLATFORM_NOTICE:
            state = platform_state_name(PlatformState(data["state"]), t)
            return t("now on the site: {state}", state=state)
        case EventKind.WAYBILL:
            return _waybill(data, t)
        case EventKind.PARCEL | EventKind.PARCEL_WAITS:
            return _parcel(data, t)


def _waybill(data: Mapping[str, Any], t: Translator) -> str:
    number, was = (harmless(data.get(key, ""), _LONGEST_NAME) for key in ("number", "was"))
    if number:
        return t("waybill {number}", number=number)
    return t("waybill {number} is no more", number=was)


def _parcel(data: Mapping[str, Any], t: Translator) -> str:
    if "days" in data:
        days = int(data["days"])
        return t.plural("parcel waits {count} day", "parcel waits {count} days", days)
    return t("parcel: {state}", state=parcel_state(ParcelState(data["state"]), t))


def _step(view: EventView, t: Translator) -> str:
    """From which status to which, by their names of today; one that was deleted keeps its last."""
    names = [
        status_name(status, t) if status else "?" for status in (view.from_status, view.to_status)
    ]
    return " → ".join(names)


def _canceled_step(view: EventView, t: Translator) -> str:
    """With why and by whom, as the site says it; the card shows that by itself."""
    why = harmless(view.event.data.get("why", ""), _LONGEST_REASON)
    return " · ".join(filter(None, (_step(view, t), why)))


def reject_reason(data: Mapping[str, Any], t: Translator) -> str:
    """Why staff rejected an order, of that event's data."""
    text = harmless(data["text"], _LONGEST_REASON)
    return text or reason_name(RejectReason(data["reason"]), t)


def _changes(changes: Sequence[Mapping[str, str]], t: Translator, currency: str) -> str:
    shown = [_change(change, t, currency) for change in changes[:_SHOWN_CHANGES]]
    more = len(changes) - len(shown)
    if more:
        shown.append(t.plural("and {count} more", "and {count} more", more))
    return "; ".join(shown)


def _change(change: Mapping[str, str], t: Translator, currency: str) -> str:
    name = harmless(change.get("name", ""), _LONGEST_NAME)
    match change["what"]:
        case "quantity":
            old, new = _quantity(change["old"], t), _quantity(change["new"], t)
            return f"{name} {old} → {new}"
        case "added":
            return f"+ {name} × {_quantity(change['new'], t)}"
        case "removed":
            return f"− {name}"
        case "total":
            old, new = _money(change["old"], t, currency), _money(change["new"], t, currency)
            return t("total {old} → {new}", old=old, new=new)
        case "paid":
            return t("paid")
        case "state":
            old, new = (
                platform_state_name(PlatformState(change[key]), t) for key in ("old", "new")
            )
            return f"{old} → {new}"
        case "customer":
            return t("customer")
        case "delivery":
            return t("delivery")
        case "waybill":
            number = harmless(change["new"], _LONGEST_NAME) or "—"
            return t("waybill {number}", number=number)
        case "payment":
            return t("payment")
        case "note":
            return t("note")
        case "amounts":
            return t("amounts")
        case other:
            return harmless(other, _LONGEST_NAME)


def _quantity(text: str, t: Translator) -> str:
    quantity = parse_decimal(text)
    return harmless(text, _LONGEST_NAME) if quantity is None else t.quantity(quantity)


def _money(text: str, t: Translator, currency: str) -> str:
    amount = parse_decimal(text)
    return harmless(text, _LONGEST_NAME) if amount is None else t.money(amount, currency)
