"""The rows every database begins with: the system's statuses and the usual money accounts.

Their ids are fixed, so that code can name them; own rows start at 101.
"""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

STATUSES = (
    (1, "new", "open", "New"),
    (2, "completed", "completed", "Completed"),
    (3, "canceled", "canceled", "Canceled"),
    (4, "refused", "refused", "Refused"),
)
ACCOUNTS = ((1, "cash", "Cash"), (2, "card", "Card"), (3, "iban", "IBAN"), (4, "cod", "COD"), (5, "unpaid", "Unpaid"))
FIRST_OWN_ID = 101


async def seed(apps: Any, schema_editor: Any) -> None:
    """Insert the rows, and move the id counters past the fixed ids."""
    del apps
    client = schema_editor.client
    for id_, kind, phase, label in STATUSES:
        await client.execute_script(
            'INSERT INTO "order_status" '
            '("id", "kind", "phase", "label", "key", "emoji", "position", "holds_goods") '
            f"VALUES ({id_}, '{kind}', '{phase}', '{label}', '{label.casefold()}', '', 0, TRUE)"
        )
    for id_, kind, name in ACCOUNTS:
        await client.execute_script(
            f"""INSERT INTO "money_account" ("id", "kind", "name") VALUES ({id_}, '{kind}', '{name}')"""
        )
    for table in ("order_status", "money_account"):
        if client.capabilities.dialect == "sqlite":
            await client.execute_script(
                f"UPDATE sqlite_sequence SET seq = {FIRST_OWN_ID - 1} WHERE name = '{table}'"
            )
        else:
            await client.execute_script(
                f'ALTER SEQUENCE "{table}_id_seq" RESTART WITH {FIRST_OWN_ID}'
            )


class Migration(migrations.Migration):
    """Seed rows."""

    dependencies = [("kramar", "0001_initial")]
    initial = False
    operations = [ops.RunPython(seed)]
