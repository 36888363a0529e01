"""Which of a list the query asks for, and in what order: the same for orders and products."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.woocommerce.answers import chosen, ids, invalid

_ORDERS_BY = ("date", "id", "include", "title", "slug", "modified")


class Dated(Protocol):
    id: int
    created_at: datetime
    modified_at: datetime


D = TypeVar("D", bound=Dated)


def picked(request: web.Request, items: Iterable[D], zone: ZoneInfo) -> list[D]:
    """Those in the given bounds of time and ids, sorted, the newest first unless told otherwise.

    Unknown parameters are ignored, as by a real store. Bounds are exclusive.
    """
    included, excluded = ids(request, "include"), ids(request, "exclude")
    after, before = _bound(request, "after", zone), _bound(request, "before", zone)
    changed_after = _bound(request, "modified_after", zone)
    changed_before = _bound(request, "modified_before", zone)
    wanted = [
        item
        for item in items
        if (not included or item.id in included)
        and (not excluded or item.id not in excluded)
        and (after is None or item.created_at > after)
        and (before is None or item.created_at < before)
        and (changed_after is None or item.modified_at > changed_after)
        and (changed_before is None or item.modified_at < changed_before)
    ]
    is_descending = chosen(request, "order", ("asc", "desc"), "desc") == "desc"
    return sorted(wanted, key=_sorting(request), reverse=is_descending)


def _sorting(request: web.Request) -> Callable[[Dated], tuple[datetime, int] | int]:
    match chosen(request, "orderby", _ORDERS_BY, "date"):
        case "modified":
            return lambda item: (item.modified_at, item.id)
        case "id" | "include":
            return lambda item: item.id
        case _:
            return lambda item: (item.created_at, item.id)


def _bound(request: web.Request, name: str, zone: ZoneInfo) -> datetime | None:
    """A time given as a filter: local to the store unless ``dates_are_gmt``.

    A real store first turns a time with "Z" into its local one, and with the flag takes that
    for UTC: shifted twice.
    """
    text = request.query.get(name)
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name, "Invalid date.") from None
    if time.tzinfo is not None:
        time = time.astimezone(zone).replace(tzinfo=None)
    is_gmt = request.query.get("dates_are_gmt") == "true"
    return time.replace(tzinfo=UTC if is_gmt else zone)
