"""A waybill's form: what it begins with, what it follows, and what is sent of it."""

from datetime import date

import pytest

from domain.carriers import (
    CodKind,
    Destination,
    Payer,
    PersonName,
    PlaceKind,
    Quote,
    Seat,
)
from domain.errors import (
    WaybillGap,
    WaybillGapError,
)
from domain.rights import Role
from domain.sums import Discount
from models.carriers import CarrierAccount, CarrierPoint, WaybillDraft
from models.orders import Order
from models.sales import Sale
from models.staff import StaffMember
from services import draft_lines, drafts, money, sales, waybill_forms
from tests.factories import Intake, incoming, line, make_staff, stock_up, the_order
from tests.services.sale_stage import (
    CARD,
    COD,
    D,
    account,
    key_of,
    sale_of,
    take_order,
)
from tests.services.waybill_stage import TOLD, begin, form, make_cod_order


@pytest.fixture
async def order(take_in: Intake, carrier: CarrierAccount) -> Order:
    return await make_cod_order(take_in)


async def sold(order: Order, by: StaffMember) -> Sale:
    await drafts.open_window(order.id, by=by)
    return await sales.add_sale(order.id, by=by)


# --- what it begins with -------------------------------------------------------------------------


async def test_a_form_begins_with_what_the_window_and_the_account_say(
    order: Order, seller: StaffMember
) -> None:
    view = await begin(order, seller)

    assert (view.recipient_name, view.phone) == ("Коваль Олена", "+380671234567")
    assert view.told_place == "Київ, Відділення №12"
    assert (view.cod_amount, view.cod_due) == (D(91), D(91))  # nobody collects kopiykas
    assert view.declared_value == D(91)  # the goods are 20, but no less than is collected
    assert view.seats == (Seat(weight_kg=D("0.5"), width_cm=20, length_cm=30, height_cm=10),)
    assert (view.description, view.payer) == ("Аксесуари", Payer.RECIPIENT)
    assert (view.city, view.point, view.door, view.quote, view.sale) == (None,) * 5
    assert view.gaps == (WaybillGap.CITY,)


async def test_a_form_of_a_sale_collects_what_is_still_to_come(
    order: Order, seller: StaffMember
) -> None:
    owner = await make_staff("Марія", 5009, Role.OWNER)
    sale = await sold(order, seller)
    await money.settle(
        sale.id, (await account(CARD)).id, by=owner, expected=D("90.30"), amount=D(40)
    )

    await waybill_forms.open_form(order.id, by=seller)

    view = await form(order, seller)
    assert view.sale is not None
    assert (view.recipient_name, view.phone) == ("Коваль Олена", "+380671234567")
    assert (view.cod_amount, view.declared_value) == (D(51), D(51))
    assert (view.told_place, view.description) == ("Київ, Відділення №12", "Аксесуари")


async def test_what_is_paid_or_owed_otherwise_is_not_collected(
    order: Order, seller: StaffMember
) -> None:
    await begin(order, seller)
    await drafts.choose_account(order.id, (await account(CARD)).id, by=seller)

    view = await form(order, seller)

    assert (view.cod_amount, view.declared_value) == (D(0), D(20))


async def test_of_a_split_sum_only_the_part_on_delivery_is_collected(
    order: Order, seller: StaffMember
) -> None:
    card, cod = await account(CARD), await account(COD)
    await begin(order, seller)

    await drafts.split(order.id, card.id, D("20.30"), by=seller)
    assert (await form(order, seller)).cod_amount == D(70)

    await drafts.choose_account(order.id, card.id, by=seller)
    await drafts.split(order.id, cod.id, D("30.01"), by=seller)
    assert (await form(order, seller)).cod_amount == D(31)


async def test_goods_for_nothing_are_declared_at_one_hryvnia(
    order: Order, seller: StaffMember
) -> None:
    await begin(order, seller)
    await drafts.set_discount(order.id, Discount(D(100), is_percent=True), by=seller)
    await drafts.set_delivery_cost(order.id, D(0), by=seller)

    view = await form(order, seller)

    assert (view.cod_amount, view.declared_value) == (D(0), D(1))


async def test_sums_in_another_currency_say_nothing_in_hryvnias(
    take_in: Intake, carrier: CarrierAccount, point: CarrierPoint, seller: StaffMember
) -> None:
    order = await take_order(take_in, **(TOLD | {"currency": "EUR"}))

    view = await begin(order, seller, point=point)

    assert (view.cod_amount, view.cod_due, view.declared_value) == (D(0), None, D(0))
    assert view.gaps == (WaybillGap.DECLARED_VALUE, WaybillGap.COD_CURRENCY)
    await waybill_forms.set_cod(order.id, "900", by=seller)
    view = await form(order, seller)
    assert (view.cod_amount, view.declared_value, view.gaps) == (D(900), D(900), ())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, ("Коваль Олена", "+380671234567")),
        (
            {"recipient_name": "Петро Гнат", "recipient_phone": "+380501112233"},
            ("Гнат Петро", "+380501112233"),
        ),
        ({"recipient_name": "Петро Іванович Гнат"}, ("Гнат Петро Іванович", "+380671234567")),
        ({"recipient_phone": "+380501112233"}, ("Коваль Олена", "+380501112233")),
        ({"customer_name": "Олена"}, ("Олена", "+380671234567")),
    ],
)
async def test_the_parcel_goes_to_whom_the_shop_names(
    take_in: Intake,
    carrier: CarrierAccount,
    seller: StaffMember,
    told: dict[str, str],
    expected: tuple[str, str],
) -> None:
    order = await take_order(take_in, **(TOLD | told))

    view = await begin(order, seller)
    assert (view.recipient_name, view.phone) == expected

    await sales.add_sale(order.id, by=seller, accept_shortage=True)
    view = await form(order, seller)
    assert (view.recipient_name, view.phone) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Петро Гнат", "Петро Гнат"),  # who types a name begins with the surname
        ("Олена Ковальова", "Ковальова Олена"),  # a correction of what the shop says
        ("Ольга Коваль", "Коваль Ольга"),
        ("Коваль Олена", "Коваль Олена"),
    ],
)
async def test_a_customer_whom_staff_changed_gets_the_parcel(
    take_in: Intake, carrier: CarrierAccount, seller: StaffMember, typed: str, expected: str
) -> None:
    order = await take_order(take_in, **(TOLD | {"recipient_name": "Іван Гнат"}))
    await begin(order, seller)

    await drafts.set_text(order.id, "customer_name", typed, by=seller)

    assert (await form(order, seller)).recipient_name == expected
    await sales.add_sale(order.id, by=seller, accept_shortage=True)
    assert (await form(order, seller)).recipient_name == expected


