"""Settings: from the environment or ``.env``, checked at once, refused in plain words."""

import difflib
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.errors import KramarError
from models.database import is_sqlite, sqlite_path, tortoise_config

SECRET_KEY_FILE = "secret.key"  # noqa: S105  (a file's name)
SHORTEST_SECRET_KEY = 16

# Other programs' variables that look like a misspelling of ours.
_NOT_OURS = frozenset({"HTTPS_HOST", "HTTPS_PORT", "LOGLEVEL"})
_ALIKE = 0.87  # difflib's ratio: BOT_TOKN is like BOT_TOKEN, CONCURRENCY is not like CURRENCY


class SettingsError(KramarError):
    """The program cannot start; each problem is a sentence that says what to write."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value(), re.ASCII):
        raise ValueError
    return token


def _user_ids(value: Any) -> Any:
    if isinstance(value, str):
        value = [part for part in (part.strip() for part in value.split(",")) if part]
        if not all(re.fullmatch(r"\d{1,15}", part, re.ASCII) for part in value):
            raise ValueError
    return tuple(dict.fromkeys(int(part) for part in value))


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    plain = not (parts.query or parts.fragment or any(map(str.isspace, url)))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0 or not plain:
        raise ValueError
    return url


def _public_address(url: str) -> str:
    if url and urlsplit(_web_address(url)).scheme != "https":
        raise ValueError
    return url.rstrip("/")


def _database_address(url: str) -> str:
    if "?" in url:  # options would be left out without a word
        raise ValueError
    if is_sqlite(url):
        if sqlite_path(url).name in {"", ":memory:"}:
            raise ValueError
    else:
        tortoise_config(url)
    return url


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError) as error:
        raise ValueError from error
    return name


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SHORTEST_SECRET_KEY:
        raise ValueError
    return key


Upper = BeforeValidator(lambda text: text.upper() if isinstance(text, str) else text)
Lower = BeforeValidator(lambda text: text.lower() if isinstance(text, str) else text)
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """Everything that can be set. A description completes "write ..." in a refusal."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    bot_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        description="the token that @BotFather gave you, digits, a colon and letters"
    )
    owner_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_user_ids)] = Field(
        min_length=1,
        description="at least one Telegram user id (@userinfobot tells yours), "
        "several with commas: 123456789,987654321",
    )
    telegram_api_url: WebAddress = Field(
        "https://api.telegram.org", description="an address like https://api.telegram.org"
    )
    database_url: Annotated[str, AfterValidator(_database_address)] = Field(
        "sqlite://data/kramar.db",
        repr=False,  # it may hold a password
        description="sqlite://data/kramar.db or postgres://user:password@host:5432/name",
    )
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        None,
        description=f"at least {SHORTEST_SECRET_KEY} random characters, "
        "or leave it out and it is made for you",
    )
    http_host: Annotated[str, Field(pattern=r"^\S+$")] = Field(
        "0.0.0.0",  # noqa: S104  (webhooks come from outside)
        description="0.0.0.0 for every network, or 127.0.0.1 for this machine only",
    )
    http_port: int = Field(
        8080, ge=0, le=65535, description="a port from 1 to 65535, or 0 for any free one"
    )
    public_url: Annotated[str, AfterValidator(_public_address)] = Field(
        "", description="an address like https://bot.example.com, or leave it out"
    )
    timezone: Annotated[str, AfterValidator(_zone_name)] = Field(
        "Europe/Kyiv", description="a time zone like Europe/Kyiv"
    )
    currency: Annotated[str, Upper, Field(pattern="^[A-Z]{3}$")] = Field(
        "UAH", description="the three letters of a currency, like UAH"
    )
    prom_api_url: WebAddress = Field(
        "https://my.prom.ua/api/v1", description="an address like https://my.prom.ua/api/v1"
    )
    prom_poll_seconds: int = Field(60, ge=1, description="a whole number of seconds, at least 1")
    novaposhta_api_url: WebAddress = Field(
        "https://api.novaposhta.ua/v2.0/json/",
        description="an address like https://api.novaposhta.ua/v2.0/json/",
    )
    novaposhta_print_url: WebAddress = Field(
        "https://my.novaposhta.ua/orders",
        description="an address like https://my.novaposhta.ua/orders",
    )
    novaposhta_track_seconds: int = Field(
        1200, ge=1, description="a whole number of seconds, at least 1"
    )
    allow_private_urls: bool = Field(False, description="true or false")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Upper] = Field(
        "INFO", description="one of DEBUG, INFO, WARNING, ERROR"
    )
    log_format: Annotated[Literal["console", "json"], Lower] = Field(
        "console", description="console or json"
    )

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.timezone)


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """Read the settings; the environment wins over the file, which need not exist.

    Raises:
        SettingsError: something is missing, wrong, or not a setting at all.
    """
    problems = [*_bad_lines(env_file), *_misspelt_variables()]
    if problems:
        raise SettingsError(problems)
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        # The original error is left out: its text may quote what was written.
        raise SettingsError(dict.fromkeys(map(_sentence, error.errors()))) from None


