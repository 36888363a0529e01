"""Delivery to the bot's own server: secret, order, retries, a call in the answer."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.telegram import Group, TelegramSandbox, User

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


class Hook:
    """A bot's server: remembers requests, answers what it is told to."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response | aiohttp.MultipartWriter] = []

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.seen]

    async def receive(self, request: web.Request) -> web.Response:
        self.seen.append(json.loads(await request.read()))
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        answer = self.answers.pop(0) if self.answers else web.Response()
        if isinstance(answer, aiohttp.MultipartWriter):
            return web.Response(body=answer)
        return answer


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_come_with_the_secret(
    sandbox: TelegramSandbox, olena: User, call: Call, hook: Hook
) -> None:
    waiting = await olena.send("before")
    set_up = await call("setWebhook", url=hook.url, secret_token="s3cret")
    await olena.send("after")

    await sandbox.wait_for(lambda: len(hook.seen) == 2)

    assert (set_up["result"], set_up["description"]) == (True, "Webhook was set")
    assert hook.seen[0]["update_id"] == waiting.update_id
    assert hook.texts == ["before", "after"]
    assert hook.secrets == ["s3cret", "s3cret"]
    info = (await call("getWebhookInfo"))["result"]
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)


async def test_failed_update_is_repeated_and_holds_back_its_chat_only(
    sandbox: TelegramSandbox, olena: User, group: Group, call: Call, hook: Hook
) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=500)]
    await call("setWebhook", url=hook.url)
    await olena.send("1")
    await olena.send("2")
    await sandbox.wait_for(lambda: len(hook.seen) == 2)  # at once, and once more

    await olena.send("/orders", in_chat=group)
    await sandbox.wait_for(lambda: len(hook.seen) == 3)
    info = (await call("getWebhookInfo"))["result"]
    sandbox.clock.advance(2)
    await sandbox.wait_for(lambda: len(hook.seen) == 5)

    assert hook.texts == ["1", "1", "/orders", "1", "2"]
    message = "Wrong response from the webhook: 500 Internal Server Error"
    assert info["last_error_message"] == message
    assert info["pending_update_count"] == 2


async def test_retry_after_is_obeyed(
    sandbox: TelegramSandbox, olena: User, call: Call, hook: Hook
) -> None:
    hook.answers = [web.Response(status=503, headers={"Retry-After": "100"})]
    await call("setWebhook", url=hook.url)
    await olena.send("1")
    await sandbox.wait_for(lambda: len(hook.seen) == 1)
    sandbox.clock.advance(90)
    with pytest.raises(TimeoutError):
        await sandbox.wait_for(lambda: len(hook.seen) == 2, timeout=0.1)
    sandbox.clock.advance(10)

    await sandbox.wait_for(lambda: len(hook.seen) == 2)


async def test_call_in_the_answer_is_carried_out(
    sandbox: TelegramSandbox, olena: User, call: Call, hook: Hook
) -> None:
    form = aiohttp.MultipartWriter("form-data")
    for name, value in {"method": "sendMessage", "chat_id": "101", "text": "form"}.items():
        part = form.append(value)
        part.set_content_disposition("form-data", name=name)
    as_json = {"method": "sendMessage", "chat_id": 101, "text": "json"}
    hook.answers = [form, web.json_response(as_json)]
    await call("setWebhook", url=hook.url)

    await olena.send("1")
    await olena.send("2")

    await sandbox.wait_for(lambda: len(olena.chat.messages) == 5)
    assert [m.text for m in olena.chat.messages if m.sender is sandbox.bot] == ["form", "json"]
    assert [c.status for c in sandbox.calls_of("sendMessage", chat_id=101)] == [200, 200]


async def test_deleting_the_webhook(
    sandbox: TelegramSandbox, olena: User, call: Call, hook: Hook
) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=500)]
    await call("setWebhook", url=hook.url)
    await olena.send("1")
    await sandbox.wait_for(lambda: len(hook.seen) == 2)

    deleted = await call("deleteWebhook")
    kept = (await call("getUpdates"))["result"]
    await call("deleteWebhook", drop_pending_updates=True)

    assert deleted["description"] == "Webhook was deleted"
    assert [update["message"]["text"] for update in kept] == ["1"]
    assert (await call("getUpdates"))["result"] == []


async def test_setting_twice_within_a_second_is_refused(
    sandbox: TelegramSandbox, call: Call, hook: Hook
) -> None:
    await call("setWebhook", url=hook.url)
    refused = await call("setWebhook", url=hook.url)
    sandbox.clock.advance(1)
    again = await call("setWebhook", url=hook.url)

    assert refused["parameters"] == {"retry_after": 1}
    assert again["description"] == "Webhook is already set"


async def test_taps_are_ordered_by_person_not_by_chat(
    sandbox: TelegramSandbox, olena: User, oleh: User, group: Group, call: Call, hook: Hook
) -> None:
    markup = {"inline_keyboard": [[{"text": "Confirm", "callback_data": "x"}]]}
    await call("sendMessage", chat_id=group.id, text="card", reply_markup=markup)
    hook.answers = [web.Response(status=500), web.Response(status=500)]
    await call("setWebhook", url=hook.url)
    sandbox.world.tell_tap(olena, group.messages[-1], "x")
    await sandbox.wait_for(lambda: len(hook.seen) == 2)

    sandbox.world.tell_tap(oleh, group.messages[-1], "x")
    await sandbox.wait_for(lambda: len(hook.seen) == 3)

    assert [u["callback_query"]["from"]["id"] for u in hook.seen] == [101, 101, 102]
