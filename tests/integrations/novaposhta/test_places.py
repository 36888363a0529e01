"""Cities, branches, lockers and streets, as the samples and the simulated directory have them."""

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest

from domain.carriers import City, PlaceKind, Point
from integrations.carriers import Carrier
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import (
    KHRESHCHATYK,
    KYIV,
    KYIV_1,
    KYIV_5,
    KYIV_50,
    LVIV,
    LVIV_LOCKER,
)

Keys = Mapping[str, str]


async def all_points(carrier: Carrier, keys: Keys, city_ref: str) -> list[Point]:
    return [point async for page in carrier.points(keys, city_ref) for point in page]


async def test_a_city_is_found_by_the_ref_that_other_calls_want(
    carrier: Carrier, keys: Keys
) -> None:
    found = await carrier.find_cities(keys, "київ")

    assert found[0] == City(ref=KYIV.ref, name="Київ", kind="м.", area="Київська")
    assert KYIV.settlement_ref not in {city.ref for city in found}
    assert "Київка" not in {city.name for city in found}  # nothing is delivered there


@pytest.mark.parametrize("is_list", [True, False])
async def test_nothing_found_is_no_error(
    post: NovaPoshta, carrier: Carrier, keys: Keys, is_list: bool
) -> None:
    post.empty_search_is_list = is_list

    assert await carrier.find_cities(keys, "ззззз") == []


async def test_a_city_is_known_by_its_ref(carrier: Carrier, keys: Keys) -> None:
    assert await carrier.city(keys, LVIV.ref) == City(
        ref=LVIV.ref, name="Львів", kind="м.", area="Львівська"
    )
    assert await carrier.city(keys, "0" * 8 + "-0000-0000-0000-" + "0" * 12) is None


async def test_branches_have_their_limits(carrier: Carrier, keys: Keys) -> None:
    points = {point.ref: point for point in await all_points(carrier, keys, KYIV.ref)}

    cargo, five = points[KYIV_1], points[KYIV_5]
    assert (cargo.kind, cargo.number, cargo.max_weight_kg) == (PlaceKind.BRANCH, "1", Decimal(1100))
    assert (cargo.max_width_cm, cargo.max_height_cm, cargo.max_length_cm) == (170, 220, 600)
    assert cargo.address == "вул. Пирогівський шлях, 135"
    assert (five.max_weight_kg, five.max_declared, five.is_open) == (Decimal(30), None, True)
    assert not points[KYIV_50].is_open


async def test_a_locker_is_one(carrier: Carrier, keys: Keys) -> None:
    locker = await carrier.point(keys, LVIV_LOCKER)

    assert locker is not None
    assert (locker.kind, locker.number, locker.city_ref) == (PlaceKind.LOCKER, "40001", LVIV.ref)
    assert locker.max_weight_kg == Decimal(20)


async def test_a_city_of_many_branches_is_read_to_its_end(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    city = post.add_city("Велике", "Київська")
    for number in range(1, 1001):
        post.add_warehouse(city, number, f"вул. Довга, {number}")

    points = await all_points(carrier, keys, city.ref)

    assert sorted(int(point.number) for point in points) == list(range(1, 1001))
    pages = [call.properties["Page"] for call in post.calls("AddressGeneral", "getWarehouses")]
    assert pages == ["1", "2"]  # it says how many there are


async def test_a_later_page_that_tells_nothing_is_asked_for_again(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    city = post.add_city("Велике", "Київська")
    for number in range(1, 701):
        post.add_warehouse(city, number, f"вул. Довга, {number}")
    points: list[Point] = []

    async for page in carrier.points(keys, city.ref):
        points += page
        if len(points) == 500:
            post.answer_empty()

    assert len(points) == 700


@pytest.mark.parametrize("times", [1, 2])
async def test_nothing_told_once_is_asked_again(
    post: NovaPoshta, carrier: Carrier, keys: Keys, times: int
) -> None:
    post.answer_empty(times)

    point = await carrier.point(keys, KYIV_5)

    assert (point is not None) == (times == 1)


async def test_one_odd_row_costs_no_others(post: NovaPoshta, carrier: Carrier, keys: Keys) -> None:
    body = (
        '{"success": true, "data": [{"Ref": {"odd": 1}}, {"Ref": null}, "row", {"Ref": "r", '
        '"CityRef": "c", "Number": 7, "Description": "Відділення №7: вул. А", '
        '"PlaceMaxWeightAllowed": "n/a", "ReceivingLimitationsOnDimensions": []}], "info": []}'
    )
    post.answer_with(200, body, content_type="application/json")

    (point,) = await all_points(carrier, keys, "c")

    assert (point.number, point.max_weight_kg, point.max_width_cm) == ("7", None, 0)


async def test_what_makes_no_sense_of_a_place_is_left_out(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    sizes = {"Width": 1e12, "Length": -5, "Height": "30.5"}
    row = {"Ref": "r", "CityRef": "c", "Number": "7", "Description": "Відділення №7: вул. А"}
    odd = {"TypeOfWarehouse": [], "ReceivingLimitationsOnDimensions": sizes}
    hit = {"DeliveryCity": "c", "MainDescription": "Дивне", "SettlementTypeCode": {}}
    city = {"Ref": "c", "Description": "Дивне", "AreaDescription": ["?"]}
    for data in ([row | odd], [{"Addresses": [hit]}], [city]):
        body = json.dumps({"success": True, "data": data, "info": []})
        post.answer_with(200, body, content_type="application/json")

    (point,) = await all_points(carrier, keys, "c")

    assert point.kind is PlaceKind.BRANCH
    assert (point.max_width_cm, point.max_length_cm, point.max_height_cm) == (0, 0, 30)
    assert await carrier.find_cities(keys, "Дивне") == [City(ref="c", name="Дивне")]
    assert await carrier.city(keys, "c") == City(ref="c", name="Дивне")


async def test_streets_have_the_refs_that_addresses_take(carrier: Carrier, keys: Keys) -> None:
    (street,) = await carrier.find_streets(keys, KYIV.ref, "Хрещ")

    assert (street.ref, street.name) == (KHRESHCHATYK.ref, "вул. Хрещатик")


async def test_a_page_that_comes_again_is_the_last(
    post: NovaPoshta, carrier: Carrier, keys: Keys
) -> None:
    rows = [
        {"Ref": f"r{at}", "CityRef": "c", "Number": str(at), "Description": f"Відділення №{at}: А"}
        for at in range(500)
    ]
    body = json.dumps({"success": True, "data": rows, "info": []})
    post.answer_with(200, body, times=None, content_type="application/json")

    assert len(await all_points(carrier, keys, "c")) == 500
    assert len(post.requests) == 2
