"""Connecting a WooCommerce shop, step by step; each step is one message."""

from urllib.parse import urlsplit

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.shops import (
    asking_keyboard,
    connected_keyboard,
    consent_keyboard,
    failed_keyboard,
    open_orders_keyboard,
    taken_keyboard,
)
from bot.markup import quoted
from bot.shop_texts import PLATFORM_NAMES, hearing_text, other_currency, read_only
from sync.connecting import Connected, Hearing, Looked

_LONGEST_NAME = 60
_LONGEST_ADDRESS = 80


def _title(t: Translator) -> str:
    return f"🏪 <b>{t('Connect WooCommerce')}</b>"


def _with_problem(problem: str, lines: list[str]) -> str:
    return "\n".join([f"⚠ {problem}", "", *lines] if problem else lines)


def site_name(base_url: str) -> str:
    """A site as people say it: without https:// (HTML)."""
    parts = urlsplit(base_url)
    return quoted(parts.netloc + parts.path, _LONGEST_ADDRESS)


def ask_address(t: Translator, *, problem: str = "") -> Rendered:
    """Which site? ``problem`` (HTML): of the last answer."""
    lines = [
        _title(t),
        "",
        t("Type the address of the shop's site, for example shop.ua."),
    ]
    return Rendered(_with_problem(problem, lines), asking_keyboard(0, t, has_guide=True))


def looking(base_url: str, t: Translator) -> Rendered:
    """The site is being looked at."""
    text = "🔎 " + t("Looking at {site}…", site=site_name(base_url))
    return Rendered(text, asking_keyboard(0, t))


def taken(name: str, shop_id: int, t: Translator) -> Rendered:
    """The site is connected already."""
    text = t("This site is connected already, as “{name}”.", name=quoted(name, _LONGEST_NAME))
    return Rendered(f"{_title(t)}\n\n{text}", taken_keyboard(shop_id, t))


def offer(base_url: str, url: str, connection_id: int, shop_id: int, t: Translator) -> Rendered:
    """The shop's own page at ``url``, or typing. ``shop_id``: whose other keys it is, or 0."""
    lines = [
        f"🏪 <b>{site_name(base_url)}</b>",
        "",
        t(
            "Tap Allow in WooCommerce. The site's own page opens: sign in as an administrator and "
            "press Approve. Everything else happens by itself, here in this message."
        ),
        "",
        t("The button works for an hour."),
    ]
    return Rendered("\n".join(lines), consent_keyboard(url, connection_id, shop_id, t))


def ask_keys(
    base_url: str, shop_id: int, t: Translator, *, wants: str = "", problem: str = ""
) -> Rendered:
    """The keys? ``wants``: the one still missing, "ck_" or "cs_"."""
    lines = [f"🏪 <b>{site_name(base_url)}</b>", ""]
    if wants:
        lines.append(t("Good. Now the other one, it begins with {start}.", start=wants))
    else:
        lines.extend(
            [
                t(
                    "On the site open WooCommerce, Settings, Advanced, REST API, Add key. Choose "
                    "the permission Read/Write and press Generate."
                ),
                t("Send both keys here, in one message or one after the other."),
            ]
        )
    lines.extend(["", "🔒 " + t("Your message is deleted at once; the keys are kept encrypted.")])
    buttons = asking_keyboard(shop_id, t, has_guide=True)
    return Rendered(_with_problem(problem, lines), buttons)


def checking(base_url: str, shop_id: int, t: Translator) -> Rendered:
    """The keys have come."""
    text = t(
        "Checking the keys and setting everything up. This may take a minute; you can do other "
        "things meanwhile."
    )
    return Rendered(f"🔎 <b>{site_name(base_url)}</b>\n\n{text}", asking_keyboard(shop_id, t))


def failed(
    base_url: str, why: str, connection_id: int, shop_id: int, t: Translator, *, keeps_keys: bool
) -> Rendered:
    """It did not work. ``why`` is plain; ``keeps_keys``: it may be tried with them once more."""
    head = t("{site} is not connected.", site=site_name(base_url))
    if shop_id:
        head = t("The keys of {site} stay as they were.", site=site_name(base_url))
    buttons = failed_keyboard(connection_id, shop_id, t, keeps_keys=keeps_keys)
    return Rendered(f"⚠ <b>{head}</b>\n\n{why}", buttons)


def connected(done: Connected, t: Translator, *, public_url: str, currency: str) -> Rendered:
    """The shop is here. ``currency`` is the program's."""
    shop_id = done.looked.shop.id
    name = quoted(done.looked.shop.name, _LONGEST_NAME)
    head = (
        t("{shop} is connected.", shop=name)
        if done.is_new
        else t("{shop} has new keys.", shop=name)
    )
    lines = [
        f"✅ <b>{head}</b>",
        *summary(done.looked, t, public_url=public_url, currency=currency),
    ]
    if not done.open_orders:
        return Rendered("\n".join([*lines, *_next(done.is_new, t)]), connected_keyboard(shop_id, t))
    waiting = t.plural(
        "{count} open order waits there. Take it here, without a sound?",
        "{count} open orders wait there. Take them here, without a sound?",
        done.open_orders,
    )
    return Rendered("\n".join([*lines, "", f"<b>{waiting}</b>"]), open_orders_keyboard(shop_id, t))


def summary(looked: Looked, t: Translator, *, public_url: str, currency: str) -> list[str]:
    """What was found out of a shop, as lines of HTML."""
    facts = looked.facts
    platform = PLATFORM_NAMES.get(looked.shop.platform, looked.shop.platform)
    known = [f"{platform} {quoted(facts.version, 32)}".strip(), quoted(facts.currency, 8)]
    lines = [quoted(looked.shop.base_url, _LONGEST_ADDRESS), " · ".join(filter(None, known)), ""]
    mark = "⚠ " if looked.hearing in {Hearing.DEAF, Hearing.REFUSED} else ""
    lines.append(mark + hearing_text(looked.hearing, public_url, t))
    if not facts.can_write:
        lines.append("⚠ " + read_only(t))
    if facts.currency and facts.currency != currency:
        lines.append("⚠ " + other_currency(facts.currency, currency, t))
    return lines


def settled(shop_id: int, taken_in: int | None, t: Translator) -> Rendered:
    """The open orders are here; None: they were left where they are."""
    if taken_in is None:
        text = t("Only new orders will come.")
    elif not taken_in:
        text = t("All of them are here already.")
    else:
        text = t.plural(
            "{count} order is taken. It is under Orders in a moment.",
            "{count} orders are taken. They are under Orders in a moment.",
            taken_in,
        )
    return Rendered("\n".join([f"✅ {text}", *_next(True, t)]), connected_keyboard(shop_id, t))


def not_taken(shop_id: int, why: str, t: Translator) -> Rendered:
    """The site failed meanwhile. ``why`` is plain."""
    again = t("What was taken already stays. Tap once more, or leave them there.")
    return Rendered(f"⚠ {why}\n\n{again}", open_orders_keyboard(shop_id, t))


def _next(is_new: bool, t: Translator) -> list[str]:
    if not is_new:
        return []
    return [
        "",
        t("Next: the catalogue, so that orders find their products and the stock is right."),
    ]


def taking(t: Translator) -> Rendered:
    """The open orders are being fetched."""
    return Rendered("📥 " + t("Taking the orders…"), None)
