"""The webhooks that a store has for us: made, made anew, removed."""

from collections import defaultdict

from domain.errors import RequestRefusedError
from integrations.base import WebhookReport
from integrations.fields import raw_text
from integrations.woocommerce.store import Row, Store

TOPICS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "product.created",
    "product.updated",
    "product.deleted",
    "product.restored",
    "action.woocommerce_delete_order",  # a force delete tells nothing else
)
ACTIVE = "active"


async def ensure(store: Store, address: str, secret: str) -> WebhookReport:
    """One active webhook of each topic.

    One that was switched off is made anew: activated, it would keep its count of failures and go
    off with the next one. The new one comes first, so that nothing is ever left without.
    """
    ours: dict[str, list[Row]] = defaultdict(list)
    for row in await _ours(store, address):
        ours[raw_text(row.data, "topic")].append(row)
    created: list[str] = []
    revived: list[str] = []
    for topic in TOPICS:
        active = [row for row in ours[topic] if row.data.get("status") == ACTIVE]
        if not active:
            await _create(store, address, secret, topic)
            (revived if ours[topic] else created).append(topic)
        keep = active[:1]
        for row in ours[topic]:
            if row not in keep:
                await _delete(store, row)
    return WebhookReport(tuple(created), tuple(revived))


async def remove(store: Store, address: str) -> None:
    for row in await _ours(store, address):
        await _delete(store, row)


async def _ours(store: Store, address: str) -> list[Row]:
    """The webhooks with our address, oldest first, whoever made them."""
    stretches = store.by_id("webhooks", {"status": "all"})
    return [
        row
        async for stretch in stretches
        for row in stretch.rows
        if row.data.get("delivery_url") == address
    ]


async def _create(store: Store, address: str, secret: str, topic: str) -> None:
    """The store pings us before it answers."""
    webhook = {
        "name": f"Kramar: {topic}",
        "topic": topic,
        "delivery_url": address,
        "secret": secret,
        "status": ACTIVE,
    }
    await store.write("POST", "webhooks", webhook)


async def _delete(store: Store, row: Row) -> None:
    try:
        await store.write("DELETE", f"webhooks/{row.id}", query={"force": "true"})
    except RequestRefusedError as error:
        if "invalid_id" not in error.code:  # somebody was faster
            raise
