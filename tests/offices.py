"""A way to simulated shops on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

from bot.i18n import Translators
from bot.order_notes import order_note
from bot.platforms import ENTRANCES, PLATFORMS, open_apis
from sync.office import ShopOffice
from tests.factories import BOX

DEAD_PROM = "http://127.0.0.1:9/api/v1"  # the discard port: nobody listens


@asynccontextmanager
async def open_office(
    public_url: str = "", *, prom_url: str = DEAD_PROM, prom_poll_s: float = 60.0
) -> AsyncIterator[ShopOffice]:
    """An office whose APIs may call this machine; closed on leaving.

    ``prom_url`` is the address of the simulated Prom.ua, if one is needed.
    """
    async with open_apis(allow_private=True, prom_url=prom_url, prom_poll_s=prom_poll_s) as apis:
        note = partial(order_note, translators=Translators(ZoneInfo("Europe/Kyiv")))
        yield ShopOffice(PLATFORMS, apis, BOX, public_url, entrances=ENTRANCES, note=note)