def _bad_lines(env_file: Path) -> Iterator[str]:
    """What python-dotenv would only warn about, or leave out without a word."""
    if not env_file.exists():
        return
    try:
        with env_file.open(encoding="utf-8") as stream:
            for binding in parse_stream(stream):
                is_blank = binding.key is None and not binding.error
                if not is_blank and (binding.error or binding.value is None):
                    text = binding.original.string  # with the empty lines above it
                    above = text[: len(text) - len(text.lstrip())].count("\n")
                    yield (
                        f"Line {binding.original.line + above} of {env_file} cannot be read: "
                        "write NAME=value, or # before a remark."
                    )
    except (OSError, UnicodeDecodeError):
        yield f"{env_file} cannot be read: write it as a text file in UTF-8."


def _misspelt_variables() -> Iterator[str]:
    """Variables of the environment that were surely meant for us. Others are not our business."""
    present = {name.upper() for name in os.environ}
    for name in sorted(present - _names() - _NOT_OURS):
        meant = _similar(name)
        if meant is not None and meant not in present:
            yield (
                f"{name} in the environment is not a setting: did you mean {meant}? "
                "Rename it, or remove it when it belongs to another program."
            )


def _sentence(error: Any) -> str:
    name = str(error["loc"][0]).upper()
    if error["type"] == "extra_forbidden":
        meant = _similar(name)
        advice = f"did you mean {meant}?" if meant else "remove it; .env.example lists them all."
        return f"{name} is not a setting: {advice}"
    problem = "is missing" if error["type"] == "missing" else "is wrong"
    return f"{name} {problem}: write {Settings.model_fields[name.lower()].description}."


def _names() -> set[str]:
    return {name.upper() for name in Settings.model_fields}


def _similar(name: str) -> str | None:
    found = difflib.get_close_matches(name, sorted(_names()), n=1, cutoff=_ALIKE)
    return found[0] if found else None


def load_secret_key(settings: Settings) -> SecretStr:
    """``SECRET_KEY``, or the key kept beside the database, made there at the first start.

    Processes that start at the same moment agree on one key.

    Raises:
        SettingsError: the key's file cannot be read or written.
    """
    if settings.secret_key is not None:
        return settings.secret_key
    url = settings.database_url
    path = (sqlite_path(url).parent if is_sqlite(url) else Path("data")) / SECRET_KEY_FILE
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path} cannot be used ({error}): set SECRET_KEY."]) from error
    if len(key) < SHORTEST_SECRET_KEY:
        raise SettingsError([f"{path} holds no key: put it back from a backup, or remove it."])
    return SecretStr(key)


def _make_key(path: Path) -> None:
    """Put a new key there, complete or not at all; somebody else's, if faster, is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:  # mode 0600
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
