"""What free words say of a city, and which of the carrier's cities is meant."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.carriers import City
from domain.cities import ToldCity, city_in, is_other, matching, names_another


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Київ", ToldCity("Київ")),
        ("м. Київ", ToldCity("Київ", "м")),
        ("м.Київ", ToldCity("Київ", "м")),
        ("місто Київ", ToldCity("Київ", "м")),
        ("г. Киев", ToldCity("Киев", "м")),
        ("Київ, Київська обл.", ToldCity("Київ", "", "Київська")),
        ("м. Львів (Львівська обл.)", ToldCity("Львів", "м", "Львівська")),
        ("с. Зразкове (Полтавський р-н)", ToldCity("Зразкове", "с", "", "Полтавський")),
        (
            "смт Зразкове, Полтавський район, Полтавська область",
            ToldCity("Зразкове", "с-ще", "Полтавська", "Полтавський"),
        ),
        ("Київська обл., м. Біла Церква", ToldCity("Біла Церква", "м", "Київська")),
        ("Біла Церква Київська область", ToldCity("Біла Церква", "", "Київська")),
        ("обл. Полтавська, с. Зразкове", ToldCity("Зразкове", "с", "Полтавська")),
        ("Україна, Київ, 01001", ToldCity("Київ")),
        ("UA, Київ 01001", ToldCity("Київ")),
        ("Кам'янець-Подільський", ToldCity("Кам'янець-Подільський")),
        ("Самбір", ToldCity("Самбір")),  # not "с. амбір"
        ("Київ, м. Бровари", ToldCity("Бровари", "м")),
        ("Вишневе 12", ToldCity()),
        ("79000", ToldCity()),
        ("", ToldCity()),
    ],
)
def test_city_is_read_out_of_words(text: str, told: ToldCity) -> None:
    assert city_in(text) == told


def city(name: str, area: str, kind: str = "с.", region: str = "") -> City:
    return City(ref=f"{name} {area} {region}", name=name, kind=kind, area=area, region=region)


POLTAVA = city("Зразкове", "Полтавська", region="Полтавський")
LUBNY = city("Зразкове", "Полтавська", region="Лубенський")
LVIV = city("Зразкове", "Львівська")
TOWN = city("Зразкове", "Одеська", "м.")
LONGER = city("Зразкове Перше", "Сумська")
KYIV = city("Київ", "Київська", "м.")
ALL = (POLTAVA, LUBNY, LVIV, TOWN, LONGER, KYIV)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Зразкове", [POLTAVA, LUBNY, LVIV, TOWN]),
        ("с. Зразкове", [POLTAVA, LUBNY, LVIV]),
        ("м. Зразкове", [TOWN]),
        ("Зразкове, Львівська обл.", [LVIV]),
        ("Зразкове, Львовская область", [LVIV]),
        ("зразкове, Полтавська обл.", [POLTAVA, LUBNY]),
        ("с. Зразкове (Лубенський р-н)", [LUBNY]),
        ("Зразкове, Сумська обл.", []),
        ("смт Зразкове, Львівська обл.", [LVIV]),  # what kind it is, nobody knows by heart
        ("Киев", [KYIV]),
        ("Нема", []),
    ],
)
def test_namesakes_are_told_apart_by_what_is_said_of_them(text: str, meant: list[City]) -> None:
    assert matching(city_in(text), ALL) == meant


def test_cities_are_compared_by_their_sound() -> None:
    assert not is_other(ToldCity("Одеса"), ToldCity("Одесса"))
    assert is_other(ToldCity("Полтава"), ToldCity("Зразкове"))
    assert not is_other(ToldCity(), ToldCity("Зразкове"))


@pytest.mark.parametrize(
    ("text", "is_another"),
    [
        ("", False),
        ("м. Київ (Київська обл.)", False),
        ("Киев, Дарницький р-н, 02000, Україна", False),
        ("Київ, Софіївська Борщагівка", True),
        ("с. Софіївка", True),
    ],
)
def test_other_place_is_found_beside_the_city(text: str, is_another: bool) -> None:
    assert names_another(text, "Київ") == is_another


@given(st.text(max_size=400))
def test_nothing_that_is_written_is_too_strange(text: str) -> None:
    told = city_in(text)
    assert told.name in " ".join(text.split())
    matching(told, ALL)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["(", "с.", "обл", " ", "р-н", "я'", "-", ",", "1"]), max_size=6))
def test_longest_text_is_read_in_no_time(pieces: list[str]) -> None:
    text = "".join(pieces) * 2_000
    began = time.process_time()
    city_in(text)
    assert time.process_time() - began < 0.5
