"""Logs: where they go, how they look, and what they never show."""

import json
import logging
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = 'cs_"päss/word+1'


@pytest.fixture(autouse=True)
def _logs_restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(logs, "_secrets", set())
    monkeypatch.setattr(logs, "_pattern", logs._TOKEN)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    levels = {name: logging.getLogger(name).level for name in logs._QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    structlog.reset_defaults()


def configure(level: str, form: str, *, secrets: Iterable[str] = ()) -> None:
    logging.getLogger().handlers.clear()  # pytest's own, which leave traces in the records
    logs.configure_logs(level, form, secrets=secrets)


def test_json_goes_to_stderr_with_utc_time_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")

    structlog.get_logger("worker.outbox").info("sent", order_id=7)
    logging.getLogger("web").warning("slow answer: %s ms", 12, extra={"shop_id": 3})

    captured = capsys.readouterr()
    assert captured.out == ""
    ours, theirs = map(json.loads, captured.err.splitlines())
    at = datetime.fromisoformat(ours.pop("timestamp"))
    assert abs(datetime.now(UTC) - at) < timedelta(seconds=5)
    assert ours == {"event": "sent", "level": "info", "logger": "worker.outbox", "order_id": 7}
    theirs.pop("timestamp")
    assert theirs == {
        "event": "slow answer: 12 ms", "level": "warning", "logger": "web", "shop_id": 3,
    }  # fmt: skip


def test_console_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "console")

    structlog.get_logger("worker").info("sent", order_id=7)

    line = capsys.readouterr().err
    assert "sent" in line
    assert "order_id=7" in line
    assert "\x1b" not in line  # no colours where nobody can see them


def test_the_level_is_kept_and_can_be_changed_without_doubling_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("INFO", "json")
    logs.configure_logs("WARNING", "json")

    structlog.get_logger("a").info("unimportant")
    logging.getLogger("b").info("unimportant")
    structlog.get_logger("a").warning("important")

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == [
        "important"
    ]


@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_are_hidden_in_events_values_and_tracebacks(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO", form, secrets=[SECRET])
    logger = structlog.get_logger("a")

    logger.warning("refused %s", SECRET, value=SECRET, nested={"key": [SECRET]})
    logging.getLogger("b").warning("refused %s", SECRET)
    try:
        int(f"cannot use {SECRET}")
    except ValueError as error:
        logger.error("failed", exc_info=error)
        logging.getLogger("b").exception("failed")

    shown = capsys.readouterr().err
    assert "ValueError" in shown
    assert shown.count(logs.HIDDEN) == 6
    for part in ("cs_", "päss", "word+1"):
        assert part not in shown


@pytest.mark.parametrize("form", ["json", "console"])
def test_bot_tokens_are_hidden_even_when_nobody_named_them(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO", form)

    logging.getLogger("aiohttp").error("https://api.telegram.org/bot%s/getMe failed", TOKEN)
    logging.getLogger("aiohttp").error("http://127.0.0.1:8081/bot42:TEST/getMe failed")

    first, second = capsys.readouterr().err.splitlines()
    assert f"https://api.telegram.org/bot{logs.HIDDEN}/getMe failed" in first
    assert f"http://127.0.0.1:8081/bot{logs.HIDDEN}/getMe failed" in second


def test_a_secret_named_later_is_hidden_also_in_addresses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("INFO", "json")
    logs.hide_secret("a/b c+d=")

    logging.getLogger("a").error("GET /?one=a/b%20c%2Bd%3D&two=a%2Fb%20c%2Bd%3D&three=a/b c+d=")

    event = json.loads(capsys.readouterr().err)["event"]
    assert event == "GET /?one=[hidden]&two=[hidden]&three=[hidden]"


def test_short_texts_do_not_make_holes_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json", secrets=["", "a"])

    logging.getLogger("a").error("a banana")

    assert json.loads(capsys.readouterr().err)["event"] == "a banana"


def test_libraries_that_tell_too_much_are_quiet_even_when_debugging(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("DEBUG", "json")

    for name in ("aiogram.event", "aiohttp.access", "tortoise.db_client", "aiosqlite"):
        logging.getLogger(name).info("INSERT ... '+380671234567'")
    logging.getLogger("aiogram.event").warning("important")

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == [
        "important"
    ]


def test_an_uncaught_error_is_logged_with_its_secrets_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("INFO", "json", secrets=[SECRET])
    error = RuntimeError(f"no way with {SECRET}")

    sys.excepthook(type(error), error, None)

    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "stopped by an unexpected error"
    assert line["level"] == "critical"
    assert line["exception"] == "RuntimeError: no way with [hidden]"
