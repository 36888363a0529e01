"""Edits of a waybill's form: what staff set, and where the parcel goes."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from domain.carriers import (
    Destination,
    Payer,
    PlaceKind,
    Seat,
)
from domain.errors import (
    NotFoundError,
    TypedError,
    TypedProblem,
    WaybillGap,
)
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint, WaybillDraft
from models.orders import Order
from models.staff import StaffMember
from services import draft_lines, drafts, sales, waybill_forms
from services.waybill_forms import Door
from tests.factories import Intake
from tests.services.sale_stage import (
    D,
    key_of,
)
from tests.services.waybill_stage import begin, form, make_city, make_cod_order, make_point


@pytest.fixture
async def order(take_in: Intake, carrier: CarrierAccount) -> Order:
    return await make_cod_order(take_in)


# --- what staff set stays, the rest follows ------------------------------------------------------


async def test_what_staff_set_stays_and_the_rest_follows(order: Order, seller: StaffMember) -> None:
    await begin(order, seller)
    await waybill_forms.set_cod(order.id, "50 грн", by=seller)
    await waybill_forms.set_recipient(order.id, " Гнат  Петро ", by=seller)

    await drafts.set_delivery_cost(order.id, D(0), by=seller)
    await drafts.set_text(order.id, "customer_name", "Ірина Мала", by=seller)
    await drafts.set_text(order.id, "phone", "+380501112233", by=seller)
    await draft_lines.set_price(order.id, await key_of(order), D(300), by=seller)
    await sales.add_sale(order.id, by=seller)

    view = await form(order, seller)
    assert (view.recipient_name, view.cod_amount) == ("Гнат Петро", D(50))
    assert (view.phone, view.declared_value) == ("+380501112233", D(600))


async def test_each_setter_sets_one_thing(
    order: Order, seller: StaffMember, point: CarrierPoint
) -> None:
    await begin(order, seller)
    revision = (await Order.get(id=order.id)).revision
    small = Seat(weight_kg=D("0.05"), width_cm=1, length_cm=2, height_cm=3)
    seats = (small, Seat(weight_kg=D("29.999"), width_cm=60, length_cm=60, height_cm=60))

    await waybill_forms.set_recipient(order.id, "Іван Петрович Мар’янчук", by=seller)
    await waybill_forms.set_phone(order.id, "050 111-22-33", by=seller)
    await waybill_forms.choose_point(order.id, point.id, by=seller)
    await waybill_forms.set_seats(order.id, seats, by=seller)
    await waybill_forms.set_declared_value(order.id, "1 500", by=seller)
    await waybill_forms.set_cod(order.id, "0", by=seller)
    await waybill_forms.set_description(order.id, "Сукня | «літо»", by=seller)
    await waybill_forms.set_payer(order.id, Payer.SENDER, by=seller)
    await waybill_forms.show_form_at(order.id, -100, 7)

    view = await form(order, seller)
    assert (view.recipient_name, view.phone) == ("Мар'янчук Іван Петрович", "+380501112233")
    assert (view.point, view.city, view.is_confirmed) == (point, await point.city, True)
    assert [seat.weight_kg for seat in view.seats] == [D("0.1"), D("29.999")]  # no less than 100 g
    assert view.seats[0].length_cm == 2
    assert (view.declared_value, view.cod_amount) == (D(1500), D(0))
    assert (view.description, view.payer) == ('Сукня "літо"', Payer.SENDER)
    assert (view.draft.chat_id, view.draft.message_id) == (-100, 7)
    assert view.gaps == ()
    assert (await Order.get(id=order.id)).revision == revision


async def test_what_cannot_be_is_refused_and_changes_nothing(
    order: Order, seller: StaffMember
) -> None:
    await begin(order, seller)
    before = await WaybillDraft.get(order_id=order.id).values()
    seat = Seat(weight_kg=D(1), width_cm=1, length_cm=1, height_cm=1)
    too_heavy = Seat(weight_kg=D(1001), width_cm=1, length_cm=1, height_cm=1)
    flat = Seat(weight_kg=D(1), width_cm=1, length_cm=0, height_cm=1)
    set_text: dict[TypedProblem, list[tuple[Callable[..., Awaitable[None]], Any]]] = {
        TypedProblem.NOT_A_FULL_NAME: [(waybill_forms.set_recipient, "Олена")],
        TypedProblem.NOT_UKRAINIAN_LETTERS: [(waybill_forms.set_recipient, "Koval Olena")],
        TypedProblem.PHONE_TOO_SHORT: [(waybill_forms.set_phone, "067 123")],
        TypedProblem.NOTHING_DECLARED: [(waybill_forms.set_declared_value, "0")],
        TypedProblem.NOT_WHOLE_HRYVNIAS: [
            (waybill_forms.set_declared_value, "10,50"),
            (waybill_forms.set_cod, "10,50"),
        ],
        TypedProblem.TOO_LARGE: [
            (waybill_forms.set_declared_value, "1000001"),
            (waybill_forms.set_cod, "1000001"),
            (waybill_forms.set_seats, []),
            (waybill_forms.set_seats, [seat] * 51),
        ],
        TypedProblem.NOT_A_WEIGHT: [(waybill_forms.set_seats, [seat, too_heavy])],
        TypedProblem.NOT_A_BOX: [(waybill_forms.set_seats, [flat])],
        TypedProblem.TOO_LONG: [
            (waybill_forms.set_description, "я" * 51),
            (waybill_forms.set_recipient, "я" * 121),
        ],
        TypedProblem.EMPTY: [(waybill_forms.set_description, "|©|")],
    }

    for problem, tries in set_text.items():
        for setter, value in tries:
            with pytest.raises(TypedError) as refused:
                await setter(order.id, value, by=seller)
            assert refused.value.problem is problem

    assert await WaybillDraft.get(order_id=order.id).values() == before


# --- where to ------------------------------------------------------------------------------------


async def test_another_city_forgets_the_place_and_the_same_one_does_not(
    order: Order, seller: StaffMember, point: CarrierPoint
) -> None:
    lviv = await make_city("Львів")
    await begin(order, seller, point=point)

    await waybill_forms.choose_city(order.id, point.city_id, by=seller)
    view = await form(order, seller)
    assert (view.point, view.is_confirmed) == (point, True)

    await waybill_forms.choose_city(order.id, lviv.id, by=seller)
    view = await form(order, seller)
    assert (view.city, view.point, view.is_confirmed) == (lviv, None, False)
    assert view.draft.is_sought  # nobody looks for it by the order's words any more
    assert view.gaps == (WaybillGap.PLACE,)


async def test_an_address_takes_the_place_of_a_branch_and_a_branch_that_of_an_address(
    order: Order, seller: StaffMember, point: CarrierPoint
) -> None:
    door = Door("street", "вул. Хрещатик", " 10 ", "4")
    await begin(order, seller, point=point)

    await waybill_forms.choose_door(order.id, door, by=seller)
    view = await form(order, seller)
    assert (view.point, view.door) == (None, Door("street", "вул. Хрещатик", "10", "4"))
    assert (view.city, view.gaps) == (await point.city, ())
    request = waybill_forms.request_of(view, reference="1", ship_on=date(2026, 11, 23))
    assert request.destination == Destination(
        kind=PlaceKind.DOOR,
        city_ref="ref of Київ",
        street_ref="street",
        building="10",
        flat="4",
    )

    await waybill_forms.choose_point(order.id, point.id, by=seller)
    view = await form(order, seller)
    assert (view.point, view.door) == (point, None)


async def test_a_place_that_was_found_waits_for_a_person(
    order: Order, seller: StaffMember, point: CarrierPoint
) -> None:
    await begin(order, seller)
    with pytest.raises(NotFoundError):
        await waybill_forms.confirm_place(order.id, by=seller)
    found = WaybillDraft.filter(order_id=order.id)
    await found.update(city_id=point.city_id, point_id=point.id, is_sought=True)
    assert (await form(order, seller)).gaps == (WaybillGap.CONFIRM,)

    await waybill_forms.confirm_place(order.id, by=seller)

    assert (await form(order, seller)).gaps == ()


async def test_places_that_are_not_there_cannot_be_chosen(
    order: Order, seller: StaffMember, point: CarrierPoint
) -> None:
    await begin(order, seller)
    foreign = await make_point(await CarrierCity.get(id=point.city_id), "13")
    await CarrierPoint.filter(id=foreign.id).update(carrier="other")
    for choice in (
        waybill_forms.choose_city(order.id, 10**6, by=seller),
        waybill_forms.choose_point(order.id, 10**6, by=seller),
        waybill_forms.choose_point(order.id, foreign.id, by=seller),
        waybill_forms.choose_door(order.id, Door("street", "вул.", "1", ""), by=seller),
        waybill_forms.choose_door(order.id, Door("", "", "1", ""), by=seller),
    ):
        with pytest.raises(NotFoundError):
            await choice
    with pytest.raises(TypedError):
        await waybill_forms.choose_door(order.id, Door("street", "вул.", " ", ""), by=seller)

    assert (await form(order, seller)).city is None
