"""Notes for a shop's own people at its orders: what was done here. Plain text."""

from tortoise.timezone import now

from bot.event_texts import event_text, reject_reason
from bot.i18n import Translator, Translators
from bot.markup import harmless
from bot.names import status_name
from models.orders import EventKind
from services.order_views import EventView
from services.told_notes import ToldStep

_LONGEST_NAME = 60
_LONGEST_WAYBILL = 64


def order_note(step: ToldStep, translators: Translators) -> str:
    """Who did what, with the waybill and the reason, and when; in their own language."""
    t = translators(step.language)
    view = step.event
    who = harmless(view.actor, _LONGEST_NAME)
    at, today = view.event.at, now()
    is_today = t.local_day(at) == t.local_day(today)
    when = t.time(at) if is_today else t.date_time(at, now=today)
    parts = [_what(step, t)]
    if step.waybill_number:
        number = harmless(step.waybill_number, _LONGEST_WAYBILL)
        parts.append(t("waybill {number}", number=number))
    return f"Kramar: {who} – {', '.join([*parts, when])}"


def _what(step: ToldStep, t: Translator) -> str:
    view = step.event
    match view.event.kind:
        case EventKind.COMPLETED:
            return t("sold")
        case EventKind.REJECTED:
            return t("rejected ({reason})", reason=reject_reason(view.event.data, t))
        case EventKind.REFUSED:
            return t("the customer refused")
        case EventKind.REOPENED:
            return t("reopened")
        case EventKind.UNDONE:
            return t("took the last step back")
        case EventKind.STATUS:
            return _label(view, t)
        case _:
            return event_text(view, t, currency=step.currency)


def _label(view: EventView, t: Translator) -> str:
    name = status_name(view.to_status, t) if view.to_status else "?"
    return t("“{text}”", text=name)
