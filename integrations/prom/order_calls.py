"""A cabinet's orders: found by what was changed, told their status and their parcel's number."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from domain.orders import IncomingOrder, RejectReason
from integrations.base import Found, PlatformStatus
from integrations.prom.cabinet import Cabinet


def changed(cabinet: Cabinet, since: datetime) -> AsyncIterator[Sequence[Found]]:
    """All orders changed since, the earliest change first."""
    raise NotImplementedError


async def count_open(cabinet: Cabinet) -> int:
    """How many orders wait to be processed."""
    raise NotImplementedError


def waiting(cabinet: Cabinet) -> AsyncIterator[Sequence[Found]]:
    """The orders that wait to be processed, oldest first."""
    raise NotImplementedError


async def statuses(cabinet: Cabinet) -> Sequence[PlatformStatus]:
    """The statuses that orders may be given."""
    raise NotImplementedError


async def give_status(
    cabinet: Cabinet, external_id: str, status: str, reason: RejectReason | None
) -> IncomingOrder:
    """Give an order a status; returns it as it is then."""
    raise NotImplementedError


async def attach_waybill(cabinet: Cabinet, external_id: str, number: str) -> None:
    """Let the order have this parcel."""
    raise NotImplementedError
