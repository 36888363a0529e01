"""What owners are told of a carrier's key, in words."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from tortoise.timezone import now

from bot.carrier_news import carrier_news
from bot.i18n import Translators
from domain.carriers import CarrierNoticeKind, CarrierProblem
from models.carriers import CarrierAccount, CarrierNotice
from services import carrier_keys
from tests.bot.conftest import Scene
from tests.bot.views import shown_text

EN, UK = (Translators(ZoneInfo("Europe/Kyiv"))(language) for language in ("en", "uk"))


def notice(kind: CarrierNoticeKind, **data: object) -> CarrierNotice:
    account = SimpleNamespace(carrier="novaposhta")
    return cast(CarrierNotice, SimpleNamespace(account=account, kind=kind.value, data=data))


@pytest.mark.parametrize(
    ("days", "english", "ukrainian"),
    [
        (14, "works until 14 September 2027: 14 more days.", "ще 14 днів."),
        (3, "works until 14 September 2027: 3 more days.", "ще 3 дні."),
        (1, "works until 14 September 2027: 1 more day.", "ще 1 день."),
        (0, "Today is the last day of the key of Nova Poshta.", "Сьогодні останній день"),
    ],
)
def test_the_end_of_a_key_is_told_with_what_to_do(days: int, english: str, ukrainian: str) -> None:
    ends = notice(CarrierNoticeKind.KEY_ENDS, ends_on=date(2027, 9, 14).isoformat(), days=days)

    assert english in carrier_news(ends, EN).text
    assert "Settings, Delivery, Another key." in carrier_news(ends, EN).text
    assert ukrainian in carrier_news(ends, UK).text


@pytest.mark.parametrize(
    "problem",
    [CarrierProblem.WRONG_KEY, CarrierProblem.KEY_EXPIRED, CarrierProblem.KEY_INACTIVE],
)
def test_trouble_is_told_with_its_reason_and_the_carriers_own_words(
    problem: CarrierProblem,
) -> None:
    of_key = notice(CarrierNoticeKind.TROUBLE, problem=problem.value, text="API <b>auth</b> fail")
    texts = [carrier_news(of_key, t).text for t in (EN, UK)]

    assert "Nova Poshta does not accept our key" in texts[0]
    assert "Нова пошта не приймає наш ключ" in texts[1]
    assert problem.value not in texts[0]
    for text in texts:
        assert "API <b>auth</b> fail" in shown_text(text)
        assert len(text.splitlines()) == 3
    silent = notice(CarrierNoticeKind.TROUBLE, problem=problem.value, text="")
    assert "words" not in carrier_news(silent, EN).text


def test_the_end_of_trouble_is_told_and_all_news_lead_to_delivery() -> None:
    back = carrier_news(notice(CarrierNoticeKind.BACK), EN)

    assert back.text == "✅ Nova Poshta accepts our key again."
    assert back.keyboard is not None
    ((button,),) = back.keyboard.inline_keyboard
    assert (button.text, button.callback_data) == ("🚚 Delivery", "g1:de")


async def test_owners_alone_get_a_reminder_that_opens_delivery(scene: Scene) -> None:
    zone = ZoneInfo("UTC") if now().hour >= 9 else ZoneInfo("Asia/Tokyo")
    ends_on = now().astimezone(zone).date() + timedelta(days=3)
    await CarrierAccount.create(carrier="novaposhta", secrets="", key_ends_on=ends_on)

    assert await carrier_keys.remind(zone) == 1

    told = await scene.message(scene.owner.chat, "🔑 Ключ (Нова пошта) діє до", "ще 3 дні")
    await scene.tap(scene.owner, told, "Доставка")
    await scene.telegram.wait_for(lambda: "🟠 Нова пошта" in told.text)
    await scene.settled()
    assert not any("🔑" in each.text for each in scene.seller.chat.messages)
