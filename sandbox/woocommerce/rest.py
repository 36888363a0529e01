"""A simulated store's front door: permalinks, keys, the routes of its REST API, and its pages."""

import html
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.woocommerce.answers import Answer, ApiError, as_response, no_route, refusal
from sandbox.woocommerce.auth import AuthError, KeyRing
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.consent import CONSENT, ConsentPages
from sandbox.woocommerce.faults import Faults
from sandbox.woocommerce.model import Call
from sandbox.woocommerce.outgoing import WORDPRESS_VERSION, Outgoing
from sandbox.woocommerce.php import Json
from sandbox.woocommerce.pictures import picture
from sandbox.woocommerce.rest_orders import OrderRoutes
from sandbox.woocommerce.rest_products import ProductRoutes
from sandbox.woocommerce.rest_webhooks import WebhookRoutes

_API = "/wc/v3/"
_EDIT = ("POST", "PUT", "PATCH")
_FIRST_WITH_V3 = (3, 5)

Route = Callable[..., Awaitable[Answer]]


@dataclass(slots=True, kw_only=True)
class Site:
    """The WordPress around a store: its title, keys and way out, who called, what goes wrong.

    Without ``has_permalinks`` ("Plain" in its settings) addresses under /wp-json/ and /wc-auth/
    are not known. ``visitor_may_manage``: whoever opens its pages in a browser runs the shop.
    """

    name: str
    outgoing: Outgoing
    keys: KeyRing = field(default_factory=KeyRing)
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    has_permalinks: bool = True
    visitor_may_manage: bool = True


