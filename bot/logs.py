"""Logs: one line per event on stderr, times in UTC, secrets hidden whoever wrote them."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
# Hiding shorter ones would make holes in ordinary words.
SHORTEST_SECRET = 6

# Libraries that tell too much: aiogram each update, aiohttp each request, the database drivers
# each statement with what customers wrote.
_QUIET = ("aiogram", "aiohttp.access", "aiosqlite", "asyncio", "asyncpg", "tortoise")

# A bot token that nobody registered, alone or as "bot<token>" in an address.
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}|(?<=/bot)\d+:[A-Za-z0-9_-]+")

_secrets: set[str] = set()
_pattern: re.Pattern[str] = _TOKEN


def hide_secret(secret: str) -> None:
    """From now on no log line shows this text, also not within an address, JSON or a repr."""
    global _pattern
    if len(secret) < SHORTEST_SECRET or secret in _secrets:
        return
    as_json = json.dumps(secret, ensure_ascii=False)[1:-1]
    _secrets.update((secret, quote(secret), quote(secret, safe=""), as_json, repr(secret)[1:-1]))
    longest_first = sorted(_secrets, key=len, reverse=True)
    _pattern = re.compile("|".join([*map(re.escape, longest_first), _TOKEN.pattern]))


def hide_secrets(text: str) -> str:
    """The text with every known secret replaced."""
    return _pattern.sub(HIDDEN, text)


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Hides secrets in the finished line: in the event, its values and the traceback alike."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record))


class _Handler(logging.StreamHandler[Any]):
    """Ours, to be told from other people's. Follows ``sys.stderr`` when somebody redirects it."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure_logs(level: str, form: str, *, secrets: Iterable[str] = ()) -> None:
    """Send all logs, structlog's and the libraries', to stderr. May be called again.

    Args:
        level: the least severe one to show, like "INFO".
        form: "console" for people, "json" for machines.
        secrets: texts that must never appear; ``hide_secret`` adds more.
    """
    for secret in secrets:
        hide_secret(secret)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = _Handler()
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_end(form)],
        )
    )
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    sys.excepthook = _log_uncaught


def _end(form: str) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, _as_json]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # Not the default one, which shows local variables.
            exception_formatter=structlog.dev.plain_traceback,
        )
    ]


def _as_json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    del logger, method
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _log_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Python would print the traceback itself, secrets and all."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
    else:
        logging.getLogger("bot").critical(
            "stopped by an unexpected error", exc_info=(kind, error, traceback)
        )
