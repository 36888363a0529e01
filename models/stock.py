"""What lies in the warehouse, and the ledger of every change of it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.stock import MovementKind
from models.fields import MoneyField, QuantityField

if TYPE_CHECKING:
    from models.orders import Order
    from models.staff import StaffMember


class Product(Model):
    """A product by SKU. ``on_hand`` may go negative (sold in spite of a shortage), visibly.

    ``unit`` is what quantities are counted in, as the shop writes it ("м", "kg"), "" for pieces.
    ``image_url`` is a picture's public address, "" for none. ``search_text`` is what searching
    looks at: SKU and name as ``domain.search`` folds them.
    """

    id = fields.IntField(primary_key=True)
    sku = fields.CharField(190, unique=True)
    name = fields.CharField(500)
    unit = fields.CharField(16, default="")
    image_url = fields.CharField(1000, default="")
    search_text = fields.CharField(700, default="")
    price = MoneyField(default=Decimal(0))
    cost = MoneyField(default=Decimal(0))
    on_hand = QuantityField(default=Decimal(0))
    reserved = QuantityField(default=Decimal(0))

    @property
    def available(self) -> Decimal:
        """What can still be promised; negative after an oversell."""
        return self.on_hand - self.reserved

    class Meta:
        table = "product"
        constraints = (
            CheckConstraint(check='"reserved" >= 0', name="product_reserved_not_negative"),
        )


class StockMovement(Model):
    """One append-only row of the stock ledger. Sums of the changes are the product's counters."""

    id = fields.IntField(primary_key=True)
    product: fields.ForeignKeyRelation["Product"] = fields.ForeignKeyField(
        "kramar.Product", "movements", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(MovementKind, max_length=16)
    on_hand_change = QuantityField(default=Decimal(0))
    reserved_change = QuantityField(default=Decimal(0))
    order: fields.ForeignKeyNullableRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "movements", null=True, on_delete=fields.RESTRICT
    )  # the cause; None: an import
    staff: fields.ForeignKeyNullableRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "movements", null=True, on_delete=fields.RESTRICT
    )  # None: the platform, or the program
    at = fields.DatetimeField(auto_now_add=True)

    product_id: int
    order_id: int | None
    staff_id: int | None

    class Meta:
        table = "stock_movement"
        indexes = (Index(fields=["product_id", "id"]), Index(fields=["order_id"]))
