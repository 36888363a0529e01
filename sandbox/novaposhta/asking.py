"""How Nova Poshta's API reads properties and words its answers: one envelope, errors as 200."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn, TypeVar

from aiohttp import web

Object = dict[str, Any]
Props = Mapping[str, Any]

GENERAL = "20000100002"
REF_INCORRECT = "20000400480"

_REF = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PHONE = re.compile(r"380\d{9}", re.ASCII)

_Item = TypeVar("_Item")


class RefusedError(Exception):
    """The API refuses: each with its code, in their order."""

    def __init__(self, *errors: tuple[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Answer:
    """The data of a success; warnings are pairs of a code ("" for none) and a text."""

    data: Sequence[Any]
    total: int | None = None
    warnings: Sequence[tuple[str, str]] = field(default=())


def success(answer: Answer) -> Object:
    body = _envelope(True)
    body["data"] = list(answer.data)
    body["warnings"] = [text for _, text in answer.warnings]
    body["warningCodes"] = [code for code, _ in answer.warnings if code]
    if answer.total is not None:
        body["info"] = {"totalCount": answer.total}
    return body


def refusal(errors: Sequence[tuple[str, str]], *, as_object: bool = False) -> Object:
    body = _envelope(False)
    body["errors"] = dict(errors) if as_object else [text for _, text in errors]
    body["errorCodes"] = [code for code, _ in errors]
    return body


def _envelope(is_success: bool) -> Object:
    return {
        "success": is_success,
        "data": [],
        "errors": [],
        "translatedErrors": [],
        "warnings": [],
        "info": [],
        "messageCodes": [],
        "errorCodes": [],
        "warningCodes": [],
        "infoCodes": [],
    }


def respond(body: Object) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")


def text(props: Props, name: str) -> str:
    """A property as text, "" where there is none; numbers are taken for text."""
    value = props.get(name)
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def is_ref(value: str) -> bool:
    return bool(_REF.fullmatch(value))


def is_phone(value: str) -> bool:
    return bool(_PHONE.fullmatch(value))


def number(props: Props, name: str, usual: int) -> int:
    """A whole positive number; ``usual`` where it is not said.

    Raises:
        RefusedError: it is something else.
    """
    value = text(props, name)
    if not value:
        return usual
    if not re.fullmatch(r"[1-9]\d{0,8}", value, re.ASCII):
        raise RefusedError((GENERAL, f"{name} is incorrect"))
    return int(value)


def day(props: Props, name: str) -> date | None:
    """A day written dd.mm.yyyy, None where it is not said.

    Raises:
        RefusedError: it is written otherwise.
    """
    value = text(props, name)
    if not value:
        return None
    parts = re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", value, re.ASCII)
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else _misdated(name)
    except ValueError:
        return _misdated(name)


def _misdated(name: str) -> NoReturn:
    raise RefusedError(("20000400456", f"{name} invalid format"))


def one_page(props: Props, found: Sequence[_Item], most: int) -> Sequence[_Item]:
    """The page that was asked for; all without ``Page`` and ``Limit``."""
    if not text(props, "Page") and not text(props, "Limit"):
        return found
    limit = min(number(props, "Limit", most), most)
    start = (number(props, "Page", 1) - 1) * limit
    return found[start : start + limit]
