"""What owners are told about their shops, and what they can do."""

from datetime import datetime

from bot.i18n import Translator
from bot.markup import quoted
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
    lines = _trouble_and_advice(trouble, _shop(notice), _since(notice, t), t)
    words = quoted(str(notice.data.get("text", "")), _LONGEST_WORDS)
    if words and trouble is not Trouble.UNAVAILABLE:
        lines.append(t("Its own words: {words}", words=f"<i>{words}</i>"))
    lines.append(t("As soon as it answers, everything that was ordered meanwhile comes here."))
    return "\n".join(lines)


def _trouble_and_advice(trouble: Trouble, shop: str, since: str, t: Translator) -> list[str]:
    match trouble:
        case Trouble.UNAVAILABLE:
            return [
                t("{shop} has not answered since {since}.", shop=shop, since=since),
                t("Please look whether the site opens. If it does, ask your hosting whether it "
                  "blocks this program."),
            ]  # fmt: skip
        case Trouble.CREDENTIALS:
            return [
                t("{shop} has not accepted our keys since {since}.", shop=shop, since=since),
                t("Give it new ones: Settings → Shops → {shop} → Other keys.", shop=shop),
            ]
        case Trouble.NO_API:
            return [t("{shop}: its package has had no API since {since}.", shop=shop, since=since)]
        case Trouble.REFUSED:
            return [
                t("{shop} has refused to tell its orders since {since}.", shop=shop, since=since),
                t("Has the site moved, or was something switched off there? If its address is "
                  "another one now: Settings → Shops → {shop} → Other keys.", shop=shop),
            ]  # fmt: skip


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
    days = int(notice.data["days"])
    return t.plural(
        "{shop}: its token ends in {count} day.",
        "{shop}: its token ends in {count} days.",
        days,
        shop=_shop(notice),
    )


def _shop(notice: ShopNotice) -> str:
    return f"<b>{quoted(notice.shop.name, _LONGEST_NAME)}</b>"


def _since(notice: ShopNotice, t: Translator) -> str:
    """The time of day; with the day when that was another one."""
    since = datetime.fromisoformat(notice.data["since"])
    is_same_day = since.astimezone(t.zone).date() == notice.at.astimezone(t.zone).date()
    return t.time(since) if is_same_day else t.date_time(since, now=notice.at)
