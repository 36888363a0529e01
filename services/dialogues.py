"""Half-finished dialogues: what a person was asked, kept so that it survives a restart."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tortoise.timezone import now

from models.telegram import DialogueState

KEEP = timedelta(days=14)


async def state(key: str) -> str | None:
    """The state of a dialogue; None when there is none."""
    row = await DialogueState.get_or_none(key=key)
    return row.state if row else None


async def data(key: str) -> dict[str, Any]:
    """The data of a dialogue; empty when there is none."""
    row = await DialogueState.get_or_none(key=key)
    return dict(row.data) if row else {}


async def set_state(key: str, new: str | None) -> None:
    """Keep the state; its data stays."""
    if not await _update(key, state=new) and new is not None:
        await _insert(DialogueState(key=key, state=new), "state")


async def set_data(key: str, new: Mapping[str, Any]) -> None:
    """Keep the data (JSON values); the state stays. A dialogue with neither is forgotten."""
    if not new and await DialogueState.filter(key=key, state=None).delete():
        return
    if not await _update(key, data=dict(new)) and new:
        await _insert(DialogueState(key=key, data=dict(new)), "data")


async def forget_person(user_id: int) -> None:
    """Delete what a person (by Telegram's id) was asked, in whatever chat."""
    # The end of ``bot/fsm_storage.py``'s keys: ...:chat:user:destiny.
    await DialogueState.filter(key__endswith=f":{user_id}:default").delete()


async def forget_old(before: datetime | None = None) -> int:
    """Delete dialogues nobody went on with for two weeks; returns how many."""
    return await DialogueState.filter(updated_at__lt=before or now() - KEEP).delete()


async def _update(key: str, **values: Any) -> bool:
    return bool(await DialogueState.filter(key=key).update(updated_at=now(), **values))


async def _insert(row: DialogueState, field: str) -> None:
    """Insert; when another process was faster, change its row instead."""
    await DialogueState.bulk_create([row], on_conflict=["key"], update_fields=[field, "updated_at"])
