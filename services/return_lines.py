"""The lines of a return that is being put together, one change each.

All raise NotFoundError, and NotAllowedError for those who may not take goods back.

Each looks at the line under the order's lock: two quick taps count twice.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from domain.errors import NotFoundError
from domain.money import ZERO
from domain.rights import Right, demand
from models.sales import SaleReturn
from models.staff import StaffMember
from services import money, returns
from services.returns import ReturnItem
from services.transactions import transaction


async def step(return_id: int, line_id: int, change: int, *, by: StaffMember) -> None:
    """Let so much more (or less, below zero) of a line come back, within what is possible."""
    async with _line(return_id, line_id, by) as item:
        quantity = min(max(item.quantity + change, ZERO), item.left)
        if quantity != item.quantity:
            await _set(return_id, item, quantity, is_written_off=item.is_written_off, by=by)


async def set_quantity(return_id: int, line_id: int, quantity: Decimal, *, by: StaffMember) -> None:
    """Let exactly this much of a line come back; zero: nothing of it.

    Raises:
        TooMuchError: the customer has less of it.
    """
    async with _line(return_id, line_id, by) as item:
        is_written_off = item.is_written_off and quantity > ZERO
        await _set(return_id, item, quantity, is_written_off=is_written_off, by=by)


async def set_fate(return_id: int, line_id: int, *, is_written_off: bool, by: StaffMember) -> None:
    """Whether what comes back of a line is fit to be sold again."""
    async with _line(return_id, line_id, by) as item:
        if is_written_off != item.is_written_off:
            await _set(return_id, item, item.quantity, is_written_off=is_written_off, by=by)


async def _set(
    return_id: int, item: ReturnItem, quantity: Decimal, *, is_written_off: bool, by: StaffMember
) -> None:
    await returns.set_line(return_id, item.line.id, quantity, is_written_off=is_written_off, by=by)


@asynccontextmanager
async def _line(return_id: int, line_id: int, by: StaffMember) -> AsyncIterator[ReturnItem]:
    demand(by.role, Right.MONEY)
    async with transaction():
        draft = await SaleReturn.get_or_none(id=return_id, open_for__not_isnull=True)
        if draft is None:
            raise NotFoundError("return")
        await money.locked(draft.sale_id)
        content = await returns.content(return_id)
        for item in content.items:
            if item.line.id == line_id:
                yield item
                return
        raise NotFoundError("return")
