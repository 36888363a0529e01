"""Statuses: the labels people see on orders. Data, not code."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from domain.orders import Phase


class StatusKind(StrEnum):
    """Which label this is; the system's four are translated, own ones are shown as typed."""

    NEW = "new"
    OWN = "own"
    COMPLETED = "completed"
    CANCELED = "canceled"
    REFUSED = "refused"
    DELETED = "deleted"  # an own one that is no more; histories still name it


class OrderStatus(Model):
    """One label and the phase it belongs to. The system's four exist from the first migration.

    Own ones are shown by ``position``, then id. Orders in a status that does not ``holds_goods``
    reserve nothing. No order is in a deleted one.
    """

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(StatusKind, max_length=16, default=StatusKind.OWN)
    phase = fields.CharEnumField(Phase, max_length=16, default=Phase.OPEN)
    label = fields.CharField(30)
    key = fields.CharField(190, unique=True)  # the label without case and spaces
    emoji = fields.CharField(16, default="")  # "": the usual pin
    position = fields.IntField(default=0)
    holds_goods = fields.BooleanField(default=True)

    class Meta:
        table = "order_status"
