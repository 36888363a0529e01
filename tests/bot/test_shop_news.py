"""What owners read about their shops."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import Translators
from bot.shop_news import shop_news
from domain.shops import NoticeKind, Trouble
from models.shops import ShopNotice

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SINCE = AT - timedelta(hours=3, minutes=55)  # 10:05 in Kyiv
ENGLISH, UKRAINIAN = (Translators(ZoneInfo("Europe/Kyiv"))(language) for language in ("en", "uk"))


def notice(
    kind: NoticeKind, *, trouble: str = "", since: datetime = SINCE, **data: object
) -> ShopNotice:
    """As it comes from the database, without one."""
    shop = SimpleNamespace(name="<Tea> & Co", trouble=trouble)
    data["since"] = since.isoformat()
    return cast(ShopNotice, SimpleNamespace(shop=shop, kind=kind.value, data=data, at=AT))


@pytest.mark.parametrize(
    ("trouble", "advice", "has_words"),
    [
        (Trouble.UNAVAILABLE, "whether the site opens", False),
        (Trouble.CREDENTIALS, "Settings → Shops → <b>&lt;Tea&gt; &amp; Co</b> → Other keys", True),
        (Trouble.REFUSED, "Has the site moved", True),
    ],
)
def test_trouble_says_since_when_and_what_to_do(
    trouble: Trouble, advice: str, has_words: bool
) -> None:
    told = notice(NoticeKind.TROUBLE, text="<b>no")
    told.data["trouble"] = trouble.value

    text = shop_news(told, ENGLISH)

    assert "<b>&lt;Tea&gt; &amp; Co</b> has" in text
    assert "since 10:05" in text
    assert advice in text
    assert ("<i>&lt;b&gt;no</i>" in text) is has_words
    assert shop_news(told, UKRAINIAN) != text


def test_its_end_says_what_was_fetched() -> None:
    back = "✅ <b>&lt;Tea&gt; &amp; Co</b> answers again. "

    assert shop_news(notice(NoticeKind.BACK, orders=0), ENGLISH) == back + "No order was missed."
    fetched = "300 orders that were new or changed meanwhile have been fetched."
    assert shop_news(notice(NoticeKind.BACK, orders=300), ENGLISH) == back + fetched


def test_webhooks_are_told_of_by_what_they_tell() -> None:
    topics = [
        "order.updated",
        "order.created",
        "product.updated",
        "action.woocommerce_delete_order",
    ]
    told = notice(NoticeKind.WEBHOOKS_REVIVED, topics=topics)

    assert "stopped telling us of deletions, goods, orders." in shop_news(told, ENGLISH)
    assert "видалення, замовлення, товари" in shop_news(told, UKRAINIAN)


@pytest.mark.parametrize(("trouble", "ending"), [("", "yourself."), ("unavailable", "not answer.")])
def test_a_silence_says_what_is_usual_and_whether_the_site_answers(
    trouble: str, ending: str
) -> None:
    told = notice(NoticeKind.SILENCE, trouble=trouble, expected=9)

    text = shop_news(told, ENGLISH)

    assert "usually 9 orders by now; none since 10:05." in text
    assert text.endswith(ending)
    told.data["since"] = (AT - timedelta(days=1)).isoformat()
    assert "none since 21 Nov, 14:00." in shop_news(told, ENGLISH)
