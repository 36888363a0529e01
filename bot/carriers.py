"""The registry of carriers: with ``bot/platforms.py`` all that knows concrete integrations."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

from bot.settings import Settings
from integrations.carriers import Carrier
from integrations.http import ApiClient
from integrations.novaposhta.client import NovaPoshtaClient


@asynccontextmanager
async def open_carriers(settings: Settings) -> AsyncIterator[Mapping[str, Carrier]]:
    """All carriers as the settings want them, over one session. Their addresses are our own
    settings, never what somebody typed.
    """
    async with aiohttp.ClientSession() as session:
        yield {
            "novaposhta": NovaPoshtaClient(
                ApiClient(session),
                api_url=settings.novaposhta_api_url,
                print_url=settings.novaposhta_print_url,
                track_s=settings.novaposhta_track_seconds,
            )
        }
