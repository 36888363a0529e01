"""Connected shops, what each calls its products, and what we still owe to them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.shops import StockKeeping
from models.fields import MoneyField, QuantityField

if TYPE_CHECKING:
    from models.stock import Product


class Shop(Model):
    """One connected platform account. Times are aware UTC.

    ``currency`` and ``version`` are what it said of itself when its keys were last checked.
    ``can_write``: whether the keys may change orders there, ``can_stock``: its goods.
    ``keys_end_on`` is the last day they work (in the shop's zone), None when nobody said;
    ``keys_end_told``: with how many days left the owners were last told of it. ``has_webhooks``: we
    have set its webhooks up and look after them; without, orders come by polling (and by webhooks
    that somebody set up by hand). ``heard_at`` is when something of the shop last reached our
    address by itself.

    ``orders_cursor`` and ``products_cursor`` are times of change as the platform told them: all
    that was changed before is known here. ``polled_at`` is when that was last asked, by our clock.

    ``trouble`` is why asking fails at present ("" when it does not), a value of
    ``domain.shops.Trouble``; ``trouble_text`` the API's own words; it was told to the owners when
    ``is_trouble_told``.

    ``tells_status`` and ``tells_stock``: whether what happens here is told there. Stock is told
    only after an import was confirmed (``imported_at``). ``silence_told_at``: when the owners last
    heard that orders are missing.
    """

    id = fields.IntField(primary_key=True)
    platform = fields.CharField(16)  # "woocommerce", the name of a folder in integrations/
    name = fields.CharField(100)
    key = fields.CharField(64, unique=True)  # unguessable; part of the webhook path
    base_url = fields.CharField(500, default="")
    secrets = fields.TextField()  # encrypted JSON: keys of the platform, webhook_secret
    is_active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    currency = fields.CharField(8, default="", db_default="")
    version = fields.CharField(32, default="", db_default="")
    can_write = fields.BooleanField(default=True, db_default=True)
    can_stock = fields.BooleanField(default=True, db_default=True)
    keys_end_on: date | None = fields.DateField(null=True)
    keys_end_told: int | None = fields.IntField(null=True)
    has_webhooks = fields.BooleanField(default=False, db_default=False)
    heard_at: datetime | None = fields.DatetimeField(null=True)

    orders_cursor: datetime | None = fields.DatetimeField(null=True)
    products_cursor: datetime | None = fields.DatetimeField(null=True)
    polled_at: datetime | None = fields.DatetimeField(null=True)
    trouble = fields.CharField(16, default="", db_default="")
    trouble_text = fields.CharField(300, default="", db_default="")
    trouble_since: datetime | None = fields.DatetimeField(null=True)
    is_trouble_told = fields.BooleanField(default=False, db_default=False)

    tells_status = fields.BooleanField(default=True, db_default=True)
    tells_stock = fields.BooleanField(default=False, db_default=False)
    imported_at: datetime | None = fields.DatetimeField(null=True)
    silence_told_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "shop"


class Listing(Model):
    """A product as one shop knows it, linked to what lies in the warehouse.

    ``alias`` is another code that the shop gave it, which may be our SKU. ``parent_external_id`` is
    the product that a variation belongs to. ``price`` is in the shop's currency. ``stock`` is the
    quantity the shop last told of, None where it does not count.
    ``told_stock`` is the quantity we last told it. ``problem``: why it refused that. ``is_gone``:
    the shop has deleted it. ``is_ignored``: staff need no product for it. ``seen_in``: the newest
    import that met it. ``modified_at`` (UTC): when it was changed there, as far as we know.
    """

    id = fields.IntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "listings", on_delete=fields.RESTRICT
    )
    external_id = fields.CharField(64)
    sku = fields.CharField(190, default="")
    alias = fields.CharField(190, default="", db_default="")
    name = fields.CharField(500, default="")
    product: fields.ForeignKeyNullableRelation["Product"] = fields.ForeignKeyField(
        "kramar.Product", "listings", null=True, on_delete=fields.RESTRICT
    )
    parent_external_id = fields.CharField(64, default="", db_default="")
    price = MoneyField(default=Decimal(0), db_default=0)
    image_url = fields.CharField(1000, default="", db_default="")
    keeping = fields.CharField(8, default=StockKeeping.OWN.value, db_default=StockKeeping.OWN.value)
    stock: Decimal | None = QuantityField(null=True)
    told_stock: Decimal | None = QuantityField(null=True)
    problem = fields.CharField(300, default="", db_default="")
    is_gone = fields.BooleanField(default=False, db_default=False)
    is_ignored = fields.BooleanField(default=False, db_default=False)
    seen_in = fields.IntField(default=0, db_default=0)
    modified_at: datetime | None = fields.DatetimeField(null=True)

    shop_id: int
    product_id: int | None

    class Meta:
        table = "listing"
        unique_together = (("shop", "external_id"),)
        indexes = (
            Index(fields=["sku"]),
            Index(fields=["product_id"]),
            Index(fields=["shop_id", "is_gone", "product_id"]),
        )


class ShopEffectKind(StrEnum):
    """What is owed to a shop. It names a thing, never its content."""

    TELL_STATUS = "tell_status"  # what became of an order; subject_id is the order
    TELL_NOTE = "tell_note"  # who did that, and why; subject_id is the event
    TELL_WAYBILL = "tell_waybill"  # the parcel's number; subject_id is the order
    TELL_STOCK = "tell_stock"  # how much there is of a product; subject_id is the product


class ShopEffect(Model):
    """One thing owed to one shop, deleted once done. Written in the transaction of its cause.

    It only ever names what to look at: several of one subject are settled together. ``due_at``
    (UTC) lies in the future while it may still be undone here, or the shop must be left in peace.
    """

    id = fields.BigIntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "effects", on_delete=fields.RESTRICT
    )
    kind = fields.CharField(16)  # a value of ShopEffectKind
    subject_id = fields.BigIntField()
    due_at = fields.DatetimeField()
    attempts = fields.IntField(default=0, db_default=0)

    shop_id: int

    class Meta:
        table = "shop_effect"
        indexes = (
            Index(fields=["shop_id", "due_at"]),
            Index(fields=["kind", "subject_id"]),
        )


class StatusMapping(Model):
    """What an order's step is called on one shop's side, where the owner has decided.

    ``step`` is a value of ``domain.shops.Step``, or ``label:<id>`` for an own status. ``status`` is
    the platform's own name, "" for telling nothing. Without a row the platform's usual one holds.
    """

    id = fields.IntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "status_mappings", on_delete=fields.RESTRICT
    )
    step = fields.CharField(24)
    status = fields.CharField(100, default="")

    shop_id: int

    class Meta:
        table = "status_mapping"
        unique_together = (("shop", "step"),)


class ShopNotice(Model):
    """Something about a shop that its owners must know. The outbox tells them (TELL_SHOP).

    ``kind`` is a value of ``domain.shops.NoticeKind``, whose remarks say what ``data`` holds.
    """

    id = fields.IntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "notices", on_delete=fields.RESTRICT
    )
    kind = fields.CharField(24)
    data: dict[str, Any] = fields.JSONField(default=dict)
    at = fields.DatetimeField(auto_now_add=True)

    shop_id: int

    class Meta:
        table = "shop_notice"
