"""Dialogues in the database, on both engines."""

from datetime import timedelta

import pytest
from aiogram.fsm.storage.base import StorageKey
from tortoise.timezone import now

from bot.fsm_storage import TortoiseStorage
from bot.states import Asked
from models.telegram import DialogueState
from services import dialogues

pytestmark = pytest.mark.usefixtures("db")

KEY = StorageKey(bot_id=42, chat_id=-100, user_id=7)


async def test_state_and_data_are_kept_apart_and_together() -> None:
    storage = TortoiseStorage()

    await storage.set_data(KEY, {"order_id": 5, "text": "так"})
    await storage.set_state(KEY, Asked.reject_text)
    await storage.update_data(KEY, {"order_id": 6})

    again = TortoiseStorage()
    assert await again.get_state(KEY) == "Asked:reject_text"
    assert await again.get_data(KEY) == {"order_id": 6, "text": "так"}
    assert await DialogueState.all().count() == 1


@pytest.mark.parametrize(
    "other",
    [
        StorageKey(bot_id=43, chat_id=-100, user_id=7),
        StorageKey(bot_id=42, chat_id=-101, user_id=7),
        StorageKey(bot_id=42, chat_id=-100, user_id=8),
        StorageKey(bot_id=42, chat_id=-100, user_id=7, destiny="other"),
        StorageKey(bot_id=42, chat_id=-100, user_id=7, business_connection_id="b"),
    ],
)
async def test_dialogues_of_others_are_others(other: StorageKey) -> None:
    storage = TortoiseStorage()
    await storage.set_state(KEY, Asked.reject_text)
    await storage.set_data(KEY, {"order_id": 5})

    assert await storage.get_state(other) is None
    assert await storage.get_data(other) == {}


async def test_cleared_dialogue_leaves_nothing_behind() -> None:
    storage = TortoiseStorage()
    await storage.set_state(KEY, Asked.status_label)
    await storage.set_data(KEY, {"order_id": 5})

    await storage.set_state(KEY, None)
    await storage.set_data(KEY, {})

    assert not await DialogueState.exists()


async def test_clearing_what_never_was_writes_nothing() -> None:
    storage = TortoiseStorage()

    await storage.set_state(KEY, None)
    await storage.set_data(KEY, {})

    assert not await DialogueState.exists()


async def test_insert_that_lost_a_race_changes_the_winners_row() -> None:
    await DialogueState.create(key="k", state="Asked:reject_text", data={"order_id": 5})

    await dialogues._insert(DialogueState(key="k", data={"order_id": 6}), "data")

    row = await DialogueState.get(key="k")
    assert (row.state, row.data) == ("Asked:reject_text", {"order_id": 6})


async def test_dialogues_nobody_went_on_with_are_forgotten() -> None:
    storage = TortoiseStorage()
    await storage.set_state(KEY, Asked.reject_text)
    await DialogueState.create(key="old", state="Asked:reject_text")
    await DialogueState.filter(key="old").update(updated_at=now() - timedelta(days=15))

    assert await dialogues.forget_old() == 1

    assert await storage.get_state(KEY) == "Asked:reject_text"


async def test_going_on_with_a_dialogue_keeps_it_young() -> None:
    storage = TortoiseStorage()
    await storage.set_state(KEY, Asked.reject_text)
    await DialogueState.all().update(updated_at=now() - timedelta(days=15))

    await storage.set_data(KEY, {"order_id": 5})

    assert await dialogues.forget_old() == 0
