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
    kind: NoticeKind,
    *,
    trouble: str = "",
    platform: str = "woocommerce",
    since: datetime = SINCE,
    **data: object,
) -> ShopNotice:
    """As it comes from the database, without one."""
    shop = SimpleNamespace(name="<Tea> & Co", trouble=trouble, platform=platform)
    data["since"] = since.isoformat()
    return cast(ShopNotice, SimpleNamespace(shop=shop, kind=kind.value, data=data, at=AT))


@pytest.mark.parametrize(
    ("platform", "trouble", "advice"),
    [
        ("woocommerce", Trouble.UNAVAILABLE, "whether the site opens"),
        ("woocommerce", Trouble.CREDENTIALS, "Settings → Shops → {shop} → Other keys"),
        ("woocommerce", Trouble.REFUSED, "Has the site moved"),
        ("prom", Trouble.UNAVAILABLE, "whether your cabinet opens"),
        ("prom", Trouble.CREDENTIALS, "Управління API-токенами, then give it here: Settings"),
        ("prom", Trouble.REFUSED, "show this to whoever looks after"),
        ("prom", Trouble.NO_API, "Nothing is lost. Please pay for a package"),
    ],
)
def test_trouble_says_since_when_and_what_to_do(
    platform: str, trouble: Trouble, advice: str
) -> None:
    told = notice(NoticeKind.TROUBLE, platform=platform, text="<b>no")
    told.data["trouble"] = trouble.value
    shop = "<b>&lt;Tea&gt; &amp; Co</b>"

    text = shop_news(told, ENGLISH)

    assert f"⚠ {shop} has" in text
    assert "since 10:05" in text
    assert advice.format(shop=shop) in text
    assert text.endswith("everything that was ordered meanwhile comes here.")
    assert "Its own words: <i>&lt;b&gt;no</i>" in text
    told.data["text"] = ""
    assert "own words" not in shop_news(told, ENGLISH)
    assert shop_news(told, UKRAINIAN) != shop_news(told, ENGLISH)


@pytest.mark.parametrize(
    ("days", "english", "ukrainian"),
    [
        (14, "ends in 14 days; 6 December is its last.", "ще 14 днів, останній – 6 грудня."),
        (3, "ends in 3 days; 25 November is its last.", "ще 3 дні, останній – 25 листопада."),
        (0, "Today is the last day of the token of", "Сьогодні останній день токена магазину"),
    ],
)
def test_the_end_of_a_token_is_told_with_what_to_do(
    days: int, english: str, ukrainian: str
) -> None:
    ends_on = (AT + timedelta(days=days)).date().isoformat()
    told = notice(NoticeKind.KEYS_END, platform="prom", days=days, ends_on=ends_on)

    texts = shop_news(told, ENGLISH), shop_news(told, UKRAINIAN)

    assert english in texts[0]
    assert ukrainian in texts[1]
    for text in texts:
        assert "Налаштування → Управління API-токенами" in text
        assert "→ <b>&lt;Tea&gt; &amp; Co</b> →" in text


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
