"""What a card says of an order that a marketplace knows more about than a site."""

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import order_card
from bot.i18n import Translator
from domain.orders import PlatformState
from models.orders import Order
from services.memory import Memory
from services.order_views import OrderView
from tests.bot.views import CANCELED, COMPLETED, EN, NEW, NOW, UK, card_view, line, shown


def text_of(view: OrderView, t: Translator = EN) -> str:
    return shown(order_card(view, t, now=NOW))


def test_what_a_marketplace_says_beyond_a_site_has_its_lines() -> None:
    """A parcel for somebody else, no call back, a promotion, a parcel, the platform's units."""
    spoon = line("Ложка", "1", "150")
    spoon.line.unit = "уп.<b>"
    cup = line("Чашка", "2", "250")
    cup.line.unit = "Шт."  # that needs no saying
    view = card_view(
        lines=(spoon, cup),
        recipient_name="Олег <Дорошенко>",
        recipient_phone="+380631110055",
        wants_no_call=True,
        promotion="Дешева доставка",
        waybill_number="20451600012352",
        memory=Memory(1, 0, (), None),
    )

    rendered = order_card(view, EN, now=NOW)

    assert shown(rendered).splitlines()[2:13] == [
        "👤 Олена Коваль",
        "📞 +380671234567",
        "🔕 Do not call back",
        "🔁 1 earlier order",
        "🎁 Recipient: Олег <Дорошенко>, +380631110055",
        "🚚 Nova Poshta · Київ, Відділення №12 · waybill 20451600012352",
        "🎫 Дешева доставка",
        '💬 "Дзвоніть після 18:00"',
        "1. Ложка × 1 уп.<b> — ₴150.00",
        "\N{EM SPACE}in stock 5 · reserved 2 · available 3",
        "2. Чашка × 2 — ₴250.00",
    ]
    assert "<code>20451600012352</code>" in rendered.text  # copied by a tap
    in_ukrainian = text_of(view, UK)
    assert "\n🔕 Не передзвонювати\n" in in_ukrainian
    assert "\n🎁 Отримувач: Олег <Дорошенко>, +380631110055\n" in in_ukrainian
    assert "№12 · ТТН 20451600012352\n" in in_ukrainian


def test_what_is_known_of_a_recipient_and_a_parcel_is_shown_alone() -> None:
    nowhere: dict[str, Any] = dict.fromkeys(
        ("delivery_method", "delivery_city", "delivery_address"), ""
    )

    assert "\n🎁 Recipient: +380631110055\n" in text_of(card_view(recipient_phone="+380631110055"))
    assert "\n🎁 Recipient: Олег\n" in text_of(card_view(recipient_name="Олег"))
    assert "\n🚚 waybill 2045\n" in text_of(card_view(waybill_number="2045", **nowhere))


@pytest.mark.parametrize("status", [NEW, CANCELED, COMPLETED])
def test_why_the_site_canceled_is_told_wherever_it_is_news(status: Any) -> None:
    why: dict[str, Any] = {
        "cancellation": "Немає в наявності · <покупець>",
        "platform_status": "canceled",
    }
    told = "\n⚠ canceled on the site: Немає в наявності · <покупець>\n"

    canceled = card_view(status, platform_state=PlatformState.CANCELED, **why)

    assert told in text_of(canceled)
    assert "canceled on" not in text_of(replace(canceled, order=order_told(canceled, "canceled")))
    assert told in text_of(replace(canceled, order=order_told(canceled, "received")))
    # What was restored since is canceled no more.
    assert "Немає" not in text_of(card_view(status, platform_state=PlatformState.ACTIVE, **why))


def order_told(view: OrderView, status: str) -> Order:
    """Its order, whose platform was last told this status by us."""
    told = view.order.clone(pk=view.order.id)
    told.told_status = status
    return told
