"""Working the inbox: what platforms told us becomes orders, reservations and owed cards.

One transaction works a group of requests: it takes them, stores what they say, queues the effects
and settles the entries. A crash anywhere before its commit leaves the requests to be worked again,
and repeating one changes nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tortoise.queryset import QuerySet

from domain.errors import MalformedPayloadError
from domain.orders import (
    Change,
    IncomingOrder,
    ListingGone,
    OrderGone,
    PlatformState,
)
from models.drafts import SaleDraftLine
from models.inbox import EntryState, InboxEntry
from models.orders import Order, OrderLine
from models.shops import Shop
from services import births, inbox, listings, revisions, stock
from services.linker import linker_of
from services.listings import Foreseen, ListingNews
from services.transactions import transaction

GROUP = 32
GONE = (OrderGone, ListingGone)  # they carry neither a state nor a time
# How long a deletion waits for earlier requests of its shop that another worker has in hand.
PATIENCE = timedelta(milliseconds=100)

# (platform, topic, body) → what the request says. Raises MalformedPayloadError.
Parse = Callable[[str, str, bytes], tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class Received:
    """One change and the request that carried it. ``is_silent``: nobody is told of it."""

    entry: InboxEntry
    change: Change
    is_silent: bool

    @property
    def key(self) -> tuple[int, str]:
        """What the change is about: (shop, external id)."""
        return self.entry.shop_id, self.change.external_id


async def work_group(parse: Parse, owner_ids: Collection[int], limit: int = GROUP) -> int:
    """Work the oldest due requests together; returns how many were taken.

    Raises:
        Exception: any failure rolls all of them back; work them one by one to find the culprit.
    """
    async with transaction():
        entries = await inbox.take(limit)
        if entries:
            await _work(entries, parse, owner_ids)
    return len(entries)


async def work_one(entry_id: int, parse: Parse, owner_ids: Collection[int]) -> None:
    """Work one request alone, if it is still to be worked."""
    async with transaction():
        entry = (
            await InboxEntry.filter(id=entry_id, state=EntryState.PENDING)
            .select_for_update(skip_locked=True)
            .first()
        )
        if entry is not None:
            await _work([entry], parse, owner_ids)


async def _work(entries: Sequence[InboxEntry], parse: Parse, owner_ids: Collection[int]) -> None:
    shops = await Shop.in_bulk({entry.shop_id for entry in entries}, "id")
    received: list[Received] = []
    done = {entry.id for entry in entries}
    for entry in entries:
        try:
            changes = parse(shops[entry.shop_id].platform, entry.topic, entry.body)
        except MalformedPayloadError as error:
            await inbox.set_aside(entry.id, error.problem, owner_ids)
            done.discard(entry.id)
        else:
            received.extend(Received(entry, change, entry.is_silent) for change in changes)
    waiting = await _apply(received)
    await inbox.postpone(waiting, PATIENCE)
    await inbox.settle(done - waiting)


async def _apply(received: Sequence[Received]) -> set[int]:
    """Apply changes in the order they came; returns the entries that must wait for earlier ones."""
    waiting = await _hasty_deletions(received)
    ready = [each for each in received if each.entry.id not in waiting and not _is_draft(each)]
    turns = fold(ready)
    news = [
        (each.entry.shop_id, each.change)
        for turn in turns
        for each in turn
        if isinstance(each.change, ListingNews)
    ]
    links = await listings.foreseen(news)
    order_ids = await _lock(ready, links)
    for turn in turns:
        await _take_turn(turn)
    if links:
        order_ids.update([order.id for order in await _orders_of(ready)])  # also those just born
    await listings.store_all(news, links, order_ids)
    return waiting


async def _lock(received: Sequence[Received], links: Foreseen) -> set[int]:
    """Lock what is known of these orders, then all goods that may move, each in order of ids.

    ``links``: of listings that are about to be linked, whose lines wait in orders too. New orders
    alone need no more than ``births`` locks. Returns the orders.
    """
    meant = _orders_of(received)
    if waiting := await listings.waiting_orders([], links) if links else []:
        ids = [order.id for order in await meant.only("id")]
        meant = Order.filter(id__in={*ids, *waiting})
    known = await meant.order_by("id").select_for_update()
    if not known and not links:
        return set()
    told = [
        (each.entry.shop_id, line)
        for each in received
        if isinstance(each.change, IncomingOrder)
        for line in each.change.lines
    ]
    linker = await linker_of(told)
    linked = OrderLine.filter(order_id__in=[order.id for order in known])
    held = {line.product_id for line in await linked.only("id", "product_id")}
    edits = SaleDraftLine.filter(order_id__in=[order.id for order in known])
    held |= {edit.product_id for edit in await edits.only("id", "product_id")}
    wanted = {linker.product_id(shop_id, line) for shop_id, line in told}
    wanted |= listings.goods_of(links)
    await stock.lock_products(id_ for id_ in held | wanted if id_ is not None)
    return {order.id for order in known}


def _is_draft(received: Received) -> bool:
    """Whether it tells of something that is not an order yet."""
    return (
        isinstance(received.change, IncomingOrder) and received.change.state is PlatformState.DRAFT
    )


def _is_of_listing(received: Received) -> bool:
    return isinstance(received.change, ListingNews)


async def _take_turn(turn: Sequence[Received]) -> None:
    """Apply changes of different orders."""
    about_orders = [each for each in turn if not _is_of_listing(each)]
    known = await _known_orders(about_orders)
    born = [
        births.Birth(each.entry.shop_id, each.entry.id, each.change, each.is_silent)
        for each in about_orders
        if isinstance(each.change, IncomingOrder) and each.key not in known
    ]
    await births.store(born)
    for each in about_orders:
        if (order := known.get(each.key)) is not None:
            await _revise(order, each)


async def _revise(order: Order, received: Received) -> None:
    if isinstance(received.change, IncomingOrder):
        await revisions.revise(order, received.change, received.entry.id)
    elif isinstance(received.change, OrderGone):
        await revisions.vanish(order, received.entry.id)


async def _hasty_deletions(received: Sequence[Received]) -> set[int]:
    """Deletions that came to be worked before earlier requests of their shop.

    A deletion carries no time of its own, so its place in the order of arrival is all we know.
    """
    in_hand = {each.entry.id for each in received}
    return {
        each.entry.id
        for each in received
        if isinstance(each.change, GONE) and await inbox.has_earlier(each.entry, in_hand)
    }


def fold(received: Sequence[Received]) -> list[list[Received]]:
    """What is left to apply, in turns: within a turn each thing occurs once.

    A platform usually sends two or three requests for one order at once. They carry whole states,
    not steps: of states in a row the one modified last is kept (of equals, the one that came last).
    A deletion carries no state and no time, so what came before it and after it is applied too.
    What is left is silent only if all that it stands for was.
    """
    runs: dict[tuple[int, str, bool], list[Received]] = {}
    for each in sorted(received, key=lambda each: each.entry.id):
        run = runs.setdefault((*each.key, _is_of_listing(each)), [])
        if not run or isinstance(each.change, GONE) or isinstance(run[-1].change, GONE):
            run.append(each)
        else:
            newest = run[-1] if _is_older(each.change, run[-1].change) else each
            run[-1] = replace(newest, is_silent=each.is_silent and run[-1].is_silent)
    turns = max(map(len, runs.values()), default=0)
    return [[run[turn] for run in runs.values() if turn < len(run)] for turn in range(turns)]


def _is_older(change: Change, than: Change) -> bool:
    if isinstance(change, GONE) or isinstance(than, GONE):
        return False
    if change.modified_at is None or than.modified_at is None:
        return False
    return change.modified_at < than.modified_at


async def _known_orders(received: Sequence[Received]) -> Mapping[tuple[int, str], Order]:
    if not received:
        return {}
    orders = await _orders_of(received)
    return {(order.shop_id, order.external_id): order for order in orders}


def _orders_of(received: Sequence[Received]) -> QuerySet[Order]:
    """Orders that may be meant; of other shops too, when shops share an id."""
    keys = {each.key for each in received if not _is_of_listing(each)}
    return Order.filter(
        shop_id__in={shop_id for shop_id, _ in keys},
        external_id__in={external_id for _, external_id in keys},
    )
