"""People who bought something, as the last sale to them knew them."""

from tortoise import fields
from tortoise.models import Model


class Customer(Model):
    """A customer, recognised by the phone number in international form ("+380671234567").

    The rest is what the newest sale said: it fills in what a later order leaves out.
    """

    id = fields.IntField(primary_key=True)
    phone = fields.CharField(64, unique=True)
    name = fields.CharField(200, default="")
    email = fields.CharField(200, default="")
    delivery_method = fields.CharField(200, default="")
    delivery_city = fields.CharField(200, default="")
    delivery_address = fields.CharField(500, default="")
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "customer"
