"""Why a shop cannot be asked or told, and how we hear of its orders: in plain words.

Plain text, where HTML is not said.
"""

import math

from bot.i18n import Translator
from bot.markup import harmless, quoted
from bot.platform_texts import TEXTS
from domain import shops
from domain.errors import CredentialsError, IntegrationError, RequestRefusedError
from domain.shops import ConnectProblem, Trouble
from integrations.base import Pace, StoreFacts
from sync.connecting import Hearing

_LONGEST_NAME = 60
_LONGEST_ADDRESS = 200
_LONGEST_REFUSAL = 150


def title(mark: str, what: str, shop_name: str) -> str:
    """The first line of a screen about a shop, as HTML."""
    return f"{mark} <b>{what}</b> · {quoted(shop_name, _LONGEST_NAME)}"


def why_not(error: IntegrationError, platform: str, t: Translator) -> str:
    """What is wrong with a shop or its keys, and what to do."""
    words = TEXTS[platform]
    if error.problem is not None:
        return words.problem(error.problem, harmless(error.detail, _LONGEST_ADDRESS), t)
    if isinstance(error, CredentialsError):
        return words.problem(ConnectProblem.WRONG_KEYS, "", t)
    if isinstance(error, RequestRefusedError):
        return words.said_no(harmless(error.words, _LONGEST_REFUSAL), t)
    return words.problem(None, "", t)


def hearing_text(hearing: Hearing, public_url: str, pace: Pace, t: Translator) -> str:
    """How we hear of a shop's orders. ``public_url`` is our own address."""
    match hearing:
        case Hearing.WEBHOOKS:
            return t("Orders come at once: the site sends them here, a test has arrived.")
        case Hearing.DEAF:
            why = t(
                "The site cannot reach {address}.",
                address=harmless(public_url, _LONGEST_ADDRESS),
            )
            return f"{why} {pace_text(pace, t)}"
        case Hearing.REFUSED:
            return f"{t('The site does not let us set up webhooks.')} {pace_text(pace, t)}"
        case Hearing.NO_ADDRESS | Hearing.READ_ONLY | Hearing.NO_WEBHOOKS:
            return pace_text(pace, t)


def pace_text(pace: Pace, t: Translator) -> str:
    """How often a shop is asked that does not tell us by itself."""
    seconds = math.ceil(pace.longest_s)
    if pace.shortest_s == pace.longest_s:
        return t.plural(
            "Orders are looked for every {count} second.",
            "Orders are looked for every {count} seconds.",
            seconds,
        )
    return t.plural(
        "Orders are looked for every {count} second or more often.",
        "Orders are looked for every {count} seconds or more often.",
        seconds,
    )


def access(facts: StoreFacts, t: Translator) -> str:
    """What the keys may do with orders and goods."""
    both, read = t("read and change"), t("read only")
    goods = (both if facts.can_stock else read) if facts.can_list else t("none")
    orders = both if facts.can_write else read
    return t("Access to orders: {orders}; to goods: {goods}.", orders=orders, goods=goods)


def lacks(
    platform: str,
    t: Translator,
    *,
    can_write: bool = True,
    can_stock: bool = True,
    can_list: bool = True,
) -> list[str]:
    """What the shop's keys cannot do, as one marked line; empty when nothing is missing."""
    rights = {"can_write": can_write, "can_stock": can_stock, "can_list": can_list}
    found = TEXTS[platform].lacks(t, **rights) if platform in TEXTS else ()
    return ["⚠ " + " ".join(found)] if found else []


def other_currency(theirs: str, ours: str, t: Translator) -> str:
    """The shop counts in another currency than the program."""
    return t(
        "The shop counts in {theirs}, the program in {ours}: sums of this shop stay in {theirs} "
        "and are added up apart.",
        theirs=harmless(theirs, 8),
        ours=ours,
    )


def why_refused(problem: str, t: Translator) -> str:
    """Why a shop did not take what it was told: its own words, or ours for them. HTML."""
    match problem:
        case Trouble.CREDENTIALS:
            return t("it does not accept the keys")
        case Trouble.UNAVAILABLE | Trouble.REFUSED:
            return t("it does not answer")
        case Trouble.NO_API:
            return t("its package does not include the API")
        case shops.NOT_COUNTED:
            return t("“Manage stock” is off for it there")
        case shops.OTHER_CARRIER:
            return t("it takes no waybills of this carrier")
        case shops.UNEXPLAINED:
            return t("it does not say why")
        case _:
            return quoted(problem, _LONGEST_REFUSAL)


def stray_keys(t: Translator) -> str:
    """To keys that nobody has asked for."""
    return t("That was a shop's key, so I deleted it here. Keys are asked for in Settings, Shops.")
