"""Settings, Delivery: our account with a carrier, and its key."""

from collections.abc import Collection
from datetime import date, timedelta

from bot.cards import Rendered
from bot.carrier_texts import carrier_name, reason, why_not
from bot.i18n import Translator
from bot.keyboards.carriers import (
    back_keyboard,
    connect_label,
    delivery_keyboard,
    delivery_label,
    disconnect_keyboard,
    key_end_keyboard,
    offer_keyboard,
)
from bot.markup import quoted
from bot.names import account_name
from domain.carriers import CarrierProblem, CodKind, Payer
from domain.errors import IntegrationError, KeyRefusedError
from models.carriers import CarrierAccount
from services import carrier_accounts
from sync.carrier_setup import Looked

_LONGEST_NAME = 100
_LONGEST_PLACE = 150
_A_YEAR = timedelta(days=365)


def title(t: Translator) -> str:
    """The first line of the screens of Delivery (HTML)."""
    return f"<b>{delivery_label(t)}</b>"


def with_problem(problem: str, lines: list[str]) -> str:
    """Lines of HTML, above them what was wrong with the last answer; "" for nothing."""
    return "\n".join([f"⚠ {problem}", "", *lines] if problem else lines)


def offer(carriers: Collection[str], t: Translator, *, news: str = "") -> Rendered:
    """No carrier is connected. ``news`` (HTML): what was just done."""
    lines = [
        *([news, ""] if news else []),
        title(t),
        "",
        t(
            "Connect a carrier, and waybills are made right from the sale: the recipient, the "
            "branch and the sum are filled in by themselves."
        ),
        t("Labels come as a file to print, and parcels are tracked."),
    ]
    return Rendered("\n".join(lines), offer_keyboard(carriers, t))


def ask_key(carrier: str, t: Translator, *, is_new: bool, problem: str = "") -> Rendered:
    """Which key? ``problem`` (HTML): of the last answer."""
    name = carrier_name(carrier, t)
    head = connect_label(carrier, t) if is_new else t("Another key of {carrier}", carrier=name)
    lines = [
        f"🚚 <b>{head}</b>",
        "",
        t("1. Open the business cabinet of {carrier}: Налаштування → Безпека.", carrier=name),
        t("2. Create an API key there, and copy it: 32 letters and digits."),
        t("3. Send it here."),
        "",
        "🔒 " + t("Your message is deleted at once; the key is kept encrypted."),
    ]
    return Rendered(with_problem(problem, lines), back_keyboard(t))


def no_key(t: Translator) -> str:
    """To a text that holds none."""
    return t("There is no key in it. A key is one word of 32 letters and digits: copy it whole.")


def key_refused(error: IntegrationError, carrier: str, t: Translator) -> str:
    """Why a key that was just typed is not taken. Plain."""
    if not isinstance(error, KeyRefusedError):
        return why_not(error, t)
    name = carrier_name(carrier, t)
    match error.reason:
        case CarrierProblem.KEY_EXPIRED:
            return t("This key has expired. Create a new one, and send it here.")
        case CarrierProblem.KEY_INACTIVE:
            return t("This key is switched off in the cabinet. Switch it on, or create another.")
        case _:
            return t("{carrier} does not know this key. Copy it once more, whole.", carrier=name)


def asking(carrier: str, t: Translator) -> Rendered:
    """The carrier is being asked."""
    text = "🔎 " + t("Asking {carrier}…", carrier=carrier_name(carrier, t))
    return Rendered(text, back_keyboard(t))


def delivery(account: CarrierAccount, t: Translator, *, today: date, news: str = "") -> Rendered:
    """A connected carrier. ``account`` comes with its ``cod_account``; ``news`` (HTML): what was
    just done or found out.
    """
    is_ready = carrier_accounts.missing(account) is None
    mark = "🟢" if is_ready and not account.trouble else "🟠"
    lines = [
        *([news, ""] if news else []),
        title(t),
        f"{mark} <b>{carrier_name(account.carrier, t)}</b>",
        "",
        *_parts(account, t),
        key_end_text(account.key_ends_on, today, t),
    ]
    if not is_ready:
        lines += ["", "⚠ " + t("Something is not chosen yet: tap Go on.")]
    if account.trouble and not news:
        lines += ["", "⚠ " + trouble(account.trouble, account.trouble_text, t)]
    return Rendered("\n".join(lines), delivery_keyboard(account.carrier, t, is_ready=is_ready))


def trouble(problem: str, words: str, t: Translator) -> str:
    """Why the key is not accepted. ``problem``: a value of CarrierProblem; ``words``: their own."""
    known = next((each for each in CarrierProblem if each == problem), CarrierProblem.OTHER)
    return reason(known, "", words, t)


