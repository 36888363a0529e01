"""Steps of migrations that Tortoise has none for."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from tortoise.fields.base import Field
from tortoise.migrations.operations import AlterField, TortoiseOperation
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


class AddFields(TortoiseOperation):
    """New columns of one model, none of them a relation.

    As ``AddField`` for each, but the models are made anew once: that takes a tenth of a second.
    """

    def __init__(self, model_name: str, fields: Sequence[tuple[str, Field[Any]]]) -> None:
        self.model_name = model_name
        self.fields = tuple(fields)

    def describe(self) -> str:
        """What the step does, for people."""
        names = ", ".join(name for name, _ in self.fields)
        return f"Add fields {names} to {self.model_name}"

    def state_forward(self, app_label: str, state: State) -> None:
        """Let the model have them."""
        model_state = self.get_model_state(state, app_label, self.model_name)
        model_state.fields.update((name, deepcopy(field)) for name, field in self.fields)
        state.reload_models({(app_label, self.model_name)})

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Add the columns."""
        if state_editor:
            model = new_state.apps.get_model(f"{app_label}.{self.model_name}")
            for name, _ in self.fields:
                await state_editor.add_field(model, name)

    async def database_backward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Remove the columns."""
        if state_editor:
            model = old_state.apps.get_model(f"{app_label}.{self.model_name}")
            for name, _ in self.fields:
                await state_editor.remove_field(model, model._meta.fields_map[name])
