"""Shops at the command line, talking to a simulated store."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.prom import PromCabinet
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


TOKEN = "0123456789abcdef0123456789abcdef01234567"


async def test_a_cabinet_is_connected_by_its_token_alone(tmp_path: Path, sqlite_url: str) -> None:
    shell = AsyncShell(tmp_path, sqlite_url)
    add = ["shop", "add", "prom", "--name", "Prom", "--token", f" {TOKEN}\n", "--json"]
    async with PromCabinet(token=TOKEN) as cabinet:
        shell.settings |= {"ALLOW_PRIVATE_URLS": "true", "PROM_API_URL": cabinet.url}
        cabinet.rights = {"orders": "r"}

        code, out, err = await shell.say(*add)
        added = json.loads(out)
        assert (code, added["shop_id"], added["webhook_path"][:15]) == (0, 1, "/webhooks/prom/")
        assert added.keys() == {"shop_id", "webhook_path", "webhook_secret"}
        assert "may only read" in err
        assert "the catalogue cannot be read" in err
        _, listed, _ = await shell.say("shop", "list", "--json")
        (row,) = json.loads(listed)["shops"]
        assert (row["platform"], row["orders_come_by"]) == ("prom", "polling")

        code, out, err = await shell.say(*add)
        assert (code, out) == (2, "")
        assert "it is connected already, as shop 1 (Prom)" in err
        code, out, err = await shell.say(*[each.replace(TOKEN, TOKEN[::-1]) for each in add])
        assert (code, out) == (2, "")
        assert TOKEN[::-1] not in err
        assert (await shell.say("shop", "remove", "1", "--json"))[::2] == (0, "")
        asked = len(cabinet.requests)
        code, out, err = await shell.say(*add, "--no-verify")
        assert (code, json.loads(out)["shop_id"], err) == (0, 2, "")
        assert len(cabinet.requests) == asked
    code, out, err = await shell.say(*add[:-2], "short", "--json")
    assert (code, out) == (2, "")
    assert "--token is no token" in err