class RestApi:
    """Routes over one store."""

    def __init__(self, store: Backoffice, site: Site) -> None:
        self._store = store
        self._site = site
        self._consent = ConsentPages(store, site.keys, site.outgoing)
        self._routes = _compiled(self._table())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Every request: noted, then answered, unless something is wrong with the store today."""
        route = self._route(request)
        shown = request.path if route is None else route.removeprefix(_API)
        call = Call(
            method=request.method,
            route=shown,
            query=dict(request.query),
            body=await request.read(),
        )
        self._site.calls.append(call)
        fault = self._site.faults.of(call.method, call.route)
        if fault is not None:
            return await fault.apply(request, self._answer)
        return await self._answer(request)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        route = self._route(request)
        if route is None and request.path.startswith(CONSENT) and self._site.has_permalinks:
            return await self._consent.show(request, may_manage=self._site.visitor_may_manage)
        if route is None:
            return self._page(request)
        try:
            if route.startswith(_API):
                self._check_key(request)
            answer = await self._dispatch(request, route)
        except AuthError as error:
            return refusal(ApiError(error.status, error.code, error.message))
        except ApiError as error:
            return refusal(error)
        return as_response(answer, request.query.get("_fields", ""))

    def _route(self, request: web.Request) -> str | None:
        """What of the REST API is asked, "/wc/v3/orders"; None for anything else."""
        path = request.path.removeprefix("/index.php")
        if path.startswith("/wp-json/") and (path != request.path or self._site.has_permalinks):
            return path.removeprefix("/wp-json")
        return request.query.get("rest_route")

    def _check_key(self, request: web.Request) -> None:
        """WordPress looks at keys only where the path says that this is its API."""
        if "/wp-json/" not in request.path:
            raise AuthError("Sorry, you cannot list resources.", "woocommerce_rest_cannot_view")
        authorization = request.headers.get("Authorization", "")
        self._site.keys.check(request.method, request.url, authorization)

    async def _dispatch(self, request: web.Request, route: str) -> Answer:
        for methods, pattern, handler in self._routes:
            found = pattern.fullmatch(route)
            if found is not None and request.method in methods:
                return await handler(request, *map(int, found.groups()))
        raise no_route()

    def _table(self) -> Sequence[tuple[tuple[str, ...], str, Route]]:
        get, post, delete = ("GET",), ("POST",), ("DELETE",)
        orders, products = OrderRoutes(self._store), ProductRoutes(self._store)
        webhooks = WebhookRoutes(self._store)
        common: list[tuple[tuple[str, ...], str, Route]] = [(get, "/", self._index)]
        version = tuple(int(part) for part in self._store.version.split(".")[:2])
        if version < _FIRST_WITH_V3:
            return common
        return [
            *common,
            (get, f"{_API}system_status", self._system_status),
            (get, f"{_API}data/currencies/current", self._currency),
            (get, f"{_API}reports/orders/totals", orders.totals),
            (get, f"{_API}orders", orders.show_all),
            (get, f"{_API}orders/ID", orders.show),
            (_EDIT, f"{_API}orders/ID", orders.edit),
            (delete, f"{_API}orders/ID", orders.delete),
            (get, f"{_API}orders/ID/notes", orders.notes),
            (post, f"{_API}orders/ID/notes", orders.add_note),
            (get, f"{_API}products", products.show_all),
            (_EDIT, f"{_API}products/batch", products.batch),
            (get, f"{_API}products/ID", products.show),
            (_EDIT, f"{_API}products/ID", products.edit),
            (delete, f"{_API}products/ID", products.delete),
            (get, f"{_API}products/ID/variations", products.variations),
            (_EDIT, f"{_API}products/ID/variations/batch", products.batch_variations),
            (get, f"{_API}products/ID/variations/ID", products.show_variation),
            (_EDIT, f"{_API}products/ID/variations/ID", products.edit_variation),
            (delete, f"{_API}products/ID/variations/ID", products.delete_variation),
            (get, f"{_API}webhooks", webhooks.show_all),
            (post, f"{_API}webhooks", webhooks.create),
            (get, f"{_API}webhooks/ID", webhooks.show),
            (_EDIT, f"{_API}webhooks/ID", webhooks.edit),
            (delete, f"{_API}webhooks/ID", webhooks.delete),
        ]

    async def _index(self, request: web.Request) -> Answer:
        """What anybody may know of the site."""
        has_v3 = len(self._routes) > 1
        return Answer(
            {
                "name": self._site.name,
                "description": "",
                "url": self._store.url,
                "home": self._store.url,
                "gmt_offset": "2",
                "timezone_string": "Europe/Kyiv",
                "namespaces": ["wc/v1", "wc/v2", *(["wc/v3"] if has_v3 else []), "wp/v2"],
            }
        )

    async def _system_status(self, request: web.Request) -> Answer:
        environment: Json = {
            "home_url": self._store.url,
            "site_url": self._store.url,
            "version": self._store.version,
            "wp_version": WORDPRESS_VERSION,
        }
        settings: Json = {
            "currency": self._store.currency,
            "number_of_decimals": self._store.pricing.decimals,
        }
        return Answer({"environment": environment, "settings": settings})

    async def _currency(self, request: web.Request) -> Answer:
        links = self._store.renderer.links("data/currencies", 0)
        code = self._store.currency
        return Answer({"code": code, "name": code, "symbol": code, "_links": links})

    def _page(self, request: web.Request) -> web.Response:
        """What a browser sees: a picture, the home page, or that there is no such page."""
        found = re.fullmatch(r"/wp-content/uploads/(.+)\.png", request.path)
        for product in self._store.products.values():
            if found and product.shape and found[1] in (product.sku, str(product.id)):
                body = picture(product.shape, product.colour)
                return web.Response(body=body, content_type="image/png")
        is_home = request.path in ("/", "/index.php")
        title = self._site.name if is_home else "Page not found"
        api = "/wp-json/" if self._site.has_permalinks else "/index.php?rest_route=/"
        return web.Response(
            text=f"<!DOCTYPE html><html><body><h1>{html.escape(title)}</h1></body></html>",
            status=200 if is_home else 404,
            content_type="text/html",
            headers={"Link": f'<{self._store.url}{api}>; rel="https://api.w.org/"'},
        )


def _compiled(
    table: Sequence[tuple[tuple[str, ...], str, Route]],
) -> list[tuple[tuple[str, ...], re.Pattern[str], Route]]:
    return [
        (methods, re.compile(path.replace("ID", r"(\d+)")), handler)
        for methods, path, handler in table
    ]
