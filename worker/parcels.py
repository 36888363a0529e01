"""Looks where parcels are, keeps the directories of carriers fresh, remembers keys that end."""

import asyncio
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from services import carrier_keys
from sync import directory, parcels
from sync.carrier_desk import CarrierDesk

logger = structlog.get_logger(__name__)

TRACK_EVERY_S = 60.0  # how often it is seen which parcels are due
REFRESH_EVERY_S = 300.0
REMIND_EVERY_S = 300.0


class ParcelWorker:
    """Looks after all parcels on their way. One process at a time may run it.

    None of its duties waits for another one, or ends with it.

    Args:
        desk: how carriers are talked to.
        zone: the shop's time zone, in which owners have their day.
        clock: tests let it run faster.
    """

    def __init__(self, desk: CarrierDesk, zone: ZoneInfo, clock: Clock | None = None) -> None:
        self._desk = desk
        self._zone = zone
        self._clock = clock or Clock()

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._do("tracking", self._track, self._track_every_s()))
            group.create_task(self._do("directories", self._refresh, REFRESH_EVERY_S))
            group.create_task(self._do("reminding of keys", self._remind, REMIND_EVERY_S))

    def _track_every_s(self) -> float:
        """Often enough for the carrier that wants it most often."""
        wanted = (each.track_every.total_seconds() for each in self._desk.carriers.values())
        return min(TRACK_EVERY_S, *wanted)

    async def _track(self) -> int:
        return await parcels.track(self._desk)

    async def _refresh(self) -> int:
        return await directory.refresh(self._desk)

    async def _remind(self) -> int:
        return await carrier_keys.remind(self._zone)

    async def _do(self, name: str, work: Callable[[], Awaitable[int]], every_s: float) -> None:
        while True:
            try:
                await work()
            except Exception as error:  # a bug, or the driver's of many kinds; it may pass
                logger.error("work for carriers failed", work=name, exc_info=error)
            await self._clock.sleep(every_s)
