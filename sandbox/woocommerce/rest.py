"""The REST API of a simulated store, as far as a shop's assistant needs it.

Left out, and answered with 404 as an unknown route: creating and deleting orders, refunds,
variations, batches.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from aiohttp import web

from sandbox.woocommerce.auth import AuthError, KeyRing
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.model import Order, Product, Webhook
from sandbox.woocommerce.php import Json, only_fields, php_json
from sandbox.woocommerce.pictures import picture

API = "/wp-json/wc/v3"
MOST_PER_PAGE = 100

_HIDDEN_STATUSES = frozenset({"trash", "checkout-draft", "auto-draft"})
_SETTABLE = (
    "auto-draft",
    "pending",
    "processing",
    "on-hold",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "checkout-draft",
)
_WEBHOOK_STATUSES = ("active", "paused", "disabled")
_RESOURCES = ("coupon", "customer", "order", "product")
_EVENTS = ("created", "updated", "deleted", "restored")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ApiError(Exception):
    """A refusal in WooCommerce's words."""

    def __init__(self, status: int, code: str, message: str, **data: Json) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"code": code, "message": message, "data": {"status": status, **data}}


class RestApi:
    """Routes and handlers over one store."""

    def __init__(self, store: Backoffice, keys: KeyRing, name: str) -> None:
        self._store = store
        self._keys = keys
        self._name = name

    def build_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/wp-json/", self.index),
                web.get("/wp-content/uploads/{sku}.png", self.show_picture),
                web.get(f"{API}/system_status", self.system_status),
                web.get(f"{API}/orders", self.list_orders),
                web.get(f"{API}/orders/{{id:\\d+}}", self.get_order),
                web.put(f"{API}/orders/{{id:\\d+}}", self.put_order),
                web.get(f"{API}/products", self.list_products),
                web.get(f"{API}/products/{{id:\\d+}}", self.get_product),
                web.get(f"{API}/webhooks", self.list_webhooks),
                web.post(f"{API}/webhooks", self.create_webhook),
                web.get(f"{API}/webhooks/{{id:\\d+}}", self.get_webhook),
                web.put(f"{API}/webhooks/{{id:\\d+}}", self.put_webhook),
                web.delete(f"{API}/webhooks/{{id:\\d+}}", self.delete_webhook),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Authentication before anything else; errors in the API's own shape."""
        try:
            if request.path.startswith(API):
                self._keys.check(request.method, request.url)
            return await handler(request)
        except AuthError as error:
            body: Json = {"code": error.code, "message": error.message, "data": {"status": 401}}
            return _answer(body, status=401)
        except ApiError as error:
            return _answer(error.body, status=error.status)
        except web.HTTPException as error:
            if error.status not in (404, 405):
                raise
            message = "No route was found matching the URL and request method."
            return _answer(ApiError(404, "rest_no_route", message).body, status=404)

    async def index(self, request: web.Request) -> web.Response:
        """What anybody may know of the site."""
        site: Json = {
            "name": self._name,
            "description": "",
            "url": self._store.url,
            "home": self._store.url,
            "gmt_offset": "2",
            "timezone_string": "Europe/Kyiv",
            "namespaces": ["wc/v3", "wp/v2"],
        }
        return _answer(only_fields(site, request.query.get("_fields", "")))

    async def system_status(self, request: web.Request) -> web.Response:
        status: Json = {
            "environment": {"home_url": self._store.url, "version": self._store.version},
            "settings": {"currency": self._store.currency, "number_of_decimals": 2},
        }
        return _answer(only_fields(status, request.query.get("_fields", "")))

    async def show_picture(self, request: web.Request) -> web.Response:
        """A product's picture, for anybody."""
        sku = request.match_info["sku"]
        for product in self._store.products.values():
            if product.sku == sku and product.shape:
                return web.Response(
                    body=picture(product.shape, product.colour), content_type="image/png"
                )
        raise web.HTTPNotFound

    # Orders

    async def list_orders(self, request: web.Request) -> web.Response:
        chosen = list(filter(self._filter(request), self._store.orders.values()))
        by_change = request.query.get("orderby") == "modified"
        chosen.sort(
            key=lambda order: (order.modified_at if by_change else order.created_at, order.id),
            reverse=request.query.get("order", "desc") == "desc",
        )
        return self._page(request, [self._store.renderer.order(order) for order in chosen])

    def _filter(self, request: web.Request) -> Callable[[Order], bool]:
        """Which orders the query asks for. Unknown parameters are ignored, as by a real store."""
        statuses = request.query.get("status", "any").split(",")
        for status in statuses:
            if status not in ("any", "trash", *_SETTABLE):
                raise _invalid("status", f"status[0] is not one of any, trash, {_choices()}.")
        after, before = self._bound(request, "after"), self._bound(request, "before")
        changed_after = self._bound(request, "modified_after")
        changed_before = self._bound(request, "modified_before")

        def is_wanted(order: Order) -> bool:
            is_visible = "any" in statuses and order.status not in _HIDDEN_STATUSES
            return (
                (is_visible or order.status in statuses)
                and (after is None or order.created_at > after)
                and (before is None or order.created_at < before)
                and (changed_after is None or order.modified_at > changed_after)
                and (changed_before is None or order.modified_at < changed_before)
            )

        return is_wanted

    def _bound(self, request: web.Request, name: str) -> datetime | None:
        """A time given as a filter: local to the store unless ``dates_are_gmt``.

        A real store first turns a time with "Z" into its local one, and with the flag takes that
        for UTC: shifted twice.
        """
        text = request.query.get(name)
        if text is None:
            return None
        zone = self._store.renderer.timezone
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            raise _invalid(name, "Invalid date.") from None
        if time.tzinfo is not None:
            time = time.astimezone(zone).replace(tzinfo=None)
        is_gmt = request.query.get("dates_are_gmt") == "true"
        return time.replace(tzinfo=UTC if is_gmt else zone)

    async def get_order(self, request: web.Request) -> web.Response:
        order = self._store.orders.get(_id(request))
        if order is None:
            raise ApiError(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        return _answer(self._store.renderer.order(order))

    async def put_order(self, request: web.Request) -> web.Response:
        """Change the status or the note. It echoes as order.updated, even without a change."""
        order = self._store.orders.get(_id(request))
        if order is None:
            raise ApiError(400, "woocommerce_rest_shop_order_invalid_id", "ID is invalid.")
        wanted = await _body(request)
        status = str(wanted.get("status", order.status))
        if "status" in wanted and status not in _SETTABLE:
            raise _invalid("status", f"status is not one of {_choices()}.")
        if "customer_note" in wanted:
            order.note = str(wanted["customer_note"])
        if order.status != status:
            await self._store.set_status(order.id, status)
        else:
            await self._store.edit_order(order.id)
        return _answer(self._store.renderer.order(order))

    # Products

    async def list_products(self, request: web.Request) -> web.Response:
        sku = request.query.get("sku")
        chosen = [one for one in self._store.products.values() if sku in (None, one.sku)]
        newest_first = sorted(chosen, key=lambda product: product.id, reverse=True)
        return self._page(request, [self._store.renderer.product(one) for one in newest_first])

    async def get_product(self, request: web.Request) -> web.Response:
        product: Product | None = self._store.products.get(_id(request))
        if product is None:
            raise ApiError(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        return _answer(self._store.renderer.product(product))

    # Webhooks

    async def list_webhooks(self, request: web.Request) -> web.Response:
        status = request.query.get("status", "all")
        chosen = [
            self._store.renderer.webhook(webhook)
            for webhook in reversed(self._store.webhooks.webhooks.values())
            if status in ("all", webhook.status)
        ]
        return self._page(request, chosen)

    async def create_webhook(self, request: web.Request) -> web.Response:
        """Register, and ping at once. A failed ping changes nothing but that it is repeated."""
        wanted = await _body(request)
        for name in ("topic", "delivery_url"):
            if name not in wanted:
                text = f"Missing parameter(s): {name}"
                raise ApiError(400, "rest_missing_callback_param", text, params=[name])
        topic, url = str(wanted["topic"]), str(wanted["delivery_url"])
        _check_topic(topic)
        _check_delivery_url(url)
        webhook = self._store.add_webhook(
            topic=topic,
            delivery_url=url,
            secret=str(wanted.get("secret", "")),
            name=str(wanted.get("name", "")),
        )
        await self._store.webhooks.ping(webhook)
        location = f"{self._store.url}{API}/webhooks/{webhook.id}"
        shown = self._store.renderer.webhook(webhook)
        return _answer(shown, status=201, headers={"Location": location})

    async def get_webhook(self, request: web.Request) -> web.Response:
        return _answer(self._store.renderer.webhook(self._webhook(request)))

    async def put_webhook(self, request: web.Request) -> web.Response:
        """Pause, revive (the count of failures stays), or move to another address (pings)."""
        webhook, wanted = self._webhook(request), await _body(request)
        status = str(wanted.get("status", webhook.status))
        if status not in _WEBHOOK_STATUSES:
            raise _invalid("status", "status is not one of active, paused, and disabled.")
        webhook.status = status
        webhook.modified_at = self._store.now()
        url = str(wanted.get("delivery_url", webhook.delivery_url))
        if url != webhook.delivery_url:
            _check_delivery_url(url)
            webhook.delivery_url = url
            await self._store.webhooks.ping(webhook)
        return _answer(self._store.renderer.webhook(webhook))

    async def delete_webhook(self, request: web.Request) -> web.Response:
        webhook = self._webhook(request)
        if request.query.get("force") != "true":
            text = "Webhooks do not support trashing."
            raise ApiError(501, "woocommerce_rest_trash_not_supported", text)
        del self._store.webhooks.webhooks[webhook.id]
        return _answer(self._store.renderer.webhook(webhook))

    def _webhook(self, request: web.Request) -> Webhook:
        webhook = self._store.webhooks.webhooks.get(_id(request))
        if webhook is None:
            raise ApiError(404, "woocommerce_rest_shop_webhook_invalid_id", "ID is invalid.")
        return webhook

    def _page(self, request: web.Request, items: list[dict[str, Json]]) -> web.Response:
        """One page of a list; past its end the totals are 0, as in a real store."""
        per_page, page = _number(request, "per_page", 10), _number(request, "page", 1)
        if not 1 <= per_page <= MOST_PER_PAGE:
            text = "per_page must be between 1 (inclusive) and 100 (inclusive)"
            raise _invalid("per_page", text)
        first = (page - 1) * per_page
        shown = items[first : first + per_page]
        total = len(items) if shown else 0
        pages = -(-total // per_page)
        headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
        if page < pages:
            following = f"{self._store.url}{request.rel_url.update_query(page=page + 1)}"
            headers["Link"] = f'<{following}>; rel="next"'
        return _answer(
            only_fields(list[Json](shown), request.query.get("_fields", "")), 200, headers
        )


def _answer(
    value: Json, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=php_json(value).encode(),
        status=status,
        headers={"Content-Type": "application/json; charset=UTF-8", **(headers or {})},
    )


def _id(request: web.Request) -> int:
    return int(request.match_info["id"])


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal():
        raise _invalid(name, f"{name} is not of type integer.")
    return int(text)


async def _body(request: web.Request) -> dict[str, object]:
    """The JSON object sent."""
    try:
        data = json.loads(await request.read() or b"{}")
    except ValueError:
        raise ApiError(400, "rest_invalid_json", "Invalid JSON body passed.") from None
    return data if isinstance(data, dict) else {}


def _invalid(name: str, problem: str) -> ApiError:
    text = f"Invalid parameter(s): {name}"
    return ApiError(400, "rest_invalid_param", text, params={name: problem})


def _choices() -> str:
    *most, last = _SETTABLE
    return f"{', '.join(most)}, and {last}"


def _check_topic(topic: str) -> None:
    resource, _, event = topic.partition(".")
    is_known = resource in _RESOURCES and event in _EVENTS
    if not is_known and not (resource == "action" and event):
        text = "Webhook topic is required and must be valid."
        raise ApiError(400, "woocommerce_rest_shop_webhook_invalid_topic", text)


def _check_delivery_url(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        text = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise ApiError(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", text)
