"""Housekeeping: what is done and old is forgotten."""

import asyncio

import structlog

from services import chats, connections, dialogues, drafts, inbox

logger = structlog.get_logger(__name__)

EVERY_S = 3600.0


async def run() -> None:
    """Tidy up every hour, for ever."""
    while True:
        try:
            await tidy()
        except Exception as error:  # the driver's errors are of many kinds; it may pass
            logger.error("housekeeping failed", exc_info=error)
        await asyncio.sleep(EVERY_S)


async def tidy() -> None:
    """Forget worked requests, abandoned dialogues, windows of old sales, keys that connected no
    shop, what chats that left are owed, and repeats of what chats that refuse us are owed.
    """
    requests = await inbox.forget_done()
    forgotten = await dialogues.forget_old()
    windows = await drafts.forget_sold()
    dropped = await chats.drop_unwanted()
    folded = await chats.fold_repeats()
    await connections.forget_old()
    logger.info(
        "housekeeping done",
        requests=requests,
        dialogues=forgotten,
        windows=windows,
        effects=dropped + folded,
    )
