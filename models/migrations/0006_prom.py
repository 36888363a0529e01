"""What Prom.ua tells of orders and listings, and what is known of a shop's keys."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFields


class Migration(migrations.Migration):
    dependencies = [("kramar", "0005_catalogue")]

    initial = False

    operations = [
        AddFields(
            model_name="Order",
            fields=[
                ("told_waybill", fields.CharField(default="", db_default="", max_length=64)),
                ("recipient_name", fields.CharField(default="", db_default="", max_length=200)),
                ("recipient_phone", fields.CharField(default="", db_default="", max_length=64)),
                ("branch_ref", fields.CharField(default="", db_default="", max_length=64)),
                ("city_ref", fields.CharField(default="", db_default="", max_length=64)),
                ("waybill_number", fields.CharField(default="", db_default="", max_length=64)),
                ("wants_no_call", fields.BooleanField(default=False, db_default=False)),
                ("promotion", fields.CharField(default="", db_default="", max_length=200)),
                ("cancellation", fields.CharField(default="", db_default="", max_length=300)),
            ],
        ),
        AddFields(
            model_name="OrderLine",
            fields=[("unit", fields.CharField(default="", db_default="", max_length=16))],
        ),
        AddFields(
            model_name="Listing",
            fields=[("alias", fields.CharField(default="", db_default="", max_length=190))],
        ),
        AddFields(
            model_name="Shop",
            fields=[
                ("can_stock", fields.BooleanField(default=True, db_default=True)),
                ("keys_end_on", fields.DateField(null=True)),
                ("keys_end_told", fields.IntField(null=True)),
            ],
        ),
        # Of the platforms there were, the keys that may change orders may change goods.
        ops.RunSQL(
            'UPDATE "shop" SET "can_stock" = "can_write"', reverse_sql=ops.RunSQL.noop
        ),
    ]
