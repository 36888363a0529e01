"""Which statuses orders may be given on a shop's side, for an owner to choose from."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from domain.errors import IntegrationError, NotFoundError
from domain.shops import Step
from integrations.base import PlatformStatus, TakesNotes, TakesWaybills
from services import shops
from services.status_maps import StatusMap
from sync.office import ShopOffice, account

logger = structlog.get_logger(__name__)

PATIENCE_S = 6.0  # somebody looks at the screen


@dataclass(frozen=True, slots=True)
class StatusOffer:
    """What may be chosen. ``usual``: what each step is called unless the owner decides otherwise.

    Without ``is_complete`` the shop did not say what else it has. ``takes_notes``: who did what is
    told there as well, ``takes_waybills``: numbers of parcels are.
    """

    statuses: tuple[PlatformStatus, ...]
    usual: Mapping[Step, str]
    is_complete: bool
    takes_notes: bool
    takes_waybills: bool

    def usual_code(self, step: str) -> str:
        """What a step is called unless the owner decides otherwise; "": it is not told."""
        return {each.value: code for each, code in self.usual.items()}.get(step, "")

    def name(self, code: str) -> str:
        """What people read in the shop; the code where it did not say."""
        return next((each.name for each in self.statuses if each.code == code), "") or code


async def status_offer(office: ShopOffice, chosen: StatusMap) -> StatusOffer:
    """Ask a shop for its statuses; what it uses already is offered also when it does not answer.

    Raises:
        NotFoundError: the shop cannot be told anything, whatever it is.
    """
    shop = await shops.one(chosen.shop.id, office.box)
    api = office.api(shop)
    if api is None:
        raise NotFoundError("shop")
    usual = office.platforms[shop.platform].usual_statuses
    try:
        async with asyncio.timeout(PATIENCE_S):
            known = tuple(await api.order_statuses(account(shop)))
    except (IntegrationError, TimeoutError) as error:
        logger.info("a shop does not name its statuses", shop_id=shop.id, problem=str(error))
        known = ()
    codes = {each.code for each in known}
    used = dict.fromkeys([*usual.values(), *filter(None, chosen.chosen.values())])
    missing = tuple(PlatformStatus(code, "") for code in used if code not in codes)
    return StatusOffer(
        (*known, *missing),
        usual,
        is_complete=bool(known),
        takes_notes=isinstance(api, TakesNotes),
        takes_waybills=isinstance(api, TakesWaybills),
    )
