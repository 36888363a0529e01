"""Cities, branches and lockers: kept, found as people type, and read anew; on both engines."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from tortoise.timezone import now

from domain.carriers import City, PlaceKind, Point
from domain.errors import NotFoundError, UnavailableError
from models.carriers import CarrierAccount, CarrierCity, CarrierPoint, WaybillDraft
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KHRESHCHATYK, KYIV, KYIV_1, KYIV_5, POLTAVA, POLTAVA_1
from services import directory
from sync import directory as at_carrier
from sync.carrier_desk import CarrierDesk
from tests.carriers import CARRIER
from tests.factories import Intake, line, make_order

READ = ("AddressGeneral", "getWarehouses")
DAY = timedelta(hours=24, minutes=1)


async def city_named(desk: CarrierDesk, name: str) -> CarrierCity:
    return (await at_carrier.find_cities(desk, name))[0]


async def numbers(desk: CarrierDesk, city: CarrierCity, text: str) -> list[str]:
    """The numbers of what is found, lockers' with an "L" before them."""
    found = await at_carrier.find_points(desk, city.id, text)
    return [f"{'L' * (each.kind is PlaceKind.LOCKER)}{each.number}" for each in found]


async def grow_old(city: CarrierCity, age: timedelta = DAY) -> None:
    """The points of the city were read that long ago."""
    await CarrierCity.filter(id=city.id).update(read_at=now() - age)


# Cities


async def test_cities_found_are_kept_once(desk: CarrierDesk) -> None:
    first = await at_carrier.find_cities(desk, "Київ")
    again = await at_carrier.find_cities(desk, "м. Київ, Київська обл.")

    assert [(each.name, each.kind, each.area, each.ref) for each in first] == [
        ("Київ", "м.", "Київська", KYIV.ref)  # nothing is delivered to Київка
    ]
    assert first == again
    assert await CarrierCity.all().count() == 1


