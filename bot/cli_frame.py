"""What all commands share: their arguments, their answers, and how they say no."""

import argparse
import json
from collections.abc import Awaitable, Callable
from typing import Any

from bot.settings import Settings

LARGEST_ID = 2**31 - 1

Command = Callable[[argparse.Namespace, Settings], Awaitable[int]]


class BadInputError(Exception):
    """What was typed cannot be done; the message says what to do instead."""


def add_command(parent: Any, name: str, command: Command, help_: str) -> argparse.ArgumentParser:
    """A command of ``parent`` (what ``add_subparsers`` returns)."""
    parser: argparse.ArgumentParser = parent.add_parser(name, help=help_)
    parser.set_defaults(command=command)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def read_id(text: str) -> int:
    """An id that a database may hold.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if text.isdecimal() and len(text) <= 10 and int(text) <= LARGEST_ID:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no id")


def answer(options: argparse.Namespace, row: dict[str, Any]) -> None:
    """Print one row, for people or as JSON."""
    if options.json:
        print(json.dumps(row, ensure_ascii=False))
    else:
        print("\n".join(f"{name}: {value}" for name, value in row.items()))


def answer_rows(options: argparse.Namespace, name: str, rows: list[dict[str, Any]]) -> None:
    """Print rows, a line for each, or as one JSON object that holds them by this name."""
    if options.json:
        print(json.dumps({name: rows}, ensure_ascii=False))
    else:
        print("\n".join("  ".join(str(value) for value in row.values()) for row in rows) or "none")
