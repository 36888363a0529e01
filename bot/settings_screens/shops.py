"""The connected shops, to look at."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Rendered
from bot.i18n import Translator
from bot.keyboards.buttons import keyboard
from bot.keyboards.settings import SettingsScreen, back_to
from bot.markup import quoted
from services.shop_views import ShopFacts

_SHOWN = 15
_LONGEST_NAME = 60
_LONGEST_ADDRESS = 80
_PLATFORMS = {"woocommerce": "WooCommerce", "prom": "Prom.ua"}


def shops(listed: Sequence[ShopFacts], t: Translator, *, now: datetime) -> Rendered:
    """Each shop and its orders; ``now`` is aware."""
    lines = [f"🏪 <b>{t('Shops')}</b>"]
    active_first = sorted(listed, key=lambda shop: not shop.is_active)
    for shop in active_first[:_SHOWN]:
        lines.extend(["", *_shop(shop, t, now)])
    if not listed:
        lines.extend(["", t("No shop is connected yet.")])
    more = len(listed) - _SHOWN
    if more > 0:
        lines.extend(["", t.plural("and {count} more", "and {count} more", more)])
    how = t("A shop is connected on the server; the README shows the command:")
    lines.extend(["", how, "<code>python -m bot shop add woocommerce</code>"])
    return Rendered("\n".join(lines), keyboard([[back_to(SettingsScreen.ROOT, t)]]))


def _shop(shop: ShopFacts, t: Translator, now: datetime) -> list[str]:
    mark = "🟢" if shop.is_active else "⚪"
    platform = _PLATFORMS.get(shop.platform, shop.platform)
    lines = [f"{mark} <b>{quoted(shop.name, _LONGEST_NAME)}</b> · {quoted(platform, 20)}"]
    if shop.base_url:
        lines.append(quoted(shop.base_url, _LONGEST_ADDRESS))
    if not shop.is_active:
        lines.append(t("disconnected"))
        return lines
    last = shop.last_order_at
    if last is None:
        lines.append(t("No orders yet."))
    elif shop.orders_today:
        today = t.plural("{count} order today", "{count} orders today", shop.orders_today)
        lines.append(f"{today} · {t('the last at {time}', time=t.time(last))}")
    else:
        lines.append(t("The last order: {at}", at=t.date_time(last, now=now)))
    return lines
