"""The simulated store's page of consent posts keys as a real one was recorded to."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.woocommerce import WooCommerceStore
from tests.integrations.woocommerce.captures import capture


@dataclass
class App:
    """Somebody who wants in: it lives at https://bot.example.test as far as the store knows."""

    statuses: list[int] = field(default_factory=lambda: [200])
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        line = f"{request.method} {request.path_qs}"
        self.requests.append((line, dict(request.headers), await request.read()))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, headers={"Location": "/redirected"})


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def store(app: App) -> AsyncIterator[WooCommerceStore]:
    web_app = web.Application()
    web_app.router.add_route("*", "/{path:.*}", app.receive)
    async with TestServer(web_app) as server:
        hosts = {"bot.example.test": str(server.make_url("")).rstrip("/")}
        async with WooCommerceStore(hosts=hosts, allows_private=False) as store:
            yield store


def page(store: WooCommerceStore, **changes: str) -> str:
    query = {
        "app_name": "Kramar",
        "scope": "read_write",
        "user_id": "chat:-100123456/7",
        "return_url": "https://bot.example.test/back?from=shop",
        "callback_url": "https://bot.example.test/wc-auth/cb?s=STATE123",
    } | changes
    given = {name: value for name, value in query.items() if value}
    return f"{store.url}/wc-auth/v1/authorize?{urlencode(given)}"


async def test_approving_posts_a_new_key_as_recorded(store: WooCommerceStore, app: App) -> None:
    ended = await store.approve(page(store))

    back = "https://bot.example.test/back?from=shop&success=1&user_id=chat:-100123456/7"
    assert (ended.status, ended.location) == (302, back)
    real = capture(163)
    ((line, headers, body),) = app.requests
    assert line == "POST /wc-auth/cb?s=STATE123"
    sent = {name.lower(): value for name, value in headers.items()}
    own = {"user-agent", "content-length"}
    assert {name: sent[name] for name in real.headers if name not in own} == {
        name: value for name, value in real.headers.items() if name not in own
    }
    assert set(sent) == set(real.headers)
    assert sent["user-agent"] == f"WordPress/7.0.4; {store.url}"
    said, told = json.loads(body), json.loads(real.body)
    assert {name: type(value) for name, value in said.items()} == {
        name: type(value) for name, value in told.items()
    }
    assert list(said) == list(told)
    assert b'"chat:-100123456\\/7"' in body
    key = store.keys[said["consumer_key"]]
    assert (key.consumer_secret, key.permissions) == (said["consumer_secret"], "read_write")
    assert [len(said[name]) for name in ("consumer_key", "consumer_secret")] == [43, 43]


async def test_denying_leads_back_and_makes_no_key(store: WooCommerceStore, app: App) -> None:
    ended = await store.deny(page(store))

    back = "https://bot.example.test/back?from=shop&success=0&user_id=chat:-100123456/7"
    assert ended.location == back
    assert "View and manage products" in ended.page
    assert (len(store.keys), app.requests) == (1, [])


@pytest.mark.parametrize(
    ("statuses", "is_in"), [([201], False), ([204], False), ([500], False), ([302, 200], True)]
)
async def test_only_200_at_the_end_keeps_the_key(
    store: WooCommerceStore, app: App, statuses: list[int], is_in: bool
) -> None:
    app.statuses = statuses

    ended = await store.approve(page(store))

    assert len(store.keys) == (2 if is_in else 1)
    assert ended.status == (302 if is_in else 401)
    assert ("unable to send the consumer data" in ended.page) is not is_in
    assert [line for line, _, _ in app.requests][1:] == (["GET /redirected"] if is_in else [])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scope": ""}, "Missing parameter scope"),
        ({"app_name": ""}, "Missing parameter app_name"),
        ({"user_id": ""}, "Missing parameter user_id"),
        ({"return_url": ""}, "Missing parameter return_url"),
        ({"callback_url": ""}, "Missing parameter callback_url"),
        ({"scope": "all"}, "Invalid scope all"),
        ({"return_url": "https://"}, "is not a valid URL"),
        ({"callback_url": "http://bot.example.test/cb"}, "needs to be over SSL"),
    ],
)
async def test_what_is_asked_for_wrongly(
    store: WooCommerceStore, app: App, changes: dict[str, str], said: str
) -> None:
    ended = await store.approve(page(store, **changes))

    assert (ended.status, ended.location) == (401, "")
    assert said in ended.page
    assert (len(store.keys), app.requests) == (1, [])


async def test_who_may_let_somebody_in(store: WooCommerceStore, app: App) -> None:
    store.site.visitor_may_manage = False
    denied = await store.approve(page(store))
    store.site.visitor_may_manage = True
    store.site.has_permalinks = False
    missing = await store.approve(page(store))
    store.site.has_permalinks = True
    away = await store.approve(page(store, callback_url="https://other.example.test/cb"))

    assert "do not have permission" in denied.page
    assert missing.status == 404
    assert "A valid URL was not provided" in away.page
    assert (denied.status, away.status, len(store.keys)) == (401, 401, 1)


async def test_an_ampersand_ends_a_name_and_addresses_are_decoded_twice(
    store: WooCommerceStore, app: App
) -> None:
    await store.approve(page(store, user_id="one&two"))
    await store.approve(page(store, callback_url="https://bot.example.test/cb?s=a%3Db"))
    refused = await store.approve(page(store, callback_url="https://bot.example.test/cb?s=a%2Bb"))

    assert json.loads(app.requests[0][2])["user_id"] == "one"
    assert app.requests[1][0] == "POST /cb?s=a=b"
    assert "is not a valid URL" in refused.page  # a plus is a space by now
