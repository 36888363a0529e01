"""What owners are told about carriers, put into words."""

from datetime import date

from bot.cards import Rendered
from bot.carrier_texts import carrier_name
from bot.i18n import Translator
from bot.keyboards.carriers import to_delivery
from bot.markup import quoted
from bot.settings_screens.carriers import trouble
from domain.carriers import CarrierNoticeKind
from models.carriers import CarrierNotice

_LONGEST_WORDS = 300


def carrier_news(notice: CarrierNotice, t: Translator) -> Rendered:
    """A notice to the owners."""
    return Rendered(_text(notice, t), to_delivery(t))


def _text(notice: CarrierNotice, t: Translator) -> str:
    name = carrier_name(notice.account.carrier, t)
    match CarrierNoticeKind(notice.kind):
        case CarrierNoticeKind.KEY_ENDS:
            return "🔑 " + _key_ends(name, notice, t)
        case CarrierNoticeKind.TROUBLE:
            return "⚠ " + _trouble(name, notice, t)
        case CarrierNoticeKind.BACK:
            return "✅ " + t("{carrier} accepts our key again.", carrier=name)


def _key_ends(name: str, notice: CarrierNotice, t: Translator) -> str:
    days = int(notice.data["days"])
    if days == 0:
        head = t("Today is the last day of the key of {carrier}.", carrier=name)
    else:
        head = t.plural(
            "The key of {carrier} works until {day}: {count} more day.",
            "The key of {carrier} works until {day}: {count} more days.",
            days,
            carrier=name,
            day=t.day(date.fromisoformat(str(notice.data["ends_on"]))),
        )
    advice = t("Make a new one in its cabinet, then Settings, Delivery, Another key.")
    return f"{head}\n{advice}"


def _trouble(name: str, notice: CarrierNotice, t: Translator) -> str:
    text = str(notice.data.get("text", ""))
    lines = [
        t(
            "{carrier} does not accept our key: no waybills are made, no parcels tracked.",
            carrier=name,
        ),
        trouble(str(notice.data["problem"]), text, t),
    ]
    words = quoted(text, _LONGEST_WORDS)
    if words:
        lines.append(t("Its own words: {words}", words=f"<i>{words}</i>"))
    return "\n".join(lines)
