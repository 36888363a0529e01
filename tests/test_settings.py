"""Settings: defaults, refusals in plain words, and secrets that stay secret."""

import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.settings import (
    SECRET_KEY_FILE,
    Settings,
    SettingsError,
    load_secret_key,
    load_settings,
)

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
REQUIRED = {"BOT_TOKEN": TOKEN, "OWNER_IDS": "42"}
EXAMPLE = Path(__file__).parent.parent / ".env.example"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_env(lines: dict[str, str] | str) -> None:
    text = lines if isinstance(lines, str) else "".join(f"{k}={v}\n" for k, v in lines.items())
    Path(".env").write_text(text, encoding="utf-8")


def refusal(lines: dict[str, str] | str) -> tuple[str, ...]:
    write_env(lines)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.problems


def test_two_settings_suffice() -> None:
    write_env(REQUIRED)

    settings = load_settings()

    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.owner_ids == (42,)
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite://data/kramar.db"
    assert settings.secret_key is None
    assert (settings.http_host, settings.http_port) == ("0.0.0.0", 8080)
    assert settings.public_url == ""
    assert settings.zone.key == "Europe/Kyiv"
    assert settings.currency == "UAH"
    assert settings.prom_poll_seconds == 60
    assert settings.allow_private_urls is False
    assert (settings.log_level, settings.log_format) == ("INFO", "console")


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write_env({**REQUIRED, "HTTP_PORT": "1", "CURRENCY": "EUR"})
    monkeypatch.setenv("HTTP_PORT", "2")

    settings = load_settings()

    assert (settings.http_port, settings.currency) == (2, "EUR")


def test_the_file_need_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)

    assert load_settings().owner_ids == (42,)


def test_good_values_in_every_usual_form() -> None:
    write_env(
        {
            **REQUIRED,
            "OWNER_IDS": "7, 8,7,",
            "DATABASE_URL": "postgres://kramar:p%40ss@db:5433/shop",
            "SECRET_KEY": "0123456789abcdef",
            "HTTP_PORT": "0",
            "PUBLIC_URL": "https://bot.example.com/",
            "TELEGRAM_API_URL": "http://127.0.0.1:8081",
            "CURRENCY": "eur",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "JSON",
            "ALLOW_PRIVATE_URLS": "yes",
        }
    )

    settings = load_settings()

    assert settings.owner_ids == (7, 8)
    assert settings.http_port == 0
    assert settings.public_url == "https://bot.example.com"
    assert settings.currency == "EUR"
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.allow_private_urls is True


