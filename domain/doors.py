"""What words say of a door: the street, the building and the flat in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.carriers import Street
from domain.search import plain_words

LONGEST_TEXT = 300  # characters that are looked at

# The kinds of streets, as carriers and people shorten them; Ukrainian and Russian.
_KINDS = {
    "вулиця": ("вул", "вулиця", "вулиці", "ул", "улица", "улице"),
    "проспект": ("просп", "проспект", "проспекті", "пр-т", "пр-кт", "прт", "пр"),
    "провулок": ("пров", "провулок", "провулку", "пер", "переулок"),
    "бульвар": ("бульв", "бульвар", "бульварі", "бул", "б-р"),
    "площа": ("пл", "площа", "площі", "площадь"),
    "шосе": ("шосе", "шоссе", "ш"),
    "набережна": ("наб", "набережна", "набережній", "набережная"),
    "узвіз": ("узвіз", "узв", "спуск"),
    "проїзд": ("проїзд", "пр-д", "проезд"),
    "тупик": ("тупик", "туп"),
    "алея": ("алея", "алеї", "аллея"),
    "майдан": ("майдан",),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_KIND = re.compile(
    rf"(?<![\w'-])(?P<kind>{'|'.join(sorted(_KIND_OF, key=len, reverse=True))})(?![\w'-])\.?\s*",
    re.IGNORECASE,
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʹ`´′", "'"))

_HOUSE = r"(?:(?:будинок|буд|дом|бд|б|д)\.?\s*)?№?\s*"
_LETTER = r"(?:\s?-?\s?[^\W\d_](?![\w.']|\s*\d))?"
_BUILDING = re.compile(
    rf"\d{{1,4}}{_LETTER}(?:\s?/\s?\d{{1,4}}{_LETTER})?(?:\s?(?:корпус|корп)\.?\s?№?\s?\w{{1,3}})?",
    re.IGNORECASE,
)
_FLAT_NUMBER = re.compile(rf"\d{{1,4}}{_LETTER}", re.IGNORECASE)
# The name ends where the building begins; "8 Березня" and "40-річчя Перемоги" begin with a number.
_NAME = re.compile(
    r"(?P<name>(?:\d{1,4}(?:-[^\W\d_]{1,8})?\s+)?[^\W\d_][^\d,;()№/]*?)"
    rf"(?:\s*,\s*|\s+){_HOUSE}(?P<rest>\d.*)",
    re.IGNORECASE,
)
_UNNAMED = re.compile(rf"[\s,]*{_HOUSE}(?P<rest>\d.*)", re.IGNORECASE)
# What couriers are told besides, and no waybill has a place for. First "під'їзд 2", then what is
# left of "2 під'їзд": the 5 of "кв. 5 під'їзд 2" is the flat's.
_ASIDE = (
    re.compile(
        r"(?<![\w'])(?:під'?їзд|подъезд|поверх|этаж|домофон)\.?\s*№?\s*\d{1,4}(?!\w)"
        r"|(?<!\w)приватний\s+будинок(?!\w)|(?<!\w)(?:україна|украина|ukraine)(?!\w)"
        r"|(?<![\w/-])\d{5}(?![\w/-])",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!\w)\d{1,3}(?:-?й)?\s*(?:під'?їзд|подъезд|поверх|этаж)(?![\w'])", re.IGNORECASE
    ),
)
_GAPS = re.compile(r"\s*[,;][\s,;]*")
_EDGES = " ,;."

_FLAT = re.compile(
    r"(?P<building>.+?)(?:\s*[,;]\s*|\s+)(?:квартира|кв|офіс|офис|оф|flat|apt)\.?\s*№?\s*(?P<flat>\S.*)",
    re.IGNORECASE,
)
_BEFORE_BUILDING = re.compile(rf"{_HOUSE}(?=\d)", re.IGNORECASE)
_BEFORE_WING = re.compile(r"\s*,\s*(?=корп(?:ус)?(?!\w))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDoor:
    """A door as somebody wrote it. ``kind`` is a whole word ("вулиця"); ``flat`` "": none is said.

    ``before`` stands in front of the street: the city, as a rule.
    """

    before: str
    kind: str
    name: str
    building: str
    flat: str


def building_and_flat(text: str) -> tuple[str, str]:
    """The two of "12, кв. 3", "буд. 12-А кв 3", "12, 3"; no flat ("") in "12" and "12/3".

    Whether there is such a building only the carrier can say.
    """
    line = _BEFORE_WING.sub(" ", " ".join(text.split()))
    if before := _BEFORE_BUILDING.match(line):
        line = line[before.end() :]
    if match := _FLAT.fullmatch(line):
        return match["building"].rstrip(" ,;"), match["flat"]
    building, _, flat = line.partition(",")
    return building.strip(), flat.strip()


def door_in(text: str) -> ToldDoor | None:
    """The one door of "м. Київ, вул. Хрещатик, 10, кв. 4"; None: there is none, or it is not clear.

    Nothing may be left over that is not understood: it may say that another door is meant.
    """
    line = " ".join(text[:LONGEST_TEXT].translate(_APOSTROPHES).split())
    street = _KIND.search(line)
    if street is None:
        return None
    before, after = _tidy(line[: street.start()]), _tidy(line[street.end() :])
    name = ""
    if named := _NAME.fullmatch(after):
        name = named["name"].strip()
    elif named := _UNNAMED.fullmatch(after):  # "Харківське шосе, 12"
        before, _, name = (part.strip() for part in before.rpartition(","))
    if not named or not name or any(char.isdigit() for char in before):
        return None
    building, flat = building_and_flat(named["rest"])
    is_clear = _BUILDING.fullmatch(building) and (not flat or _FLAT_NUMBER.fullmatch(flat))
    # "вул. Набережна" is a street of that name; "вул. Зелена ріг вул. Нової" is none.
    second = _KIND.search(name)
    if not is_clear or (second is not None and second.start() > 0):
        return None
    kind = _KIND_OF[street["kind"].lower()]
    return ToldDoor(before=before, kind=kind, name=name, building=building, flat=flat)


def matching(told: ToldDoor, streets: Iterable[Street]) -> list[Street]:
    """Those of the streets that are of the same kind and name, in whatever order its words are."""
    meant = (told.kind, sorted(plain_words(told.name)))
    return [street for street in streets if _kind_and_name(street.name) == meant]


def _kind_and_name(street: str) -> tuple[str, list[str]]:
    """Of "вул. Хрещатик"; the kind is "" when nobody knows it."""
    found = _KIND.match(street.translate(_APOSTROPHES))
    if found is None:
        return "", []
    return _KIND_OF[found["kind"].lower()], sorted(plain_words(street[found.end() :]))


def _tidy(text: str) -> str:
    """Without what is said to the courier, and without gaps in place of it."""
    for aside in _ASIDE:
        text = aside.sub(" ", text)
    return _GAPS.sub(", ", text).strip(_EDGES)
