"""Steps of migrations that Tortoise has none for."""

from tortoise.migrations.operations import AlterField
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class NewWords(AlterField):
    """An enum's column may hold more words than before.

    To the database it is the text it was. ``AlterField`` would rebuild the whole table on SQLite,
    and lose its indexes on the way.
    """

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Nothing to do."""

    async def database_backward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Nothing to do."""
