"""What a card says, exactly; and that nothing foreign can break it."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.cards import CARD_LIMIT, order_card
from bot.i18n import Translator
from domain.orders import PlatformState, RejectReason
from models.orders import EventKind
from services.claims import Holder
from services.memory import Memory, Twin
from services.order_views import EventView, OrderView
from tests.bot.views import (
    ACTED,
    CALL_BACK,
    CANCELED,
    CASE,
    COMPLETED,
    EN,
    HOSTILE,
    NEW,
    NOW,
    REFUSED,
    UK,
    USUAL_LINES,
    card_view,
    event,
    labels,
    line,
    shown,
    tap_of,
    with_lines,
)

SPACE = "\N{NO-BREAK SPACE}"


def card(view: OrderView, t: Translator = EN) -> str:
    return shown(order_card(view, t, now=NOW))


def footer(view: EventView, t: Translator = EN) -> str:
    return card(card_view(last_event=view), t).splitlines()[-1]


def test_new_order_in_english() -> None:
    rendered = order_card(card_view(), EN, now=NOW)

    assert shown(rendered) == (
        "🆕 Order 1234 · My Shop\n"
        "22 Nov, 14:05 · Paid online\n"
        "👤 Олена Коваль\n"
        "📞 +380671234567\n"
        "🚚 Nova Poshta · Київ, Відділення №12\n"
        '💬 "Дзвоніть після 18:00"\n'
        "1. Чохол «Синій» × 2 — ₴700.00\n"
        "\N{EM SPACE}in stock 5 · reserved 2 · available 3\n"
        "2. Скло захисне × 1 — ₴150.00\n"
        "\N{EM SPACE}⚠ short by 1\n"
        "Delivery ₴70.00 · Discount −₴50.00\n"
        "Total ₴870.00"
    )
    assert labels(rendered.keyboard) == [
        ["✅ Confirm", "✖️ Reject"],
        ["🏷 Change status", "✋ I'm on it"],
        ["📵 No answer", "⏰ Remind"],
        ["📋 Copy phone", "🕘 History"],
    ]


def test_own_status_in_ukrainian() -> None:
    moved = event(EventKind.STATUS, to_status=CALL_BACK)
    rendered = order_card(
        card_view(CALL_BACK, last_event=moved, total=Decimal("1234.5")), UK, now=NOW
    )

    assert shown(rendered) == (
        "📌 Замовлення 1234 · My Shop\n"
        "CALL BACK\n"
        "22 лист., 14:05 · Оплачено онлайн\n"
        "👤 Олена Коваль\n"
        "📞 +380671234567\n"
        "🚚 Nova Poshta · Київ, Відділення №12\n"
        '💬 "Дзвоніть після 18:00"\n'
        f"1. Чохол «Синій» × 2 — 700,00{SPACE}₴\n"
        "\N{EM SPACE}на складі 5 · у резерві 2 · доступно 3\n"
        f"2. Скло захисне × 1 — 150,00{SPACE}₴\n"
        "\N{EM SPACE}⚠ бракує 1\n"
        f"Доставка 70,00{SPACE}₴ · Знижка −50,00{SPACE}₴\n"
        f"Разом 1{SPACE}234,50{SPACE}₴\n"
        "— Олег, 14:09: Нове → CALL BACK"
    )
    assert labels(rendered.keyboard) == [
        ["✅ Підтвердити", "✖️ Відхилити"],
        ["🏷 Змінити статус", "✋ Беру на себе"],
        ["📵 Недодзвін", "⏰ Нагадати"],
        ["📋 Скопіювати телефон", "🕘 Історія"],
    ]


def test_goods_that_are_not_to_be_held_are_not_called_short() -> None:
    lines = [replace(each, holds=False) for each in USUAL_LINES]
    view = card_view(CALL_BACK, lines=(*lines, replace(line(product=None), holds=False)))

    text = shown(order_card(view, EN, now=NOW))

    assert "\n\N{EM SPACE}💤 not reserved · in stock 5 · available 3\n" in text
    assert "\n\N{EM SPACE}💤 not reserved · in stock 0 · available 0\n" in text
    assert "\n\N{EM SPACE}🔗 not linked\n" in text
    assert "short" not in text


def test_who_is_on_it_and_what_is_known_of_the_customer() -> None:
    known = Memory(3, 1, (("UAH", Decimal(2400)), ("USD", Decimal(5)), ("EUR", Decimal(0))), None)
    view = card_view(CALL_BACK, holder=Holder(1, "Олег <b>", ACTED, NOW), memory=known)

    rendered = order_card(view, EN, now=NOW)

    assert shown(rendered).splitlines()[1:6] == [
        "CALL BACK",
        "✋ Олег <b> is on it since 14:09",
        "22 Nov, 14:05 · Paid online",
        "👤 Олена Коваль",
        "📞 +380671234567",
    ]
    assert "\n🔁 3 earlier orders · ₴2,400.00 + $5.00 · 1 refused\n🚚" in shown(rendered)
    assert labels(rendered.keyboard)[1] == ["🏷 Change status", "✋ Release"]
    in_ukrainian = card(view, UK)
    assert "\n✋ Займається Олег <b>, з 14:09\n" in in_ukrainian
    assert f"\n🔁 3 попередні замовлення · 2{SPACE}400,00{SPACE}₴ + " in in_ukrainian


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        (Memory(1, 0, (), None), "🔁 1 earlier order"),
        (Memory(99, 2, (), None), "🔁 99 earlier orders · 2 refused"),
        (Memory(100, 0, (), None), "🔁 99+ earlier orders"),
    ],
)
def test_earlier_orders_are_counted_up_to_a_limit(memory: Memory, expected: str) -> None:
    assert card(card_view(memory=memory)).splitlines()[4] == expected


def test_a_likely_duplicate_names_the_other_order_and_opens_it() -> None:
    view = card_view(memory=Memory(1, 0, (), Twin(5, "12<33", "Prom & shop")))

    rendered = order_card(view, EN, now=NOW)

    assert shown(rendered).splitlines()[2] == "⚠️ Likely duplicate of order 12<33 · Prom & shop"
    assert labels(rendered.keyboard)[3] == ["✖️ Cancel as duplicate", "🔎 Order 12<33"]
    assert tap_of(rendered.keyboard, "Cancel as duplicate") == "o1:du:7"
    assert tap_of(rendered.keyboard, "Order 12<33") == "o1:cd:5"


def test_what_is_unknown_leaves_no_empty_line() -> None:
    bare = card_view(
        lines=(),
        customer_name="",
        phone=" ",
        delivery_method="",
        delivery_city="",
        delivery_address="",
        payment_title="",
        is_paid=False,
        note="",
        delivery_cost=Decimal(0),
        discount=Decimal(0),
    )

    rendered = order_card(bare, EN, now=NOW)

    assert shown(rendered) == "🆕 Order 1234 · My Shop\n22 Nov, 14:05\nTotal ₴870.00"
    assert labels(rendered.keyboard)[-1] == ["🕘 History"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"is_paid": True}, "Paid online"),
        ({"is_paid": False}, "LiqPay"),
        ({"is_paid": False, "payment_method": "cod"}, "Cash on delivery"),
        ({"is_paid": True, "payment_method": "cod"}, "Cash on delivery · paid"),
        ({"is_paid": False, "payment_title": "Оплата <на місці>"}, "Оплата <на місці>"),
    ],
)
def test_how_it_is_paid(values: dict[str, Any], expected: str) -> None:
    assert card(card_view(**values)).splitlines()[1] == f"22 Nov, 14:05 · {expected}"


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (PlatformState.PENDING, "⏳ awaiting payment"),
        (PlatformState.FAILED, "⚠ payment failed"),
        (PlatformState.COMPLETED, "☑ completed on the site: record the sale"),
        (PlatformState.CANCELED, "⚠ canceled on the site"),
        (PlatformState.ACTIVE, "👤 Олена Коваль"),
    ],
)
def test_what_the_site_says_is_marked_while_the_order_is_open(
    state: PlatformState, mark: str
) -> None:
    assert card(card_view(platform_state=state)).splitlines()[2] == mark
    assert mark not in card(card_view(COMPLETED, customer_name="", platform_state=state))


def test_line_without_product_is_not_linked() -> None:
    text = card(card_view(lines=(line(product=None, reserved="0"),)))

    assert "\N{EM SPACE}🔗 not linked\n" in text


def test_fractional_quantities_read_as_people_write_them() -> None:
    short = (line("Тканина", "2.5", "250", reserved="1", product=CASE),)

    assert "Тканина × 2,5 — " in card(card_view(lines=short), UK)
    assert "⚠ short by 1.5" in card(card_view(lines=short), EN)


@pytest.mark.parametrize("status", [COMPLETED, CANCELED, REFUSED])
def test_closed_order_says_nothing_of_stock(status: Any) -> None:
    text = card(card_view(status))

    assert "in stock" not in text
    assert "short" not in text


def test_fees_and_refund_are_told_apart_from_the_total() -> None:
    text = card(card_view(fees=Decimal(5), refunded=Decimal(100)))

    assert (
        "Delivery ₴70.00 · Fees ₴5.00 · Discount −₴50.00 · Refunded −₴100.00\nTotal ₴870.00" in text
    )


def test_order_of_last_year_says_so() -> None:
    last_year = card_view(placed_at=NOW - timedelta(days=365))

    assert card(last_year).splitlines()[1].startswith("22 Nov 2025, 14:09")
    assert card(last_year, UK).splitlines()[1].startswith("22 лист. 2025 р., 14:09")


# --- the last action -----------------------------------------------------------------------------

CHANGES = [
    {"what": "quantity", "name": "Чохол", "old": "1", "new": "2.5"},
    {"what": "added", "name": "<b>", "old": "", "new": "1"},
    {"what": "removed", "name": "Скло", "old": "1", "new": ""},
    {"what": "total", "old": "700", "new": "1234.50"},
    {"what": "paid"},
]
EVENTS = [
    (EventKind.STATUS, CALL_BACK, {}, "New → CALL BACK"),
    (EventKind.COMPLETED, COMPLETED, {"sale_id": 1}, "New → Completed"),
    (
        EventKind.REJECTED,
        CANCELED,
        {"reason": RejectReason.OUT_OF_STOCK.value, "text": ""},
        "New → Canceled (Out of stock)",
    ),
    (
        EventKind.REJECTED,
        CANCELED,
        {"reason": RejectReason.OTHER.value, "text": "too <far>"},
        "New → Canceled (too ‹far›)",
    ),
    (EventKind.REFUSED, REFUSED, {}, "New → Refused"),
    (EventKind.RETURNED, REFUSED, {"amount": "99.5"}, "goods returned, −₴99.50"),
    (EventKind.RETURNED, COMPLETED, {"amount": "1"}, "a part of the goods returned, −₴1.00"),
    (EventKind.SETTLED, NEW, {"amount": "500"}, "money received: ₴500.00"),
    (EventKind.COMMENTED, NEW, {"text": "<b>call</b>"}, "💬 ‹b›call‹/b›"),
    (EventKind.TAKEN_OVER, NEW, {"holder": "<Ірина>"}, "took over from ‹Ірина›"),
    (EventKind.NO_ANSWER, NEW, {"attempt": 2}, "no answer 2"),
    (
        EventKind.REMINDER,
        NEW,
        {"at": "2026-11-23T08:00:00+00:00"},
        "reminder for 23 Nov, 10:00",
    ),
    (
        EventKind.LINKED,
        NEW,
        {"name": "Чохол <синій>", "product": "Чохол & скло"},
        "linked: Чохол ‹синій› → Чохол & скло",
    ),
    (EventKind.REOPENED, NEW, {}, "reopened: New → New"),
    (EventKind.UNDONE, NEW, {}, "undone: New → New"),
    (EventKind.PLATFORM_CANCELED, CANCELED, {}, "canceled on the site"),
    (EventKind.PLATFORM_REOPENED, NEW, {}, "restored on the site"),
    (EventKind.PLATFORM_NOTICE, NEW, {"state": "failed"}, "now on the site: payment failed"),
    (EventKind.WAYBILL, NEW, {"number": "20451600012345", "was": ""}, "waybill 20451600012345"),
    (EventKind.WAYBILL, NEW, {"number": "", "was": "2045"}, "waybill 2045 is no more"),
    (EventKind.PARCEL, NEW, {"state": "arrived", "number": "2045"}, "parcel: arrived"),
    (EventKind.PARCEL_WAITS, NEW, {"days": 3, "number": "2045"}, "parcel waits 3 days"),
    (
        EventKind.CHANGED,
        NEW,
        {"changes": CHANGES},
        "changed on the site: Чохол 1 → 2.5; + ‹b› × 1; − Скло; and 2 more",
    ),
]


@pytest.mark.parametrize(("kind", "to_status", "data", "expected"), EVENTS)
def test_footer_tells_the_last_action(
    kind: EventKind, to_status: Any, data: dict[str, Any], expected: str
) -> None:
    assert footer(event(kind, to_status=to_status, data=data)) == f"— Олег, 14:09: {expected}"


def test_every_kind_of_event_has_its_words() -> None:
    told = {kind for kind, *_ in EVENTS} | {EventKind.CREATED}

    assert told == set(EventKind)
    assert footer(event(EventKind.CREATED)) == "Total ₴870.00"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"what": "total", "old": "700", "new": "1234.50"}, "total ₴700.00 → ₴1,234.50"),
        ({"what": "paid"}, "paid"),
        (
            {"what": "state", "old": "pending", "new": "active"},
            "awaiting payment → being processed",
        ),
        ({"what": "customer"}, "customer"),
        ({"what": "delivery"}, "delivery"),
        ({"what": "waybill", "new": "20451600012352"}, "waybill 20451600012352"),
        ({"what": "waybill", "new": ""}, "waybill —"),
        ({"what": "payment"}, "payment"),
        ({"what": "note"}, "note"),
        ({"what": "amounts"}, "amounts"),
    ],
)
def test_each_change_of_the_site_has_its_words(change: dict[str, str], expected: str) -> None:
    changed = event(EventKind.CHANGED, actor="", data={"changes": [change]})

    assert footer(changed) == f"— My Shop, 14:09: changed on the site: {expected}"


def test_action_of_a_later_day_has_its_date() -> None:
    later = event(EventKind.STATUS, to_status=CALL_BACK, at=ACTED + timedelta(days=1))

    assert footer(later) == "— Олег, 23 Nov, 14:09: New → CALL BACK"


def test_label_that_was_deleted_since_leaves_a_gap_not_an_error() -> None:
    assert footer(event(EventKind.STATUS, from_status=None, to_status=CALL_BACK)).endswith(
        ": ? → CALL BACK"
    )


# --- long and hostile ----------------------------------------------------------------------------


def test_ten_lines_stay_unfolded() -> None:
    view = replace(card_view(), lines=(line(),) * 10)

    assert "<blockquote" not in order_card(view, EN, now=NOW).text


def test_eleven_lines_fold() -> None:
    text = order_card(replace(card_view(), lines=(line(),) * 11), EN, now=NOW).text

    assert "<blockquote expandable>1. " in text
    assert "11. " in text


def test_of_two_hundred_lines_the_middle_is_summed_up() -> None:
    text = card(with_lines(card_view(), 200))

    (summary,) = re.findall(r"… and (\d+) more lines, (\S+) · ⚠ (\d+) of them short\n200\. ", text)
    hidden, total, short = int(summary[0]), summary[1], int(summary[2])
    shown_lines = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert shown_lines == [*range(1, 200 - hidden), 200, 201]
    assert hidden > 100
    # The even lines cost 150 and are short, the odd ones cost 700.
    assert short == sum(number % 2 == 0 for number in range(200 - hidden, 200))
    assert total == EN.money(Decimal(150 * short + 700 * (hidden - short)), "UAH")
    assert CARD_LIMIT - 300 < len(text) <= CARD_LIMIT


def test_long_card_leaves_room_for_a_question() -> None:
    texts = ("note", "delivery_address", "customer_name", "recipient_name", "recipient_phone")
    told: dict[str, Any] = dict.fromkeys(
        (*texts, "promotion", "waybill_number", "cancellation"), "й" * 10_000
    )
    long_note = card_view(platform_state=PlatformState.CANCELED, **told)

    assert len(card(with_lines(long_note, 200))) <= CARD_LIMIT


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("t", [EN, UK])
def test_foreign_text_cannot_break_the_card(text: str, t: Translator) -> None:
    own = CALL_BACK.clone(pk=102)
    own.label = text[:30]
    view = card_view(
        own,
        shop_name=text,
        lines=(line(text), line(text, product=None)),
        last_event=event(
            EventKind.REJECTED,
            actor=text,
            from_status=own,
            to_status=own,
            data={"reason": "other", "text": text},
        ),
        number=text,
        customer_name=text,
        phone=text,
        delivery_method=text,
        delivery_address=text,
        payment_title=text,
        is_paid=False,
        note=text,
        currency=text[:8],
        recipient_name=text,
        recipient_phone=text,
        waybill_number=text,
        promotion=text,
        platform_state=PlatformState.CANCELED,
        cancellation=text,
    )
    view.lines[0].line.unit = text

    seen = card(view, t)

    assert not set(seen) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\x00\x07")
    assert "1. " in seen


def test_right_to_left_name_is_isolated() -> None:
    text = card(card_view(lines=(line("שלום"),)))

    assert "1. \N{FIRST STRONG ISOLATE}שלום\N{POP DIRECTIONAL ISOLATE} × 2 — ₴700.00" in text


def test_html_in_a_name_is_shown_as_typed() -> None:
    assert "👤 <b>Олена</b> &amp; Co" in card(card_view(customer_name="<b>Олена</b> &amp; Co"))
