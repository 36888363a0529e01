"""What hinders a waybill, each rule at its edges."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.carriers import PlaceKind, Seat
from domain.errors import WaybillGap
from models.carriers import CarrierAccount, CarrierPoint
from models.staff import StaffMember
from services.waybill_content import Door, FormView, fingerprint, gaps_of, request_of
from services.waybill_told import Told
from tests.factories import Intake
from tests.services.sale_stage import D
from tests.services.waybill_stage import begin, make_cod_order

TOLD = Told(
    name="",
    phone="",
    place="",
    goods=D(0),
    delivery_cost=D(0),
    cod_amount=D(0),
    is_foreign=False,
    is_cod_foreign=False,
    product="",
)
G = WaybillGap


@pytest.fixture
async def view(
    take_in: Intake, carrier: CarrierAccount, point: CarrierPoint, seller: StaffMember
) -> FormView:
    """A form that lacks nothing; 91 are collected of 91 declared."""
    del carrier
    order = await make_cod_order(take_in)
    return await begin(order, seller, point=point)


def gaps(view: FormView, told: Told = TOLD, **changes: Any) -> tuple[WaybillGap, ...]:
    return tuple(gaps_of(replace(view, **changes), told))


def seat(weight: object = 1, *sides: int) -> Seat:
    width, length, height = sides or (10, 20, 30)
    return Seat(weight_kg=D(str(weight)), width_cm=width, length_cm=length, height_cm=height)


def place(kind: PlaceKind = PlaceKind.BRANCH, **values: Any) -> CarrierPoint:
    """One with limits that is not stored."""
    columns: dict[str, Any] = {
        "ref": "1",
        "max_weight_kg": D(20),
        "max_width_cm": 40,
        "max_length_cm": 30,
        "max_height_cm": 60,
        "max_declared": D(10_000),
    }
    return CarrierPoint(carrier="", kind=kind, number="1", **(columns | values))


def locker(**values: Any) -> CarrierPoint:
    return place(PlaceKind.LOCKER, **values)


async def test_each_hindrance_is_found_and_no_other(view: FormView) -> None:
    door = Door("street", "вул. Хрещатик", "10", "")
    landline, abroad = "+380441234567", "+48501234567"
    nobody = CarrierAccount(carrier="novaposhta", cod_kind="control")
    no_kind = view.account.clone(pk=1)
    no_kind.cod_kind = ""
    cases: list[tuple[dict[str, Any], tuple[WaybillGap, ...]]] = [
        ({}, ()),
        ({"account": nobody}, (G.CARRIER,)),
        ({"account": no_kind}, (G.COD_KIND,)),
        ({"account": no_kind, "cod_amount": D(0)}, ()),
        ({"recipient_name": "Олена"}, (G.NAME,)),
        ({"recipient_name": ""}, (G.NAME,)),
        ({"recipient_name": "Koval Olena"}, (G.NAME_NOT_CYRILLIC,)),
        ({"phone": ""}, (G.PHONE,)),
        ({"phone": "0671234567"}, (G.PHONE,)),
        ({"phone": abroad}, (G.PHONE,)),
        ({"phone": landline}, ()),
        ({"phone": landline, "point": locker()}, (G.PHONE_NOT_MOBILE,)),
        ({"phone": abroad, "point": locker()}, (G.PHONE,)),
        ({"city": None, "point": None}, (G.CITY,)),
        ({"point": None}, (G.PLACE,)),
        ({"point": None, "door": door}, ()),
        ({"point": None, "door": replace(door, building="")}, (G.PLACE,)),
        ({"point": place(is_open=False)}, (G.PLACE,)),
        ({"is_confirmed": False}, (G.CONFIRM,)),
        ({"is_confirmed": False, "point": None}, (G.PLACE,)),
        ({"seats": ()}, (G.SEATS,)),
        ({"seats": (seat(), seat())}, ()),
        ({"seats": (seat(), seat()), "point": locker()}, (G.SEATS,)),
        ({"seats": (seat(1000, 300, 300, 300),)}, ()),
        ({"seats": (seat("1000.001"),)}, (G.WEIGHT,)),
        ({"seats": (seat(0),)}, (G.WEIGHT,)),
        ({"seats": (seat(20, 60, 40, 30),), "point": locker()}, ()),  # turned, it fits
        ({"seats": (seat("20.001"),), "point": locker()}, (G.WEIGHT,)),
        ({"seats": (seat(), seat(21)), "point": place()}, (G.WEIGHT,)),
        ({"seats": (seat(1, 10, 31, 41),), "point": locker()}, ()),
        ({"seats": (seat(1, 10, 10, 61),), "point": locker()}, (G.SIZE,)),
        ({"seats": (seat(1, 31, 31, 41),), "point": locker()}, (G.SIZE,)),
        ({"seats": (seat(1, 31, 31, 31),), "point": locker()}, (G.SIZE,)),
        ({"seats": (seat(1, 31, 31, 31),), "point": place(max_length_cm=0)}, ()),
        ({"seats": (seat(1, 0, 31, 31),)}, (G.SIZE,)),
        ({"seats": (seat(1, 10, 10, 301),)}, (G.SIZE,)),
        ({"seats": (seat(1, 10, 10, 301),), "point": place(max_height_cm=600)}, ()),
        ({"declared_value": D(0), "cod_amount": D(0)}, (G.DECLARED_VALUE,)),
        ({"declared_value": D(10_000), "point": locker()}, ()),
        ({"declared_value": D(10_001), "point": locker()}, (G.DECLARED_VALUE,)),
        ({"declared_value": D(10_001), "point": locker(max_declared=None)}, ()),
        ({"declared_value": D(1_000_001)}, (G.DECLARED_VALUE,)),
        ({"declared_value": D(90)}, (G.COD_AMOUNT,)),
        ({"description": ""}, (G.DESCRIPTION,)),
    ]

    for changes, expected in cases:
        assert gaps(view, **changes) == expected, changes


async def test_hindrances_come_in_the_order_in_which_a_person_mends_them(view: FormView) -> None:
    told = replace(TOLD, is_cod_foreign=True)
    nobody = CarrierAccount(carrier="novaposhta")

    found = gaps(
        view,
        told,
        account=nobody,
        recipient_name="",
        phone="",
        point=locker(),
        is_confirmed=False,
        seats=(seat(21, 70, 1, 1), seat()),
        declared_value=D(0),
        description="",
    )

    expected = [
        *(G.CARRIER, G.NAME, G.PHONE, G.CONFIRM, G.SEATS, G.WEIGHT, G.SIZE, G.DECLARED_VALUE),
        *(G.COD_CURRENCY, G.COD_AMOUNT, G.COD_KIND, G.DESCRIPTION),
    ]
    assert list(found) == expected == sorted(expected, key=list(WaybillGap).index)


async def test_only_what_changes_price_or_day_changes_the_fingerprint(view: FormView) -> None:
    account = view.account.clone(pk=1)
    account.place_ref = "another"
    door = Door("street", "", "1", "")
    same: list[dict[str, Any]] = [
        {"recipient_name": "Гнат Петро"},
        {"phone": "+380501112233"},
        {"description": "Сукня"},
        {"is_confirmed": False},
        {"declared_value": D("91.00")},
    ]
    other: list[dict[str, Any]] = [
        {"account": account},
        {"point": locker()},
        {"point": None, "door": door},
        {"point": None, "door": replace(door, street_ref="other")},
        {"city": None},
        {"seats": (seat(),)},
        {"seats": (seat(), seat())},
        {"seats": (seat(1, 11, 20, 30),)},
        {"declared_value": D(92)},
        {"cod_amount": D(0)},
    ]

    usual = fingerprint(view)
    assert {fingerprint(replace(view, **changes)) for changes in same} == {usual}
    found = [fingerprint(replace(view, **changes)) for changes in other]
    assert len({usual, *found}) == len(found) + 1
    assert all(len(each) == 16 for each in found)


async def test_a_request_to_a_locker_names_it(view: FormView) -> None:
    to_locker = replace(view, point=locker(ref="a locker"))

    destination = request_of(to_locker, reference="1", ship_on=date(2026, 11, 23)).destination

    assert (destination.kind, destination.place_ref) == (PlaceKind.LOCKER, "a locker")
