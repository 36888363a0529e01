"""The places that carriers go to, as they were last read: stored, and found as people type.

Nothing is ever deleted, for a waybill that is being put together may name it: a point that the
carrier knows no more is closed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q
from tortoise.functions import Length
from tortoise.timezone import now

from domain import places
from domain.carriers import City, PlaceKind, Point
from domain.search import folded, plain_words
from models.carriers import CarrierCity, CarrierPoint
from services.transactions import transaction

FRESH = timedelta(hours=24)  # what was read within it need not be read anew
IN_USE = timedelta(days=30)  # since somebody last needed the points of a city
_USE_NOTED = timedelta(hours=1)  # it need not be written at every search
_RANKED = 300  # of the points with the words that are looked for, so many are compared
_BELIEVED = 10  # so many points may vanish at once, however few there are
_CLOSED_AT_ONCE = 500
_POINT_FIELDS = (
    *("kind", "number", "name", "address", "key", "max_weight_kg", "max_declared", "is_open"),
    *("max_width_cm", "max_length_cm", "max_height_cm", "city_id"),
)


# Cities


async def keep_cities(carrier: str, told: Iterable[City]) -> list[CarrierCity]:
    """Store what a carrier told of cities; returns them in this order."""
    cities = {city.ref: city for city in told if city.ref}
    mine = CarrierCity.filter(carrier=carrier, ref__in=list(cities))
    known = {row.ref: row for row in await mine}
    rows = [_city(carrier, city, known.get(ref)) for ref, city in sorted(cities.items())]
    fields = ("name", "kind", "area", "region", "key")
    changed = [row for row in rows if _differs(row, known.get(row.ref), fields)]
    if changed:
        async with transaction():
            await CarrierCity.bulk_create(
                changed, on_conflict=["carrier", "ref"], update_fields=fields
            )
        known = {row.ref: row for row in await mine}
    return [known[ref] for ref in cities]


def _city(carrier: str, city: City, known: CarrierCity | None) -> CarrierCity:
    """The row of a city; what another call told of it and this one does not stays."""
    return CarrierCity(
        carrier=carrier,
        ref=city.ref,
        name=city.name[:120],
        kind=city.kind[:32] or (known.kind if known else ""),
        area=city.area[:120] or (known.area if known else ""),
        region=city.region[:120] or (known.region if known else ""),
        key=folded(city.name)[:120],
    )


async def known_cities(carrier: str, text: str, limit: int) -> list[CarrierCity]:
    """Cities that were met before, whose name begins so; the shorter names first."""
    key = folded(text)
    found = CarrierCity.filter(carrier=carrier, key__gte=key, key__lt=key + "\U0010ffff")
    return await found.annotate(length=Length("key")).order_by("length", "key", "id").limit(limit)


async def city(city_id: int) -> CarrierCity | None:
    return await CarrierCity.get_or_none(id=city_id)


async def city_by_ref(carrier: str, ref: str) -> CarrierCity | None:
    """A city that was met before."""
    return await CarrierCity.get_or_none(carrier=carrier, ref=ref)


async def need_points(city_: CarrierCity) -> None:
    """Somebody needs the points of this city: they are to be read anew from now on."""
    noted = now() - _USE_NOTED
    if city_.used_at is None or city_.used_at < noted:
        await CarrierCity.filter(id=city_.id).update(used_at=now())


async def cities_to_read(limit: int) -> list[CarrierCity]:
    """Cities in use whose points were read too long ago, those of the oldest reading first."""
    since = now()
    found = CarrierCity.filter(used_at__gte=since - IN_USE, read_at__lte=since - FRESH)
    return await found.order_by("read_at", "id").limit(limit)


# Points


async def keep_points(city_: CarrierCity, told: Sequence[Point]) -> list[int]:
    """Store a page of a city's points; returns their ids. One short transaction.

    Two who read the same city at once do not hinder each other: they write in one order.
    """
    points = {point.ref: point for point in told}
    mine = CarrierPoint.filter(carrier=city_.carrier, ref__in=list(points))
    known = {row.ref: row for row in await mine}
    rows = [_point(city_, points[ref]) for ref in sorted(points)]
    changed = [row for row in rows if _differs(row, known.get(row.ref), _POINT_FIELDS)]
    if changed:
        async with transaction():
            await CarrierPoint.bulk_create(
                changed, on_conflict=["carrier", "ref"], update_fields=_POINT_FIELDS
            )
        return await mine.values_list("id", flat=True)  # type: ignore[return-value]
    return [row.id for row in known.values()]


def _point(city_: CarrierCity, point: Point) -> CarrierPoint:
    return CarrierPoint(
        carrier=city_.carrier,
        ref=point.ref,
        city_id=city_.id,
        kind=point.kind,
        number=point.number[:16],
        name=point.name[:300],
        address=point.address[:300],
        key=_key(point),
        max_weight_kg=point.max_weight_kg,
        max_width_cm=point.max_width_cm,
        max_length_cm=point.max_length_cm,
        max_height_cm=point.max_height_cm,
        max_declared=point.max_declared,
        is_open=point.is_open,
    )


def _key(point: Point) -> str:
    return folded(f"{point.number} {point.name} {point.address}")[:400]


def _differs(row: Any, known: Any, fields: Iterable[str]) -> bool:
    return known is None or any(getattr(row, name) != getattr(known, name) for name in fields)


async def open_points(city_id: int) -> set[int]:
    """The ids of those that parcels can be sent to, as far as we know."""
    there = CarrierPoint.filter(city_id=city_id, is_open=True).values_list("id", flat=True)
    return set(await there)  # type: ignore[arg-type]


async def all_read(
    city_: CarrierCity, *, before: set[int], met: set[int], began_at: datetime
) -> int:
    """All points of a city were read: those that were open ``before`` and not met are closed.

    A reading that lacks most of what there was is not believed, for pages get lost: then none is.
    Returns how many were closed.
    """
    gone = sorted(before - met)
    if not met or len(gone) > max(_BELIEVED, len(before) // 2):
        gone = []
    async with transaction():
        for start in range(0, len(gone), _CLOSED_AT_ONCE):
            part = gone[start : start + _CLOSED_AT_ONCE]
            await CarrierPoint.filter(id__in=part).update(is_open=False)
        await CarrierCity.filter(id=city_.id).update(read_at=began_at)
    return len(gone)


async def point_by_ref(carrier: str, ref: str) -> CarrierPoint | None:
    """A branch or locker that was met before."""
    return await CarrierPoint.get_or_none(carrier=carrier, ref=ref)


async def close_point(point_id: int) -> None:
    """The carrier knows it no more."""
    await CarrierPoint.filter(id=point_id).update(is_open=False)


async def has_points(city_id: int) -> bool:
    """Whether any are known."""
    return await CarrierPoint.exists(city_id=city_id)


async def points_numbered(
    city_id: int, number: str, kind: PlaceKind | None = None
) -> list[CarrierPoint]:
    """The open ones with exactly this number, branches first."""
    found = CarrierPoint.filter(city_id=city_id, number=number, is_open=True)
    return await (found.filter(kind=kind) if kind else found).order_by("kind", "id")


async def search_points(
    city_id: int, text: str, kind: PlaceKind | None, limit: int
) -> list[CarrierPoint]:
    """Open points as somebody types: the exact number, numbers that begin so, words of the rest.

    Branches come before lockers. A kind that is typed counts more than ``kind``.
    """
    told = places.point_in(text)
    wanted = told.kind or kind
    there = CarrierPoint.filter(city_id=city_id, is_open=True)
    if wanted is not None:
        there = there.filter(kind=wanted)
    # "branch" sorts before "locker"; the shorter number of two is the smaller one.
    by_number = there.annotate(digits=Length("number")).order_by("kind", "digits", "number", "id")
    if not told.number and not told.words:
        return await by_number.limit(limit)
    found: list[CarrierPoint] = []
    if told.number:
        found += await by_number.filter(number=told.number).limit(limit)
        begins = Q(number__gt=told.number, number__lt=told.number + ":")  # ":" follows "9"
        found += await by_number.filter(begins).limit(limit)
    if len(found) < limit:
        spoken = by_number.filter(*(Q(key__contains=word) for word in told.words)).limit(_RANKED)
        met = {row.id for row in found}
        found += _ranked([row for row in await spoken if row.id not in met], told.words)
    return found[:limit]


def _ranked(rows: Sequence[CarrierPoint], words: Sequence[str]) -> list[CarrierPoint]:
    """Those with most of the words as whole ones first, then those where words begin so.

    Digits count only where a word begins with them: "10" is not looked for in "110".
    """

    def rank(row: CarrierPoint) -> tuple[int, int]:
        own = plain_words(row.key)
        whole = sum(word in own for word in words)
        begun = sum(any(each.startswith(word) for each in own) for word in words)
        return (-whole, -begun)

    def is_meant(row: CarrierPoint) -> bool:
        own = plain_words(row.key)
        digits = (word for word in words if word.isdecimal())
        return all(any(each.startswith(word) for each in own) for word in digits)

    return sorted(filter(is_meant, rows), key=rank)
