"""What owners are told about their shops, and what they can do."""

from datetime import date, datetime

from babel.dates import format_date

from bot.i18n import Translator
from bot.markup import quoted
from bot.platform_texts import TEXTS
from domain.shops import NoticeKind, Trouble
from models.shops import ShopNotice

_LONGEST_NAME = 60
_LONGEST_WORDS = 300


def shop_news(notice: ShopNotice, t: Translator) -> str:
    """A piece of news about a shop, as Telegram HTML."""
    match NoticeKind(notice.kind):
        case NoticeKind.TROUBLE:
            return "⚠ " + _trouble(notice, t)
        case NoticeKind.BACK:
            return "✅ " + _back(notice, t)
        case NoticeKind.WEBHOOKS_REVIVED:
            return "🔁 " + _revived(notice, t)
        case NoticeKind.SILENCE:
            return "🔕 " + _silence(notice, t)
        case NoticeKind.KEYS_END:
            return "🔑 " + _keys_end(notice, t)


def _trouble(notice: ShopNotice, t: Translator) -> str:
    trouble = Trouble(notice.data["trouble"])
    advice = TEXTS[notice.shop.platform].advice(trouble, _shop(notice), t)
    lines = [_what_is_wrong(trouble, notice, t), advice]
    words = quoted(str(notice.data.get("text", "")), _LONGEST_WORDS)
    if words:
        lines.append(t("Its own words: {words}", words=f"<i>{words}</i>"))
    lines.append(t("As soon as it answers, everything that was ordered meanwhile comes here."))
    return "\n".join(lines)


def _what_is_wrong(trouble: Trouble, notice: ShopNotice, t: Translator) -> str:
    shop, since = _shop(notice), _since(notice, t)
    match trouble:
        case Trouble.UNAVAILABLE:
            return t("{shop} has not answered since {since}.", shop=shop, since=since)
        case Trouble.CREDENTIALS:
            return t("{shop} has not accepted our keys since {since}.", shop=shop, since=since)
        case Trouble.REFUSED:
            return t("{shop} has refused to tell its orders since {since}.", shop=shop, since=since)
        case Trouble.NO_API:
            return t("{shop} has not let us ask for orders since {since}: its package does not "
                     "include the API.", shop=shop, since=since)  # fmt: skip


def _back(notice: ShopNotice, t: Translator) -> str:
    head = t("{shop} answers again.", shop=_shop(notice))
    count = int(notice.data.get("orders", 0))
    if not count:
        return head + " " + t("No order was missed.")
    fetched = t.plural(
        "{count} order that was new or changed meanwhile has been fetched.",
        "{count} orders that were new or changed meanwhile have been fetched.",
        count,
    )
    return f"{head} {fetched}"


def _revived(notice: ShopNotice, t: Translator) -> str:
    news = sorted({_topic(str(topic), t) for topic in notice.data.get("topics", [])})
    lines = [
        t("{shop} had stopped telling us of {news}.", shop=_shop(notice), news=", ".join(news)),
        t("We have asked it to tell again, and have fetched what was missed."),
        t("Sites stop after several failed tries: perhaps this program was off, or its address "
          "could not be reached."),
    ]  # fmt: skip
    return "\n".join(lines)


def _topic(topic: str, t: Translator) -> str:
    thing, _, event = topic.partition(".")
    if thing == "action" or event == "deleted":
        return t("deletions")
    return t("goods") if thing == "product" else t("orders")


def _silence(notice: ShopNotice, t: Translator) -> str:
    usual = t.plural(
        "{shop}: usually {count} order by now; none since {since}.",
        "{shop}: usually {count} orders by now; none since {since}.",
        int(notice.data["expected"]),
        shop=_shop(notice),
        since=_since(notice, t),
    )
    if notice.shop.trouble:
        return usual + "\n" + t("The site does not answer.")
    advice = t("The site answers. Please try to order something there yourself.")
    return f"{usual}\n{advice}"


def _keys_end(notice: ShopNotice, t: Translator) -> str:
    days, ends_on = int(notice.data["days"]), date.fromisoformat(notice.data["ends_on"])
    last = format_date(ends_on, "d MMMM", locale=t.language)
    if days:
        head = t.plural(
            "The token of {shop} ends in {count} day; {date} is its last.",
            "The token of {shop} ends in {count} days; {date} is its last.",
            days,
            shop=_shop(notice),
            date=last,
        )
    else:
        head = t("Today is the last day of the token of {shop}.", shop=_shop(notice))
    return f"{head}\n{TEXTS[notice.shop.platform].other_keys(_shop(notice), t)}"


def _shop(notice: ShopNotice) -> str:
    return f"<b>{quoted(notice.shop.name, _LONGEST_NAME)}</b>"


def _since(notice: ShopNotice, t: Translator) -> str:
    """The time of day; with the day when that was another one."""
    since = datetime.fromisoformat(notice.data["since"])
    is_same_day = t.local_day(since) == t.local_day(notice.at)
    return t.time(since) if is_same_day else t.date_time(since, now=notice.at)
