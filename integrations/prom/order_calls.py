"""A cabinet's orders: found by what was changed, told their status and their parcel's number."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from domain.errors import CredentialsError, MalformedPayloadError, RequestRefusedError
from domain.orders import IncomingOrder, RejectReason
from domain.shops import OTHER_CARRIER, UNEXPLAINED
from integrations import fields
from integrations.base import Found, PlatformStatus
from integrations.fields import LONGEST_CODE, LONGEST_TEXT, Fields
from integrations.prom.cabinet import MOST_PER_PAGE, Cabinet, Row, api_time, fields_of
from integrations.prom.orders import parse_order
from integrations.prom.platform import ORDER

OPEN_STATUSES = ("pending", "paid", "received")
LOAN_STATUSES = ("waiting_loan_approval", "loan_approved")  # not every API knows them
CLOSED_STATUSES = ("delivered", "canceled", "draft", "loan_rejected")
WRITABLE = frozenset({"received", "delivered", "paid", "canceled"})
CUSTOM = "custom-"

# Nobody says in which zone the API reads the times of its filters.
ZONE_DOUBT = timedelta(hours=4)
WINDOW = timedelta(days=1)

_NO_ORDER = "no_order"  # the answer is none
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

# The buyer may read the text, so staff's own words are never sent. Prom.ua's older and newer
# lists of reasons have no others in common.
_CANCELED: Mapping[RejectReason, tuple[str, str]] = {
    RejectReason.OUT_OF_STOCK: ("not_available", "На жаль, цього товару зараз немає в наявності."),
    RejectReason.CUSTOMER_REQUEST: ("buyers_request", "Замовлення скасовано на прохання покупця."),
    RejectReason.DUPLICATE: ("duplicate", "Замовлення скасовано, бо воно повторює інше."),
    RejectReason.WRONG_PHONE: (
        "invalid_phone_number",
        "Замовлення скасовано: не вдалося зв'язатися за вказаним номером телефону.",
    ),
    RejectReason.OTHER: ("another", "Замовлення скасовано. Якщо маєте запитання, напишіть нам."),
}

_CARRIERS = ("nova_poshta", "ukrposhta", "meest")
# What numbers look like, for orders that name no carrier.
_NUMBERS = (
    ("nova_poshta", re.compile(r"(?:20|59)\d{12}")),
    ("ukrposhta", re.compile(r"\d{13}")),
)


def found(body: bytes) -> Found:
    """An order of a list, to be worked by its topic."""
    try:
        return Found(parse_order(fields.load(body)), ORDER, body)
    except MalformedPayloadError:
        return Found(None, ORDER, body)


def _pages(rows: Sequence[Row]) -> Iterable[Sequence[Found]]:
    for start in range(0, len(rows), MOST_PER_PAGE):
        yield [found(row.body) for row in rows[start : start + MOST_PER_PAGE]]


async def changed(cabinet: Cabinet, since: datetime) -> AsyncIterator[Sequence[Found]]:
    """All orders changed since, the earliest change first; and those of some hours before.

    No status is asked for: an order that is paid online is pending for a minute or two only.
    """
    earliest = since.astimezone(UTC) - ZONE_DOUBT
    async for window in _windows(cabinet, earliest):
        told = [row for row in window if row.modified_at is None or row.modified_at >= earliest]
        for page in _pages(sorted(told, key=_changed_at)):
            yield page


async def _windows(cabinet: Cabinet, start: datetime) -> AsyncIterator[Sequence[Row]]:
    """What was changed from then on, a day at a time; the last window has no end.

    Lists come by id, so that each is read whole: after a long outage whatever was read stays read.
    A cabinet that only slept for long has no more to tell than one page holds.
    """
    now = datetime.now(UTC)
    if start + WINDOW < now:
        query = {**_from(start), "limit": str(MOST_PER_PAGE)}
        rows = await cabinet.rows("orders/list", "orders", query)
        if len(rows) < MOST_PER_PAGE:
            yield rows
            return
    while (end := start + WINDOW) < now:
        yield await _listed(cabinet, _from(start) | {"last_modified_to": api_time(end)})
        start = end
    yield await _listed(cabinet, _from(start))


def _from(start: datetime) -> dict[str, str]:
    """Whichever of its bounds a filter leaves out: windows overlap by a second."""
    return {"last_modified_from": api_time(start - _SECOND)}


async def _listed(cabinet: Cabinet, query: Mapping[str, str]) -> list[Row]:
    pages = cabinet.by_id("orders/list", "orders", query)
    return [row async for page in pages for row in page]


def _changed_at(row: Row) -> datetime:
    return row.modified_at or _EARLIEST


async def _options(cabinet: Cabinet) -> list[PlatformStatus]:
    """All statuses that the cabinet knows, the seller's own too."""
    rows = await cabinet.rows("order_status_options/list", "order_status_options")
    options = [
        PlatformStatus(
            fields.line(row.data, "name", LONGEST_CODE),
            fields.line(row.data, "title", LONGEST_TEXT),
        )
        for row in rows
    ]
    return [option for option in options if option.code]


