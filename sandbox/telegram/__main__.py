"""Run the simulated Telegram by itself: `python -m sandbox.telegram --port 8081`."""

from __future__ import annotations

import argparse
import asyncio

from sandbox.telegram.server import TelegramSandbox


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="42:TEST")
    parser.add_argument("--bot-username", default="kramar_demo_bot")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.port, arguments.token, arguments.bot_username))
    except KeyboardInterrupt:
        print("bye")


async def _serve(port: int, token: str, bot_username: str) -> None:
    sandbox = TelegramSandbox(token, bot_username)
    await sandbox.start(port=port)
    try:
        olena = sandbox.add_user(id=101, first_name="Олена", username="olena")
        oleh = sandbox.add_user(id=102, first_name="Олег", username="oleh", language_code="en")
        sandbox.add_group(id=-1001, title="Склад", members=[olena, oleh])
        print(f"chat page: {sandbox.url}/?as=101   Bot API: {sandbox.url}   token: {token}")
        await asyncio.Event().wait()
    finally:
        await sandbox.stop()


if __name__ == "__main__":
    main()
