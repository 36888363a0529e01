"""What the simulated REST API is asked and answers, in WordPress's forms."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from aiohttp import web

from sandbox.woocommerce.php import Json, only_fields, php_json

MOST_PER_PAGE = 100


class ApiError(Exception):
    """A refusal in WooCommerce's words."""

    def __init__(self, status: int, code: str, message: str, **data: Json) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Json] = {
            "code": code,
            "message": message,
            "data": {"status": status, **data},
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers, before ``_fields`` and JSON."""

    value: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def as_response(answer: Answer, fields: str = "") -> web.Response:
    return web.Response(
        body=php_json(only_fields(answer.value, fields)).encode(),
        status=answer.status,
        headers={"Content-Type": "application/json; charset=UTF-8", **answer.headers},
    )


def refusal(error: ApiError) -> web.Response:
    return as_response(Answer(error.body, error.status))


def invalid(name: str, problem: str) -> ApiError:
    text = f"Invalid parameter(s): {name}"
    return ApiError(400, "rest_invalid_param", text, params={name: problem})


def no_route() -> ApiError:
    message = "No route was found matching the URL and request method."
    return ApiError(404, "rest_no_route", message)


def number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal():
        raise invalid(name, f"{name} is not of type integer.")
    return int(text)


def ids(request: web.Request, name: str) -> frozenset[int] | None:
    """A list of ids, ``include=10,12``; None when it was not asked for."""
    text = request.query.get(name)
    if text is None:
        return None
    try:
        return frozenset(int(each) for each in text.split(",") if each)
    except ValueError:
        raise invalid(name, f"{name}[0] is not of type integer.") from None


def chosen(request: web.Request, name: str, choices: Collection[str], default: str) -> str:
    """A parameter that must be one of these."""
    value = request.query.get(name, default)
    if value not in choices:
        raise invalid(name, f"{name} is not one of {listed(choices)}.")
    return value


def listed(choices: Collection[str]) -> str:
    """As WordPress lists them: "a, b, and c"."""
    *most, last = choices
    return f"{', '.join(most)}, and {last}"


async def json_body(request: web.Request) -> dict[str, object]:
    """The JSON object sent."""
    try:
        data = json.loads(await request.read() or b"{}", parse_float=Decimal)
    except ValueError:
        raise ApiError(400, "rest_invalid_json", "Invalid JSON body passed.") from None
    return data if isinstance(data, dict) else {}


def page_of(request: web.Request, url: str, items: list[dict[str, Json]]) -> Answer:
    """One page of a list, or what follows an ``offset``; past its end the totals are 0."""
    per_page, page = number(request, "per_page", 10), number(request, "page", 1)
    if not 1 <= per_page <= MOST_PER_PAGE:
        text = "per_page must be between 1 (inclusive) and 100 (inclusive)"
        raise invalid("per_page", text)
    first = number(request, "offset", (page - 1) * per_page)
    shown = items[first : first + per_page]
    total = len(items) if shown else 0
    pages = -(-total // per_page)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    beside = (("prev", page - 1, page > 1), ("next", page + 1, page < pages))
    links = [
        f'<{url}{request.rel_url.update_query(page=there)}>; rel="{relation}"'
        for relation, there, is_there in beside
        if is_there
    ]
    if links:
        headers["Link"] = ", ".join(links)
    return Answer(list[Json](shown), headers=headers)
