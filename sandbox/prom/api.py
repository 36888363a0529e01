"""The public API v1 of a simulated Prom.ua cabinet, with its quirks.

Errors mostly come as 200 with an ``error`` inside; a wrong token, a missing right and an unknown
path as HTML. Left out, and answered as unknown paths: messages, chat, imports, receipts, refunds.
"""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.faults import Faults
from sandbox.prom.asking import RefusedError, answer, page, read_json
from sandbox.prom.backoffice import Backoffice
from sandbox.prom.model import Request
from sandbox.prom.rest_goods import GoodsApi
from sandbox.prom.rest_orders import OrdersApi

API = "/api/v1"

# By the beginning of the path; who may read payment and delivery options is nobody's knowledge.
_SECTIONS = {
    "orders": "orders",
    "delivery": "orders",
    "order_status_options": "orders",
    "products": "products",
    "groups": "groups",
    "clients": "clients",
}


def build_app(office: Backoffice, log: list[Request], faults: Faults) -> web.Application:
    """The API over one cabinet; each request goes into the log first."""
    app = web.Application(middlewares=[_guard(office, log, faults)])
    routes: Sequence[tuple[str, str, Handler]] = (
        *OrdersApi(office).routes(),
        *GoodsApi(office).routes(),
    )
    for method, path, handler in routes:
        app.router.add_route(method, API + path, handler)
    return app


def _guard(office: Backoffice, log: list[Request], faults: Faults) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(API)
        log.append(
            Request(
                request.method,
                path,
                dict(request.query),
                await read_json(request),
                request.headers.get("X-LANGUAGE"),
            )
        )

        async def proper(request: web.Request) -> web.StreamResponse:
            return await _answer(office, request, handler)

        fault = faults.of(path)
        return await (fault.apply(request, proper) if fault else proper(request))

    return guard


async def _answer(office: Backoffice, request: web.Request, handler: Handler) -> web.StreamResponse:
    """The token, the package and the rights before anything else; errors as HTML pages."""
    if request.headers.get("Authorization") != f"Bearer {office.token}":
        return page(401, "401 Unauthorized")
    denied = "Access was denied to this resource."
    if not office.has_api:
        why = "Api is not available for free premium service"
        return page(403, "403 Forbidden", f"{denied}<br />{why}")
    if not _may(office, request):
        return page(403, "403 Forbidden", denied)
    office.settle()
    try:
        return await handler(request)
    except RefusedError as error:
        return answer({"error": str(error)})
    except web.HTTPException as error:
        return page(error.status, f"{error.status} {error.reason}")


def _may(office: Backoffice, request: web.Request) -> bool:
    beginning = request.path.removeprefix(f"{API}/").partition("/")[0]
    section = _SECTIONS.get(beginning)
    needed = "r" if request.method == "GET" else "w"
    return section is None or needed in office.rights.get(section, "")
