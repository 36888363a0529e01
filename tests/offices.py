"""A way to simulated shops on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

import aiohttp

from bot.i18n import Translators
from bot.order_notes import order_note
from bot.platforms import ENTRANCES, PLATFORMS, open_apis
from integrations.http import ApiClient
from integrations.prom.client import PromClient
from integrations.prom.pauses import Pauses
from sync.office import ShopOffice
from tests.factories import BOX

DEAD_PROM = "http://127.0.0.1:9/api/v1"  # the discard port: nobody listens


@asynccontextmanager
async def open_office(
    public_url: str = "", *, prom_url: str = DEAD_PROM, prom_poll_s: float = 60.0
) -> AsyncIterator[ShopOffice]:
    """An office whose APIs may call this machine; closed on leaving.

    ``prom_url`` is the address of the simulated Prom.ua, if one is needed: asked without a pause.
    """
    async with open_apis(allow_private=True) as apis, aiohttp.ClientSession() as session:
        prom = PromClient(
            ApiClient(session), base_url=prom_url, poll_s=prom_poll_s, pauses=Pauses(0)
        )
        note = partial(order_note, translators=Translators(ZoneInfo("Europe/Kyiv")))
        all_apis = {**apis, "prom": prom}
        yield ShopOffice(PLATFORMS, all_apis, BOX, public_url, entrances=ENTRANCES, note=note)
