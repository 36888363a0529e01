"""Works the inbox: at once when a request was committed, and again after a crash."""

from collections.abc import Collection, Mapping

import structlog

from domain.orders import Change
from integrations.base import Platform
from services import inbox, intake
from services.transactions import inbox_bell

logger = structlog.get_logger(__name__)

# Another process may have committed a request: look this often without being told.
LOOK_EVERY_S = 0.25
PAUSE_AFTER_TROUBLE_S = 1.0


class InboxWorker:
    """One loop that turns requests into orders.

    Args:
        platforms: what the data of each platform means, by name.
        owner_ids: whom to tell when a request is set aside (Telegram user ids).
    """

    def __init__(self, platforms: Mapping[str, Platform], owner_ids: Collection[int]) -> None:
        self._platforms = platforms
        self._owner_ids = owner_ids

    async def run(self) -> None:
        """Work for ever."""
        while True:
            try:
                taken = await self.run_once()
            except Exception as error:  # the driver's errors are of many kinds; it may pass
                logger.error("the inbox cannot be worked", exc_info=error)
                await inbox_bell.wait(PAUSE_AFTER_TROUBLE_S)
                continue
            if not taken:
                await inbox_bell.wait(LOOK_EVERY_S)

    async def run_once(self) -> int:
        """Work what is due, a group in one transaction; returns how many requests were taken.

        When the group fails, each of its requests is worked alone, so that one bad request delays
        no other.
        """
        try:
            return await intake.work_group(self._parse, self._owner_ids)
        except Exception as error:  # noqa: BLE001  (the top of the loop; the culprit is found below)
            logger.info("a group of requests is worked one by one", reason=repr(error))
        entry_ids = await inbox.due_ids(intake.GROUP)
        for entry_id in entry_ids:
            await self._work_alone(entry_id)
        return len(entry_ids)

    async def _work_alone(self, entry_id: int) -> None:
        try:
            await intake.work_one(entry_id, self._parse, self._owner_ids)
        except Exception as error:
            logger.error("a request cannot be worked", entry_id=entry_id, exc_info=error)
            await inbox.note_failure(entry_id, type(error).__name__, self._owner_ids)

    def _parse(self, platform: str, topic: str, body: bytes) -> tuple[Change, ...]:
        changes = self._platforms[platform].parse(topic, body)
        if not changes:
            logger.info("a request of no interest", platform=platform, topic=topic)
        return changes
