"""Whether all is well: the database, and how much is waiting."""

import asyncpg
from prometheus_client import Gauge
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException
from tortoise.timezone import now

from models.database import migration_names
from models.inbox import EntryState, InboxEntry
from models.outbox import OutboxEffect
from models.shops import ShopEffect
from models.telegram import ChatState

_inbox_pending = Gauge("kramar_inbox_pending", "Requests waiting to be worked")
_inbox_set_aside = Gauge("kramar_inbox_set_aside", "Requests a person must look at")
_outbox_waiting = Gauge("kramar_outbox_waiting", "Effects owed to the outside world")
_outbox_oldest = Gauge(
    "kramar_outbox_oldest_due_seconds", "Age of the oldest effect that can be performed"
)

_shop_effects_waiting = Gauge("kramar_shop_effects_waiting", "Effects owed to shops")


async def database_parts() -> dict[str, bool]:
    """Whether the database answers, and whether every migration of this version is applied."""
    try:
        rows = await get_connection("default").execute_query_dict(
            "SELECT name FROM tortoise_migrations"
        )
    except (BaseORMException, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return {"database": False, "migrations": False}
    applied = {row["name"] for row in rows}
    return {"database": True, "migrations": applied >= set(migration_names())}


async def measure() -> None:
    """Set the gauges that are read from the database."""
    _inbox_pending.set(await InboxEntry.filter(state=EntryState.PENDING).count())
    _inbox_set_aside.set(await InboxEntry.filter(state=EntryState.SET_ASIDE).count())
    _outbox_waiting.set(await OutboxEffect.all().count())
    _shop_effects_waiting.set(await ShopEffect.all().count())
    due = OutboxEffect.filter(due_at__lte=now(), problem="", chat__state=ChatState.SUBSCRIBED)
    oldest = await due.order_by("due_at").first()
    _outbox_oldest.set((now() - oldest.due_at).total_seconds() if oldest else 0)