def test_nothing_set_names_all_that_is_missing() -> None:
    problems = refusal("")

    assert problems == (
        "BOT_TOKEN is missing: write the token that @BotFather gave you, digits, a colon and "
        "letters.",
        "OWNER_IDS is missing: write at least one Telegram user id (@userinfobot tells yours), "
        "several with commas: 123456789,987654321.",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "123456789"),
        ("BOT_TOKEN", "123:ab cd"),
        ("OWNER_IDS", ","),
        ("OWNER_IDS", "42,@me"),
        ("OWNER_IDS", "-100"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
        ("TELEGRAM_API_URL", "https://"),
        ("TELEGRAM_API_URL", "https://host:99999"),
        ("TELEGRAM_API_URL", "https://host/?a=b"),
        ("DATABASE_URL", "mysql://root@localhost/shop"),
        ("DATABASE_URL", "postgres://localhost"),
        ("DATABASE_URL", "postgres://localhost:port/shop"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("DATABASE_URL", "kramar.db"),
        ("DATABASE_URL", "postgres://localhost/shop?sslmode=require"),
        ("SECRET_KEY", "short"),
        ("HTTP_HOST", "two words"),
        ("HTTP_PORT", "65536"),
        ("HTTP_PORT", "-1"),
        ("HTTP_PORT", "http"),
        ("PUBLIC_URL", "http://bot.example.com"),
        ("PUBLIC_URL", "bot.example.com"),
        ("TIMEZONE", "Europe/Lemberg"),
        ("TIMEZONE", "Europe"),
        ("TIMEZONE", "../etc/passwd"),
        ("CURRENCY", "hryvnia"),
        ("CURRENCY", "₴"),
        ("PROM_API_URL", "my.prom.ua"),
        ("PROM_POLL_SECONDS", "0"),
        ("PROM_POLL_SECONDS", "1.5"),
        ("NOVAPOSHTA_API_URL", "-"),
        ("NOVAPOSHTA_PRINT_URL", "-"),
        ("NOVAPOSHTA_TRACK_SECONDS", "0"),
        ("ALLOW_PRIVATE_URLS", "perhaps"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_says_what_to_write(name: str, value: str) -> None:
    (problem,) = refusal({**REQUIRED, name: value})

    assert problem == f"{name} is wrong: write {Settings.model_fields[name.lower()].description}."


def test_every_setting_knows_what_to_write() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_an_unknown_name_in_the_file_is_refused() -> None:
    problems = refusal({**REQUIRED, "BOT_NAME": "x", "HTTP_PROT": "1"})

    assert problems == (
        "BOT_NAME is not a setting: remove it; .env.example lists them all.",
        "HTTP_PROT is not a setting: did you mean HTTP_PORT?",
    )


def test_a_line_that_is_no_setting_is_refused() -> None:
    problems = refusal("# a remark\n\nBOT_TOKEN\nOWNER_IDS=42\nsome words here\n")

    assert problems == (
        "Line 3 of .env cannot be read: write NAME=value, or # before a remark.",
        "Line 5 of .env cannot be read: write NAME=value, or # before a remark.",
    )


def test_a_file_that_is_no_text_is_refused() -> None:
    Path(".env").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match=r"^\.env cannot be read: write it as a text file"):
        load_settings()


def test_a_misspelt_variable_of_the_environment_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOT_TOKN", TOKEN)

    problems = refusal({"OWNER_IDS": "42"})

    assert problems == (
        "BOT_TOKN in the environment is not a setting: did you mean BOT_TOKEN? "
        "Rename it, or remove it when it belongs to another program.",
    )


def test_other_programs_variables_are_not_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        "CONCURRENCY", "HTTPS_PORT", "HTTP_PROXY", "LOGLEVEL", "PGPORT", "PUBLIC_KEY",
        "REDIS_URL", "SECRET_KEY_BASE", "TEST_DATABASE_URL", "TZ",
    ]  # fmt: skip
    for name in names:
        monkeypatch.setenv(name, "x")
    write_env(REQUIRED)

    assert load_settings().owner_ids == (42,)


def test_secrets_are_hidden_and_never_echoed() -> None:
    key, password = "my-very-secret-key", "hunter2hunter2"
    url = f"postgres://kramar:{password}@db/shop"
    write_env({**REQUIRED, "SECRET_KEY": key, "DATABASE_URL": url})

    settings = load_settings()
    problems = refusal(
        {
            "BOT_TOKEN": f"wrong {TOKEN}",
            "OWNER_IDS": "42",
            "SECRET_KEY": key[:15],
            "DATABASE_URL": f"mysql://kramar:{password}@db/shop",
        }
    )

    for shown in (repr(settings), str(settings), f"{settings}", "\n".join(problems)):
        for secret in (TOKEN, key[:15], password):
            assert secret not in shown
    assert len(problems) == 3


def test_a_refusal_carries_no_original_error_that_quotes_the_secret() -> None:
    write_env({"BOT_TOKEN": f"wrong {TOKEN}", "OWNER_IDS": "42"})

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert TOKEN not in str(caught.value.__context__)


def test_the_example_names_every_setting_with_its_default_and_explains_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    shown = {}
    for number, line in enumerate(lines):
        if match := re.fullmatch(r"([A-Z_]+)=(.*)", line):
            shown[match[1]] = match[2]
            above = lines[number - 1]
            assert above.startswith("# ") or above.partition("=")[0] in shown, line

    expected = {}
    for name, field in Settings.model_fields.items():
        default = "" if field.is_required() or field.default is None else field.default
        expected[name.upper()] = str(default).lower() if default is False else str(default)
    assert shown == expected
    assert list(shown) == list(expected)


def test_the_example_starts_once_the_first_two_are_filled_in() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    write_env(text.replace("BOT_TOKEN=\n", f"BOT_TOKEN={TOKEN}\n").replace("IDS=\n", "IDS=1\n"))

    assert load_settings() == Settings(bot_token=TOKEN, owner_ids=(1,))


def test_a_secret_key_of_ones_own_is_used_as_it_is(tmp_path: Path) -> None:
    settings = Settings(bot_token=TOKEN, owner_ids=(1,), secret_key="0123456789abcdef")

    assert load_secret_key(settings).get_secret_value() == "0123456789abcdef"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "folder"), [("sqlite://here/kramar.db", "here"), ("postgres://x@db/shop", "data")]
)
def test_the_secret_key_is_made_once_beside_the_database(url: str, folder: str) -> None:
    settings = Settings(bot_token=TOKEN, owner_ids=(1,), database_url=url)

    first = load_secret_key(settings).get_secret_value()

    path = Path(folder) / SECRET_KEY_FILE
    assert len(first) >= 40
    assert path.read_text(encoding="ascii") == f"{first}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_secret_key(settings).get_secret_value() == first
    assert os.listdir(folder) == [SECRET_KEY_FILE]


def test_processes_that_start_at_once_agree_on_the_secret_key(tmp_path: Path) -> None:
    for n in range(20):
        url = f"sqlite://{tmp_path}/{n}/kramar.db"
        settings = Settings(bot_token=TOKEN, owner_ids=(1,), database_url=url)
        with ThreadPoolExecutor(8) as executor:
            keys = set(executor.map(lambda _, s=settings: load_secret_key(s), range(8)))

        assert len(keys) == 1


def test_an_empty_key_file_is_not_taken_for_a_key(tmp_path: Path) -> None:
    (tmp_path / SECRET_KEY_FILE).write_text("")
    url = f"sqlite://{tmp_path}/kramar.db"

    with pytest.raises(SettingsError, match="holds no key: put it back from a backup"):
        load_secret_key(Settings(bot_token=TOKEN, owner_ids=(1,), database_url=url))
