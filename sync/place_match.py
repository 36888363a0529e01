"""The place that an order means is looked for at its carrier."""

import asyncio
from datetime import timedelta

import structlog

from domain import cities, doors, places
from domain.carriers import PlaceKind
from domain.cities import ToldCity
from domain.errors import IntegrationError, NotFoundError, RequestRefusedError
from domain.search import folded
from models.carriers import CarrierCity, CarrierPoint
from models.staff import StaffMember
from services import directory, place_match
from services.place_match import FoundPlace, WantedPlace
from services.waybill_content import Door
from sync import directory as at_carrier
from sync.carrier_desk import CarrierDesk

_RECENT = timedelta(days=2)  # what was read within it is believed without asking again
_STREET_S = 3.0  # the city, which is found by then, must not be lost to a slow carrier

logger = structlog.get_logger(__name__)


async def prepare(desk: CarrierDesk, order_id: int, *, by: StaffMember) -> None:
    """Find the place that the order means, once: by the carrier's own Refs, else by its words.

    A place found by words has to be confirmed. What cannot be found is left to people. Never
    raises for a carrier that cannot be asked: then it is tried again the next time.
    """
    wanted = await place_match.wanted(order_id)
    if wanted is None:
        return
    try:
        found = await _by_refs(desk, wanted) or await _by_words(desk, wanted)
    except NotFoundError:
        return  # the carrier is not connected any more
    except IntegrationError as error:
        logger.warning("place_not_sought", order_id=order_id, by=by.id, error=str(error))
        return
    await place_match.keep(order_id, wanted, found)


async def _by_refs(desk: CarrierDesk, wanted: WantedPlace) -> FoundPlace | None:
    """What the platform named by the carrier's own Refs; None: nothing that there is.

    A city alone says less than the words may: it is left to them.
    """
    if not wanted.branch_ref:
        return None
    try:
        point = await at_carrier.point_by_ref(desk, wanted.branch_ref, within=_RECENT)
    except RequestRefusedError:
        return None  # it is no Ref of this carrier's
    if point is None or not point.is_open:
        return None
    return FoundPlace(point.city_id, point.id, is_certain=True)


async def _by_words(desk: CarrierDesk, wanted: WantedPlace) -> FoundPlace:
    if places.is_elsewhere(wanted.method, wanted.address):
        return FoundPlace()
    city = await _city(desk, wanted)
    if city is None:
        return FoundPlace()
    point = await _point(desk, wanted, city)
    if point is not None:
        return FoundPlace(city.id, point.id)
    return FoundPlace(city.id, door=await _door(desk, wanted, city))


async def _city(desk: CarrierDesk, wanted: WantedPlace) -> CarrierCity | None:
    if wanted.city_ref:
        try:
            if (known := await at_carrier.city_by_ref(desk, wanted.city_ref)) is not None:
                return known
        except RequestRefusedError:
            pass  # it is no Ref of this carrier's
    told = _told_city(wanted)
    if told is None:
        return None
    # The carrier tells of nothing at all now and then.
    hits = await at_carrier.ask_cities(desk, told) or await at_carrier.ask_cities(desk, told)
    meant = cities.matching(told, hits)
    namesakes = sum(folded(hit.name) == folded(told.name) for hit in hits)
    if len(meant) != 1 or namesakes >= at_carrier.FOUND_AT_MOST:  # there may be more of them
        return None
    return meant[0]


def _told_city(wanted: WantedPlace) -> ToldCity | None:
    """The city that is said; None: none is, or two are."""
    own = cities.city_in(places.before_place(wanted.city))
    other = cities.city_in(places.before_place(wanted.address))
    if not own.name:
        return other if other.kind else None
    if other.kind and cities.is_other(own, other):
        return None
    return own


async def _point(desk: CarrierDesk, wanted: WantedPlace, city: CarrierCity) -> CarrierPoint | None:
    """The one open branch or locker that is said. A number alone is rather a branch's."""
    told = places.place_in(wanted.address, wanted.method)
    if told.kind is None and not told.number:
        told = places.place_in(wanted.city)
    if not told.number:
        return None
    await at_carrier.read_once(desk, city)
    found = await directory.points_numbered(city.id, told.number, told.kind)
    if told.kind is None:
        found = [each for each in found if each.kind is PlaceKind.BRANCH] or found
    if len(found) != 1:
        return None
    point = await at_carrier.point_by_ref(desk, found[0].ref, within=_RECENT)
    return point if point is not None and point.is_open else None


async def _door(desk: CarrierDesk, wanted: WantedPlace, city: CarrierCity) -> Door | None:
    """The address that is said, if exactly one street is it; asked for once, answered or not."""
    if wanted.branch_ref or not places.is_to_door(wanted.address, wanted.method, wanted.city):
        return None
    told = doors.door_in(wanted.address)
    around = (places.before_place(wanted.city), told.before if told is not None else "")
    if told is None or any(cities.names_another(text, city.name) for text in around):
        return None
    try:
        async with asyncio.timeout(_STREET_S):
            streets = await at_carrier.ask_streets(desk, city, told.name)
    except (IntegrationError, TimeoutError) as error:
        logger.warning("street_not_sought", city_id=city.id, error=str(error))
        return None
    meant = doors.matching(told, streets)
    if len(meant) != 1 or len(streets) >= at_carrier.FOUND_AT_MOST:  # there may be more of them
        return None
    return Door(meant[0].ref, meant[0].name[:200], told.building, told.flat)
