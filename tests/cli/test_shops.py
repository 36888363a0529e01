"""Shops at the command line, talking to a simulated store."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.woocommerce.store import WooCommerceStore
from tests.cli.test_commands import Shell


class AsyncShell(Shell):
    """Leaves the loop free meanwhile: the store lives in it."""

    async def say(self, *arguments: str) -> tuple[int, str, str]:
        """(exit code, stdout, stderr) of a command."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()


@pytest.fixture
async def store() -> AsyncIterator[WooCommerceStore]:
    hosts = {"bot.example.test": "http://127.0.0.1:9"}  # nobody listens there yet
    async with WooCommerceStore(hosts=hosts) as running:
        yield running


async def test_a_verified_shop_gets_webhooks_is_connected_once_and_comes_back(
    tmp_path: Path, sqlite_url: str, store: WooCommerceStore
) -> None:
    shell = AsyncShell(tmp_path, sqlite_url)
    shell.settings |= {"ALLOW_PRIVATE_URLS": "true", "PUBLIC_URL": "https://bot.example.test"}
    keys = ["--key", "ck_sandbox", "--secret", "cs_sandbox"]
    add = ["shop", "add", "woocommerce", "--name", "N", "--url", f"{store.url}/", *keys, "--json"]

    code, out, err = await shell.say(*add)
    assert (code, err) == (0, "")
    added = json.loads(out)
    hooks = store.webhooks.webhooks.values()
    ours = f"https://bot.example.test{added['webhook_path']}"
    assert {(hook.delivery_url, hook.secret) for hook in hooks} == {(ours, added["webhook_secret"])}

    code, out, err = await shell.say(*add)
    assert (code, out) == (2, "")
    assert "it is connected already, as shop 1 (N)" in err

    _, listed, _ = await shell.say("shop", "list", "--json")
    assert json.loads(listed)["shops"][0]["orders_come_by"] == "webhooks"
    assert await shell.say("shop", "remove", "1", "--json") == (0, '{"removed": 1}\n', "")
    assert not store.webhooks.webhooks

    code, out, _ = await shell.say(*add)
    assert (code, json.loads(out)["shop_id"]) == (0, 1)

    wrong = [argument.replace("cs_sandbox", "cs_wrong_one") for argument in add]
    code, out, err = await shell.say(*wrong)
    assert (code, out) == (2, "")
    assert "The site does not know these keys." in err
    assert "cs_wrong_one" not in err
