"""What asking a shop brought: whatever is news goes through the inbox, as if a webhook had told it.

The news of a page and the cursor that says how far we know the shop are one transaction: a crash
anywhere leaves the page to be asked for again, and what is in the inbox twice is worked as once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from tortoise.timezone import now

from domain.orders import IncomingOrder, ListingChanged, ListingGone, PlatformState
from models.inbox import EntryState, InboxEntry
from models.orders import Order
from models.shops import Shop
from services import inbox, listings, statuses
from services.transactions import inbox_bell, transaction

# Platforms write times of change in whole seconds, an order may show only after a later one, and
# clocks of shops may be slow.
OVERLAP = timedelta(minutes=10)
_OVER = frozenset({PlatformState.COMPLETED, PlatformState.CANCELED})


class Found(Protocol):
    """An order as its platform shows it now; None: unreadable. See ``integrations.base.Found``."""

    @property
    def order(self) -> IncomingOrder | None: ...
    @property
    def topic(self) -> str: ...
    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What we knew of a shop before we asked it. ``entry_id``: the newest request of the inbox.

    ``connected_at`` is the earliest that a clock of the shop which is slow may have shown then: one
    order too many is told of rather than one too few.
    """

    shop_id: int
    asked_at: datetime
    connected_at: datetime
    entry_id: int
    orders_since: datetime
    products_since: datetime


async def begin(shop_id: int) -> Asking:
    """Since when a shop is to be asked."""
    shop = await Shop.get(id=shop_id)
    newest = await InboxEntry.all().order_by("-id").only("id").first()
    return Asking(
        shop_id=shop_id,
        asked_at=now(),
        connected_at=shop.created_at.replace(microsecond=0) - OVERLAP,
        entry_id=newest.id if newest else 0,
        orders_since=(shop.orders_cursor or shop.created_at) - OVERLAP,
        products_since=(shop.products_cursor or shop.created_at) - OVERLAP,
    )


async def store_orders(asking: Asking, page: Sequence[Found]) -> int:
    """Put what is news of a page of changed orders into the inbox; returns how many that are."""
    changed_at = max((each.order.modified_at for each in page if each.order), default=None)
    async with transaction():
        known = await _known(asking.shop_id, page)
        news = [each for each in page if _is_news(each, known, asking)]
        news = await _without_waiting(asking.shop_id, news)
        await inbox.append_all(asking.shop_id, _requests(news))
        if changed_at is not None:
            # A time that is still to come, of a wrong clock, must not hide what comes before it.
            await _move("orders_cursor", asking.shop_id, min(changed_at, asking.asked_at))
    if news:
        inbox_bell.ring()
    return len(news)


async def store_open_orders(asking: Asking, page: Sequence[Found]) -> int:
    """Put the unknown ones of a page of open orders into the inbox; returns how many those are.

    Those from before the shop was connected are taken in silently. Later ones are everybody's news,
    as is what cannot be read.
    """
    async with transaction():
        known = await _known(asking.shop_id, page)
        new = await _without_waiting(
            asking.shop_id, [each for each in page if _is_new(each, known)]
        )
        old = [each for each in new if each.order and _was_before(each.order, asking)]
        later = [each for each in new if each not in old]
        await inbox.append_all(asking.shop_id, _requests(old), is_silent=True)
        await inbox.append_all(asking.shop_id, _requests(later))
    if new:
        inbox_bell.ring()
    return len(new)


async def store_listings(asking: Asking, page: Collection[ListingChanged | ListingGone]) -> None:
    """Keep a page of changed listings."""
    times = [
        change.modified_at
        for change in page
        if isinstance(change, ListingChanged) and change.modified_at is not None
    ]
    async with transaction():
        await listings.store(asking.shop_id, *page)
        if times:
            await _move("products_cursor", asking.shop_id, min(max(times), asking.asked_at))


async def finish(asking: Asking) -> None:
    """All pages of changed orders are stored."""
    await Shop.filter(id=asking.shop_id).update(polled_at=asking.asked_at)


async def open_orders(shop_id: int) -> list[str]:
    """The platform's ids of the shop's orders that are open here and, as far as we know, there."""
    orders = Order.filter(status_id__in=await statuses.open_ids(), shop_id=shop_id)
    known = orders.exclude(platform_state=PlatformState.CANCELED)
    ids: list[str] = await known.order_by("id").values_list("external_id", flat=True)  # type: ignore[assignment]
    return ids


async def store_gone(shop_id: int, requests: Sequence[tuple[str, bytes]]) -> None:
    """Put requests that tell of deleted orders into the inbox (topic and body)."""
    async with transaction():
        await inbox.append_all(shop_id, requests)
    inbox_bell.ring()


async def _known(shop_id: int, page: Iterable[Found]) -> Mapping[str, Order]:
    ids = [each.order.external_id for each in page if each.order]
    orders = await Order.filter(shop_id=shop_id, external_id__in=ids)
    return {order.external_id: order for order in orders}


def _requests(found: Iterable[Found]) -> list[tuple[str, bytes]]:
    return [(each.topic, each.body) for each in found]


def _was_before(order: IncomingOrder, asking: Asking) -> bool:
    """Whether the order was placed before the shop was connected."""
    return order.placed_at < asking.connected_at


def _is_new(found: Found, known: Mapping[str, Order]) -> bool:
    told = found.order
    if told is None:
        return True
    return told.external_id not in known and told.state is not PlatformState.DRAFT


def _is_news(found: Found, known: Mapping[str, Order], asking: Asking) -> bool:
    told = found.order
    if told is None:
        return True
    if told.state is PlatformState.DRAFT:
        return False
    order = known.get(told.external_id)
    if order is None:
        # What was before the shop was connected is for ``store_open_orders``, if anybody wants it.
        return not _was_before(told, asking) or (
            told.modified_at >= asking.connected_at and told.state not in _OVER
        )
    if told.modified_at != order.modified_at:
        return told.modified_at > order.modified_at
    # Within the same second only the content tells, unless we were told more while we asked.
    return order.entry_id <= asking.entry_id and not _is_the_same(told, order)


def _is_the_same(told: IncomingOrder, order: Order) -> bool:
    """Whether the platform said this already. Without a digest its last word was not applied."""
    if not order.digest:
        return told.state is order.platform_state
    return told.digest() == order.digest


async def _without_waiting(shop_id: int, news: Sequence[Found]) -> list[Found]:
    """Without what waits already in these very words, or was set aside: it is told of once.

    Shops are asked within seconds, and what cannot be worked would be news each time.
    """
    kept = InboxEntry.filter(
        shop_id=shop_id,
        state__in=[EntryState.PENDING, EntryState.SET_ASIDE],
        body__in=[each.body for each in news],
    )
    waiting = {bytes(entry.body) for entry in await kept.only("body")} if news else set()
    return [each for each in news if each.body not in waiting]


async def _move(cursor: str, shop_id: int, to: datetime) -> None:
    """Move a cursor forward, never back."""
    shop = Shop.filter(id=shop_id)
    if not await shop.filter(**{f"{cursor}__isnull": True}).update(**{cursor: to}):
        await shop.filter(**{f"{cursor}__lt": to}).update(**{cursor: to})
