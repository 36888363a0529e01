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
from bot.platform_texts import TEXTS, name_of
from bot.settings_screens.shop_keys_end import keys_end_text
from bot.shop_texts import lacks, pace_text
from integrations.base import ShopApi
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
    platform = name_of(shop.platform)
    head = f"{mark} <b>{quoted(shop.name, _LONGEST_NAME)}</b>"
    return head if shop.name == platform else f"{head} · {quoted(platform, 20)}"


def _orders(shop: ShopFacts, t: Translator, now: datetime) -> str:
    last = shop.last_order_at
    if last is None:
        return t("No orders yet.")
    if shop.orders_today:
        today = t.plural("{count} order today", "{count} orders today", shop.orders_today)
        return f"{today} · {t('the last at {time}', time=t.time(last))}"
    return t("The last order: {at}", at=t.date_time(last, now=now))


def shop(
    details: ShopDetails, api: ShopApi | None, t: Translator, *, now: datetime, news: str = ""
) -> Rendered:
    """One shop; ``now`` is aware. ``api``: of its platform, where it can be asked. ``news`` (HTML):
    what was just found out; then what was known before is left out.
    """
    facts = details.facts
    lines = [news, ""] if news else []
    lines.append(_headline(facts))
    if facts.base_url:
        lines.append(quoted(facts.base_url, _LONGEST_ADDRESS))
    known = [f"{name_of(facts.platform)} {quoted(details.version, 32)}"] if details.version else []
    if details.currency:
        known.append(quoted(details.currency, 8))
    lines.extend([" · ".join(known)] if known else [])
    lines.extend(["", _orders(facts, t, now)])
    if api is not None:
        lines.append(_arrival(details, api, t))
    if details.contact_at is not None:
        lines.append(t("The last contact: {at}", at=t.date_time(details.contact_at, now=now)))
    if api is not None and api.keys_end:
        lines.append(keys_end_text(details.keys_end_on, t.local_day(now), t))
    if facts.trouble is not None and details.trouble_since is not None and not news:
        since = t.date_time(details.trouble_since, now=now)
        lines.extend(["", "⚠ " + TEXTS[facts.platform].trouble(facts.trouble, since, t)])
    rights = {"can_write": details.can_write, "can_stock": details.can_stock}
    for lack in lacks(facts.platform, t, **rights):
        lines.extend(["", lack])
    return Rendered("\n".join(lines), shop_keyboard(details, api, t))


def _arrival(details: ShopDetails, api: ShopApi, t: Translator) -> str:
    if details.has_webhooks:
        return t("Orders come at once (webhooks).")
    return pace_text(api.pace, t)


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
        "No orders come from it any more, and it is told nothing. Its orders, sales and goods stay "
        "here. You can connect it again at any time."
    )
    return Rendered(f"<b>{question}</b>\n\n{what}", disconnect_keyboard(details.facts.id, t))


def disconnected(name: str, platform: str, t: Translator, *, are_webhooks_gone: bool) -> str:
    """What was done, as HTML, for the list."""
    done = "🔌 " + t("{shop} is disconnected.", shop=quoted(name, _LONGEST_NAME))
    left = TEXTS[platform].farewell(t, are_webhooks_gone=are_webhooks_gone)
    return "\n".join(filter(None, [done, left]))
