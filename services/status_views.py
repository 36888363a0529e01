"""The shop's own statuses as Settings show them. Read only."""

from dataclasses import dataclass

from domain.errors import NotFoundError
from models.statuses import OrderStatus
from services import statuses
from services.statuses import Tab

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class StatusesPage:
    """A page of the own statuses in their order. ``page`` counts from 0."""

    rows: tuple[Tab, ...]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class StatusView:
    """One own status: its orders (counted as in tabs), and its place in the list, from 1."""

    status: OrderStatus
    count: int
    place: int
    places: int

    @property
    def page(self) -> int:
        """The page of the list that shows it, from 0."""
        return (self.place - 1) // PAGE_SIZE


async def page(number: int) -> StatusesPage:
    """A page of the own statuses; the last one when there are not so many."""
    rows = await statuses.own()
    last = max(len(rows) - 1, 0) // PAGE_SIZE
    number = min(number, last)
    shown = rows[number * PAGE_SIZE :][:PAGE_SIZE]
    return StatusesPage(await statuses.counted(shown), number, number < last)


async def view(status_id: int) -> StatusView:
    """One own status.

    Raises:
        NotFoundError: there is no such status any more, or it is the system's.
    """
    rows = await statuses.own()
    at = next((at for at, row in enumerate(rows) if row.id == status_id), None)
    if at is None:
        raise NotFoundError("status")
    (tab,) = await statuses.counted([rows[at]])
    return StatusView(tab.status, tab.count, at + 1, len(rows))
