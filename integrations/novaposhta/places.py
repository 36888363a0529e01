"""Where Nova Poshta goes: cities, branches, lockers and streets."""

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal

from domain.carriers import City, PlaceKind, Point, Street
from integrations.carriers import Keys
from integrations.fields import LONGEST_ID, LONGEST_TEXT, line
from integrations.novaposhta.calls import Calls, Reply, Row
from integrations.novaposhta.rows import amount, flag, readable, words

HITS = "20"
PAGE = 500  # the most that a page of branches may hold
_MOST_PAGES = 100
_LONGEST_NAME = 300
_LARGEST_CM = 10_000
_LOCKERS = frozenset(
    {
        "f9316480-5f2d-425d-bc2c-ac7cd29decf0",
        "95dc212d-479c-4ffb-a8ab-8c1b9073d0bc",  # of PrivatBank
    }
)
# As searches name kinds of settlements; the list of cities writes them out.
_SHORT = {"місто": "м.", "село": "с.", "селище": "с-ще", "селище міського типу": "смт"}


async def find_cities(calls: Calls, keys: Keys, text: str) -> Sequence[City]:
    """Settlements by their name; those where nothing is delivered are left out.

    ``Ref`` there names the settlement; what all other calls want is ``DeliveryCity``.
    """
    props = {"CityName": text, "Limit": HITS, "Page": "1"}
    reply = await calls.read(keys, "Address", "searchSettlements", props)
    rows = readable(_found(reply), "DeliveryCity", "MainDescription", "Area", "Region")
    cities = [
        City(
            ref=line(row, "DeliveryCity", LONGEST_ID),
            name=line(row, "MainDescription", LONGEST_TEXT),
            kind=words(row, "SettlementTypeCode", 32),
            area=line(row, "Area", LONGEST_TEXT),
            region=line(row, "Region", LONGEST_TEXT),
        )
        for row in rows
    ]
    return list({city.ref: city for city in reversed(cities)}.values())[::-1]


async def city(calls: Calls, keys: Keys, ref: str) -> City | None:
    """One city by its Ref."""
    reply = await _not_empty(calls, keys, "Address", "getCities", {"Ref": ref})
    for row in readable(reply.rows, "Ref", "Description", "SettlementTypeDescription"):
        if row["Ref"] == ref:
            kind = line(row, "SettlementTypeDescription", 32)
            return City(
                ref=ref,
                name=line(row, "Description", LONGEST_TEXT),
                kind=_SHORT.get(kind, kind),
                area=words(row, "AreaDescription"),
            )
    return None


async def points(calls: Calls, keys: Keys, city_ref: str) -> AsyncIterator[Sequence[Point]]:
    """All branches and lockers of a city. A short page, or one with nothing new, is the last."""
    seen: set[str] = set()
    for page in range(1, _MOST_PAGES + 1):
        props = {"CityRef": city_ref, "Page": str(page), "Limit": str(PAGE)}
        reply = await _not_empty(calls, keys, "AddressGeneral", "getWarehouses", props)
        new = [point for point in map(_point, _readable(reply)) if point.ref not in seen]
        if not new:
            return
        seen |= {point.ref for point in new}
        yield new
        if len(reply.rows) < PAGE or len(seen) == reply.total:
            return


async def point(calls: Calls, keys: Keys, ref: str) -> Point | None:
    """One branch or locker by its Ref."""
    reply = await _not_empty(calls, keys, "AddressGeneral", "getWarehouses", {"Ref": ref})
    found = (each for each in map(_point, _readable(reply)) if each.ref == ref)
    return next(found, None)


async def find_streets(calls: Calls, keys: Keys, city_ref: str, text: str) -> Sequence[Street]:
    """Streets of a city, by the Refs that addresses are made of (those of searches are others)."""
    props = {"CityRef": city_ref, "FindByString": text, "Page": "1", "Limit": HITS}
    reply = await calls.read(keys, "Address", "getStreet", props)
    return [
        Street(
            ref=line(row, "Ref", LONGEST_ID),
            name=" ".join(
                filter(None, (line(row, "StreetsType", 32), line(row, "Description", LONGEST_TEXT)))
            ),
        )
        for row in readable(reply.rows, "Ref", "Description", "StreetsType")
    ]


async def _not_empty(
    calls: Calls, keys: Keys, model: str, method: str, props: Mapping[str, str]
) -> Reply:
    """Ask once more when nothing at all is told: that happens though there is something."""
    reply = await calls.read(keys, model, method, props)
    if reply.rows:
        return reply
    await calls.rest()
    return await calls.read(keys, model, method, props)


def _found(reply: Reply) -> list[Row]:
    """The hits of a search, in which nothing found has two forms."""
    hits = reply.rows[0].get("Addresses") if reply.rows else None
    return [row for row in hits if isinstance(row, dict)] if isinstance(hits, list) else []


def _readable(reply: Reply) -> Sequence[Row]:
    return list(readable(reply.rows, "Ref", "CityRef", "Number", "Description", "ShortAddress"))


def _point(row: Row) -> Point:
    name = line(row, "Description", _LONGEST_NAME)
    is_locker = (
        words(row, "TypeOfWarehouse") in _LOCKERS or row.get("CategoryOfWarehouse") == "Postomat"
    )
    sizes = row.get("ReceivingLimitationsOnDimensions")
    limits: Row = sizes if isinstance(sizes, dict) else {}
    width, length, height = (_side(limits, name) for name in ("Width", "Length", "Height"))
    heaviest = amount(row, "PlaceMaxWeightAllowed") or amount(row, "TotalMaxWeightAllowed")
    return Point(
        ref=line(row, "Ref", LONGEST_ID),
        city_ref=line(row, "CityRef", LONGEST_ID),
        kind=PlaceKind.LOCKER if is_locker else PlaceKind.BRANCH,
        number=line(row, "Number", 16),
        name=name,
        address=name.partition(": ")[2] or line(row, "ShortAddress", _LONGEST_NAME),
        max_weight_kg=_limit(heaviest),
        max_width_cm=width,
        max_length_cm=length,
        max_height_cm=height,
        max_declared=_limit(amount(row, "MaxDeclaredCost")),
        is_open=not flag(row, "DenyToSelect")
        and row.get("WarehouseStatus") in ("Working", "", None),
    )


def _side(limits: Row, name: str) -> int:
    """Centimetres; 0: there is no limit that anything would meet."""
    most = amount(limits, name)
    return int(most) if 0 < most < _LARGEST_CM else 0


def _limit(most: Decimal) -> Decimal | None:
    """Zero means that there is none."""
    return most if most > 0 else None
