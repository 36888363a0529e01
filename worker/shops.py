"""Talks to shops: tells them what they are owed, asks them what is new.

Every shop has a task of its own, so that a slow, refusing or dead one delays nothing but itself.
"""

from collections.abc import Awaitable, Callable, Collection

import structlog

from domain.errors import IntegrationError
from services import shops
from services.shops import ConnectedShop
from services.transactions import shops_bell
from sync.catalogue import read_catalogue
from sync.office import ShopOffice
from sync.polling import poll
from sync.stock import tell_stock
from sync.telling import tell_statuses

logger = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0

Step = Callable[[ShopOffice, ConnectedShop], Awaitable[bool]]
STEPS: tuple[Step, ...] = (tell_statuses, tell_stock, poll, read_catalogue)


class ShopWorker:
    """One loop over all shops. One process at a time may run it.

    Args:
        office: how shops are talked to.
        owner_ids: whom to tell of trouble (Telegram user ids).
    """

    def __init__(self, office: ShopOffice, owner_ids: Collection[int]) -> None:
        self._office = office
        self._owner_ids = owner_ids

    async def run(self) -> None:
        """Talk, for ever."""
        while True:
            for shop in await shops.active(self._office.box):
                await self._visit(shop)
            await shops_bell.wait(LOOK_EVERY_S)

    async def _visit(self, shop: ConnectedShop) -> None:
        for step in STEPS:
            try:
                await step(self._office, shop)
            except IntegrationError as error:
                logger.warning("a shop cannot be asked", shop_id=shop.id, problem=str(error))
                return
