"""The real program in a process of its own, and a shop that sends it signed orders."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import random
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

PROJECT = Path(__file__).parents[2]
FIXTURES = PROJECT / "tests/integrations/woocommerce/fixtures/webhooks"
TOKEN = "42:TEST-token-of-the-simulated-telegram"
SECRET = "lab-secret-0123456789-AbC"
READY_S = 60.0
PATIENCE_S = 60.0  # how long a wait lasts before it fails; a loaded machine is slow


def free_port() -> int:
    """A port that no outgoing connection is given while the program is down for a moment."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class App:
    """``python -m bot`` with its settings; killed and started again at will."""

    folder: Path
    database_url: str
    telegram_url: str
    owner_ids: tuple[int, ...]
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "BOT_TOKEN": TOKEN,
            "OWNER_IDS": ",".join(map(str, self.owner_ids)),
            "TELEGRAM_API_URL": self.telegram_url,
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "a secret key of the tests",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(self.port),
            "ALLOW_PRIVATE_URLS": "true",
            "LOG_FORMAT": "json",
            "PYTHONPATH": str(PROJECT),
            **self.extra,
        }

    async def start(self, part: str = "") -> None:
        """Start it and wait until it answers."""
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", *([part] if part else [])),
                cwd=self.folder,
                env=self.env(),
                stdout=log,
                stderr=log,
            )
        if part != "worker":
            await self.wait_until_alive()

    async def wait_until_alive(self, path: str = "/healthz") -> None:
        async with aiohttp.ClientSession() as session, asyncio.timeout(READY_S):
            while True:
                assert self.process is not None
                assert self.process.returncode is None, self.log()
                try:
                    async with session.get(self.url + path) as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is tidied up."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), READY_S)

    async def command(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end; returns what it printed on stdout."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=self.folder,
            env=self.env(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == code, (process.returncode, out.decode(), err.decode())
        return out.decode()

    async def dump(self, what: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (await self.command("dump", what)).splitlines()]

    async def add_shop(self) -> str:
        """Connect a store without asking it; returns the address of its webhooks."""
        arguments = ("--name", "My Shop", "--url", "https://shop.example.test", "--key", "ck_test")
        answer = await self.command(
            *("shop", "add", "woocommerce", "--json", "--no-verify", *arguments),
            *("--secret", "cs_test", "--webhook-secret", SECRET),
        )
        return self.url + str(json.loads(answer)["webhook_path"])

    async def import_products(self, rows: str) -> None:
        file = self.folder / "products.csv"
        file.write_text(f"sku,name,price,cost,on_hand\n{rows}\n", encoding="utf-8")
        await self.command("products", "import", str(file))

    def log(self) -> str:
        return (self.folder / "bot.log").read_text(encoding="utf-8", errors="replace")


def order_body(number: int, *, quantity: int = 1, sku: str = "TSH-001", **changes: Any) -> bytes:
    """An order as WooCommerce 11.0.1 tells it (capture 073), with another id and one line."""
    capture = FIXTURES / "073-order.created-store-checkout-guest-cod.json"
    order = json.loads(capture.read_bytes())
    line = dict(order["line_items"][0], id=number * 10, sku=sku, quantity=quantity)
    order |= {"id": number, "number": str(number), "line_items": [line], **changes}
    return json.dumps(order).replace("/", "\\/").encode()


async def post(
    session: aiohttp.ClientSession, url: str, body: bytes, topic: str = "order.created"
) -> int:
    """Send a signed webhook as a store does; returns the status."""
    digest = hmac.digest(SECRET.encode(), body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-WC-Webhook-Delivery-ID": "always-the-same",
    }
    async with session.post(url, data=body, headers=headers) as response:
        await response.read()
        return response.status
