"""The form of a waybill and its questions, as they are drawn."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from aiogram.enums import ButtonStyle

from bot.i18n import Translator
from bot.keyboards.waybill_form import FormField
from bot.keyboards.waybill_taps import Origin
from bot.waybill_form_windows import (
    being_made,
    form,
    is_priceable,
    looking_for_place,
    no_carrier,
    no_price,
    payers,
)
from bot.waybill_questions import ask, cities, nothing_found, points, streets
from domain.carriers import CodKind, Payer, PlaceKind, Quote, Seat, Street
from domain.errors import WaybillGap
from domain.rights import Role
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint, WaybillDraft
from services.waybill_forms import MOST_SEATS, Door, FormView
from tests.bot.views import (
    EN,
    HOSTILE,
    LARGEST_ID,
    NOW,
    UK,
    buttons,
    card_view,
    labels,
    order,
    shown,
    shown_text,
    tap_of,
)

BOX = Seat(weight_kg=Decimal("0.5"), width_cm=20, length_cm=30, height_cm=10)
KYIV = CarrierCity(id=3, name="Київ", kind="м.", area="Київська")
BRANCH = CarrierPoint(
    id=5,
    kind=PlaceKind.BRANCH,
    number="12",
    name="Відділення №12: вул. Мала, 12",
    address="вул. Мала, 12",
    max_weight_kg=Decimal(30),
)
LOCKER = CarrierPoint(
    id=6, kind=PlaceKind.LOCKER, number="20318", name="Поштомат №20318", address="вул. Хрещатик, 22"
)
KHRESHCHATYK = Street(ref="f1000000-0000-11e5-899e-005056887b8d", name="вул. Хрещатик")


def view(order_values: dict[str, Any] | None = None, **values: Any) -> FormView:
    usual: dict[str, Any] = {
        "order": card_view(**(order_values or {})),
        "sale": None,
        "account": CarrierAccount(carrier="novaposhta", cod_kind=CodKind.CONTROL.value),
        "draft": WaybillDraft(),
        "recipient_name": "Коваль Олена",
        "phone": "+380671234567",
        "told_place": "Київ, Відділення №12",
        "city": KYIV,
        "point": BRANCH,
        "door": None,
        "is_confirmed": True,
        "seats": (BOX,),
        "declared_value": Decimal(870),
        "cod_amount": Decimal(870),
        "description": "Аксесуари",
        "payer": Payer.RECIPIENT,
        "gaps": (),
        "quote": None,
    }
    return FormView(**(usual | values))


def text_of(form_view: FormView, t: Translator = EN, **values: Any) -> str:
    return shown(form(form_view, t, now=NOW, origin=Origin.WINDOW, **values))


def test_all_that_will_be_sent_is_shown() -> None:
    quote = Quote(cost=Decimal(85), cod_cost=Decimal(20), arrives_on=date(2026, 11, 24))

    drawn = form(view(quote=quote), EN, now=NOW, origin=Origin.WINDOW)

    assert shown(drawn).splitlines() == [
        "📄 Waybill for order 1234 · Nova Poshta",
        "22 Nov, 14:05 · Paid online",
        "👤 Коваль Олена",
        "📞 +380671234567",
        "🏤 Відділення №12: вул. Мала, 12",
        "🏙 м. Київ, Київська region",
        "⚖️ 0.5 kg · 30 × 20 × 10 cm",
        "🛡 Declared value ₴870.00",
        "💰 Cash on delivery ₴870.00 · payment control",
        "🏷 Аксесуари",
        "💳 Payer: Recipient",
        "💵 Delivery ₴85.00 · for bringing the money ₴20.00 · arrives 24 Nov",
    ]
    assert labels(drawn.keyboard) == [
        ["👤 Recipient", "📞 Phone"],
        ["🏙 City", "📍 Branch or address"],
        ["⚖️ Weight and size", "🏷 Description"],
        ["🛡 Declared value"],
        ["💰 Cash on delivery", "💳 Payer"],
        ["✅ Create"],
        ["⬅️ Back"],
    ]
    (create,) = (each for each in buttons(drawn.keyboard) if each.text == "✅ Create")
    assert (create.style, create.callback_data) == (ButtonStyle.SUCCESS, "y2:cr:7:w")


def test_the_form_reads_ukrainian() -> None:
    drawn = form(view(gaps=(WaybillGap.SEATS,), seats=(BOX, BOX)), UK, now=NOW, origin=Origin.CARD)

    assert "⚖️ 2 місця × 0,5 кг · 30 × 20 × 10 см = 1 кг" in shown(drawn)
    assert "💰 Післяплата 870,00\N{NO-BREAK SPACE}₴ · контроль оплати" in shown(drawn)
    assert "🏙 м. Київ, Київська обл.\n" in shown(drawn)
    assert labels(drawn.keyboard)[1] == ["🏙 Місто", "📍 Відділення чи адреса"]


def test_a_guessed_place_is_asked_about() -> None:
    guessed = view(is_confirmed=False, gaps=(WaybillGap.CONFIRM,))

    drawn = form(guessed, EN, now=NOW, origin=Origin.RECEIPT)

    assert "🔎 found by “Київ, Відділення №12” — is it right?" in shown(drawn)
    assert labels(drawn.keyboard)[0] == ["🔁 Another place"]
    assert labels(drawn.keyboard)[-2] == ["✅ It is right: create"]
    assert tap_of(drawn.keyboard, "It is right: create") == "y2:rc:7:r"
    assert tap_of(drawn.keyboard, "Another place") == "y3:br:7:r:0"
    assert "⚠ Check the place" in shown(drawn)


def test_a_guessed_place_of_a_form_that_lacks_more_is_confirmed_alone() -> None:
    lacking = view(is_confirmed=False, gaps=(WaybillGap.CONFIRM, WaybillGap.WEIGHT))

    drawn = form(lacking, EN, now=NOW, origin=Origin.RECEIPT)

    assert labels(drawn.keyboard)[0] == ["✅ It is right", "🔁 Another place"]
    assert labels(drawn.keyboard)[-2] == ["✅ Create"]
    assert tap_of(drawn.keyboard, "It is right") == "y2:ri:7:r"


def test_a_place_that_was_not_found_leaves_the_order_s_words() -> None:
    nowhere = view(is_confirmed=False, city=None, point=None, gaps=(WaybillGap.CITY,))

    drawn = form(nowhere, EN, now=NOW, origin=Origin.WINDOW)

    assert "🔎 the order says: “Київ, Відділення №12”" in shown(drawn)
    assert "It is right" not in str(labels(drawn.keyboard))


def test_a_city_without_a_place_is_no_guess_to_confirm() -> None:
    half = view(is_confirmed=False, point=None, gaps=(WaybillGap.PLACE,))

    drawn = form(half, EN, now=NOW, origin=Origin.WINDOW)

    assert "🏙 м. Київ, Київська region\n🔎 the order says: “Київ, Відділення №12”" in shown(drawn)
    assert "right" not in shown(drawn)
    assert "It is right" not in str(labels(drawn.keyboard))


def test_a_door_is_an_address() -> None:
    door = Door(KHRESHCHATYK.ref, KHRESHCHATYK.name, "22", "3")

    assert "🚪 вул. Хрещатик, 22, flat 3\n🏙 м. Київ" in text_of(view(point=None, door=door))
    alone = text_of(view(point=None, door=replace(door, flat="")))
    assert "🚪 вул. Хрещатик, 22\n" in alone


def test_pieces_that_differ_are_told_one_by_one() -> None:
    heavier = replace(BOX, weight_kg=Decimal("2.25"))

    text = text_of(view(seats=(BOX, heavier)))

    assert "⚖️ 2 pieces, 2.75 kg\n" in text
    assert "1. 0.5 kg · 30 × 20 × 10 cm\n" in text
    assert "2. 2.25 kg · 30 × 20 × 10 cm\n" in text


def test_of_very_many_pieces_only_the_first_are_told() -> None:
    seats = [replace(BOX, weight_kg=Decimal(at)) for at in range(1, MOST_SEATS + 1)]

    text = text_of(view(seats=tuple(seats)))

    assert "10. 10 kg" in text
    assert "11. 11 kg" not in text


def test_a_delivery_that_the_recipient_would_pay_twice_is_told() -> None:
    told = "⚠ The sale has ₴80.00 for delivery already: then the sender pays."

    assert told in text_of(view(delivery_cost=Decimal(80), payer=Payer.RECIPIENT))
    assert told not in text_of(view(delivery_cost=Decimal(80), payer=Payer.SENDER))
    assert "for delivery already" not in text_of(view(payer=Payer.RECIPIENT))


def test_more_to_collect_than_the_sale_leaves_is_told() -> None:
    told = "⚠ More than the sale leaves to collect: ₴870.00."

    assert told in text_of(view(cod_amount=Decimal(8700), cod_due=Decimal(870)))
    assert told not in text_of(view(cod_amount=Decimal(870), cod_due=Decimal(870)))
    assert "leaves to collect" not in text_of(view(cod_amount=Decimal(870), cod_due=None))


def test_while_the_place_is_sought_nothing_is_missing_yet() -> None:
    lacking = view(gaps=(WaybillGap.CITY,))
    sought = form(lacking, EN, now=NOW, origin=Origin.WINDOW, price=looking_for_place(EN))

    assert "Choose the city" not in sought.text
    assert "Choose the city" in text_of(lacking)


def test_only_the_first_gap_is_told() -> None:
    gaps = (WaybillGap.NAME, WaybillGap.CITY)

    text = text_of(view(gaps=gaps))

    assert text.endswith("\n\n⚠ The recipient needs a first and a last name.")
    assert "Choose the city" not in text


def test_what_hinders_the_price_is_what_hinders_the_waybill_but_a_look_at_the_place() -> None:
    assert is_priceable(view())
    assert is_priceable(view(gaps=(WaybillGap.CONFIRM,)))
    assert not is_priceable(view(gaps=(WaybillGap.CONFIRM, WaybillGap.WEIGHT)))


def test_why_it_was_not_made_and_why_there_is_no_price() -> None:
    price = no_price("The carrier does not answer now.", EN)

    text = text_of(view(), problem="The phone is wrong.", price=price)

    assert "💵 The price is not known. The carrier does not answer now." in text
    assert text.endswith("\n\n❌ The phone is wrong.")
    priced = view(quote=Quote(cost=Decimal(85)))
    assert "not known" not in text_of(priced, price=price)


def test_money_that_nobody_collects_has_no_way_back() -> None:
    assert "💰 No cash on delivery\n" in text_of(view(cod_amount=Decimal(0)))
    unsaid = view(account=CarrierAccount(carrier="novaposhta", cod_kind=""))
    assert "💰 Cash on delivery ₴870.00\n" in text_of(unsaid)


@pytest.mark.parametrize(("role", "may_set_up"), [(Role.OWNER, True), (Role.SELLER, False)])
def test_without_a_carrier_those_who_may_are_led_to_its_set_up(
    role: Role, may_set_up: bool
) -> None:
    drawn = no_carrier(order(), EN, origin=Origin.WINDOW, role=role)

    assert "No carrier is set up" in shown(drawn)
    assert labels(drawn.keyboard) == [["🚚 Delivery"]] * may_set_up + [["⬅️ Back"]]


def test_the_present_payer_is_marked() -> None:
    drawn = payers(view(payer=Payer.SENDER), EN, now=NOW, origin=Origin.WINDOW)

    assert labels(drawn.keyboard) == [["Recipient", "✓ Sender"], ["⬅️ Back"]]
    assert tap_of(drawn.keyboard, "Recipient") == "y2:pr:7:w"


def test_while_it_is_being_made_nothing_can_be_changed() -> None:
    drawn = being_made(view(), EN, now=NOW, origin=Origin.WINDOW)

    assert shown(drawn).endswith("⏳ It is being made…")
    assert labels(drawn.keyboard) == [["🔄 Refresh"], ["⬅️ Back"]]


def test_places_say_what_they_take() -> None:
    drawn = points(view(), "12", [BRANCH, LOCKER], EN, now=NOW, origin=Origin.WINDOW)

    assert labels(drawn.keyboard) == [
        ["🏤 №12 · вул. Мала, 12 · up to 30 kg"],
        ["📦 №20318 · вул. Хрещатик, 22"],
        ["🚪 To an address", "🏙 Another city"],
        ["⬅️ Back"],
    ]
    assert tap_of(drawn.keyboard, "Хрещатик, 22") == "y6:7:w:6"
    assert "Found by “12”. Something else? Type it." in shown(drawn)


def test_cities_of_one_name_are_told_apart() -> None:
    village = CarrierCity(id=4, name="Київ", kind="с.", region="Одеський", area="Одеська")

    drawn = cities(view(), "київ", [KYIV, village], EN, now=NOW, origin=Origin.WINDOW)

    assert labels(drawn.keyboard)[:2] == [
        ["м. Київ, Київська region"],
        ["с. Київ, Одеський district, Одеська region"],
    ]


def test_streets_are_chosen_by_their_ref() -> None:
    drawn = streets(view(), "хрещ", [KHRESHCHATYK], EN, now=NOW, origin=Origin.WINDOW)

    assert tap_of(drawn.keyboard, "Хрещатик") == f"y7:7:w:{KHRESHCHATYK.ref}"


def test_sums_are_offered_once_and_whole() -> None:
    cheap = view({"total": Decimal("870.50")}, cod_amount=Decimal(0))

    cod = ask(cheap, FormField.COD, EN, now=NOW, origin=Origin.WINDOW)
    declared = ask(cheap, FormField.DECLARED_VALUE, EN, now=NOW, origin=Origin.WINDOW)

    assert labels(cod.keyboard) == [["Nothing", "₴870.00"], ["⬅️ Back"]]
    assert labels(declared.keyboard) == [["₴871.00"], ["⬅️ Back"]]
    assert tap_of(declared.keyboard, "871.00") == "y4:de:7:w:871:0"


def test_a_total_in_another_currency_is_no_sum_in_hryvnias() -> None:
    foreign = view({"total": Decimal(40), "currency": "EUR"}, cod_amount=Decimal(0))

    declared = ask(foreign, FormField.DECLARED_VALUE, EN, now=NOW, origin=Origin.WINDOW)

    assert labels(declared.keyboard) == [["⬅️ Back"]]


def test_pieces_are_added_and_taken_away() -> None:
    one = ask(view(), FormField.PARCEL, EN, now=NOW, origin=Origin.WINDOW)
    two = ask(view(seats=(BOX, BOX)), FormField.PARCEL, EN, now=NOW, origin=Origin.WINDOW)

    assert labels(one.keyboard) == [
        ["0.5 kg", "1 kg", "2 kg", "5 kg", "10 kg"],
        ["➕ Piece"],
        ["⬅️ Back"],
    ]
    assert labels(two.keyboard)[1:4] == [
        ["➖ Piece", "➕ Piece"],
        ["1. 0.5 kg · 30 × 20 × 10 cm"],
        ["2. 0.5 kg · 30 × 20 × 10 cm"],
    ]
    assert tap_of(two.keyboard, "2. 0.5 kg · 30 × 20 × 10 cm") == "y3:pc:7:w:2"


@pytest.mark.parametrize("t", [EN, UK], ids=["en", "uk"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_others_wrote_is_shown_as_text(hostile: str, t: Translator) -> None:
    evil = view(
        {"number": hostile, "id": LARGEST_ID},
        recipient_name=hostile,
        phone=hostile,
        told_place=hostile,
        city=CarrierCity(id=1, name=hostile, kind=hostile, area=hostile, region=hostile),
        point=CarrierPoint(
            id=1, kind=PlaceKind.LOCKER, number=hostile, name=hostile, address=hostile
        ),
        is_confirmed=False,
        description=hostile,
        gaps=tuple(WaybillGap),
    )
    door = replace(evil, point=None, door=Door("", hostile, hostile, hostile))
    near = {"now": NOW, "origin": Origin.CARD}

    for each in (evil, door):
        shown(form(each, t, problem="x" * 300, price="y" * 300, **near))  # type: ignore[arg-type]
        shown(being_made(each, t, **near))  # type: ignore[arg-type]
    for field in FormField:
        problem = nothing_found(field, hostile, t)
        shown_text(problem)
        shown(ask(evil, field, t, problem=problem, street=hostile, **near))  # type: ignore[arg-type]
    assert evil.city is not None
    assert evil.point is not None
    shown(cities(evil, hostile, [evil.city] * 8, t, **near))  # type: ignore[arg-type]
    shown(points(evil, hostile, [evil.point] * 8, t, **near))  # type: ignore[arg-type]
    street = Street(ref=KHRESHCHATYK.ref, name=hostile)
    shown(streets(evil, hostile, [street] * 8, t, **near))  # type: ignore[arg-type]
