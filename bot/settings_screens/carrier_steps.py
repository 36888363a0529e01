"""Settings, Delivery: what is chosen of an account with a carrier, one question a message."""

from collections.abc import Sequence

from bot.cards import Rendered
from bot.carrier_texts import carrier_name
from bot.i18n import Translator
from bot.keyboards.carriers import (
    CarrierAction,
    back_keyboard,
    description_keyboard,
    failed_keyboard,
    hits_keyboard,
    money_keyboard,
    payer_keyboard,
    places_keyboard,
    refs_keyboard,
)
from bot.markup import quoted
from bot.names import account_name
from bot.settings_screens.carriers import cod_kind_name, title, with_problem
from domain.carriers import CodKind
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint
from models.money import MoneyAccount
from services.carrier_accounts import USUAL_DESCRIPTION, Part
from sync.carrier_setup import Question

_LONGEST_NAME = 100


def step(asked: Question, t: Translator, *, news: str = "") -> Rendered:
    """A question that is answered by a tap. ``news`` (HTML): what was just done."""
    account, choices = asked.account, _choices(asked, t)
    match asked.part:
        case Part.CONTACT:
            question = t("Who is the contact person?")
            none = t(
                "There is none with a phone. Add one to the sender in the cabinet of {carrier}, "
                "and try again.",
                carrier=carrier_name(account.carrier, t),
            )
            chosen = account.contact_ref
        case Part.PLACE:
            question, none = t("Where are parcels sent from?"), ""
            chosen = account.place_ref if account.from_door else ""
        case Part.COD_KIND:
            question, none = t("How does cash on delivery come back?"), ""
            chosen = account.cod_kind
        case _:
            question = t("Who sends?")
            none = t(
                "The key opens no sender. Make the key in the cabinet that parcels are sent from."
            )
            chosen = account.sender_ref
    lines = [*([news, ""] if news else []), title(t), "", f"<b>{question}</b>"]
    if asked.part is Part.PLACE:
        return Rendered("\n".join(lines), places_keyboard(choices, t, chosen=chosen))
    if not choices:
        return Rendered("\n".join([*lines, "", "⚠ " + none]), failed_keyboard(t))
    if asked.part is Part.COD_KIND:
        lines += ["", *_about_cod(asked.cod_kinds, t)]
    return Rendered("\n".join(lines), refs_keyboard(asked.part, choices, t, chosen=chosen))


def _choices(asked: Question, t: Translator) -> list[tuple[str, str]]:
    """Refs or values, each with what people call it."""
    match asked.part:
        case Part.CONTACT:
            return [(each.ref, f"{each.name} · {each.phone}") for each in asked.contacts]
        case Part.PLACE:
            return [(each.ref, f"{each.city_name}, {each.name}") for each in asked.addresses]
        case Part.COD_KIND:
            likely = asked.cod_kinds[:1] if len(asked.cod_kinds) > 1 else ()
            return [(kind.value, _cod_label(kind, kind in likely, t)) for kind in asked.cod_kinds]
        case _:
            return [(each.ref, each.name) for each in asked.senders]


def _cod_label(kind: CodKind, is_likely: bool, t: Translator) -> str:
    name = cod_kind_name(kind, t).capitalize()
    return f"{name} ({t('likely yours')})" if is_likely else name


def _about_cod(kinds: Sequence[CodKind], t: Translator) -> list[str]:
    about = {
        CodKind.TRANSFER: t("Money transfer: for private people, paid out at a branch."),
        CodKind.CONTROL: t("Payment control: for businesses with a contract, to their account."),
    }
    return [about[kind] for kind in kinds]


def failed(why: str, t: Translator) -> Rendered:
    """What there is to choose from could not be asked for. ``why`` is plain."""
    return Rendered(f"{title(t)}\n\n⚠ {why}", failed_keyboard(t))


# --- the branch ----------------------------------------------------------------------------------


def ask_city(
    t: Translator, *, hits: Sequence[CarrierCity] = (), problem: str = "", news: str = ""
) -> Rendered:
    """In which city are parcels handed in? ``hits``: what was found for the last answer."""
    head = t("Choose the city, or type another one.") if hits else t("Which city do you send from?")
    lines = [*([news, ""] if news else []), title(t), "", f"<b>{head}</b>"]
    if not hits:
        lines.append(t("Type the beginning of its name."))
    labels = [(each.id, _city(each)) for each in hits]
    return Rendered(with_problem(problem, lines), hits_keyboard(CarrierAction.CITY, labels, t))


def _city(city: CarrierCity) -> str:
    named = f"{city.kind} {city.name}".strip()
    return ", ".join(filter(None, (named, city.region, city.area)))


def ask_branch(
    city: str, t: Translator, *, hits: Sequence[CarrierPoint] = (), problem: str = ""
) -> Rendered:
    """At which branch? ``hits``: what was found for the last answer."""
    name = quoted(city, _LONGEST_NAME)
    head = t("Choose the branch, or type another one.") if hits else t("Which branch?")
    lines = [title(t), name, "", f"<b>{head}</b>"]
    if not hits:
        lines.append(t("Type its number or its street."))
    labels = [(each.id, each.name) for each in hits]
    return Rendered(with_problem(problem, lines), hits_keyboard(CarrierAction.POINT, labels, t))


def nothing_found(typed: str, t: Translator) -> str:
    """Nothing is called so. HTML."""
    return t("Nothing was found for “{typed}”.", typed=quoted(typed, 40))


# --- what the carrier need not be asked for ------------------------------------------------------


def ask_money(
    account: CarrierAccount, accounts: Sequence[MoneyAccount], t: Translator, *, news: str = ""
) -> Rendered:
    """Into which account does cash on delivery come?"""
    lines = [
        *([news, ""] if news else []),
        title(t),
        "",
        f"<b>{t('Where does cash on delivery arrive?')}</b>",
        t(
            "As soon as a parcel is received, its money is booked to this account by itself. Or "
            "somebody settles it each time, in Sales."
        ),
    ]
    labels = [(each.id, account_name(each, t)) for each in accounts]
    buttons = money_keyboard(labels, t, chosen=account.cod_account_id or 0)
    return Rendered("\n".join(lines), buttons)


def ask_payer(account: CarrierAccount, t: Translator) -> Rendered:
    """Who usually pays for the delivery?"""
    question = t("Who usually pays for the delivery?")
    hint = t("It can be changed in each waybill.")
    return Rendered(f"{title(t)}\n\n<b>{question}</b>\n{hint}", payer_keyboard(account, t))


def ask_text(account: CarrierAccount, part: Part, t: Translator, *, problem: str = "") -> Rendered:
    """WEIGHT, BOX or DESCRIPTION, as it usually is?"""
    buttons = back_keyboard(t)
    match part:
        case Part.WEIGHT:
            question = t("How heavy is a usual parcel?")
            hint = t("Type kilograms, for example 0.5.")
            present = t("{weight} kg", weight=t.quantity(account.weight_kg))
        case Part.BOX:
            question = t("How large is a usual box?")
            hint = t("Type length, width and height in centimetres, for example 30x20x10.")
            sides = f"{account.length_cm}×{account.width_cm}×{account.height_cm}"
            present = t("{box} cm", box=sides)
        case _:
            question = t("What is usually in a parcel?")
            hint = t("A few words in Ukrainian, up to 50 characters: they stand on the waybill.")
            present = quoted(account.description, _LONGEST_NAME)
            buttons = description_keyboard(USUAL_DESCRIPTION, t)
    lines = [title(t), "", f"<b>{question}</b>", hint, t("Now: {value}", value=present)]
    return Rendered(with_problem(problem, lines), buttons)
