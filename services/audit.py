"""The audit log: who changed what about the shop itself. Orders have a history of their own."""

from dataclasses import dataclass

from models.audit import AuditEntry, AuditKind
from models.staff import StaffMember

PAGE_SIZE = 15


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log, newest first, and whether there is more on either side."""

    entries: tuple[AuditEntry, ...]
    has_newer: bool
    has_older: bool


async def record(kind: AuditKind, *, by: StaffMember | None, **data: object) -> None:
    """Write one row, in the transaction of what it tells. ``by`` None: the program itself.

    ``data`` is JSON; names as they are now, never secrets.
    """
    await AuditEntry.create(kind=kind, staff_id=by.id if by else None, data=data)
