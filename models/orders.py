"""Orders as customers placed them, their lines, and their history."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.orders import Phase, PlatformState
from models.fields import KeyField, MoneyField, QuantityField

if TYPE_CHECKING:
    from models.care import Claim
    from models.shops import Shop
    from models.staff import StaffMember
    from models.statuses import OrderStatus
    from models.stock import Product


class Order(Model):
    """What a customer ordered on a platform, unique by (shop, external id).

    Money is in ``currency``. Times are aware UTC. ``revision`` grows with every change of the order
    and its status. ``modified_at`` and ``entry_id`` say how new our knowledge of the platform's
    side is. ``phone_key`` is the phone's digits in international form, backwards: its last digits
    are a prefix. ``nudges`` counts the reminders of an untouched new order (chats, then owners).
    """

    id = fields.IntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "orders", on_delete=fields.RESTRICT
    )
    external_id = fields.CharField(64)
    number = KeyField(64)
    phase = fields.CharEnumField(Phase, max_length=16, default=Phase.OPEN)
    status: fields.ForeignKeyRelation["OrderStatus"] = fields.ForeignKeyField(
        "kramar.OrderStatus", "orders", on_delete=fields.RESTRICT
    )
    revision = fields.IntField(default=1)
    platform_state = fields.CharEnumField(PlatformState, max_length=16)
    is_closed_by_platform = fields.BooleanField(default=False)
    platform_status = fields.CharField(100, default="", db_default="")  # in its own words
    told_status = fields.CharField(100, default="", db_default="")  # what we last told it
    tell_problem = fields.CharField(300, default="", db_default="")  # why it would not hear
    told_waybill = fields.CharField(64, default="", db_default="")  # the number we last told it

    placed_at = fields.DatetimeField()
    modified_at = fields.DatetimeField()
    entry_id = fields.BigIntField(default=0)
    digest = fields.CharField(64)
    created_at = fields.DatetimeField(auto_now_add=True)

    currency = fields.CharField(8)
    customer_name = fields.CharField(200, default="")
    phone = fields.CharField(64, default="")
    email = fields.CharField(200, default="")
    delivery_method = fields.CharField(200, default="")
    delivery_city = fields.CharField(200, default="")
    delivery_address = fields.CharField(500, default="")
    recipient_name = fields.CharField(200, default="", db_default="")
    recipient_phone = fields.CharField(64, default="", db_default="")
    branch_ref = fields.CharField(64, default="", db_default="")
    city_ref = fields.CharField(64, default="", db_default="")
    waybill_number = fields.CharField(64, default="", db_default="")
    payment_method = fields.CharField(100, default="")
    payment_title = fields.CharField(200, default="")
    is_paid = fields.BooleanField(default=False)
    note = fields.TextField(default="")
    wants_no_call = fields.BooleanField(default=False, db_default=False)
    promotion = fields.CharField(200, default="", db_default="")
    cancellation = fields.CharField(300, default="", db_default="")
    delivery_cost = MoneyField(default=Decimal(0))
    fees = MoneyField(default=Decimal(0))
    discount = MoneyField(default=Decimal(0))
    refunded = MoneyField(default=Decimal(0))
    total = MoneyField(default=Decimal(0))

    phone_key = KeyField(20, default="")
    call_attempts = fields.IntField(default=0)  # calls nobody answered, since it was opened
    is_touched = fields.BooleanField(default=False)  # staff have done something about it
    nudges = fields.IntField(default=0)

    shop_id: int
    status_id: int
    lines: fields.ReverseRelation["OrderLine"]
    claim: "Claim | None"

    class Meta:
        table = "order"
        unique_together = (("shop", "external_id"),)
        indexes = (
            Index(fields=["status_id", "id"]),
            Index(fields=["number"]),
            Index(fields=["phone_key", "id"]),
        )


class OrderLine(Model):
    """One line of an order. ``reserved`` is its reservation: what it holds of ``product``."""

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "lines", on_delete=fields.RESTRICT
    )
    external_id = fields.CharField(64)
    position = fields.IntField()
    product_external_id = fields.CharField(64, default="")
    sku = fields.CharField(190, default="")
    name = fields.CharField(500)
    quantity = QuantityField()
    unit = fields.CharField(16, default="", db_default="")  # as the platform writes it
    amount = MoneyField()  # for the whole line, before the order's discount
    product: fields.ForeignKeyNullableRelation["Product"] = fields.ForeignKeyField(
        "kramar.Product", "order_lines", null=True, on_delete=fields.RESTRICT
    )
    reserved = QuantityField(default=Decimal(0))

    order_id: int
    product_id: int | None

    class Meta:
        table = "order_line"
        unique_together = (("order", "external_id"),)
        indexes = (Index(fields=["product_id", "order_id"]), Index(fields=["sku"]))
        constraints = (
            CheckConstraint(check='"reserved" >= 0', name="order_line_reserved_not_negative"),
            CheckConstraint(
                check='"reserved" <= "quantity"', name="order_line_reserved_not_above_quantity"
            ),
        )


class EventKind(StrEnum):
    """What happened to an order."""

    CREATED = "created"  # it came in
    CHANGED = "changed"  # the platform changed it; data: the difference
    STATUS = "status"  # staff gave it another open status
    COMPLETED = "completed"  # sale added
    REJECTED = "rejected"  # data: reason, text
    REFUSED = "refused"
    RETURNED = "returned"  # goods of its sale came back; data: return_id, amount, is_whole
    SETTLED = "settled"  # money of its sale was received; data: amount, account
    COMMENTED = "commented"  # data: text
    TAKEN_OVER = "taken_over"  # a colleague was on it; data: holder (their name)
    NO_ANSWER = "no_answer"  # the customer did not pick up; data: attempt (1, 2, ...)
    REMINDER = "reminder"  # somebody wants to be reminded; data: at (ISO, UTC)
    LINKED = "linked"  # somebody said which product a line is; data: name (its own), product
    REOPENED = "reopened"
    UNDONE = "undone"  # a terminal step taken back within the minute
    PLATFORM_CANCELED = "platform_canceled"  # data: why, where it says
    PLATFORM_REOPENED = "platform_reopened"
    PLATFORM_NOTICE = "platform_notice"  # told about a closed order; staff decide. data: state
    WAYBILL = "waybill"  # data: number ("" for none any more), was (the one before), carrier
    PARCEL = "parcel"  # the carrier says. data: state (ParcelState), number, carrier, place
    PARCEL_WAITS = "parcel_waits"  # not fetched for days. data: days, number, carrier, place


class OrderEvent(Model):
    """One row of an order's history: who did what, from which status to which, when (UTC)."""

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation["Order"] = fields.ForeignKeyField(
        "kramar.Order", "events", on_delete=fields.RESTRICT
    )
    kind = fields.CharEnumField(EventKind, max_length=24)
    staff: fields.ForeignKeyNullableRelation["StaffMember"] = fields.ForeignKeyField(
        "kramar.StaffMember", "events", null=True, on_delete=fields.RESTRICT
    )  # None: the platform, the carrier, or the program
    from_status: fields.ForeignKeyNullableRelation["OrderStatus"] = fields.ForeignKeyField(
        "kramar.OrderStatus", "left_by", null=True, on_delete=fields.SET_NULL
    )
    to_status: fields.ForeignKeyNullableRelation["OrderStatus"] = fields.ForeignKeyField(
        "kramar.OrderStatus", "entered_by", null=True, on_delete=fields.SET_NULL
    )
    data: dict[str, Any] = fields.JSONField(default=dict)
    at: datetime = fields.DatetimeField(auto_now_add=True)

    order_id: int
    staff_id: int | None
    from_status_id: int | None
    to_status_id: int | None

    class Meta:
        table = "order_event"
        indexes = (Index(fields=["order_id", "id"]),)
