"""What is told of parcels that wait or come back, in both languages, whatever the names are."""

from dataclasses import replace
from typing import Any

import pytest
from aiogram.types import InlineKeyboardMarkup

from bot.i18n import Translator
from bot.parcel_notices import is_over, parcel_notice
from domain.carriers import ParcelState, WaybillState
from domain.rights import Role
from models.carriers import Waybill
from models.orders import EventKind
from services.order_views import EventView, OrderView
from tests.bot.views import (
    COMPLETED,
    EN,
    HOSTILE,
    REFUSED,
    UK,
    buttons,
    card_view,
    event,
    labels,
    shown,
)

NUMBER, BACK = "20450000000001", "20450000000009"
PLACE = "Відділення №12: вул. Хрещатик, 22"


def waiting(view: OrderView | None = None, **values: Any) -> OrderView:
    """A sold order whose parcel is at the branch."""
    usual = {"state": WaybillState.MADE, "number": NUMBER, "parcel": ParcelState.ARRIVED}
    return replace(view or card_view(COMPLETED), waybill=Waybill(**{**usual, **values}))


def of(kind: EventKind, **data: Any) -> EventView:
    usual = {"number": NUMBER, "carrier": "novaposhta", "place": PLACE}
    return event(kind, actor="", data={**usual, **data})


WAITS = of(EventKind.PARCEL_WAITS, days=3)
GOES_BACK = of(EventKind.PARCEL, state="returning", text="Відмова одержувача", return_number=BACK)


def copied(keyboard: InlineKeyboardMarkup | None) -> list[str]:
    return [each.copy_text.text for each in buttons(keyboard) if each.copy_text is not None]


def test_who_waits_is_called_or_sent_a_text_that_is_ready() -> None:
    notice = parcel_notice(waiting(), WAITS, EN, role=None)
    assert shown(notice).splitlines() == [
        "📦 Order 1234: the parcel waits 3 days",
        f"Nova Poshta: {PLACE}",
        NUMBER,
        "👤 Олена Коваль",
        "📞 +380671234567",
        "Call the customer, or send them a message: it is ready to be copied.",
    ]
    assert labels(notice.keyboard) == [["💬 Copy text", "📋 Copy phone"]]
    text, phone = copied(notice.keyboard)
    assert phone == "+380671234567"
    assert text == (
        "Добрий день! Ваше замовлення 1234 (My Shop) чекає на вас. "
        f"{PLACE}. ТТН {NUMBER}. Будь ласка, заберіть його найближчими днями: строк зберігання "
        "обмежений. Дякуємо!"
    )


def test_the_customer_is_written_to_in_ukrainian_whatever_staff_read() -> None:
    english, ukrainian = (parcel_notice(waiting(), WAITS, t, role=None) for t in (EN, UK))
    assert copied(english.keyboard) == copied(ukrainian.keyboard)
    assert shown(ukrainian).startswith("📦 Замовлення 1234: посилка чекає 3 дні\nНова пошта: ")
    assert labels(ukrainian.keyboard) == [["💬 Скопіювати текст", "📋 Скопіювати телефон"]]
    six = parcel_notice(waiting(), of(EventKind.PARCEL_WAITS, days=6), UK, role=None)
    assert "чекає 6 днів" in shown(six)


def test_the_one_is_called_who_is_to_get_it() -> None:
    gift = card_view(COMPLETED, recipient_name="Ірина", recipient_phone="+380501112233")
    notice = parcel_notice(waiting(gift), WAITS, EN, role=None)
    assert "👤 Ірина\n📞 +380501112233" in shown(notice)
    changed = waiting(gift, recipient_phone="+380931112233")  # for the waybill alone
    assert copied(parcel_notice(changed, WAITS, EN, role=None).keyboard)[1] == "+380931112233"


def test_without_a_phone_or_a_place_the_rest_is_told() -> None:
    view = waiting(card_view(COMPLETED, phone="", customer_name=""))
    notice = parcel_notice(view, of(EventKind.PARCEL_WAITS, days=3, place=""), EN, role=None)
    assert shown(notice).splitlines()[1:3] == ["Nova Poshta", NUMBER]
    assert labels(notice.keyboard) == [["💬 Copy text"]]
    assert f"чекає на вас.  ТТН {NUMBER}" not in copied(notice.keyboard)[0]
    assert f"чекає на вас. ТТН {NUMBER}" in copied(notice.keyboard)[0]


def test_nobody_is_told_of_waiting_once_the_parcel_was_fetched() -> None:
    assert not is_over(waiting(), WAITS)
    assert is_over(waiting(parcel=ParcelState.RECEIVED), WAITS)
    assert is_over(card_view(COMPLETED), WAITS)
    assert not is_over(waiting(parcel=ParcelState.RETURNING), GOES_BACK)


def test_what_goes_back_is_told_with_its_number_and_can_be_taken_back() -> None:
    view = waiting(parcel=ParcelState.RETURNING)
    notice = parcel_notice(view, GOES_BACK, EN, role=Role.SELLER)
    assert shown(notice).splitlines() == [
        "↩️ Order 1234: the parcel goes back",
        "Nova Poshta: Відмова одержувача",
        NUMBER,
        f"It comes back with waybill {BACK}",
        "👤 Олена Коваль",
        "📞 +380671234567",
        "Call the customer. Once the parcel is here, take its goods back with Return.",
    ]
    assert labels(notice.keyboard) == [["📥 Return", "📋 Copy phone"]]
    ukrainian = shown(parcel_notice(view, GOES_BACK, UK, role=None))
    assert ukrainian.startswith("↩️ Замовлення 1234: посилка повертається\nНова пошта: Відмова")


@pytest.mark.parametrize(
    ("view", "role"), [(card_view(COMPLETED), Role.PACKER), (card_view(REFUSED), None)]
)
def test_return_is_offered_only_to_who_may_and_where_there_is_a_sale(
    view: OrderView, role: Role | None
) -> None:
    notice = parcel_notice(waiting(view), GOES_BACK, EN, role=role)
    assert labels(notice.keyboard) == [["📋 Copy phone"]]
    assert "Return" not in shown(notice)


@pytest.mark.parametrize("t", [EN, UK], ids=["en", "uk"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_what_they_are(text: str, t: Translator) -> None:
    view = card_view(
        COMPLETED, shop_name=text, number=text, customer_name=text, phone=text, recipient_name=text
    )
    for known in (view, waiting(view, recipient_phone=text)):
        for kind, data in ((EventKind.PARCEL_WAITS, {"days": 3}), (EventKind.PARCEL, {})):
            told = {"place": text, "text": text, "return_number": text, "number": text}
            notice = parcel_notice(known, of(kind, **{**told, **data}), t, role=None)
            shown(notice)
            assert all(len(each) <= 256 for each in copied(notice.keyboard))


def test_the_longest_names_leave_the_text_whole() -> None:
    long = "Дуже довга назва, якої ніхто не чекав. " * 20
    view = waiting(card_view(COMPLETED, shop_name=long, number=long))
    notice = parcel_notice(view, of(EventKind.PARCEL_WAITS, days=3, place=long), EN, role=None)
    text = copied(notice.keyboard)[0]
    assert len(text) <= 256
    assert text.endswith("Дякуємо!")
    assert NUMBER in text
