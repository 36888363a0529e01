"""What carriers, parcels, and hindrances of waybills are called. Plain text for alerts and HTML."""

from bot.i18n import Translator
from bot.markup import harmless
from domain.carriers import CarrierProblem, ParcelState
from domain.errors import (
    CarrierRefusedError,
    CredentialsError,
    IntegrationError,
    KeyRefusedError,
    OutcomeUnknownError,
    RequestRefusedError,
    WaybillGap,
)

_LONGEST_NAME = 60
_LONGEST_DETAIL = 16
_LONGEST_WORDS = 150


def carrier_name(carrier: str, t: Translator) -> str:
    """What people call a carrier; ``carrier``: the name of its folder."""
    return t("Nova Poshta") if carrier == "novaposhta" else harmless(carrier, _LONGEST_NAME)


def parcel_state(state: ParcelState, t: Translator) -> str:
    """Where a parcel is, in a word or two."""
    match state:
        case ParcelState.UNKNOWN:
            return t("not known to the carrier yet")
        case ParcelState.CREATED:
            return t("not handed over yet")
        case ParcelState.MOVING:
            return t("on its way")
        case ParcelState.ARRIVED:
            return t("arrived")
        case ParcelState.RECEIVED:
            return t("received")
        case ParcelState.RETURNING:
            return t("goes back")
        case ParcelState.DELETED:
            return t("deleted at the carrier")


def gap(missing: WaybillGap, t: Translator) -> str:
    """What a waybill lacks, and what to do."""
    match missing:
        case WaybillGap.CARRIER:
            return no_carrier(t)
        case WaybillGap.NAME:
            return t("The recipient needs a first and a last name.")
        case WaybillGap.NAME_NOT_CYRILLIC:
            return t("The recipient's name must be in Ukrainian letters.")
        case WaybillGap.PHONE:
            return t("The recipient needs a phone number of Ukraine.")
        case WaybillGap.PHONE_NOT_MOBILE:
            return t("A parcel locker writes to the recipient: it needs a mobile number.")
        case WaybillGap.CITY:
            return t("Choose the city.")
        case WaybillGap.PLACE:
            return t("Choose the branch, the parcel locker or the address.")
        case WaybillGap.CONFIRM:
            return t("Check the place, and confirm that it is right.")
        case WaybillGap.SEATS:
            return t("A parcel locker takes one piece. Choose a branch, or send one piece.")
        case WaybillGap.WEIGHT:
            return t("The weight does not suit this place. Change the weight, or choose another.")
        case WaybillGap.SIZE:
            return t("The box is too large for this place. Change the size, or choose another.")
        case WaybillGap.DECLARED_VALUE:
            return t("The declared value does not suit. Change it, or choose another place.")
        case WaybillGap.COD_CURRENCY:
            return t("The sale is not in hryvnias: say how much to collect, 0 for nothing.")
        case WaybillGap.COD_AMOUNT:
            return t("Cash on delivery cannot be more than the declared value.")
        case WaybillGap.COD_KIND:
            return t("How cash on delivery comes back is not chosen: Settings, Delivery.")
        case WaybillGap.DESCRIPTION:
            return t("Say in a few words what is in the parcel.")


def no_carrier(t: Translator) -> str:
    """Nobody is there to send with."""
    return t("No carrier is set up. An owner does it in Settings, Delivery.")


def why_not(error: IntegrationError, t: Translator) -> str:
    """Why a carrier could not be asked or said no, and what to change."""
    if isinstance(error, KeyRefusedError):
        return reason(error.reason, "", "", t)
    if isinstance(error, CredentialsError):
        return reason(CarrierProblem.WRONG_KEY, "", "", t)
    if isinstance(error, CarrierRefusedError):
        return reason(error.reason, error.detail, error.words, t)
    if isinstance(error, RequestRefusedError):
        return reason(CarrierProblem.OTHER, "", error.words, t)
    if isinstance(error, OutcomeUnknownError):
        return t("The carrier's answer was lost: it may be done, or not. Look again in a minute.")
    return t("The carrier does not answer now. Try again in a minute.")


def reason(problem: CarrierProblem, detail: str, words: str, t: Translator) -> str:
    """Why a carrier said no, and what to change. ``words``: its own."""
    return (
        _account_reason(problem, t)
        or _recipient_reason(problem, t)
        or _cargo_reason(problem, detail, t)
        or _money_reason(problem, t)
        or _waybill_reason(problem, t)
        or _silence_reason(problem, t)
        or _own_words(words, t)
    )


def _account_reason(problem: CarrierProblem, t: Translator) -> str:
    match problem:
        case CarrierProblem.WRONG_KEY:
            return t(
                "The carrier does not accept the key. An owner enters another in Settings, "
                "Delivery."
            )
        case CarrierProblem.KEY_EXPIRED:
            return t(
                "The carrier's key has expired. An owner makes a new one in the carrier's cabinet "
                "and enters it in Settings, Delivery."
            )
        case CarrierProblem.KEY_INACTIVE:
            return t(
                "The carrier's key is switched off. An owner switches it on in the carrier's "
                "cabinet, or enters another in Settings, Delivery."
            )
        case CarrierProblem.SENDER:
            return t(
                "The carrier does not accept the sender, the contact or the phone. An owner "
                "chooses them again in Settings, Delivery."
            )
        case CarrierProblem.SENDER_PLACE:
            return t(
                "Nothing can be sent from the chosen place any more. An owner chooses another in "
                "Settings, Delivery."
            )
        case _:
            return ""