async def statuses(cabinet: Cabinet) -> Sequence[PlatformStatus]:
    """The statuses that orders may be given."""
    options = await _options(cabinet)
    return [one for one in options if one.code in WRITABLE or one.code.startswith(CUSTOM)]


async def _waiting(cabinet: Cabinet) -> dict[int | bytes, Row]:
    """The orders that wait to be processed. One that moves on meanwhile is taken as seen last."""
    try:
        known = [option.code for option in await _options(cabinet)]
    except (CredentialsError, RequestRefusedError):  # they may need a right of their own
        known = []
    own = [code for code in known if code not in (*OPEN_STATUSES, *LOAN_STATUSES, *CLOSED_STATUSES)]
    waiting: dict[int | bytes, Row] = {}
    for status in (*LOAN_STATUSES, *OPEN_STATUSES, *own):
        try:
            async for page in cabinet.by_id("orders/list", "orders", {"status": status}):
                waiting |= {row.key: row for row in page}
        except RequestRefusedError as error:
            # Nobody says that lists can be asked for by a seller's own status.
            if status in OPEN_STATUSES or error.problem is not None:
                raise
    return waiting


async def count_open(cabinet: Cabinet) -> int:
    """How many orders wait to be processed. The API does not count: they are all read."""
    return len(await _waiting(cabinet))


async def waiting(cabinet: Cabinet) -> AsyncIterator[Sequence[Found]]:
    """The orders that wait to be processed, oldest first."""
    rows = (await _waiting(cabinet)).values()
    for page in _pages(sorted(rows, key=lambda row: row.id)):
        yield page


async def give_status(
    cabinet: Cabinet, external_id: str, status: str, reason: RejectReason | None
) -> IncomingOrder:
    """Give an order a status; returns it as it is then.

    To one that has the status already the API says neither yes nor no, so the order is read anew.
    """
    refusal = await _set_status(cabinet, external_id, _wanted(status, reason))
    try:
        order = await _read(cabinet, external_id)
    except RequestRefusedError as error:
        raise refusal or error from None
    if refusal is not None and order.get("status") != status:
        raise refusal
    try:
        return parse_order(order)
    except MalformedPayloadError:
        raise RequestRefusedError(_NO_ORDER, UNEXPLAINED) from None


def _wanted(status: str, reason: RejectReason | None) -> dict[str, object]:
    """What to ask for, besides whose it is."""
    own = status.removeprefix(CUSTOM)
    if own != status and own.isascii() and own.isdecimal():
        return {"custom_status_id": int(own)}
    if status == "canceled":
        code, text = _CANCELED[reason or RejectReason.OTHER]
        return {"status": status, "cancellation_reason": code, "cancellation_text": text}
    return {"status": status}


async def _set_status(
    cabinet: Cabinet, external_id: str, wanted: Mapping[str, object]
) -> RequestRefusedError | None:
    """Why it seems not to be done; None when it is."""
    try:
        answer = await cabinet.post("orders/set_status", {"ids": [int(external_id)], **wanted})
    except RequestRefusedError as error:
        if error.problem is not None:
            raise
        return error
    told = fields_of(answer)
    processed, errors = told.get("processed_ids"), told.get("errors")
    if isinstance(processed, list) and external_id in map(str, processed):
        return None
    why = errors.get(external_id) if isinstance(errors, dict) else None
    return cabinet.refused(why or told.get("warning_message") or errors)


async def attach_waybill(cabinet: Cabinet, external_id: str, number: str) -> None:
    """Let the order have this parcel."""
    delivery = _delivery(await _read(cabinet, external_id))
    if _has(delivery, number):
        return
    carrier = _carrier(delivery, number)
    if not carrier:
        raise RequestRefusedError("other_carrier", OTHER_CARRIER)
    wanted = {"order_id": int(external_id), "declaration_id": number, "delivery_type": carrier}
    try:
        await cabinet.post("delivery/save_declaration_id", wanted)
    except RequestRefusedError as error:
        # To have been added a moment ago is called an error too.
        if error.problem or not _has(_delivery(await _read(cabinet, external_id)), number):
            raise


def _delivery(order: Fields) -> Fields:
    """How the order travels; empty where the buyer comes for it."""
    data = order.get("delivery_provider_data")
    return data if isinstance(data, dict) else {}


def _has(delivery: Fields, number: str) -> bool:
    return str(delivery.get("declaration_number")) == number


def _carrier(delivery: Fields, number: str) -> str:
    """Whose number it is, as the API calls them; "" when that is nobody it takes numbers of."""
    provider = delivery.get("provider")
    if provider:
        return str(provider) if provider in _CARRIERS else ""
    fitting = (carrier for carrier, form in _NUMBERS if form.fullmatch(number))
    return next(fitting, "")


async def _read(cabinet: Cabinet, external_id: str) -> Fields:
    """An order as it is now.

    Raises:
        RequestRefusedError: there is none.
    """
    order = fields_of(await cabinet.get(f"orders/{external_id}")).get("order")
    if not isinstance(order, dict):
        raise RequestRefusedError(_NO_ORDER, UNEXPLAINED)
    return order
