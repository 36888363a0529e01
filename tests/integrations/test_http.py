"""What each kind of answer means, and that secrets stay out of every message."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from domain.errors import (
    CredentialsError,
    IntegrationError,
    RequestRefusedError,
    UnavailableError,
)
from domain.shops import ConnectProblem
from integrations.http import (
    LARGEST_ANSWER_BYTES,
    ApiClient,
    is_public_address,
    public_connector,
)

SECRET = "cs_0123456789abcdef"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answers:
    """A server that answers everything with ``reply``."""

    def __init__(self) -> None:
        self.reply: Handler = self.nothing
        self.calls = 0

    async def nothing(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        return await self.reply(request)

    def answer(self, status: int, body: str | bytes, headers: dict[str, str] | None = None) -> None:
        async def reply(request: web.Request) -> web.StreamResponse:
            raw = body.encode() if isinstance(body, str) else body
            return web.Response(status=status, body=raw, headers=headers)

        self.reply = reply


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
async def url(answers: Answers) -> AsyncIterator[URL]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answers.handle)
    async with TestServer(app) as server:
        yield server.make_url("/api").with_query(consumer_secret=SECRET)


@pytest.fixture
async def api() -> AsyncIterator[ApiClient]:
    connector = public_connector(allow_private=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield ApiClient(session, timeout_s=30)


async def failure(api: ApiClient, url: URL) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        await api.request("GET", url, headers={"Authorization": SECRET}, secrets=[SECRET])
    error = caught.value
    assert SECRET not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error


async def test_json_comes_back_exactly(api: ApiClient, answers: Answers, url: URL) -> None:
    answers.answer(200, '\ufeff{"price":1.10,"n":2}', {"X-WP-Total": "7"})

    answer = await api.request("GET", url)

    assert repr(answer.data) == "{'price': Decimal('1.10'), 'n': 2}"
    assert answer.headers["x-wp-total"] == "7"


@pytest.mark.parametrize(
    ("body", "elements"),
    [
        ("[]", []),
        ('[{"a":1.50},{"b":"\\u0410,[]"}]', ['{"a":1.50}', '{"b":"\\u0410,[]"}']),
        (
            '\ufeff \n[ {"a": 1e3 } ,\n"x",5, null, [ 1 ] ]\n',
            ['{"a": 1e3 }', '"x"', "5", "null", "[ 1 ]"],
        ),
        ('{"a":[1,2]}', []),
    ],
)
async def test_the_elements_of_a_list_are_kept_as_they_were_sent(
    api: ApiClient, answers: Answers, url: URL, body: str, elements: list[str]
) -> None:
    answers.answer(200, body)

    answer = await api.request("GET", url)

    assert answer.elements() == [element.encode() for element in elements]


@pytest.mark.parametrize(
    ("body", "elements"),
    [
        ('{"a":[1, {"b":[2]}],"b": [ 3 ] }', ["3"]),
        ('\ufeff {"a": {"b":[1]} , "b" : [{"x":1.50} ,"\\u0410"]}', ['{"x":1.50}', '"\\u0410"']),
        ('{"b":[1],"a":0,"b":[2]}', ["2"]),
        ('{"b":[]}', []),
        ('{"b":{}}', []),
        ("{}", []),
        ("[1]", []),
    ],
)
async def test_the_elements_of_a_list_in_an_object(
    api: ApiClient, answers: Answers, url: URL, body: str, elements: list[str]
) -> None:
    answers.answer(200, body)

    answer = await api.request("GET", url)

    assert answer.elements("b") == [element.encode() for element in elements]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, '{"code":"x","message":"no"}', CredentialsError),
        (401, "<html>", CredentialsError),
        (403, '{"code":"x","message":"no"}', CredentialsError),
        (403, "<html>Attention Required! | Cloudflare", UnavailableError),
        (200, "<html>Just a moment...", UnavailableError),
        (200, "", UnavailableError),
        (200, '"text"', UnavailableError),
        (200, '{"a":', UnavailableError),
        (200, b"\xff\xfe", UnavailableError),
        (200, "[" * 100_000, UnavailableError),
        (404, '{"code":"rest_no_route","message":"No route"}', RequestRefusedError),
        (404, "<html>", RequestRefusedError),
        (400, '{"code":"rest_invalid_param","message":"Invalid"}', RequestRefusedError),
        (408, "", UnavailableError),
        (429, "<html>slow down", UnavailableError),
        (500, '{"code":"x"}', UnavailableError),
        (502, "<html>", UnavailableError),
        (503, "", UnavailableError),
        (521, "", UnavailableError),
    ],
)
async def test_what_an_answer_means(
    api: ApiClient,
    answers: Answers,
    url: URL,
    status: int,
    body: str | bytes,
    kind: type[IntegrationError],
) -> None:
    answers.answer(status, body)

    assert type(await failure(api, url)) is kind
    assert answers.calls == 1


async def test_a_refusal_carries_the_code_and_a_clean_text(
    api: ApiClient, answers: Answers, url: URL
) -> None:
    answers.answer(400, f'{{"code":"bad","message":"<b>No</b>\\n {SECRET}"}}')

    error = await failure(api, url)

    assert isinstance(error, RequestRefusedError)
    assert (error.code, str(error)) == ("bad", "bad: No ***")


async def test_a_text_that_is_called_error_is_one(
    api: ApiClient, answers: Answers, url: URL
) -> None:
    answers.answer(400, f'{{"error":"Bad {SECRET}"}}')

    assert str(await failure(api, url)) == "400: Bad ***"


async def test_a_platform_may_know_better_what_a_refusal_means(
    api: ApiClient, answers: Answers, url: URL
) -> None:
    heard = []

    def explain(status: int, text: str) -> IntegrationError | None:
        heard.append((status, text))
        return CredentialsError("poor") if "poor" in text else None

    for status, body, kind in (
        (403, b"<html>poor\xff", CredentialsError),
        (403, b"<html>", UnavailableError),
        (302, b"", RequestRefusedError),
    ):
        answers.answer(status, body)
        with pytest.raises(kind):
            await api.request("GET", url, explain=explain)
    answers.answer(200, "{}")
    await api.request("GET", url, explain=explain)

    assert heard == [(403, "<html>poor\ufffd"), (403, "<html>"), (302, "")]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_named_and_not_followed(
    api: ApiClient, answers: Answers, url: URL, status: int
) -> None:
    answers.answer(status, "", {"Location": f"https://www.shop.example/x?key={SECRET}"})

    error = await failure(api, url)

    assert isinstance(error, RequestRefusedError)
    assert error.code == "redirect"
    assert str(error).endswith("redirects to https://www.shop.example")
    assert (error.problem, error.detail) == (ConnectProblem.REDIRECT, "https://www.shop.example")
    assert answers.calls == 1


@pytest.mark.parametrize(("header", "expected"), [("17", 17), ("0", 0), ("99999999999999", 86400)])
async def test_how_long_to_wait(
    api: ApiClient, answers: Answers, url: URL, header: str, expected: float
) -> None:
    answers.answer(429, "", {"Retry-After": header})

    error = await failure(api, url)

    assert isinstance(error, UnavailableError)
    assert error.retry_after_s == expected


@pytest.mark.parametrize(("hours", "lowest", "highest"), [(1, 3500, 3600), (-1, 0, 0)])
async def test_until_when_to_wait(
    api: ApiClient, answers: Answers, url: URL, hours: int, lowest: float, highest: float
) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    answers.answer(429, "", {"Retry-After": until})

    error = await failure(api, url)

    assert isinstance(error, UnavailableError)
    assert error.retry_after_s is not None
    assert lowest <= error.retry_after_s <= highest


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": "-1"}])
async def test_no_usable_hint_how_long_to_wait(
    api: ApiClient, answers: Answers, url: URL, headers: dict[str, str]
) -> None:
    answers.answer(503, "", headers)

    error = await failure(api, url)

    assert isinstance(error, UnavailableError)
    assert error.retry_after_s is None


async def test_a_slow_answer_is_given_up(answers: Answers, url: URL) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.json_response({})

    answers.reply = slow
    async with aiohttp.ClientSession() as session:
        impatient = ApiClient(session, timeout_s=0.05)
        error = await failure(impatient, url)
        assert (await impatient.request("GET", url, patience=100)).data == {}

    assert isinstance(error, UnavailableError)
    assert error.problem is ConnectProblem.TIMEOUT
    assert str(error) == f"{url.host} did not answer in time"


async def test_a_dropped_connection(api: ApiClient, answers: Answers, url: URL) -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    answers.reply = drop

    error = await failure(api, url)
    assert isinstance(error, UnavailableError)
    assert error.problem is None  # nothing that a person could mend


async def test_a_file_comes_back_byte_for_byte(api: ApiClient, answers: Answers, url: URL) -> None:
    answers.answer(200, b"%PDF-\xff\x00")

    assert await api.fetch(url) == b"%PDF-\xff\x00"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, "<html>", CredentialsError),
        (403, f'{{"message":"no {SECRET}"}}', CredentialsError),
        (404, f'{{"message":"no {SECRET}"}}', RequestRefusedError),
        (302, "", RequestRefusedError),
        (429, "", UnavailableError),
        (502, f"<html>{SECRET}", UnavailableError),
        (200, b"x" * (LARGEST_ANSWER_BYTES + 1), UnavailableError),
    ],
)
async def test_a_file_that_does_not_come(
    api: ApiClient,
    answers: Answers,
    url: URL,
    status: int,
    body: str | bytes,
    kind: type[IntegrationError],
) -> None:
    """``url`` holds the secret, as those of files do."""
    answers.answer(status, body, {"Location": f"https://other.example/{SECRET}"})

    with pytest.raises(IntegrationError) as failed:
        await api.fetch(url, secrets=[SECRET])

    assert type(failed.value) is kind
    assert SECRET not in str(failed.value)
    assert failed.value.__cause__ is None
    assert answers.calls == 1


@pytest.mark.parametrize(
    "address", ["ftp://shop.example", "shop.example", "", "file:///etc/passwd"]
)
async def test_what_is_no_web_address(api: ApiClient, address: str) -> None:
    assert isinstance(await failure(api, URL(address)), UnavailableError)


async def test_an_unknown_host(api: ApiClient) -> None:
    assert isinstance(await failure(api, URL("http://no-such-host.invalid/")), UnavailableError)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
async def test_private_addresses_are_refused_by_the_connection_itself(
    answers: Answers, url: URL, host: str
) -> None:
    target = URL(str(url).replace("127.0.0.1", host))
    async with aiohttp.ClientSession(connector=public_connector(allow_private=False)) as session:
        error = await failure(ApiClient(session), target)

    assert isinstance(error, UnavailableError)
    assert answers.calls == 0


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4001:82a::200e", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.1.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, is_public: bool) -> None:
    assert is_public_address(address) is is_public
