"""The public API v1 of a simulated Prom.ua cabinet, with its quirks.

Errors mostly come as 200 with an ``error`` inside; a wrong token, a missing right and an unknown
path as HTML. Left out, and answered as unknown paths: messages, chat, clients, imports, refunds.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.prom.model import PAYMENT_OPTIONS, ROOT_GROUP, Order, Product, Request
from sandbox.prom.render import Json, Object, Renderer

if TYPE_CHECKING:
    from sandbox.prom.cabinet import PromCabinet

API = "/api/v1"
MOST_PER_PAGE = 100
USUAL_PER_PAGE = 20

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_WRITABLE = frozenset({"received", "delivered", "paid", "canceled"})
_REASONS = frozenset(
    {
        *("not_available", "buyers_request", "duplicate", "invalid_phone_number", "another"),
        *("price_changed", "not_enough_fields", "less_than_minimal_price"),
        *("payment_not_received", "no_product_variants"),
    }
)
_NEED_TEXT = frozenset({"price_changed", "not_enough_fields", "another"})
_FINAL = frozenset({"canceled", "delivered"})
_NOT_ALLOWED = "This status value is not allowed"
_HAS_DECLARATION = {
    "uk": "Ця ЕН уже додана до замовлення",
    "ru": "Этот ЭН уже добавлен к данному заказу",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What to answer instead; status 0: the request is carried out and its answer lost."""

    status: int
    body: str
    content_type: str


