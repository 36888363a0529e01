"""A cabinet's products: read group by group, found by what was changed, told their stock.

A list that names no group is one of the root group, and others may be missing from it. So each
group is asked about by itself.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.errors import MalformedPayloadError
from domain.orders import ListingChanged, ListingGone
from domain.shops import StockLevel
from integrations.base import CataloguePage
from integrations.prom.cabinet import MOST_PER_PAGE, Cabinet, Row, api_time, fields_of
from integrations.prom.order_calls import ZONE_DOUBT
from integrations.prom.products import AVAILABLE, NOT_AVAILABLE, parse_product

ROOT = 0  # the group of what is in none, as we call it
GROUPS_AHEAD = 8  # what a cursor of 200 characters can hold, were ids as long as they may be

# Asking about a group takes a second. Of a cabinet with many each round takes a few: all of them
# twice within the hours that are asked about again and again.
ROUND = timedelta(minutes=5)
MOST_ROUNDS = 20
GROUPS_A_ROUND = 5
# Of what came before the news of a round nothing is asked for again, but for some hours. Nobody
# asked for longer, perhaps: then groups whose turn it is not must not be left behind.
LEAP = timedelta(hours=2)
MOST_AT_ONCE = 60  # groups: orders wait meanwhile, and never longer than a minute

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


async def page(cabinet: Cabinet, cursor: str) -> CataloguePage:
    """A part of what is for sale: of one group, the root first, then from the newest to the oldest.

    A cursor holds the last product's id (0: none yet), and the groups that come next. Newer ids are
    left out, so it does not matter whether a list begins with ``last_id`` or after it.
    """
    last_id, groups = _position(cursor)
    rows = await cabinet.rows("products/list", "products", _page_of(groups[0], last_id))
    new = [row for row in rows if row.id and (row.id < last_id or not last_id)]
    if new and len(rows) >= MOST_PER_PAGE:
        last_id = min(row.id for row in new)
    else:
        last_id, groups = 0, groups[1:] or await _groups_before(cabinet, groups[0])
    told = (change for row in new for change in _sensible(row))
    return CataloguePage(
        listings=tuple(change for change in told if isinstance(change, ListingChanged)),
        cursor=f"{last_id}:{','.join(map(str, groups))}" if groups else "",
        total=0,
    )


def _position(cursor: str) -> tuple[int, Sequence[int]]:
    last_id, _, groups = cursor.partition(":")
    return (int(last_id), [int(each) for each in groups.split(",")]) if cursor else (0, [ROOT])


def _page_of(group: int, last_id: int) -> dict[str, str]:
    from_there = {"last_id": str(last_id)} if last_id else {}
    return {"limit": str(MOST_PER_PAGE), **from_there, **_within(group)}


def _within(group: int) -> dict[str, str]:
    return {} if group == ROOT else {"group_id": str(group)}


async def _groups_before(cabinet: Cabinet, group: int) -> Sequence[int]:
    """The next groups, the newest first, as lists are sorted; after the root: the newest of all."""
    from_there = {} if group == ROOT else {"last_id": str(group)}
    query = {"limit": str(GROUPS_AHEAD + 1), **from_there}  # the group itself may be the first
    rows = await cabinet.rows("groups/list", "groups", query)
    ids = {row.id for row in rows if row.id and (row.id < group or group == ROOT)}
    return sorted(ids, reverse=True)[:GROUPS_AHEAD]


def _sensible(row: Row) -> Iterable[ListingChanged | ListingGone]:
    """What a row tells. What makes no sense is left out: it cannot be sold here."""
    try:
        return [parse_product(row.data)]
    except MalformedPayloadError:
        return []


async def changed(
    cabinet: Cabinet, since: datetime
) -> AsyncIterator[Sequence[ListingChanged | ListingGone]]:
    """All products changed since, the earliest change first; and those of some hours before.

    In a cabinet of many groups only those whose turn it is: other rounds bring the rest. After a
    long time without news all of them are asked for, with the first.
    """
    pages = cabinet.by_id("groups/list", "groups")
    groups = [row.id async for rows in pages for row in rows if row.id]
    turn = taking_turns(groups, datetime.now(UTC))
    found = await _changed_in(cabinet, (ROOT, *turn), since)
    if any(row.modified_at and row.modified_at - since > LEAP for row in found.values()):
        rest = [group for group in groups if group not in turn]
        found |= await _changed_in(cabinet, rest[:MOST_AT_ONCE], since)
    ordered = sorted(found.values(), key=lambda row: row.modified_at or _EARLIEST)
    for start in range(0, len(ordered), MOST_PER_PAGE):
        part = ordered[start : start + MOST_PER_PAGE]
        yield [change for row in part for change in _sensible(row)]


async def _changed_in(
    cabinet: Cabinet, groups: Iterable[int], since: datetime
) -> dict[int | bytes, Row]:
    asked = {"last_modified_from": api_time(since - ZONE_DOUBT)}
    found: dict[int | bytes, Row] = {}
    for group in groups:
        query = {**asked, **_within(group)}
        async for rows in cabinet.by_id("products/list", "products", query):
            found |= {row.key: row for row in rows}
    return found


def taking_turns(groups: Sequence[int], at: datetime) -> Sequence[int]:
    """The groups whose turn it is: a few, others in the next round, all after some rounds."""
    at_once = max(GROUPS_A_ROUND, -(-len(groups) // MOST_ROUNDS))
    rounds = -(-len(groups) // at_once) or 1
    turn = int(at.timestamp() // ROUND.total_seconds()) % rounds
    return groups[turn * at_once : (turn + 1) * at_once]


async def tell_stock(cabinet: Cabinet, levels: Sequence[StockLevel]) -> Mapping[str, str]:
    """Set how much there is to sell; returns why some were refused."""
    refused: dict[str, str] = {}
    for start in range(0, len(levels), MOST_PER_PAGE):
        refused |= await _tell(cabinet, levels[start : start + MOST_PER_PAGE])
    return refused


async def _tell(cabinet: Cabinet, levels: Sequence[StockLevel]) -> dict[str, str]:
    """One batch, a bare list. Nothing happened unless the answer names it as processed.

    Only the number and the presence, by which buyers go: ``in_stock`` is the promise to send it at
    once, and with the price it is the seller's own affair.
    """
    answer = await cabinet.post("products/edit", [_wanted(level) for level in levels])
    told = fields_of(answer)
    processed, errors = told.get("processed_ids"), told.get("errors")
    done = set(map(str, processed)) if isinstance(processed, list) else set()
    why = errors if isinstance(errors, dict) else {}
    left = [level.external_id for level in levels if level.external_id not in done]
    return {id_: cabinet.refused(why.get(id_)).words for id_ in left}


def _wanted(level: StockLevel) -> dict[str, object]:
    """Whole numbers only: parts of a unit are not for sale there."""
    quantity = int(level.quantity)
    return {
        "id": int(level.external_id),
        "quantity_in_stock": quantity,
        "presence": AVAILABLE if quantity else NOT_AVAILABLE,
    }
