"""Webhooks in the REST API of a simulated store."""

from aiohttp import web

from sandbox.woocommerce.answers import Answer, ApiError, chosen, invalid, json_body, page_of
from sandbox.woocommerce.backoffice import Backoffice
from sandbox.woocommerce.model import Webhook

_STATUSES = ("active", "paused", "disabled")
_RESOURCES = ("coupon", "customer", "order", "product")
_EVENTS = ("created", "updated", "deleted", "restored")


class WebhookRoutes:
    """What can be asked of the webhooks of one store, and changed."""

    def __init__(self, store: Backoffice) -> None:
        self._store = store

    async def show_all(self, request: web.Request) -> Answer:
        status = chosen(request, "status", ("all", *_STATUSES), "all")
        shown = [
            self._store.renderer.webhook(webhook)
            for webhook in reversed(self._store.webhooks.webhooks.values())
            if status in ("all", webhook.status)
        ]
        return page_of(request, self._store.url, shown)

    async def create(self, request: web.Request) -> Answer:
        """Register, and ping at once. A failed ping changes nothing but that it is repeated."""
        wanted = await json_body(request)
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
        webhook.status = str(wanted.get("status", "active"))
        await self._store.webhooks.ping(webhook)
        location = f"{self._store.url}/wp-json/wc/v3/webhooks/{webhook.id}"
        return Answer(self._store.renderer.webhook(webhook), 201, {"Location": location})

    async def show(self, request: web.Request, webhook_id: int) -> Answer:
        return Answer(self._store.renderer.webhook(self._webhook(webhook_id)))

    async def edit(self, request: web.Request, webhook_id: int) -> Answer:
        """Pause, revive (the count of failures stays), or move to another address (pings)."""
        webhook = self._webhook(webhook_id, status=400)
        wanted = await json_body(request)
        status = str(wanted.get("status", webhook.status))
        if status not in _STATUSES:
            raise invalid("status", "status is not one of active, paused, and disabled.")
        if "topic" in wanted:
            _check_topic(str(wanted["topic"]))
        webhook.status = status
        webhook.name = str(wanted.get("name", webhook.name))
        webhook.topic = str(wanted.get("topic", webhook.topic))
        webhook.secret = str(wanted.get("secret", webhook.secret))
        webhook.modified_at = self._store.now()
        url = str(wanted.get("delivery_url", webhook.delivery_url))
        if url != webhook.delivery_url:
            _check_delivery_url(url)
            webhook.delivery_url = url
            await self._store.webhooks.ping(webhook)
        return Answer(self._store.renderer.webhook(webhook))

    async def delete(self, request: web.Request, webhook_id: int) -> Answer:
        webhook = self._webhook(webhook_id)
        if request.query.get("force") != "true":
            text = "Webhooks do not support trashing."
            raise ApiError(501, "woocommerce_rest_trash_not_supported", text)
        del self._store.webhooks.webhooks[webhook_id]
        return Answer(self._store.renderer.webhook(webhook))

    def _webhook(self, webhook_id: int, *, status: int = 404) -> Webhook:
        webhook = self._store.webhooks.webhooks.get(webhook_id)
        if webhook is None:
            code = "woocommerce_rest_shop_webhook_invalid_id"
            raise ApiError(status, code, "ID is invalid.")
        return webhook


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
