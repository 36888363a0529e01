"""What takes longer than a tap: connecting a shop, and reading its catalogue."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.shops import ConnectionState, ImportState

if TYPE_CHECKING:
    from models.shops import Shop
    from models.staff import StaffMember


class ShopConnection(Model):
    """A shop that somebody began to connect and whose keys are still to come from its platform.

    Only the hash of the one-time ``state`` in the platform's callback is kept. ``secrets`` are the
    keys once they have come, encrypted. ``chat_id`` (Telegram's) and ``message_id`` are where the
    person waits. ``shop`` is the outcome.
    """

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(64, unique=True)
    platform = fields.CharField(16)
    base_url = fields.CharField(500)
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "connections", on_delete=fields.RESTRICT
    )
    chat_id = fields.BigIntField()
    message_id = fields.BigIntField()
    state = fields.CharField(16, default=ConnectionState.WAITING.value)
    secrets = fields.TextField(default="")
    shop: fields.ForeignKeyNullableRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "connections", null=True, on_delete=fields.RESTRICT
    )
    created_at: datetime = fields.DatetimeField(auto_now_add=True)

    staff_id: int
    shop_id: int | None

    class Meta:
        table = "shop_connection"
        indexes = (Index(fields=["state"]),)


class CatalogueImport(Model):
    """One reading of a shop's catalogue, page by page, and what was decided about it.

    ``cursor`` is the platform's own mark of how far it was read. ``found`` is how many listings
    there are so far, ``total`` how many the shop announced (0: unknown). ``counts`` is the summary
    (JSON). ``chat_id`` (Telegram's) and ``message_id`` are where its progress is shown, 0: nowhere
    at present; ``shown`` is the fingerprint of what that message shows.
    """

    id = fields.IntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "imports", on_delete=fields.RESTRICT
    )
    state = fields.CharField(16, default=ImportState.READING.value)
    cursor = fields.CharField(200, default="")
    found = fields.IntField(default=0)
    total = fields.IntField(default=0)
    counts: dict[str, Any] = fields.JSONField(default=dict)
    problem = fields.CharField(300, default="")
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "imports", on_delete=fields.RESTRICT
    )
    chat_id = fields.BigIntField()
    message_id = fields.BigIntField()
    shown = fields.CharField(64, default="", db_default="")
    created_at: datetime = fields.DatetimeField(auto_now_add=True)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    shop_id: int
    staff_id: int

    class Meta:
        table = "catalogue_import"
        indexes = (Index(fields=["shop_id", "id"]), Index(fields=["state"]))
