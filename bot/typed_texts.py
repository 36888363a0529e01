"""Why something that was typed cannot be used, and what to type instead. Plain text."""

from bot.i18n import Translator
from bot.markup import harmless
from domain.errors import TypedError, TypedProblem

_LONGEST_ECHO = 40


def typed_problem(error: TypedError, t: Translator) -> str:
    """The sentence for one wrong answer, with what was typed."""
    typed = harmless(error.text, _LONGEST_ECHO)
    match error.problem:
        case TypedProblem.EMPTY:
            return t("Type something, or go Back.")
        case TypedProblem.TOO_LONG:
            return t.plural(
                "That is too long: at most {count} character.",
                "That is too long: at most {count} characters.",
                error.limit,
            )
        case TypedProblem.NOT_A_SUM:
            return t(
                "“{typed}” is not a sum. Type a number, for example 150 or 99.50.", typed=typed
            )
        case TypedProblem.NEGATIVE:
            return t("A sum cannot be negative. Type 0 or more.")
        case TypedProblem.TOO_LARGE:
            return t("“{typed}” is too large. Check the number and type it again.", typed=typed)
        case TypedProblem.TOO_FINE:
            return t("“{typed}” has more than two digits after the point.", typed=typed)
        case TypedProblem.NOT_A_QUANTITY:
            return t("“{typed}” is not a quantity. Type a number, for example 2.", typed=typed)
        case TypedProblem.NOT_POSITIVE:
            return t("A quantity is above zero. To take the line out, go Back and tap Remove.")
        case TypedProblem.NOT_WHOLE:
            return t("This product is counted in whole pieces. Type a whole number.")
        case TypedProblem.TOO_FINE_QUANTITY:
            return t("“{typed}” has more than three digits after the point.", typed=typed)
        case TypedProblem.NOT_A_PERCENTAGE:
            return t("“{typed}” is not a percentage from 0 to 100.", typed=typed)
        case TypedProblem.NOT_A_PHONE | TypedProblem.PHONE_TOO_SHORT | TypedProblem.PHONE_TOO_LONG:
            return _phone_problem(error.problem, typed, t)
        case TypedProblem.NOT_AN_EMAIL | TypedProblem.NOT_A_WAYBILL:
            return _form_problem(error.problem, typed, t)
        case (
            TypedProblem.NOT_A_WEIGHT
            | TypedProblem.NOT_A_BOX
            | TypedProblem.NOT_A_FULL_NAME
            | TypedProblem.NOT_UKRAINIAN_LETTERS
            | TypedProblem.NOT_WHOLE_HRYVNIAS
            | TypedProblem.NOTHING_DECLARED
        ):
            return _parcel_problem(error.problem, typed, t)
        case (
            TypedProblem.NOT_QUIET_HOURS
            | TypedProblem.NOT_A_DAY
            | TypedProblem.DAY_OVER
            | TypedProblem.DAY_TOO_FAR
            | TypedProblem.NOT_A_TIME
            | TypedProblem.IN_THE_PAST
            | TypedProblem.TOO_FAR_AHEAD
        ):
            return _time_problem(error.problem, typed, t)
        case TypedProblem.NOT_AN_ADDRESS | TypedProblem.HAS_LOGIN:
            return _shop_problem(error.problem, typed, t)


def _phone_problem(problem: TypedProblem, typed: str, t: Translator) -> str:
    match problem:
        case TypedProblem.PHONE_TOO_SHORT:
            return t("“{typed}” is too short for a phone number: digits are missing.", typed=typed)
        case TypedProblem.PHONE_TOO_LONG:
            return t(
                "“{typed}” is too long for a phone number: there are spare digits.", typed=typed
            )
        case _:
            return t(
                "“{typed}” is not a phone number. Type it like 067 123 45 67; one from abroad "
                "with + and the country code.",
                typed=typed,
            )


def _form_problem(problem: TypedProblem, typed: str, t: Translator) -> str:
    match problem:
        case TypedProblem.NOT_AN_EMAIL:
            return t(
                "“{typed}” is not an e-mail address. Type it like name@example.com.", typed=typed
            )
        case _:
            return t(
                "“{typed}” is not a waybill number. Nova Poshta has 14 digits, Ukrposhta 13; other "
                "carriers 8 to 32 letters and digits.",
                typed=typed,
            )


def _parcel_problem(problem: TypedProblem, typed: str, t: Translator) -> str:
    match problem:
        case TypedProblem.NOT_A_WEIGHT:
            return t("“{typed}” is not a weight. Type kilograms, for example 0.5.", typed=typed)
        case TypedProblem.NOT_A_BOX:
            return t(
                "“{typed}” is not a box. Type length, width and height in centimetres, for example "
                "30x20x10.",
                typed=typed,
            )
        case TypedProblem.NOT_A_FULL_NAME:
            return t(
                "“{typed}” is not a full name. Type surname, name and patronymic, for example "
                "Коваль Олена Іванівна.",
                typed=typed,
            )
        case TypedProblem.NOT_UKRAINIAN_LETTERS:
            return t("Type the name in Ukrainian letters, for example Коваль Олена Іванівна.")
        case TypedProblem.NOT_WHOLE_HRYVNIAS:
            return t("“{typed}” has kopiykas. Type whole hryvnias.", typed=typed)
        case _:
            return t("The declared value is at least 1 hryvnia.")


def _time_problem(problem: TypedProblem, typed: str, t: Translator) -> str:
    match problem:
        case TypedProblem.NOT_QUIET_HOURS:
            return t(
                "“{typed}” does not read as quiet hours. Type them like 23-7 or 22:00-8:30.",
                typed=typed,
            )
        case TypedProblem.NOT_A_DAY:
            return t("“{typed}” is not a day. Type it like 20.11.2027.", typed=typed)
        case TypedProblem.DAY_OVER:
            return t("“{typed}” is over already. Type a day to come.", typed=typed)
        case TypedProblem.DAY_TOO_FAR:
            return t("“{typed}” is more than two years ahead. Check the year.", typed=typed)
        case TypedProblem.IN_THE_PAST:
            return t("“{typed}” is over already. Type a time to come.", typed=typed)
        case TypedProblem.TOO_FAR_AHEAD:
            return t("“{typed}” is more than a year ahead. Type an earlier time.", typed=typed)
        case _:
            return t(
                "“{typed}” is not a time. Type it like “tomorrow 10:00”, “in 2 hours” or "
                "“25.12 9:00”.",
                typed=typed,
            )


def _shop_problem(problem: TypedProblem, typed: str, t: Translator) -> str:
    match problem:
        case TypedProblem.HAS_LOGIN:
            return t("Type the address alone, without a login and without “@”.")
        case _:
            return t("“{typed}” is not a site's address. Type it like shop.ua.", typed=typed)
