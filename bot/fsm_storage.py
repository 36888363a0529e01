"""aiogram's FSM storage over the database: a dialogue survives a restart."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey

from services import dialogues


def dialogue(bot_id: int, user_id: int) -> FSMContext:
    """A person's dialogue in their private chat, for whoever speaks to them unasked."""
    key = StorageKey(bot_id=bot_id, chat_id=user_id, user_id=user_id)
    return FSMContext(TortoiseStorage(), key)


class TortoiseStorage(BaseStorage):
    """States and data of dialogues. Values must be JSON: ids and texts, never objects."""

    def __init__(self) -> None:
        self._keys = DefaultKeyBuilder(
            with_bot_id=True, with_business_connection_id=True, with_destiny=True
        )

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await dialogues.set_state(self._keys.build(key), name)

    async def get_state(self, key: StorageKey) -> str | None:
        return await dialogues.state(self._keys.build(key))

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await dialogues.set_data(self._keys.build(key), data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return await dialogues.data(self._keys.build(key))

    async def close(self) -> None:
        """Nothing to close: the database is not ours."""
