"""Prom.ua: cabinets on one marketplace, with a token. Its menus are Ukrainian in every language."""

from collections.abc import Collection, Sequence

from bot.i18n import Translator
from domain.shops import ConnectProblem, Trouble

NAME = "Prom.ua"
_MENU = "Налаштування → Управління API-токенами"


def ask_keys(missing: Collection[str], t: Translator) -> Sequence[str]:
    del missing  # there is but one
    return [
        t("1. In your cabinet on Prom.ua open {menu} and press «Додати».", menu=_MENU),
        t(
            "2. Give access: «Замовлення» – read and write, «Товари» – read and write, «Групи» – "
            "read."
        ),
        t("3. Copy the token at once: it is shown only this time. Send it here."),
    ]


def kept_safe(t: Translator) -> str:
    return t("Your message is deleted at once; the token is kept encrypted.")


def no_keys(t: Translator) -> str:
    return t(
        "There is no token in it. A token is one long word of Latin letters and digits: copy it "
        "whole."
    )


def checking(t: Translator) -> str:
    return t("Checking the token. This may take a minute; you can do other things meanwhile.")


def checked(t: Translator) -> str:
    return t("Checked: Prom.ua answers and accepts the token.")


def lacks(
    t: Translator, *, can_write: bool = True, can_stock: bool = True, can_list: bool = True
) -> Sequence[str]:
    found = []
    if not can_write:
        found.append(
            t(
                "The token may not change orders: Prom.ua will learn neither what became of them "
                "nor the waybills."
            )
        )
    if not can_list:
        found.append(
            t(
                "The token may not read goods: there is no catalogue, and orders find their "
                "products by SKU alone."
            )
        )
    elif not can_stock:
        found.append(t("The token may not change goods: Prom.ua will not be told of stock."))
    if found:
        found.append(t("Make a token with full access and tap Other keys."))
    return found


def problem(problem: ConnectProblem | None, detail: str, t: Translator) -> str:
    del detail
    match problem:
        case ConnectProblem.WRONG_KEYS:
            return t(
                "Prom.ua does not accept this token: it was copied in part, was deleted, or its "
                "last day is over. Make a new one: {menu}.",
                menu=_MENU,
            )
        case ConnectProblem.NO_RIGHTS:
            return t(
                "The token has no access to what is needed. Make one with access to «Замовлення» "
                "(read and write), «Товари» (read and write) and «Групи» (read)."
            )
        case ConnectProblem.NO_API:
            return t(
                "The shop's package on Prom.ua has no access to the API: that is part of the paid "
                "packages. Nothing is wrong with the token."
            )
        case _:
            return t("Prom.ua does not answer as it should at the moment. Try again in a minute.")


def farewell(t: Translator, *, are_webhooks_gone: bool) -> str:
    del are_webhooks_gone  # there are none
    return t("If nothing else uses the token, delete it in the cabinet: {menu}.", menu=_MENU)


def said_no(words: str, t: Translator) -> str:
    return t("Prom.ua said no: {words}", words=words)


def trouble(trouble: Trouble, since: str, t: Translator) -> str:
    match trouble:
        case Trouble.UNAVAILABLE:
            return t(
                "Prom.ua has not answered since {since}. It is asked again and again; nothing is "
                "lost.",
                since=since,
            )
        case Trouble.CREDENTIALS:
            return t(
                "Since {since} Prom.ua has not accepted the token. Make a new one and tap Other "
                "keys.",
                since=since,
            )
        case Trouble.NO_API:
            return t(
                "Since {since} the shop's package on Prom.ua has had no access to the API.",
                since=since,
            )
        case Trouble.REFUSED:
            return t(
                "Since {since} Prom.ua has refused our questions. Check now says why.", since=since
            )


def advice(trouble: Trouble, shop: str, t: Translator) -> str:
    match trouble:
        case Trouble.UNAVAILABLE:
            return t(
                "Please look whether your cabinet opens. If it does, show this to whoever looks "
                "after this program."
            )
        case Trouble.CREDENTIALS:
            why = t("The token has ended, was deleted or may not see orders.")
            return f"{why} {other_keys(shop, t)}"
        case Trouble.NO_API:
            return t(
                "Nothing is lost. Please pay for a package that includes it; here nothing has to "
                "be done."
            )
        case Trouble.REFUSED:
            return t("Please show this to whoever looks after this program.")


def other_keys(shop: str, t: Translator) -> str:
    return t(
        "Make a new one in your cabinet, {menu}, then give it here: Settings → Shops → {shop} → "
        "Other keys.",
        menu=_MENU,
        shop=shop,
    )
