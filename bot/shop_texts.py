"""Why a shop cannot be asked or told, and how we hear of its orders: in plain words.

Plain text, where HTML is not said.
"""

from bot.i18n import Translator
from bot.markup import harmless, quoted
from domain import shops
from domain.errors import CredentialsError, IntegrationError, RequestRefusedError
from domain.shops import ConnectProblem, Trouble
from sync.connecting import Hearing

PLATFORM_NAMES = {"woocommerce": "WooCommerce", "prom": "Prom.ua"}
_LONGEST_NAME = 60
_LONGEST_ADDRESS = 200
_LONGEST_REFUSAL = 150


def title(mark: str, what: str, shop_name: str) -> str:
    """The first line of a screen about a shop, as HTML."""
    return f"{mark} <b>{what}</b> · {quoted(shop_name, _LONGEST_NAME)}"


def why_not(error: IntegrationError, t: Translator) -> str:
    """What is wrong with a site or its keys, and what to do."""
    if error.problem is not None:
        return _problem(error.problem, harmless(error.detail, _LONGEST_ADDRESS), t)
    if isinstance(error, CredentialsError):
        return _problem(ConnectProblem.WRONG_KEYS, "", t)
    if isinstance(error, RequestRefusedError):
        words = harmless(error.words, _LONGEST_REFUSAL)
        return t("The site said no: {words}", words=words)
    return t("The site could not be asked. Try again in a minute.")


def _problem(problem: ConnectProblem, detail: str, t: Translator) -> str:
    match problem:
        case ConnectProblem.WRONG_KEYS:
            return t(
                "The site does not know these keys. Copy both again, or make new ones: "
                "WooCommerce, Settings, Advanced, REST API."
            )
        case ConnectProblem.READ_ONLY:
            return t("The keys may only read. Make new ones with the permission Read/Write.")
        case ConnectProblem.WRITE_ONLY:
            return t("The keys may not read. Make new ones with the permission Read/Write.")
        case ConnectProblem.NO_RIGHTS:
            return t(
                "The person whose keys these are may not manage the shop. Make the keys for an "
                "administrator or a shop manager."
            )
        case ConnectProblem.TIMEOUT:
            return t("The site did not answer in time. Try again in a minute.")
        case ConnectProblem.DOWN:
            return t(
                "The site answers with an error of its own. Open it in a browser; once it works "
                "there, try again."
            )
        case ConnectProblem.FIREWALL:
            return t(
                "Something that protects the site (Cloudflare, Wordfence, the hosting) shows us a "
                "page for people instead of an answer. Allow requests to /wp-json/ there, then try "
                "again."
            )
        case _:
            return _site_problem(problem, detail, t)


def _site_problem(problem: ConnectProblem, detail: str, t: Translator) -> str:
    """What is wrong with the site itself, whatever the keys are."""
    match problem:
        case ConnectProblem.PRIVATE_ADDRESS:
            return t("This address leads into a private network, not to a site on the internet.")
        case ConnectProblem.REDIRECT if detail:
            return t("The site sends us on to {address}. Use that address.", address=detail)
        case ConnectProblem.REDIRECT:
            return t(
                "The site sends us on to another page. Open it in a browser and copy the address "
                "from there."
            )
        case ConnectProblem.NO_HTTPS:
            return t(
                "The shop takes keys over https only. Use the address that begins with https://; "
                "if it does not open, turn https on at the hosting."
            )
        case ConnectProblem.CERTIFICATE:
            return t(
                "The site's https certificate has expired or belongs to another name. The hosting "
                "can renew it; then try again."
            )
        case ConnectProblem.NO_WOOCOMMERCE:
            return t("This site has no WooCommerce, or it is switched off there.")
        case ConnectProblem.OLD_VERSION if detail:
            return t("WooCommerce {version} is too old. Update it to 8 or newer.", version=detail)
        case ConnectProblem.OLD_VERSION:
            return t("The WooCommerce there is too old. Update it to 8 or newer.")
        case ConnectProblem.PERMALINKS:
            return t(
                "The site has plain permalinks, and the shop cannot be asked. In WordPress open "
                "Settings, Permalinks, choose “Post name” and save; then try again."
            )
        case _:
            return t(
                "There is no shop at this address. Check every letter, or copy it from a browser."
            )


def hearing_text(hearing: Hearing, public_url: str, t: Translator) -> str:
    """How we hear of a shop's orders. ``public_url`` is our own address."""
    match hearing:
        case Hearing.WEBHOOKS:
            return t("Orders come at once: the site sends them here, a test has arrived.")
        case Hearing.DEAF:
            return t(
                "The site cannot reach {address}: orders are looked for every 30 seconds instead.",
                address=harmless(public_url, _LONGEST_ADDRESS),
            )
        case Hearing.REFUSED:
            return t(
                "The site does not let us set up webhooks: orders are looked for every 30 seconds "
                "instead."
            )
        case Hearing.NO_ADDRESS | Hearing.READ_ONLY | Hearing.NO_WEBHOOKS:
            return t("Orders are looked for every 30 seconds.")


def read_only(t: Translator) -> str:
    """What keys that may only read cost."""
    return t(
        "The keys may only read: orders come, but the site is told neither statuses nor stock. "
        "Make keys with the permission Read/Write and tap Other keys."
    )


def other_currency(theirs: str, ours: str, t: Translator) -> str:
    """The shop counts in another currency than the program."""
    return t(
        "The shop counts in {theirs}, the program in {ours}: sums of this shop stay in {theirs} "
        "and are added up apart.",
        theirs=harmless(theirs, 8),
        ours=ours,
    )


def trouble_text(trouble: Trouble, since: str, t: Translator) -> str:
    """Why a connected shop cannot be asked. ``since``: as people read it."""
    match trouble:
        case Trouble.UNAVAILABLE:
            return t(
                "The site has not answered since {since}. It is asked again and again; nothing is "
                "lost.",
                since=since,
            )
        case Trouble.CREDENTIALS:
            return t(
                "Since {since} the site has not accepted the keys. Tap Other keys.", since=since
            )
        case Trouble.NO_API:
            return t("Since {since} the shop's package has no access to the API.", since=since)
        case Trouble.REFUSED:
            return t(
                "Since {since} the site has refused our questions. Check now says why.", since=since
            )


def why_refused(problem: str, t: Translator) -> str:
    """Why a shop did not take what it was told: its own words, or ours for them. HTML."""
    match problem:
        case Trouble.CREDENTIALS:
            return t("it does not accept the keys")
        case Trouble.UNAVAILABLE | Trouble.REFUSED:
            return t("it does not answer")
        case shops.NOT_COUNTED:
            return t("“Manage stock” is off for it there")
        case shops.UNEXPLAINED:
            return t("it does not say why")
        case _:
            return quoted(problem, _LONGEST_REFUSAL)


def stray_keys(t: Translator) -> str:
    """To keys that nobody has asked for."""
    return t("That was a shop's key, so I deleted it here. Keys are asked for in Settings, Shops.")