class Api:
    """Routes and handlers over one cabinet."""

    def __init__(self, cabinet: "PromCabinet") -> None:
        self._cabinet = cabinet

    def build_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get(f"{API}/orders/list", self.list_orders),
                web.get(f"{API}/orders/{{id:\\d+}}", self.get_order),
                web.post(f"{API}/orders/set_status", self.set_status),
                web.post(f"{API}/delivery/save_declaration_id", self.save_declaration),
                web.get(f"{API}/order_status_options/list", self.list_statuses),
                web.get(f"{API}/payment_options/list", self.list_payment_options),
                web.get(f"{API}/groups/list", self.list_groups),
                web.get(f"{API}/products/list", self.list_products),
                web.get(f"{API}/products/{{id:\\d+}}", self.get_product),
                web.get(f"{API}/products/by_external_id/{{id}}", self.get_product_by_external_id),
                web.post(f"{API}/products/edit", self.edit_products),
                web.post(f"{API}/products/edit_by_external_id", self.edit_by_external_id),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The token, the package and the rights before anything else; errors as HTML pages."""
        body = await _json(request)
        query = dict(request.query)
        self._cabinet.requests.append(
            Request(request.method, request.path.removeprefix(API), query, body)
        )
        fault = self._cabinet.faults.pop(0) if self._cabinet.faults else None
        if fault is not None and fault.status:
            return web.Response(
                text=fault.body, status=fault.status, content_type=fault.content_type
            )
        if request.headers.get("Authorization") != f"Bearer {self._cabinet.token}":
            return _page(401, "401 Unauthorized")
        if not self._cabinet.has_api:
            why = "Api is not available for free premium service"
            return _page(403, "403 Forbidden", f"Access was denied to this resource.<br />{why}")
        if not self._may(request):
            return _page(403, "403 Forbidden", "Access was denied to this resource.")
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            return _page(error.status, f"{error.status} {error.reason}")
        if fault is not None and request.transport is not None:
            request.transport.close()
        return answer

    def _may(self, request: web.Request) -> bool:
        section = request.path.removeprefix(f"{API}/").partition("/")[0]
        section = {"delivery": "orders", "order_status_options": "orders"}.get(section, section)
        if section not in ("orders", "products", "groups"):
            return True
        needed = "r" if request.method == "GET" else "w"
        return needed in self._cabinet.rights.get(section, "")

    def _renderer(self, request: web.Request) -> Renderer:
        cabinet = self._cabinet
        return Renderer(
            _language(request), cabinet.custom_statuses, cabinet.separator, cabinet.groups
        )

    # Orders

    async def list_orders(self, request: web.Request) -> web.Response:
        query = request.query
        status = query.get("status")
        names = ("pending", "received", "delivered", "canceled", "draft", "paid")
        custom = {f"custom-{id_}" for id_ in self._cabinet.custom_statuses}
        if status is not None and status not in {*names, *custom}:
            return _answer({"error": _NOT_ALLOWED})
        chosen: Sequence[Order] = [
            order
            for order in self._cabinet.orders.values()
            if (status is None or order.status == status)
            and _within(order.created_at, query, "date")
            and _within(order.modified_at, query, "last_modified")
        ]
        render = self._renderer(request).order
        return _answer({"orders": [render(order) for order in self._page(request, chosen)]})

    async def get_order(self, request: web.Request) -> web.Response:
        order = self._cabinet.orders.get(int(request.match_info["id"]))
        if order is None:
            raise web.HTTPNotFound
        return _answer({"order": self._renderer(request).order(order)})

    async def set_status(self, request: web.Request) -> web.Response:
        wanted = await _object(request)
        custom = wanted.get("custom_status_id")
        status = f"custom-{custom}" if custom is not None else wanted.get("status")
        if custom is None and not self._is_allowed(wanted):
            return _answer({"error": _NOT_ALLOWED})
        if custom is not None and custom not in self._cabinet.custom_statuses:
            return _answer({"error": _NOT_ALLOWED})
        processed: list[Json] = []
        errors: Object = {}
        for order_id in _ids(wanted.get("ids")):
            order = self._cabinet.orders.get(order_id)
            if order is None:
                errors[str(order_id)] = "Замовлення не знайдено"
            elif order.status == status:
                continue  # neither processed nor an error
            elif order.status in _FINAL:
                errors[str(order_id)] = "Замовлення вже скасоване або виконане"
            else:
                if status == "canceled":
                    title = wanted.get("cancellation_text") or wanted["cancellation_reason"]
                    order.cancellation = (str(title), "company")
                order.status, order.modified_at = str(status), self._cabinet.now()
                processed.append(order_id)
        return _answer({"processed_ids": processed} | ({"errors": errors} if errors else {}))

    def _is_allowed(self, wanted: Mapping[str, object]) -> bool:
        status, reason = wanted.get("status"), wanted.get("cancellation_reason")
        if status not in _WRITABLE:
            return False
        if status != "canceled":
            return True
        has_text = bool(wanted.get("cancellation_text"))
        return reason in _REASONS and (has_text or reason not in _NEED_TEXT)

    async def save_declaration(self, request: web.Request) -> web.Response:
        wanted = await _object(request)
        order = self._cabinet.orders.get(int(str(wanted.get("order_id") or 0)))
        number = str(wanted.get("declaration_id") or "")
        if order is None or not number:
            return _answer({"status": "error", "message": "Bad request", "errors": None})
        if order.declaration == number:
            text = _HAS_DECLARATION[_language(request)]
            return _answer({"status": "error", "message": text, "errors": None})
        order.declaration, order.modified_at = number, self._cabinet.now()
        return _answer({"status": "success"})

    async def list_statuses(self, request: web.Request) -> web.Response:
        return _answer({"order_status_options": self._renderer(request).statuses()})

    async def list_payment_options(self, _request: web.Request) -> web.Response:
        options: Json = [
            {"id": id_, "name": name, "description": ""} for id_, name in PAYMENT_OPTIONS.items()
        ]
        return _answer({"payment_options": options})

    # Products

    async def list_groups(self, request: web.Request) -> web.Response:
        chosen = [
            group
            for group in self._cabinet.groups.values()
            if _within(group.modified_at, request.query, "last_modified")
        ]
        render = self._renderer(request).group
        return _answer({"groups": [render(group) for group in self._page(request, chosen)]})

    async def list_products(self, request: web.Request) -> web.Response:
        """Of one group, its subgroups left out; without one, of the root and of no group."""
        group = int(request.query.get("group_id") or ROOT_GROUP)
        chosen = [
            product
            for product in self._cabinet.products.values()
            if product.status != "deleted"
            and (product.group_id or ROOT_GROUP) == group
            and _within(product.modified_at, request.query, "last_modified")
        ]
        render = self._renderer(request).product
        return _answer({"products": [render(product) for product in self._page(request, chosen)]})

    async def get_product(self, request: web.Request) -> web.Response:
        product = self._cabinet.products.get(int(request.match_info["id"]))
        return self._one_product(request, product)

    async def get_product_by_external_id(self, request: web.Request) -> web.Response:
        return self._one_product(request, self._by_external_id(request.match_info["id"]))

    def _one_product(self, request: web.Request, product: Product | None) -> web.Response:
        if product is None or product.status == "deleted":
            raise web.HTTPNotFound
        return _answer({"product": self._renderer(request).product(product)})

    async def edit_products(self, request: web.Request) -> web.Response:
        return await self._edit(request, lambda id_: self._cabinet.products.get(int(str(id_))))

    async def edit_by_external_id(self, request: web.Request) -> web.Response:
        return await self._edit(request, lambda id_: self._by_external_id(str(id_)))

    async def _edit(
        self, request: web.Request, find: Callable[[object], Product | None]
    ) -> web.Response:
        """Only a bare list will do; an unknown field (``quantity``) is ignored without a word."""
        wanted = await _json(request)
        if not isinstance(wanted, list) or len(wanted) > MOST_PER_PAGE:
            return _answer({"errors": {"error": "Ожидается список товаров"}})
        processed: list[Json] = []
        errors: Object = {}
        for item in wanted:
            product = find(item.get("id"))
            if product is None:
                errors[str(item.get("id"))] = "Товар не знайдено"
                continue
            product.stock = item.get("quantity_in_stock", product.stock)
            product.presence = item.get("presence", product.presence)
            product.in_stock = item.get("in_stock", product.in_stock)
            product.status = item.get("status", product.status)
            product.modified_at = self._cabinet.now()
            processed.append(item["id"])
        return _answer({"processed_ids": processed, "errors": errors})

    def _by_external_id(self, external_id: str) -> Product | None:
        found = (each for each in self._cabinet.products.values() if external_id)
        return next((each for each in found if each.external_id == external_id), None)

    def _page(self, request: web.Request, found: Sequence[Any]) -> list[Any]:
        """Newest first, from ``last_id`` on."""
        last_id = int(request.query.get("last_id") or 0)
        limit = min(int(request.query.get("limit") or USUAL_PER_PAGE), MOST_PER_PAGE)
        if last_id:
            highest = last_id if self._cabinet.last_id_is_inclusive else last_id - 1
            found = [each for each in found if each.id <= highest]
        is_ascending = request.query.get("sort_dir") == "asc"
        return sorted(found, key=lambda each: int(each.id), reverse=not is_ascending)[:limit]


def _within(at: datetime, query: Mapping[str, str], name: str) -> bool:
    """Whether a time lies within ``<name>_from`` and ``<name>_to``.

    A time in any other form than YYYY-MM-DDTHH:MM:SS finds nothing, and nobody says why.
    """
    for bound, is_in in (("from", datetime.__ge__), ("to", datetime.__le__)):
        text = query.get(f"{name}_{bound}")
        if text is None:
            continue
        if not _TIME.fullmatch(text):
            return False
        if not is_in(at, datetime.fromisoformat(text).replace(tzinfo=UTC)):
            return False
    return True


def _language(request: web.Request) -> str:
    return "uk" if request.headers.get("X-LANGUAGE") == "uk" else "ru"


def _ids(value: object) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.read() or b"null")
    except ValueError:
        return None


async def _object(request: web.Request) -> Mapping[str, object]:
    data = await _json(request)
    return data if isinstance(data, dict) else {}


def _answer(data: Object) -> web.Response:
    text = json.dumps(data, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")


def _page(status: int, title: str, text: str = "") -> web.Response:
    return web.Response(
        text=f"<html><h1>{title}</h1>{text}</html>", status=status, content_type="text/html"
    )
