"""Every request captured from running stores becomes the same orders, however it arrives."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from domain.errors import MalformedPayloadError
from domain.orders import IncomingOrder, OrderGone, Phase, PlatformState
from integrations.woocommerce.webhook import WooCommerceWebhooks
from models.database import is_sqlite
from models.inbox import EntryState, InboxEntry
from models.orders import EventKind, Order, OrderEvent, OrderLine
from models.outbox import EffectKind, OutboxEffect
from services import chats, check, inbox, intake
from services.inbox import InboxWriter
from tests.factories import (
    OWNER_ID,
    make_shop,
    stock_up,
)
from tests.integrations.woocommerce.captures import Capture, signed
from worker.inbox import InboxWorker

WEBHOOKS = WooCommerceWebhooks()
VERSIONS = ("webhooks", "webhooks-8.9.3")  # each store has order ids of its own
ERROR_OBJECTS = 6
OPEN, CANCELED = Phase.OPEN, Phase.CANCELED

Requests = Sequence[Capture]
Key = tuple[str, str]


@dataclass(frozen=True)
class Final:
    """What is left of an order once all requests are worked."""

    phase: Phase
    state: PlatformState
    total: str
    lines: tuple[tuple[str, str], ...]  # names and quantities


def version_of(one: Capture) -> str:
    return one.name.partition("/")[0]


def orders_told(one: Capture) -> list[IncomingOrder | OrderGone]:
    try:
        changes = WEBHOOKS.parse(one.topic, one.body)
    except MalformedPayloadError:
        return []
    return [change for change in changes if isinstance(change, IncomingOrder | OrderGone)]


def as_expected() -> dict[Key, Final]:
    """The newest state of each order by the store's own time; trashed when that came last."""
    newest: dict[Key, IncomingOrder] = {}
    gone: dict[Key, bool] = {}
    for one in signed():
        for change in orders_told(one):
            key = version_of(one), change.external_id
            if isinstance(change, OrderGone):
                gone[key] = True
            elif change.state is not PlatformState.DRAFT:
                before = newest.get(key)
                if before is None or change.modified_at >= before.modified_at:
                    newest[key] = change
                    gone[key] = False
    return {key: final_of(change, is_gone=gone[key]) for key, change in newest.items()}


def final_of(change: IncomingOrder, *, is_gone: bool) -> Final:
    state = PlatformState.CANCELED if is_gone else change.state
    return Final(
        CANCELED if state is PlatformState.CANCELED else OPEN,
        state,
        f"{change.total:.2f}",
        tuple(sorted((one.name, f"{one.quantity:f}") for one in change.lines if one.quantity)),
    )


async def as_stored(shops: dict[str, int]) -> dict[Key, Final]:
    versions = {shop_id: version for version, shop_id in shops.items()}
    lines: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for one in await OrderLine.filter(quantity__gt=0):
        lines[one.order_id].append((one.name, f"{one.quantity:f}"))
    return {
        (versions[order.shop_id], order.external_id): Final(
            order.phase,
            order.platform_state,
            f"{order.total:.2f}",
            tuple(sorted(lines[order.id])),
        )
        for order in await Order.all()
    }


# --- in which order the requests arrive ----------------------------------------------------------


def order_matters() -> set[Key]:
    """Orders of which requests cannot change places.

    A deletion has no time of its own, and of two states of the same second the one that arrives
    last is the newer one.
    """
    states: dict[tuple[Key, object], set[str]] = defaultdict(set)
    keys: set[Key] = set()
    for one in signed():
        for change in orders_told(one):
            key = version_of(one), change.external_id
            if isinstance(change, OrderGone):
                keys.add(key)
            else:
                states[key, change.modified_at].add(change.digest())
    return keys | {key for (key, _), digests in states.items() if len(digests) > 1}


def keep_places(arranged: Requests) -> Requests:
    """The arrangement, with the requests of such orders in their places' old order."""
    held = order_matters()
    by_key: dict[Key, list[Capture]] = defaultdict(list)
    for one in signed():
        if key := key_of(one):
            by_key[key].append(one)
    return [by_key[key].pop(0) if (key := key_of(one)) in held else one for one in arranged]


def key_of(one: Capture) -> Key | None:
    told = orders_told(one)
    return (version_of(one), told[0].external_id) if told else None


def shuffled(seed: int) -> Callable[[Requests], Requests]:
    def arrange(requests: Requests) -> Requests:
        return keep_places(random.Random(seed).sample(requests, len(requests)))

    return arrange


ARRANGEMENTS: dict[str, Callable[[Requests], Requests]] = {
    "as captured": list,
    "reversed": lambda requests: keep_places(requests[::-1]),
    "shuffled": shuffled(1),
    "shuffled otherwise": shuffled(2),
    "each twice in a row": lambda requests: [one for one in requests for _ in range(2)],
    "all again": lambda requests: [*requests, *keep_places(requests)],
}


async def two_shops() -> dict[str, int]:
    await chats.subscribe(OWNER_ID)
    await stock_up({"KOZAK-TEE": 3, "MUG": 100, "TEE-RED-M": 1})
    return {version: (await make_shop(version)).id for version in VERSIONS}


async def commit(shops: dict[str, int], requests: Requests) -> None:
    """Commit them together, in this order."""
    writer = InboxWriter()
    async with asyncio.TaskGroup() as group:
        for one in requests:
            group.create_task(writer.append(shops[version_of(one)], one.topic, one.body))


async def assert_all_is_well(shops: dict[str, int], requests: Requests) -> None:
    assert await as_stored(shops) == as_expected()
    assert await check.differences() == []
    counts = {state: await InboxEntry.filter(state=state).count() for state in EntryState}
    errors = ERROR_OBJECTS * len(requests) // len(signed())
    assert counts == {
        EntryState.PENDING: 0,
        EntryState.SET_ASIDE: errors,
        EntryState.DONE: len(requests) - errors,
    }
    aside = await inbox.aside()
    assert {entry.problem.partition(":")[0] for entry in aside} == {
        "the store sent an error instead"
    }
    told = await OutboxEffect.filter(kind=EffectKind.TELL_OWNER).order_by("subject_id")
    assert [effect.subject_id for effect in told] == [entry.id for entry in aside]
    created = await OrderEvent.filter(kind=EventKind.CREATED)
    assert sorted(event.order_id for event in created) == [
        order.id for order in await Order.all().order_by("id")
    ]


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
async def test_captured_requests_become_the_same_orders(db: str, arrangement: str) -> None:
    shops = await two_shops()
    requests = ARRANGEMENTS[arrangement](signed())
    await commit(shops, requests)

    await work_all(workers=1 if is_sqlite(db) else 4)

    await assert_all_is_well(shops, requests)


async def work_all(workers: int) -> None:
    async def work() -> None:
        worker = InboxWorker({"woocommerce": WEBHOOKS}, [OWNER_ID])
        async with asyncio.timeout(120):
            while await InboxEntry.exists(state=EntryState.PENDING):
                await worker.run_once()

    await asyncio.gather(*(work() for _ in range(workers)))


async def test_captured_requests_worked_one_at_a_time_become_the_same_orders(db: str) -> None:
    shops = await two_shops()
    await commit(shops, signed())

    for entry_id in range(1, len(signed()) + 1):
        await intake.work_one(
            entry_id, lambda _platform, topic, body: WEBHOOKS.parse(topic, body), [OWNER_ID]
        )

    await assert_all_is_well(shops, signed())
