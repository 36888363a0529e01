"""The audit log: who changed what about the shop itself. Orders have a history of their own."""

from dataclasses import dataclass

from domain.rights import Right, demand
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


async def page(
    *, older_than: int | None = None, newer_than: int | None = None, by: StaffMember
) -> AuditPage:
    """A page of the log, newest first; where nothing is left on that side, the first page.

    ``older_than``, ``newer_than``: ids of rows.

    Raises:
        NotAllowedError: not this person's to read.
    """
    demand(by.role, Right.SEE_AUDIT)
    if newer_than is not None:
        newer = AuditEntry.filter(id__gt=newer_than).order_by("id").limit(PAGE_SIZE + 1)
        found = await newer.select_related("staff")
        if len(found) > PAGE_SIZE:
            return AuditPage(tuple(reversed(found[:PAGE_SIZE])), has_newer=True, has_older=True)
    query = AuditEntry.all().order_by("-id").limit(PAGE_SIZE + 1).select_related("staff")
    if older_than is not None:
        found = await query.filter(id__lt=older_than)
        if found:
            return AuditPage(tuple(found[:PAGE_SIZE]), True, len(found) > PAGE_SIZE)
    found = await query
    return AuditPage(tuple(found[:PAGE_SIZE]), False, len(found) > PAGE_SIZE)