def _parts(account: CarrierAccount, t: Translator) -> list[str]:
    """What was chosen, a line each."""
    contact = " · ".join(filter(None, (quoted(account.contact_name, _LONGEST_NAME), account.phone)))
    box = f"{account.length_cm}×{account.width_cm}×{account.height_cm}"
    sizes = t("{weight} kg, {box} cm", weight=t.quantity(account.weight_kg), box=box)
    who_pays = t("we") if account.payer is Payer.SENDER else t("the recipient")
    told = [
        (t("Sender"), quoted(account.sender_name, _LONGEST_NAME)),
        (t("Contact person"), contact),
        (t("Sent from"), _place(account, t)),
        (t("Cash on delivery"), _cod(account, t)),
        (t("Delivery is paid by"), who_pays),
        (t("Usual parcel"), sizes),
        (t("Description"), quoted(account.description, _LONGEST_NAME)),
    ]
    return [f"{name}: {value or '—'}" for name, value in told]


def _place(account: CarrierAccount, t: Translator) -> str:
    if not account.place_ref:
        return ""
    place = ", ".join(
        filter(None, (quoted(account.city_name, 60), quoted(account.place_name, _LONGEST_PLACE)))
    )
    return t("{address}, fetched by a courier", address=place) if account.from_door else place


def _cod(account: CarrierAccount, t: Translator) -> str:
    kind = next((each for each in CodKind if each == account.cod_kind), None)
    if kind is None:
        return ""
    into = account.cod_account
    where = t("by hand") if into is None else account_name(into, t)
    return f"{cod_kind_name(kind, t)} → {where}"


def cod_kind_name(kind: CodKind, t: Translator) -> str:
    """How money on delivery comes back, as the carrier calls it."""
    match kind:
        case CodKind.TRANSFER:
            return t("money transfer")
        case CodKind.CONTROL:
            return t("payment control")


# --- looking, and leaving ------------------------------------------------------------------------


def looked(found: Looked, t: Translator) -> str:
    """What came of checking, as HTML."""
    lines = ["✅ " + t("The key is accepted.")]
    if not found.has_sender:
        lines.append("⚠ " + t("The sender is not there any more: choose another one."))
    elif not found.has_contact:
        lines.append("⚠ " + t("The contact person is not there any more: choose another one."))
    if not found.has_place:
        lines.append("⚠ " + t("Nothing can be sent from that place now: choose another one."))
    return "\n".join(lines)


def ask_disconnect(carrier: str, t: Translator) -> Rendered:
    """Disconnect it indeed?"""
    question = t("Disconnect {carrier}?", carrier=carrier_name(carrier, t))
    what = t(
        "No waybills are made any more, and parcels on their way are not tracked. The key is "
        "forgotten; what you chose is kept for another time."
    )
    return Rendered(f"<b>{question}</b>\n\n{what}", disconnect_keyboard(carrier, t))


def disconnected(carrier: str, t: Translator) -> str:
    """What was done, as HTML."""
    gone = t("{carrier} is disconnected.", carrier=carrier_name(carrier, t))
    delete = t("Delete the key in its cabinet, too.")
    return f"🔌 {gone} {delete}"


def stray_key(carrier: str, t: Translator) -> str:
    """To a key that nobody has asked for."""
    return t(
        "That was a key of {carrier}, so I deleted it here. Keys are asked for in Settings, "
        "Delivery.",
        carrier=carrier_name(carrier, t),
    )


# --- the key's last day --------------------------------------------------------------------------


def ask_key_end(
    account: CarrierAccount, t: Translator, *, today: date, problem: str = ""
) -> Rendered:
    """Until which day does the key work? ``problem``: of the last answer."""
    lines = [
        key_end_text(account.key_ends_on, today, t),
        "",
        f"<b>{t('Until which day does the key work?')}</b>",
        t(
            "The cabinet shows it beside the key. Type it here, for example {day}: you will be "
            "reminded in time.",
            day=f"{today + _A_YEAR:%d.%m.%Y}",
        ),
    ]
    return Rendered(with_problem(problem, lines), key_end_keyboard(t))


def key_end_text(ends_on: date | None, today: date, t: Translator) -> str:
    """How long the key still works, in a line."""
    if ends_on is None:
        return t("The key's last day is not noted.")
    day, days = t.day(ends_on), (ends_on - today).days
    if days > 0:
        return t.plural(
            "The key works until {day}: {count} more day.",
            "The key works until {day}: {count} more days.",
            days,
            day=day,
        )
    if days == 0:
        return t("Today is the key's last day.")
    return "⚠ " + t("The key's last day was {day}.", day=day)
