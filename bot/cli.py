"""The command line. Each command prints for people, or one JSON object with ``--json``.

Exit codes: 0 done, 1 ``check`` found differences, 2 bad input. What only one command needs is
imported there: ``check`` should not wait for Telegram's library to load.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import uvloop
from tortoise.exceptions import DBConnectionError

from bot.lean_aiogram import import_aiogram
from bot.logs import configure_logs, hide_secret
from bot.settings import Settings, SettingsError, load_secret_key, load_settings
from domain.errors import ImportRefusedError, IntegrationError, NotFoundError
from integrations.base import ShopAccount
from models.database import database
from services import check, dump, inbox, products, shops
from services.secrets import SecretBox, WrongSecretKeyError

OK, DIFFERENT, BAD_INPUT = 0, 1, 2
LARGEST_ID = 2**31 - 1

Command = Callable[[argparse.Namespace, Settings], Awaitable[int]]


class BadInputError(Exception):
    """What was typed cannot be done; the message says what to do instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    token = settings.bot_token.get_secret_value()
    configure_logs(settings.log_level, settings.log_format, secrets=[token])
    command: Command = options.command
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_run(command(options, settings)))
    except KeyboardInterrupt:
        return OK
    except NotFoundError as error:
        print(f"there is no such {error.what}", file=sys.stderr)
        return BAD_INPUT
    except (BadInputError, SettingsError, WrongSecretKeyError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except (ConnectionError, asyncpg.PostgresError, DBConnectionError) as error:
        print(f"the database of DATABASE_URL cannot be used: {error}", file=sys.stderr)
        return BAD_INPUT


async def _run(command: Awaitable[int]) -> int:
    return await command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Kramar")
    parser.set_defaults(command=_serve, parts="all")
    commands = parser.add_subparsers(title="commands")
    _command(commands, "web", _serve, "receive webhooks only").set_defaults(parts="web")
    _command(commands, "worker", _serve, "everything but webhooks").set_defaults(parts="worker")
    _add_shop_commands(commands)

    imports = commands.add_parser("products", help="the warehouse's products").add_subparsers(
        title="commands", required=True
    )
    import_ = _command(imports, "import", _import_products, "import a CSV file, all or nothing")
    import_.add_argument("file", type=Path, help="columns: sku,name,price,cost,on_hand")

    _command(commands, "check", _check, "prove that the books agree")
    dump_ = _command(commands, "dump", _dump, "print what is stored as JSON lines")
    dump_.add_argument("what", choices=sorted(dump.DUMPS))

    aside = commands.add_parser("inbox", help="requests that were set aside").add_subparsers(
        title="commands", required=True
    )
    _command(aside, "list", _list_aside, "list them with the reason")
    retry = _command(aside, "retry", _retry_aside, "work one of them again")
    retry.add_argument("id", type=_id)
    return parser


def _id(text: str) -> int:
    """An id that a database may hold.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if text.isdecimal() and len(text) <= 10 and int(text) <= LARGEST_ID:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no id")


def _add_shop_commands(commands: Any) -> None:
    shop = commands.add_parser("shop", help="connected shops").add_subparsers(
        title="commands", required=True
    )
    add = shop.add_parser("add", help="connect a shop").add_subparsers(
        title="platforms", required=True
    )
    woo = _command(add, "woocommerce", _add_woocommerce, "a WooCommerce site")
    woo.add_argument("--name", required=True, help="what staff call it")
    woo.add_argument("--url", required=True, help="the address of the site")
    woo.add_argument("--key", required=True, help="consumer key, ck_...")
    woo.add_argument("--secret", required=True, help="consumer secret, cs_...")
    woo.add_argument("--webhook-secret", help="made up when absent")
    woo.add_argument("--no-verify", action="store_true", help="do not try the keys first")
    _command(shop, "list", _list_shops, "list the connected shops")
    remove = _command(shop, "remove", _remove_shop, "disconnect a shop; its orders stay")
    remove.add_argument("id", type=_id)


def _command(parent: Any, name: str, command: Command, help_: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = parent.add_parser(name, help=help_)
    parser.set_defaults(command=command)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


async def _serve(options: argparse.Namespace, settings: Settings) -> int:
    import_aiogram()  # before anything else imports it
    from bot.wiring import serve

    await serve(settings, parts=options.parts)
    return OK


async def _add_woocommerce(options: argparse.Namespace, settings: Settings) -> int:
    from bot.platforms import open_apis

    url = options.url.rstrip("/")
    credentials = {"consumer_key": options.key, "consumer_secret": options.secret}
    for secret in (*credentials.values(), options.webhook_secret):
        hide_secret(secret or "")
    if not url.startswith(("https://", "http://")):
        raise BadInputError("--url must begin with https:// (or http://)")
    if "@" in urlsplit(url).netloc:
        raise BadInputError("--url must hold no user and password: they would be shown in lists")
    if not options.name.strip():
        raise BadInputError("--name must not be empty")
    if not options.no_verify:
        try:
            account = ShopAccount(base_url=url, credentials=credentials, webhook_secret="")
            async with open_apis(allow_private=settings.allow_private_urls) as apis:
                await apis["woocommerce"].check(account)
        except IntegrationError as error:
            raise BadInputError(f"the shop was not connected: {error}") from error
    async with database(settings.database_url):
        shop = await shops.add(
            "woocommerce",
            options.name.strip()[:100],
            box=_box(settings),
            base_url=url,
            credentials=credentials,
            webhook_secret=options.webhook_secret,
        )
    _answer(
        options,
        {
            "shop_id": shop.id,
            "webhook_path": shop.webhook_path,
            "webhook_secret": shop.webhook_secret,
        },
    )
    return OK


async def _list_shops(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        rows = [
            {
                "shop_id": shop.id,
                "platform": shop.platform,
                "name": shop.name,
                "url": shop.base_url,
                "webhook_path": shop.webhook_path,
            }
            for shop in await shops.active(_box(settings))
        ]
    _answer_rows(options, "shops", rows)
    return OK


async def _remove_shop(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        await shops.remove(options.id)
    _answer(options, {"removed": options.id})
    return OK


async def _import_products(options: argparse.Namespace, settings: Settings) -> int:
    try:
        text = options.file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(f"{options.file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{options.file} is not UTF-8: save it as CSV UTF-8") from error
    async with database(settings.database_url):
        try:
            result = await products.import_csv(text)
        except ImportRefusedError as error:
            raise BadInputError("nothing was imported:\n" + "\n".join(error.problems)) from error
    _answer(options, {"created": result.created, "updated": result.updated})
    return OK


async def _check(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        found = await check.differences()
    if options.json:
        print(json.dumps({"ok": not found, "differences": found}, ensure_ascii=False))
    else:
        print("\n".join(found) or "the books agree")
    return DIFFERENT if found else OK


async def _dump(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        async for row in dump.DUMPS[options.what]():
            print(json.dumps(row, ensure_ascii=False))
    return OK


async def _list_aside(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        rows = [
            {
                "id": entry.id,
                "shop_id": entry.shop_id,
                "topic": entry.topic,
                "received_at": entry.received_at.isoformat(),
                "problem": entry.problem,
            }
            for entry in await inbox.aside()
        ]
    _answer_rows(options, "requests", rows)
    return OK


async def _retry_aside(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        await inbox.retry(options.id)
    _answer(options, {"retried": options.id})
    return OK


def _box(settings: Settings) -> SecretBox:
    return SecretBox(load_secret_key(settings).get_secret_value(), on_reveal=hide_secret)


def _answer(options: argparse.Namespace, row: dict[str, Any]) -> None:
    if options.json:
        print(json.dumps(row, ensure_ascii=False))
    else:
        print("\n".join(f"{name}: {value}" for name, value in row.items()))


def _answer_rows(options: argparse.Namespace, name: str, rows: list[dict[str, Any]]) -> None:
    if options.json:
        print(json.dumps({name: rows}, ensure_ascii=False))
    else:
        print("\n".join("  ".join(str(value) for value in row.values()) for row in rows) or "none")
