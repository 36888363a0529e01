"""A store's catalogue: read in parts, kept in step, told how much there is."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from domain.errors import MalformedPayloadError, RequestRefusedError, UnavailableError
from domain.orders import ListingChanged
from domain.shops import NOT_COUNTED, UNEXPLAINED, StockLevel
from integrations.base import CataloguePage
from integrations.fields import Fields, plain_line
from integrations.woocommerce.products import is_variable, parse_product, parse_variation
from integrations.woocommerce.store import PATIENCE, Row, Store, fields_of

MOST_AT_ONCE = 50  # listings told at once: a store takes a good part of a second for each
MOST_OPENED = 20  # variable products of one part: the variations of each are another question
LONGEST_PROBLEM = 200


async def page(store: Store, cursor: str) -> CataloguePage:
    """The next part. A cursor holds how many products were read, and the last one's id."""
    read, last_id = _position(cursor)
    stretch = await anext(store.by_id("products", {}, offset=read, last_id=last_id))
    listings: list[ListingChanged] = []
    opened = taken = 0
    for row in stretch.rows:
        if opened == MOST_OPENED:
            break
        opened += is_variable(row.data)
        taken += 1
        last_id = row.id
        listings += await _listings(store, row)
    is_last = stretch.is_last and taken == len(stretch.rows)
    following = "" if is_last else f"{stretch.start + taken}-{last_id}"
    return CataloguePage(listings=tuple(listings), cursor=following, total=stretch.total)


def _position(cursor: str) -> tuple[int, int]:
    read, _, last_id = cursor.partition("-")
    return (int(read), int(last_id)) if cursor else (0, 0)


async def changed(store: Store, since: datetime) -> AsyncIterator[Sequence[ListingChanged]]:
    """Products changed since; of a variable one all variations, which are saved with it.

    A variation may have been sold alone since: its time would say that all before it is known.
    """
    async for part in store.by_change("products", {}, since):
        listings = [one for row in part.rows for one in await _listings(store, row)]
        if listings:
            yield [_not_after(part.newest, one) for one in listings]


def _not_after(newest: datetime | None, change: ListingChanged) -> ListingChanged:
    if newest is None or change.modified_at is None or change.modified_at <= newest:
        return change
    return replace(change, modified_at=None)


async def _listings(store: Store, row: Row) -> list[ListingChanged]:
    """What can be sold of a product. What makes no sense is left out: it cannot be sold here."""
    if not is_variable(row.data):
        return list(_sensible(row.data, None))
    path = f"products/{row.id}/variations"
    variations = [one async for stretch in store.by_id(path, {}) for one in stretch.rows]
    return [one for each in variations for one in _sensible(each.data, row.data)]


def _sensible(data: Fields, parent: Fields | None) -> Iterator[ListingChanged]:
    try:
        change = parse_product(data) if parent is None else parse_variation(data, parent)
    except MalformedPayloadError:
        return
    if isinstance(change, ListingChanged):
        yield change


async def tell_stock(store: Store, levels: Sequence[StockLevel]) -> Mapping[str, str]:
    """Set quantities: of products together, of variations together with their siblings."""
    refused: dict[str, str] = {}
    ordered = sorted(levels, key=lambda level: level.parent_external_id)
    for parent, group in groupby(ordered, key=lambda level: level.parent_external_id):
        path = f"products/{parent}/variations/batch" if parent else "products/batch"
        of_one = list(group)
        for start in range(0, len(of_one), MOST_AT_ONCE):
            batch = of_one[start : start + MOST_AT_ONCE]
            try:
                refused |= await _tell(store, path, batch)
            except RequestRefusedError as error:
                if not parent or error.problem is not None:  # then it is not about this product
                    raise
                refused |= dict.fromkeys((level.external_id for level in batch), str(error))
    return refused


async def _tell(store: Store, path: str, levels: Sequence[StockLevel]) -> dict[str, str]:
    """One batch. A store takes whole numbers only: parts of a unit are not for sale there."""
    body = {
        "update": [
            {"id": int(level.external_id), "stock_quantity": int(level.quantity)}
            for level in levels
        ]
    }
    answer = await store.write("POST", path, body, patience=PATIENCE)
    told = fields_of(answer).get("update")
    if not isinstance(told, list):
        raise UnavailableError("the store's answer does not say what became of the stock")
    answered = {str(row.get("id")): row for row in told if isinstance(row, dict)}
    problems = {level.external_id: _problem(answered.get(level.external_id)) for level in levels}
    return {id_: problem for id_, problem in problems.items() if problem}


def _problem(row: Fields | None) -> str:
    """Why a quantity was not taken; "" when it was."""
    error = row.get("error") if row is not None else {}
    if row is None or error:
        text = plain_line(error, "message", LONGEST_PROBLEM) if isinstance(error, dict) else ""
        return text or UNEXPLAINED
    return "" if row.get("manage_stock") is True else NOT_COUNTED
