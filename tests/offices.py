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


@asynccontextmanager
async def open_office(public_url: str = "") -> AsyncIterator[ShopOffice]:
    """An office whose APIs may call this machine; closed on leaving."""
    async with open_apis(allow_private=True) as apis:
        note = partial(order_note, translators=Translators(ZoneInfo("Europe/Kyiv")))
        yield ShopOffice(PLATFORMS, apis, BOX, public_url, entrances=ENTRANCES, note=note)
