"""A store's orders: found by what was changed, told their status, given notes."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime

from domain.errors import CredentialsError, MalformedPayloadError, RequestRefusedError
from domain.orders import IncomingOrder
from integrations import fields
from integrations.base import Found, PlatformStatus
from integrations.http import ApiAnswer
from integrations.woocommerce.orders import parse_order
from integrations.woocommerce.store import PER_PAGE, Row, Store, fields_of

TOPIC = "order.updated"
OPEN_STATUSES = ("pending", "processing", "on-hold")
CLOSED_STATUSES = ("completed", "cancelled", "refunded", "failed")
DRAFT_STATUSES = ("checkout-draft", "auto-draft", "draft", "trash")
MISSING = "woocommerce_rest_shop_order_invalid_id"

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def found(body: bytes) -> Found:
    """An order of a list as if a webhook had brought it."""
    try:
        return Found(parse_order(fields.load(body)), TOPIC, body)
    except MalformedPayloadError:
        return Found(None, TOPIC, body)


async def changed(store: Store, since: datetime) -> AsyncIterator[Sequence[Found]]:
    """All orders changed since, those in the trash too: "any" leaves them out.

    The trash is asked after each page, up to the time the page ends with.
    """
    async for part in store.by_change("orders", {"status": "any"}, since):
        until = None if part.is_last else part.newest
        trashed = store.by_change("orders", {"status": "trash"}, since, until)
        rows = [*part.rows, *[row async for trash in trashed for row in trash.rows]]
        if rows:
            yield [found(row.body) for row in sorted(rows, key=_changed_at)]
        since = part.newest or since


def _changed_at(row: Row) -> datetime:
    return row.modified_at or _EARLIEST


async def statuses(store: Store) -> Sequence[PlatformStatus]:
    """The statuses that orders may be given: those of plugins too, but no drafts."""
    page = await store.page("reports/orders/totals", {})
    known = [
        PlatformStatus(
            fields.line(row.data, "slug", fields.LONGEST_CODE).removeprefix("wc-"),
            fields.plain_line(row.data, "name", fields.LONGEST_TEXT),
        )
        for row in page.rows
    ]
    return [one for one in known if one.code and one.code not in DRAFT_STATUSES]


async def open_statuses(store: Store) -> str:
    """The statuses of orders that wait to be processed, as a filter."""
    try:
        known = [one.code for one in await statuses(store)]
    except (CredentialsError, RequestRefusedError):  # reports have a right of their own
        known = []
    own = [code for code in known if code not in OPEN_STATUSES + CLOSED_STATUSES]
    return ",".join([*OPEN_STATUSES, *own])


async def count_open(store: Store) -> int:
    query = {"status": await open_statuses(store), "per_page": "1", "_fields": "id"}
    page = await store.page("orders", query)
    return page.total or len(page.rows)


async def waiting(store: Store) -> AsyncIterator[Sequence[Found]]:
    """The orders that wait to be processed, by id."""
    query = {"status": await open_statuses(store)}
    async for stretch in store.by_id("orders", query):
        if stretch.rows:
            yield [found(row.body) for row in stretch.rows]


async def missing(store: Store, external_ids: Collection[str]) -> frozenset[str]:
    """Which of these orders were deleted for good.

    A list leaves out drafts and the statuses of a plugin that is off: those it does not show are
    asked for one by one.
    """
    ids = sorted(external_ids)
    unseen = []
    for start in range(0, len(ids), PER_PAGE):
        part = ids[start : start + PER_PAGE]
        query = {"include": ",".join(part), "_fields": "id"}
        listed = {
            str(row.id)
            for status in ("any", "trash")
            for row in (await store.page("orders", {**query, "status": status})).rows
        }
        unseen += [id_ for id_ in part if id_ not in listed]
    return frozenset([id_ for id_ in unseen if await _is_missing(store, id_)])


async def _is_missing(store: Store, external_id: str) -> bool:
    try:
        await store.get(f"orders/{external_id}", {"_fields": "id"})
    except RequestRefusedError as error:
        if error.code != MISSING:
            raise
        return True
    return False


def gone(external_id: str) -> tuple[str, bytes]:
    """What a store's own webhook of a deletion would say."""
    body = b'{"action":"woocommerce_delete_order","arg":%d}' % int(external_id)
    return "action.woocommerce_delete_order", body


async def give_status(store: Store, external_id: str, status: str) -> IncomingOrder:
    answer = await store.write("PUT", f"orders/{external_id}", {"status": status})
    return read_order(answer)


def read_order(answer: ApiAnswer) -> IncomingOrder:
    """The order answered.

    Raises:
        RequestRefusedError: the answer makes no sense; what was asked for may have been done.
    """
    try:
        return parse_order(fields_of(answer))
    except MalformedPayloadError as error:
        raise RequestRefusedError("no_order", f"the answer is no order: {error}") from None


async def add_note(store: Store, external_id: str, text: str, *, may_be_there: bool) -> None:
    path = f"orders/{external_id}/notes"
    if may_be_there:
        notes = await store.page(path, {"type": "internal"})
        if any(_plain(row.data) == _plain({"note": text}) for row in notes.rows):
            return
    await store.write("POST", path, {"note": text, "customer_note": False})


def _plain(note: fields.Fields) -> str:
    """A note's words alone: a store may drop markup and backslashes."""
    return fields.plain_line(note, "note", 10_000).replace("\\", "")