async def test_what_was_said_of_a_city_brings_its_namesake_to_the_top(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    post.add_city("Зразкове", "Одеська", type="село")
    post.add_city("Зразкове", "Львівська", type="місто")

    said = [await at_carrier.find_cities(desk, text) for text in ("Зразкове", "м. Зразкове")]

    assert [[each.area for each in found] for found in said] == [
        ["Полтавська", "Одеська", "Львівська"],
        ["Львівська", "Полтавська", "Одеська"],
    ]


@pytest.mark.parametrize("text", ["", "К", " .", "м.", "01001"])
async def test_nobody_is_asked_for_less_than_two_letters(
    desk: CarrierDesk, post: NovaPoshta, text: str
) -> None:
    assert await at_carrier.find_cities(desk, text) == []
    assert post.calls() == []


async def test_known_cities_are_found_while_the_carrier_is_dead(
    desk: CarrierDesk, dead_desk: CarrierDesk
) -> None:
    for name in ("Полтава", "Львів"):
        await at_carrier.find_cities(desk, name)

    found = await at_carrier.find_cities(dead_desk, "ПОЛ")

    assert [each.name for each in found] == ["Полтава"]
    with pytest.raises(UnavailableError):
        await at_carrier.find_cities(dead_desk, "Одеса")


async def test_answer_of_nothing_does_not_hide_what_is_known(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    await at_carrier.find_cities(desk, "Київ")
    post.answer_empty(call="Address.searchSettlements")

    assert [each.name for each in await at_carrier.find_cities(desk, "Киї")] == ["Київ"]


async def test_what_one_call_told_of_a_city_outlives_another_that_tells_less(db: str) -> None:
    del db
    told = City(ref="r", name="Зразкове", kind="с.", area="Сумська", region="Сумський")
    await directory.keep_cities(CARRIER, [told, City(ref="", name="Ніде")])

    (kept,) = await directory.keep_cities(CARRIER, [City(ref="r", name="Зразкове-2")])

    assert (kept.name, kept.key, kept.kind) == ("Зразкове-2", "зразкове-2", "с.")
    assert (kept.area, kept.region) == ("Сумська", "Сумський")


async def test_without_a_carrier_there_is_nothing_to_search(desk: CarrierDesk, db: str) -> None:
    del db
    await CarrierAccount.all().update(is_active=False)

    with pytest.raises(NotFoundError):
        await at_carrier.find_cities(desk, "Київ")
    assert await at_carrier.refresh(desk) == 0


# Points


async def test_points_are_read_once_in_pages_and_searched_here(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    kyiv = await city_named(desk, "Київ")
    for number in range(1000, 2000):
        post.add_warehouse(KYIV, number, f"вул. Довга, {number}")

    assert await numbers(desk, kyiv, "1500") == ["1500"]
    assert len(post.calls(*READ)) == 3  # pages of 500
    assert await CarrierPoint.filter(city_id=kyiv.id).count() == 1005
    assert await numbers(desk, kyiv, "5") == ["5"]  # 50 is not to be chosen
    assert await numbers(desk, kyiv, "1") == ["1", "112", *(f"{1000 + at}" for at in range(6))]
    assert len(post.calls(*READ)) == 3


async def test_point_is_kept_with_all_its_limits(desk: CarrierDesk, post: NovaPoshta) -> None:
    post.warehouses[KYIV_5].max_cost = 10_000
    kyiv = await city_named(desk, "Київ")

    (point,) = await at_carrier.find_points(desk, kyiv.id, "відд 5")

    assert (point.ref, point.kind, point.is_open) == (KYIV_5, PlaceKind.BRANCH, True)
    assert (point.max_weight_kg, point.max_declared) == (Decimal(30), Decimal(10_000))
    assert (point.max_width_cm, point.max_height_cm, point.max_length_cm) == (70, 70, 120)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", ["12", "L12", "120", "121", "L1201", "7"]),  # and a street's house 12
        ("№12", ["12", "L12", "120", "121", "L1201", "7"]),
        ("відд 12", ["12", "120", "121", "7"]),
        ("поштомат 12", ["L12", "L1201"]),
        ("012", ["12", "L12", "120", "121", "L1201", "7"]),
        ("шевченка", ["7", "8", "L5432"]),
        ("Шевченка 10", ["8"]),  # not 110
        ("вул. шевч", ["7", "8", "L5432"]),
        ("поштомат шевченка", ["L5432"]),
        ("мала 3", ["12"]),
        ("шевченка%", ["7", "8", "L5432"]),
        ("нема такої", []),
        ("відділення", ["7", "8", "9", "12", "120", "121"]),
        ("", ["7", "8", "9", "12", "120", "121", "L12", "L1201"]),
    ],
)
async def test_points_are_found_as_people_type(
    desk: CarrierDesk, post: NovaPoshta, text: str, found: list[str]
) -> None:
    town = post.add_city("Бровари", "Київська")
    for number, address, is_locker in (
        (121, "вул. Мала, 4", False),
        (12, "вул. Мала, 3", False),
        (120, "вул. Мала, 5", False),
        (7, "вул. Шевченка, 12", False),
        (8, "вул. Шевченка, 10", False),
        (9, "вул. Інша, 110", False),
        (1201, "вул. Велика, 6", True),
        (12, "вул. Велика, 7", True),
        (5432, "вул. Шевченка, 110", True),
    ):
        post.add_warehouse(town, number, address, is_locker=is_locker)
    post.add_warehouse(town, 122, "вул. Шевченка, 1", is_denied=True)

    assert await numbers(desk, await city_named(desk, "Бровари"), text) == found


async def test_kind_that_was_chosen_limits_the_search_unless_another_is_typed(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    kyiv = await city_named(desk, "Київ")

    async def search(text: str) -> list[str]:
        kind = PlaceKind.LOCKER
        return [each.number for each in await at_carrier.find_points(desk, kyiv.id, text, kind)]

    assert await search("") == ["20318"]
    assert await search("5") == []
    assert await search("відділення 5") == ["5"]


async def test_several_who_need_a_city_at_once_wait_for_one_reading(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    kyiv = await city_named(desk, "Київ")

    found = await asyncio.gather(*(numbers(desk, kyiv, "112") for _ in range(5)))

    assert found == [["112"]] * 5
    assert len(post.calls(*READ)) == 1


def page(*names: str) -> list[Point]:
    return [
        Point(ref=name, city_ref="c", kind=PlaceKind.BRANCH, number=name[1:], name=name)
        for name in names
    ]


async def test_two_processes_may_store_a_city_at_once(db: str) -> None:
    del db
    (city,) = await directory.keep_cities(CARRIER, [City(ref="c", name="Київ")])
    names = [f"p{number}" for number in range(300)]

    met = await asyncio.gather(
        *(directory.keep_points(city, page(*names[::step])) for step in (1, -1, 1, -1))
    )

    assert await CarrierPoint.filter(city_id=city.id).count() == 300
    assert {len(set(ids)) for ids in met} == {300}


async def test_points_of_a_city_never_read_are_not_known_while_the_carrier_is_dead(
    desk: CarrierDesk, dead_desk: CarrierDesk
) -> None:
    kyiv = await city_named(desk, "Київ")

    with pytest.raises(UnavailableError):
        await at_carrier.find_points(dead_desk, kyiv.id, "5")
    await at_carrier.point_by_ref(desk, KYIV_5)
    assert await numbers(dead_desk, kyiv, "5") == ["5"]
    # As soon as it can be asked, all are read.
    assert await numbers(desk, kyiv, "112") == ["112"]


async def test_reading_of_nothing_at_all_is_tried_again(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    kyiv = await city_named(desk, "Київ")
    post.answer_empty(times=2)

    assert await numbers(desk, kyiv, "5") == []
    assert await numbers(desk, kyiv, "5") == ["5"]


async def test_city_nobody_knows_has_no_points(desk: CarrierDesk) -> None:
    with pytest.raises(NotFoundError):
        await at_carrier.find_points(desk, 999, "1")


async def test_streets_are_asked_for(desk: CarrierDesk, dead_desk: CarrierDesk) -> None:
    kyiv = await city_named(desk, "Київ")

    found = await at_carrier.find_streets(desk, kyiv.id, " Хрещ ")

    assert [(each.ref, each.name) for each in found] == [(KHRESHCHATYK.ref, "вул. Хрещатик")]
    assert await at_carrier.find_streets(dead_desk, kyiv.id, "Х") == []
    with pytest.raises(UnavailableError):
        await at_carrier.find_streets(dead_desk, kyiv.id, "Хрещ")


async def test_point_is_found_by_its_ref_and_its_city_with_it(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    point = await at_carrier.point_by_ref(desk, POLTAVA_1)

    assert point is not None
    assert point.number == "1"
    city = await CarrierCity.get(id=point.city_id)
    assert (city.ref, city.name, city.read_at) == (POLTAVA.ref, "Полтава", None)
    asked = len(post.calls())
    assert await at_carrier.point_by_ref(desk, POLTAVA_1) == point
    assert await at_carrier.city_by_ref(desk, POLTAVA.ref) == city
    assert len(post.calls()) == asked
    assert await at_carrier.point_by_ref(desk, "00000000-0000-0000-0000-000000000000") is None


# Reading anew


async def test_a_day_later_changes_are_followed_and_nothing_is_deleted(
    desk: CarrierDesk, post: NovaPoshta, take_in: Intake
) -> None:
    kyiv = await city_named(desk, "Київ")
    assert await numbers(desk, kyiv, "1") == ["1", "112"]
    one, five = await CarrierPoint.get(ref=KYIV_1), await CarrierPoint.get(ref=KYIV_5)
    order = await make_order(take_in, [line("A")])
    await WaybillDraft.create(order_id=order.id, carrier=CARRIER, city_id=kyiv.id, point_id=one.id)
    post.close_warehouse(KYIV_1)
    post.warehouses[KYIV_5].place_max_weight = 10
    post.add_warehouse(KYIV, 13, "вул. Нова, 13")
    await grow_old(kyiv)

    assert await at_carrier.refresh(desk) == 1

    assert await numbers(desk, kyiv, "1") == ["13", "112"]
    assert (await CarrierPoint.get(id=one.id)).is_open is False
    assert (await CarrierPoint.get(id=five.id)).max_weight_kg == Decimal(10)
    assert (await WaybillDraft.get(order_id=order.id)).point_id == one.id
    post.warehouses[KYIV_1].is_removed = False  # it opens again
    await grow_old(kyiv)
    assert await at_carrier.refresh(desk) == 1
    assert (await CarrierPoint.get(id=one.id)).is_open is True


async def test_only_what_is_old_and_in_use_is_read_anew(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    cities = [await city_named(desk, name) for name in ("Київ", "Львів", "Полтава", "Дніпро")]
    for city in cities:
        await at_carrier.find_points(desk, city.id, "1")
    kyiv, lviv, poltava, dnipro = cities
    await grow_old(kyiv, timedelta(hours=23))
    await grow_old(lviv, timedelta(days=3))
    await grow_old(poltava, timedelta(days=40))
    await grow_old(dnipro)
    await CarrierCity.filter(id=poltava.id).update(used_at=now() - timedelta(days=31))
    asked = len(post.calls(*READ))

    assert await at_carrier.refresh(desk) == 2
    assert await at_carrier.refresh(desk) == 0

    told = [call.properties["CityRef"] for call in post.calls(*READ)[asked:]]
    assert told == [lviv.ref, dnipro.ref]
    # Somebody needs it again.
    await at_carrier.find_points(desk, poltava.id, "1")
    assert await at_carrier.refresh(desk) == 1


async def test_dead_carrier_is_asked_again_later(desk: CarrierDesk, dead_desk: CarrierDesk) -> None:
    kyiv = await city_named(desk, "Київ")
    await at_carrier.find_points(desk, kyiv.id, "1")
    await grow_old(kyiv)

    assert await at_carrier.refresh(dead_desk) == 0
    assert await numbers(dead_desk, kyiv, "5") == ["5"]
    assert await at_carrier.refresh(desk) == 1


async def test_city_that_is_refused_does_not_hold_up_the_others(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    for name, age in (("Київ", DAY), ("Львів", DAY * 2)):
        city = await city_named(desk, name)
        await at_carrier.find_points(desk, city.id, "1")
        await grow_old(city, age)
    post.refuse_with("20000200104", "CityRecipient not selected", call="AddressGeneral")

    assert await at_carrier.refresh(desk) == 1
    assert await at_carrier.refresh(desk) == 0
    assert await CarrierPoint.filter(is_open=True).count() == 6


async def test_city_that_cannot_be_read_does_not_hold_up_the_others(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    for name, age in (("Київ", DAY), ("Львів", DAY * 2)):
        city = await city_named(desk, name)
        await at_carrier.find_points(desk, city.id, "1")
        await grow_old(city, age)
    post.answer_with(502, "<html>Bad Gateway</html>", call="AddressGeneral")

    assert await at_carrier.refresh(desk) == 1
    assert await at_carrier.refresh(desk) == 1


async def test_reading_of_nothing_closes_no_village(desk: CarrierDesk, post: NovaPoshta) -> None:
    lviv = await city_named(desk, "Львів")
    await at_carrier.find_points(desk, lviv.id, "1")
    await grow_old(lviv)
    post.answer_empty(times=2)

    assert await at_carrier.refresh(desk) == 1
    assert await at_carrier.refresh(desk) == 0
    assert await CarrierPoint.filter(city_id=lviv.id, is_open=True).count() == 2


async def test_reading_that_lost_most_of_a_city_closes_nothing(
    desk: CarrierDesk, post: NovaPoshta
) -> None:
    kyiv = await city_named(desk, "Київ")
    added = [post.add_warehouse(KYIV, number, "вул. Довга, 1") for number in range(200, 230)]
    await at_carrier.find_points(desk, kyiv.id, "1")
    for each in added[:20]:
        post.close_warehouse(each.ref)
    await grow_old(kyiv)

    assert await at_carrier.refresh(desk) == 1
    assert await CarrierPoint.filter(city_id=kyiv.id, is_open=True).count() == 34

    post.answer_empty(times=2)
    await grow_old(kyiv)
    assert await at_carrier.refresh(desk) == 1
    assert await CarrierPoint.filter(city_id=kyiv.id, is_open=True).count() == 34
    for each in added[:8]:
        post.warehouses[each.ref].is_removed = False
    await grow_old(kyiv)
    assert await at_carrier.refresh(desk) == 1
    assert await CarrierPoint.filter(city_id=kyiv.id, is_open=True).count() == 22
