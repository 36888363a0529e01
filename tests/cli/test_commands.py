"""The commands as people and scripts run them: real processes, exit codes, what is printed."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAH-what-only-BotFather-knows-xyz"
KEY, SECRET, WEBHOOK_SECRET = "ck_very_private_1", "cs_very_private_2", "whs_very_private_3"
HEADER = "sku,name,price,cost,on_hand\n"
ADD = [
    *("shop", "add", "woocommerce", "--name", "My Shop", "--url", "https://shop.example/"),
    *("--key", KEY, "--secret", SECRET, "--no-verify"),
]


class Shell:
    """Runs ``python -m bot`` in a folder of its own with the settings it needs."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.settings = {
            "BOT_TOKEN": TOKEN,
            "OWNER_IDS": "1",
            "DATABASE_URL": database_url,
            "SECRET_KEY": "k" * 40,
        }

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings, "PYTHONPATH": str(ROOT)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def refused(self, *arguments: str) -> str:
        """What a command says that exits with 2 and prints nothing else."""
        done = self.run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
        return done.stderr

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    return Shell(tmp_path, database_url)


@pytest.fixture
def sqlite_shell(tmp_path: Path, sqlite_url: str) -> Shell:
    return Shell(tmp_path, sqlite_url)


def test_a_shop_is_added_listed_and_removed(shell: Shell) -> None:
    added = shell.json(*ADD, "--webhook-secret", WEBHOOK_SECRET)
    assert added.keys() == {"shop_id", "webhook_path", "webhook_secret"}
    assert added["webhook_secret"] == WEBHOOK_SECRET
    assert added["webhook_path"].startswith("/webhooks/woocommerce/")

    assert shell.json("shop", "list") == {
        "shops": [
            {
                "shop_id": added["shop_id"],
                "platform": "woocommerce",
                "name": "My Shop",
                "url": "https://shop.example",
                "webhook_path": added["webhook_path"],
                "state": "ok",
                "orders_come_by": "polling",
            }
        ]
    }

    assert shell.json("shop", "remove", str(added["shop_id"])) == {"removed": added["shop_id"]}
    assert shell.run("shop", "list").stdout == "none\n"
    assert "no such shop" in shell.refused("shop", "remove", str(added["shop_id"]))
    assert "no such shop" in shell.refused("shop", "remove", str(2**31 - 1))


def test_products_are_imported_dumped_and_checked(shell: Shell) -> None:
    file = shell.write("p.csv", "\ufeffsku;name;price;cost;on_hand\nA;Чохол;10,5;5;1,5\n")

    assert shell.json("products", "import", file) == {"created": 1, "updated": 0}
    assert shell.run("products", "import", file).stdout == "created: 0\nupdated: 1\n"

    dumped = shell.run("dump", "products")
    assert [json.loads(row) for row in dumped.stdout.splitlines()] == [
        {
            "id": 1,
            "sku": "A",
            "name": "Чохол",
            "unit": "",
            "price": "10.50",
            "cost": "5.00",
            "on_hand": "1.5",
            "reserved": "0",
            "available": "1.5",
        }
    ]
    assert shell.json("check") == {"ok": True, "differences": []}


def test_requests_set_aside_are_listed_and_retried(shell: Shell) -> None:
    assert shell.json("inbox", "list") == {"requests": []}
    assert "no such set aside request" in shell.refused("inbox", "retry", "1")
    assert "no such set aside request" in shell.refused("inbox", "retry", str(2**31 - 1))


def test_a_request_set_aside_can_be_retried(sqlite_shell: Shell) -> None:
    shop_id = sqlite_shell.json(*ADD)["shop_id"]
    path = sqlite_shell.settings["DATABASE_URL"].removeprefix("sqlite://")
    with sqlite3.connect(path) as database:
        database.execute(
            "INSERT INTO inbox_entry (shop_id, topic, body, state, attempts, due_at, received_at, "
            "problem) VALUES (?, 'order.created', 'x', 'set_aside', 5, ?, ?, 'odd')",
            (shop_id, "2026-11-22 12:00:00+00:00", "2026-11-22 12:00:00+00:00"),
        )
    database.close()

    (request,) = sqlite_shell.json("inbox", "list")["requests"]
    assert (request["topic"], request["problem"]) == ("order.created", "odd")
    assert sqlite_shell.json("inbox", "retry", str(request["id"])) == {"retried": request["id"]}
    assert sqlite_shell.json("inbox", "list") == {"requests": []}


