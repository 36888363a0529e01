"""Sales: what was really sold, for how much, through which channel; and what came back."""

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from models.fields import MoneyField, QuantityField

if TYPE_CHECKING:
    from models.customers import Customer
    from models.money import MoneyAccount
    from models.orders import Order, OrderLine
    from models.shops import Shop
    from models.staff import StaffMember
    from models.stock import Product


class SalesChannel(Model):
    """Where a sale came from. One is made with each shop, ``key`` makes the others unique."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(100)
    key = fields.CharField(190, null=True, unique=True)
    shop: fields.OneToOneNullableRelation["Shop"] = fields.OneToOneField(
        "kramar.Shop", "sales_channel", null=True, on_delete=fields.RESTRICT
    )

    shop_id: int | None

    class Meta:
        table = "sales_channel"


class SaleState(StrEnum):
    """What a sale counts for."""

    STANDING = "standing"  # sold, also when a part came back
    RETURNED = "returned"  # all of it came back
    UNDONE = "undone"  # taken back within the minute: counts for nothing


class Sale(Model):
    """One sale of an order. An undone one stays for the history and counts for nothing.

    Money is in ``currency``. ``goods`` is the sum of the lines after their own discounts; ``total``
    is goods - discount + delivery_cost + fees, and ``refunded`` of it the platform gave back before
    the sale: the rest is due. ``returned`` was given back after it. ``cost`` is what the goods cost
    us, ``returned_cost`` what came back to stock of it. ``outstanding`` lies in COD and Unpaid.
    """

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "sales", on_delete=fields.RESTRICT
    )
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "sales", on_delete=fields.RESTRICT
    )
    sales_channel: fields.ForeignKeyRelation["SalesChannel"] = fields.ForeignKeyField(
        "kramar.SalesChannel", "sales", on_delete=fields.RESTRICT
    )
    money_account: fields.ForeignKeyRelation["MoneyAccount"] = fields.ForeignKeyField(
        "kramar.MoneyAccount", "sales", on_delete=fields.RESTRICT
    )  # where what is not a down payment went
    customer: fields.ForeignKeyNullableRelation["Customer"] = fields.ForeignKeyField(
        "kramar.Customer", "sales", null=True, on_delete=fields.RESTRICT
    )
    customer_name = fields.CharField(200, default="")
    phone = fields.CharField(64, default="")
    email = fields.CharField(200, default="")
    delivery_method = fields.CharField(200, default="")
    delivery_city = fields.CharField(200, default="")
    delivery_address = fields.CharField(500, default="")
    waybill_number = fields.CharField(64, default="")
    note = fields.CharField(500, default="")
    currency = fields.CharField(8)
    goods = MoneyField()
    discount = MoneyField()
    delivery_cost = MoneyField()
    fees = MoneyField()
    total = MoneyField()
    refunded = MoneyField(default=Decimal(0))
    cost = MoneyField(default=Decimal(0))
    returned = MoneyField(default=Decimal(0))
    returned_cost = MoneyField(default=Decimal(0))
    outstanding = MoneyField(default=Decimal(0))
    state = fields.CharEnumField(SaleState, max_length=16, default=SaleState.STANDING)
    # The order's id while the sale stands, else None: an order is sold at most once at a time,
    # whoever taps and however often.
    standing_for = fields.IntField(null=True, unique=True)
    at = fields.DatetimeField(auto_now_add=True)

    order_id: int
    staff_id: int
    sales_channel_id: int
    money_account_id: int
    customer_id: int | None

    @property
    def is_undone(self) -> bool:
        """Whether the sale was taken back as if it had never been."""
        return self.state is SaleState.UNDONE

    @property
    def due(self) -> Decimal:
        """What the money accounts received for it: the total less what was refunded before."""
        return self.total - self.refunded

    @property
    def profit(self) -> Decimal:
        """What the goods and fees brought above their cost; delivery is the carrier's money."""
        kept = self.due - self.returned
        delivery = min(self.delivery_cost, max(kept, Decimal(0)))
        return kept - delivery - (self.cost - self.returned_cost)

    class Meta:
        table = "sale"
        indexes = (
            Index(fields=["at"]),
            Index(fields=["order_id"]),
            Index(fields=["customer_id"]),
            Index(fields=["outstanding"]),
        )


