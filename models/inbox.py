"""The inbox: raw webhook requests as received."""

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

if TYPE_CHECKING:
    from models.shops import Shop


class EntryState(StrEnum):
    """How far a request has come."""

    PENDING = "pending"
    DONE = "done"
    SET_ASIDE = "set_aside"  # we could not work it; a person must look. ``problem`` says why


class InboxEntry(Model):
    """One raw request, committed before it was acknowledged. Times are UTC.

    ``is_silent``: what it tells of is stored without announcing it to anybody.
    """

    id = fields.BigIntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "inbox", on_delete=fields.RESTRICT
    )
    topic = fields.CharField(190)
    body = fields.BinaryField()
    state = fields.CharEnumField(EntryState, max_length=16, default=EntryState.PENDING)
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField(auto_now_add=True)
    received_at = fields.DatetimeField(auto_now_add=True)
    problem = fields.TextField(default="")
    is_silent = fields.BooleanField(default=False, db_default=False)

    shop_id: int

    class Meta:
        table = "inbox_entry"
        indexes = (Index(fields=["state", "id"]),)
