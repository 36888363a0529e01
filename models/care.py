"""Who is looking after an order, and when they want to be reminded of it."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

if TYPE_CHECKING:
    from models.orders import Order
    from models.staff import StaffMember
    from models.telegram import Chat


class Claim(Model):
    """Somebody is on an order. It lapses when they have done nothing with it for a while.

    ``since`` (UTC) is when they took it, ``at`` when they last did something (to the minute).
    ``is_of_window``: by opening the sale window, so it goes when they leave that.
    """

    id = fields.IntField(primary_key=True)
    order: fields.OneToOneRelation["Order"] = fields.OneToOneField(
        "kramar.Order", "claim", on_delete=fields.RESTRICT
    )
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "claims", on_delete=fields.RESTRICT
    )
    since = fields.DatetimeField()
    at = fields.DatetimeField()
    is_of_window = fields.BooleanField(default=False)

    order_id: int
    staff_id: int

    class Meta:
        table = "claim"


class Reminder(Model):
    """A reminder of an order that one chat will get, as a reply to its card. Gone once sent.

    It is sent by the outbox effect whose subject it is, which is due at the same time (UTC).
    """

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "reminders", on_delete=fields.RESTRICT
    )
    chat: fields.ForeignKeyRelation["Chat"] = fields.ForeignKeyField(
        "kramar.Chat", "reminders", on_delete=fields.RESTRICT
    )
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "reminders", on_delete=fields.RESTRICT
    )
    due_at = fields.DatetimeField()
    created_at = fields.DatetimeField(auto_now_add=True)

    order_id: int
    chat_id: int
    staff_id: int

    class Meta:
        table = "reminder"
        unique_together = (("order", "chat"),)
        indexes = (Index(fields=["staff_id"]),)
