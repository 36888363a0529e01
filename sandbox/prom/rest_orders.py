"""Orders in Prom.ua's API: lists, one, their status, their parcel; and who placed them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.prom.asking import (
    RefusedError,
    answer,
    is_within,
    language,
    number,
    one_page,
    read_object,
    text,
)
from sandbox.prom.backoffice import Backoffice
from sandbox.prom.model import Order
from sandbox.prom.render import (
    TITLES,
    Client,
    Json,
    Object,
    Renderer,
    delivery_options,
)

NOT_ALLOWED = "This status value is not allowed"
CARRIERS = frozenset({"nova_poshta", "ukrposhta", "meest", "rozetka_delivery", "justin"})

_WRITABLE = frozenset({"received", "delivered", "paid", "canceled"})
_LOANS = frozenset({"waiting_loan_approval", "loan_approved", "loan_rejected"})
_REASONS = frozenset(
    {
        *("not_available", "buyers_request", "duplicate", "invalid_phone_number", "another"),
        *("price_changed", "not_enough_fields", "less_than_minimal_price"),
        *("payment_not_received", "no_product_variants"),
    }
)
_NEED_TEXT = frozenset({"price_changed", "not_enough_fields", "another"})
_FINAL = frozenset({"canceled", "delivered"})


class OrdersApi:
    """Handlers over one cabinet."""

    def __init__(self, office: Backoffice) -> None:
        self._office = office

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        return (
            ("GET", "/orders/list", self.list_orders),
            ("GET", "/orders/{id:\\d+}", self.get_order),
            ("POST", "/orders/set_status", self.set_status),
            ("POST", "/delivery/save_declaration_id", self.save_declaration),
            ("GET", "/order_status_options/list", self.list_statuses),
            ("GET", "/payment_options/list", self.list_payment_options),
            ("GET", "/delivery_options/list", self.list_delivery_options),
            ("GET", "/clients/list", self.list_clients),
            ("GET", "/clients/{id:\\d+}", self.get_client),
        )

    def _renderer(self, request: web.Request) -> Renderer:
        return Renderer(language(request), self._office)

    async def list_orders(self, request: web.Request) -> web.Response:
        status = request.query.get("status")
        custom = {f"custom-{id_}" for id_ in self._office.custom_statuses}
        known = {*TITLES["uk"], *_LOANS, *custom} - self._office.unknown_filters
        if status is not None and status not in known:
            raise RefusedError(NOT_ALLOWED)
        chosen = [
            order
            for order in self._office.orders.values()
            if (status is None or order.status == status)
            and is_within(order.created_at, request, "date", self._office)
            and is_within(order.modified_at, request, "last_modified", self._office)
        ]
        render = self._renderer(request).order
        return answer(
            {"orders": [render(each) for each in one_page(request, chosen, self._office)]}
        )

    async def get_order(self, request: web.Request) -> web.Response:
        order = self._office.orders.get(int(request.match_info["id"]))
        if order is None and self._office.unknown_order_is_error:
            raise RefusedError(text(request, "no order"))
        if order is None:
            raise web.HTTPNotFound
        return answer({"order": self._renderer(request).order(order)})

    async def set_status(self, request: web.Request) -> web.Response:
        """Of many orders at once; one that has the status is neither processed nor an error."""
        wanted = await read_object(request)
        status = self._allowed(wanted)
        ids = wanted.get("ids")
        if not isinstance(ids, list) or not all(isinstance(each, int) for each in ids):
            raise RefusedError("Incorrect value")
        processed: list[Json] = []
        errors: Object = {}
        for order_id in ids:
            order = self._office.orders.get(order_id)
            if order is not None and order.status == status:
                continue
            why = self._office.refusals.get(order_id) or _why_not(request, order)
            if why:
                errors[str(order_id)] = why
            elif status == "canceled":
                title = wanted.get("cancellation_text") or wanted["cancellation_reason"]
                self._office.cancel(order_id, str(title), "company")
                processed.append(order_id)
            else:
                self._office.set_status(order_id, status)
                processed.append(order_id)
        done: Object = {"processed_ids": processed}
        if errors and self._office.refuses_by_warning:
            done["warning_message"] = text(request, "a part")
        elif errors:
            done["errors"] = errors
        return answer(done)

    def _allowed(self, wanted: Mapping[str, Any]) -> str:
        """The status to give, if it may be given at all: a custom one by its id alone."""
        status, custom = wanted.get("status"), wanted.get("custom_status_id")
        if custom is not None:
            if status is not None or custom not in self._office.custom_statuses:
                raise RefusedError(NOT_ALLOWED)
            return f"custom-{custom}"
        reason = wanted.get("cancellation_reason")
        needs_text = reason in _NEED_TEXT and not wanted.get("cancellation_text")
        if status not in _WRITABLE:
            raise RefusedError(NOT_ALLOWED)
        if status == "canceled" and (reason not in _REASONS or needs_text):
            raise RefusedError(NOT_ALLOWED)
        return str(status)

    async def save_declaration(self, request: web.Request) -> web.Response:
        wanted = await read_object(request)
        order = self._office.orders.get(number(wanted.get("order_id")))
        declaration = wanted.get("declaration_id")
        if order is None:
            return _no_waybill(text(request, "no order"))
        if order.id in self._office.refusals:
            return _no_waybill(self._office.refusals[order.id])
        if not isinstance(declaration, str) or not declaration:
            return _no_waybill(text(request, "bad waybill"), "declaration_id")
        if wanted.get("delivery_type") not in CARRIERS:
            return _no_waybill(text(request, "bad waybill"), "delivery_type")
        if order.declaration == declaration:
            return _no_waybill(text(request, "has waybill"))
        self._office.send_parcel(order.id, declaration)
        return answer({"status": "success"})

    async def list_statuses(self, request: web.Request) -> web.Response:
        return answer({"order_status_options": self._renderer(request).statuses()})

    async def list_payment_options(self, request: web.Request) -> web.Response:
        return answer({"payment_options": self._renderer(request).payment_options()})

    async def list_delivery_options(self, _request: web.Request) -> web.Response:
        return answer({"delivery_options": delivery_options()})

    async def list_clients(self, request: web.Request) -> web.Response:
        term = request.query.get("search_term", "").lower()
        chosen = [each for each in self._clients() if term in f"{each.name} {each.phone}".lower()]
        render = self._renderer(request).client
        return answer(
            {"clients": [render(each) for each in one_page(request, chosen, self._office)]}
        )

    async def get_client(self, request: web.Request) -> web.Response:
        client_id = int(request.match_info["id"])
        client = next((each for each in self._clients() if each.id == client_id), None)
        if client is None:
            raise web.HTTPNotFound
        return answer({"client": self._renderer(request).client(client)})

    def _clients(self) -> Sequence[Client]:
        by_id: dict[int, list[Order]] = {}
        for order in self._office.orders.values():
            by_id.setdefault(order.client_id, []).append(order)
        return [
            Client(
                id=client_id,
                buyer=orders[-1].buyer,
                orders_count=len(orders),
                total=sum((order.price for order in orders), Decimal(0)),
            )
            for client_id, orders in by_id.items()
        ]


def _why_not(request: web.Request, order: Order | None) -> str:
    """Nothing leads back from an end."""
    if order is None:
        return text(request, "no order")
    return text(request, order.status) if order.status in _FINAL else ""


def _no_waybill(message: str, field: str = "") -> web.Response:
    errors: Json = {field: message} if field else None
    return answer({"status": "error", "message": message, "errors": errors})
