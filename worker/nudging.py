"""The clock: looks now and then for new orders that wait untouched."""

import asyncio

import structlog

from services import nudges

logger = structlog.get_logger(__name__)

EVERY_S = 20.0


async def run() -> None:
    """Nudge, for ever."""
    while True:
        try:
            await nudges.nudge()
        except Exception as error:  # the driver's errors are of many kinds; it may pass
            logger.error("nudging failed", exc_info=error)
        await asyncio.sleep(EVERY_S)
