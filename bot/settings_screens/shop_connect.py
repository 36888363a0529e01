"""Connecting a shop, step by step; each step is one message."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.shops import (
    asking_keyboard,
    connect_label,
    connected_keyboard,
    consent_keyboard,
    failed_keyboard,
    open_orders_keyboard,
    taken_keyboard,
)
from bot.markup import quoted
from bot.platform_texts import TEXTS, name_of
from bot.settings_screens.shop_keys_end import ask_keys_end
from bot.shop_texts import access, hearing_text, lacks, other_currency
from integrations.base import ShopApi, StoreFacts
from models.connecting import ShopConnection
from sync.connecting import Connected, Hearing, Looked

_LONGEST_NAME = 60
_LONGEST_ADDRESS = 80


@dataclass(frozen=True, slots=True)
class Target:
    """What is being connected. ``shop_id`` and ``name`` are those of a shop that is to have other
    keys (0 and "" for a new one); ``base_url`` is "" where keys alone lead into a shop.
    """

    platform: str
    base_url: str = ""
    shop_id: int = 0
    name: str = ""

    @classmethod
    def of(cls, row: ShopConnection) -> "Target":
        """What a connection, read with its shop, is about."""
        name = row.shop.name if row.shop else ""
        return cls(row.platform, row.base_url, row.shop_id or 0, name)

    @property
    def title(self) -> str:
        """What people call it (HTML): its address, else its name, else its platform."""
        if self.base_url:
            return site_name(self.base_url)
        return quoted(self.name or name_of(self.platform), _LONGEST_NAME)


def _title(platform: str, t: Translator) -> str:
    return f"🏪 <b>{connect_label(platform, t)}</b>"


def _with_problem(problem: str, lines: list[str]) -> str:
    return "\n".join([f"⚠ {problem}", "", *lines] if problem else lines)


def site_name(base_url: str) -> str:
    """A site as people say it: without https:// (HTML)."""
    parts = urlsplit(base_url)
    return quoted(parts.netloc + parts.path, _LONGEST_ADDRESS)


def ask_address(platform: str, t: Translator, *, problem: str = "") -> Rendered:
    """Which site? ``problem`` (HTML): of the last answer."""
    lines = [
        _title(platform, t),
        "",
        t("Type the address of the shop's site, for example shop.ua."),
    ]
    return Rendered(_with_problem(problem, lines), asking_keyboard(0, t, guide=platform))


def looking(base_url: str, t: Translator) -> Rendered:
    """The site is being looked at."""
    text = "🔎 " + t("Looking at {site}…", site=site_name(base_url))
    return Rendered(text, asking_keyboard(0, t))


def taken(platform: str, name: str, shop_id: int, t: Translator) -> Rendered:
    """The shop is connected already."""
    text = t("This shop is connected already, as “{name}”.", name=quoted(name, _LONGEST_NAME))
    return Rendered(f"{_title(platform, t)}\n\n{text}", taken_keyboard(shop_id, t))


def offer(target: Target, url: str, connection_id: int, t: Translator) -> Rendered:
    """The shop's own page at ``url``, or typing."""
    lines = [
        f"🏪 <b>{target.title}</b>",
        "",
        t(
            "Tap Allow in {platform}. The site's own page opens: sign in as an administrator and "
            "press Approve. Everything else happens by itself, here in this message.",
            platform=name_of(target.platform),
        ),
        "",
        t("The button works for an hour."),
    ]
    buttons = consent_keyboard(target.platform, url, connection_id, target.shop_id, t)
    return Rendered("\n".join(lines), buttons)


def ask_keys(
    target: Target, missing: Collection[str], t: Translator, *, problem: str = ""
) -> Rendered:
    """The keys that are still ``missing``, by name?"""
    words = TEXTS[target.platform]
    lines = [
        f"🏪 <b>{target.title}</b>",
        "",
        *words.ask_keys(missing, t),
        "",
        "🔒 " + words.kept_safe(t),
    ]
    buttons = asking_keyboard(target.shop_id, t, guide=target.platform)
    return Rendered(_with_problem(problem, lines), buttons)


def checking(target: Target, t: Translator) -> Rendered:
    """The keys have come."""
    text = TEXTS[target.platform].checking(t)
    return Rendered(f"🔎 <b>{target.title}</b>\n\n{text}", asking_keyboard(target.shop_id, t))


