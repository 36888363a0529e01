"""Connected shops and what each calls its products."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

if TYPE_CHECKING:
    from models.stock import Product


class Shop(Model):
    """One connected platform account."""

    id = fields.IntField(primary_key=True)
    platform = fields.CharField(16)  # "woocommerce", the name of a folder in integrations/
    name = fields.CharField(100)
    key = fields.CharField(64, unique=True)  # unguessable; part of the webhook path
    base_url = fields.CharField(500, default="")
    secrets = fields.TextField()  # encrypted JSON: keys of the platform, webhook_secret
    is_active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "shop"


class Listing(Model):
    """A product as one shop knows it, linked to what lies in the warehouse."""

    id = fields.IntField(primary_key=True)
    shop: fields.ForeignKeyRelation["Shop"] = fields.ForeignKeyField(
        "kramar.Shop", "listings", on_delete=fields.RESTRICT
    )
    external_id = fields.CharField(64)
    sku = fields.CharField(190, default="")
    name = fields.CharField(500, default="")
    product: fields.ForeignKeyNullableRelation["Product"] = fields.ForeignKeyField(
        "kramar.Product", "listings", null=True, on_delete=fields.RESTRICT
    )

    shop_id: int
    product_id: int | None

    class Meta:
        table = "listing"
        unique_together = (("shop", "external_id"),)
        indexes = (Index(fields=["sku"]),)
