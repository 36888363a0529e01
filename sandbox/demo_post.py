"""The demo's Nova Poshta: it goes wherever the demo's customers live, and parcels really move."""

import asyncio
from datetime import timedelta
from random import Random

from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.model import City, Waybill
from sandbox.woocommerce.customers import CITIES, MOST_BRANCHES, STREETS

MOVES_EVERY_S = 15.0  # a few hours in life
_STAYS = 0.3  # of the parcels that arrived are not fetched for days
_REFUSED = 0.15
_WAITS = timedelta(days=3)
_AREAS = {"Одеса": "Одеська", "Харків": "Харківська", "Вінниця": "Вінницька"}


class DemoPost:
    """One account whose sender is a business in Dnipro, with a contract for payment control."""

    def __init__(self) -> None:
        self.post = NovaPoshta()

    async def start(self) -> None:
        known = {city.name: city for city in self.post.cities}
        for name in CITIES:
            self._open_branches(known.get(name) or self.post.add_city(name, _AREAS.get(name, "")))
        await self.post.start()

    def _open_branches(self, city: City) -> None:
        """The streets of customers; a branch and a locker for each number that one may name."""
        for street in STREETS:
            kind, _, name = street.partition(" ")
            self.post.add_street(city, name, kind=kind)
        there = {
            (each.number, each.is_locker)
            for each in self.post.warehouses.values()
            if each.city_ref == city.ref
        }
        for number in range(1, MOST_BRANCHES + 1):
            for is_locker in (False, True):
                if (str(number), is_locker) not in there:
                    street = STREETS[number % len(STREETS)]
                    self.post.add_warehouse(
                        city, number, f"{street}, {number}", is_locker=is_locker
                    )

    async def keep_parcels_moving(self, rng: Random) -> None:
        """Parcels are handed over and go on their way, for ever; some are not fetched at once."""
        while True:
            await asyncio.sleep(MOVES_EVERY_S)
            for waybill in list(self.post.waybills.values()):
                self._move(waybill, rng)

    def _move(self, waybill: Waybill, rng: Random) -> None:
        """Nobody hands over a parcel without its label."""
        if waybill.state == "1" and not waybill.is_printed:
            return
        if waybill.state in {"7", "8"}:
            if rng.random() < _REFUSED:
                self.post.move_parcel(waybill.number, "103")
            elif waybill.arrived_at is not None and rng.random() < _STAYS:
                waybill.arrived_at -= _WAITS
            else:
                self.post.advance_parcel(waybill.number)
        elif waybill.state in {"1", "4", "5", "6", "101"} and rng.random() < 0.5:
            self.post.advance_parcel(waybill.number)

    async def stop(self) -> None:
        await self.post.stop()
