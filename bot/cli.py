"""The command line. Each command prints for people, or one JSON object with ``--json``.

Exit codes: 0 done, 1 ``check`` found differences, 2 bad input. What only one command needs is
imported there: ``check`` should not wait for Telegram's library to load.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Sequence
from pathlib import Path

import asyncpg
import uvloop
from tortoise.exceptions import DBConnectionError

from bot import cli_shops
from bot.cli_frame import BadInputError, Command, add_command, answer, answer_rows, read_id
from bot.lean_aiogram import import_aiogram
from bot.logs import configure_logs
from bot.settings import Settings, SettingsError, load_settings
from domain.errors import ImportRefusedError, NotFoundError
from models.database import database
from services import check, dump, inbox, products
from services.secrets import WrongSecretKeyError

OK, DIFFERENT, BAD_INPUT = 0, 1, 2


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
    add_command(commands, "web", _serve, "receive webhooks only").set_defaults(parts="web")
    add_command(commands, "worker", _serve, "everything but webhooks").set_defaults(parts="worker")
    cli_shops.add_commands(commands)

    imports = commands.add_parser("products", help="the warehouse's products").add_subparsers(
        title="commands", required=True
    )
    import_ = add_command(imports, "import", _import_products, "import a CSV file, all or nothing")
    import_.add_argument("file", type=Path, help="columns: sku,name,price,cost,on_hand")

    add_command(commands, "check", _check, "prove that the books agree")
    dump_ = add_command(commands, "dump", _dump, "print what is stored as JSON lines")
    dump_.add_argument("what", choices=sorted(dump.DUMPS))

    aside = commands.add_parser("inbox", help="requests that were set aside").add_subparsers(
        title="commands", required=True
    )
    add_command(aside, "list", _list_aside, "list them with the reason")
    retry = add_command(aside, "retry", _retry_aside, "work one of them again")
    retry.add_argument("id", type=read_id)
    return parser


async def _serve(options: argparse.Namespace, settings: Settings) -> int:
    import_aiogram()  # before anything else imports it
    from bot.wiring import serve

    await serve(settings, parts=options.parts)
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
    answer(options, {"created": result.created, "updated": result.updated})
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
    answer_rows(options, "requests", rows)
    return OK


async def _retry_aside(options: argparse.Namespace, settings: Settings) -> int:
    async with database(settings.database_url):
        await inbox.retry(options.id)
    answer(options, {"retried": options.id})
    return OK
