"""Nothing may be lost while it is measured."""

import asyncio

from models.database import open_database
from models.inbox import EntryState, InboxEntry
from models.orders import Order
from models.outbox import OutboxEffect
from services.check import differences

_PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.1


class LostError(Exception):
    """A measurement does not count: something is missing, or the books do not agree."""


def ensure(is_true: bool, what: str) -> None:
    """Refuse a result.

    Raises:
        LostError: it is not true.
    """
    if not is_true:
        raise LostError(what)


async def ensure_worked(url: str, orders: int, *, effects: int | None = None) -> None:
    """Check that every order is stored, every request settled, and all counters agree.

    Raises:
        LostError: they are not.
    """
    async with open_database(url):
        await ensure_worked_here(orders, effects=effects)


async def ensure_worked_here(orders: int, *, effects: int | None = None) -> None:
    """As ``ensure_worked``, in the open database."""
    ensure(await Order.all().count() == orders, f"not {orders} orders")
    ensure(await InboxEntry.all().count() == orders, f"not {orders} requests")
    ensure(await InboxEntry.filter(state=EntryState.DONE).count() == orders, "unsettled requests")
    if effects is not None:
        ensure(await OutboxEffect.all().count() == effects, f"not {effects} effects")
    found = await differences()
    ensure(not found, "; ".join(found))


async def wait_until_worked(url: str, orders: int) -> None:
    """Wait until another process has stored so many orders.

    Raises:
        TimeoutError: it takes too long.
    """
    async with open_database(url), asyncio.timeout(_PATIENCE_S):
        while await Order.all().count() < orders:  # noqa: ASYNC110  (another process works)
            await asyncio.sleep(_LOOK_EVERY_S)


async def count_requests(url: str) -> int:
    """How many requests the inbox of a database holds."""
    async with open_database(url):
        return await InboxEntry.all().count()
