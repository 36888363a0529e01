"""Open sale windows: what staff changed for a sale before it is added."""

from decimal import Decimal
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from models.fields import MoneyField, QuantityField

if TYPE_CHECKING:
    from models.money import MoneyAccount
    from models.orders import Order, OrderLine
    from models.sales import SalesChannel
    from models.staff import StaffMember
    from models.stock import Product


class SaleDraft(Model):
    """A sale window: one for an order, kept until ``Back`` or until its sale cannot be undone.

    It holds only what staff changed: None means "as the order says", so that what the platform
    changes meanwhile still comes through. ``staff`` is the person who is in it. ``discount`` is an
    amount, or a percentage of the goods when ``discount_is_percent``. ``down_payment`` of the sum
    goes to ``down_account``, the rest to ``money_account``. ``chat_id`` and ``message_id`` say
    where the window is shown (Telegram's ids).
    """

    id = fields.IntField(primary_key=True)
    order: fields.OneToOneRelation["Order"] = fields.OneToOneField(
        "kramar.Order", "sale_draft", on_delete=fields.RESTRICT
    )
    staff: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "sale_drafts", on_delete=fields.RESTRICT
    )
    sales_channel: fields.ForeignKeyRelation["SalesChannel"] = fields.ForeignKeyField(
        "kramar.SalesChannel", on_delete=fields.RESTRICT
    )
    money_account: fields.ForeignKeyNullableRelation["MoneyAccount"] = fields.ForeignKeyField(
        "kramar.MoneyAccount", "sale_drafts", null=True, on_delete=fields.RESTRICT
    )
    down_account: fields.ForeignKeyNullableRelation["MoneyAccount"] = fields.ForeignKeyField(
        "kramar.MoneyAccount", "down_payment_drafts", null=True, on_delete=fields.RESTRICT
    )
    down_payment = MoneyField(default=Decimal(0))
    discount: Decimal | None = QuantityField(null=True)
    discount_is_percent = fields.BooleanField(default=False)
    delivery_cost: Decimal | None = MoneyField(null=True)
    customer_name = fields.CharField(200, null=True)
    phone = fields.CharField(64, null=True)
    email = fields.CharField(200, null=True)
    delivery_method = fields.CharField(200, null=True)
    delivery_city = fields.CharField(200, null=True)
    delivery_address = fields.CharField(500, null=True)
    waybill_number = fields.CharField(64, default="")
    note = fields.CharField(500, default="")
    chat_id = fields.BigIntField(null=True)
    message_id = fields.BigIntField(null=True)
    updated_at = fields.DatetimeField(auto_now=True)

    order_id: int
    staff_id: int
    sales_channel_id: int
    money_account_id: int | None
    down_account_id: int | None

    class Meta:
        table = "sale_draft"


class SaleDraftLine(Model):
    """What a sale window changes of an order's line, or a line that staff added to the sale.

    Of an order's line None means "as ordered", and quantity zero takes it out of the sale; an added
    line has its own product, name, quantity and price. ``wanted`` is what the sale needs beyond
    what the order's line may hold, and ``reserved`` what this line holds of it. ``discount`` is for
    the whole line: an amount, or a percentage when ``discount_is_percent``.
    """

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "sale_draft_lines", on_delete=fields.RESTRICT
    )
    order_line: fields.ForeignKeyNullableRelation["OrderLine"] = fields.ForeignKeyField(
        "kramar.OrderLine", "sale_draft_lines", null=True, on_delete=fields.RESTRICT
    )
    product: fields.ForeignKeyNullableRelation["Product"] = fields.ForeignKeyField(
        "kramar.Product", "sale_draft_lines", null=True, on_delete=fields.RESTRICT
    )
    name = fields.CharField(500, default="")
    quantity: Decimal | None = QuantityField(null=True)
    unit_price: Decimal | None = MoneyField(null=True)
    discount = QuantityField(default=Decimal(0))
    discount_is_percent = fields.BooleanField(default=False)
    wanted = QuantityField(default=Decimal(0))
    reserved = QuantityField(default=Decimal(0))

    order_id: int
    order_line_id: int | None
    product_id: int | None

    class Meta:
        table = "sale_draft_line"
        unique_together = (("order", "order_line"),)
        constraints = (
            CheckConstraint(check='"reserved" >= 0', name="sale_draft_line_reserved_not_negative"),
            CheckConstraint(
                check='"reserved" <= "wanted"', name="sale_draft_line_reserved_not_above_wanted"
            ),
        )
