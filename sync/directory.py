"""The places carriers go to: found as people type, kept here, read anew every day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog
from tortoise.timezone import now

from domain import cities
from domain.carriers import PlaceKind, Street
from domain.cities import ToldCity
from domain.errors import IntegrationError, NotFoundError, RequestRefusedError, UnavailableError
from domain.search import folded
from integrations.carriers import Carrier, Keys
from models.carriers import CarrierCity, CarrierPoint
from services import directory
from sync.carrier_desk import CarrierDesk

HITS = 8
FOUND_AT_MOST = 20  # cities or streets that a carrier tells of at once
_SHORTEST = 2  # characters; a shorter text means too many places
_SEARCH_S = 8.0  # somebody is waiting
_CITIES_AT_ONCE = 3  # read anew in one go

logger = structlog.get_logger(__name__)
_reading: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by city


async def find_cities(desk: CarrierDesk, text: str) -> list[CarrierCity]:
    """Cities by a part of their name, the likeliest first, at most ``HITS``.

    Known ones are found also when the carrier cannot be asked. A text of one letter finds none.

    Raises:
        IntegrationError: nothing is known here, and the carrier cannot be asked.
        NotFoundError: no carrier is connected.
    """
    told = cities.city_in(text)
    account = (await desk.account()).account
    if len(folded(told.name)) < _SHORTEST:
        return []
    try:
        found = await ask_cities(desk, told)
    except IntegrationError:
        found = await directory.known_cities(account.carrier, told.name, HITS)
        if not found:
            raise
    if not found:  # a carrier tells of nothing at all now and then
        found = await directory.known_cities(account.carrier, told.name, HITS)
    likely = cities.matching(told, found)
    meant = [row for row in found if row in likely]
    return [*meant, *(row for row in found if row not in meant)][:HITS]


async def ask_cities(desk: CarrierDesk, told: ToldCity) -> list[CarrierCity]:
    """All that the carrier finds by a name, at most ``FOUND_AT_MOST``, stored.

    Raises as ``find_cities``, also when something is known.
    """
    carrier, keys, name = await _asked(desk)
    async with _in_time():
        hits = await carrier.find_cities(keys, told.name)
    return await directory.keep_cities(name, hits)


async def find_points(
    desk: CarrierDesk, city_id: int, text: str, kind: PlaceKind | None = None
) -> list[CarrierPoint]:
    """Open branches and lockers of a city by number, street or words, exact numbers first.

    At most ``HITS``; the first ones for an empty text. Read from the carrier first, when they
    never were.

    Raises:
        IntegrationError: nothing is known here, and the carrier cannot be asked.
        NotFoundError: no such city, or no carrier is connected.
    """
    city = await _known(city_id)
    try:
        await read_once(desk, city)
    except IntegrationError:
        if not await directory.has_points(city_id):
            raise
    return await directory.search_points(city_id, text, kind, HITS)


async def find_streets(desk: CarrierDesk, city_id: int, text: str) -> list[Street]:
    """Streets of a city by the beginning of their name, at most ``HITS``. Raises as above."""
    return (await ask_streets(desk, await _known(city_id), text))[:HITS]


async def ask_streets(desk: CarrierDesk, city: CarrierCity, text: str) -> list[Street]:
    """All that the carrier tells of by the beginning of their name, at most ``FOUND_AT_MOST``."""
    if len(folded(text)) < _SHORTEST:
        return []
    carrier, keys, _ = await _asked(desk, city.carrier)
    async with _in_time():
        return list(await carrier.find_streets(keys, city.ref, text.strip()))


async def city_by_ref(desk: CarrierDesk, ref: str) -> CarrierCity | None:
    """A city by the carrier's Ref; None: there is no such. Raises as ``find_streets``."""
    carrier, keys, name = await _asked(desk)
    known = await directory.city_by_ref(name, ref)
    if known is not None:
        return known
    async with _in_time():
        told = await carrier.city(keys, ref)
    return (await directory.keep_cities(name, [told]))[0] if told is not None else None


async def point_by_ref(
    desk: CarrierDesk, ref: str, *, within: timedelta | None = None
) -> CarrierPoint | None:
    """A branch or locker by the carrier's Ref, open or not; None: there is no such.

    ``within``: what was not read that lately is asked for again, if the carrier can be asked.
    Raises as ``find_streets``.
    """
    carrier, keys, name = await _asked(desk)
    known = await directory.point_by_ref(name, ref)
    if known is not None and await _is_recent(known, within):
        return known
    try:
        async with _in_time():
            told = await carrier.point(keys, ref)
        city = await city_by_ref(desk, told.city_ref) if told is not None else None
    except UnavailableError:
        if known is None:
            raise
        return known
    if told is not None and city is not None:
        await directory.keep_points(city, [told])
    elif known is not None:
        await directory.close_point(known.id)
    return await directory.point_by_ref(name, ref)


async def _is_recent(point: CarrierPoint, within: timedelta | None) -> bool:
    if within is None:
        return True
    city = await _known(point.city_id)
    return city.read_at is not None and city.read_at > now() - within


async def read_once(desk: CarrierDesk, city: CarrierCity) -> None:
    """See that the points of a city are known, and stay so. Raises as ``find_streets``."""
    await directory.need_points(city)
    if city.read_at is not None:
        return
    lock = _reading.setdefault(city.id, asyncio.Lock())
    async with lock:  # others who need the same city wait for one reading
        if (await _known(city.id)).read_at is None:
            await _read(desk, city)


async def refresh(desk: CarrierDesk) -> int:
    """Read anew what was read a day ago or earlier and is still used; returns how many cities.

    A few at once. What cannot be read is tried again the next time, and holds up no other.
    """
    count = 0
    for city in await directory.cities_to_read(_CITIES_AT_ONCE):
        try:
            await _read(desk, city)
        except NotFoundError:
            continue  # its carrier is not connected any more
        except RequestRefusedError as error:
            logger.warning("points_refused", city_id=city.id, code=error.code)
            # The others need not wait for it.
            await directory.all_read(city, before=set(), met=set(), began_at=now())
        except IntegrationError as error:
            logger.warning("points_not_read", city_id=city.id, error=str(error))
        else:
            count += 1
    return count


async def _read(desk: CarrierDesk, city: CarrierCity) -> None:
    carrier, keys, _ = await _asked(desk, city.carrier)
    began_at, before = now(), await directory.open_points(city.id)
    met: set[int] = set()
    async for page in carrier.points(keys, city.ref):
        met.update(await directory.keep_points(city, page))
    # Nothing at all may be a slip of the carrier's: a first reading is then tried again.
    if met or city.read_at is not None:
        closed = await directory.all_read(city, before=before, met=met, began_at=began_at)
        logger.info("points_read", city_id=city.id, points=len(met), closed=closed)


async def _asked(desk: CarrierDesk, name: str = "") -> tuple[Carrier, Keys, str]:
    opened = await desk.account(name)
    carrier = desk.carriers[opened.account.carrier]
    return carrier, opened.keys, opened.account.carrier


async def _known(city_id: int) -> CarrierCity:
    city = await directory.city(city_id)
    if city is None:
        raise NotFoundError("city")
    return city


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """For a question that somebody waits for.

    Raises:
        UnavailableError: no answer came in time.
    """
    try:
        async with asyncio.timeout(_SEARCH_S):
            yield
    except TimeoutError:
        raise UnavailableError("no answer in time") from None
