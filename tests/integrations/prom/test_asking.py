"""Which orders were changed, and which wait: all of them, each time, whatever happens meanwhile."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from domain.errors import CredentialsError, RequestRefusedError, UnavailableError
from domain.orders import PlatformState
from integrations.base import Found
from integrations.prom.client import PromClient
from integrations.prom.platform import PromPlatform
from sandbox.prom import PromCabinet
from sandbox.prom.model import INSTALLMENTS, PROM_PAYMENT
from tests.integrations.prom.cabinets import Meanwhile, account

days_ago = pytest.mark.parametrize("ago", [timedelta(days=3, hours=1)])


def place(cabinet: PromCabinet, count: int = 1, **how: object) -> list[int]:
    return [cabinet.place_order(lines=[("A", 1)], **how).id for _ in range(count)]  # type: ignore[arg-type]


async def pages_of(found: AsyncIterator[Sequence[Found]]) -> list[list[int]]:
    """The ids of each page."""
    return [[int(each.order.external_id) for each in page if each.order] async for page in found]


async def ids_of(found: AsyncIterator[Sequence[Found]]) -> list[int]:
    return [id_ for page in await pages_of(found) for id_ in page]


def windows(cabinet: PromCabinet) -> list[tuple[str, str]]:
    return [
        (call.query["last_modified_from"], call.query.get("last_modified_to", ""))
        for call in cabinet.calls("GET", "/orders/list")
        if "last_id" not in call.query
    ]


async def test_an_order_is_told_of_as_the_platform_reads_it(
    cabinet: PromCabinet, client: PromClient
) -> None:
    [order_id] = place(cabinet, note="Подзвоніть\nзавтра")
    since = cabinet.orders[order_id].modified_at

    pages = [page async for page in client.changed_orders(account(cabinet), since)]

    [[found]] = pages
    assert found.order is not None
    assert (found.order.external_id, found.order.note) == (str(order_id), "Подзвоніть\nзавтра")
    assert PromPlatform().parse(found.topic, found.body) == (found.order,)


async def test_every_status_is_asked_for_at_once(cabinet: PromCabinet, client: PromClient) -> None:
    """Between two polls it was placed and paid: nobody ever sees it pending."""
    since = cabinet.now()
    paid, canceled, draft = (
        *place(cabinet, payment=PROM_PAYMENT, pays_after_s=60),
        *place(cabinet),
        *place(cabinet, status="draft"),
    )
    cabinet.let_pass(timedelta(seconds=61))
    cabinet.cancel(canceled)

    pages = [page async for page in client.changed_orders(account(cabinet), since)]

    states = {int(each.order.external_id): each.order.state for each in pages[0] if each.order}
    assert states == {
        draft: PlatformState.DRAFT,
        paid: PlatformState.ACTIVE,
        canceled: PlatformState.CANCELED,
    }


@pytest.mark.parametrize("is_inclusive", [True, False])
async def test_the_earliest_change_comes_first_and_nothing_is_left_out(
    cabinet: PromCabinet, client: PromClient, is_inclusive: bool
) -> None:
    cabinet.last_id_is_inclusive = is_inclusive
    since = cabinet.now()
    placed = place(cabinet, 230)
    for order_id in placed[:30][::-1]:
        cabinet.set_status(order_id, "received")

    pages = await pages_of(client.changed_orders(account(cabinet), since))

    assert [len(page) for page in pages] == [100, 100, 30]
    assert [id_ for page in pages for id_ in page] == placed[30:] + placed[:30][::-1]


@days_ago
@pytest.mark.parametrize(
    "zone", [UTC, ZoneInfo("Europe/Kyiv"), timezone(timedelta(hours=-3, minutes=-59))]
)
async def test_whatever_zone_the_times_are_read_in_all_of_a_long_outage_comes(
    cabinet: PromCabinet, client: PromClient, zone: tzinfo
) -> None:
    cabinet.filter_zone = zone
    since = cabinet.now()
    placed = []
    for _ in range(73):
        placed += place(cabinet, 2)
        cabinet.let_pass(timedelta(hours=1))

    ids = await ids_of(client.changed_orders(account(cabinet), since))

    assert list(dict.fromkeys(ids)) == placed
    _, *asked = windows(cabinet)
    assert len(asked) == 4
    assert [bool(until) for _, until in asked] == [True, True, True, False]
    for (_, until), (after, _) in pairwise(asked):
        assert timedelta(0) <= datetime.fromisoformat(until) - datetime.fromisoformat(after)


@days_ago
async def test_what_was_read_of_a_long_outage_is_kept(
    cabinet: PromCabinet, client: PromClient, meanwhile: Meanwhile
) -> None:
    since = cabinet.now()
    first = place(cabinet, 60)
    cabinet.let_pass(timedelta(days=2))
    place(cabinet, 60)
    meanwhile.act_before(3, lambda: cabinet.answer_with(502, "<html>Bad Gateway"))

    pages = client.changed_orders(account(cabinet), since)

    page = await anext(pages)
    assert [each.order.external_id for each in page if each.order] == list(map(str, first))
    with pytest.raises(UnavailableError):
        await anext(pages)


@days_ago
async def test_a_cabinet_that_slept_for_weeks_is_asked_once(
    cabinet: PromCabinet, client: PromClient
) -> None:
    since = cabinet.now()
    placed = place(cabinet, 3)
    cabinet.let_pass(timedelta(days=2))

    assert await ids_of(client.changed_orders(account(cabinet), since)) == placed
    assert len(windows(cabinet)) == 1


@days_ago
async def test_orders_of_some_hours_before_come_and_none_of_long_ago(
    cabinet: PromCabinet, client: PromClient
) -> None:
    cabinet.filter_zone = ZoneInfo("Europe/Kyiv")  # what is asked for begins two hours earlier
    begun = cabinet.now()
    place(cabinet)
    cabinet.let_pass(timedelta(hours=1, minutes=30))
    lately = place(cabinet)
    cabinet.let_pass(timedelta(hours=3, minutes=30))
    since = cabinet.now()
    assert since - begun > timedelta(hours=5)

    assert await ids_of(client.changed_orders(account(cabinet), since)) == lately


async def test_an_order_that_changes_while_the_list_is_read_comes_as_it_is_then(
    cabinet: PromCabinet, client: PromClient, meanwhile: Meanwhile
) -> None:
    since = cabinet.now()
    placed = place(cabinet, 150)
    shown, to_come = placed[140], placed[10]

    def change() -> None:
        cabinet.set_status(shown, "received")
        cabinet.set_status(to_come, "received")

    meanwhile.act_before(2, change)
    first = [page async for page in client.changed_orders(account(cabinet), since)]
    orders = {
        int(each.order.external_id): each.order for page in first for each in page if each.order
    }
    newest = max(order.modified_at for order in orders.values())
    again = [page async for page in client.changed_orders(account(cabinet), newest)]

    assert orders.keys() == set(placed)
    assert orders[to_come].status == "received"
    assert orders[shown].status == "pending"
    last = [each.order for page in again for each in page][-2:]
    assert [(int(order.external_id), order.status) for order in last if order] == [
        (shown, "received"),
        (to_come, "received"),
    ]


@days_ago
async def test_an_order_that_moves_out_of_a_window_comes_in_the_last_one(
    cabinet: PromCabinet, client: PromClient, meanwhile: Meanwhile
) -> None:
    since = cabinet.now()
    placed = place(cabinet, 150)
    cabinet.let_pass(timedelta(days=3))
    meanwhile.act_before(2, lambda: cabinet.set_status(placed[10], "received"))

    ids = await ids_of(client.changed_orders(account(cabinet), since))

    assert ids == [*placed[:10], *placed[11:], placed[10]]


async def test_an_order_that_makes_no_sense_is_passed_on(
    cabinet: PromCabinet, client: PromClient
) -> None:
    body = '{"orders": [{"id": 7, "date_modified": 1}, {}]}'
    cabinet.answer_with(200, body, content_type="application/json")

    [page] = [page async for page in client.changed_orders(account(cabinet), cabinet.now())]

    assert [(each.order, each.body) for each in page] == [
        (None, b'{"id": 7, "date_modified": 1}'),
        (None, b"{}"),
    ]


async def test_times_are_asked_for_in_the_one_form_that_finds_anything(
    cabinet: PromCabinet, client: PromClient
) -> None:
    since = datetime(2999, 1, 2, 3, 4, 5, 678, tzinfo=timezone(timedelta(hours=2)))

    assert await pages_of(client.changed_orders(account(cabinet), since)) == []

    assert windows(cabinet) == [("2999-01-01T21:04:04", "")]


async def test_open_orders_are_counted_and_come_oldest_first(
    cabinet: PromCabinet, client: PromClient
) -> None:
    waiting = [
        *place(cabinet, 101),
        *place(cabinet, status="custom-137000"),
        *place(cabinet, payment=PROM_PAYMENT),
        *place(cabinet, status="received"),
        *place(cabinet, payment=INSTALLMENTS),
    ]
    cabinet.pay(waiting[102])
    for status in ("draft", "delivered", "canceled", "loan_rejected"):
        place(cabinet, status=status)

    pages = await pages_of(client.open_orders(account(cabinet)))

    assert [len(page) for page in pages] == [100, 5]
    assert [id_ for page in pages for id_ in page] == waiting
    assert await client.count_open_orders(account(cabinet)) == 105


# Which statuses are asked for, one after the other; the first request is for their names.
ASKED = (
    "waiting_loan_approval",
    "loan_approved",
    "pending",
    "paid",
    "received",
    "custom-137000",
)


@pytest.mark.parametrize("status", ASKED)
async def test_an_open_order_that_is_paid_meanwhile_comes_once(
    cabinet: PromCabinet, client: PromClient, meanwhile: Meanwhile, status: str
) -> None:
    placed = place(cabinet, 2, payment=PROM_PAYMENT)
    meanwhile.act_before(ASKED.index(status) + 2, lambda: cabinet.pay(placed[0]))

    [page] = [page async for page in client.open_orders(account(cabinet))]

    statuses = {int(each.order.external_id): each.order.status for each in page if each.order}
    is_seen = ASKED.index(status) <= ASKED.index("paid")
    assert statuses == {placed[0]: "paid" if is_seen else "pending", placed[1]: "pending"}
    assert len(page) == 2
    lists = cabinet.calls("GET", "/orders/list")
    assert tuple(call.query["status"] for call in lists) == ASKED


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, "Access was denied"),
        (404, "<html>404 Not Found"),
        (200, '{"error": "no"}'),
        (200, '{"order_status_options": [{"name": "custom-1", "title": "Нема"}, {"name": ""}]}'),
    ],
)
async def test_a_status_that_cannot_be_asked_for_is_left_out(
    cabinet: PromCabinet, client: PromClient, status: int, body: str
) -> None:
    [order_id] = place(cabinet)
    cabinet.answer_with(status, body, path="/order_status_options", content_type="application/json")

    assert await ids_of(client.open_orders(account(cabinet))) == [order_id]

    asked = [call.query.get("status") for call in cabinet.calls("GET", "/orders/list")]
    assert {"pending", "paid", "received"} <= set(asked)


async def test_open_orders_are_not_few_because_the_cabinet_cannot_be_asked(
    cabinet: PromCabinet, client: PromClient, meanwhile: Meanwhile
) -> None:
    place(cabinet)
    with pytest.raises(CredentialsError):
        await client.count_open_orders(account(cabinet, "another token"))
    refusal = '{"error": "Try again"}'
    for status in ("pending", "paid", "received"):
        meanwhile.act_before(ASKED.index(status) + 2, lambda: cabinet.answer_with(200, refusal))
        with pytest.raises(RequestRefusedError):
            await client.count_open_orders(account(cabinet))

    meanwhile.act_before(
        ASKED.index("custom-137000") + 2, lambda: setattr(cabinet, "has_api", False)
    )
    with pytest.raises(RequestRefusedError):
        await client.count_open_orders(account(cabinet))
