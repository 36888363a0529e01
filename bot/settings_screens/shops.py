"""The connected shops: all of them, and one."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.shops import (
    asking_keyboard,
    disconnect_keyboard,
    shop_keyboard,
    shops_keyboard,
)
from bot.markup import quoted
from bot.shop_texts import PLATFORM_NAMES, read_only, trouble_text
from services.shop_views import ShopDetails, ShopFacts

_SHOWN = 15
_LONGEST_NAME = 60
_LONGEST_ADDRESS = 80


def shops(
    listed: Sequence[ShopFacts],
    t: Translator,
    *,
    now: datetime,
    is_owner: bool,
    news: str = "",
) -> Rendered:
    """Each shop and its orders; ``now`` is aware. ``news`` (HTML): what was just done."""
    lines = [news, ""] if news else []
    lines.append(f"🏪 <b>{t('Shops')}</b>")
    active_first = sorted(listed, key=lambda shop: not shop.is_active)
    for shop in active_first[:_SHOWN]:
        lines.extend(["", *_shop(shop, t, now)])
    if not listed:
        lines.extend(["", t("No shop is connected yet.")])
    more = len(listed) - _SHOWN
    if more > 0:
        lines.extend(["", t.plural("and {count} more", "and {count} more", more)])
    if not is_owner:
        lines.extend(["", t("An owner connects and changes shops.")])
    active = [shop for shop in active_first if shop.is_active]
    return Rendered("\n".join(lines), shops_keyboard(active, t, is_owner=is_owner))


def _shop(shop: ShopFacts, t: Translator, now: datetime) -> list[str]:
    lines = [_headline(shop)]
    if shop.base_url:
        lines.append(quoted(shop.base_url, _LONGEST_ADDRESS))
    lines.append(_orders(shop, t, now) if shop.is_active else t("disconnected"))
    return lines


def _headline(shop: ShopFacts) -> str:
    mark = ("🟠" if shop.trouble else "🟢") if shop.is_active else "⚪"
    platform = PLATFORM_NAMES.get(shop.platform, shop.platform)
    return f"{mark} <b>{quoted(shop.name, _LONGEST_NAME)}</b> · {quoted(platform, 20)}"


def _orders(shop: ShopFacts, t: Translator, now: datetime) -> str:
    last = shop.last_order_at
    if last is None:
        return t("No orders yet.")
    if shop.orders_today:
        today = t.plural("{count} order today", "{count} orders today", shop.orders_today)
        return f"{today} · {t('the last at {time}', time=t.time(last))}"
    return t("The last order: {at}", at=t.date_time(last, now=now))


def shop(
    details: ShopDetails, t: Translator, *, now: datetime, has_api: bool, news: str = ""
) -> Rendered:
    """One shop; ``now`` is aware. ``has_api``: it can be asked. ``news`` (HTML): what was just
    found out; then what was known before is left out.
    """
    facts = details.facts
    lines = [news, ""] if news else []
    lines.append(_headline(facts))
    if facts.base_url:
        lines.append(quoted(facts.base_url, _LONGEST_ADDRESS))
    known = (
        [f"{PLATFORM_NAMES.get(facts.platform, '')} {quoted(details.version, 32)}".strip()]
        if details.version
        else []
    )
    if details.currency:
        known.append(quoted(details.currency, 8))
    lines.extend([" · ".join(known)] if known else [])
    lines.extend(["", _orders(facts, t, now)])
    if has_api:
        lines.append(_arrival(details, t))
    if details.contact_at is not None:
        lines.append(t("The last contact: {at}", at=t.date_time(details.contact_at, now=now)))
    if facts.trouble is not None and details.trouble_since is not None and not news:
        since = t.date_time(details.trouble_since, now=now)
        lines.extend(["", "⚠ " + trouble_text(facts.trouble, since, t)])
    if not details.can_write:
        lines.extend(["", "⚠ " + read_only(t)])
    return Rendered("\n".join(lines), shop_keyboard(details, t, has_api=has_api))


def _arrival(details: ShopDetails, t: Translator) -> str:
    if details.has_webhooks:
        return t("Orders come at once (webhooks).")
    return t("Orders are looked for every 30 seconds.")


def checking(shop_name: str, shop_id: int, t: Translator) -> Rendered:
    """The shop is being asked."""
    text = "🔄 " + t("Asking {shop}…", shop=quoted(shop_name, _LONGEST_NAME))
    return Rendered(text, asking_keyboard(shop_id, t))


def ask_name(details: ShopDetails, t: Translator, *, problem: str = "") -> Rendered:
    """What is it to be called? ``problem``: of the last answer."""
    name = quoted(details.facts.name, _LONGEST_NAME)
    lines = [f"⚠ {problem}", ""] if problem else []
    lines.append(f"<b>{t('Type a new name for “{name}”.', name=name)}</b>")
    lines.append(t("Cards, the sales channel and reports will show it."))
    return Rendered("\n".join(lines), asking_keyboard(details.facts.id, t))


def ask_disconnect(details: ShopDetails, t: Translator) -> Rendered:
    """Disconnect it indeed?"""
    question = t("Disconnect {shop}?", shop=quoted(details.facts.name, _LONGEST_NAME))
    what = t(
        "No orders come from it any more, and the site is told nothing. Its orders, sales and "
        "goods stay here. You can connect it again at any time."
    )
    return Rendered(f"<b>{question}</b>\n\n{what}", disconnect_keyboard(details.facts.id, t))


def disconnected(name: str, t: Translator, *, are_webhooks_gone: bool) -> str:
    """What was done, as HTML, for the list."""
    done = "🔌 " + t("{shop} is disconnected.", shop=quoted(name, _LONGEST_NAME))
    if are_webhooks_gone:
        return done
    left = t(
        "The site could not be asked to forget us. Delete the webhooks named “Kramar” there: "
        "WooCommerce, Settings, Advanced, Webhooks. Until then it knocks in vain."
    )
    return f"{done}\n{left}"
