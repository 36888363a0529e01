"""What staff changed about the shop itself: people, statuses, chats, accounts."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.staff import StaffMember


class AuditKind(StrEnum):
    """What was done. ``data`` holds names as they were then, never secrets."""

    STAFF_INVITED = "staff_invited"  # data: role
    INVITE_REVOKED = "invite_revoked"  # data: role
    STAFF_JOINED = "staff_joined"  # data: name, role
    ROLE_CHANGED = "role_changed"  # data: name, old, new
    STAFF_REMOVED = "staff_removed"  # data: name, role
    STATUS_CREATED = "status_created"  # data: label
    STATUS_RENAMED = "status_renamed"  # data: old, new
    STATUS_CHANGED = "status_changed"  # data: label, and what: emoji, holds_goods
    STATUS_DELETED = "status_deleted"  # data: label, moved (orders), to (label)
    CHANNEL_CREATED = "channel_created"  # data: name
    CHANNEL_RENAMED = "channel_renamed"  # data: old, new
    ACCOUNT_CREATED = "account_created"  # data: name
    ACCOUNT_RENAMED = "account_renamed"  # data: old, new
    CHAT_CHANGED = "chat_changed"  # data: title, and what: shops, quiet, board, language, state
    SHOP_CONNECTED = "shop_connected"  # data: name, platform
    SHOP_DISCONNECTED = "shop_disconnected"  # data: name, platform
    SHOP_CHANGED = "shop_changed"  # data: name, what (keys, stock, status, map, name), value
    CATALOGUE_IMPORTED = "catalogue_imported"  # data: name, created, linked
    CARRIER_CONNECTED = "carrier_connected"  # data: name (a folder in integrations/)
    CARRIER_DISCONNECTED = "carrier_disconnected"  # data: name
    CARRIER_CHANGED = "carrier_changed"  # data: name, what (services.carrier_accounts.Part), value
    PREFERENCE_CHANGED = "preference_changed"  # data: name, old, new


class AuditEntry(Model):
    """One row of the audit log, which is only ever added to. Times are UTC."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(AuditKind, max_length=24)
    staff: fields.ForeignKeyNullableRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "audit", null=True, on_delete=fields.RESTRICT
    )  # None: the program, or its command line
    data: dict[str, Any] = fields.JSONField(default=dict)
    at: datetime = fields.DatetimeField(auto_now_add=True)

    staff_id: int | None

    class Meta:
        table = "audit_entry"
