"""Statuses: the labels people see, and the tabs they become."""

from dataclasses import dataclass

from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError

from domain.errors import LabelError, LabelProblem
from domain.labels import clean_label, label_key
from models.statuses import OrderStatus, StatusKind
from services.transactions import transaction

# The system's statuses, by the fixed ids of the first migrations.
NEW_ID, COMPLETED_ID, CANCELED_ID, REFUSED_ID = 1, 2, 3, 4

# What the system's statuses are called in the languages of the program: nobody may take these.
_SYSTEM_NAMES = (
    "New",
    "Completed",
    "Canceled",
    "Refused",
    "Нове",
    "Виконано",
    "Скасовано",
    "Відмова",
)
RESERVED_KEYS = frozenset(label_key(name) for name in _SYSTEM_NAMES)

COUNTED_TO = 999
LONGEST_KEY = 190  # a few signs become eighteen letters in the key
COUNTED_AT_ONCE = 400  # SQLite joins at most 500 parts to a query


@dataclass(frozen=True, slots=True)
class Tab:
    """A status with orders in it. ``count`` stops at 1000: "more than 999"."""

    status: OrderStatus
    count: int


async def create(text: str) -> OrderStatus:
    """Make an own status of what somebody typed.

    Raises:
        LabelError: empty, too long, or taken (ignoring case and spaces).
    """
    label = clean_label(text)
    key = label_key(label)[:LONGEST_KEY]
    if key in RESERVED_KEYS:
        raise LabelError(LabelProblem.TAKEN)
    try:
        async with transaction():
            return await OrderStatus.create(label=label, key=key)
    except IntegrityError as error:
        raise LabelError(LabelProblem.TAKEN) from error


async def own() -> list[OrderStatus]:
    """The shop's own statuses, oldest first."""
    return await OrderStatus.filter(kind=StatusKind.OWN).order_by("id")


async def tabs() -> list[Tab]:
    """The tabs with their counts: New always, the others while they have orders."""
    statuses = await OrderStatus.all()
    counts = await _counts([status.id for status in statuses])
    shown = [Tab(status, counts[status.id]) for status in statuses]
    shown.sort(key=lambda tab: (_TAB_ORDER[tab.status.kind], tab.status.id))
    return [tab for tab in shown if tab.count or tab.status.kind is StatusKind.NEW]


_TAB_ORDER = {
    StatusKind.NEW: 0,
    StatusKind.OWN: 1,
    StatusKind.COMPLETED: 2,
    StatusKind.CANCELED: 3,
    StatusKind.REFUSED: 4,
}


async def _counts(status_ids: list[int]) -> dict[int, int]:
    """Orders per status, each counted to 1000 at most: flat in time however many there are."""
    counts: dict[int, int] = {}
    for start in range(0, len(status_ids), COUNTED_AT_ONCE):
        counts |= await _counts_of(status_ids[start : start + COUNTED_AT_ONCE])
    return counts


async def _counts_of(status_ids: list[int]) -> dict[int, int]:
    parts = (
        f"SELECT {status_id} AS status_id, count(*) AS orders FROM "  # noqa: S608  (our own ids)
        f'(SELECT 1 FROM "order" WHERE status_id = {status_id} LIMIT {COUNTED_TO + 1}) AS part'
        for status_id in status_ids
    )
    rows = await get_connection("default").execute_query_dict(" UNION ALL ".join(parts))
    return {row["status_id"]: row["orders"] for row in rows}