class SaleLine(Model):
    """What left the warehouse with a sale, at the cost of that moment.

    ``amount`` is for the whole line after its own ``discount``; ``discount_share`` is its part of
    the sale's discount: the shares add up to it. ``held`` is how much the order line had reserved,
    ``held_extra`` how much the sale window had on top: an undo gives exactly that back.
    """

    id = fields.IntField(primary_key=True)
    sale: fields.ForeignKeyRelation["Sale"] = fields.ForeignKeyField(
        "kramar.Sale", "lines", on_delete=fields.RESTRICT
    )
    order_line: fields.ForeignKeyNullableRelation["OrderLine"] = fields.ForeignKeyField(
        "kramar.OrderLine", "sale_lines", null=True, on_delete=fields.RESTRICT
    )  # None: staff added it in the sale window
    product: fields.ForeignKeyNullableRelation["Product"] = fields.ForeignKeyField(
        "kramar.Product", "sale_lines", null=True, on_delete=fields.RESTRICT
    )  # None: a line that was not linked; it moves no goods
    name = fields.CharField(500)
    quantity = QuantityField()
    held = QuantityField(default=Decimal(0))
    held_extra = QuantityField(default=Decimal(0))
    discount = MoneyField(default=Decimal(0))
    amount = MoneyField()
    discount_share = MoneyField(default=Decimal(0))
    unit_cost = MoneyField()
    returned = QuantityField(default=Decimal(0))

    sale_id: int
    order_line_id: int | None
    product_id: int | None

    class Meta:
        table = "sale_line"
        indexes = (Index(fields=["sale_id"]),)
        constraints = (
            CheckConstraint(check='"held" >= 0', name="sale_line_held_not_negative"),
            CheckConstraint(
                check='"returned" >= 0 AND "returned" <= "quantity"',
                name="sale_line_returned_within_quantity",
            ),
        )


class SaleReturn(Model):
    """Goods of a sale that come back, with their money. Being put together until ``done_at``.

    ``amount`` is what is given back, None while it follows from the lines. It comes out of
    ``money_account``, or when that is None out of where the sale's money lies.
    """

    id = fields.IntField(primary_key=True)
    sale: fields.ForeignKeyRelation["Sale"] = fields.ForeignKeyField(
        "kramar.Sale", "returns", on_delete=fields.RESTRICT
    )
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "returns", on_delete=fields.RESTRICT
    )
    money_account: fields.ForeignKeyNullableRelation["MoneyAccount"] = fields.ForeignKeyField(
        "kramar.MoneyAccount", "returns", null=True, on_delete=fields.RESTRICT
    )
    amount: Decimal | None = MoneyField(null=True)
    revision = fields.IntField(default=1)
    # The sale's id while the return is being put together: one at a time.
    open_for = fields.IntField(null=True, unique=True)
    done_at = fields.DatetimeField(null=True)
    undone_at = fields.DatetimeField(null=True)

    sale_id: int
    staff_id: int
    money_account_id: int | None

    class Meta:
        table = "sale_return"
        indexes = (Index(fields=["sale_id"]),)


class SaleReturnLine(Model):
    """How much of a sale's line comes back, and whether it is fit to be sold again."""

    id = fields.IntField(primary_key=True)
    sale_return: fields.ForeignKeyRelation["SaleReturn"] = fields.ForeignKeyField(
        "kramar.SaleReturn", "lines", on_delete=fields.RESTRICT
    )
    sale_line: fields.ForeignKeyRelation["SaleLine"] = fields.ForeignKeyField(
        "kramar.SaleLine", "returns", on_delete=fields.RESTRICT
    )
    quantity = QuantityField()
    is_written_off = fields.BooleanField(default=False)

    sale_return_id: int
    sale_line_id: int

    class Meta:
        table = "sale_return_line"
        unique_together = (("sale_return", "sale_line"),)
