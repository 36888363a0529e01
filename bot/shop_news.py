"""What owners are told about their shops."""

from bot.i18n import Translator
from bot.markup import quoted
from domain.shops import NoticeKind
from models.shops import ShopNotice

_LONGEST_NAME = 60


def shop_news(notice: ShopNotice, t: Translator) -> str:
    """A piece of news about a shop, as Telegram HTML."""
    shop = quoted(notice.shop.name, _LONGEST_NAME)
    match NoticeKind(notice.kind):
        case NoticeKind.TROUBLE:
            return "⚠ " + t("{shop} does not answer.", shop=shop)
        case NoticeKind.BACK:
            return "✅ " + t("{shop} answers again.", shop=shop)
        case NoticeKind.WEBHOOKS_REVIVED:
            return "⚠ " + t("{shop} had stopped sending orders; it sends them again.", shop=shop)
        case NoticeKind.SILENCE:
            return "🔕 " + t("No orders from {shop} for a long time.", shop=shop)
