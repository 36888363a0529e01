"""WooCommerce: sites of one's own, with two keys."""

from collections.abc import Collection, Sequence

from bot.i18n import Translator
from domain.shops import ConnectProblem, Trouble

NAME = "WooCommerce"
_STARTS = {"consumer_key": "ck_", "consumer_secret": "cs_"}


def ask_keys(missing: Collection[str], t: Translator) -> Sequence[str]:
    if len(missing) == 1:
        (start,) = (_STARTS[name] for name in missing)
        return [t("Good. Now the other one, it begins with {start}.", start=start)]
    return [
        t(
            "On the site open WooCommerce, Settings, Advanced, REST API, Add key. Choose "
            "the permission Read/Write and press Generate."
        ),
        t("Send both keys here, in one message or one after the other."),
    ]


def kept_safe(t: Translator) -> str:
    return t("Your message is deleted at once; the keys are kept encrypted.")


def no_keys(t: Translator) -> str:
    return t("There is no key in it. The keys begin with ck_ and cs_: copy both whole.")


def checking(t: Translator) -> str:
    return t(
        "Checking the keys and setting everything up. This may take a minute; you can do other "
        "things meanwhile."
    )


def checked(t: Translator) -> str:
    return t("Checked: the site answers and accepts the keys.")


def lacks(
    t: Translator, *, can_write: bool = True, can_stock: bool = True, can_list: bool = True
) -> Sequence[str]:
    """Keys may read or write everything alike."""
    if can_write and can_stock and can_list:
        return []
    return [
        t(
            "The keys may only read: orders come, but the site is told neither statuses nor stock. "
            "Make keys with the permission Read/Write and tap Other keys."
        )
    ]


def problem(problem: ConnectProblem | None, detail: str, t: Translator) -> str:
    match problem:
        case None:
            return t("The site could not be asked. Try again in a minute.")
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


def farewell(t: Translator, *, are_webhooks_gone: bool) -> str:
    if are_webhooks_gone:
        return ""
    return t(
        "The site could not be asked to forget us. Delete the webhooks named “Kramar” there: "
        "WooCommerce, Settings, Advanced, Webhooks. Until then it knocks in vain."
    )


def said_no(words: str, t: Translator) -> str:
    return t("The site said no: {words}", words=words)


def trouble(trouble: Trouble, since: str, t: Translator) -> str:
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
        case Trouble.REFUSED | Trouble.NO_API:
            return t(
                "Since {since} the site has refused our questions. Check now says why.", since=since
            )


def advice(trouble: Trouble, shop: str, t: Translator) -> str:
    match trouble:
        case Trouble.UNAVAILABLE:
            return t(
                "Please look whether the site opens. If it does, ask your hosting whether it "
                "blocks this program."
            )
        case Trouble.CREDENTIALS:
            return other_keys(shop, t)
        case Trouble.REFUSED | Trouble.NO_API:
            return t(
                "Has the site moved, or was something switched off there? If its address is "
                "another one now: Settings → Shops → {shop} → Other keys.",
                shop=shop,
            )


def other_keys(shop: str, t: Translator) -> str:
    return t("Give it new ones: Settings → Shops → {shop} → Other keys.", shop=shop)
