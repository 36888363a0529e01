"""How Prom.ua's API reads requests and words answers, whatever they are about."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from aiohttp import web

from sandbox.prom.backoffice import Backoffice
from sandbox.prom.render import Object

MOST_PER_PAGE = 100
USUAL_PER_PAGE = 20

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_TEXTS: Mapping[str, tuple[str, str]] = {
    "no order": ("Замовлення не знайдено", "Заказ не найден"),
    "canceled": ("Замовлення вже скасоване", "Заказ уже отменен"),
    "delivered": ("Замовлення вже виконане", "Заказ уже выполнен"),
    "a part": ("Статус змінено не в усіх замовленнях", "Статус изменен не во всех заказах"),
    "has waybill": ("Ця ЕН уже додана до замовлення", "Этот ЭН уже добавлен к данному заказу"),
    "bad waybill": ("Перевірте дані накладної", "Проверьте данные накладной"),
    "no product": ("Товар не знайдено", "Товар не найден"),
    "bad value": ("Некоректне значення", "Некорректное значение"),
}


class RefusedError(Exception):
    """The API refuses the whole request: 200, with this as its ``error``."""


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


_Item = TypeVar("_Item", bound=_Numbered)


def language(request: web.Request) -> str:
    """Russian, but for those who say otherwise."""
    return "uk" if request.headers.get("X-LANGUAGE") == "uk" else "ru"


def text(request: web.Request, key: str) -> str:
    """One of the API's sentences in the language of the request."""
    ukrainian, russian = _TEXTS[key]
    return ukrainian if language(request) == "uk" else russian


def number(value: object, usual: int = 0) -> int:
    """A number in a query or a body; ``usual`` where there is none.

    Raises:
        RefusedError: it is something else.
    """
    if value is None or value == "":
        return usual
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,18}", str(value), re.ASCII):
        raise RefusedError("Incorrect value")
    return int(str(value))


async def read_json(request: web.Request) -> Any:
    """The body; None when it has none or is no JSON."""
    try:
        return json.loads(await request.read() or b"null")
    except ValueError:
        return None


async def read_object(request: web.Request) -> Mapping[str, Any]:
    data = await read_json(request)
    return data if isinstance(data, dict) else {}


def answer(data: Object) -> web.Response:
    """Always 200: what went wrong, if anything, is in ``data``."""
    body = json.dumps(data, ensure_ascii=False)
    return web.Response(text=body, content_type="application/json")


def page(status: int, title: str, more: str = "") -> web.Response:
    """An error before the API itself is asked: a page for people."""
    body = f"<html><h1>{title}</h1>{more}</html>"
    return web.Response(text=body, status=status, content_type="text/html")


def is_within(at: datetime, request: web.Request, name: str, office: Backoffice) -> bool:
    """Whether a time lies within ``<name>_from`` and ``<name>_to``.

    A time in any other form than YYYY-MM-DDTHH:MM:SS finds nothing, and nobody says why.
    """
    for bound, is_in in (("from", datetime.__ge__), ("to", datetime.__le__)):
        wanted = request.query.get(f"{name}_{bound}")
        if wanted is None:
            continue
        try:
            limit = datetime.fromisoformat(wanted) if _TIME.fullmatch(wanted) else None
        except ValueError:
            limit = None
        if limit is None or not is_in(at, limit.replace(tzinfo=office.filter_zone)):
            return False
    return True


def one_page(request: web.Request, found: Iterable[_Item], office: Backoffice) -> list[_Item]:
    """Newest first, from ``last_id`` on, at most a hundred."""
    last_id = number(request.query.get("last_id"))
    limit = min(number(request.query.get("limit"), USUAL_PER_PAGE), MOST_PER_PAGE)
    if last_id:
        highest = last_id if office.last_id_is_inclusive else last_id - 1
        found = (each for each in found if each.id <= highest)
    is_ascending = request.query.get("sort_dir") == "asc"
    return sorted(found, key=lambda each: each.id, reverse=not is_ascending)[:limit]
