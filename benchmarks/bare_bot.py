"""The least that a bot can do: an order is a message with a button at once, a tap is answered.

``python -m benchmarks.bare_bot TELEGRAM_URL PORT CHAT_ID``. It stores nothing.
"""

import asyncio
import json
import sys

import aiohttp
import uvloop
from aiohttp import web

BUTTON = "Change status"


async def _serve(telegram: str, port: int, chat_id: int) -> None:
    async with aiohttp.ClientSession() as session:

        async def show(request: web.Request) -> web.Response:
            order = json.loads(await request.read())
            keyboard = {"inline_keyboard": [[{"text": BUTTON, "callback_data": "tap"}]]}
            message = {
                "chat_id": chat_id,
                "text": f"Order {order['number']}",
                "reply_markup": json.dumps(keyboard),
            }
            async with session.post(f"{telegram}/sendMessage", data=message) as response:
                await response.read()
            return web.Response(text="ok")

        app = web.Application()
        app.router.add_post("/{path:.*}", show)
        app.router.add_get("/readyz", _ready)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await _answer_taps(session, telegram)


async def _ready(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _answer_taps(session: aiohttp.ClientSession, telegram: str) -> None:
    offset = 0
    while True:
        wanted = {"offset": offset, "timeout": 30}
        async with session.post(f"{telegram}/getUpdates", data=wanted) as response:
            updates = (await response.json())["result"]
        for update in updates:
            offset = update["update_id"] + 1
            query = update.get("callback_query")
            if query is not None:
                answer = {"callback_query_id": query["id"]}
                async with session.post(f"{telegram}/answerCallbackQuery", data=answer) as response:
                    await response.read()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
