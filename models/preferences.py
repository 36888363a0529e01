"""What the shop has decided about how the program behaves."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Preference(Model):
    """One decision by its name. Without a row the usual one holds (``services.preferences``)."""

    key = fields.CharField(64, primary_key=True)
    value: Any = fields.JSONField()

    class Meta:
        table = "preference"