def test_check_fails_when_the_books_do_not_agree(sqlite_shell: Shell) -> None:
    file = sqlite_shell.write("p.csv", HEADER + "A,N,1,1,5")
    sqlite_shell.json("products", "import", file)
    path = sqlite_shell.settings["DATABASE_URL"].removeprefix("sqlite://")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE product SET on_hand = 6000")
    database.close()

    done = sqlite_shell.run("check")
    assert done.returncode == 1
    assert done.stdout == "product A: on_hand is 6, but the sum of its movements is 5\n"
    done = sqlite_shell.run("check", "--json")
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (1, False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + "A,N,x,1,1", "nothing was imported:\nline 2: price: 'x' is not a number"),
        ("\xd0".encode("latin-1"), "is not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_file_is_explained(
    sqlite_shell: Shell, content: str | bytes | None, message: str
) -> None:
    file = "missing.csv" if content is None else sqlite_shell.write("p.csv", content)

    assert message in sqlite_shell.refused("products", "import", file)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "invalid choice"),
        ([*ADD[:5], "--url", "ftp://x", *ADD[7:]], "--url must begin with https://"),
        ([*ADD[:4], "  ", *ADD[5:]], "--name must not be empty"),
        ([*ADD[:-1], "--url", "http://127.0.0.1:9"], "the shop was not connected"),
    ],
)
def test_bad_input_is_explained(sqlite_shell: Shell, arguments: list[str], message: str) -> None:
    said = sqlite_shell.refused(*arguments)

    assert message in said
    assert KEY not in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dump", "secrets"], "invalid choice"),
        (["shop", "remove", "one"], "'one' is no id"),
        (["shop", "remove", str(2**31)], "is no id"),
        (["inbox", "retry", "-1"], "'-1' is no id"),
        (["shop", "add", "woocommerce", "--name", "N"], "required"),
    ],
)
def test_bad_arguments_are_explained(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process: nothing but the arguments is looked at."""
    with pytest.raises(SystemExit) as refusal:
        main(arguments)

    said = capsys.readouterr()
    assert (refusal.value.code, said.out) == (2, "")
    assert message in said.err


def test_wrong_settings_are_explained(sqlite_shell: Shell) -> None:
    del sqlite_shell.settings["BOT_TOKEN"]

    assert "BOT_TOKEN" in sqlite_shell.refused("check")


@pytest.mark.parametrize("command", [["shop", "list"], ["web"]])
def test_another_secret_key_is_explained(sqlite_shell: Shell, command: list[str]) -> None:
    sqlite_shell.json(*ADD)
    sqlite_shell.settings |= {"SECRET_KEY": "o" * 40, "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0"}

    assert "SECRET_KEY is not the one" in sqlite_shell.refused(*command)


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_secrets_are_printed_nowhere_but_where_they_were_asked_for(
    sqlite_shell: Shell, log_format: str
) -> None:
    sqlite_shell.settings |= {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": log_format}

    added = sqlite_shell.run(*ADD, "--webhook-secret", WEBHOOK_SECRET, "--json")
    listed = sqlite_shell.run("shop", "list")

    assert added.stdout.count(WEBHOOK_SECRET) == 1
    printed = added.stderr + listed.stdout + listed.stderr
    for secret in (TOKEN, KEY, SECRET, WEBHOOK_SECRET, "k" * 40):
        assert secret not in printed
    for secret in (TOKEN, KEY, SECRET, "k" * 40):
        assert secret not in added.stdout
    stored = b"".join(path.read_bytes() for path in sqlite_shell.folder.glob("kramar.db*"))
    assert not any(secret.encode() in stored for secret in (KEY, SECRET, WEBHOOK_SECRET))


@pytest.mark.parametrize(
    "url",
    [
        "postgres://nobody@127.0.0.1:9/none",
        "postgres://nobody@nowhere.invalid/none",
        "sqlite://no_database.db",
        "sqlite://no_database.db/inside_a_file.db",
    ],
)
def test_a_database_that_cannot_be_used_is_explained(sqlite_shell: Shell, url: str) -> None:
    sqlite_shell.write("no_database.db", "What else may lie there.")
    sqlite_shell.settings["DATABASE_URL"] = url

    assert "the database of DATABASE_URL cannot be used" in sqlite_shell.refused("check")


def test_an_address_that_is_taken_is_explained(sqlite_shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        sqlite_shell.settings["HTTP_HOST"] = "127.0.0.1"
        sqlite_shell.settings["HTTP_PORT"] = str(taken.getsockname()[1])

        assert "HTTP_HOST and HTTP_PORT cannot be used" in sqlite_shell.refused("web")
