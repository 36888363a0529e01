"""What free words say of a city: "м. Київ", "Київська обл., с. Зразкове (Полтавський р-н)"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from domain.search import folded

LONGEST_TEXT = 300  # characters that are looked at

_KINDS = {
    "м": ("м", "місто", "г", "гор", "город"),
    "с": ("с", "село"),
    "с-ще": ("с-ще", "селище", "смт", "пгт", "сел", "пос", "поселок"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_PREFIX = re.compile(
    r"(?P<kind>смт|с-ще|пгт|місто|город|гор|село|селище|сел|пос[её]лок|пос|м|г|с)(?:\.\s*|\s+)(?=\w)",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"(?P<name>[\w'’-]{3,40})\s+(?:обл(?:асть|асти|асті|\.)?|oblast|region)(?![\w])\.?"
    r"|(?<!\w)обл(?:асть|\.)?\s+(?P<after>[\w'’-]{3,40})",
    re.IGNORECASE,
)
_REGION = re.compile(
    r"(?P<name>[\w'’-]{3,40})\s+(?:р-н|район|р-он)\w{0,2}\.?"
    r"|(?<!\w)(?:р-н|район)\.?\s+(?P<after>[\w'’-]{3,40})",
    re.IGNORECASE,
)
_COUNTRY = frozenset({"україна", "украина", "ukraine", "ua"})
_POSTCODE = re.compile(r"(?<![\w/-])\d{5}(?![\w/-])")
_PARTS = r"[,;()\n]"
_EDGES = " .,:;-–—\"«»'`/"
_SOUNDS = str.maketrans("", "", "аеєиіїоуюяыэйьъ'- ")


@dataclass(frozen=True, slots=True)
class ToldCity:
    """A city as somebody wrote it; each part "" where nothing was said.

    ``kind`` is "м", "с" or "с-ще"; ``area`` and ``region`` are without "обл." and "р-н".
    """

    name: str = ""
    kind: str = ""
    area: str = ""
    region: str = ""


class KnownCity(Protocol):
    """What a carrier says of a city; as ``domain.carriers.City`` has it."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def area(self) -> str: ...

    @property
    def region(self) -> str: ...


CityT = TypeVar("CityT", bound=KnownCity)


def city_in(text: str) -> ToldCity:
    """The city of a text that begins with one, or names one as "м. ..."; its area where said."""
    parts = re.split(_PARTS, text[:LONGEST_TEXT])
    told = ToldCity()
    for part in parts:
        left, area = _without(_AREA, part)
        left, region = _without(_REGION, left)
        told = replace(told, area=told.area or area, region=told.region or region)
        name, kind = _name(left)
        if name and (not told.name or (kind and not told.kind)):
            told = replace(told, name=name, kind=kind)
    return told


def matching(told: ToldCity, cities: Iterable[CityT]) -> list[CityT]:
    """Those of the cities that are meant. More than one: it was not said which.

    A name in the other language counts when no name is the same: "Киев", "Харьков".
    """
    among = list(cities)
    named = [city for city in among if folded(city.name) == folded(told.name)]
    named = named or [city for city in among if _sound(city.name) == _sound(told.name)]
    for said, of in ((told.area, "area"), (told.region, "region")):
        if said:
            named = _alike(said, of, named)
    alike = [city for city in named if _kind(city.kind) in ("", told.kind)]
    return alike if told.kind and alike else named


def is_other(one: ToldCity, other: ToldCity) -> bool:
    """Whether two texts name different cities."""
    return bool(one.name and other.name) and _sound(one.name) != _sound(other.name)


def names_another(text: str, city: str) -> bool:
    """Whether some part of the text names another place than this city: a village near it, say."""
    known = ToldCity(name=city)
    return any(is_other(city_in(part), known) for part in re.split(_PARTS, text[:LONGEST_TEXT]))


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The text without what the pattern finds, and what it names."""
    found = pattern.search(text)
    if found is None:
        return text, ""
    left = f"{text[: found.start()]} {text[found.end() :]}"
    return left, found["name"] or found["after"]


def _name(part: str) -> tuple[str, str]:
    """Name and kind of the city, when this part of a text is one."""
    left = _POSTCODE.sub(" ", part).strip(_EDGES)
    prefix = _PREFIX.match(left)
    name = " ".join((left[prefix.end() :] if prefix else left).split()).strip(_EDGES)
    if folded(name) in _COUNTRY or not re.search(r"[^\W\d_]{2}", name) or re.search(r"\d", name):
        return "", ""
    return name, _kind(prefix["kind"]) if prefix else ""


def _kind(text: str) -> str:
    """As in ``ToldCity``; "" for a kind that nobody knows."""
    return _KIND_OF.get(folded(text).rstrip("."), "")


def _alike(said: str, of: str, among: list[CityT]) -> list[CityT]:
    """Those in the area or region that was said; else those of which the carrier does not say."""
    known = [(each, getattr(each, of)) for each in among]
    there = [each for each, name in known if name and _stem(name) == _stem(said)]
    return there or [each for each, name in known if not name]


def _stem(area: str) -> str:
    """Equal for "Полтавська", "Полтавська обл." and "Полтавской"."""
    return _sound(area.partition(" ")[0])[:5]


def _sound(name: str) -> str:
    """The consonants of a name: about equal in Ukrainian and Russian."""
    left = folded(name).translate(_SOUNDS)
    return "".join(char for at, char in enumerate(left) if left[at - 1 : at] != char)
