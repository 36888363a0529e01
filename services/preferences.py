"""What the shop has decided, by name; without a decision the usual one holds."""

from enum import StrEnum

from domain.rights import Right, demand
from models.audit import AuditKind
from models.preferences import Preference
from models.staff import StaffMember
from services import audit
from services.transactions import transaction


class Name(StrEnum):
    """A decision whose value is a whole number."""

    NUDGE_CHATS_AFTER = "nudge_chats_after"  # minutes a new order may wait untouched; 0: for ever
    NUDGE_OWNERS_AFTER = "nudge_owners_after"  # the same, until the owners are told


USUAL = {Name.NUDGE_CHATS_AFTER: 15, Name.NUDGE_OWNERS_AFTER: 45}


async def number(name: Name) -> int:
    """What was decided."""
    row = await Preference.get_or_none(key=name.value)
    return row.value if row else USUAL[name]


async def decide(name: Name, value: int, *, by: StaffMember) -> None:
    """Decide anew.

    Raises:
        NotAllowedError: not this person's to say.
    """
    demand(by.role, Right.EDIT_CHATS)
    async with transaction():
        old = await number(name)
        await Preference.update_or_create(key=name.value, defaults={"value": value})
        data = {"name": name.value, "old": old, "new": value}
        await audit.record(AuditKind.PREFERENCE_CHANGED, by=by, **data)
