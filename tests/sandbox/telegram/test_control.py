"""The same world over HTTP: for the chat page and for other processes."""

import base64
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from sandbox.telegram import TelegramSandbox, User

Post = Callable[..., Awaitable[Any]]


@pytest.fixture
def post(sandbox: TelegramSandbox, http: aiohttp.ClientSession) -> Post:
    async def post(name: str, /, **body: Any) -> Any:
        async with http.post(f"{sandbox.url}/sandbox/{name}", json=body) as response:
            return await response.json()

    return post


async def test_people_act(sandbox: TelegramSandbox, post: Post) -> None:
    await post("users", id=5, first_name="Іван")
    await post("groups", id=-(10**12) - 5, title="Forum", members=[5], is_forum=True)
    topic = await post("topics", chat_id=-(10**12) - 5, name="Orders")
    sent = await post("messages", **{"as": 5, "text": "/start"})
    await post("deep_links", **{"as": 5, "payload": "sale_1"})
    await post(
        "messages", **{"as": 5, "chat_id": -(10**12) - 5, "topic": topic["id"], "text": "hi"}
    )
    document = {"name": "x.csv", "base64": base64.b64encode(b"a,b").decode()}
    await post("messages", **{"as": 5, "document": document})

    assert sent["update_id"] > 0
    assert [m.text for m in sandbox.messages(5)] == ["/start", "/start sale_1", ""]
    assert sandbox.messages(5)[-1].file is not None
    assert sandbox.messages(-(10**12) - 5)[-1].thread_id == topic["id"]


async def test_taps_and_membership(
    sandbox: TelegramSandbox, olena: User, post: Post, http: aiohttp.ClientSession
) -> None:
    markup = {"inline_keyboard": [[{"text": "Copy", "copy_text": {"text": "1"}}]]}
    message = sandbox.world.post(olena.chat, sandbox.bot, reply_markup=markup)
    tap = {"as": 101, "chat_id": 101, "message_id": message.message_id}

    by_label = await post("taps", **tap, label="Copy")
    by_place = await post("taps", **tap, row=0, column=0)
    missing = await post("taps", **tap, label="Nope")
    await post("block", **{"as": 101})
    await post("groups", id=-5, title="G", members=[101])
    await post("membership", chat_id=-5, change="kick")
    migrated = await post("migrate", chat_id=-5)

    assert by_label["copied"] == by_place["copied"] == "1"
    assert "no button contains" in missing["error"]
    assert olena.has_blocked
    assert migrated["type"] == "supergroup"


async def test_trouble_on_order(
    sandbox: TelegramSandbox, olena: User, post: Post, http: aiohttp.ClientSession
) -> None:
    now = sandbox.clock.now()

    await post("faults", method="getMe", status=500)
    await post("settings", down=True, latency_s=0.01, limits={"chat_burst": 2})
    await post("clock", advance_s=3600)

    assert sandbox.down
    assert sandbox.limits is not None
    assert sandbox.limits.chat_burst == 2
    assert sandbox.clock.now() - now >= 3600
    await post("settings", down=False, limits=None)
    async with http.get(f"{sandbox.url}/bot{sandbox.token}/getMe") as response:
        assert response.status == 500
    async with http.delete(f"{sandbox.url}/sandbox/faults"):
        pass
    async with http.get(f"{sandbox.url}/sandbox/calls") as response:
        assert [call["status"] for call in await response.json()] == [500]


async def _told(response: aiohttp.ClientResponse) -> Any:
    """The next event of a stream."""
    async for line in response.content:
        if line.startswith(b"data: "):
            return json.loads(line.removeprefix(b"data: "))
    return None


def _texts(event: Any, chat_id: int) -> list[str]:
    """What is said in a chat, in a state."""
    (chat,) = [chat for chat in event["state"]["chats"] if chat["id"] == chat_id]
    return [message["text"] for message in chat["messages"]]


async def test_a_stream_begins_with_the_state_and_tells_what_follows(
    sandbox: TelegramSandbox, olena: User, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/sandbox/events") as response:
        state = await _told(response)
        await olena.send("Привіт")
        event = await _told(response)

    assert (state["event"], _texts(state, 101)) == ("state", ["/start"])
    assert (event["event"], event["chat_id"]) == ("message", 101)
    assert event["message"]["text"] == "Привіт"


async def test_what_a_state_holds_is_not_told_again(
    sandbox: TelegramSandbox, olena: User, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/sandbox/events") as response:
        await _told(response)
        sandbox.add_group(id=-5, title="Склад", members=[olena])  # before anybody reads the feed
        await olena.send("one")
        await olena.send("two")
        state = await _told(response)
        await olena.send("three")
        event = await _told(response)

    assert _texts(state, 101) == ["/start", "one", "two"]
    assert event["message"]["text"] == "three"


async def test_a_stream_ends_with_its_world(
    sandbox: TelegramSandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/sandbox/events") as response:
        assert (await _told(response))["state"]["users"] == []
        sandbox.add_user(id=5, first_name="Іван")
        sandbox.world.end_feeds()
        assert [user["id"] for user in (await _told(response))["state"]["users"]] == [5]
        assert await _told(response) is None


async def test_page_is_one_file_that_loads_nothing(
    sandbox: TelegramSandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/") as response:
        page = await response.text()

    assert response.content_type == "text/html"
    assert "/* style.css */" not in page
    assert "/* scripts */" not in page
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page) == []
    assert re.findall(r"url\((?![\"']?data:)|@import", page) == []


async def test_only_this_machine_and_only_json(
    sandbox: TelegramSandbox, http: aiohttp.ClientSession
) -> None:
    foreign = {"Host": "evil.example:80"}
    async with http.get(f"{sandbox.url}/sandbox/events", headers=foreign) as response:
        assert response.status == 403
    async with http.post(f"{sandbox.url}/sandbox/clock", data=b'{"advance_s":1}') as response:
        assert response.status == 415
