"""What orders are found by, beside the columns of the order itself."""

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import KeyField

if TYPE_CHECKING:
    from models.orders import Order


class KeyKind(StrEnum):
    """What a search key is."""

    WORD = "word"  # a folded word of a person's name, or of the name of goods not in the stock
    PHONE = "phone"  # digits backwards, as ``Order.phone_key``: a recipient's, or another of a sale
    WAYBILL = "waybill"  # the number of a waybill, backwards


class SearchKey(Model):
    """One thing that an order is found by."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "search_keys", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(KeyKind, max_length=8)
    key = KeyField(64)

    order_id: int

    class Meta:
        table = "search_key"
        unique_together = (("kind", "key", "order"),)
        indexes = (Index(fields=["order_id"]),)


class WordEnding(Model):
    """Every ending of every word known to the search: a part of a word begins one of them.

    There is one row for each word and ending, however many orders have that word.
    """

    id = fields.BigIntField(primary_key=True)
    ending = KeyField(64)
    word = KeyField(64)

    class Meta:
        table = "word_ending"
        unique_together = (("ending", "word"),)
