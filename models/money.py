"""Money accounts, and the ledger of every change of their balances."""

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.payments import AccountKind
from models.fields import MoneyField

if TYPE_CHECKING:
    from models.sales import Sale, SaleReturn
    from models.staff import StaffMember


class MoneyAccount(Model):
    """Where money goes: the "receipt of money" of a sale. Its balance is the sum of its entries.

    ``key`` makes the shop's own accounts unique.
    """

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(AccountKind, max_length=16, default=AccountKind.OWN)
    name = fields.CharField(100)
    key = fields.CharField(190, null=True, unique=True)

    @property
    def is_promise(self) -> bool:
        """Whether what lies here is still to be received: COD and Unpaid."""
        return self.kind in {AccountKind.COD, AccountKind.UNPAID}

    class Meta:
        table = "money_account"


class EntryKind(StrEnum):
    """What a row of the money ledger records."""

    RECEIPT = "receipt"  # a sale was added
    SETTLE = "settle"  # a promise was kept: out of COD or Unpaid, into a real account
    RETURN = "return"  # goods came back, and money went back
    UNDO = "undo"  # the opposite of what was undone


class MoneyEntry(Model):
    """One append-only row of the money ledger: an account's balance changed by ``amount``.

    ``amount`` is in ``currency``, positive for money received.
    """

    id = fields.IntField(primary_key=True)
    account: fields.ForeignKeyRelation["MoneyAccount"] = fields.ForeignKeyField(
        "kramar.MoneyAccount", "entries", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(EntryKind, max_length=16)
    amount = MoneyField()
    currency = fields.CharField(8)
    sale: fields.ForeignKeyRelation["Sale"] = fields.ForeignKeyField(
        "kramar.Sale", "entries", on_delete=fields.RESTRICT
    )  # the cause
    sale_return: fields.ForeignKeyNullableRelation["SaleReturn"] = fields.ForeignKeyField(
        "kramar.SaleReturn", "entries", null=True, on_delete=fields.RESTRICT
    )  # set when a return, or its undo, was the cause
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "money_entries", on_delete=fields.RESTRICT
    )
    at = fields.DatetimeField(auto_now_add=True)

    account_id: int
    sale_id: int
    sale_return_id: int | None
    staff_id: int

    class Meta:
        table = "money_entry"
        indexes = (
            Index(fields=["account_id", "id"]),
            Index(fields=["sale_id"]),
            Index(fields=["sale_return_id"]),
        )
