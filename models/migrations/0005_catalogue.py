"""When a listing was changed in its shop, and what the message of an import shows."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("kramar", "0004_linked_events")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Listing", name="modified_at", field=fields.DatetimeField(null=True)
        ),
        ops.AddField(
            model_name="CatalogueImport",
            name="shown",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
    ]
