"""How a simulated store sends webhooks: one queue, no retries, disabled after seven failures."""

import asyncio
import base64
import hashlib
import hmac
import html
import secrets
import time
from collections.abc import Callable
from datetime import datetime

from sandbox.woocommerce.model import Delivery, Webhook
from sandbox.woocommerce.outgoing import WORDPRESS_VERSION, Outgoing
from sandbox.woocommerce.php import Json, php_json

FAILURES_TO_DISABLE = 7
PING_TIMEOUT_S = 5.0


class WebhookQueue:
    """The webhooks of a store and what is still to be sent to them.

    As in a real store the payload is built when it is sent, so further changes of one thing wait
    together with the first; and requests go out one after another.

    Nothing is sent twice: what fails, or is forgotten, is lost.
    """

    def __init__(
        self,
        *,
        version: str,
        outgoing: Outgoing,
        clock: Callable[[], datetime],
        timeout_s: float,
    ) -> None:
        self.payload: Callable[[str, int], Json] = lambda topic, resource_id: {"id": resource_id}
        self.webhooks: dict[int, Webhook] = {}
        self.deliveries: list[Delivery] = []
        self.source = ""
        self._user_agent = f"WooCommerce/{version} Hookshot (WordPress/{WORDPRESS_VERSION})"
        self._clock = clock
        self._outgoing = outgoing
        self._timeout_s = timeout_s
        self._pending: dict[tuple[int, int], None] = {}
        self._sending = asyncio.Lock()
        self._last_id = 0

    def add(self, *, name: str, topic: str, delivery_url: str, secret: str) -> Webhook:
        """Register a webhook that is known to answer. Without a secret it gets a random one."""
        self._last_id += 1
        webhook = Webhook(
            id=self._last_id,
            name=name or f"Webhook created on {self._clock():%b %d, %Y}",
            topic=topic,
            delivery_url=delivery_url,
            secret=secret or secrets.token_hex(25),
            created_at=self._clock(),
        )
        self.webhooks[webhook.id] = webhook
        return webhook

    def enqueue(self, topic: str, resource_id: int) -> None:
        """Something happened: every active webhook of the topic will hear of it once."""
        for webhook in self.webhooks.values():
            if webhook.topic == topic and webhook.status == "active":
                self._pending.setdefault((webhook.id, resource_id))

    async def deliver_pending(self) -> None:
        """Send all that waits, also what arrives meanwhile."""
        async with self._sending:
            while self._pending:
                webhook_id, resource_id = next(iter(self._pending))
                del self._pending[webhook_id, resource_id]
                webhook = self.webhooks.get(webhook_id)
                if webhook is not None and webhook.status == "active":
                    await self._deliver(webhook, resource_id)

    def forget_pending(self) -> None:
        """Lose all that waits to be sent."""
        self._pending.clear()

    async def ping(self, webhook: Webhook) -> None:
        """The unsigned check; sent again after every delivery until it is answered with 200."""
        body = f"webhook_id={webhook.id}".encode()
        headers = self._common_headers() | {"Content-Type": "application/x-www-form-urlencoded"}
        status = await self._post(webhook, "ping", webhook.id, headers, body, PING_TIMEOUT_S)
        webhook.needs_ping = status != 200

    async def _deliver(self, webhook: Webhook, resource_id: int) -> None:
        body = php_json(self.payload(webhook.topic, resource_id)).encode()
        resource, _, event = webhook.topic.partition(".")
        headers = self._common_headers() | {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": self.source,
            "X-WC-Webhook-Topic": webhook.topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": signature(body, webhook.secret),
            "X-WC-Webhook-ID": str(webhook.id),
            "X-WC-Webhook-Delivery-ID": _delivery_id(webhook.id),
        }
        await self._post(webhook, webhook.topic, resource_id, headers, body, self._timeout_s)
        if self.deliveries[-1].is_success:
            webhook.failures = 0
        else:
            webhook.failures += 1
        if webhook.failures >= FAILURES_TO_DISABLE:
            webhook.status = "disabled"
            webhook.modified_at = self._clock()
        if webhook.needs_ping and webhook.id in self.webhooks:
            await self.ping(webhook)

    def _common_headers(self) -> dict[str, str]:
        return {"User-Agent": self._user_agent}

    async def _post(
        self,
        webhook: Webhook,
        topic: str,
        resource_id: int,
        headers: dict[str, str],
        body: bytes,
        timeout_s: float,
    ) -> int | None:
        """Send one request and log it; None when nobody answered, or it may not be sent there."""
        reply = await self._outgoing.send("POST", webhook.delivery_url, headers, body, timeout_s)
        status = reply.status if reply else None
        self.deliveries.append(
            Delivery(
                webhook_id=webhook.id,
                topic=topic,
                resource_id=resource_id,
                url=webhook.delivery_url,
                headers=headers,
                body=body,
                status=status,
            )
        )
        return status


def signature(body: bytes, secret: str) -> str:
    """What WooCommerce sends: it signs with the secret after decoding HTML entities."""
    key = html.unescape(secret).encode()
    return base64.b64encode(hmac.digest(key, body, hashlib.sha256)).decode()


def _delivery_id(webhook_id: int) -> str:
    """Not unique, as in a real store: a hash of the webhook and the second."""
    seed = f"{webhook_id}{int(time.time())}".encode()
    return hashlib.blake2b(seed, digest_size=16).hexdigest()