async def test_without_usual_words_the_first_product_says_what_is_inside(
    take_in: Intake, carrier: CarrierAccount, seller: StaffMember
) -> None:
    await CarrierAccount.filter(id=carrier.id).update(description="")
    name = "Чохол «Синій» для телефону | iPhone 15 Pro Max, силікон"
    await take_in(incoming("1", line("A", 2), line("B", 1)))
    order = await the_order()
    await order.fetch_related("lines")
    for each, said in zip(order.lines, (name, "Скло"), strict=True):
        each.name = said
        await each.save()
    await begin(order, seller)

    assert (await form(order, seller)).description == 'Чохол "Синій" для телефону iPhone 15 Pro Max'

    await draft_lines.set_quantity(order.id, await key_of(order, name), D(0), by=seller)
    assert (await form(order, seller)).description == "Скло"
    await sales.add_sale(order.id, by=seller, accept_shortage=True)
    assert (await form(order, seller)).description == "Скло"


async def test_what_came_back_of_a_sale_is_declared_no_more(
    take_in: Intake, carrier: CarrierAccount, seller: StaffMember
) -> None:
    await stock_up({"A": 5, "B": 5})
    sale = await sale_of(take_in, seller)  # goods for 40, 10 off
    order = await the_order()
    await waybill_forms.open_form(order.id, by=seller)
    assert (await form(order, seller)).declared_value == D(30)

    await Sale.filter(id=sale.id).update(returned=D(12))

    assert (await form(order, seller)).declared_value == D(18)


# --- what is sent --------------------------------------------------------------------------------


async def test_a_request_holds_what_the_form_shows(
    order: Order, seller: StaffMember, point: CarrierPoint, carrier: CarrierAccount
) -> None:
    view = await begin(order, seller, point=point)

    request = waybill_forms.request_of(view, reference="K-1", ship_on=date(2026, 11, 23))

    assert (request.reference, request.ship_on) == ("K-1", date(2026, 11, 23))
    assert request.recipient == PersonName(first="Олена", last="Коваль")
    assert (request.phone, request.seats) == ("+380671234567", view.seats)
    assert (request.declared_value, request.cod_amount) == (D(91), D(91))
    assert (request.cod_kind, request.payer) == (CodKind.CONTROL, Payer.RECIPIENT)
    assert request.destination == Destination(
        kind=PlaceKind.BRANCH, city_ref="ref of Київ", place_ref=point.ref
    )
    origin = request.origin
    assert (origin.sender_ref, origin.contact_ref) == (carrier.sender_ref, carrier.contact_ref)
    assert (origin.phone, origin.city_ref) == (carrier.phone, carrier.city_ref)
    assert (origin.place_ref, origin.from_door) == (carrier.place_ref, False)


async def test_nothing_is_sent_while_something_is_missing(
    order: Order, seller: StaffMember, point: CarrierPoint
) -> None:
    await begin(order, seller, point=point)
    await waybill_forms.set_declared_value(order.id, "5", by=seller)
    await WaybillDraft.filter(order_id=order.id).update(is_confirmed=False)
    view = await form(order, seller)
    assert view.gaps == (WaybillGap.CONFIRM, WaybillGap.COD_AMOUNT)

    for is_quote, first in ((False, WaybillGap.CONFIRM), (True, WaybillGap.COD_AMOUNT)):
        with pytest.raises(WaybillGapError) as refused:
            waybill_forms.request_of(
                view, reference="1", ship_on=date(2026, 11, 23), is_quote=is_quote
            )
        assert refused.value.gap is first


async def test_a_price_is_shown_for_what_it_was_asked_for(
    order: Order, seller: StaffMember, point: CarrierPoint
) -> None:
    view = await begin(order, seller, point=point)
    quote = Quote(cost=D("97.50"), cod_cost=D(22), arrives_on=date(2026, 11, 25))
    await waybill_forms.keep_quote(order.id, waybill_forms.fingerprint(view), quote)
    assert (await form(order, seller)).quote == quote

    await waybill_forms.set_recipient(order.id, "Гнат Петро", by=seller)
    assert (await form(order, seller)).quote == quote

    await waybill_forms.set_cod(order.id, "10", by=seller)
    assert (await form(order, seller)).quote is None
    await waybill_forms.set_cod(order.id, "91", by=seller)
    assert (await form(order, seller)).quote == quote