def _recipient_reason(problem: CarrierProblem, t: Translator) -> str:
    match problem:
        case CarrierProblem.RECIPIENT_NAME:
            return t(
                "The carrier does not accept the recipient's name. Write the first and the last "
                "name in full, in letters only."
            )
        case CarrierProblem.NAME_NOT_CYRILLIC:
            return t("The carrier wants the recipient's name in Ukrainian letters. Rewrite it.")
        case CarrierProblem.RECIPIENT_PHONE:
            return t(
                "The carrier does not accept the recipient's phone. It must be a number of "
                "Ukraine: +380 and nine digits."
            )
        case CarrierProblem.PHONE_NOT_MOBILE:
            return t(
                "A parcel locker needs a mobile number: it gets the code. Change the phone, or "
                "choose a branch."
            )
        case CarrierProblem.CITY:
            return t("The carrier does not know this city, or takes nothing there. Choose again.")
        case CarrierProblem.PLACE:
            return t(
                "This branch, parcel locker or address is closed, or not in this city. Choose "
                "another."
            )
        case _:
            return ""


def _cargo_reason(problem: CarrierProblem, detail: str, t: Translator) -> str:
    match problem:
        case CarrierProblem.WEIGHT:
            return t("The carrier does not take such a weight. Change the weight.")
        case CarrierProblem.PLACE_WEIGHT if detail:
            return t(
                "Too heavy: this place takes {kg} kg at most. Choose another place, or change the "
                "weight.",
                kg=harmless(detail, _LONGEST_DETAIL),
            )
        case CarrierProblem.PLACE_WEIGHT:
            return t("Too heavy for this place. Choose another place, or change the weight.")
        case CarrierProblem.PLACE_SIZE:
            return t("Too large for this place. Choose another place, or change the box's size.")
        case CarrierProblem.SEATS:
            return t("A parcel locker takes one piece only. Send one piece, or choose a branch.")
        case CarrierProblem.DESCRIPTION:
            return t(
                "The carrier does not accept the description. Write what is in the parcel in a "
                "few plain words."
            )
        case CarrierProblem.DATE:
            return t("The day of sending is over. Create the waybill again: it gets today's date.")
        case _:
            return ""


def _money_reason(problem: CarrierProblem, t: Translator) -> str:
    match problem:
        case CarrierProblem.DECLARED_VALUE:
            return t(
                "The carrier does not accept the declared value: this place may have a limit. "
                "Change it, or choose another place."
            )
        case CarrierProblem.COD_KIND:
            return t(
                "This kind of cash on delivery is not open to the sender. An owner chooses the "
                "other one in Settings, Delivery."
            )
        case CarrierProblem.COD_PLACE:
            return t(
                "Cash on delivery is not possible to this place. Choose a branch, or send the "
                "parcel without it."
            )
        case CarrierProblem.COD_AMOUNT:
            return t(
                "The cash on delivery is more than the declared value, or than is allowed. "
                "Change the sums."
            )
        case CarrierProblem.COD:
            return t(
                "The carrier does not let this sender take cash on delivery. Ask its support, or "
                "send the parcel without it."
            )
        case CarrierProblem.PAYER:
            return t("The delivery cannot be paid for like this. Choose the other payer.")
        case _:
            return ""


def _waybill_reason(problem: CarrierProblem, t: Translator) -> str:
    match problem:
        case CarrierProblem.PRINTED:
            return t(
                "The waybill was printed, so the carrier leaves it as it is. Delete it in the "
                "carrier's cabinet."
            )
        case CarrierProblem.HANDED_OVER:
            return t(
                "The parcel was handed over, so its waybill stays. Order a return in the "
                "carrier's cabinet."
            )
        case CarrierProblem.NO_WAYBILL:
            return t(
                "The carrier does not know this waybill. If it is new, try again in a minute; "
                "else it was deleted there."
            )
        case CarrierProblem.FOREIGN:
            return t(
                "This waybill is of another account with the carrier: it can be deleted only in "
                "the cabinet where it was made."
            )
        case _:
            return ""


def _silence_reason(problem: CarrierProblem, t: Translator) -> str:
    match problem:
        case CarrierProblem.UNREACHABLE:
            return t("The carrier could not be asked, so no waybill was made. Try again.")
        case CarrierProblem.LOST:
            return t(
                "The carrier's answer was lost, and no such waybill is found there. Look into the "
                "carrier's cabinet, then try again."
            )
        case CarrierProblem.NO_ACCOUNT:
            return t("The carrier was disconnected. An owner connects it in Settings, Delivery.")
        case _:
            return ""


def _own_words(words: str, t: Translator) -> str:
    shown = harmless(words, _LONGEST_WORDS)
    if not shown:
        return t("The carrier said no, and not why.")
    return t("The carrier said no: {words}", words=shown)
