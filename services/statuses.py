"""Statuses: the labels people see, and the tabs they become."""

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from domain.errors import LabelError, LabelProblem, NotFoundError
from domain.labels import clean_label, label_key
from domain.orders import Phase
from models.audit import AuditKind
from models.staff import StaffMember
from models.statuses import OrderStatus, StatusKind
from services import audit
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


async def create(text: str, *, by: StaffMember | None = None) -> OrderStatus:
    """Make an own status of what somebody typed, the last in the list. ``by`` None: the program.

    Raises:
        LabelError: empty, too long, or taken (ignoring case and spaces).
    """
    label, key = free_label(text)
    try:
        async with transaction():
            last = await OrderStatus.filter(kind=StatusKind.OWN).order_by("-position").first()
            position = last.position + 1 if last else 1
            status = await OrderStatus.create(label=label, key=key, position=position)
            await audit.record(AuditKind.STATUS_CREATED, by=by, label=label)
    except IntegrityError as error:
        raise LabelError(LabelProblem.TAKEN) from error
    return status


def free_label(text: str) -> tuple[str, str]:
    """A label and its key, unless the system's own have it; of the others the database knows.

    Raises:
        LabelError: as ``create``.
    """
    label = clean_label(text)
    key = label_key(label)[:LONGEST_KEY]
    if key in RESERVED_KEYS:
        raise LabelError(LabelProblem.TAKEN)
    return label, key


async def own() -> list[OrderStatus]:
    """The shop's own statuses, in the order it gave them."""
    return await OrderStatus.filter(kind=StatusKind.OWN).order_by("position", "id")


async def one(status_id: int) -> OrderStatus:
    """An own status.

    Raises:
        NotFoundError: there is no such status any more, or it is the system's.
    """
    return await _only(OrderStatus.filter(id=status_id, kind=StatusKind.OWN))


async def locked(status_id: int) -> OrderStatus:
    """An own status that stays as it is until the transaction ends. Raises: as ``one``.

    Whoever is about to move an order into it locks it, and the order after it. Nobody else needs
    to: a status waits for its orders before it changes (``services.status_edits``), so it stays as
    it is for whoever has locked one of them.
    """
    found = OrderStatus.filter(id=status_id, kind=StatusKind.OWN)
    # No key: rows that are stored for a status (their foreign key) must not wait for this lock.
    return await _only(found.select_for_update(no_key=True))


async def _only(found: QuerySet[OrderStatus]) -> OrderStatus:
    status = await found.first()
    if status is None:
        raise NotFoundError("status")
    return status


async def holds_goods(status_id: int) -> bool:
    """Whether orders in this status reserve; it stays so while one of them is locked."""
    return await OrderStatus.exists(id=status_id, holds_goods=True)


async def open_ids() -> list[int]:
    """The statuses of open orders: by them such orders are found, however many others there are."""
    found = OrderStatus.filter(phase=Phase.OPEN).order_by("id")
    return [status.id for status in await found.only("id")]


async def tabs() -> list[Tab]:
    """The tabs with their counts: New always, the others while they have orders."""
    shown = sorted(
        await counted(await OrderStatus.exclude(kind=StatusKind.DELETED)),
        key=lambda tab: (_TAB_ORDER[tab.status.kind], tab.status.position, tab.status.id),
    )
    return [tab for tab in shown if tab.count or tab.status.kind is StatusKind.NEW]


_TAB_ORDER = {
    StatusKind.NEW: 0,
    StatusKind.OWN: 1,
    StatusKind.COMPLETED: 2,
    StatusKind.CANCELED: 3,
    StatusKind.REFUSED: 4,
}


async def counted(rows: Sequence[OrderStatus]) -> tuple[Tab, ...]:
    """These statuses with the counts of their orders."""
    counts = await _counts([status.id for status in rows])
    return tuple(Tab(status, counts[status.id]) for status in rows)


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
