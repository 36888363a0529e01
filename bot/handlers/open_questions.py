"""A question about an order that is answered by typing, once its screen is used otherwise."""

from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State


async def drop(state: FSMContext, order_id: int, *kinds: State) -> dict[str, Any]:
    """What was asked about this order in one of these ways is not asked any more.

    Returns what was kept with it; nothing when nothing of the kind was asked.
    """
    if await state.get_state() not in {kind.state for kind in kinds}:
        return {}
    data = await state.get_data()
    if data["order_id"] != order_id:
        return {}
    await state.clear()
    return data
