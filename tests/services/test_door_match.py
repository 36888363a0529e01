"""The door that an order means, looked for at the simulated Nova Poshta; on both engines."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from models.carriers import WaybillDraft
from models.orders import Order
from models.staff import StaffMember
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KHRESHCHATYK, KYIV, KYIV_1, LVIV
from services import place_match, waybill_forms
from services.place_match import FoundPlace
from services.waybill_content import Door
from sync import directory as at_carrier
from sync import place_match as at_place_match
from sync.carrier_desk import CarrierDesk
from sync.waybill_forms import prepare
from tests.factories import Intake, incoming, line
from tests.services.place_stage import Form

NOTHING = Door("", "", "", "")
SAID = ("Київ", "вул. Хрещатик, 10, кв. 4")
KHRESHCHATYK_10 = Door(KHRESHCHATYK.ref, "вул. Хрещатик", "10", "4")


@pytest.fixture
def post(post: NovaPoshta) -> NovaPoshta:
    """Lviv has streets of like names."""
    post.add_street(LVIV, "Шевченка")
    post.add_street(LVIV, "Шевченка", kind="просп.")
    post.add_street(LVIV, "Шевченківська")
    post.add_street(LVIV, "Стрийське", kind="шосе")
    return post


async def door_of(desk: CarrierDesk, order: Order, form: Form) -> tuple[str, Door]:
    """City and door; it is sought now. No door is ever certain, and none has a branch besides."""
    city, point, is_certain = await form.found(desk, order)
    assert (point, is_certain) == ("", False)
    draft = await WaybillDraft.get(order_id=order.id)
    return city, Door(draft.street_ref, draft.street_name, draft.building, draft.flat)


@pytest.mark.parametrize(
    ("city", "address", "method", "found"),
    [
        ("Львів", "вул. Шевченка, 40, кв. 96, 79000", "", ("вул. Шевченка", "40", "96")),
        ("Львів", "пр-т Шевченка, буд. 4-А", "Нова Пошта", ("просп. Шевченка", "4-А", "")),
        ("м. Львів", "Стрийське шосе, 12/3", "Кур'єр Нової Пошти", ("шосе Стрийське", "12/3", "")),
        ("Київ", "м. Київ, вул. Хрещатик 10 кв 4", "Нова Пошта", ("вул. Хрещатик", "10", "4")),
        ("", "м. Київ, вул. Хрещатик 10", "Адресна доставка", ("вул. Хрещатик", "10", "")),
        ("Киев", "ул. Хрещатик, д. 10", "Новая почта", ("вул. Хрещатик", "10", "")),
        # Not exactly this street.
        ("Львів", "бульв. Шевченка, 40", "Нова Пошта", ()),
        ("Львів", "вул. Тараса Шевченка, 40", "Нова Пошта", ()),
        ("Львів", "вул. Хрещатик, 10", "Нова Пошта", ()),
        # Not clear.
        ("Львів", "Шевченка, 40", "Кур'єр Нової Пошти", ()),
        ("Львів", "вул. Шевченка", "Кур'єр Нової Пошти", ()),
        ("Київ, Софіївка", "вул. Хрещатик, 10", "Кур'єр Нової Пошти", ()),
        ("Київ", "Софіївка, вул. Хрещатик, 10", "Кур'єр Нової Пошти", ()),
        # To a branch, though an address is there as well: a shop's site demands one.
        ("Київ", "вул. Хрещатик, 10", "Нова Пошта (відділення)", ()),
        ("Київ", "вул. Хрещатик, 10", "Нова Пошта (відділення або поштомат)", ()),
        ("Київ, НП 77", "вул. Хрещатик, 10", "Нова Пошта", ()),
        ("Київ", "вул. Хрещатик, 10, НП 77", "Нова Пошта", ()),
    ],
)
async def test_words_are_matched_to_exactly_one_street_to_be_confirmed(
    desk: CarrierDesk, form: Form, city: str, address: str, method: str, found: tuple[str, ...]
) -> None:
    order = await form.begin(city, address, method)

    in_city, door = await door_of(desk, order, form)

    assert in_city == ("Львів" if "Львів" in city else "Київ")
    assert (door.street_name, door.building, door.flat) == (found or ("", "", ""))


async def test_courier_of_the_platform_is_found_by_its_city_and_words(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    order = await form.begin("м. Київ", SAID[1], "Кур'єр Нової Пошти", city_ref=KYIV.ref)
    assert await door_of(desk, order, form) == ("Київ", KHRESHCHATYK_10)
    asked = len(post.calls())

    assert await door_of(desk, order, form) == ("Київ", KHRESHCHATYK_10)
    assert len(post.calls()) == asked  # once is enough
    assert len(post.calls("Address", "getStreet")) == 1


async def test_branch_that_closed_leads_to_no_door(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    post.close_warehouse(KYIV_1)
    order = await form.begin(*SAID, branch_ref=KYIV_1)

    assert await door_of(desk, order, form) == ("Київ", NOTHING)


async def test_two_streets_of_one_name_are_not_told_apart(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    post.add_street(KYIV, "Хрещатик")
    order = await form.begin(*SAID)

    assert await door_of(desk, order, form) == ("Київ", NOTHING)


async def test_street_among_more_than_the_carrier_tells_of_is_not_told_apart(
    desk: CarrierDesk, post: NovaPoshta, form: Form
) -> None:
    for number in range(1, at_carrier.FOUND_AT_MOST):
        post.add_street(KYIV, f"Хрещатик-{number}")
    order = await form.begin(*SAID)

    assert await door_of(desk, order, form) == ("Київ", NOTHING)


# When the carrier cannot be asked


@pytest.mark.parametrize("trouble", ["broken", "slow", "refused", "empty"])
async def test_carrier_that_tells_of_no_street_leaves_the_city_and_is_asked_once(
    desk: CarrierDesk,
    post: NovaPoshta,
    form: Form,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    monkeypatch.setattr(at_place_match, "_STREET_S", 0.3 if trouble == "slow" else 3.0)
    order = await form.begin(*SAID)
    begin: dict[str, Callable[..., None]] = {
        "broken": partial(post.answer_with, 502, ""),
        "slow": partial(post.answer_late, 60.0),
        "refused": partial(post.refuse_with, "20000900746", "No"),
        "empty": post.answer_empty,
    }
    begin[trouble](times=None, call="Address.getStreet")

    async with asyncio.timeout(4.0):  # the client itself is more patient
        assert await door_of(desk, order, form) == ("Київ", NOTHING)
    asked = len(post.calls())

    assert await door_of(desk, order, form) == ("Київ", NOTHING)
    assert len(post.calls()) == asked


# When staff or the customer say something else


async def test_door_that_staff_chose_stays(
    desk: CarrierDesk, form: Form, seller: StaffMember
) -> None:
    order = await form.begin(*SAID)
    await form.found(desk, order)
    other = replace(KHRESHCHATYK_10, building="22", flat="")
    await waybill_forms.choose_door(order.id, other, by=seller)
    found = FoundPlace(1, door=KHRESHCHATYK_10)
    asked = place_match.WantedPlace(
        carrier="novaposhta", branch_ref="", city_ref="", method="", city=SAID[0], address=SAID[1]
    )

    assert not await place_match.keep(order.id, asked, found)
    await prepare(desk, order.id, by=seller)

    draft = await WaybillDraft.get(order_id=order.id)
    assert (draft.building, draft.flat, draft.is_confirmed) == ("22", "", True)


async def test_words_that_change_are_sought_anew(
    desk: CarrierDesk, form: Form, take_in: Intake, seller: StaffMember
) -> None:
    order = await form.begin(*SAID)
    await form.found(desk, order)
    await waybill_forms.confirm_place(order.id, by=seller)
    assert (await WaybillDraft.get(order_id=order.id)).is_confirmed

    said: dict[str, Any] = {"delivery_method": "Нова Пошта", "delivery_city": SAID[0]}
    await take_in(incoming("1", line("A"), delivery_address="вул. Хрещатик, 22", **said))
    assert await door_of(desk, order, form) == (
        "Київ",
        replace(KHRESHCHATYK_10, building="22", flat=""),
    )

    await form.type(order, "delivery_address", "Відділення №1")
    assert await form.found(desk, order) == ("Київ", "1", False)
    assert (await WaybillDraft.get(order_id=order.id)).street_ref == ""
