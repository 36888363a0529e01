"""What free words say of a branch, a locker or a door."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.carriers import PlaceKind
from domain.places import (
    LONGEST_TEXT,
    ToldPlace,
    ToldPoint,
    before_place,
    is_elsewhere,
    is_to_door,
    place_in,
    point_in,
)

BRANCH, LOCKER, DOOR = PlaceKind.BRANCH, PlaceKind.LOCKER, PlaceKind.DOOR

PLACES = [
    ("Відділення №12", BRANCH, "12"),
    ("Відділення № 12", BRANCH, "12"),
    ("Відділення 12", BRANCH, "12"),
    ("відділення: 12", BRANCH, "12"),
    ("Відділення №012", BRANCH, "12"),
    ("вiддiлення 12", BRANCH, "12"),  # with Latin letters
    ("Отделение 12", BRANCH, "12"),
    ("Отделение № 12 Новой Почты", BRANCH, "12"),
    ("отд.12", BRANCH, "12"),
    ("відд. 12", BRANCH, "12"),
    ("відд12", BRANCH, "12"),
    ("від. №12", BRANCH, "12"),
    ("від-ня 12", BRANCH, "12"),
    ("12 відділення", BRANCH, "12"),
    ("12-е отделение", BRANCH, "12"),
    ("НП, відділення 7", BRANCH, "7"),
    ("Нова Пошта відділення номер 7", BRANCH, "7"),
    ("Відділення Нової Пошти №7", BRANCH, "7"),
    ("Post office 12", BRANCH, "12"),
    ("Branch #12", BRANCH, "12"),
    ("Nova Poshta, branch No. 12", BRANCH, "12"),
    ("склад №7", BRANCH, "7"),
    ("Пункт приймання-видачі №3", BRANCH, "3"),
    ("Пункт приймання-видачі (до 30 кг) №3: вул. Зразкова, 1", BRANCH, "3"),
    ("Пункт приема-выдачи 3", BRANCH, "3"),
    ("Поштове відділення №1 (до 30 кг): вул. Зразкова, 7", BRANCH, "1"),
    ("Відділення №5 (до 30 кг на одне місце): вул. Зразкова, 5", BRANCH, "5"),
    ("Відділення до 30 кг №7", BRANCH, "7"),
    ("Поштове відділення (30 кг) 7", BRANCH, "7"),
    ("01001, Відділення №12: вул. Нова, 1", BRANCH, "12"),
    ("Відділення №5, 79000", BRANCH, "5"),
    ("вул. Нова 5, відділення 12", BRANCH, "12"),
    ("м. Київ, Відділення №112 (вул. Мала, 12)", BRANCH, "112"),
    ("Поштомат №5432", LOCKER, "5432"),
    ("поштомат 40001", LOCKER, "40001"),
    ("Почтомат 5432", LOCKER, "5432"),
    ('Поштомат "Нова Пошта" №40001: вул. Зразкова, 12', LOCKER, "40001"),
    ("Поштомат №26137: вул. Мала, 3 (біля відділення №12)", LOCKER, "26137"),
    ("вул. Хрещатик, 22, Поштомат №20318", LOCKER, "20318"),
    ("parcel locker 5432", LOCKER, "5432"),
    ("№12", None, "12"),
    ("№1: вул. Зразкова, 1", None, "1"),
    ("НП 12", None, "12"),
    ("Нова пошта №12", None, "12"),
    ("12", None, "12"),
    ("12, 79000", None, "12"),
    ("вул. Хрещатик 12 кв 3", DOOR, ""),
    ("ул. Крещатик, д. 12", DOOR, ""),
    ("просп. Свободи, 30, кв. 101", DOOR, ""),
    ("вул. Зразкова, №12", DOOR, ""),
    ("Khreshchatyk st. 22, apt 5", DOOR, ""),
    # What is not clear is not said.
    ("", None, ""),
    ("79000", None, ""),
    ("Шевченка 12", None, ""),
    ("№12а", None, ""),
    ("населений пункт 12", None, ""),
    ("Відділення", BRANCH, ""),
    ("Відділення, 79000", BRANCH, ""),
    ("Поштомат, 79000", LOCKER, ""),
    ("Відділення до 30 кг", BRANCH, ""),
    ("Відділення 30 кг", BRANCH, ""),
    ("Відділення №12 або №15", BRANCH, ""),
    ("Відділення №12, №15", BRANCH, ""),
    ("відділення на вул. Шевченка 10", BRANCH, ""),
    ("вул. Зразкова 5 відділення", BRANCH, ""),
    ("Відділення 12, поштомат 5432", None, ""),
    ("Відділення №11/1", BRANCH, ""),
]


@pytest.mark.parametrize(("text", "kind", "number"), PLACES)
def test_place_is_read_out_of_words(text: str, kind: PlaceKind | None, number: str) -> None:
    assert place_in(text) == ToldPlace(kind, number)


@pytest.mark.parametrize(
    ("text", "method", "told"),
    [
        ("12", "Нова Пошта (відділення)", ToldPlace(BRANCH, "12")),
        ("№5432", "Нова Пошта поштомат", ToldPlace(LOCKER, "5432")),
        ("№12", "Нова Пошта (відділення або поштомат)", ToldPlace(None, "12")),
        ("Відділення №12", "Нова Пошта (поштомат)", ToldPlace(BRANCH, "12")),
        ("Відділення №12", "Нова Пошта (кур'єр)", ToldPlace(BRANCH, "12")),
        ("№12", "Нова Пошта (кур'єр)", ToldPlace(DOOR)),
        ("вул. Нова 5", "Нова Пошта (відділення)", ToldPlace(DOOR)),
        ("Шевченка 12", "Нова Пошта (відділення)", ToldPlace(BRANCH)),
        ("", "Нова Пошта, відділення 12", ToldPlace(BRANCH, "12")),
    ],
)
def test_way_of_delivery_helps_only_where_the_address_leaves_it_open(
    text: str, method: str, told: ToldPlace
) -> None:
    assert place_in(text, method) == told


@pytest.mark.parametrize(
    ("address", "method", "city", "is_door"),
    [
        ("вул. Нова 5", "Нова Пошта", "Київ", True),
        ("Нова 5", "Нова Пошта (кур'єр)", "Київ", True),
        ("вул. Нова 5", "", "м. Київ, населений пункт", True),
        ("вул. Нова 5", "Нова Пошта (відділення)", "Київ", False),
        ("вул. Нова 5", "Нова Пошта (відділення або поштомат)", "Київ", False),
        ("вул. Нова 5", "Нова Пошта", "Київ, поштомат", False),
        ("вул. Нова 5", "Нова Пошта", "Київ, НП 7", False),
        ("вул. Нова 5, №1: до відділення", "Нова Пошта", "Київ", False),
        ("Нова 5", "Нова Пошта", "Київ", False),
    ],
)
def test_door_is_meant_only_where_no_branch_is_said(
    address: str, method: str, city: str, is_door: bool
) -> None:
    assert is_to_door(address, method, city) == is_door


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12", ToldPoint(None, "12", ("12",))),
        ("40001", ToldPoint(None, "40001", ("40001",))),
        ("№12", ToldPoint(None, "12", ("12",))),
        ("відд 12", ToldPoint(BRANCH, "12", ("12",))),
        ("поштомат 5432", ToldPoint(LOCKER, "5432", ("5432",))),
        ("шевченка 10", ToldPoint(None, "", ("шевченка", "10"))),
        ("поштомат вул. Шевченка, 10", ToldPoint(LOCKER, "", ("шевченка", "10"))),
        ("вулиця", ToldPoint(None, "", ())),
        ("", ToldPoint(None, "", ())),
    ],
)
def test_point_is_looked_for_as_it_was_typed(text: str, told: ToldPoint) -> None:
    assert point_in(text) == told


@pytest.mark.parametrize(
    ("texts", "is_other"),
    [
        (("Укрпошта",), True),
        (("Ukrposhta Express", "01001"), True),
        (("Meest ПОШТА",), True),
        (("Самовивіз",), True),
        (("Local pickup",), True),
        (("Доставка", "Укрпочта, 01001"), True),
        (("Нова Пошта або Укрпошта",), True),
        (("Нова Пошта (відділення)",), False),
        (("Самовивіз з Нової Пошти",), False),
        (("Самовывоз", "НП 12"), False),
        (("Безкоштовна доставка",), False),
        (("",), False),
    ],
)
def test_other_carriers_are_known_by_their_names(texts: tuple[str, ...], is_other: bool) -> None:
    assert is_elsewhere(*texts) is is_other


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("Київ, відділення 12", "Київ, "),
        ("Кам'янець-Подільський НП 3", "Кам'янець-Подільський "),
        ("Київ вул. Нова 5", "Київ "),
        ("Київ", "Київ"),
    ],
)
def test_city_stands_before_the_place(text: str, city: str) -> None:
    assert before_place(text) == city


@given(st.text(max_size=400), st.text(max_size=40))
def test_nothing_that_is_written_is_too_strange(text: str, method: str) -> None:
    told = place_in(text, method)
    assert told.number == "" or (told.number.isdecimal() and len(told.number) <= 6)
    assert told.kind is not DOOR or not told.number
    assert text.startswith(before_place(text))
    point_in(text)
    is_elsewhere(text, method)


PIECES = [
    "(",
    "1",
    " ",
    "кг",
    "до",
    "№",
    "відділення",
    "нова ",
    "пошта",
    ",",
    ".",
    "д",
    "a",
    "о",
    "-",
]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
def test_longest_text_is_read_in_no_time(pieces: list[str]) -> None:
    text = "".join(pieces) * (5 * LONGEST_TEXT)
    began = time.process_time()
    place_in(text)
    point_in(text)
    is_elsewhere(text)
    assert time.process_time() - began < 0.5
