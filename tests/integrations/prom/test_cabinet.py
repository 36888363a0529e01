"""How a cabinet is asked: its refusals that come as 200 or as pages, its lists, its pace."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from domain.errors import (
    CredentialsError,
    IntegrationError,
    RequestRefusedError,
    UnavailableError,
)
from domain.shops import UNEXPLAINED, ConnectProblem
from integrations.http import ApiClient
from integrations.prom.cabinet import Cabinet
from integrations.prom.pauses import Pauses
from sandbox.prom import PromCabinet
from tests.integrations.prom.cabinets import Meanwhile, account


@pytest.fixture
async def asked(cabinet: PromCabinet, meanwhile: Meanwhile) -> AsyncIterator[Cabinet]:
    async with aiohttp.ClientSession() as session:
        api = ApiClient(session, timeout_s=0.2)
        yield Cabinet(api, cabinet.url, account(cabinet), meanwhile)


async def refusal(asked: Cabinet, path: str = "orders/list") -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        await asked.get(path)
    return caught.value


async def test_the_token_and_the_language_are_told(cabinet: PromCabinet, asked: Cabinet) -> None:
    cabinet.place_order(lines=[("A", 1)])

    answer = await asked.get("orders/list", {"limit": "1"})

    assert b'"status_name": "\xd0\x9d\xd0\xbe\xd0\xb2\xd0\xb5"' in answer.raw  # Нове
    assert [(call.query, call.language) for call in cabinet.requests] == [({"limit": "1"}, "uk")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "This status value is not allowed"}, "This status value is not allowed"),
        ({"errors": {"error": "Ожидается список товаров"}}, "Ожидается список товаров"),
        ({"status": "error", "message": "Ні <b>і</b>\nні", "errors": None}, "Ні і ні"),
        ({"status": "error", "errors": {"order_id": ["Не той", "Не те"]}}, "Не той, Не те"),
        ({"status": "error"}, UNEXPLAINED),
        ({"error": True}, UNEXPLAINED),
        ({"error": "TOKEN is bad"}, "*** is bad"),
    ],
)
async def test_refusals_hide_in_200(
    cabinet: PromCabinet, asked: Cabinet, body: object, words: str
) -> None:
    text = json.dumps(body).replace("TOKEN", cabinet.token)
    cabinet.answer_with(200, text, content_type="application/json")

    error = await refusal(asked)

    assert isinstance(error, RequestRefusedError)
    assert error.words == words
    assert cabinet.token not in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"orders": [], "error": None, "errors": {}, "status": "ok"},
        {"processed_ids": [1], "errors": {"2": "Замовлення вже скасоване"}},
    ],
)
async def test_what_is_no_refusal(cabinet: PromCabinet, asked: Cabinet, body: object) -> None:
    cabinet.answer_with(200, json.dumps(body), content_type="application/json")

    assert (await asked.post("orders/set_status", {})).data == body


DENIED = "<html><h1>403 Forbidden</h1>Access was denied to this resource."
POOR = DENIED + "<br />Api is not available for free premium service</html>"


@pytest.mark.parametrize(
    ("status", "body", "kind", "problem"),
    [
        (401, "<html>401 Unauthorized", CredentialsError, ConnectProblem.WRONG_KEYS),
        (403, DENIED, CredentialsError, ConnectProblem.NO_RIGHTS),
        (403, POOR, RequestRefusedError, ConnectProblem.NO_API),
        (403, "<html>Attention Required!", UnavailableError, ConnectProblem.FIREWALL),
        (403, '{"error": "no"}', CredentialsError, ConnectProblem.NO_RIGHTS),
        (404, "<html>404 Not Found", RequestRefusedError, None),
        (400, '{"error": "Incorrect value"}', RequestRefusedError, None),
        (429, "<html>Too Many Requests", UnavailableError, ConnectProblem.FIREWALL),
        (502, DENIED, UnavailableError, ConnectProblem.DOWN),
        (200, "<html>Just a moment...", UnavailableError, ConnectProblem.FIREWALL),
        (200, '{"orders": [', UnavailableError, ConnectProblem.FIREWALL),
        (200, '{"orders": null}', UnavailableError, None),
        (200, "[]", UnavailableError, None),
    ],
)
async def test_what_an_answer_means(
    cabinet: PromCabinet,
    asked: Cabinet,
    status: int,
    body: str,
    kind: type[IntegrationError],
    problem: ConnectProblem | None,
) -> None:
    cabinet.answer_with(status, body)

    with pytest.raises(IntegrationError) as caught:
        await asked.rows("orders/list", "orders")

    assert type(caught.value) is kind
    assert caught.value.problem is problem
    assert len(cabinet.requests) == 1


async def test_the_codes_and_words_of_refusals(cabinet: PromCabinet, asked: Cabinet) -> None:
    cabinet.answer_with(400, '{"error": "Incorrect value"}')

    bad, missing = await refusal(asked), await refusal(asked, "products/17")

    assert str(bad) == "400: Incorrect value"
    assert isinstance(missing, RequestRefusedError)
    assert missing.code == "404"


async def test_a_long_list_may_take_longer(cabinet: PromCabinet, asked: Cabinet) -> None:
    cabinet.answer_late(0.3)

    assert await asked.rows("orders/list", "orders") == []


async def test_a_slow_answer_is_given_up(cabinet: PromCabinet, asked: Cabinet) -> None:
    cabinet.answer_late(1)

    error = await refusal(asked)

    assert isinstance(error, UnavailableError)
    assert error.problem is ConnectProblem.TIMEOUT


@pytest.mark.parametrize("token", ["", "abc\r\nX-Evil: 1", "токен"])
async def test_what_cannot_be_a_token_is_never_sent(cabinet: PromCabinet, token: str) -> None:
    async with aiohttp.ClientSession() as session:
        stranger = Cabinet(ApiClient(session), cabinet.url, account(cabinet, token), Pauses(0))
        error = await refusal(stranger)

    assert isinstance(error, CredentialsError)
    assert error.problem is ConnectProblem.WRONG_KEYS
    assert cabinet.requests == []


async def test_the_rows_are_kept_as_they_were_sent(cabinet: PromCabinet, asked: Cabinet) -> None:
    body = '{"orders": [1], "a": {"orders": []}, "orders": [ {"id": 7, "x": 1.50 } ,{"b":[]},3]}'
    cabinet.answer_with(200, body, content_type="application/json")

    rows = await asked.rows("orders/list", "orders")

    assert [(row.id, row.body) for row in rows] == [
        (7, b'{"id": 7, "x": 1.50 }'),
        (0, b'{"b":[]}'),
    ]


@pytest.mark.parametrize("is_inclusive", [True, False])
@pytest.mark.parametrize(("count", "calls"), [(0, 1), (99, 1), (100, 2), (101, 2), (250, 3)])
async def test_lists_are_whole_whichever_way_last_id_is_meant(
    cabinet: PromCabinet, asked: Cabinet, is_inclusive: bool, count: int, calls: int
) -> None:
    cabinet.last_id_is_inclusive = is_inclusive
    placed = [cabinet.place_order(lines=[("A", 1)]).id for _ in range(count)]

    pages = [page async for page in asked.by_id("orders/list", "orders")]

    assert [row.id for page in pages for row in page] == placed[::-1]
    assert all(pages)
    assert len(cabinet.requests) == calls


@pytest.mark.parametrize("is_inclusive", [True, False])
async def test_what_comes_or_goes_while_a_list_is_read_hides_nothing(
    cabinet: PromCabinet, asked: Cabinet, meanwhile: Meanwhile, is_inclusive: bool
) -> None:
    cabinet.last_id_is_inclusive = is_inclusive
    placed = [cabinet.place_order(lines=[("A", 1)]).id for _ in range(250)]

    def act() -> None:
        cabinet.place_order(lines=[("A", 1)])
        del cabinet.orders[placed[150]]  # the last of the first page, where the next one begins
        del cabinet.orders[placed[200]]

    meanwhile.act_before(2, act)

    ids = [row.id async for page in asked.by_id("orders/list", "orders") for row in page]

    assert ids == placed[::-1]


async def test_a_server_that_ignores_where_a_page_begins_is_asked_twice_at_most(
    cabinet: PromCabinet, asked: Cabinet
) -> None:
    same = json.dumps({"orders": [{"id": id_} for id_ in range(1, 101)]})
    cabinet.answer_with(200, same, times=None, content_type="application/json")

    pages = [page async for page in asked.by_id("orders/list", "orders")]

    assert [len(page) for page in pages] == [100]
    assert len(cabinet.requests) == 2


async def test_the_requests_of_a_token_keep_apart_in_the_order_they_came() -> None:
    loop, pause_s = asyncio.get_running_loop(), 0.02
    pauses, turns = Pauses(pause_s), list[tuple[str, float]]()

    async def ask(token: str, name: str) -> None:
        await pauses.turn(token)
        turns.append((name, loop.time()))

    began = loop.time()
    await asyncio.gather(*(ask(*each) for each in [("a", "1"), ("a", "2"), ("b", "!"), ("a", "3")]))

    names = [name for name, _ in turns]
    assert [name for name in names if name != "!"] == ["1", "2", "3"]
    assert names.index("!") < names.index("2")  # another token waits for nobody
    times = [at for name, at in turns if name != "!"]
    for number, at in enumerate(times):
        assert at - began >= number * pause_s - 0.001


async def test_who_asked_long_ago_is_forgotten() -> None:
    pauses = Pauses(0)

    for number in range(100):
        await pauses.turn(f"token {number}")

    assert len(pauses._free_at) == 1