def failed(
    target: Target, why: str, connection_id: int, t: Translator, *, keeps_keys: bool
) -> Rendered:
    """It did not work. ``why`` is plain; ``keeps_keys``: it may be tried with them once more."""
    head = t("{site} is not connected.", site=target.title)
    if target.shop_id:
        head = t("The keys of {site} stay as they were.", site=target.title)
    buttons = failed_keyboard(
        target.platform, connection_id, target.shop_id, t, keeps_keys=keeps_keys
    )
    return Rendered(f"⚠ <b>{head}</b>\n\n{why}", buttons)


def connected(
    done: Connected,
    api: ShopApi,
    t: Translator,
    *,
    public_url: str,
    currency: str,
    today: date | None,
) -> Rendered:
    """The shop is here. ``currency`` is the program's. ``today``: ask at once until which day the
    keys work; None: that has no place or no time.
    """
    shop_id = done.looked.shop.id
    name = quoted(done.looked.shop.name, _LONGEST_NAME)
    head = (
        t("{shop} is connected.", shop=name)
        if done.is_new
        else t("{shop} has new keys.", shop=name)
    )
    lines = [
        f"✅ <b>{head}</b>",
        *summary(done.looked, api, t, public_url=public_url, currency=currency),
    ]
    if done.open_orders:
        waiting = t.plural(
            "{count} open order waits there. Take it here, without a sound?",
            "{count} open orders wait there. Take them here, without a sound?",
            done.open_orders,
        )
        text = "\n".join([*lines, "", f"<b>{waiting}</b>"])
        return Rendered(text, open_orders_keyboard(shop_id, t))
    if today is not None:
        return ask_keys_end(shop_id, t, today=today, said="\n".join(lines))
    buttons = connected_keyboard(shop_id, t, keys_end=api.keys_end)
    return Rendered("\n".join([*lines, *_next(done.is_new, t)]), buttons)


def summary(
    looked: Looked, api: ShopApi, t: Translator, *, public_url: str, currency: str
) -> list[str]:
    """What was found out of a shop, as lines of HTML."""
    facts, platform = looked.facts, looked.shop.platform
    known = [f"{name_of(platform)} {quoted(facts.version, 32)}".strip(), quoted(facts.currency, 8)]
    address = quoted(looked.shop.base_url, _LONGEST_ADDRESS)
    lines = [*filter(None, [address]), " · ".join(filter(None, known)), ""]
    mark = "⚠ " if looked.hearing in {Hearing.DEAF, Hearing.REFUSED} else ""
    lines.append(mark + hearing_text(looked.hearing, public_url, api.pace, t))
    lines.extend(rights(facts, platform, t))
    if facts.currency and facts.currency != currency:
        lines.append("⚠ " + other_currency(facts.currency, currency, t))
    return lines


def rights(facts: StoreFacts, platform: str, t: Translator) -> list[str]:
    """What the keys may do, and what is missing."""
    return [
        access(facts, t),
        *lacks(
            platform,
            t,
            can_write=facts.can_write,
            can_stock=facts.can_stock,
            can_list=facts.can_list,
        ),
    ]


def settled(
    shop_id: int, taken_in: int | None, t: Translator, *, keys_end: bool = False
) -> Rendered:
    """The open orders are here; None: they were left. ``keys_end``: the shop's keys have one."""
    text = "\n".join([what_was_taken(taken_in, t), *_next(True, t)])
    return Rendered(text, connected_keyboard(shop_id, t, keys_end=keys_end))


def what_was_taken(count: int | None, t: Translator) -> str:
    """What became of the open orders: so many were taken; None: they were left."""
    if count is None:
        text = t("Only new orders will come.")
    elif not count:
        text = t("All of them are here already.")
    else:
        text = t.plural(
            "{count} order is taken. It is under Orders in a moment.",
            "{count} orders are taken. They are under Orders in a moment.",
            count,
        )
    return f"✅ {text}"


def not_taken(shop_id: int, why: str, t: Translator) -> Rendered:
    """The site failed meanwhile. ``why`` is plain."""
    again = t("What was taken already stays. Tap once more, or leave them there.")
    return Rendered(f"⚠ {why}\n\n{again}", open_orders_keyboard(shop_id, t))


def _next(is_new: bool, t: Translator) -> list[str]:
    return ["", catalogue_next(t)] if is_new else []


def catalogue_next(t: Translator) -> str:
    """What to do with a shop whose catalogue was not imported."""
    return t("Next: the catalogue, so that orders find their products and the stock is right.")


def taking(t: Translator) -> Rendered:
    """The open orders are being fetched."""
    return Rendered("📥 " + t("Taking the orders…"), None)
